/** A tableau comes in; a method whose steppers run it on any field, without allocating per step, goes out. */

import type { Field } from "../field.js";
import { kept, type Snapshot } from "../snapshot.js";
import type { Fault, Method, StepOutcome, Stepper } from "./stepper.js";
import { compileTableau, type Tableau, type TableauData } from "./tableau.js";

/** Index of the first NaN or infinite entry, or -1. `x − x` is 0 exactly for finite x. */
export function firstNotFinite(values: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += values[j]! - values[j]!;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

class ExplicitRungeKutta implements Stepper {
  t = 0;
  tNext = 0;
  evaluations = 0;
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly fault: Fault = { quantity: "rhs", component: 0, value: 0, t: 0, atStart: false };
  /** All stages, one after the other, so that the inner sums read one array; `stages` are views of it. */
  private readonly slopes: Float64Array;
  private readonly stages: readonly Float64Array[];
  private readonly argument: Float64Array;
  private readonly denseWeights: Float64Array;
  /** f(tNext, next): the last stage if the tableau is FSAL, else a row of its own. */
  private readonly endSlope: Float64Array;
  private startKnown = false;
  private startFinite = false;
  private endKnown = false;
  private endFinite = false;

  constructor(
    private readonly tableau: Tableau,
    private readonly field: Field,
  ) {
    const [n, rows] = [field.size, tableau.stages + (tableau.firstSameAsLast ? 0 : 1)];
    this.state = new Float64Array(n);
    this.next = new Float64Array(n);
    this.argument = new Float64Array(n);
    this.slopes = new Float64Array(n * rows);
    this.stages = Array.from({ length: rows }, (_, i) => this.slopes.subarray(i * n, (i + 1) * n));
    this.endSlope = this.stages[rows - 1]!;
    this.denseWeights = new Float64Array(tableau.stages);
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
    this.evaluateStart();
    if (!this.startFinite) {
      this.fault.atStart = true;
      return "not-finite";
    }
    return this.evaluateStages(tNext - this.t) && this.reachEnd(tNext - this.t) ? "ok" : "not-finite";
  }

  errorNorm(rtol: number, atol: number): number {
    const weights = this.tableau.error?.weights;
    if (!weights)
      throw new Error(`${this.tableau.name} has no error estimate; the loop must not ask for one`);
    const [n, h] = [this.state.length, this.tNext - this.t];
    let sum = 0;
    for (let j = 0; j < n; j++) {
      let slope = 0;
      for (let i = 0; i < weights.length; i++) slope += weights[i]! * this.slopes[i * n + j]!;
      if (slope === 0) continue; // 0/0 when atol is 0 and the component rests at 0
      const size = Math.max(Math.abs(this.state[j]!), Math.abs(this.next[j]!));
      const ratio = (h * slope) / (atol + rtol * size);
      sum += ratio * ratio;
    }
    return Math.sqrt(sum / Math.max(n, 1));
  }

  accept(): void {
    this.t = this.tNext;
    this.state.set(this.next);
    if (this.endKnown) this.stages[0]!.set(this.endSlope);
    this.startKnown = this.endKnown;
    this.startFinite = this.endFinite;
  }

  derivative(): Float64Array {
    this.evaluateStart();
    return this.stages[0]!;
  }

  save(): Snapshot {
    const { evaluations, startKnown, startFinite } = this;
    return { evaluations, startKnown, startFinite, slope: this.stages[0]!.slice() };
  }

  restore(from: Snapshot): void {
    this.evaluations = kept(from, "evaluations");
    this.startKnown = kept(from, "startKnown");
    this.startFinite = kept(from, "startFinite");
    this.stages[0]!.set(kept<Float64Array>(from, "slope"));
  }

  interpolate(t: number, out: Float64Array): void {
    const h = this.tNext - this.t;
    const theta = (t - this.t) / h;
    const { dense } = this.tableau;
    if (dense) this.combine(this.weighStages(dense.powers, theta), h, out);
    else this.hermite(theta, h, out);
  }

  /** b_i(θ) for every stage, by Horner's rule. */
  private weighStages(powers: readonly Float64Array[], theta: number): Float64Array {
    for (let i = 0; i < powers.length; i++) {
      const row = powers[i]!;
      let value = 0;
      for (let m = row.length - 1; m >= 0; m--) value = (value + row[m]!) * theta;
      this.denseWeights[i] = value;
    }
    return this.denseWeights;
  }

  /** out = state + h Σ_i weights_i k_i; the slopes are summed first, which keeps one rounding against `state`. */
  private combine(weights: Float64Array, h: number, out: Float64Array): void {
    const { state, slopes } = this;
    const [n, terms] = [state.length, weights.length];
    for (let j = 0; j < n; j++) {
      let slope = 0;
      for (let i = 0; i < terms; i++) slope += weights[i]! * slopes[i * n + j]!;
      out[j] = state[j]! + h * slope;
    }
  }

  /** Cubic Hermite through both ends (HNW I, II.6, eq. 6.7): order 3, continuously differentiable. */
  private hermite(theta: number, h: number, out: Float64Array): void {
    this.evaluateEnd();
    const [start, end, f0, f1] = [this.state, this.next, this.stages[0]!, this.endSlope];
    for (let j = 0; j < out.length; j++) {
      const rise = end[j]! - start[j]!;
      const bend = (1 - 2 * theta) * rise + h * ((theta - 1) * f0[j]! + theta * f1[j]!);
      out[j] = start[j]! + theta * (rise + (theta - 1) * bend);
    }
  }

  private evaluateStages(h: number): boolean {
    const { stages, c, a, firstSameAsLast } = this.tableau;
    for (let i = 1; i < stages; i++) {
      const argument = firstSameAsLast && i === stages - 1 ? this.next : this.argument;
      this.combine(a[i]!, h, argument);
      const time = c[i] === 1 ? this.tNext : this.t + c[i]! * h;
      if (!this.evaluate(time, argument, this.stages[i]!)) return false;
    }
    this.endKnown = firstSameAsLast;
    this.endFinite = firstSameAsLast;
    return true;
  }

  private reachEnd(h: number): boolean {
    if (!this.tableau.firstSameAsLast) this.combine(this.tableau.b, h, this.next);
    return this.isFinite(this.tNext, this.next, "state");
  }

  private evaluateStart(): void {
    if (this.startKnown) return;
    this.startFinite = this.evaluate(this.t, this.state, this.stages[0]!);
    this.startKnown = true;
  }

  private evaluateEnd(): void {
    if (this.endKnown) return;
    this.endFinite = this.evaluate(this.tNext, this.next, this.endSlope);
    this.endKnown = true;
  }

  private evaluate(t: number, state: Float64Array, out: Float64Array): boolean {
    this.evaluations++;
    this.field.rhs(t, state, out);
    return this.isFinite(t, out, "rhs");
  }

  private isFinite(t: number, values: Float64Array, quantity: Fault["quantity"]): boolean {
    const component = firstNotFinite(values);
    if (component < 0) return true;
    const { fault } = this;
    fault.quantity = quantity;
    fault.component = component;
    fault.value = values[component]!;
    fault.t = t;
    fault.atStart = false;
    return false;
  }
}

/** The method that a tableau describes. The coefficients are taken as given: see `tableauDefects`. */
export function explicitRungeKutta(data: TableauData): Method {
  const tableau = compileTableau(data);
  return {
    name: tableau.name,
    order: tableau.order,
    errorOrder: tableau.error?.order,
    create: (field) => new ExplicitRungeKutta(tableau, field),
  };
}
