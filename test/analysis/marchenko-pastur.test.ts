/** The law of Marchenko and Pastur by its moments, and Wishart matrices against it; planted faults stand out. */
import { describe, expect, it } from "vitest";
import { boundCoupling, couplingSpectrum, distribution, marchenkoPastur } from "../../src/analysis/index.js";
import { density, inSupport, kolmogorovSmirnov, outlierOf } from "../../src/analysis/marchenko-pastur.js";
import { draw } from "../../src/simulation/index.js";
import { must } from "../cases/compiled.js";
import { hebb } from "./models.js";

/** ∫ x^k ρ(x) dx by the midpoint rule in x = middle − radius·cos φ. */
function moment(law: ReturnType<typeof marchenkoPastur>, k: number): number {
  const [low, high] = law.edges;
  const n = 20_000;
  let total = 0;
  for (let j = 0; j < n; j++) {
    const phi = (Math.PI * (j + 0.5)) / n;
    const x = (low + high) / 2 - ((high - low) / 2) * Math.cos(phi);
    total += x ** k * density(law, x) * ((high - low) / 2) * Math.sin(phi) * (Math.PI / n);
  }
  return total;
}

describe("the law", () => {
  it.each([0.1, 0.25, 0.5, 0.999, 1, 1.5, 4, 30])("at α = %f has the moments of ΞᵀΞ/N_h", (alpha) => {
    const law = marchenkoPastur(alpha, 2);
    const y = 1 / alpha;
    // Mass min(1, α); the mean of the eigenvalues is s, that of their squares s²(1 + 1/α).
    expect(moment(law, 0)).toBeCloseTo(Math.min(1, alpha), 5);
    expect(moment(law, 1)).toBeCloseTo(2, 6);
    expect(moment(law, 2)).toBeCloseTo(4 * (1 + y), 5);
    expect(law.atom.mass).toBeCloseTo(Math.max(0, 1 - alpha), 15);
  });

  it.each([0.3, 1, 2.5])("at α = %f has a distribution whose slope is the density", (alpha) => {
    const law = marchenkoPastur(alpha, 1.5, -0.4);
    const [low, high] = law.edges;
    expect(distribution(law, high + 1)).toBeCloseTo(1, 12);
    expect(distribution(law, low - 0.5 * (1 + law.atom.mass))).toBe(
      low - 0.5 * (1 + law.atom.mass) >= law.atom.at ? law.atom.mass : 0,
    );
    for (const part of [0.1, 0.4, 0.8]) {
      const x = low + part * (high - low);
      const slope = (distribution(law, x + 1e-5) - distribution(law, x - 1e-5)) / 2e-5;
      expect(slope).toBeCloseTo(density(law, x), 6);
    }
    expect(distribution(law, high)).toBeCloseTo(1, 7);
    expect(distribution(law, high - 1e-9)).toBeCloseTo(1, 7);
  });

  it("has 1 in its support from α = 1/4 on; without the diagonal from 3 − 2√2 to 3 + 2√2", () => {
    const one = (alpha: number, shift: number) => inSupport(marchenkoPastur(alpha, 1, shift), 1);
    expect([0.24, 0.25, 0.26, 100].map((a) => one(a, 0))).toEqual([false, true, true, true]);
    const [from, to] = [3 - 2 * Math.SQRT2, 3 + 2 * Math.SQRT2];
    expect([from - 0.01, from + 0.01, 1, to - 0.01, to + 0.01].map((a) => one(a, -1))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});

const wishart = (N_v: number, N_h: number, seed: number, mean = 0) => {
  const entries = draw("normal", { mean }, N_v * N_h, seed, "Xi");
  const arrays = new Map([["Xi", { value: { shape: [N_h, N_v], data: entries }, source: "the test" }]]);
  return couplingSpectrum(must(boundCoupling(hebb, { arrays })));
};

/** Distances of Wishart matrices from the law shrink like 1/N: rigidity of eigenvalues, where samples have 1/√N. */
const BOUND = 4;

describe("a Wishart matrix", () => {
  it.each([
    [200, 20],
    [200, 50],
    [160, 160],
    [150, 300],
    [100, 800],
  ])("of %i units and %i memories follows the law within the bound of its size", (N_v, N_h) => {
    const { with: side, memories } = wishart(N_v, N_h, 1);
    const { law, kolmogorovSmirnov: distance, outliers } = side.law!;
    expect(memories!.alpha).toBe(N_h / N_v);
    expect(distance).toBeLessThan(BOUND / N_v);
    expect(outliers).toEqual([]);
    expect(side.zeros).toBe(Math.max(0, N_v - N_h));
    expect(side.positiveSemidefinite).toBe(side.eigenvalues[0]! >= 0);
    // Planted faults: the law of another load, and eigenvalues on another scale.
    const other = marchenkoPastur(memories!.alpha * 1.3, law.scale);
    expect(kolmogorovSmirnov(other, side.eigenvalues)).toBeGreaterThan(BOUND / N_v);
    const shifted = side.eigenvalues.map((x) => 1.3 * x);
    expect(kolmogorovSmirnov(law, shifted)).toBeGreaterThan(BOUND / N_v);
  });

  it("with a mean has one eigenvalue outside, where it is predicted", () => {
    const { with: side, memories } = wishart(200, 100, 2, 0.5);
    const { outliers, predictedOutlier, kolmogorovSmirnov: distance } = side.law!;
    expect(memories!.hasMean).toBe(true);
    expect(outliers).toHaveLength(1);
    expect(Math.abs(outliers[0]! / predictedOutlier! - 1)).toBeLessThan(0.1);
    expect(distance).toBeLessThan((BOUND + 1) / 200);
    expect(outlierOf(marchenkoPastur(0.5), 1.4)).toBeUndefined();
    expect(wishart(200, 100, 2).with.law!.predictedOutlier).toBeUndefined();
  });
});
