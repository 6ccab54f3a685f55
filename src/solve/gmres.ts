/** A linear map as a function and a right side come in; the solution by restarted GMRES, or how close it came, goes out. */

/** Writes the image of `vector` into `out`; it must change nothing else, and neither array may be kept. */
export type LinearMap = (vector: Float64Array, out: Float64Array) => void;

export interface LinearSystem {
  readonly matrix: LinearMap;
  readonly rightSide: Float64Array;
  /** The start of the iteration comes in, the solution goes out. */
  readonly solution: Float64Array;
  /** Right preconditioner: an approximate inverse of the matrix. */
  readonly preconditioner?: LinearMap;
}

export interface LinearStop {
  /** Converged when the residual is at most this times the norm of the right side. */
  readonly tolerance: number;
  /** Bound on products with the matrix, restarts included. */
  readonly maxProducts: number;
}

/**
 * `converged`: within the tolerance. `exhausted`: the Krylov space is invariant and does not contain a
 * solution, so the matrix is singular and the right side not in its range; `solution` is the best of that space.
 * `stalled`: the bound on products was met, or a whole cycle gained nothing. `not-finite`: the map gave NaN or ∞.
 */
export type LinearStatus = "converged" | "exhausted" | "stalled" | "not-finite";

export interface LinearOutcome {
  readonly status: LinearStatus;
  /** Euclidean norm of right side − matrix·solution, computed from the solution and not by recurrence. */
  readonly residual: number;
  /** Products with the matrix. */
  readonly products: number;
}

/** A new direction shorter than this part of the product it was split from is rounding error. */
const INVARIANT = 1e-14;
/** A restart cycle that leaves more than this part of the residual has stalled. */
const STALLED = 0.999;

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j]! * y[j]!;
  return sum;
}

/** Euclidean norm, free of overflow and underflow. */
export function norm(x: Float64Array): number {
  const square = dot(x, x);
  if (square > 1e-280 && square < 1e280) return Math.sqrt(square);
  let largest = 0;
  for (let j = 0; j < x.length; j++) largest = Math.max(largest, Math.abs(x[j]!)); // keeps NaN
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += (x[j]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

export function addMultiple(y: Float64Array, factor: number, x: Float64Array): void {
  for (let j = 0; j < y.length; j++) y[j]! += factor * x[j]!;
}

/**
 * GMRES(m) (Saad & Schultz 1986; Saad, *Iterative Methods for Sparse Linear Systems*, 6.5, 9.3.2) with right
 * preconditioning, so that the residual that is minimised is the true one. Gram–Schmidt is done twice
 * ("twice is enough"), Givens rotations keep the small least-squares problem triangular.
 *
 * One object per size: it owns its m + 1 basis vectors and allocates nothing in `solve`.
 */
export class Gmres {
  private readonly basis: readonly Float64Array[];
  /** Columns of the triangular factor, one array of length m + 1 each. */
  private readonly columns: readonly Float64Array[];
  private readonly cosines: Float64Array;
  private readonly sines: Float64Array;
  /** The rotated right side; its last entry is the norm of the residual. */
  private readonly target: Float64Array;
  private readonly weights: Float64Array;
  private readonly scratch: Float64Array;
  private products = 0;

  constructor(
    readonly size: number,
    /** Directions kept before a restart. */
    readonly restart: number = Math.min(size, 50),
  ) {
    const vectors = (count: number, length: number) =>
      Array.from({ length: count }, () => new Float64Array(length));
    this.basis = vectors(restart + 1, size);
    this.columns = vectors(restart, restart + 1);
    this.cosines = new Float64Array(restart);
    this.sines = new Float64Array(restart);
    this.target = new Float64Array(restart + 1);
    this.weights = new Float64Array(restart);
    this.scratch = new Float64Array(size);
  }

  solve(system: LinearSystem, stop: LinearStop): LinearOutcome {
    const goal = stop.tolerance * norm(system.rightSide);
    this.products = 0;
    let residual = this.begin(system);
    const end = (status: LinearStatus) => ({ status, residual, products: this.products });
    for (;;) {
      if (!Number.isFinite(residual)) return end("not-finite");
      if (residual <= goal) return end("converged");
      if (this.products >= stop.maxProducts) return end("stalled");
      const invariant = this.cycle(system, residual, goal, stop.maxProducts - this.products);
      const before = residual;
      residual = this.begin(system);
      if (residual <= goal || !Number.isFinite(residual)) continue;
      if (!Number.isFinite(this.target[0]!)) return end("not-finite");
      if (invariant) return end("exhausted");
      if (residual > STALLED * before) return end("stalled");
    }
  }

  /** The residual of the present solution becomes the first direction; its norm goes out. */
  private begin({ matrix, rightSide, solution }: LinearSystem): number {
    const first = this.basis[0]!;
    if (solution.every((value) => value === 0)) first.fill(0);
    else {
      this.products++;
      matrix(solution, first);
    }
    for (let j = 0; j < first.length; j++) first[j] = rightSide[j]! - first[j]!;
    return norm(first);
  }

  /** Directions up to the restart, the goal or the bound; true when the space they span is invariant. */
  private cycle(system: LinearSystem, residual: number, goal: number, allowed: number): boolean {
    const { basis, target, restart } = this;
    for (let j = 0; j < this.size; j++) basis[0]![j]! /= residual;
    target.fill(0);
    target[0] = residual;
    let [k, invariant] = [0, false];
    while (k < Math.min(restart, allowed) && !invariant) {
      invariant = this.extend(system, k);
      this.rotate(k);
      k++;
      if (!(Math.abs(target[k]!) > goal)) break;
    }
    this.backSubstitute(k);
    this.update(system, k);
    return invariant;
  }

  /** One more direction; true when the space is invariant up to rounding, and there is none. */
  private extend({ matrix, preconditioner }: LinearSystem, k: number): boolean {
    const [from, to, column] = [this.basis[k]!, this.basis[k + 1]!, this.columns[k]!];
    this.products++;
    if (preconditioner) {
      preconditioner(from, this.scratch);
      matrix(this.scratch, to);
    } else matrix(from, to);
    const before = norm(to);
    column.fill(0);
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i <= k; i++) {
        const part = dot(this.basis[i]!, to);
        column[i]! += part;
        addMultiple(to, -part, this.basis[i]!);
      }
    }
    const length = norm(to);
    const invariant = length <= INVARIANT * before;
    column[k + 1] = invariant ? 0 : length;
    if (!invariant) for (let j = 0; j < to.length; j++) to[j]! /= length;
    return invariant;
  }

  /** Apply the earlier rotations to column k, then one more that clears what is below the diagonal. */
  private rotate(k: number): void {
    const { cosines, sines, target } = this;
    const column = this.columns[k]!;
    for (let i = 0; i < k; i++) {
      const [upper, lower] = [column[i]!, column[i + 1]!];
      column[i] = cosines[i]! * upper + sines[i]! * lower;
      column[i + 1] = cosines[i]! * lower - sines[i]! * upper;
    }
    const length = Math.hypot(column[k]!, column[k + 1]!);
    cosines[k] = length === 0 ? 1 : column[k]! / length;
    sines[k] = length === 0 ? 0 : column[k + 1]! / length;
    column[k] = length;
    target[k + 1] = -sines[k]! * target[k]!;
    target[k] = cosines[k]! * target[k]!;
  }

  /** The weights of the first k directions; a diagonal entry that is rounding error leaves its direction out. */
  private backSubstitute(k: number): void {
    const { columns, weights, target } = this;
    let largest = 0;
    for (let i = 0; i < k; i++) largest = Math.max(largest, Math.abs(columns[i]![i]!));
    for (let i = k - 1; i >= 0; i--) {
      let value = target[i]!;
      for (let j = i + 1; j < k; j++) value -= columns[j]![i]! * weights[j]!;
      const pivot = columns[i]![i]!;
      weights[i] = Math.abs(pivot) > INVARIANT * largest ? value / pivot : 0;
    }
  }

  private update({ solution, preconditioner }: LinearSystem, k: number): void {
    const sum = this.basis[k]!; // no longer needed: the cycle is over
    const change = this.scratch;
    change.fill(0);
    for (let i = 0; i < k; i++) addMultiple(change, this.weights[i]!, this.basis[i]!);
    if (preconditioner) {
      preconditioner(change, sum);
      addMultiple(solution, 1, sum);
    } else addMultiple(solution, 1, change);
  }
}
