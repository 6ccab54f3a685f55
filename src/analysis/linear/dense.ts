/** A linear map or a square matrix comes in; its entries, solutions of its equations, symmetric eigenvalues go out. */
import { EigenvalueDecomposition, LuDecomposition, Matrix } from "ml-matrix";
import { largest, type Vector } from "./vectors.js";

/** Writes the image of `x` into `out`. */
export type LinearMap = (x: Vector, out: Vector) => void;

/** Row-major entries of a square matrix. */
export interface Square {
  readonly size: number;
  readonly entries: Float64Array;
}

/** The matrix of a map, column by column. */
export function matrixOf(map: LinearMap, size: number): Square {
  const entries = new Float64Array(size * size);
  const [unit, column] = [new Float64Array(size), new Float64Array(size)];
  for (let j = 0; j < size; j++) {
    unit[j] = 1;
    map(unit, column);
    unit[j] = 0;
    for (let i = 0; i < size; i++) entries[i * size + j] = column[i]!;
  }
  return { size, entries };
}

export const frobenius = ({ entries }: Square): number => {
  const most = largest(entries);
  if (most === 0 || !Number.isFinite(most)) return most;
  return most * Math.sqrt(entries.reduce((s, x) => s + (x / most) ** 2, 0));
};

export const difference = (a: Square, b: Square): Square => ({
  size: a.size,
  entries: a.entries.map((x, k) => x - b.entries[k]!),
});

const wrap = ({ size, entries }: Square): Matrix => Matrix.from1DArray(size, size, entries);

/** x with A·x = b by LU with partial pivoting; undefined where A is singular to working precision. */
export function solve(a: Square, b: Vector): Vector | undefined {
  const lu = new LuDecomposition(wrap(a));
  if (lu.isSingular()) return undefined;
  const x = Float64Array.from(lu.solve(Matrix.columnVector(b)).to1DArray());
  return x.every(Number.isFinite) ? x : undefined;
}

/** AᵀA, and Aᵀb. */
export function normalEquations({ size, entries }: Square, b: Vector): { gram: Square; image: Vector } {
  const [gram, image] = [new Float64Array(size * size), new Float64Array(size)];
  for (let r = 0; r < size; r++) {
    const row = entries.subarray(r * size, (r + 1) * size);
    for (let i = 0; i < size; i++) {
      const a = row[i]!;
      image[i]! += a * b[r]!;
      if (a !== 0) for (let j = 0; j < size; j++) gram[i * size + j]! += a * row[j]!;
    }
  }
  return { gram: { size, entries: gram }, image };
}

/** Eigenvalues of a symmetric matrix in ascending order, with their orthonormal eigenvectors. */
export function symmetricEigen(a: Square): { values: Float64Array; vectors: readonly Vector[] } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(wrap(a), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, k) => k).sort((i, j) => realEigenvalues[i]! - realEigenvalues[j]!);
  return {
    values: Float64Array.from(order, (k) => realEigenvalues[k]!),
    vectors: order.map((k) => Float64Array.from(eigenvectorMatrix.getColumn(k))),
  };
}

/** A as it would be with rows and columns scaled by d: d_i·A_ij/d_j, made exactly symmetric. */
function scaledSymmetric({ size, entries }: Square, d: Float64Array): Square {
  const scaled = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const below = (d[i]! * entries[i * size + j]!) / d[j]!;
      const above = (d[j]! * entries[j * size + i]!) / d[i]!;
      scaled[i * size + j] = scaled[j * size + i] = (below + above) / 2;
    }
  return { size, entries: scaled };
}

/** Entries and their mirror images may differ by rounding. */
const MIRROR = 1e-12;

/**
 * A positive diagonal D with D·A·D⁻¹ symmetric, and that symmetric matrix, which has the eigenvalues of A; undefined
 * where there is none. Layers with separable Lagrangians have one: J = T⁻¹(SH − 1) with H and T diagonal.
 */
export function symmetrised(a: Square): Square | undefined {
  const { size, entries } = a;
  const most = largest(entries);
  const d = new Float64Array(size);
  for (let root = 0; root < size; root++) {
    if (d[root] !== 0) continue;
    d[root] = 1;
    const open = [root];
    for (let i = open.pop(); i !== undefined; i = open.pop())
      for (let j = 0; j < size; j++) {
        const [there, back] = [entries[i * size + j]!, entries[j * size + i]!];
        if (j === i || (there === 0 && back === 0)) continue;
        if (d[j] !== 0) continue;
        // Entries of rounding size say nothing of the ratio, and must not be its only source.
        if (Math.max(Math.abs(there), Math.abs(back)) <= MIRROR * most) continue;
        if (!(there * back > 0)) return undefined;
        d[j] = d[i]! * Math.sqrt(there / back);
        open.push(j);
      }
  }
  const ratio = d.reduce((r, x) => Math.max(r, x, 1 / x), 1);
  if (!(ratio < 1e8)) return undefined;
  return isSymmetric(a, d) ? scaledSymmetric(a, d) : undefined;
}

function isSymmetric({ size, entries }: Square, d: Float64Array): boolean {
  const at = (i: number, j: number): number => (d[i]! * entries[i * size + j]!) / d[j]!;
  let most = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) most = Math.max(most, Math.abs(at(i, j)));
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) if (Math.abs(at(i, j) - at(j, i)) > MIRROR * most) return false;
  return true;
}
