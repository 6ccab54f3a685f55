/** The state at which a run became steady comes in; the fixed point next to it, and whether it is isolated, goes out. */

import { type Equations, findRoot, largest, norm, type RootOutcome, regularityAt } from "../solve/index.js";
import type { Field } from "./field.js";
import type { SteadyReport } from "./run.js";

/** Where the run stands, how fast it moves there, and where it began. */
export interface SteadyState {
  readonly t: number;
  readonly state: Float64Array;
  readonly rate: Float64Array;
  readonly initial: Float64Array;
}

export interface Finish {
  readonly state: Float64Array;
  readonly report: SteadyReport;
  /** Evaluations of the right-hand side that it took. */
  readonly evaluations: number;
}

const distance = (x: Float64Array, y: Float64Array) => largest(x.map((value, j) => value - y[j]!));

/** The state as it is, where no better one was asked for or found. */
export function unfinished({ state, rate }: SteadyState, because: string): Finish {
  const report: SteadyReport = { residual: largest(rate), finish: "none", because };
  return { state: state.slice(), report, evaluations: 0 };
}

function frozen(field: Field, t: number, jvp: NonNullable<Field["jvp"]>): Equations {
  return {
    size: field.size,
    residual: (x, out) => field.rhs(t, x, out),
    jacobian: (x, direction, out) => jvp(x, direction, out),
  };
}

/**
 * Newton–Krylov with pseudo-transient continuation from the state of the run, at the inputs of time t. Where it
 * finds no fixed point, the state of the run is kept, and the report says why.
 */
export function finishSteady(field: Field, steady: SteadyState): Finish {
  if (field.jvp === undefined)
    return unfinished(steady, "the field has no Jacobian-vector product, so the state is that of the run");
  const { t, state, initial } = steady;
  const equations = frozen(field, t, field.jvp.bind(field));
  const scale = Math.max(norm(state), norm(initial));
  const root = findRoot(equations, state, { scale });
  if (root.status !== "converged" || root.convergence === "linear") return degenerate(steady, root, scale);
  const { residual, iterations, products } = root;
  const { verdict, neutral, held, because } = regularityAt(equations, root.x);
  const report: SteadyReport = {
    ...{ residual, finish: "newton", moved: distance(root.x, state), iterations, products },
    ...{ jacobian: verdict, neutralDirections: neutral, held, because },
  };
  return { state: root.x, report, evaluations: root.evaluations + 2 };
}

/** A singular root is approached, and the state hardly moves; where there is none, Newton's method runs away. */
const NEARBY = 0.1;

/** Newton's method gained a constant factor per step, or nothing: the Jacobian becomes singular where it goes. */
function degenerate(steady: SteadyState, root: RootOutcome, scale: number): Finish {
  const { iterations, products, residual, evaluations } = root;
  const moved = distance(root.x, steady.state);
  if (root.convergence === "fast" || moved > NEARBY * scale) {
    const because = `Newton's method found no fixed point nearby (${iterations} steps, ending at rate ${residual.toExponential(1)}), so the state is that of the run`;
    return { ...unfinished(steady, because), evaluations };
  }
  const because =
    "Newton's method converged linearly, as it does where the Jacobian becomes singular: the state has fewer digits than the residual shows";
  const found = { residual, finish: "newton", moved, iterations, products } as const;
  return { state: root.x, report: { ...found, jacobian: "singular", because }, evaluations };
}
