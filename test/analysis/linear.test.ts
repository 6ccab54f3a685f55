/** Linear algebra against what is known of it, and each law against a planted fault. */
import { describe, expect, it } from "vitest";
import { solve, symmetricEigen, symmetrised } from "../../src/analysis/linear/dense.js";
import { gmres } from "../../src/analysis/linear/gmres.js";
import { rightmost } from "../../src/analysis/linear/rightmost.js";
import { conditionOf, schur } from "../../src/analysis/linear/schur.js";
import { draw } from "../../src/simulation/index.js";
import { eigenvaluesOf, mapOf, randomSquare, schurResidual, sparseIntegers, square } from "./matrices.js";

/** The JAMA algorithm, and ml-matrix with it, never ends on this one. */
const ENDLESS = square([
  [0, 0, 0, 0, 0],
  [0, 0, 0, 0, 1],
  [0, 0, 0, 1, 0],
  [1, 1, 0, 0, 1],
  [1, 0, 1, 0, 1],
]);

describe("the Schur form", () => {
  it.each([
    [
      "a rotation",
      square([
        [0, 1],
        [-1, 0],
      ]),
      [
        [0, 1],
        [0, -1],
      ],
    ],
    [
      "a cyclic permutation",
      square([
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
      ]),
      [
        [1, 0],
        [-0.5, Math.sqrt(0.75)],
        [-0.5, -Math.sqrt(0.75)],
      ],
    ],
    [
      "a triangle",
      square([
        [3, 5],
        [0, -2],
      ]),
      [
        [3, 0],
        [-2, 0],
      ],
    ],
    [
      "the matrix that ml-matrix does not end on",
      ENDLESS,
      [
        [(1 + Math.sqrt(5)) / 2, 0],
        [0, 1],
        [0, -1],
        [0, 0],
        [(1 - Math.sqrt(5)) / 2, 0],
      ],
    ],
  ])("%s has the eigenvalues known by hand", (_, a, known) => {
    const found = eigenvaluesOf(schur(a)!);
    const near = (re: number, im: number) => found.some((v) => Math.hypot(v.re - re, v.im - im) < 1e-14 * 10);
    expect(known.every(([re, im]) => near(re!, im!))).toBe(true);
    expect(found).toHaveLength(known.length);
  });

  it("gives A back on random and on degenerate matrices", () => {
    for (let k = 0; k < 400; k++) {
      const a = sparseIntegers(`sparse ${k}`);
      expect(schurResidual(schur(a, true)!, a), `sparse ${k}`).toBeLessThan(1e-13);
    }
    const a = randomSquare(40, "dense");
    const t = schur(a, true)!;
    expect(schurResidual(t, a)).toBeLessThan(1e-12);
    // Planted fault: one entry of the triangle off by 1e-9.
    t.re[3 * 40 + 7]! += 1e-9;
    expect(schurResidual(t, a)).toBeGreaterThan(1e-11);
  });

  it("says how far an eigenvalue moves: by the formula for 2 × 2, and by moving the matrix", () => {
    const t = schur(
      square([
        [1, 1e6],
        [0, 2],
      ]),
    )!;
    expect(conditionOf(t, 0)).toBeCloseTo(Math.hypot(1, 1e6), 3);
    const a = randomSquare(12, "moved");
    const e = randomSquare(12, "movement");
    const size = Math.sqrt(e.entries.reduce((s, x) => s + x * x, 0));
    const moved = schur({ size: 12, entries: a.entries.map((x, k) => x + (1e-7 * e.entries[k]!) / size) })!;
    const still = schur(a)!;
    const after = eigenvaluesOf(moved);
    for (let k = 0; k < 12; k++) {
      const { re, im } = { re: still.re[k * 13]!, im: still.im[k * 13]! };
      const distance = Math.min(...after.map((v) => Math.hypot(v.re - re, v.im - im)));
      expect(distance).toBeLessThan(1.01 * 1e-7 * conditionOf(still, k) + 1e-13);
    }
  });

  it("refuses entries that are no numbers", () => {
    expect(
      schur(
        square([
          [1, Number.NaN],
          [0, 1],
        ]),
      ),
    ).toBeUndefined();
  });
});

describe("a matrix that a diagonal makes symmetric", () => {
  it("is found with its eigenvalues, and others are not", () => {
    const s = randomSquare(9, "symmetric");
    const symmetric = s.entries.map((x, k) => x + s.entries[(k % 9) * 9 + Math.floor(k / 9)]!);
    const d = Float64Array.from({ length: 9 }, (_, k) => 0.3 + k);
    const entries = symmetric.map((x, k) => (x * d[k % 9]!) / d[Math.floor(k / 9)]!);
    const found = symmetrised({ size: 9, entries })!;
    const [a, b] = [found, { size: 9, entries: symmetric }].map((m) => [...symmetricEigen(m).values]);
    for (const [k, x] of a!.entries()) expect(x).toBeCloseTo(b![k]!, 12);
    // Planted fault: one entry off.
    entries[5]! *= 1 + 1e-6;
    expect(symmetrised({ size: 9, entries })).toBeUndefined();
    expect(
      symmetrised(
        square([
          [0, 1],
          [-1, 0],
        ]),
      ),
    ).toBeUndefined();
  });
});

describe("equations", () => {
  it("are solved by LU and by GMRES alike; a singular matrix has no LU solution", () => {
    const a = randomSquare(60, "equations");
    for (let k = 0; k < 60; k++) a.entries[k * 61]! += 12;
    const b = draw("normal", {}, 60, 3, "right-hand side");
    const x = solve(a, b)!;
    const krylov = gmres(mapOf(a), b, { tolerance: 1e-12, restart: 20, most: 400 });
    expect(krylov.residual).toBeLessThan(1e-11);
    for (const [k, value] of x.entries()) expect(krylov.x[k]).toBeCloseTo(value, 9);
    expect(
      solve(
        square([
          [1, 2],
          [2, 4],
        ]),
        Float64Array.of(1, 1),
      ),
    ).toBeUndefined();
  });
});

describe("rightmost eigenvalues", () => {
  const options = (size: number, enough: (v: { re: number }) => boolean, most = 8) => {
    let count = 0;
    return {
      ...{ tolerance: 1e-11, most, products: 20_000, enough },
      draw: () => draw("normal", {}, size, 5, `vector ${count++}`),
    };
  };

  it("are those of the Schur form, conjugate pairs among them", () => {
    const a = randomSquare(150, "large");
    const found = rightmost(
      mapOf(a),
      150,
      options(150, () => false),
    ).values;
    const all = eigenvaluesOf(schur(a)!);
    for (const [k, v] of found.entries()) {
      expect(v.re).toBeCloseTo(all[k]!.re, 8);
      expect(Math.abs(v.im)).toBeCloseTo(Math.abs(all[k]!.im), 8);
    }
  });

  it("come as often as they occur", () => {
    const d = Float64Array.from({ length: 200 }, (_, k) => (k < 5 ? 1 : -1 - k / 100));
    const map = (x: Float64Array, out: Float64Array) =>
      d.forEach((value, k) => void (out[k] = value * x[k]!));
    const { values, complete } = rightmost(
      map,
      200,
      options(200, ({ re }) => re < 0, 64),
    );
    expect(complete).toBe(true);
    expect(values.map((v) => Number(v.re.toFixed(9)))).toEqual([1, 1, 1, 1, 1, -1.05]);
  });
});
