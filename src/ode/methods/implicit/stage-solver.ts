/** The seam between an implicit method and how its equation `y = constant + c·f(t, y)` is solved. */

import type { Field } from "../../field.js";
import type { StepOutcome } from "../stepper.js";

/** One equation, in buffers that belong to the method. */
export interface Stage {
  t: number;
  /** Step length times the diagonal coefficient of the method. */
  c: number;
  readonly constant: Float64Array;
  /** A guess before, the solution after. */
  readonly y: Float64Array;
  /** 1/(atol + rtol·|y|): what an error in a component weighs. */
  readonly weights: Float64Array;
  /** Weighted root mean square of the error of the solution that is good enough. */
  tolerance: number;
}

export interface StageSolver {
  /** Right-hand sides evaluated so far; a product with the Jacobian counts as one. */
  readonly evaluations: number;
  /** The field has jumped: forget what was computed of it. */
  init(t: number, state: Float64Array): void;
  solve(stage: Stage): StepOutcome;
}

/** A rate that was not measured for so many stages is forgotten: the solution may have moved to where it no longer holds. */
const MEMORY = 20;

/** How fast iterations converge is remembered from stage to stage, as in CVODE: one iteration may then be enough. */
export class ConvergenceRate {
  private rate = 1;
  private age = 0;
  private c = 0;

  reset(): void {
    this.rate = 1;
    this.age = 0;
  }

  /** A stage begins; the rate of a fixed-point iteration grows with c. */
  begin(c: number): void {
    if (c > this.c) this.rate *= c / Math.max(this.c, Number.MIN_VALUE);
    if (++this.age > MEMORY) this.reset();
    this.c = c;
  }

  /** The part of the latest change that is left, estimated from the change before it (Infinity for the first). */
  left(change: number, before: number): number {
    if (before < Number.POSITIVE_INFINITY) {
      this.rate = Math.max(0.3 * this.rate, change / before);
      this.age = 0;
    }
    return change * Math.min(1, this.rate);
  }
}

/** Weighted root mean square. */
export function weightedNorm(x: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) {
    const w = x[j]! * weights[j]!;
    sum += w * w;
  }
  return Math.sqrt(sum / Math.max(1, x.length));
}

/** J·d at y: by the field's own product, or the difference quotient with `slope = f(t, y)`. */
export class JacobianProducts {
  evaluations = 0;
  private readonly shifted: Float64Array;

  constructor(private readonly field: Field) {
    this.shifted = new Float64Array(field.size);
  }

  apply(t: number, y: Float64Array, slope: Float64Array, d: Float64Array, out: Float64Array): void {
    this.evaluations++;
    if (this.field.jvp) this.field.jvp(y, d, out);
    else this.quotient(t, y, slope, d, out);
  }

  private quotient(
    t: number,
    y: Float64Array,
    slope: Float64Array,
    d: Float64Array,
    out: Float64Array,
  ): void {
    let [size, length] = [0, 0];
    for (let j = 0; j < d.length; j++) {
      // The scale of y where d points, so that small components are not drowned by large ones.
      size += Math.abs(y[j]! * d[j]!);
      length += d[j]! * d[j]!;
    }
    if (length === 0) {
      out.fill(0);
      return;
    }
    const by = (Math.sqrt(Number.EPSILON) * Math.max(size, 1e-8 * Math.sqrt(length))) / length;
    for (let j = 0; j < d.length; j++) this.shifted[j] = y[j]! + by * d[j]!;
    this.field.rhs(t, this.shifted, out);
    for (let j = 0; j < d.length; j++) out[j] = (out[j]! - slope[j]!) / by;
  }
}
