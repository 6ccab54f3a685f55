/** What went wrong during a run comes in; a failure that says what was found and what to do next goes out. */

import type { Fault } from "./methods/stepper.js";
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
      ? "the motion may be a cycle or chaotic: give a finite end and look at it, or a larger tolerance for the steady state"
      : "raise maxSteps or loosen rtol and atol; if steps are far shorter than the solution's features, the problem is stiff for an explicit method",
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
