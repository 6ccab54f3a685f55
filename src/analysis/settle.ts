/** A field and a start come in; the state at which its flow comes to rest, or why it does not, goes out. */
import { fail, ok, type Result } from "../model/index.js";
import { type CompiledField, simulate } from "../simulation/index.js";
import { largest, norm, sumOf, type Vector } from "./linear/vectors.js";
import { type NewtonOptions, type Polished, polish } from "./newton.js";
import type { System } from "./system.js";

export interface SettleOptions extends NewtonOptions {
  /** Longest time that a start is followed. */
  readonly until: number;
  /** Steps of the integrator at most, for one start. */
  readonly maxSteps: number;
}

/**
 * `settled`: the flow came near enough to rest that Newton's method ends at the fixed point it was going to.
 * `moving`: it was still on its way, or on a cycle, at the end; `left`: it grew without bound or could not go on.
 */
export type Settled =
  | { readonly kind: "settled"; readonly point: Polished }
  | { readonly kind: "moving" }
  | { readonly kind: "left" };

/** Rates, in units of state per time, below which Newton's method is tried; then a hundredth, and again. */
const RATES = [1e-4, 1e-6, 1e-8];
/** Newton's method may move a state that has come to rest by this part of its size. */
const NEAR = 2e-2;
/** The flow is looked at after these times; beyond `FAR` times the size of its start it has left. */
const STAGES = [10, 100, 1000];
const FAR = 1e12;

/** Follows the flow, then polishes. Fails only for schedules that cannot be read. */
export function settle(
  field: CompiledField,
  system: System,
  start: Vector,
  options: SettleOptions,
): Result<Settled> {
  const way: Way = { state: start, t: 0, steps: 0, far: FAR * (1 + largest(start)) };
  for (const rate of RATES) {
    const end = follow(field, way, rate, options);
    if (!end.ok) return end;
    if (end.value === "left") return ok({ kind: "left" });
    const point = polish(system, system.unknowns(way.state), options);
    if (point !== undefined && isNear(system.whole(point.state), way.state))
      return ok({ kind: "settled", point });
    if (end.value === "moving") break;
  }
  return ok({ kind: "moving" });
}

/** How far a flow has been followed. */
interface Way {
  state: Vector;
  t: number;
  steps: number;
  /** A component beyond this has left. */
  readonly far: number;
}

/** Goes on until the rates are small, in stages. */
function follow(
  field: CompiledField,
  way: Way,
  rate: number,
  { until, maxSteps }: SettleOptions,
): Result<"steady" | "moving" | "left"> {
  for (const stage of [...STAGES.filter((t) => t < until), until]) {
    if (stage <= way.t || way.steps >= maxSteps) continue;
    const run = simulate(field, {
      initial: way.state,
      until: stage - way.t,
      rtol: 1e-5,
      atol: 1e-8,
      maxSteps: maxSteps - way.steps,
      steadyState: { rtol: rate, atol: rate },
    });
    if (!run.ok) return fail(...run.errors);
    const { status, failure, state, t, steps, rejected } = run.value;
    if (failure !== undefined && failure.code !== "too-many-steps") return ok("left");
    way.state = state;
    way.t += t;
    way.steps += steps + rejected;
    if (largest(state) > way.far) return ok("left");
    if (status === "steady") return ok("steady");
  }
  return ok("moving");
}

const isNear = (a: Vector, b: Vector): boolean =>
  norm(sumOf(a, b, -1)) <= NEAR * Math.sqrt(a.length) * (1 + largest(b));
