/** A tableau and a field come in; the arithmetic of its steps, with the memory that it works in, goes out. */

import type { Field } from "../field.js";
import { firstNotFinite } from "./finite.js";
import type { Tableau } from "./tableau.js";

/**
 * The inner part of a step: all stages from a start whose slope is known. A field that is compiled may bring a
 * kernel of its own (`Field.stepKernel`), which then runs the stages without coming back here between them. The
 * arrays are the kernel's, and stay where they are until `release`.
 */
export interface StepKernel {
  /** y₀, where the step starts. */
  readonly state: Float64Array;
  /** y₁, where it ends. */
  readonly next: Float64Array;
  /** k_0, k_1, … one after the other; then rows for stages that only dense output needs; then f(t₁, y₁), unless it is
   * the last stage. */
  readonly slopes: Float64Array;
  /** k_0 = f(t, y₀); false when an entry is not finite. */
  start(t: number): boolean;
  /**
   * k_1, k_2, … and y₁ from y₀ and k_0. -1 when all of them are finite, else how many right-hand sides were
   * evaluated until one of them, or y₁, was not.
   */
  advance(t: number, tNext: number): number;
  /** f(t₁, y₁) for a tableau whose last stage is not that; false when an entry is not finite. */
  end(tNext: number): boolean;
  /** RMS of `h Σ w_i k_i / (atol + rtol·max(|y₀|, |y₁|))`, w an error estimate that the tableau has. */
  scaledError(w: "weights" | "guard", h: number, rtol: number, atol: number): number;
  /** The arrays may be given to another stepper from now on. */
  release?(): void;
}

/** The row of f(t₁, y₁). */
export const endRow = ({ stages, dense, firstSameAsLast }: Tableau): number =>
  firstSameAsLast ? stages - 1 : stages + (dense?.a.length ?? 0);

/** How many slopes there are in all. */
export const rowsOf = (tableau: Tableau): number =>
  tableau.stages + (tableau.dense?.a.length ?? 0) + (tableau.firstSameAsLast ? 0 : 1);

/** A linear combination of slopes that is known beforehand: weights and the places where they are not 0. */
export interface Combination {
  readonly weights: Float64Array;
  readonly places: Int32Array;
}

export const combination = (weights: Float64Array): Combination => ({
  weights,
  places: Int32Array.from(weights.keys()).filter((i) => weights[i] !== 0),
});

/** out = state + h Σ_i weights_i k_i; the slopes are summed first, which keeps one rounding against `state`. */
export function combine(
  { state, slopes }: Pick<StepKernel, "state" | "slopes">,
  { weights, places }: Combination,
  h: number,
  out: Float64Array,
): void {
  const [n, terms] = [state.length, places.length];
  for (let j = 0; j < n; j++) {
    let slope = 0;
    for (let p = 0; p < terms; p++) {
      const i = places[p]!;
      slope += weights[i]! * slopes[i * n + j]!;
    }
    out[j] = state[j]! + h * slope;
  }
}

/** Stage by stage through `field.rhs`: works for every field. */
export class StageByStage implements StepKernel {
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly slopes: Float64Array;
  private readonly argument: Float64Array;
  private readonly rows: readonly Float64Array[];
  private readonly arguments: readonly Combination[];
  private readonly last: Combination;

  constructor(
    private readonly tableau: Tableau,
    private readonly field: Field,
  ) {
    const [n, rows] = [field.size, rowsOf(tableau)];
    this.state = new Float64Array(n);
    this.next = new Float64Array(n);
    this.argument = new Float64Array(n);
    this.slopes = new Float64Array(n * rows);
    this.arguments = tableau.a.map(combination);
    this.last = combination(tableau.b);
    this.rows = Array.from({ length: rows }, (_, i) => this.slopes.subarray(i * n, (i + 1) * n));
  }

  start(t: number): boolean {
    return this.evaluate(t, this.state, 0);
  }

  advance(t: number, tNext: number): number {
    const { stages, c, firstSameAsLast } = this.tableau;
    const h = tNext - t;
    for (let i = 1; i < stages; i++) {
      const argument = firstSameAsLast && i === stages - 1 ? this.next : this.argument;
      combine(this, this.arguments[i]!, h, argument);
      if (!this.evaluate(c[i] === 1 ? tNext : t + c[i]! * h, argument, i)) return i;
    }
    if (!firstSameAsLast) combine(this, this.last, h, this.next);
    return firstNotFinite(this.next) < 0 ? -1 : stages - 1;
  }

  end(t: number): boolean {
    return this.evaluate(t, this.next, endRow(this.tableau));
  }

  scaledError(w: "weights" | "guard", h: number, rtol: number, atol: number): number {
    const { state, next, slopes } = this;
    const weights = this.tableau.error![w]!;
    const n = state.length;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      let slope = 0;
      for (let i = 0; i < weights.length; i++) slope += weights[i]! * slopes[i * n + j]!;
      if (slope === 0) continue; // 0/0 when atol is 0 and the component rests at 0
      const size = Math.max(Math.abs(state[j]!), Math.abs(next[j]!));
      const ratio = (h * slope) / (atol + rtol * size);
      sum += ratio * ratio;
    }
    return Math.sqrt(sum / Math.max(n, 1));
  }

  private evaluate(t: number, state: Float64Array, row: number): boolean {
    const out = this.rows[row]!;
    this.field.rhs(t, state, out);
    return firstNotFinite(out) < 0;
  }
}
