/**
 * A field whose drives are minus the derivative of an energy in the activations comes in; a method goes out whose step solves
 * (x' − x)/h = −m ⊙ ∇̄E(g, g') with a discrete gradient, (g' − g)·∇̄E = E' − E. Activations of convex Lagrangians are
 * monotone, so E' − E = −(g' − g)·(x' − x)/(h m) ≤ 0 at any step size (theory: docs/integration.md).
 *
 * The discrete gradient is Gonzalez's (J. Nonlinear Sci. 6 (1996) 449), taken in g around the trapezoid of ∂E/∂g = x − F.
 */

import { Gmres, norm } from "../../../solve/index.js";
import type { Block, Field, Functional, Structure } from "../../field.js";
import { BaseStepper, errorOf } from "../base-stepper.js";
import type { Method, StepOutcome } from "../stepper.js";

const NEWTON_STEPS = 25;
/** Products with the Jacobian for one Newton step, and what they may leave of the residual. */
const MOST_PRODUCTS = 40;
const FORCING = 1e-4;
/** Residual at which Newton's method stops, relative to 1 + |x|. */
const SOLVED = 1e-13;
/** Where rounding keeps it above that, it is good enough once it no longer falls and is below this. */
const SETTLED = 1e-9;
/** Rises of this many units of rounding of the energy are rounding. */
const ROUNDINGS = 64;
/** A step that cannot be solved is taken as two halves, this many times over at most. */
const DEEPEST = 14;
/** Below this |g' − g|, relative to 1 + |g|, the trapezoid is a discrete gradient up to rounding (its defect is of third order). */
const STILL = 1e-5;

/** One end of a step, with everything that the equation needs of it. */
class Point {
  readonly x: Float64Array;
  readonly g: Float64Array;
  /** −∂E/∂g = F − x. */
  readonly residual: Float64Array;
  readonly decay: Float64Array;
  energy = 0;

  constructor(size: number) {
    [this.x, this.g, this.residual, this.decay] = [0, 1, 2, 3].map(() => new Float64Array(size)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  copy(other: Point): void {
    for (const key of ["x", "g", "residual", "decay"] as const) this[key].set(other[key]);
    this.energy = other.energy;
  }
}

class DiscreteGradient extends BaseStepper {
  private readonly blocks: readonly Block[];
  private readonly from: Point;
  private readonly to: Point;
  private readonly shifted: Point;
  private readonly defect: Float64Array;
  private readonly trial: Float64Array;
  private readonly update: Float64Array;
  private readonly error: Float64Array;
  private readonly gmres: Gmres;

  constructor(
    field: Field,
    private readonly structure: Structure,
    private readonly energyOf: Functional,
  ) {
    super(field);
    this.blocks = structure.blocks;
    [this.from, this.to, this.shifted] = [0, 1, 2].map(() => new Point(field.size)) as [Point, Point, Point];
    const vector = () => new Float64Array(field.size);
    [this.defect, this.trial, this.update, this.error] = [vector(), vector(), vector(), vector()];
    this.gmres = new Gmres(field.size, Math.min(field.size, MOST_PRODUCTS));
  }

  step(tNext: number): StepOutcome {
    const h = this.begin(tNext);
    this.from.x.set(this.state);
    this.look(this.from);
    if (!Number.isFinite(this.from.energy)) {
      this.next.fill(Number.NaN);
      return this.ended();
    }
    const solved = this.advance(h, DEEPEST);
    this.next.set(this.from.x);
    return solved ? this.ended() : "no-convergence";
  }

  /** Against Simpson's rule, with the middle from the cubic Hermite polynomial through both ends: of third order. */
  errorNorm(rtol: number, atol: number): number {
    const h = this.tNext - this.t;
    const [start, end] = [this.derivative(), this.endDerivative()];
    const { state, next, trial, update, error } = this;
    for (let j = 0; j < trial.length; j++)
      trial[j] = (state[j]! + next[j]!) / 2 + (h / 8) * (start[j]! - end[j]!);
    this.evaluate(this.t + h / 2, trial, update);
    for (let j = 0; j < error.length; j++)
      error[j] = next[j]! - state[j]! - (h / 6) * (start[j]! + 4 * update[j]! + end[j]!);
    return errorOf(error, state, next, rtol, atol);
  }

  /** Moves `from` over h, in halves where the whole cannot be solved: each part is a step of the method. */
  private advance(h: number, depth: number): boolean {
    this.guess(h);
    if (this.solve(h) && this.descends()) {
      this.from.copy(this.to);
      return true;
    }
    return depth > 0 && this.advance(h / 2, depth - 1) && this.advance(h / 2, depth - 1);
  }

  /** The exponential Euler step: bounded at any h. */
  private guess(h: number): void {
    const { x, residual, decay } = this.from;
    for (let j = 0; j < x.length; j++) this.to.x[j] = x[j]! - Math.expm1(-h * decay[j]!) * residual[j]!;
    this.look(this.to);
  }

  private descends(): boolean {
    const [before, after] = [this.from.energy, this.to.energy];
    return after - before <= ROUNDINGS * Number.EPSILON * Math.max(1, Math.abs(before), Math.abs(after));
  }

  private look(p: Point): void {
    for (const b of this.blocks) {
      b.drive(p.x, part(p.residual, b));
      b.decay(p.x, part(p.decay, b));
    }
    for (let j = 0; j < p.x.length; j++) p.residual[j]! -= p.x[j]!;
    this.structure.activate(p.x, p.g);
    p.energy = this.energyOf(this.t, p.x);
    this.evaluations++;
  }

  /** Newton's method with GMRES and difference quotients, halved where it does not come closer. */
  private solve(h: number): boolean {
    let size = this.equation(h, this.to, this.defect);
    for (let k = 0; k < NEWTON_STEPS && size > SOLVED; k++) {
      if (!Number.isFinite(size)) return false;
      this.update.fill(0);
      this.gmres.solve(
        {
          matrix: (d, out) => this.along(h, d, out),
          rightSide: this.defect,
          solution: this.update,
        },
        { tolerance: FORCING, maxProducts: MOST_PRODUCTS },
      );
      const before = size;
      size = this.search(h, size);
      if (size >= before) return before <= SETTLED;
    }
    return size <= SETTLED;
  }

  /** The longest of the steps 1, ½, ¼ … along the update that shrinks the defect; its size then, or the old one. */
  private search(h: number, size: number): number {
    this.trial.set(this.to.x);
    for (let factor = 1; factor > 1e-3; factor /= 2) {
      for (let j = 0; j < this.trial.length; j++) this.to.x[j] = this.trial[j]! - factor * this.update[j]!;
      this.look(this.to);
      const found = this.equation(h, this.to, this.defect);
      if (found < size) return found;
    }
    this.to.x.set(this.trial);
    this.look(this.to);
    this.equation(h, this.to, this.defect);
    return size;
  }

  /** Writes (x' − x − h m (½(r + r') − c Δg)) / (1 + h m/2); its largest entry relative to 1 + |x'| is returned. */
  private equation(h: number, to: Point, out: Float64Array): number {
    const { from } = this;
    const correction = this.correction(to);
    let worst = 0;
    for (let j = 0; j < out.length; j++) {
      const m = (from.decay[j]! + to.decay[j]!) / 2;
      const drive = (from.residual[j]! + to.residual[j]!) / 2 - correction * (to.g[j]! - from.g[j]!);
      out[j] = (to.x[j]! - from.x[j]! - h * m * drive) / (1 + (h * m) / 2);
      const size = Math.abs(out[j]!) / (1 + Math.abs(to.x[j]!));
      worst = size > worst || Number.isNaN(size) ? size : worst;
    }
    return worst;
  }

  /** c = (ΔE + ½(r + r')·Δg)/|Δg|²: what the trapezoid lacks along Δg. */
  private correction(to: Point): number {
    const { from } = this;
    let [defect, square, scale] = [to.energy - from.energy, 0, 1];
    for (let j = 0; j < to.g.length; j++) {
      const moved = to.g[j]! - from.g[j]!;
      defect += ((from.residual[j]! + to.residual[j]!) / 2) * moved;
      square += moved * moved;
      scale += from.g[j]! * from.g[j]!;
    }
    return square <= STILL * STILL * scale ? 0 : defect / square;
  }

  /** The derivative of the equation along d, by a difference quotient. */
  private along(h: number, d: Float64Array, out: Float64Array): void {
    const { to, shifted } = this;
    const by = (1e-7 * (1 + norm(to.x))) / (norm(d) || 1);
    for (let j = 0; j < d.length; j++) shifted.x[j] = to.x[j]! + by * d[j]!;
    this.look(shifted);
    this.equation(h, shifted, out);
    for (let j = 0; j < d.length; j++) out[j] = (out[j]! - this.defect[j]!) / by;
  }
}

const part = (whole: Float64Array, { offset, size }: Block): Float64Array =>
  whole.subarray(offset, offset + size);

function unsuited({ structure, energy }: Field): string | undefined {
  if (structure === undefined) return "the field has no layers that relax towards a drive";
  if (energy === undefined) return "the field has no energy";
  return structure.gradient ? undefined : "a force is not minus the derivative of the energy";
}

export const discreteGradient: Method = {
  name: "discrete-gradient",
  order: 2,
  errorOrder: 2,
  unsuited,
  create: (field) => new DiscreteGradient(field, field.structure!, field.energy!),
};
