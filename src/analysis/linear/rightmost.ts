/** A linear map comes in; its eigenvalues of largest real part, one after the other, go out (Arnoldi with locking). */
import type { LinearMap } from "./dense.js";
import { type Eigenvalue, eigenvalueAt, type Schur, schur, triangularVector } from "./schur.js";
import { addScaled, norm, orthogonalise, scale, type Vector } from "./vectors.js";

export interface RightmostOptions {
  /** Residual of an eigenvalue, relative to the size of the map. */
  readonly tolerance: number;
  /** Eigenvalues at most. */
  readonly most: number;
  /** Applications of the map at most. */
  readonly products: number;
  /** Called after each eigenvalue; true ends the search. */
  readonly enough: (last: Eigenvalue) => boolean;
  /** Fills a vector with random numbers: where each search begins. */
  readonly draw: () => Vector;
}

export interface Rightmost {
  /** In the order found, which is nearly that of decreasing real parts; conjugate pairs stand together. */
  readonly values: readonly (Eigenvalue & { readonly residual: number })[];
  /** True when `enough` ended the search, or nothing is left. */
  readonly complete: boolean;
  readonly products: number;
}

const DEPTH = 80;

/**
 * Explicitly restarted Arnoldi (Saad 2011, section 6.4): the rightmost Ritz pair of a Krylov space, until its residual is
 * small; then its vectors are locked and the search goes on in their orthogonal complement from a fresh random vector,
 * so that multiple eigenvalues are found as often as they occur.
 */
export function rightmost(map: LinearMap, size: number, options: RightmostOptions): Rightmost {
  const locked: Vector[] = [];
  const values: (Eigenvalue & { residual: number })[] = [];
  let [products, start] = [0, options.draw()];
  while (locked.length < size && values.length < options.most && products < options.products) {
    const space = krylov(map, start, locked, Math.min(DEPTH, size - locked.length));
    products += space.products;
    const ritz = rightmostRitz(space);
    if (ritz === undefined) break;
    start = ritz.vector[0].slice();
    if (ritz.residual > options.tolerance * space.size) {
      if (space.isInvariant) break;
      continue;
    }
    for (const part of ritz.vector) lock(part, locked);
    values.push(...pair(ritz));
    if (options.enough(ritz.value)) return { values, complete: true, products };
    start = options.draw();
  }
  return { values, complete: locked.length >= size, products };
}

const isReal = ({ im, re }: Eigenvalue, size: number): boolean =>
  Math.abs(im) <= 1e-12 * Math.max(size, Math.abs(re));

interface Ritz {
  readonly value: Eigenvalue;
  readonly residual: number;
  /** Real part, and imaginary part where the value is not real. */
  readonly vector: readonly [Vector, ...Vector[]];
}

function pair({ value, residual, vector }: Ritz): (Eigenvalue & { residual: number })[] {
  if (vector.length === 1) return [{ re: value.re, im: 0, residual }];
  const im = Math.abs(value.im);
  return [
    { re: value.re, im, residual },
    { re: value.re, im: -im, residual },
  ];
}

function lock(part: Vector, locked: Vector[]): void {
  const w = part.slice();
  const before = norm(w);
  orthogonalise(w, locked);
  const after = norm(w);
  // What already lies in the locked space adds nothing to it.
  if (!(after > 1e-10 * before)) return;
  scale(w, 1 / after);
  locked.push(w);
}

interface Krylov {
  readonly basis: readonly Vector[];
  /** Hessenberg, row-major. */
  readonly h: { readonly size: number; readonly entries: Float64Array };
  /** Norm of what leaves the space. */
  readonly beyond: number;
  readonly isInvariant: boolean;
  /** Norm of the Hessenberg matrix: the size of the map as far as it was seen. */
  readonly size: number;
  readonly products: number;
}

/** An orthonormal basis of the Krylov space of the map followed by the projection away from the locked vectors. */
function krylov(map: LinearMap, start: Vector, locked: readonly Vector[], depth: number): Krylov {
  const first = start.slice();
  orthogonalise(first, locked);
  scale(first, 1 / norm(first));
  const basis: Vector[] = [first];
  const columns: Float64Array[] = [];
  let beyond = 0;
  for (let k = 0; k < depth; k++) {
    const [w, all] = [new Float64Array(start.length), new Float64Array(locked.length + depth)];
    map(basis[k]!, w);
    const before = norm(w);
    // Against both in one pass: one after the other would leave rounding of the second in the first.
    orthogonalise(w, [...locked, ...basis], all);
    const h = all.slice(locked.length);
    columns.push(h);
    beyond = norm(w);
    if (!(beyond > 1e-14 * before) || k === depth - 1) break;
    scale(w, 1 / beyond);
    basis.push(w);
    if (k + 1 < depth) h[k + 1] = beyond;
  }
  const size = columns.length;
  const entries = new Float64Array(size * size);
  for (const [j, column] of columns.entries())
    for (let i = 0; i < size; i++) entries[i * size + j] = column[i]!;
  const all = norm(entries);
  return {
    basis: basis.slice(0, size),
    h: { size, entries },
    beyond,
    isInvariant: !(beyond > 1e-14 * all),
    size: all / Math.sqrt(size),
    products: size,
  };
}

function rightmostRitz(space: Krylov): Ritz | undefined {
  const t = schur(space.h, true);
  if (t === undefined) return undefined;
  let best = 0;
  for (let k = 1; k < t.size; k++) if (eigenvalueAt(t, k).re > eigenvalueAt(t, best).re) best = k;
  const value = eigenvalueAt(t, best);
  const [yr, yi] = smallVector(t, best);
  const length = Math.hypot(norm(yr), norm(yi));
  const last = Math.hypot(yr.at(-1)!, yi.at(-1)!);
  const residual = (space.beyond * last) / length;
  const real = combine(space.basis, yr);
  if (isReal(value, space.size)) {
    // A real eigenvalue has a real vector, up to a complex factor.
    const imaginary = combine(space.basis, yi);
    return { value, residual, vector: [norm(imaginary) > norm(real) ? imaginary : real] };
  }
  return { value, residual, vector: [real, combine(space.basis, yi)] };
}

/** Q·x for the eigenvector x of T. */
function smallVector(t: Schur, k: number): [Vector, Vector] {
  const [xr, xi] = triangularVector(t, k, "right");
  const { size: n } = t;
  const q = t.q!;
  const [yr, yi] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= k; j++) {
      const [ar, ai] = [q.re[i * n + j]!, q.im[i * n + j]!];
      yr[i]! += ar * xr[j]! - ai * xi[j]!;
      yi[i]! += ar * xi[j]! + ai * xr[j]!;
    }
  return [yr, yi];
}

function combine(basis: readonly Vector[], weights: Vector): Vector {
  const sum = new Float64Array(basis[0]!.length);
  for (const [k, b] of basis.entries()) addScaled(sum, weights[k]!, b);
  return sum;
}
