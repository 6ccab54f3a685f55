/** Any field comes in; Newton's method for its stages goes out: with a dense factorised Jacobian, or matrix-free by GMRES. */

import { Gmres, norm } from "../../../solve/index.js";
import type { Field } from "../../field.js";
import { firstNotFinite } from "../finite.js";
import type { StepOutcome } from "../stepper.js";
import { factorize, solveFactored } from "./lu.js";
import {
  ConvergenceRate,
  JacobianProducts,
  type Stage,
  type StageSolver,
  weightedNorm,
} from "./stage-solver.js";

const MOST_ITERATIONS = 5;
/** Products with the Jacobian for one Newton step. */
const MOST_PRODUCTS = 30;
/** Stages for which one Jacobian serves at most (CVODE: 50 steps). */
const OLDEST = 40;

abstract class Newton implements StageSolver {
  protected readonly slope: Float64Array;
  protected readonly residual: Float64Array;
  protected readonly update: Float64Array;
  protected readonly products: JacobianProducts;
  private readonly start: Float64Array;
  protected readonly rate = new ConvergenceRate();
  private fieldEvaluations = 0;

  constructor(protected readonly field: Field) {
    const vector = () => new Float64Array(field.size);
    [this.slope, this.residual, this.update, this.start] = [vector(), vector(), vector(), vector()];
    this.products = new JacobianProducts(field);
  }

  get evaluations(): number {
    return this.fieldEvaluations + this.products.evaluations;
  }

  init(_t: number, _state: Float64Array): void {
    this.rate.reset();
    this.forget();
  }

  solve(stage: Stage): StepOutcome {
    this.start.set(stage.y);
    const outcome = this.iterate(stage);
    if (outcome === "ok" || !this.refresh()) return outcome;
    // The Jacobian was that of an earlier step.
    stage.y.set(this.start);
    return this.iterate(stage);
  }

  /** The Jacobian is made anew at the next iteration; false when it was new. */
  protected abstract refresh(): boolean;
  protected abstract forget(): void;
  /** Writes the solution of (1 − cJ) update = residual. */
  protected abstract solveLinear(stage: Stage): boolean;

  private iterate(stage: Stage): StepOutcome {
    const { c, constant, y, weights } = stage;
    this.rate.begin(c);
    let before = Number.POSITIVE_INFINITY;
    for (let k = 0; k < MOST_ITERATIONS; k++) {
      this.field.rhs(stage.t, y, this.slope);
      this.fieldEvaluations++;
      if (firstNotFinite(this.slope) >= 0) return "not-finite";
      for (let j = 0; j < y.length; j++) this.residual[j] = constant[j]! + c * this.slope[j]! - y[j]!;
      if (!this.solveLinear(stage)) return "no-convergence";
      const change = weightedNorm(this.update, weights);
      if (!(change < Number.POSITIVE_INFINITY)) return "no-convergence";
      for (let j = 0; j < y.length; j++) y[j]! += this.update[j]!;
      if (this.rate.left(change, before) <= stage.tolerance) return "ok";
      if (k > 0 && change > 2 * before) return "no-convergence";
      before = change;
    }
    return "no-convergence";
  }
}

/** The Jacobian is formed column by column and kept over steps while Newton's method converges with it. */
export class DenseNewton extends Newton {
  private readonly jacobian: Float64Array;
  private readonly factors: Float64Array;
  private readonly pivots: Int32Array;
  private readonly unit: Float64Array;
  private readonly column: Float64Array;
  private known = false;
  private age = 0;
  /** The Jacobian is that of the current stage. */
  private current = false;
  private factoredFor = Number.NaN;

  constructor(field: Field) {
    super(field);
    const n = field.size;
    [this.jacobian, this.factors] = [new Float64Array(n * n), new Float64Array(n * n)];
    this.pivots = new Int32Array(n);
    [this.unit, this.column] = [new Float64Array(n), new Float64Array(n)];
  }

  override solve(stage: Stage): StepOutcome {
    this.current = false;
    if (++this.age > OLDEST) this.known = false;
    return super.solve(stage);
  }

  protected forget(): void {
    this.known = false;
  }

  protected refresh(): boolean {
    if (this.current) return false;
    this.known = false;
    return true;
  }

  protected solveLinear(stage: Stage): boolean {
    if (!this.known) this.form(stage);
    if (this.factoredFor !== stage.c && !this.factor(stage.c)) return false;
    this.update.set(this.residual);
    solveFactored(this.factors, this.field.size, this.pivots, this.update);
    return true;
  }

  private form({ t, y }: Stage): void {
    const n = this.field.size;
    for (let k = 0; k < n; k++) {
      this.unit[k] = 1;
      this.products.apply(t, y, this.slope, this.unit, this.column);
      this.unit[k] = 0;
      for (let i = 0; i < n; i++) this.jacobian[i * n + k] = this.column[i]!;
    }
    this.known = this.current = true;
    this.age = 0;
    this.factoredFor = Number.NaN;
  }

  private factor(c: number): boolean {
    const n = this.field.size;
    for (let k = 0; k < n * n; k++) this.factors[k] = -c * this.jacobian[k]!;
    for (let k = 0; k < n; k++) this.factors[k * n + k]! += 1;
    this.factoredFor = c;
    this.rate.reset();
    return factorize(this.factors, n, this.pivots);
  }
}

/** (1 − cJ) is only applied. The decays of a structured field precondition it: divided by 1 + c·m, stiff layers are near 1. */
export class NewtonKrylov extends Newton {
  private readonly gmres: Gmres;
  private readonly scaled: Float64Array;
  private readonly direction: Float64Array;
  private readonly decay: Float64Array;

  constructor(field: Field) {
    super(field);
    const vector = () => new Float64Array(field.size);
    [this.scaled, this.direction, this.decay] = [vector(), vector(), vector()];
    this.gmres = new Gmres(field.size, Math.min(field.size, MOST_PRODUCTS));
  }

  override init(t: number, state: Float64Array): void {
    super.init(t, state);
    this.decay.fill(0);
    for (const b of this.field.structure?.blocks ?? [])
      b.decay(state, this.decay.subarray(b.offset, b.offset + b.size));
  }

  protected forget(): void {}

  protected refresh(): boolean {
    return false;
  }

  /** In the variables w·δ, whose Euclidean norm is √n times the weighted one. */
  protected solveLinear(stage: Stage): boolean {
    const { t, c, y, weights } = stage;
    const { residual, update, scaled, direction, decay } = this;
    const n = y.length;
    for (let j = 0; j < n; j++) scaled[j] = (residual[j]! * weights[j]!) / (1 + c * decay[j]!);
    const apply = (x: Float64Array, out: Float64Array): void => {
      for (let j = 0; j < n; j++) direction[j] = x[j]! / weights[j]!;
      this.products.apply(t, y, this.slope, direction, out);
      for (let j = 0; j < n; j++)
        out[j] = ((direction[j]! - c * out[j]!) * weights[j]!) / (1 + c * decay[j]!);
    };
    update.fill(0);
    const enough = (0.05 * stage.tolerance * Math.sqrt(n)) / norm(scaled);
    const system = { matrix: apply, rightSide: scaled, solution: update };
    const { status } = this.gmres.solve(system, { tolerance: enough, maxProducts: MOST_PRODUCTS });
    for (let j = 0; j < n; j++) update[j]! /= weights[j]!;
    return status === "converged";
  }
}
