/**
 * A real square matrix comes in; its complex Schur form, eigenvalues and their condition numbers go out. Bounded work:
 * the QR iteration gives up after a fixed number of sweeps (that of ml-matrix can run for ever).
 */
import type { Square } from "./dense.js";
import { norm } from "./vectors.js";

/** A = Q·T·Qᴴ with T upper triangular; row-major real and imaginary parts. */
export interface Schur {
  readonly size: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Absent unless asked for. */
  readonly q?: { readonly re: Float64Array; readonly im: Float64Array };
}

export interface Eigenvalue {
  readonly re: number;
  readonly im: number;
}

/** QR sweeps for one eigenvalue before giving up (EISPACK allows 30). */
const MOST_SWEEPS = 60;

/** Undefined where the iteration does not converge, or an entry is not finite. */
export function schur(a: Square, withVectors = false): Schur | undefined {
  if (!a.entries.every(Number.isFinite)) return undefined;
  const { size } = a;
  const [re, im] = [a.entries.slice(), new Float64Array(size * size)];
  const q = withVectors ? { re: identity(size), im: new Float64Array(size * size) } : undefined;
  reduceToHessenberg(re, size, q?.re);
  const work: Work = { size, re, im, q, c: [], s: [] };
  return triangularise(work) ? { size, re, im, ...(q && { q }) } : undefined;
}

function identity(n: number): Float64Array {
  const entries = new Float64Array(n * n);
  for (let k = 0; k < n; k++) entries[k * n + k] = 1;
  return entries;
}

/** Householder reflections (Golub & Van Loan, algorithm 7.4.2). */
function reduceToHessenberg(h: Float64Array, n: number, q: Float64Array | undefined): void {
  for (let k = 0; k < n - 2; k++) {
    const v = new Float64Array(n);
    let length = 0;
    for (let i = k + 1; i < n; i++) length = Math.hypot(length, (v[i] = h[i * n + k]!));
    if (length === 0) continue;
    v[k + 1]! += v[k + 1]! < 0 ? -length : length;
    const square = v.reduce((s, x) => s + x * x, 0);
    reflectRows(h, n, v, square, k);
    reflectColumns(h, n, v, square, k);
    if (q !== undefined) reflectColumns(q, n, v, square, k);
    for (let i = k + 2; i < n; i++) h[i * n + k] = 0;
  }
}

function reflectRows(h: Float64Array, n: number, v: Float64Array, square: number, k: number): void {
  const sums = new Float64Array(n);
  for (let i = k + 1; i < n; i++) for (let j = 0; j < n; j++) sums[j]! += v[i]! * h[i * n + j]!;
  for (let i = k + 1; i < n; i++) {
    const f = (2 * v[i]!) / square;
    for (let j = 0; j < n; j++) h[i * n + j]! -= f * sums[j]!;
  }
}

function reflectColumns(h: Float64Array, n: number, v: Float64Array, square: number, k: number): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += h[i * n + j]! * v[j]!;
    const f = (2 * sum) / square;
    for (let j = k + 1; j < n; j++) h[i * n + j]! -= f * v[j]!;
  }
}

interface Work {
  readonly size: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly q: { readonly re: Float64Array; readonly im: Float64Array } | undefined;
  /** Rotations of one sweep: real and imaginary parts of c and s, by row. */
  readonly c: [number, number][];
  readonly s: [number, number][];
}

/** Single-shift QR on the complex Hessenberg matrix, with Wilkinson's shift and deflation. */
function triangularise(w: Work): boolean {
  const { size: n, re, im } = w;
  let high = n - 1;
  for (let sweeps = 0; high > 0; ) {
    const low = deflation(w, high);
    if (low === high) {
      high--;
      sweeps = 0;
      continue;
    }
    if (++sweeps > MOST_SWEEPS) return false;
    const [sr, si] = sweeps % 10 === 0 ? exceptional(w, high) : wilkinson(w, high);
    for (let k = low; k <= high; k++) {
      re[k * n + k]! -= sr;
      im[k * n + k]! -= si;
    }
    sweep(w, low, high);
    for (let k = low; k <= high; k++) {
      re[k * n + k]! += sr;
      im[k * n + k]! += si;
    }
  }
  return true;
}

/** The first row of the block that ends at `high`; what is below rounding under the diagonal becomes 0. */
function deflation({ size: n, re, im }: Work, high: number): number {
  for (let k = high; k > 0; k--) {
    const size = (i: number, j: number): number => Math.abs(re[i * n + j]!) + Math.abs(im[i * n + j]!);
    const near = size(k, k) + size(k - 1, k - 1);
    const beside = near > 0 ? near : size(k - 1, k);
    if (size(k, k - 1) > Number.EPSILON * beside) continue;
    re[k * n + k - 1] = im[k * n + k - 1] = 0;
    return k;
  }
  return 0;
}

/** The eigenvalue of the last 2 × 2 block that is nearer to its last entry. */
function wilkinson({ size: n, re, im }: Work, high: number): [number, number] {
  const at = (i: number, j: number): [number, number] => [re[i * n + j]!, im[i * n + j]!];
  const [a, b, c, d] = [at(high - 1, high - 1), at(high - 1, high), at(high, high - 1), at(high, high)];
  const half: [number, number] = [(a[0] - d[0]) / 2, (a[1] - d[1]) / 2];
  const bc: [number, number] = [b[0] * c[0] - b[1] * c[1], b[0] * c[1] + b[1] * c[0]];
  const root = squareRoot(half[0] ** 2 - half[1] ** 2 + bc[0], 2 * half[0] * half[1] + bc[1]);
  const sign = half[0] * root[0] + half[1] * root[1] < 0 ? -1 : 1;
  const [pr, pi] = [half[0] + sign * root[0], half[1] + sign * root[1]];
  const size = pr * pr + pi * pi;
  if (!(size > 0)) return d;
  return [d[0] - (bc[0] * pr + bc[1] * pi) / size, d[1] - (bc[1] * pr - bc[0] * pi) / size];
}

/** A shift off the pattern that a stuck iteration repeats. */
function exceptional({ size: n, re, im }: Work, high: number): [number, number] {
  const k = high * n + high;
  const below = Math.hypot(re[k - 1]!, im[k - 1]!);
  return [re[k]! + 0.75 * below, im[k]! + 0.5 * below];
}

function squareRoot(x: number, y: number): [number, number] {
  const r = Math.hypot(x, y);
  if (r === 0) return [0, 0];
  const [a, b] = [Math.sqrt((r + Math.abs(x)) / 2), Math.abs(y)];
  const other = b / (2 * a);
  return x >= 0 ? [a, y < 0 ? -other : other] : [other, y < 0 ? -a : a];
}

/** One step H = QR → RQ by rotations, with the rest of the triangle and the vectors taken along. */
function sweep(w: Work, low: number, high: number): void {
  for (let k = low; k < high; k++) rotateRows(w, k);
  for (let k = low; k < high; k++) {
    rotateColumns(w.re, w.im, w, k, Math.min(k + 1, high));
    if (w.q !== undefined) rotateColumns(w.q.re, w.q.im, w, k, w.size - 1);
  }
}

function rotateRows({ size: n, re, im, c, s }: Work, k: number): void {
  const [p, q] = [k * n, (k + 1) * n];
  const [ar, ai, br, bi] = [re[p + k]!, im[p + k]!, re[q + k]!, im[q + k]!];
  const r = Math.hypot(ar, ai, br, bi);
  const [cr, ci, sr, si] = r === 0 ? [1, 0, 0, 0] : [ar / r, ai / r, br / r, bi / r];
  c[k] = [cr, ci];
  s[k] = [sr, si];
  for (let j = k; j < n; j++) {
    const [xr, xi, yr, yi] = [re[p + j]!, im[p + j]!, re[q + j]!, im[q + j]!];
    re[p + j] = cr * xr + ci * xi + sr * yr + si * yi;
    im[p + j] = cr * xi - ci * xr + sr * yi - si * yr;
    re[q + j] = cr * yr - ci * yi - sr * xr + si * xi;
    im[q + j] = cr * yi + ci * yr - sr * xi - si * xr;
  }
}

function rotateColumns(re: Float64Array, im: Float64Array, w: Work, k: number, last: number): void {
  const [[cr, ci], [sr, si], n] = [w.c[k]!, w.s[k]!, w.size];
  for (let i = 0; i <= last; i++) {
    const p = i * n + k;
    const [xr, xi, yr, yi] = [re[p]!, im[p]!, re[p + 1]!, im[p + 1]!];
    re[p] = xr * cr - xi * ci + yr * sr - yi * si;
    im[p] = xr * ci + xi * cr + yr * si + yi * sr;
    re[p + 1] = yr * cr + yi * ci - xr * sr - xi * si;
    im[p + 1] = yi * cr - yr * ci - xi * sr + xr * si;
  }
}

export const eigenvalueAt = ({ size, re, im }: Schur, k: number): Eigenvalue => ({
  re: re[k * size + k]!,
  im: im[k * size + k]!,
});

/** The eigenvector of T for its k-th eigenvalue, with a 1 at place k; `left` takes that of Tᵀ from the other side. */
export function triangularVector(t: Schur, k: number, side: "right" | "left"): [Float64Array, Float64Array] {
  const { size: n, re, im } = t;
  const [xr, xi] = [new Float64Array(n), new Float64Array(n)];
  xr[k] = 1;
  const smallest = Number.EPSILON * (largestEntry(t) || 1);
  const lambda = eigenvalueAt(t, k);
  const row = (i: number): void => {
    let [sr, si] = [0, 0];
    const [from, to] = side === "right" ? [i + 1, k] : [k, i - 1];
    for (let j = from; j <= to; j++) {
      const p = side === "right" ? i * n + j : j * n + i;
      sr += re[p]! * xr[j]! - im[p]! * xi[j]!;
      si += re[p]! * xi[j]! + im[p]! * xr[j]!;
    }
    let [dr, di] = [lambda.re - re[i * n + i]!, lambda.im - im[i * n + i]!];
    if (Math.hypot(dr, di) < smallest) [dr, di] = [smallest, 0];
    const size = dr * dr + di * di;
    xr[i] = (sr * dr + si * di) / size;
    xi[i] = (si * dr - sr * di) / size;
  };
  if (side === "right") for (let i = k - 1; i >= 0; i--) row(i);
  else for (let i = k + 1; i < n; i++) row(i);
  return [xr, xi];
}

const largestEntry = ({ re, im }: Schur): number => {
  let most = 0;
  for (let k = 0; k < re.length; k++) most = Math.max(most, Math.abs(re[k]!), Math.abs(im[k]!));
  return most;
};

/**
 * How far the k-th eigenvalue moves for a perturbation of A of norm 1, to first order: |x||y|/|yᴴx| for its right and
 * left eigenvectors (Golub & Van Loan, section 7.2.2).
 */
export function conditionOf(t: Schur, k: number): number {
  const length = ([re, im]: [Float64Array, Float64Array]): number => Math.hypot(norm(re), norm(im));
  return length(triangularVector(t, k, "right")) * length(triangularVector(t, k, "left"));
}
