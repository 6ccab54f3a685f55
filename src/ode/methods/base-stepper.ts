/** A field comes in; what every stepper outside explicit Runge–Kutta shares goes out: buffers, the derivative, dense output. */

import type { Field } from "../field.js";
import { checkFinite, noFault } from "./finite.js";
import type { Fault, StepOutcome, Stepper } from "./stepper.js";

/** Weighted root mean square of a difference, as the loop judges errors (HNW I, II.4, eq. 4.11). */
export function errorOf(
  error: Float64Array,
  state: Float64Array,
  next: Float64Array,
  rtol: number,
  atol: number,
): number {
  let sum = 0;
  for (let j = 0; j < error.length; j++) {
    if (error[j] === 0) continue; // 0/0 when atol is 0 and the component rests at 0
    const ratio = error[j]! / (atol + rtol * Math.max(Math.abs(state[j]!), Math.abs(next[j]!)));
    sum += ratio * ratio;
  }
  return Math.sqrt(sum / Math.max(error.length, 1));
}

/** Derivatives are evaluated at most once at each end of a step; subclasses make `next` from `state`. */
export abstract class BaseStepper implements Stepper {
  t = 0;
  tNext = 0;
  evaluations = 0;
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly fault: Fault = noFault();
  private readonly slope: Float64Array;
  private readonly endSlope: Float64Array;
  private startKnown = false;
  private endKnown = false;

  constructor(protected readonly field: Field) {
    this.state = new Float64Array(field.size);
    this.next = new Float64Array(field.size);
    this.slope = new Float64Array(field.size);
    this.endSlope = new Float64Array(field.size);
  }

  abstract step(tNext: number): StepOutcome;
  abstract errorNorm(rtol: number, atol: number): number;

  init(t: number, state: Float64Array): void {
    this.t = this.tNext = t;
    this.state.set(state);
    this.startKnown = this.endKnown = false;
  }

  accept(): void {
    this.t = this.tNext;
    this.state.set(this.next);
    if (this.endKnown) this.slope.set(this.endSlope);
    this.startKnown = this.endKnown;
    this.endKnown = false;
  }

  derivative(): Float64Array {
    if (!this.startKnown) this.evaluate(this.t, this.state, this.slope);
    this.startKnown = true;
    return this.slope;
  }

  /** Cubic Hermite through both ends (HNW I, II.6, eq. 6.7). */
  interpolate(t: number, out: Float64Array): void {
    const h = this.tNext - this.t;
    const theta = (t - this.t) / h;
    const [f0, f1, start, end] = [this.derivative(), this.endDerivative(), this.state, this.next];
    for (let j = 0; j < out.length; j++) {
      const rise = end[j]! - start[j]!;
      const bend = (1 - 2 * theta) * rise + h * ((theta - 1) * f0[j]! + theta * f1[j]!);
      out[j] = start[j]! + theta * (rise + (theta - 1) * bend);
    }
  }

  /** A new trial begins: what was known of the end of the last one is forgotten. */
  protected begin(tNext: number): number {
    this.tNext = tNext;
    this.endKnown = false;
    return tNext - this.t;
  }

  protected endDerivative(): Float64Array {
    if (!this.endKnown) this.evaluate(this.tNext, this.next, this.endSlope);
    this.endKnown = true;
    return this.endSlope;
  }

  protected evaluate(t: number, state: Float64Array, out: Float64Array): void {
    this.evaluations++;
    this.field.rhs(t, state, out);
  }

  /** Whether the trial has a finite end; when it has none, whether its start already had no finite derivative. */
  protected ended(): StepOutcome {
    if (checkFinite(this.tNext, this.next, "state", this.fault)) return "ok";
    if (!checkFinite(this.t, this.derivative(), "rhs", this.fault)) this.fault.atStart = true;
    return "not-finite";
  }
}
