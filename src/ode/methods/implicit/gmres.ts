/** A linear map given by its products comes in; the solution of A x = b in a growing Krylov space goes out. */

export type LinearMap = (x: Float64Array, out: Float64Array) => void;

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j]! * y[j]!;
  return sum;
}

function addScaled(x: Float64Array, factor: number, y: Float64Array): void {
  for (let j = 0; j < x.length; j++) x[j]! += factor * y[j]!;
}

/**
 * GMRES without restarts (Saad & Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856; Saad, Iterative Methods, 6.5): Arnoldi's
 * basis by modified Gram–Schmidt, the least-squares problem by Givens rotations. Vectors are made when first needed and kept.
 */
export class Gmres {
  /** Products taken so far. */
  products = 0;
  private readonly basis: Float64Array[] = [];
  /** Column k of the triangular factor has k + 1 entries. */
  private readonly columns: Float64Array[] = [];
  private readonly cosines: Float64Array;
  private readonly sines: Float64Array;
  private readonly rest: Float64Array;

  constructor(
    private readonly size: number,
    /** Largest dimension of the Krylov space. */
    readonly most = Math.min(size, 30),
  ) {
    this.cosines = new Float64Array(most);
    this.sines = new Float64Array(most);
    this.rest = new Float64Array(most + 1);
  }

  /** Writes x with ‖b − A x‖₂ ≤ tolerance, if the largest space holds one; whether it does is returned. */
  solve(apply: LinearMap, b: Float64Array, x: Float64Array, tolerance: number): boolean {
    x.fill(0);
    const norm = Math.sqrt(dot(b, b));
    if (!(norm > tolerance)) return norm <= tolerance;
    const first = this.vector(0);
    for (let j = 0; j < b.length; j++) first[j] = b[j]! / norm;
    this.rest.fill(0);
    this.rest[0] = norm;
    let k = 0;
    while (k < this.most && Math.abs(this.rest[k]!) > tolerance) {
      const independent = this.extend(apply, k);
      k++;
      if (!independent) break;
    }
    this.combine(k, x);
    return Math.abs(this.rest[k]!) <= tolerance;
  }

  private vector(k: number): Float64Array {
    this.basis[k] ??= new Float64Array(this.size);
    return this.basis[k];
  }

  /** One more basis vector and column; false when the space is invariant (the solution is then exact). */
  private extend(apply: LinearMap, k: number): boolean {
    const next = this.vector(k + 1);
    apply(this.vector(k), next);
    this.products++;
    this.columns[k] ??= new Float64Array(k + 2);
    const column = this.columns[k]!;
    for (let i = 0; i <= k; i++) {
      column[i] = dot(next, this.vector(i));
      addScaled(next, -column[i]!, this.vector(i));
    }
    const length = Math.sqrt(dot(next, next));
    column[k + 1] = length;
    for (let i = 0; i < k; i++) this.rotate(column, i);
    this.annihilate(column, k);
    if (!(length > 0)) return false;
    for (let j = 0; j < next.length; j++) next[j]! /= length;
    return true;
  }

  private rotate(column: Float64Array, i: number): void {
    const [c, s, above, below] = [this.cosines[i]!, this.sines[i]!, column[i]!, column[i + 1]!];
    column[i] = c * above + s * below;
    column[i + 1] = c * below - s * above;
  }

  private annihilate(column: Float64Array, k: number): void {
    const radius = Math.hypot(column[k]!, column[k + 1]!);
    this.cosines[k] = radius === 0 ? 1 : column[k]! / radius;
    this.sines[k] = radius === 0 ? 0 : column[k + 1]! / radius;
    column[k] = radius;
    const rest = this.rest[k]!;
    this.rest[k] = this.cosines[k]! * rest;
    this.rest[k + 1] = -this.sines[k]! * rest;
  }

  /** x = Σ y_i basis_i with the triangular system solved backward. */
  private combine(k: number, x: Float64Array): void {
    const y = new Float64Array(k);
    for (let i = k - 1; i >= 0; i--) {
      let sum = this.rest[i]!;
      for (let j = i + 1; j < k; j++) sum -= this.columns[j]![i]! * y[j]!;
      y[i] = this.columns[i]![i] === 0 ? 0 : sum / this.columns[i]![i]!;
    }
    for (let i = 0; i < k; i++) addScaled(x, y[i]!, this.vector(i));
  }
}
