/** A tableau comes in; a method whose steppers run it on any field, without allocating per step, goes out. */

import type { Field } from "../field.js";
import { checkFinite, noFault } from "./finite.js";
import {
  type Combination,
  combination,
  combine,
  endRow,
  StageByStage,
  type StepKernel,
} from "./step-kernel.js";
import type { Fault, Method, StepOutcome, Stepper } from "./stepper.js";
import { compileTableau, type Tableau, type TableauData, type TableauDense } from "./tableau.js";

class ExplicitRungeKutta implements Stepper {
  t = 0;
  tNext = 0;
  evaluations = 0;
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly fault: Fault = noFault();
  private readonly kernel: StepKernel;
  private readonly argument: Float64Array;
  private readonly extraRows: readonly Combination[];
  /** Weights at the latest θ; filled in place. */
  private readonly denseWeights: Combination;
  private readonly startSlope: Float64Array;
  /** f(tNext, next): the last stage if the tableau is FSAL, else a row of its own. */
  private readonly endSlope: Float64Array;
  private startKnown = false;
  private startFinite = false;
  private endKnown = false;
  private endFinite = false;
  /** Whether the stages that only dense output needs belong to the present trial step, and are finite. */
  private extra: "unknown" | "finite" | "not-finite" = "unknown";

  constructor(
    private readonly tableau: Tableau,
    private readonly field: Field,
  ) {
    const { stages, dense } = tableau;
    this.kernel = field.stepKernel?.(tableau) ?? new StageByStage(tableau, field);
    this.state = this.kernel.state;
    this.next = this.kernel.next;
    this.argument = new Float64Array(field.size);
    this.startSlope = this.slope(0);
    this.endSlope = this.slope(endRow(tableau));
    this.extraRows = dense?.a.map(combination) ?? [];
    const used = (i: number) => dense?.powers[i]?.some((power) => power !== 0) ?? false;
    const all = stages + this.extraRows.length;
    this.denseWeights = {
      weights: new Float64Array(all),
      places: Int32Array.from({ length: all }, (_, i) => i).filter(used),
    };
  }

  private slope(row: number): Float64Array {
    const n = this.state.length;
    return this.kernel.slopes.subarray(row * n, (row + 1) * n);
  }

  init(t: number, state: Float64Array): void {
    this.t = t;
    this.tNext = t;
    this.state.set(state);
    this.startKnown = false;
    this.endKnown = false;
  }

  step(tNext: number): StepOutcome {
    this.tNext = tNext;
    this.endKnown = false;
    this.extra = "unknown";
    this.evaluateStart();
    if (!this.startFinite) {
      this.fault.atStart = true;
      return "not-finite";
    }
    const { stages, firstSameAsLast } = this.tableau;
    const evaluated = this.kernel.advance(this.t, tNext);
    this.evaluations += evaluated < 0 ? stages - 1 : evaluated;
    this.endKnown = firstSameAsLast;
    this.endFinite = firstSameAsLast;
    if (evaluated < 0) return "ok";
    this.blame(evaluated);
    return "not-finite";
  }

  errorNorm(rtol: number, atol: number): number {
    const { error } = this.tableau;
    if (!error) throw new Error(`${this.tableau.name} has no error estimate; the loop must not ask for one`);
    const { kernel, tNext, t } = this;
    const size = kernel.scaledError("weights", tNext - t, rtol, atol);
    if (!error.guard || size === 0) return size;
    const guard = kernel.scaledError("guard", tNext - t, rtol, atol);
    // e²/sqrt(e² + 0.01 g²), written so that neither square overflows.
    return size / Math.hypot(1, 0.1 * (guard / size));
  }

  accept(): void {
    this.t = this.tNext;
    this.state.set(this.next);
    if (this.endKnown) this.startSlope.set(this.endSlope);
    this.startKnown = this.endKnown;
    this.startFinite = this.endFinite;
  }

  derivative(): Float64Array {
    this.evaluateStart();
    return this.startSlope;
  }

  interpolate(t: number, out: Float64Array): void {
    const h = this.tNext - this.t;
    const theta = (t - this.t) / h;
    const { dense } = this.tableau;
    if (dense && this.evaluateExtra(dense, h)) {
      this.weighStages(dense.powers, theta);
      combine(this.kernel, this.denseWeights, h, out);
    } else if (this.evaluateEnd()) this.hermite(theta, h, out);
    else this.parabola(theta, h, out);
  }

  release(): void {
    this.kernel.release?.();
  }

  /** The stages of dense output, once a step; false where one is not finite. */
  private evaluateExtra({ c, a }: TableauDense, h: number): boolean {
    for (let i = 0; this.extra === "unknown" && i < a.length; i++) {
      combine(this.kernel, this.extraRows[i]!, h, this.argument);
      const stage = this.slope(this.tableau.stages + i);
      if (!this.evaluate(this.t + c[i]! * h, this.argument, stage)) this.extra = "not-finite";
    }
    if (this.extra === "unknown") this.extra = "finite";
    return this.extra === "finite";
  }

  /** b_i(θ) for every stage, by Horner's rule. */
  private weighStages(powers: readonly Float64Array[], theta: number): void {
    for (let i = 0; i < powers.length; i++) {
      const row = powers[i]!;
      let value = 0;
      for (let m = row.length - 1; m >= 0; m--) value = (value + row[m]!) * theta;
      this.denseWeights.weights[i] = value;
    }
  }

  /** Cubic Hermite through both ends (HNW I, II.6, eq. 6.7): order 3, continuously differentiable. */
  private hermite(theta: number, h: number, out: Float64Array): void {
    const [start, end, f0, f1] = [this.state, this.next, this.startSlope, this.endSlope];
    for (let j = 0; j < out.length; j++) {
      const rise = end[j]! - start[j]!;
      const bend = (1 - 2 * theta) * rise + h * ((theta - 1) * f0[j]! + theta * f1[j]!);
      out[j] = start[j]! + theta * (rise + (theta - 1) * bend);
    }
  }

  /** Through both ends and along the first slope, order 2: where the field has no value at the end of the step. */
  private parabola(theta: number, h: number, out: Float64Array): void {
    const [start, end, f0] = [this.state, this.next, this.startSlope];
    for (let j = 0; j < out.length; j++) {
      const rise = end[j]! - start[j]!;
      out[j] = start[j]! + theta * (h * f0[j]! + theta * (rise - h * f0[j]!));
    }
  }

  private evaluateStart(): void {
    if (this.startKnown) return;
    this.evaluations++;
    this.startFinite = this.kernel.start(this.t);
    if (!this.startFinite) this.isFinite(this.t, this.startSlope, "rhs");
    this.startKnown = true;
  }

  private evaluateEnd(): boolean {
    if (this.endKnown) return this.endFinite;
    this.evaluations++;
    this.endFinite = this.kernel.end(this.tNext);
    if (!this.endFinite) this.isFinite(this.tNext, this.endSlope, "rhs");
    this.endKnown = true;
    return this.endFinite;
  }

  /** Of a step whose stages up to `evaluated` were computed: which is not finite, or else y₁. */
  private blame(evaluated: number): void {
    const [{ c }, h] = [this.tableau, this.tNext - this.t];
    for (let i = 1; i <= evaluated; i++)
      if (!this.isFinite(c[i] === 1 ? this.tNext : this.t + c[i]! * h, this.slope(i), "rhs")) return;
    this.isFinite(this.tNext, this.next, "state");
  }

  /** A stage beyond those of the step. */
  private evaluate(t: number, state: Float64Array, out: Float64Array): boolean {
    this.evaluations++;
    this.field.rhs(t, state, out);
    return this.isFinite(t, out, "rhs");
  }

  private isFinite(t: number, values: Float64Array, quantity: Fault["quantity"]): boolean {
    return checkFinite(t, values, quantity, this.fault);
  }
}

/** The method that a tableau describes. The coefficients are taken as given: see `tableauDefects`. */
export function explicitRungeKutta(data: TableauData): Method {
  const tableau = compileTableau(data);
  return {
    name: tableau.name,
    order: tableau.order,
    errorOrder: tableau.error?.order,
    tableau,
    create: (field) => new ExplicitRungeKutta(tableau, field),
  };
}
