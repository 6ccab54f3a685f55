/** A vector field with its Jacobian-vector product and a start come in; the fixed point near it goes out. */

import { addMultiple, dot, Gmres, type LinearMap, norm } from "./gmres.js";

/** `F(x) = 0` for a field F; neither function may keep the arrays that it is given. */
export interface Equations {
  readonly size: number;
  residual(x: Float64Array, out: Float64Array): void;
  /** The Jacobian of F at x times a direction. */
  jacobian(x: Float64Array, direction: Float64Array, out: Float64Array): void;
}

export interface RootOptions {
  /**
   * `flow` (default): pseudo-transient continuation (Kelley & Keyes 1998). The iterates are implicit Euler steps of
   * dx/dt = F, longer as F falls, so they go where the flow goes, and end in Newton's method.
   * `newton`: Newton's method with backtracking on |F|; it finds unstable points as well.
   */
  readonly globalisation?: "flow" | "newton";
  /** Length that counts as the size of x where x is shorter, as at a root at 0. Default: the length of the start. */
  readonly scale?: number;
  /** Default 100. */
  readonly maxIterations?: number;
  /** Directions that GMRES keeps; default 50, fewer where they would take more than 80 MB. */
  readonly restart?: number;
}

/**
 * `converged`: no digit is left to gain. `stalled`: the residual stopped falling before that, or iterations ran out.
 * `not-finite`: F is NaN or infinite at the start.
 */
export type RootStatus = "converged" | "stalled" | "not-finite";

export interface RootOutcome {
  readonly status: RootStatus;
  /** The iterate with the smallest residual. */
  readonly x: Float64Array;
  /** Largest component of |F(x)|. */
  readonly residual: number;
  /** Length of the last correction, relative to x: how far the root may be, where the Jacobian is regular. */
  readonly correction: number;
  readonly iterations: number;
  /** Evaluations of F, and products with its Jacobian. */
  readonly evaluations: number;
  readonly products: number;
  /** At a root with a singular Jacobian Newton's method gains a constant factor per step: `linear`. */
  readonly convergence: "fast" | "linear";
}

/** What GMRES leaves of the residual: each Newton step gains three digits, for few products. */
const FORCING = 1e-3;
const MAX_PRODUCTS = 300;
/**
 * The first pseudo-time step, in units of the time in which F changes along the flow: long where F decays; where it
 * grows, as on the way out of a saddle, shorter than what an implicit step would take back into the saddle.
 */
const FIRST_STEP = { decaying: 10, growing: 0.5 } as const;
/** The longest one, in units of the first. Longer ones gain nothing, and rounding drifts along neutral directions. */
const LONGEST_STEP = 1e6;
/** A correction that moves the last digits only. */
const ROUNDING = 4 * Number.EPSILON;
/** A correction that counts as rounding once the residual has stopped falling. */
const CLOSE = 1e-10;
/** A residual of so many roundings of x, seen through the Jacobian, has no digit left; */
const NOISE = 4;
/** and one of fewer than these has few, and may be standing still because F itself rounds more. */
const NEAR_NOISE = 1e4;
const MOST_ATTEMPTS = 30;
/** So many steps there that do not halve the residual end the search. */
const PATIENCE = 5;

export function largest(x: Float64Array): number {
  let most = 0;
  for (let j = 0; j < x.length; j++) most = Math.max(most, Math.abs(x[j]!)); // keeps NaN
  return most;
}

/** The state of one search, from iterate to iterate. */
class Search {
  evaluations = 0;
  products = 0;
  /** Length of the last accepted step, if it was a whole Newton step: one that the shift did not shorten. */
  stepLength = Number.POSITIVE_INFINITY;
  readonly x: Float64Array;
  force: Float64Array;
  private nextForce: Float64Array;
  private readonly trial: Float64Array;
  private readonly step: Float64Array;
  private readonly gmres: Gmres;
  /** Inverse of the pseudo-time step; 0 is Newton's method. */
  private shift = 0;
  private leastShift = 0;

  constructor(
    private readonly equations: Equations,
    start: Float64Array,
    private readonly flow: boolean,
    restart: number,
  ) {
    const { size } = equations;
    this.x = start.slice();
    [this.force, this.nextForce] = [new Float64Array(size), new Float64Array(size)];
    [this.trial, this.step] = [new Float64Array(size), new Float64Array(size)];
    this.gmres = new Gmres(size, Math.max(1, Math.min(size, restart)));
    this.evaluate(this.x, this.force);
    if (flow) this.setFirstStep();
  }

  /** Whether steps are Newton steps but for a shift that no longer matters. */
  get isNewton(): boolean {
    return this.shift <= 10 * this.leastShift;
  }

  /** |F| in units of what one rounding of every component of x makes of it. */
  roundings(): number {
    const { x, trial, step } = this;
    // Signs that follow no pattern of the equations, so that the roundings do not cancel.
    for (let j = 0; j < x.length; j++) trial[j] = ((j * 0.6180339887498949) % 1 < 0.5 ? 1 : -1) * x[j]!;
    this.equations.jacobian(x, trial, step);
    this.products++;
    return norm(this.force) / (Number.EPSILON * norm(step));
  }

  private setFirstStep(): void {
    const length = norm(this.force);
    if (!(length > 0 && length < Number.POSITIVE_INFINITY)) return;
    this.equations.jacobian(this.x, this.force, this.trial);
    this.products++;
    const rate = norm(this.trial) / length;
    const first = dot(this.trial, this.force) > 0 ? FIRST_STEP.growing : FIRST_STEP.decaying;
    this.shift = Number.isFinite(rate) ? rate / first : 0;
    this.leastShift = this.shift / LONGEST_STEP;
  }

  private evaluate(x: Float64Array, out: Float64Array): void {
    this.evaluations++;
    this.equations.residual(x, out);
  }

  /** One accepted step; false when none was found. A refused one is tried shorter, in pseudo-time or in length. */
  advance(): boolean {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (this.flow || attempt === 0) this.solve();
      if (this.accept(this.flow ? 1 : 0.5 ** attempt)) return true;
      if (this.flow && this.shift === 0) return false;
      this.shift *= 4;
    }
    return false;
  }

  /** (shift·1 − J) step = F */
  private solve(): void {
    const { equations, x, shift, step: solution, force: rightSide } = this;
    const matrix: LinearMap = (vector, out) => {
      equations.jacobian(x, vector, out);
      for (let j = 0; j < out.length; j++) out[j] = shift * vector[j]! - out[j]!;
    };
    solution.fill(0);
    const stop = { tolerance: FORCING, maxProducts: MAX_PRODUCTS };
    this.products += this.gmres.solve({ matrix, rightSide, solution }, stop).products;
  }

  /**
   * Go to x + part·step unless |F| grows there. Along the flow it may, a little, on the way round a saddle; but F may
   * not point back with most of its length: that is a step beyond a root, and Newton's method could go to and fro.
   */
  private accept(part: number): boolean {
    const { x, step, trial, force, nextForce } = this;
    trial.set(x);
    addMultiple(trial, part, step);
    this.evaluate(trial, nextForce);
    const ratio = norm(nextForce) / norm(force);
    if (!(ratio <= (this.flow ? 2 : 1 - 1e-4 * part))) return false;
    if (this.flow && ratio > 0.5 && dot(nextForce, force) < -0.5 * norm(nextForce) * norm(force))
      return false;
    const newton = this.isNewton && part === 1 && this.shift * norm(step) <= 0.1 * norm(force);
    this.stepLength = newton ? norm(step) : Number.POSITIVE_INFINITY;
    // Switched evolution relaxation: the pseudo-time step grows as |F| falls, and stays on the way out of a saddle.
    this.shift = Math.max(this.leastShift, this.shift * Math.min(1, Math.max(1e-3, ratio)));
    x.set(trial);
    [this.force, this.nextForce] = [nextForce, force];
    return true;
  }
}

/** The best iterate so far, how long the residual has stood at the level of rounding, and how fast it falls. */
class Tally {
  iterations = 0;
  best = Number.POSITIVE_INFINITY;
  /** Steps near the level of rounding since the residual was last halved. */
  idle = 0;
  linear = false;
  private level = Number.POSITIVE_INFINITY;
  private previous = Number.NaN;
  private steadyFalls = 0;

  constructor(readonly x: Float64Array) {}

  see(x: Float64Array, size: number, isNewton: boolean, nearNoise: boolean): void {
    const ratio = size / this.previous;
    this.steadyFalls = isNewton && ratio > 0.02 && ratio < 0.95 ? this.steadyFalls + 1 : 0;
    this.linear ||= this.steadyFalls >= 6;
    this.previous = size;
    this.idle = size < 0.5 * this.level || !nearNoise ? 0 : this.idle + 1;
    if (size < 0.5 * this.level) this.level = size;
    if (!(size < this.best)) return;
    this.best = size;
    this.x.set(x);
  }
}

/**
 * A root of F by Newton–Krylov: each step solves with the Jacobian by GMRES, matrix-free, and the search goes on
 * until no digit is left to gain. Bounded work: at most `maxIterations` steps of at most 300 products each.
 */
export function findRoot(equations: Equations, start: Float64Array, options: RootOptions = {}): RootOutcome {
  const affordable = Math.max(5, Math.floor(1e7 / Math.max(equations.size, 1)));
  const { globalisation = "flow", maxIterations = 100, scale = norm(start) } = options;
  const { restart = Math.min(50, affordable) } = options;
  const search = new Search(equations, start, globalisation === "flow", restart);
  const tally = new Tally(start.slice());
  tally.see(search.x, norm(search.force), false, false);
  const correction = () => search.stepLength / Math.max(norm(search.x), scale, Number.MIN_VALUE);
  const end = (status: RootStatus): RootOutcome => {
    equations.residual(tally.x, search.force);
    return {
      ...{ status, x: tally.x, residual: largest(search.force), correction: correction() },
      ...{ iterations: tally.iterations, evaluations: search.evaluations + 1, products: search.products },
      convergence: tally.linear ? "linear" : "fast",
    };
  };
  if (!Number.isFinite(norm(search.force))) return end("not-finite");
  while (tally.best > 0 && tally.iterations < maxIterations && tally.idle < PATIENCE) {
    tally.iterations++;
    if (!search.advance()) break;
    const roundings = search.roundings();
    tally.see(search.x, norm(search.force), search.isNewton, roundings <= NEAR_NOISE);
    if (correction() <= ROUNDING || roundings <= NOISE) return end("converged");
  }
  const found = tally.best === 0 || tally.idle >= PATIENCE || correction() <= CLOSE;
  return end(found ? "converged" : "stalled");
}
