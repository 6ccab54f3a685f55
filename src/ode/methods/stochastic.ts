/**
 * A noise comes in; methods for dx = f(x) dt + b(x) dW (Itô, one independent Wiener process for each component) go out.
 * Steps are fixed: the numbers drawn belong to the step that drew them, so no step is taken back.
 */

import type { Field } from "../field.js";
import { kept, type Snapshot } from "../snapshot.js";
import { checkFinite, noFault } from "./finite.js";
import type { Fault, Method, StepOutcome, Stepper } from "./stepper.js";

/** The noise of a field; nothing in it allocates per call. */
export interface Noise {
  /** Writes b at a state. */
  amplitude(state: Float64Array, out: Float64Array): void;
  /** Whether b is the same at all states. */
  readonly additive: boolean;
  /** Where the numbers come from, made anew for every run. */
  source(): NormalSource;
}

/** Independent standard normal numbers, the same ones from the same state. */
export interface NormalSource {
  fill(out: Float64Array): void;
  getState(): readonly number[];
  setState(state: readonly number[]): void;
}

/** What the methods for noise share: buffers, the fault, the drift at the start of a step. */
export abstract class Stochastic implements Stepper {
  t = 0;
  tNext = 0;
  evaluations = 0;
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly fault: Fault = noFault();
  protected readonly drift: Float64Array;
  protected started = false;

  constructor(
    protected readonly field: Field,
    protected readonly source: NormalSource,
  ) {
    this.state = new Float64Array(field.size);
    this.next = new Float64Array(field.size);
    this.drift = new Float64Array(field.size);
  }

  init(t: number, state: Float64Array): void {
    this.t = this.tNext = t;
    this.state.set(state);
    this.jumped(this.started);
    this.started = true;
  }

  step(tNext: number): StepOutcome {
    this.tNext = tNext;
    return this.advance(tNext - this.t) && this.isFinite(this.next, "state") ? "ok" : "not-finite";
  }

  errorNorm(): number {
    throw new Error("a stochastic step has no error estimate; the loop must not ask for one");
  }

  accept(): void {
    this.t = this.tNext;
    this.state.set(this.next);
  }

  save(): Snapshot {
    return { evaluations: this.evaluations, source: [...this.source.getState()] };
  }

  restore(from: Snapshot): void {
    this.evaluations = kept(from, "evaluations");
    this.source.setState(kept<readonly number[]>(from, "source"));
  }

  /** The drift alone. */
  derivative(): Float64Array {
    this.evaluate(this.state, this.drift);
    return this.drift;
  }

  /** A straight line: what the path does between two steps is not known. */
  interpolate(t: number, out: Float64Array): void {
    const theta = (t - this.t) / (this.tNext - this.t);
    for (let k = 0; k < out.length; k++) out[k] = this.state[k]! + theta * (this.next[k]! - this.state[k]!);
  }

  /** The field has jumped; `again` is false at the start of a run. */
  protected abstract jumped(again: boolean): void;

  /** Writes `next`; false with the fault set where a derivative is not finite. */
  protected abstract advance(h: number): boolean;

  protected evaluate(state: Float64Array, out: Float64Array): boolean {
    this.evaluations++;
    this.field.rhs(this.t, state, out);
    return this.isFinite(out, "rhs");
  }

  protected isFinite(values: Float64Array, quantity: Fault["quantity"]): boolean {
    const finite = checkFinite(this.t, values, quantity, this.fault);
    // A step is not tried again: no shorter one would draw the same numbers.
    this.fault.atStart = true;
    return finite;
  }
}

/** Methods whose only need of the noise is b and normal numbers. */
abstract class Diffusive extends Stochastic {
  protected readonly amplitude: Float64Array;
  protected readonly normal: Float64Array;

  constructor(
    field: Field,
    protected readonly noise: Noise,
  ) {
    super(field, noise.source());
    this.amplitude = new Float64Array(field.size);
    this.normal = new Float64Array(field.size);
  }

  protected jumped(_again: boolean): void {
    this.noise.amplitude(this.state, this.amplitude);
  }
}

/** x' = x + h f(x) + √h b(x) ξ (Maruyama 1955): weak order 1. */
class EulerMaruyama extends Diffusive {
  protected advance(h: number): boolean {
    if (!this.evaluate(this.state, this.drift)) return false;
    if (!this.noise.additive) this.noise.amplitude(this.state, this.amplitude);
    this.source.fill(this.normal);
    const root = Math.sqrt(h);
    for (let k = 0; k < this.next.length; k++)
      this.next[k] = this.state[k]! + h * this.drift[k]! + root * this.amplitude[k]! * this.normal[k]!;
    return true;
  }
}

/**
 * x* = x + h f(x) + √h b ξ, x' = x + h (f(x) + f(x*))/2 + √h b ξ: weak order 2 for a b that does not depend on the state
 * (Milstein & Tretyakov, Stochastic Numerics for Mathematical Physics, 2004, section 2.2).
 */
class StochasticHeun extends Diffusive {
  private readonly ahead = new Float64Array(this.field.size);

  protected advance(h: number): boolean {
    if (!this.evaluate(this.state, this.drift)) return false;
    this.source.fill(this.normal);
    const root = Math.sqrt(h);
    for (let k = 0; k < this.next.length; k++) {
      this.normal[k] = this.state[k]! + root * this.amplitude[k]! * this.normal[k]!;
      this.next[k] = this.normal[k]! + h * this.drift[k]!;
    }
    if (!this.evaluate(this.next, this.ahead)) return false;
    for (let k = 0; k < this.next.length; k++)
      this.next[k] = this.normal[k]! + (h * (this.drift[k]! + this.ahead[k]!)) / 2;
    return true;
  }
}

/**
 * x' = x + h f(x) + √h b (ξ + ξ')/2, with ξ' the ξ of the next step: the limit of BAOAB for large friction. Averages over its
 * stationary law are of order 2 in h, and exact for a quadratic energy (Leimkuhler & Matthews, Appl. Math. Res. Express
 * 2013, 34).
 */
class LeimkuhlerMatthews extends Diffusive {
  private readonly coming = new Float64Array(this.field.size);

  protected override jumped(again: boolean): void {
    super.jumped(again);
    if (!again) this.source.fill(this.coming);
  }

  override save(): Snapshot {
    return { ...super.save(), coming: this.coming.slice() };
  }

  override restore(from: Snapshot): void {
    super.restore(from);
    this.coming.set(kept<Float64Array>(from, "coming"));
  }

  protected advance(h: number): boolean {
    if (!this.evaluate(this.state, this.drift)) return false;
    this.normal.set(this.coming);
    this.source.fill(this.coming);
    const root = Math.sqrt(h) / 2;
    for (let k = 0; k < this.next.length; k++) {
      const kick = root * this.amplitude[k]! * (this.normal[k]! + this.coming[k]!);
      this.next[k] = this.state[k]! + h * this.drift[k]! + kick;
    }
    return true;
  }
}

const fixed = (name: string, order: number, create: Method["create"]): Method => ({
  name,
  order,
  errorOrder: undefined,
  create,
});

/** The orders are weak ones. */
export const eulerMaruyama = (noise: Noise): Method =>
  fixed("euler-maruyama", 1, (field) => new EulerMaruyama(field, noise));
export const stochasticHeun = (noise: Noise): Method =>
  fixed("stochastic-heun", 2, (field) => new StochasticHeun(field, noise));
export const leimkuhlerMatthews = (noise: Noise): Method =>
  fixed("leimkuhler-matthews", 1, (field) => new LeimkuhlerMatthews(field, noise));
