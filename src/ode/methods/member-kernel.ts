/** Steps that several members of an ensemble take at once come in; for each member a stepper like any other goes out. */

import type { Field, Functional } from "../field.js";
import { endRow, rowsOf, type StepKernel } from "./step-kernel.js";
import type { Fault, Method, StepOutcome, Stepper } from "./stepper.js";
import type { Tableau } from "./tableau.js";

/**
 * As `StepKernel`, for `members` at once, whose numbers lie side by side: entry j of member m is at j·members + m. Each
 * member has its own step length; the field must not depend on time.
 */
export interface MemberKernel {
  readonly members: number;
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly slopes: Float64Array;
  /** One number for each member, as in the following. */
  readonly h: Float64Array;
  /** 1 for the members whose step was good. */
  readonly accepted: Float64Array;
  /** What `scaledError` found. */
  readonly error: Float64Array;
  /** 0 where all that `start` or `advance` computed is finite, else NaN. */
  readonly verdict: Float64Array;
  /** The energy that `evaluateEnergy` computes at `next`, where there is one, and what it found. */
  readonly energy: { readonly of: Functional; readonly values: Float64Array } | undefined;
  /** Reads what the caller may have changed. */
  refresh(): void;
  tolerate(rtol: number, atol: number): void;
  start(): void;
  advance(): void;
  /** For the good steps, `next` becomes `state`, and its slope the first if it is a stage. */
  accept(): void;
  scaledError(w: "weights" | "guard"): void;
  evaluateEnergy(): void;
  /** The numbers may be given to another ensemble from now on. */
  release(): void;
}

/** All members of a kernel, and what came of their latest step together. */
export class Together {
  readonly steppers: readonly MemberStepper[];
  private readonly verdict: Float64Array;
  private readonly sizes: Float64Array;
  private readonly guards: Float64Array;

  constructor(
    readonly kernel: MemberKernel,
    readonly tableau: Tableau,
    method: Method,
    field: Field,
    private readonly usesError: boolean,
    private readonly usesEnergy: boolean,
  ) {
    const each = () => new Float64Array(kernel.members);
    [this.verdict, this.sizes, this.guards] = [each(), each(), each()];
    this.steppers = Array.from(
      { length: kernel.members },
      (_, m) => new MemberStepper(this, m, method, field),
    );
  }

  /** First slopes of all members; a member that has it computes it again, to the same bits. */
  start(): void {
    this.kernel.start();
    for (const s of this.steppers) s.started(this.kernel.verdict[s.member] === 0);
  }

  /** A step of length h[m] by every member. */
  advance(): void {
    const { kernel, tableau } = this;
    kernel.advance();
    this.verdict.set(kernel.verdict);
    if (this.usesError) {
      kernel.scaledError("weights");
      this.sizes.set(kernel.error);
      if (tableau.error?.guard) kernel.scaledError("guard");
      this.guards.set(kernel.error);
    }
    if (this.usesEnergy) kernel.evaluateEnergy();
    kernel.accepted.fill(0);
  }

  isFinite(member: number): boolean {
    return this.verdict[member] === 0;
  }

  sizeOf(member: number, w: "weights" | "guard"): number {
    return (w === "weights" ? this.sizes : this.guards)[member]!;
  }
}

/**
 * One member. Its `step` tells what came of the step that all have taken together. What only observers and failures ask
 * for, such as dense output, is left to a stepper of the method that stands on a copy of the member's numbers.
 */
export class MemberStepper implements Stepper {
  t = 0;
  tNext = 0;
  private readonly copies: StepKernel;
  private readonly inner: Stepper;
  /** Which of the copies are those of the latest step. */
  private readonly fresh = { state: false, next: false, inner: false };
  private counted = 0;
  /** Whether the first slope has been counted: only once a step or an observer uses it. */
  private startUsed = false;
  private startFinite = false;

  constructor(
    private readonly all: Together,
    readonly member: number,
    method: Method,
    private readonly field: Field,
  ) {
    this.copies = this.copiesOf(all.tableau);
    this.inner = method.create({
      size: field.size,
      rhs: (t, x, out) => field.rhs(t, x, out),
      stepKernel: () => this.copies,
    });
  }

  private copiesOf(tableau: Tableau): StepKernel {
    const n = this.field.size;
    const slopes = new Float64Array(rowsOf(tableau) * n);
    const next = new Float64Array(n);
    const end = slopes.subarray(endRow(tableau) * n, (endRow(tableau) + 1) * n);
    return {
      state: new Float64Array(n),
      next,
      slopes,
      start: () => this.startFinite,
      advance: () => (this.all.isFinite(this.member) ? -1 : tableau.stages - 1),
      end: (t) => {
        this.field.rhs(t, next, end);
        return end.every(Number.isFinite);
      },
      scaledError: (w) => this.all.sizeOf(this.member, w),
    };
  }

  /** Every `members`-th number from the member's on. */
  private gather(from: Float64Array, to: Float64Array, count = to.length, at = 0): void {
    const { members } = this.all.kernel;
    for (let j = 0, k = at * members + this.member; j < count; j++, k += members) to[j] = from[k]!;
  }

  get state(): Float64Array {
    if (!this.fresh.state) this.gather(this.all.kernel.state, this.copies.state);
    this.fresh.state = true;
    return this.copies.state;
  }

  get next(): Float64Array {
    if (!this.fresh.next) this.gather(this.all.kernel.next, this.copies.next);
    this.fresh.next = true;
    return this.copies.next;
  }

  /** The inner stepper, having taken the latest step. */
  private get detailed(): Stepper {
    if (this.fresh.inner) return this.inner;
    this.gather(this.all.kernel.slopes, this.copies.slopes);
    this.inner.init(this.t, this.state);
    void this.next;
    this.inner.step(this.tNext);
    this.counted -= this.inner.evaluations;
    this.fresh.inner = true;
    return this.inner;
  }

  get fault(): Fault {
    return this.detailed.fault;
  }

  get evaluations(): number {
    return this.counted + (this.fresh.inner ? this.inner.evaluations : 0);
  }

  private forget(): void {
    if (this.fresh.inner) this.counted += this.inner.evaluations;
    this.fresh.inner = false;
    this.fresh.next = false;
  }

  init(t: number, state: Float64Array): void {
    this.forget();
    const { kernel } = this.all;
    for (let j = 0, k = this.member; j < state.length; j++, k += kernel.members) kernel.state[k] = state[j]!;
    this.t = t;
    this.tNext = t;
    this.startUsed = false;
    this.fresh.state = false;
  }

  /** A new member in this place. */
  reset(): void {
    this.forget();
    this.counted = 0;
  }

  started(finite: boolean): void {
    this.startFinite = finite;
  }

  private useStart(): void {
    if (!this.startUsed) this.counted++;
    this.startUsed = true;
  }

  /** Where the step is to end that all take next. */
  aimAt(tNext: number): void {
    this.forget();
    this.tNext = tNext;
    this.all.kernel.h[this.member] = tNext - this.t;
  }

  step(_tNext: number): StepOutcome {
    this.useStart();
    if (!this.startFinite) return "not-finite";
    this.counted += this.all.tableau.stages - 1;
    return this.all.isFinite(this.member) ? "ok" : "not-finite";
  }

  errorNorm(_rtol: number, _atol: number): number {
    const size = this.all.sizeOf(this.member, "weights");
    if (!this.all.tableau.error?.guard || size === 0) return size;
    return size / Math.hypot(1, 0.1 * (this.all.sizeOf(this.member, "guard") / size));
  }

  accept(): void {
    this.all.kernel.accepted[this.member] = 1;
    this.t = this.tNext;
    this.startUsed = this.all.tableau.firstSameAsLast;
    this.fresh.state = false;
  }

  derivative(): Float64Array {
    this.useStart();
    this.gather(this.all.kernel.slopes, this.copies.slopes, this.field.size);
    return this.copies.slopes.subarray(0, this.field.size);
  }

  interpolate(t: number, out: Float64Array): void {
    this.detailed.interpolate(t, out);
  }

  /** The energy at `next` is known from the step; elsewhere it is evaluated. */
  energyBy(energy: Functional): Functional {
    const { kernel } = this.all;
    if (kernel.energy?.of !== energy) return energy;
    const { values } = kernel.energy;
    return (t, state) => (state === this.copies.next ? values[this.member]! : energy(t, state));
  }
}
