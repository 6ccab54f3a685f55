/** A seed comes in; random matrices, and what tests ask of spectra, go out. */
import type { LinearMap, Square } from "../../src/analysis/linear/dense.js";
import { type Eigenvalue, eigenvalueAt, type Schur } from "../../src/analysis/linear/schur.js";
import { draw, uniformStream } from "../../src/simulation/index.js";

export const square = (rows: readonly (readonly number[])[]): Square => ({
  size: rows.length,
  entries: Float64Array.from(rows.flat()),
});

export const randomSquare = (size: number, name: string): Square => ({
  size,
  entries: draw("normal", {}, size * size, 17, name),
});

/** Small integers, many of them zero: reducible, singular and defective matrices are among them. */
export function sparseIntegers(name: string): Square {
  const next = uniformStream(23, name);
  const size = 1 + Math.floor(next() * 9);
  const entry = (): number => (next() < 0.6 ? 0 : Math.floor(next() * 3) - 1);
  return { size, entries: Float64Array.from({ length: size * size }, entry) };
}

export const mapOf =
  ({ size, entries }: Square): LinearMap =>
  (x, out) => {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += entries[i * size + j]! * x[j]!;
      out[i] = sum;
    }
  };

export const eigenvaluesOf = (t: Schur): Eigenvalue[] =>
  Array.from({ length: t.size }, (_, k) => eigenvalueAt(t, k)).sort((a, b) => b.re - a.re || b.im - a.im);

/** Largest entry of Q·T·Qᴴ − A. */
export function schurResidual(t: Schur, a: Square): number {
  const { size: n, re, im } = t;
  const q = t.q!;
  let worst = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let [real, imaginary] = [0, 0];
      for (let r = 0; r < n; r++)
        for (let c = r; c < n; c++) {
          const [ar, ai] = [q.re[i * n + r]!, q.im[i * n + r]!];
          const [tr, ti] = [re[r * n + c]!, im[r * n + c]!];
          const [br, bi] = [q.re[j * n + c]!, -q.im[j * n + c]!];
          const [xr, xi] = [ar * tr - ai * ti, ar * ti + ai * tr];
          real += xr * br - xi * bi;
          imaginary += xr * bi + xi * br;
        }
      worst = Math.max(worst, Math.abs(real - a.entries[i * n + j]!), Math.abs(imaginary));
    }
  return worst;
}
