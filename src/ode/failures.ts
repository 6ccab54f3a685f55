/** What went wrong during a run comes in; a failure that says what was found and what to do next goes out. */

import type { Tolerances } from "./control/norm.js";
import type { Fault, Stepper } from "./methods/stepper.js";
import type { Failure } from "./run.js";

/** The caller's name for a component of the state. */
export type Describe = (component: number) => string;

export const describeByNumber: Describe = (component) => `component ${component}`;

export function notFinite(fault: Fault, describe: Describe): Failure {
  const { component, t, value } = fault;
  const name = describe(component);
  const rhs = fault.quantity === "rhs";
  return {
    code: rhs ? "rhs-not-finite" : "state-not-finite",
    message: `the ${rhs ? "derivative" : "value"} of ${name} is ${value} at t = ${t}; a finite number was expected`,
    hint: rhs
      ? "look for an overflowing exponential, a division by 0, or the log or root of a negative number in its equation; log Σ exp and log cosh have stable primitives"
      : "the state grows without bound: shorten dt, use an adaptive method, or check the sign of the decay term",
    t,
    component,
    name,
  };
}

/** The right-hand side, the energy or a monitor threw in the step from t. */
export function fieldThrew(t: number, cause: unknown): Failure {
  return {
    code: "field-threw",
    message: `the field threw in the step from t = ${t}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: "a right-hand side, an energy or a monitor must return for every finite state; NaN says that there is no value",
    t,
    cause,
  };
}

export function tooFine(t: number, { rtol, atol }: Tolerances): Failure {
  return {
    code: "bad-tolerance",
    message: `rtol = ${rtol} and atol = ${atol} ask for more digits than the state at t = ${t} has as doubles`,
    hint: "take rtol of 1e-15 or more, or an atol above the rounding of the state; 1e-13 is about what a run can reach",
    t,
  };
}

/** Growth of the largest component over the start that tells a solution that blows up from a jump. */
const BLOWN_UP = 1e6;

/** A step too short for the clock: the largest component has grown out of all bounds, or the reason is not known. */
export function tooShort(stepper: Stepper, h: number, initialSize: number, describe: Describe): Failure {
  const { t, state } = stepper;
  let component = 0;
  for (let j = 1; j < state.length; j++) if (Math.abs(state[j]!) > Math.abs(state[component]!)) component = j;
  const [value, name] = [state[component] ?? 0, describe(component)];
  if (!(Math.abs(value) > BLOWN_UP * Math.max(1, initialSize))) return stepUnderflow(t, h);
  return {
    code: "blow-up",
    message: `the solution blows up: at t = ${t}, ${name} is ${value}, and a step would be ${h}, too short to move the clock`,
    hint: "end the run before this time, or check the sign of the term that grows fastest",
    ...{ t, component, name },
  };
}

export function noConvergence(t: number, h: number): Failure {
  return {
    code: "no-convergence",
    message: `the inner solve of the step did not converge at t = ${t} with a step of ${h}`,
    hint: "shorten dt or use an adaptive method",
    t,
  };
}

export function stepUnderflow(t: number, h: number): Failure {
  return {
    code: "step-underflow",
    message: `the step at t = ${t} would be ${h}, too short to move the clock`,
    hint: "the solution may blow up or jump here: give the jump as a breakpoint, loosen rtol and atol, or check the right-hand side near this time",
    t,
  };
}

export function tooManySteps(t: number, until: number, maxSteps: number): Failure {
  const endless = until === Number.POSITIVE_INFINITY;
  return {
    code: "too-many-steps",
    message: endless
      ? `${maxSteps} steps were tried, and at t = ${t} the run is not steady`
      : `${maxSteps} steps were tried and the run is at t = ${t} of ${until}`,
    hint: endless
      ? "the motion may be a cycle or chaotic: give a finite end and look at it; or rates stand at the level of rtol: give a smaller one, or a larger tolerance for the steady state"
      : 'raise maxSteps or loosen rtol and atol; if steps are far shorter than the solution\'s features, the problem is stiff for an explicit method: choose "bdf"',
    t,
  };
}

export function badBreakpoint(t: number, found: number): Failure {
  return {
    code: "bad-breakpoint",
    message: `breakpoints.next(${t}) returned ${found}; a time greater than ${t}, or Infinity, was expected`,
    hint: "return the first switching time strictly after the argument",
    t,
  };
}
