/** The seam between the loop and a method: a `Method` makes a `Stepper` for a field; the loop sees only this. */

import type { Controller } from "../control/controller.js";
import type { Tolerances } from "../control/norm.js";
import type { Field } from "../field.js";
import type { Snapshot } from "../snapshot.js";
import type { Tableau } from "./tableau.js";

/**
 * How a trial step went. `not-finite`: a derivative or the new state is NaN or infinite, see `fault`.
 * `no-convergence`: an inner solve (implicit methods) did not converge. After either one the loop asks the
 * controller for a shorter step.
 */
export type StepOutcome = "ok" | "not-finite" | "no-convergence";

/** Where a number stopped being finite; one object per stepper, overwritten in place. */
export interface Fault {
  quantity: "rhs" | "state";
  component: number;
  value: number;
  t: number;
  /** True when the accepted start of the step is itself at fault, so that no shorter step can help. */
  atStart: boolean;
}

/** Why going on would change nothing new: what a step shows of discrete updates. */
export interface Conclusion {
  readonly status: "fixed-point" | "two-cycle" | "cycle";
  /** Steps after which the state comes back, and the state one step before. */
  readonly period?: number;
  readonly previous?: Float64Array;
}

/**
 * One method at work on one field. The stepper owns its buffers (they may live in WASM memory) and allocates
 * nothing after it is created. Life of a step: `step(tNext)` makes a trial from (t, state) to (tNext, next);
 * `errorNorm`, `interpolate` and `next` then describe the trial; `accept()` makes it the new start, or
 * another `step` discards it.
 */
export interface Stepper {
  /** Start of the current step. */
  readonly t: number;
  readonly state: Float64Array;
  /** End of the latest trial step. */
  readonly tNext: number;
  readonly next: Float64Array;
  readonly fault: Fault;
  /** Right-hand sides evaluated so far. */
  readonly evaluations: number;
  /** Of a step made of smaller ones: the largest rise of the energy in one of them. */
  readonly largestRise?: number;
  /** What a report should say of the method, beside why it was chosen. */
  readonly remark?: string | undefined;
  /** After `accept`, while the field does not jump. */
  readonly conclusion?: Conclusion | undefined;
  /**
   * Stand at (t, state), copied in, forgetting every derivative seen before. Called at the start and after
   * each jump of the field; `state` may be the stepper's own.
   */
  init(t: number, state: Float64Array): void;
  step(tNext: number): StepOutcome;
  /** RMS over components of `error / (atol + rtol·max(|state|, |next|))`; a value up to 1 is within tolerance. */
  errorNorm(rtol: number, atol: number): number;
  accept(): void;
  /** The right-hand side at (t, state): evaluated at most once and then reused by the next step. */
  derivative(): Float64Array;
  /**
   * What the next step needs beside t and the state (see `Keepable`): a run whose stepper has both can be kept and go on.
   */
  save?(): Snapshot;
  restore?(from: Snapshot): void;
  /** For methods that choose order and step together (multistep): the controller to use, given the first step. */
  control?(firstStep: number): Controller;
  /** Dense output: the solution at `t` inside the trial step, written to `out`. */
  interpolate(t: number, out: Float64Array): void;
  /** The run is over and its result copied: memory that is shared with other steppers may go to them. */
  release?(): void;
}

/** A method as a value: what it promises, and how to make a stepper. `F` narrows for structured fields. */
export interface Method<F extends Field = Field> {
  readonly name: string;
  /** Order of convergence of the accepted solution. */
  readonly order: number;
  /** Order of the embedded solution behind `errorNorm`; undefined when there is no estimate: fixed steps only. */
  readonly errorOrder: number | undefined;
  /** The coefficients, where they are all there is to the method. */
  readonly tableau?: Tableau;
  /** The method has no meaning for fixed steps. */
  readonly adaptiveOnly?: boolean;
  /** Why the method cannot run this field; undefined when it can. Left out: it runs every field. */
  unsuited?(field: Field): string | undefined;
  /** `tolerances` are those by which the loop will judge errors: implicit methods solve their equations to a part of them. */
  create(field: F, tolerances?: Tolerances): Stepper;
}
