/** Spectra of random, structured and nearly defective matrices are compared with NumPy's (LAPACK), within their error estimates. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { denseSpectrum, type JacobianSpectrum } from "../../src/analysis/jacobian-spectrum.js";
import type { Square } from "../../src/analysis/linear/dense.js";
import { randomSquare, sparseIntegers, square } from "../analysis/matrices.js";
import { pythonOrSkip, runScript } from "./python.js";

const SCRIPT = fileURLToPath(new URL("eigenvalues.py", import.meta.url));
const python = pythonOrSkip("comparison with NumPy's eigenvalues", "numpy");

const symmetric = (n: number): Square => {
  const { entries } = randomSquare(n, `symmetric ${n}`);
  return { size: n, entries: entries.map((x, k) => x + entries[(k % n) * n + Math.floor(k / n)]!) };
};
/** A Jordan block, moved by a little at its corner. */
const jordan = (n: number, corner: number): Square =>
  square(
    Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (__, j) =>
        i === n - 1 && j === 0 ? corner : i === j ? -1 : j === i + 1 ? 1 : 0,
      ),
    ),
  );

const MATRICES: readonly (readonly [string, Square])[] = [
  ...[3, 10, 40, 90].map((n) => [`random ${n}`, randomSquare(n, `random ${n}`)] as const),
  ...[5, 30, 80].map((n) => [`symmetric ${n}`, symmetric(n)] as const),
  ...Array.from({ length: 30 }, (_, k) => [`integers ${k}`, sparseIntegers(`peer ${k}`)] as const),
  ["jordan", jordan(5, 1e-5)],
];

const rowsOf = ({ size, entries }: Square): number[][] =>
  Array.from({ length: size }, (_, i) => [...entries.subarray(i * size, (i + 1) * size)]);

/** Largest distance from one of ours to the nearest of theirs not yet taken, beyond the two errors. */
function excess(ours: JacobianSpectrum, theirs: readonly (readonly [number, number])[]): number {
  const left = [...theirs];
  let worst = Number.NEGATIVE_INFINITY;
  for (const { re, im, error } of ours.values) {
    const distances = left.map(([x, y]) => Math.hypot(x - re, y - im));
    const k = distances.indexOf(Math.min(...distances));
    left.splice(k, 1);
    worst = Math.max(worst, distances[k]! - 2 * error);
  }
  return worst;
}

describe.skipIf(python === undefined)("eigenvalues", () => {
  test("are NumPy's within the error estimates, and a wrong one is not", async () => {
    const answers = await runScript<[number, number][][]>(
      python!,
      SCRIPT,
      MATRICES.map(([, m]) => rowsOf(m)),
      60_000,
    );
    for (const [k, [name, matrix]] of MATRICES.entries()) {
      const ours = denseSpectrum(matrix, 0)!;
      expect(ours.values.length, name).toBe(matrix.size);
      expect(excess(ours, answers[k]!), name).toBeLessThanOrEqual(0);
    }
    // Planted fault: the rightmost eigenvalue off by a millionth.
    const first = denseSpectrum(MATRICES[0]![1], 0)!;
    const wrong = { ...first, values: first.values.map((v, k) => (k === 0 ? { ...v, re: v.re + 1e-6 } : v)) };
    expect(excess(wrong, answers[0]!)).toBeGreaterThan(0);
  }, 90_000);
});
