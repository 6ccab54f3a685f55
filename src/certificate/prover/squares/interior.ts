/**
 * A symmetric matrix that depends affinely on parameters comes in; parameters at which its least eigenvalue is
 * about as large as possible go out. A barrier method in doubles: max λ subject to F(t) − λ·1 ⪰ 0.
 */

export type Matrix = readonly (readonly number[])[];

/** F(t) = base + Σ t_k direction_k. */
export interface Pencil {
  readonly base: Matrix;
  readonly directions: readonly Matrix[];
}

export interface Interior {
  readonly parameters: readonly number[];
  readonly matrix: number[][];
  /** A lower bound that the search reached for the least eigenvalue. */
  readonly margin: number;
}

export function at(p: Pencil, t: readonly number[]): number[][] {
  return p.base.map((row, i) =>
    row.map((v, j) => p.directions.reduce((s, d, k) => s + t[k]! * d[i]![j]!, v)),
  );
}

/** Lower triangular L with LLᵀ = a, or undefined. */
function cholesky(a: Matrix): number[][] | undefined {
  const n = a.length;
  const l = a.map(() => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let s = a[i]![j]!;
      for (let k = 0; k < j; k++) s -= l[i]![k]! * l[j]![k]!;
      if (i === j) {
        if (!(s > 0)) return undefined;
        l[i]![i] = Math.sqrt(s);
      } else l[i]![j] = s / l[j]![j]!;
    }
  return l;
}

function solveLower(l: Matrix, b: readonly number[]): number[] {
  const y = [...b];
  for (let i = 0; i < y.length; i++) {
    for (let k = 0; k < i; k++) y[i]! -= l[i]![k]! * y[k]!;
    y[i]! /= l[i]![i]!;
  }
  for (let i = y.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < y.length; k++) y[i]! -= l[k]![i]! * y[k]!;
    y[i]! /= l[i]![i]!;
  }
  return y;
}

const inverse = (l: Matrix): number[][] =>
  l.map((_, j) =>
    solveLower(
      l,
      l.map((__, i) => (i === j ? 1 : 0)),
    ),
  );

function product(a: Matrix, b: Matrix): number[][] {
  return a.map((row) => {
    const out = new Array<number>(b.length).fill(0);
    for (let k = 0; k < row.length; k++) {
      const v = row[k]!;
      if (v === 0) continue;
      const other = b[k]!;
      for (let j = 0; j < out.length; j++) out[j]! += v * other[j]!;
    }
    return out;
  });
}

/** tr(ab) for matrices of which b is symmetric. */
function trace(a: Matrix, b: Matrix): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) for (let j = 0; j < a.length; j++) s += a[i]![j]! * b[i]![j]!;
  return s;
}

/** The pencil with one more parameter λ in front: F(t) − λ·1. */
function extended(p: Pencil): Pencil {
  const minusOne = p.base.map((row, i) => row.map((_, j) => (i === j ? -1 : 0)));
  return { base: p.base, directions: [minusOne, ...p.directions] };
}

const ROUNDS = 60;

/** Maximises weight·λ + log det(F(t) − λ·1) for growing weights. */
export function deepest(p: Pencil): Interior {
  const q = extended(p);
  const size = 1 + Math.max(...p.base.flat().map(Math.abs));
  let t = [-2 * size * p.base.length, ...p.directions.map(() => 0)];
  let weight = 1 / size;
  for (let round = 0; round < ROUNDS; round++) {
    const step = newton(q, t, weight);
    if (step === undefined) break;
    t = step.t;
    if (step.decrement > 0.3) continue;
    if (weight * size > 1e9) break;
    weight *= 8;
  }
  return { parameters: t.slice(1), matrix: at(p, t.slice(1)), margin: t[0]! };
}

function newton(
  q: Pencil,
  t: readonly number[],
  weight: number,
): { t: number[]; decrement: number } | undefined {
  const l = cholesky(at(q, t));
  if (l === undefined) return undefined;
  const x = inverse(l);
  const scaled = q.directions.map((d) => product(x, d));
  const gradient = q.directions.map((d, k) => trace(x, d) + (k === 0 ? weight : 0));
  const hessian = scaled.map((a) => scaled.map((b) => traceOfProduct(a, b)));
  const ridge = 1e-12 * Math.max(...hessian.map((row, k) => row[k]!));
  const h = cholesky(hessian.map((row, i) => row.map((v, j) => (i === j ? v + ridge : v))));
  if (h === undefined) return undefined;
  const direction = solveLower(h, gradient);
  const decrement = Math.sqrt(Math.abs(direction.reduce((s, v, k) => s + v * gradient[k]!, 0)));
  for (let length = decrement < 0.3 ? 1 : 1 / (1 + decrement); length > 1e-9; length /= 2) {
    const next = t.map((v, k) => v + length * direction[k]!);
    if (cholesky(at(q, next)) !== undefined) return { t: next, decrement };
  }
  return undefined;
}

/** tr(ab). */
function traceOfProduct(a: Matrix, b: Matrix): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) for (let j = 0; j < a.length; j++) s += a[i]![j]! * b[j]![i]!;
  return s;
}
