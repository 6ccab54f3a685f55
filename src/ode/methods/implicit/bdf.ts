/**
 * A field comes in; backward differentiation formulas of orders 1 to 5 with changing steps go out, as the numerical
 * differentiation formulas of Shampine & Reichelt (SIAM J. Sci. Comput. 18 (1997) 1, section 2) on backward differences.
 * Step and order are chosen together: the stepper is its own controller.
 */

import type { Controller, Verdict } from "../../control/controller.js";
import type { Tolerances } from "../../control/norm.js";
import type { Field } from "../../field.js";
import { DEFAULT_TOLERANCES } from "../../options.js";
import { BaseStepper } from "../base-stepper.js";
import type { Method, StepOutcome } from "../stepper.js";
import { stageSolver } from "./choose-solver.js";
import { type Stage, type StageSolver, weightedNorm } from "./stage-solver.js";

const HIGHEST = 5;
/** Shampine & Reichelt, table 1: how much of the next difference each formula adds; order 5 is the pure BDF. */
const KAPPA = [0, -0.185, -1 / 9, -0.0823, -0.0415, 0];
const HARMONIC = KAPPA.map((_, k) =>
  Array.from({ length: k }, (_, j) => 1 / (j + 1)).reduce((a, b) => a + b, 0),
);
const ALPHA = KAPPA.map((kappa, k) => (1 - kappa) * HARMONIC[k]!);
const ERROR = KAPPA.map((kappa, k) => kappa * HARMONIC[k]! + 1 / (k + 1));

const SAFETY = 0.9;
const MOST_GROWTH = 10;
const MOST_SHRINKING = 0.2;
/** A growth below this is not worth a change of the differences. */
const LEAST_GROWTH = 1.15;
/** A component at rest at 0 with atol = 0 must not weigh infinitely much. */
const LEAST_WEIGHED = Number.MIN_VALUE * 2 ** 60;
/** The stage is solved to this part of the tolerance of the step (CVODE: 0.1). */
const SOLVED = 0.1;

class BackwardDifferences extends BaseStepper implements Controller {
  readonly usesError = true;
  readonly elastic = true;
  /** ∇⁰y, ∇¹y, … at the start of the step, at spacing `h`. */
  private readonly rows: readonly Float64Array[];
  private readonly predicted: Float64Array;
  private readonly solver: StageSolver;
  private readonly stage: Stage;
  private order = 1;
  /** Spacing of the differences, and the step that comes next. */
  private h = 0;
  private hNext = 0;
  private equalSteps = 0;
  private failures = 0;
  private lastError = 0;
  private own = 0;

  constructor(
    field: Field,
    private readonly tolerances: Tolerances,
    private readonly highest: number,
  ) {
    super(field);
    const vector = () => new Float64Array(field.size);
    this.rows = Array.from({ length: HIGHEST + 3 }, vector);
    this.predicted = vector();
    this.solver = stageSolver(field);
    this.stage = { t: 0, c: 0, constant: vector(), y: this.next, weights: vector(), tolerance: 0 };
    this.count();
  }

  override init(t: number, state: Float64Array): void {
    super.init(t, state);
    this.solver.init(t, this.state);
    for (const row of this.rows) row.fill(0);
    this.rows[0]!.set(this.state);
    this.order = 1;
    this.equalSteps = 0;
    this.h = 0;
  }

  step(tNext: number): StepOutcome {
    this.space(this.begin(tNext));
    this.predict();
    const outcome = this.solver.solve(this.stage);
    this.count();
    // A solver that converged has looked at every component: they are finite.
    if (outcome !== "not-finite") return outcome;
    this.next.fill(Number.NaN);
    return this.ended();
  }

  /** By the weights of the predicted state, with which the stage was solved. */
  errorNorm(): number {
    const { next, predicted } = this;
    const { weights } = this.stage;
    let sum = 0;
    for (let j = 0; j < next.length; j++) {
      const e = (next[j]! - predicted[j]!) * weights[j]!;
      sum += e * e;
    }
    return ERROR[this.order]! * Math.sqrt(sum / Math.max(1, next.length));
  }

  override accept(): void {
    this.advance();
    super.accept();
    this.choose();
  }

  /** The polynomial through the end of the step and as many points before it as the order says. */
  override interpolate(t: number, out: Float64Array): void {
    const { rows, next, predicted, order } = this;
    // ∇ⁱ at the end is the correction plus all of ∇ⁱ … ∇ᵏ at the start; the factors of the ones below add up.
    const factors = [1];
    for (let i = 1; i <= order; i++)
      factors.push((factors[i - 1]! * ((t - this.tNext) / this.h + i - 1)) / i);
    let sum = 0;
    out.fill(0);
    for (let i = 0; i <= order; i++) {
      sum += factors[i]!;
      addScaled(out, sum, rows[i]!);
    }
    for (let j = 0; j < out.length; j++) out[j]! += sum * (next[j]! - predicted[j]!);
  }

  // ---- the controller ---------------------------------------------------------------------------------

  control(firstStep: number): Controller {
    this.hNext = firstStep;
    return this;
  }

  propose(t: number): number {
    return t + this.hNext;
  }

  adapt(h: number, error: number): Verdict {
    if (error <= 1) {
      this.failures = 0;
      this.lastError = error;
      return "accept";
    }
    this.failures++;
    const factor = error < Number.POSITIVE_INFINITY ? SAFETY * error ** (-1 / (this.order + 1)) : 0.25;
    this.hNext = h * Math.max(MOST_SHRINKING, factor);
    // Differences that keep failing no longer describe the solution.
    if (this.failures >= 4 && this.order > 1) this.order = 1;
    return "retry";
  }

  restart(_t: number): void {
    this.failures = 0;
  }

  // ---- differences ------------------------------------------------------------------------------------

  /** Bring the differences to the spacing h; the first ones are made of the derivative. */
  private space(h: number): void {
    if (this.h === 0) {
      this.rows[1]!.set(this.derivative());
      scale(this.rows[1]!, h);
    } else if (h !== this.h) this.rescale(h / this.h);
    this.h = h;
  }

  /**
   * The interpolating polynomial at other points: D ← (R(factor) R(1))ᵀ D (Shampine & Reichelt, section 2.2). A difference at
   * the new spacing is made of those of its own order and above, so rows may be replaced from the lowest on.
   */
  private rescale(factor: number): void {
    const { rows, order } = this;
    const [r, u] = [ratios(order, factor), ratios(order, 1)];
    for (let i = 1; i <= order; i++) {
      const row = rows[i]!;
      scale(row, product(r, u, i, i));
      for (let m = i + 1; m <= order; m++) addScaled(row, product(r, u, m, i), rows[m]!);
    }
    this.equalSteps = 0;
  }

  /** Predictor Σ ∇ⁱy, and the constant of `y = constant + (h/α) f(t, y)`. */
  private predict(): void {
    const { stage, predicted, rows, order } = this;
    const { constant } = stage;
    predicted.set(rows[0]!);
    constant.set(predicted);
    for (let i = 1; i <= order; i++) addBoth(predicted, constant, 1 - HARMONIC[i]! / ALPHA[order]!, rows[i]!);
    this.next.set(predicted);
    this.weigh();
    stage.t = this.tNext;
    stage.c = this.h / ALPHA[order]!;
    stage.tolerance = SOLVED / ERROR[order]!;
  }

  private weigh(): void {
    const { predicted } = this;
    const { weights } = this.stage;
    const { rtol, atol } = this.tolerances;
    for (let j = 0; j < weights.length; j++) {
      const size = atol + rtol * Math.abs(predicted[j]!);
      weights[j] = 1 / (size > LEAST_WEIGHED ? size : LEAST_WEIGHED);
    }
  }

  /** The differences at the end: ∇^{k+1} = correction, ∇^{k+2} its change, and the lower ones by summing up. */
  private advance(): void {
    const { rows, next, predicted, order } = this;
    const [top, above] = [rows[order + 1]!, rows[order + 2]!];
    for (let j = 0; j < top.length; j++) {
      const correction = next[j]! - predicted[j]!;
      above[j] = correction - top[j]!;
      top[j] = correction;
    }
    for (let i = order; i >= 0; i--) addScaled(rows[i]!, 1, rows[i + 1]!);
  }

  /** After k + 1 equal steps: the order among k − 1, k, k + 1 that allows the longest step. */
  private choose(): void {
    this.equalSteps++;
    const { order, rows, stage } = this;
    const taken = this.h;
    if (this.equalSteps < order + 1) {
      // A step cut short by a stop says little about the step that was cut.
      this.hNext = Math.max(this.hNext, taken);
      if (this.hNext > MOST_GROWTH * taken) this.hNext = MOST_GROWTH * taken;
      return;
    }
    const errorAt = (k: number): number => ERROR[k]! * weightedNorm(rows[k + 1]!, stage.weights);
    const factorAt = (k: number, error: number): number => error ** (-1 / (k + 1));
    const candidates = [
      { k: order, factor: factorAt(order, this.lastError) },
      ...(order > 1 ? [{ k: order - 1, factor: factorAt(order - 1, errorAt(order - 1)) }] : []),
      ...(order < this.highest ? [{ k: order + 1, factor: factorAt(order + 1, errorAt(order + 1)) }] : []),
    ];
    const best = candidates.reduce((a, b) => (b.factor > a.factor ? b : a));
    const factor = Math.min(MOST_GROWTH, SAFETY * best.factor);
    if (best.k === order && factor < LEAST_GROWTH && factor > 0.9) return;
    this.order = best.k;
    this.equalSteps = 0;
    this.hNext = taken * Math.max(MOST_SHRINKING, factor);
  }

  private count(): void {
    this.evaluations += this.solver.evaluations - this.own;
    this.own = this.solver.evaluations;
  }
}

/** Loops of their own, short and alike, are what the engine compiles best. */
function scale(x: Float64Array, factor: number): void {
  for (let j = 0; j < x.length; j++) x[j]! *= factor;
}

function addScaled(x: Float64Array, factor: number, y: Float64Array): void {
  for (let j = 0; j < x.length; j++) x[j]! += factor * y[j]!;
}

function addBoth(x: Float64Array, z: Float64Array, factor: number, y: Float64Array): void {
  for (let j = 0; j < x.length; j++) {
    const value = y[j]!;
    x[j]! += value;
    z[j]! += factor * value;
  }
}

/** R_ij = Π_{m ≤ i} (m − 1 − factor·j)/m. */
function ratios(k: number, factor: number): number[][] {
  const rows: number[][] = [Array.from({ length: k + 1 }, () => 1)];
  for (let i = 1; i <= k; i++) rows.push(rows[i - 1]!.map((r, j) => (r * (i - 1 - factor * j)) / i));
  return rows;
}

/** (R U)_ji = Σ_m R_jm U_mi. */
const product = (r: number[][], u: number[][], j: number, i: number): number =>
  r[j]!.reduce((sum, x, m) => sum + x * u[m]![i]!, 0);

/** Backward differentiation up to an order; 5 is the method, lower ones are for tests of the formulas. */
export const bdfUpTo = (highest: number): Method => ({
  name: highest === HIGHEST ? "bdf" : `bdf${highest}`,
  order: highest,
  errorOrder: 1,
  adaptiveOnly: true,
  create: (field, tolerances = DEFAULT_TOLERANCES) => new BackwardDifferences(field, tolerances, highest),
});

export const bdf: Method = bdfUpTo(HIGHEST);
