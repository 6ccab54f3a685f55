/** Fixed points known by hand: where they are, their spectra, hyperbolic or not, basins; and planted faults. */
import { describe, expect, it } from "vitest";
import { classify, type FixedPoint, fixedPoints } from "../../src/analysis/index.js";
import { symmetricEigen } from "../../src/analysis/linear/dense.js";
import { draw } from "../../src/simulation/index.js";
import { must } from "../cases/compiled.js";
import { theoryOf } from "../cases/networks.js";
import {
  attention,
  doubleWell,
  fieldOf,
  hopfield,
  kuramoto,
  linear,
  pendulum,
  search,
  selfExciting,
} from "./models.js";

const real = (p: FixedPoint): number[] => p.spectrum.values.map((v) => v.re);
const at = (points: readonly FixedPoint[], ...x: number[]): FixedPoint => {
  const found = points.filter((p) => x.every((value, k) => Math.abs(p.state[k]! - value) < 1e-9));
  expect(found, `at ${x}`).toHaveLength(1);
  return found[0]!;
};

describe("the double well", () => {
  const { points, starts } = search(doubleWell);

  it("has two wells and the hill between them", () => {
    expect(points).toHaveLength(3);
    for (const x of [1, -1])
      expect(at(points, x)).toMatchObject({ kind: "stable", hyperbolic: true, stable: true, isolated: true });
    expect(at(points, 0)).toMatchObject({
      kind: "unstable",
      stable: false,
      unstableDirections: 1,
      energy: 0,
    });
    expect(real(at(points, 0))).toEqual([1]);
    expect(real(at(points, 1))[0]).toBeCloseTo(-2, 12);
  });

  it("shares the random starts among the wells by the sign of the start", () => {
    const positive = Array.from({ length: 32 }, (_, k) => draw("normal", {}, 1, 0, `start ${k}`)[0]! > 0);
    const count = positive.filter(Boolean).length;
    expect(at(points, 1).basin.count).toBe(count);
    expect(at(points, -1).basin.count).toBe(32 - count);
    expect(starts).toMatchObject({ random: 32, settled: 33, moving: 0, left: 0 });
    const { low, high, value } = at(points, 1).basin;
    expect(low < value && value < high && value === count / 32).toBe(true);
  });
});

describe("2 × 2 by hand", () => {
  it("a damped pendulum: spirals below, saddles above", () => {
    const { points } = search(pendulum);
    const [lower, upper] = [at(points, 0, 0), at(points, Math.PI, 0)];
    expect(lower).toMatchObject({ kind: "stable", hyperbolic: true });
    expect(lower.spectrum.values[0]!.re).toBeCloseTo(-0.1, 14);
    expect(Math.abs(lower.spectrum.values[0]!.im)).toBeCloseTo(Math.sqrt(0.99), 14);
    expect(upper).toMatchObject({ kind: "saddle", unstableDirections: 1, stable: false });
    expect(real(upper)[0]).toBeCloseTo(-0.1 + Math.sqrt(1.01), 13);
  });

  it("without damping the centre is undecided: its eigenvalues are ±i", () => {
    const { points } = search(pendulum, { set: { damping: 0 } }, { until: 20 });
    expect(at(points, 0, 0)).toMatchObject({
      hyperbolic: "undecided",
      stable: "undecided",
      kind: "undecided",
    });
    expect(at(points, Math.PI, 0)).toMatchObject({ hyperbolic: true, kind: "saddle" });
  });

  it("a Hopfield pair: T = [[0, 2], [2, 0]] has ±(x, x) with x = 2 tanh x, and the saddle at 0", () => {
    const { points } = search(hopfield, {
      data: {
        T: [
          [0, 2],
          [2, 0],
        ],
      },
    });
    let x = 2;
    for (let k = 0; k < 100; k++) x = 2 * Math.tanh(x);
    const slope = 2 * (1 - Math.tanh(x) ** 2);
    for (const sign of [1, -1]) {
      const p = at(points, sign * x, sign * x);
      expect(p).toMatchObject({ kind: "stable", hyperbolic: true });
      expect(real(p)[0]).toBeCloseTo(slope - 1, 12);
      expect(real(p)[1]).toBeCloseTo(-slope - 1, 12);
    }
    const origin = at(points, 0, 0);
    expect(origin).toMatchObject({ kind: "saddle", unstableDirections: 1, energy: 0 });
    expect(real(origin)).toEqual([expect.closeTo(1, 12), expect.closeTo(-3, 12)]);
    expect(points).toHaveLength(3);
  });
});

describe("hyperbolicity", () => {
  it("is undecided exactly at the pitchfork, and decided beside it", () => {
    const margin = (w: number) => at(search(selfExciting, { set: { w } }).points, 0);
    expect(margin(1)).toMatchObject({ hyperbolic: "undecided", stable: "undecided", isolated: "undecided" });
    expect(margin(1 + 1e-9)).toMatchObject({ hyperbolic: true, stable: false });
    expect(margin(1 - 1e-9)).toMatchObject({ hyperbolic: true, stable: true });
    expect(margin(1 - 1e-9).margin).toBeCloseTo(1e-9, 15);
  });

  it("fails for linear units when 1 is an eigenvalue of the coupling: a line of fixed points", () => {
    const { points } = search(linear, {
      data: {
        T: [
          [1, 0],
          [0, 0.5],
        ],
      },
    });
    expect(points).toHaveLength(1);
    expect(points[0]).toMatchObject({ hyperbolic: false, stable: true, isolated: false });
    expect(points[0]!.set).toMatchObject({ dimension: 1, along: ["v[0]"] });
    const regular = search(linear, {
      data: {
        T: [
          [1.001, 0],
          [0, 0.5],
        ],
      },
    }).points;
    expect(regular).toHaveLength(1);
    expect(regular[0]).toMatchObject({ hyperbolic: true, stable: false, isolated: true });
  });

  it("planted fault: an eigenvalue moved across the axis changes the verdict, one inside its error takes it away", () => {
    const value = (re: number, error = 1e-12) => ({ re, im: 0, error });
    const spectrum = (...values: ReturnType<typeof value>[]) =>
      classify({ values, extent: "all", method: "schur" });
    expect(spectrum(value(-1), value(-2))).toMatchObject({ kind: "stable", hyperbolic: true, margin: 1 });
    expect(spectrum(value(1e-3), value(-2))).toMatchObject({ kind: "saddle", stable: false });
    expect(spectrum(value(1e-3, 1e-2), value(-2))).toMatchObject({
      kind: "undecided",
      hyperbolic: "undecided",
    });
    expect(spectrum(value(1), value(1e-13))).toMatchObject({ stable: false, hyperbolic: "undecided" });
    expect(classify({ values: [value(-1)], extent: "part", method: "arnoldi" }).stable).toBe("undecided");
  });

  it("a ring of synchronous oscillators is one set along the common shift", () => {
    const { points } = search(kuramoto, { set: { N: 5 } });
    expect(points[0]).toMatchObject({ hyperbolic: false, stable: true, isolated: false });
    expect(points[0]!.set).toMatchObject({ dimension: 1, along: ["a common shift of theta"] });
    expect(points[0]!.basin.count).toBe(32);
    expect(points[0]!.energy).toBeCloseTo(-2.5, 12);
  });
});

/** (S·H − 1)/τ has the eigenvalues of H^½ S H^½ − 1, over τ: theory section 2. */
describe("at an equilibrium of a layered model", () => {
  const N = 12;
  const entries = draw("normal", {}, N * N, 4, "coupling");
  const T = Array.from({ length: N }, (_, i) =>
    Array.from({ length: N }, (__, j) => (entries[i * N + j]! + entries[j * N + i]!) / 2),
  );
  const { points } = search(hopfield, { data: { T }, set: { gain: 1.5, tau_v: 0.7 } });

  it("the spectrum is real and that of S and H, at every point found", () => {
    expect(points.length).toBeGreaterThan(5);
    for (const p of points) {
      const slope = p.state.map((v) => 1.5 * (1 - Math.tanh(1.5 * v) ** 2));
      const form = T.flatMap((row, i) => row.map((t, j) => Math.sqrt(slope[i]! * slope[j]!) * t));
      const { values } = symmetricEigen({ size: N, entries: Float64Array.from(form) });
      const expected = [...values].reverse().map((x) => (x - 1) / 0.7);
      expect(p.spectrum.values.every((v) => v.im === 0)).toBe(true);
      for (const [k, x] of real(p).entries()) expect(x).toBeCloseTo(expected[k]!, 9);
      const determinant = values.reduce((product, x) => product * (1 - x), 1);
      expect(p.hyperbolic).toBe(Math.abs(determinant) > 1e-9);
    }
  });

  it("stable points are minima of the energy, as many unstable directions as the energy has", () => {
    const lowest = Math.min(...points.map((p) => p.energy!));
    expect(points.find((p) => p.energy === lowest)!.stable).toBe(true);
    for (const p of points) expect(p.residual).toBeLessThan(1e-13);
  });

  it("the softmax layer kept dynamic: real, the same kinds as the reduced model, whatever its time constant", () => {
    const given = { set: { N_v: 8, N_h: 3, beta: 1, tau_v: 1, tau_h: 0.05 } };
    const reduced = search(attention, given).points;
    const full = search(attention, { ...given, full: true }).points;
    for (const p of full) {
      expect(p.spectrum.values.every((v) => v.im === 0)).toBe(true);
      const v = p.state.subarray(0, 8);
      const partner = reduced.filter((r) => r.state.every((x, k) => Math.abs(x - v[k]!) < 1e-6));
      for (const r of partner) expect([r.kind, r.unstableDirections]).toEqual([p.kind, p.unstableDirections]);
    }
    expect(full.filter((p) => p.stable === true)).toHaveLength(
      reduced.filter((p) => p.stable === true).length,
    );
  });
});

describe("the search", () => {
  const T = [
    [0, 2, 0],
    [2, 0, 1],
    [0, 1, 0],
  ];

  it("lists each point once; planted fault: with no tolerance duplicates stay", () => {
    const count = (tolerance: number) => search(hopfield, { data: { T } }, { tolerance }).points.length;
    const once = count(1e-6);
    expect(count(1e-4)).toBe(once);
    expect(count(0)).toBeGreaterThanOrEqual(once);
    const loose = search(hopfield, { data: { T } }, { tolerance: 10 }).points;
    expect(loose).toHaveLength(1);
  });

  it("is reproducible, and another seed finds the same points of a small model", () => {
    const states = (seed: number) =>
      search(hopfield, { data: { T } }, { seed }).points.map((p) => [...p.state]);
    expect(states(1)).toEqual(states(1));
    const [a, b] = [states(1), states(2)];
    expect(b).toHaveLength(a.length);
    for (const x of a) expect(b.some((y) => y.every((v, k) => Math.abs(v - x[k]!) < 1e-7))).toBe(true);
  });

  it("says which stored pattern and which given state ends where", () => {
    const Xi = [
      [1, 1, 1, 1, -1, -1, -1, -1],
      [1, -1, 1, -1, 1, -1, 1, -1],
    ];
    const given = { data: { Xi }, set: { beta: 2, tau_v: 1 } };
    const start = Float64Array.from(Xi[1]!, (x, k) => (k === 0 ? -x : x));
    const { points, starts } = search(attention, given, { initial: [start], starts: 4 });
    expect(starts).toMatchObject({ given: 1, patterns: 2, random: 4 });
    const ends = Xi.map((row) => points.find((p) => p.state.every((x, i) => Math.abs(x - row[i]!) < 1e-3))!);
    expect(ends.map((p) => p.patterns)).toEqual([[0], [1]]);
    expect(ends[1]!.given).toEqual([0]);
  });

  it("without a matrix finds the same points and the same verdicts", () => {
    const given = { set: { N_v: 30, N_h: 4, beta: 0.5, tau_v: 1 } };
    const [dense, free] = [400, 10].map(
      (denseLimit) => search(attention, given, { denseLimit, starts: 8 }).points,
    );
    expect(free!.filter((p) => p.stable === true)).toHaveLength(
      dense!.filter((p) => p.stable === true).length,
    );
    for (const p of free!) {
      const partner = dense!.find((q) => q.state.every((x, k) => Math.abs(x - p.state[k]!) < 1e-6));
      if (partner === undefined) continue;
      expect([p.kind, p.unstableDirections, p.hyperbolic]).toEqual([
        partner.kind,
        partner.unstableDirections,
        partner.hyperbolic,
      ]);
      expect(p.margin).toBeCloseTo(partner.margin, 7);
    }
  });

  it("keeps clamped components, and they are no unknowns", () => {
    const clamped = theoryOf("clamped", {
      parameters: { held: { over: ["i"] } },
      indices: { i: "N" },
      layers: { v: { over: ["i"], lagrangian: "sum(i, v[i]^2)/2", activation: "g", clamped: "held[i]" } },
      synapses: { sum: "-sum(i, g[i])^2/8" },
    });
    const found = search(clamped, { data: { held: [1, 0, 0], v: [2, 0, 0] } });
    expect(found.unknowns).toBe(2);
    // x = (2 + 2x)/4 has the solution 1.
    expect([...found.points[0]!.state]).toEqual([2, expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    expect(found.points[0]!.spectrum.values).toHaveLength(2);
  });

  it("counts starts that leave every bound", () => {
    const { points, starts } = search(linear, {
      data: {
        T: [
          [2, 0],
          [0, 3],
        ],
      },
    });
    expect(starts).toMatchObject({ random: 32, left: 32 });
    expect(points).toHaveLength(1);
    expect(points[0]).toMatchObject({ kind: "unstable", unstableDirections: 2 });
  });

  it("a regime where nothing moves: every state of the field 0 is a fixed point", () => {
    const still = theoryOf("still", { state: { x: {}, y: {} }, dynamics: { x: "0*x", y: "-y" } });
    const [point, ...more] = search(still).points;
    expect(more).toEqual([]);
    expect(point).toMatchObject({ hyperbolic: false, stable: true });
    expect(point!.set).toMatchObject({ dimension: 1, along: ["x"] });
  });

  it("refuses an input with a schedule", () => {
    const driven = theoryOf("driven", {
      indices: { i: 1 },
      inputs: { I: { over: ["i"], schedule: { times: [0], values: [[1]] } } },
      layers: { v: { over: ["i"], lagrangian: "sum(i, v[i]^2)/2", activation: "g" } },
      synapses: { drive: "-sum(i, I[i]*g[i])" },
    });
    const found = fixedPoints(fieldOf(driven));
    expect(found.ok ? "accepted" : found.errors[0]!.code).toBe("scheduled-input");
    expect(() => must(found)).toThrow("follows a schedule");
  });
});
