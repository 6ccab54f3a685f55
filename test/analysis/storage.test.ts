/** Retrieval against load: what must hold at the ends, seeds, laws on rows made by hand, and what is refused. */
import { describe, expect, it } from "vitest";
import {
  capacityLaws,
  STORAGE_DEFAULTS,
  type StoragePlan,
  type StorageRow,
  storage,
} from "../../src/analysis/index.js";
import { clustered, meanOf, wilson } from "../../src/analysis/statistics.js";
import type { Theory } from "../../src/derivation/index.js";
import { draw } from "../../src/simulation/index.js";
import { must } from "../cases/compiled.js";
import { catalogTheory, theoryOf } from "../cases/networks.js";
import { attention, doubleWell, hopfield, saturatingHebb } from "./models.js";

const plan = (rest: Partial<StoragePlan>): StoragePlan => ({
  ...STORAGE_DEFAULTS,
  ...{ sizes: [40], loads: [2, 40], loadsAre: "counts", repetitions: 3, probes: 2, noise: 0.1 },
  ...rest,
});
const bindings = { set: new Map([["tau_v", { value: 1, source: "the test" }]]) };
const code = (theory: Theory, rest: Partial<StoragePlan>): string => {
  const found = storage(theory, {}, plan(rest));
  return found.ok ? "accepted" : found.errors[0]!.code;
};

describe("a storage experiment", () => {
  it("retrieves few memories and not many", () => {
    const { rows, memory } = must(storage(saturatingHebb, {}, plan({})));
    expect(memory).toBe("Xi");
    expect(rows.map((r) => [r.units, r.memories, r.load, r.trials])).toEqual([
      [40, 2, 0.05, 6],
      [40, 40, 1, 6],
    ]);
    expect(rows[0]!.overlap.value).toBeGreaterThan(0.95);
    expect(rows[1]!.overlap.value).toBeLessThan(0.9);
    expect(rows[0]!.rate.value).toBeGreaterThan(rows[1]!.rate.value);
    for (const { rate } of rows) expect(rate.low <= rate.value && rate.value <= rate.high).toBe(true);
  });

  it("attention holds as many memories as there are units, from 20 % of the units wrong", () => {
    const { rows } = must(storage(attention, bindings, plan({ loads: [40], noise: 0.2 })));
    expect(rows[0]).toMatchObject({ moving: 0, rate: { value: 1 }, overlap: { value: 1, error: 0 } });
  });

  it("gives the same numbers from a seed, whatever else is asked", () => {
    const rows = (rest: Partial<StoragePlan>) => must(storage(saturatingHebb, {}, plan(rest))).rows;
    expect(rows({ loads: [20] })[0]).toEqual(rows({ loads: [5, 20] })[1]);
    expect(rows({ loads: [20], seed: 1 })[0]!.overlap).not.toEqual(rows({ loads: [20] })[0]!.overlap);
  });

  it("takes memories over columns as well", () => {
    const columns = theoryOf("columns", {
      indices: { i: "N", mu: "K" },
      parameters: { X: { over: ["i", "mu"] } },
      layers: { v: { over: ["i"], lagrangian: "sum(i, logcosh(4*v[i]))/4", activation: "g" } },
      generating: { of: "v", function: "sum(mu, sum(i, X[i,mu]*g[i])^2)/(2*K)" },
    });
    const { rows } = must(storage(columns, {}, plan({ loads: [2] })));
    expect(rows[0]!.overlap.value).toBeGreaterThan(0.95);
  });

  it("says what cannot be done", () => {
    expect(code(hopfield, {})).toBe("no-memories");
    expect(code(doubleWell, {})).toBe("no-memories");
    expect(code(catalogTheory("bam"), {})).toBe("several-states");
    expect(code(saturatingHebb, { memory: "gain" })).toBe("no-memories");
    expect(code(attention, {})).toBe("missing-value");
    for (const bad of [
      { sizes: [] },
      { sizes: [0] },
      { loads: [-1] },
      { noise: 2 },
      { threshold: 0 },
      { probes: 0 },
    ])
      expect(code(saturatingHebb, bad)).toBe("bad-option");
  });
});

const row = (units: number, memories: number, rate: number): StorageRow => ({
  ...{ units, memories, load: memories / units, trials: 100, moving: 0 },
  overlap: { value: rate, error: 0 },
  rate: { value: rate, low: rate - 0.1, high: rate + 0.1 },
});

describe("capacities", () => {
  /** Rates that fall linearly from 1 to 0 between 0 and 2K. */
  const around = (units: number, K: number): StorageRow[] =>
    [0.2, 0.6, 1, 1.4, 1.8].map((part) => row(units, part * K, 1 - part / 2));

  it("are where one half is crossed, and follow the law that the rows were made with", () => {
    const power = capacityLaws([10, 20, 40, 80].flatMap((n) => around(n, 3 * n ** 2)));
    expect(power.capacities.map((c) => c.memories)).toEqual(
      [300, 1200, 4800, 19200].map((k) => expect.closeTo(k, 6)),
    );
    expect(power.capacities[0]).toMatchObject({ low: expect.closeTo(240, 6), high: expect.closeTo(360, 6) });
    expect(power.polynomial!.exponent).toBeCloseTo(2, 12);
    expect(power.exponential!.rest).toBeGreaterThan(100 * power.polynomial!.rest);
    const exponential = capacityLaws([10, 20, 30].flatMap((n) => around(n, Math.exp(0.3 * n))));
    expect(exponential.exponential!.rate).toBeCloseTo(0.3, 12);
    expect(exponential.polynomial!.rest).toBeGreaterThan(100 * exponential.exponential!.rest);
  });

  it("are not made up where the rates do not cross, nor laws from two sizes", () => {
    expect(capacityLaws([row(10, 1, 1), row(10, 2, 0.9)]).capacities).toEqual([]);
    expect(capacityLaws([...around(10, 5), ...around(20, 9)]).polynomial).toBeUndefined();
  });
});

describe("intervals", () => {
  it("Wilson's hold the true fraction in about 95 % of samples", () => {
    for (const p of [0.05, 0.5, 0.9]) {
      let held = 0;
      for (let k = 0; k < 2000; k++) {
        const count = draw("uniform", {}, 40, k, `coins ${p}`).filter((x) => x < p).length;
        const { low, high } = wilson(count, 40);
        if (low <= p && p <= high) held++;
      }
      expect(held / 2000).toBeGreaterThan(0.92);
      expect(held / 2000).toBeLessThan(0.985);
    }
    expect(wilson(0, 20).low).toBe(0);
    expect(wilson(0, 0)).toMatchObject({ low: 0, high: 1 });
  });

  it("of clustered fractions are those of fewer trials, not of more than there were", () => {
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    const spread = width(clustered([1, 0, 1, 0], 10));
    const even = width(clustered([0.5, 0.5, 0.5, 0.5], 10));
    expect(spread).toBeCloseTo(width(wilson(2, 4)), 12);
    expect(even).toBeCloseTo(width(wilson(20, 40)), 12);
    expect(meanOf([1, 2, 3])).toEqual({ value: 2, error: expect.closeTo(1 / Math.sqrt(3), 12) });
  });
});
