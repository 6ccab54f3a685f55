/** A system and a state near one of its fixed points come in; the fixed point, to rounding, goes out. */
import { frobenius, matrixOf, normalEquations, type Square, solve } from "./linear/dense.js";
import { gmres } from "./linear/gmres.js";
import { addScaled, areFinite, largest, norm, sumOf, type Vector } from "./linear/vectors.js";
import type { System } from "./system.js";

export interface NewtonOptions {
  /** Systems up to this size are solved by LU, larger ones by GMRES with the Jacobian-vector product. */
  readonly denseLimit: number;
  readonly most: number;
}

export interface Polished {
  readonly state: Vector;
  /** Largest |dx/dt|. */
  readonly residual: number;
  /** Root mean square of the Newton step that is left: how far the fixed point may still be, to first order. */
  readonly correction: number;
  readonly iterations: number;
}

/** A step may not be shorter than this part of the Newton step. */
const SHORTEST = 2 ** -12;
/** A point is accepted when its last correction is below this part of the state's size. */
const ACCEPTED = 1e-7;

/**
 * Newton's method with step halving, dense (LU) or Newton–Krylov (GMRES). Where the Jacobian is singular, as on a line of
 * fixed points, a Levenberg–Marquardt step goes to the nearest solution instead (Fan & Yuan 2005). Undefined where
 * nothing is found.
 */
export function polish(system: System, start: Vector, options: NewtonOptions): Polished | undefined {
  let [x, f]: [Vector, Vector] = [start.slice(), ratesAt(system, start)];
  for (let iterations = 0; areFinite(f); iterations++) {
    const size = 1 + largest(x);
    if (largest(f) === 0) return { state: x, residual: 0, correction: 0, iterations };
    const steps = new Steps(system, x, f, options);
    const found = steps.first();
    if (found === undefined) return undefined;
    const correction = norm(found) / Math.sqrt(x.length);
    const isEnd = correction <= 4 * Number.EPSILON * size || iterations >= options.most;
    const next = isEnd ? undefined : (shortened(system, x, f, found) ?? regularised(system, x, f, steps));
    if (next === undefined)
      return correction <= ACCEPTED * size
        ? { state: x, residual: largest(f), correction, iterations }
        : undefined;
    [x, f] = [next.x, next.f];
  }
  return undefined;
}

function ratesAt(system: System, x: Vector): Vector {
  const f = new Float64Array(x.length);
  system.rates(x, f);
  return f;
}

interface Point {
  readonly x: Vector;
  readonly f: Vector;
}

/** The step, halved until the rates shrink; undefined when they do not. */
function shortened(system: System, x: Vector, f: Vector, step: Vector): Point | undefined {
  const before = norm(f);
  for (let t = 1; t >= SHORTEST; t /= 2) {
    const trial = sumOf(x, step, t);
    const rates = ratesAt(system, trial);
    if (areFinite(rates) && norm(rates) < (1 - 1e-4 * t) * before) return { x: trial, f: rates };
  }
  return undefined;
}

/** Levenberg–Marquardt steps with growing damping. */
function regularised(system: System, x: Vector, f: Vector, steps: Steps): Point | undefined {
  for (let damping = 1; damping < 1e9; damping *= 100) {
    const step = steps.damped(damping);
    const next = step && shortened(system, x, f, step);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** |step|·|J|/|f| beyond which J is taken as singular. */
const SINGULAR = 1e10;

/** From this size on a Krylov step is tried before a matrix is formed. */
const KRYLOV = 64;
/** A Krylov step is taken when it leaves no more than this part of the rates. */
const SOLVED = 1e-6;

/** The steps from one state. */
class Steps {
  private readonly target: Vector;
  private formed: { readonly matrix: Square; readonly size: number } | undefined;

  constructor(
    private readonly system: System,
    private readonly x: Vector,
    f: Vector,
    private readonly options: NewtonOptions,
  ) {
    this.target = f.map((value) => -value);
  }

  /** Newton's step, or the damped one where the Jacobian is singular. */
  first(): Vector | undefined {
    const { size } = this.system;
    if (size > KRYLOV) {
      const { x, residual } = this.krylov();
      if (residual <= SOLVED || size > this.options.denseLimit) return x;
    }
    const { matrix, size: most } = this.jacobian();
    if (!Number.isFinite(most)) return undefined;
    const step = solve(matrix, this.target);
    const isSound = step !== undefined && norm(step) * most <= SINGULAR * norm(this.target);
    return isSound ? step : this.damped(1);
  }

  private jacobian(): { readonly matrix: Square; readonly size: number } {
    if (this.formed === undefined) {
      const matrix = matrixOf(this.system.jacobian(this.x), this.system.size);
      this.formed = { matrix, size: frobenius(matrix) };
    }
    return this.formed;
  }

  private krylov(): { x: Vector; residual: number } {
    const map = this.system.jacobian(this.x);
    return gmres(map, this.target, { tolerance: 1e-9, restart: 60, most: 300 });
  }

  /** Damping in proportion to the rates keeps the convergence quadratic (Yamashita & Fukushima 2001). */
  damped(factor: number): Vector | undefined {
    if (this.system.size > this.options.denseLimit) return undefined;
    const { matrix, size } = this.jacobian();
    if (!(size > 0)) return undefined;
    const { gram, image } = normalEquations(matrix, this.target);
    const part = Math.min(1, norm(this.target) / (size * (1 + norm(this.x))));
    const damping = factor * part * size ** 2;
    for (let k = 0; k < gram.size; k++) gram.entries[k * gram.size + k]! += damping;
    return solve(gram, image);
  }
}

/** The point at a distance along a direction. */
export function moved(x: Vector, direction: Vector, distance: number): Vector {
  const y = x.slice();
  addScaled(y, distance / (norm(direction) || 1), direction);
  return y;
}
