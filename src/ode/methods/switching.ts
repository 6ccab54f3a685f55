/**
 * An explicit method and an implicit one come in; a method that begins with the first and goes over to the second for
 * good where the field turns out to be stiff goes out.
 *
 * Stiff means that stability, not accuracy, holds the step down: the step times the largest eigenvalue of the Jacobian is
 * near the end of the region of stability, and that eigenvalue is real and negative (Hairer & Wanner II, IV.2). It is
 * looked at by power iteration every few hundred steps where the field has a product with its Jacobian, so that a run that is not stiff hardly notices.
 */

import { norm } from "../../solve/index.js";
import type { Controller, Verdict } from "../control/controller.js";
import type { Tolerances } from "../control/norm.js";
import { PIController } from "../control/proportional-integral.js";
import type { Field } from "../field.js";
import type { Fault, Method, StepOutcome, Stepper } from "./stepper.js";

/** Accepted steps between two looks; two looks in a row must find the field stiff. */
const INTERVAL = 250;
const ITERATIONS = 12;
/** Of the explicit pairs, whose real intervals of stability end between 3.3 and 6.1. */
const LIMIT = 2;
/** Cosine between v and Jv from which on the leading eigenvalue counts as real and negative. */
const ALIGNED = -0.9;

class Switching implements Stepper, Controller {
  readonly usesError = true;
  readonly elastic = true;
  private active: Stepper;
  private controller: Controller | undefined;
  private accepted = 0;
  private suspected = false;
  private spent = 0;
  private switchedAt: number | undefined;

  constructor(
    private readonly field: Field,
    private readonly tolerances: Tolerances | undefined,
    private readonly explicit: Method,
    private readonly implicit: Method,
  ) {
    this.active = explicit.create(field, tolerances);
  }

  get t(): number {
    return this.active.t;
  }
  get tNext(): number {
    return this.active.tNext;
  }
  get state(): Float64Array {
    return this.active.state;
  }
  get next(): Float64Array {
    return this.active.next;
  }
  get fault(): Fault {
    return this.active.fault;
  }
  get evaluations(): number {
    return this.spent + this.active.evaluations;
  }
  /** What a report should say of the method. */
  get remark(): string | undefined {
    return this.switchedAt === undefined
      ? undefined
      : `stiff from t = ${Number(this.switchedAt.toPrecision(3))} on: ${this.implicit.name}`;
  }

  init(t: number, state: Float64Array): void {
    this.active.init(t, state);
  }
  step(tNext: number): StepOutcome {
    return this.active.step(tNext);
  }
  errorNorm(rtol: number, atol: number): number {
    return this.active.errorNorm(rtol, atol);
  }
  derivative(): Float64Array {
    return this.active.derivative();
  }
  interpolate(t: number, out: Float64Array): void {
    this.active.interpolate(t, out);
  }
  release(): void {
    this.active.release?.();
  }

  accept(): void {
    const h = this.tNext - this.t;
    this.active.accept();
    if (this.switchedAt !== undefined || ++this.accepted % INTERVAL !== 0) return;
    const stiff = this.isStiff(h);
    if (stiff && this.suspected) this.goOver(h);
    this.suspected = stiff;
  }

  private goOver(h: number): void {
    const { t, active } = this;
    const state = active.state.slice();
    this.spent += active.evaluations;
    active.release?.();
    this.active = this.implicit.create(this.field, this.tolerances);
    this.active.init(t, state);
    this.controller = this.active.control?.(h) ?? new PIController(this.implicit.errorOrder ?? 1, h);
    this.switchedAt = t;
  }

  /** Power iteration from the rate of change, which lies in the fast directions once they are what moves. */
  private isStiff(h: number): boolean {
    const { field, state } = this;
    if (field.jvp === undefined) return false;
    const [v, image] = [this.derivative().slice(), new Float64Array(field.size)];
    for (const k of v.keys()) v[k]! += 1e-3 * Math.cos(k + 1);
    let [size, cosine] = [0, 0];
    for (let turn = 0; turn < ITERATIONS; turn++) {
      const length = norm(v);
      if (!(length > 0 && length < Number.POSITIVE_INFINITY)) return false;
      for (const k of v.keys()) v[k]! /= length;
      field.jvp(state, v, image);
      size = norm(image);
      cosine = v.reduce((s, x, k) => s + x * image[k]!, 0) / size;
      v.set(image);
    }
    return h * size > LIMIT && cosine < ALIGNED;
  }

  // ---- the controller -------------------------------------------------------------------------------------

  control(firstStep: number): Controller {
    this.controller = new PIController(this.explicit.errorOrder!, firstStep);
    return this;
  }
  propose(t: number): number {
    return this.controller!.propose(t);
  }
  adapt(h: number, error: number): Verdict {
    return this.controller!.adapt(h, error);
  }
  restart(t: number): void {
    this.controller!.restart(t);
  }
}

/** The explicit method by name and coefficients, with the other behind it. */
export const switching = (explicit: Method, implicit: Method): Method => ({
  ...explicit,
  create: (field, tolerances) =>
    implicit.unsuited?.(field) === undefined
      ? new Switching(field, tolerances, explicit, implicit)
      : explicit.create(field, tolerances),
});
