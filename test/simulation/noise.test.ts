/**
 * Langevin dynamics against exact stationary laws: Gaussian layers, a double well by quadrature. Each component or copy is an
 * independent sample, so a mean over n of them is a normal number to within 1/√n, and a test is a z-score. Seeds are fixed;
 * at |z| < 3.9 one true hypothesis in ten thousand would be rejected.
 */
import { describe, expect, test } from "vitest";
import type { NormalSource } from "../../src/ode/index.js";
import { eulerMaruyama, leimkuhlerMatthews, stochasticHeun } from "../../src/ode/index.js";
import { type NoiseMethod, simulate } from "../../src/simulation/index.js";
import { NormalStream } from "../../src/simulation/random.js";
import { type Given, laboratory, must } from "../cases/compiled.js";
import { theoryOf } from "../cases/networks.js";

type Source = Parameters<typeof theoryOf>[1];
type Lab = ReturnType<typeof laboratory>;

const SIGNIFICANT = 3.9;

const labOf = (source: Source, given: Given): Lab => laboratory(theoryOf("noisy", source), given);

/** (mean − expected)/standard error, the spread taken from the samples. */
function zScore(samples: ArrayLike<number>, expected: number): number {
  const all = Array.from(samples);
  const mean = all.reduce((s, x) => s + x, 0) / all.length;
  const variance = all.reduce((s, x) => s + (x - mean) ** 2, 0) / (all.length - 1);
  return (mean - expected) / Math.sqrt(variance / all.length);
}

/** ⟨f⟩ over exp(−E/T) by the trapezoidal rule, which converges fast for such densities. */
function average(f: (x: number) => number, energy: (x: number) => number, T: number): number {
  let [above, below] = [0, 0];
  for (let x = -8; x <= 8; x += 1e-3) {
    const w = Math.exp(-energy(x) / T);
    above += f(x) * w;
    below += w;
  }
  return above / below;
}

const COPIES = 20_000;

// ---- a Gaussian: two coupled layers with different time constants, many copies ----------------------------

const gaussian: Source = {
  indices: { c: "M" },
  parameters: { T: { sign: "positive", default: 1 }, w: { default: "3/5" } },
  layers: {
    v: { over: ["c"], lagrangian: "sum(c, v[c]^2)/2", activation: "g", tau: "1/2" },
    h: { over: ["c"], lagrangian: "sum(c, h[c]^2)/2", activation: "f", tau: "2" },
  },
  synapses: { w: "-w*sum(c, f[c]*g[c])" },
  noise: { v: "T", h: "T" },
};

/** z-scores of ⟨vv⟩, ⟨hh⟩, ⟨vh⟩ against T·K⁻¹ with K = [[1, −w], [−w, 1]]. */
function gaussianScores(
  method: NoiseMethod,
  dt: number,
  temperature: number,
  assumed = temperature,
): number[] {
  const lab = labOf(gaussian, { set: { M: COPIES, T: temperature } });
  const run = must(simulate(lab.field, { until: 12, method, dt }));
  const [v, h] = [run.state.subarray(0, COPIES), run.state.subarray(COPIES)];
  const determinant = 1 - 0.36;
  return [
    zScore(
      v.map((x) => x * x),
      assumed / determinant,
    ),
    zScore(
      h.map((x) => x * x),
      assumed / determinant,
    ),
    zScore(
      v.map((x, k) => x * h[k]!),
      (0.6 * assumed) / determinant,
    ),
  ];
}

const largest = (scores: readonly number[]): number => Math.max(...scores.map(Math.abs));

describe("the covariance of a Gaussian layer pair", () => {
  test.each([
    ["leimkuhler-matthews", 0.2, 1],
    ["leimkuhler-matthews", 0.1, 0.3],
    ["baoab", 0.4, 1],
    ["baoab", 0.2, 2.5],
    ["stochastic-heun", 0.05, 1],
  ] as const)("%s with dt = %d at T = %d", (method, dt, T) => {
    expect(largest(gaussianScores(method, dt, T))).toBeLessThan(SIGNIFICANT);
  });

  test("planted fault: a temperature that is off by 5% is seen", () => {
    for (const method of ["leimkuhler-matthews", "baoab"] as const)
      expect(largest(gaussianScores(method, 0.2, 1.05, 1))).toBeGreaterThan(SIGNIFICANT);
  });

  test("planted fault: the bias of a coarse Euler step is seen, where the others have none", () => {
    expect(largest(gaussianScores("euler-maruyama", 0.2, 1))).toBeGreaterThan(SIGNIFICANT);
  });
});

// ---- a double well -----------------------------------------------------------------------------------------

const well: Source = {
  indices: { i: "N" },
  parameters: { T: { sign: "positive", default: "2/5" } },
  state: { x: { over: ["i"], tau: "1/2" } },
  energy: "sum(i, (x[i]^2 - 1)^2)/2 - sum(i, x[i])/5",
  noise: { x: "T" },
};
const wellEnergy = (x: number): number => (x * x - 1) ** 2 / 2 - x / 5;

function wellScores(method: NoiseMethod, dt: number, assumed = 0.4): number[] {
  const lab = labOf(well, { set: { N: 2 * COPIES } });
  const { state } = must(simulate(lab.field, { until: 25, method, dt }));
  const powers: readonly ((x: number) => number)[] = [(x) => x, (x) => x * x, (x) => x ** 4, wellEnergy];
  return powers.map((f) => zScore(state.map(f), average(f, wellEnergy, assumed)));
}

describe("a double well, by quadrature", () => {
  test.each([
    ["leimkuhler-matthews", 0.025],
    ["baoab", 0.1],
    ["stochastic-heun", 0.025],
  ] as const)("%s with dt = %d", (method, dt) => {
    expect(largest(wellScores(method, dt))).toBeLessThan(SIGNIFICANT);
  });

  test("planted fault: the law at 5% more is another one", () => {
    expect(largest(wellScores("leimkuhler-matthews", 0.025, 0.42))).toBeGreaterThan(SIGNIFICANT);
  });
});

// ---- orders, without chance ----------------------------------------------------------------------------------

/** dx = −x dt + dW: what one step of length h makes of x and of its numbers, exactly. */
function oneStep(make: typeof eulerMaruyama, h: number): { decay: number; spread: number } {
  const at = (x: number, numbers: readonly number[]): number => {
    let drawn = 0;
    const source: NormalSource = {
      fill: (out) => out.fill(numbers[drawn++] ?? 0),
      getState: () => [],
      setState: () => {},
    };
    const noise = {
      amplitude: (_: unknown, out: Float64Array) => out.fill(1),
      additive: true,
      source: () => source,
    };
    const field = { size: 1, rhs: (_: number, s: Float64Array, out: Float64Array) => out.set([-s[0]!]) };
    const stepper = make(noise as never).create(field);
    stepper.init(0, Float64Array.of(x));
    stepper.step(h);
    return stepper.next[0]!;
  };
  const parts = [at(0, [1, 0]), at(0, [0, 1])];
  return { decay: at(1, []), spread: parts[0]! ** 2 + parts[1]! ** 2 };
}

/** The slope of log error against log h. */
function slope(errorAt: (h: number) => number): number {
  const hs = [1 / 16, 1 / 32, 1 / 64, 1 / 128];
  const points = hs.map((h) => [Math.log(h), Math.log(errorAt(h))] as const);
  const [mx, my] = [0, 1].map((k) => points.reduce((s, p) => s + p[k]!, 0) / points.length) as [
    number,
    number,
  ];
  const above = points.reduce((s, [x, y]) => s + (x - mx) * (y - my), 0);
  return above / points.reduce((s, [x]) => s + (x - mx) ** 2, 0);
}

describe("weak orders on a linear equation, measured by regression", () => {
  test.each([
    ["euler-maruyama", eulerMaruyama, 1],
    ["stochastic-heun", stochasticHeun, 2],
  ] as const)("%s", (_, make, order) => {
    // A method of weak order p makes mean and variance of one step right up to h^(p+1).
    const decay = slope((h) => Math.abs(oneStep(make, h).decay - Math.exp(-h)));
    const spread = slope((h) => Math.abs(oneStep(make, h).spread - (1 - Math.exp(-2 * h)) / 2));
    expect(Math.min(decay, spread)).toBeGreaterThan(order + 0.8);
    expect(Math.min(decay, spread)).toBeLessThan(order + 1.2);
  });

  test("leimkuhler-matthews has the exact stationary variance at any step", () => {
    for (const h of [0.1, 0.7, 1.5]) {
      // x' = a x + c(ξ + ξ') with a = 1 − h, c = √h/2; x and ξ' of the step before share c.
      const a = oneStep(leimkuhlerMatthews, h).decay;
      const c = Math.sqrt(oneStep(leimkuhlerMatthews, h).spread / 2);
      expect((2 * c * c * (1 + a)) / (1 - a * a)).toBeCloseTo(0.5, 12);
    }
  });
});

// ---- what is said, and what is not ----------------------------------------------------------------------------

const layer = (lagrangian: string, noise: string): Source => ({
  indices: { i: "N" },
  parameters: {},
  inputs: { I: { over: ["i"], default: 0 } },
  layers: { v: { over: ["i"], lagrangian, activation: "g" } },
  synapses: { I: "-sum(i, I[i]*g[i])" },
  noise: { v: noise },
});

describe("the stationary law", () => {
  test.each([
    ["linear units", layer("sum(i, v[i]^2)/2", "1/3"), /density exp\(-E\/T\) with T = 1\/3/],
    ["a state with an energy", well, /with T = T/],
    ["tanh units", layer("sum(i, logcosh(v[i]))", "1/3"), /drive of v is not shown to be −∂E\/∂v/],
    ["a slope of 2", layer("sum(i, v[i]^2)", "1/3"), /drive of v is not shown/],
    ["two temperatures", { ...gaussian, noise: { v: "T", h: "2*T" } }, /not shown to be the same/],
    ["noise on one layer only", { ...gaussian, noise: { v: "T" } }, /not shown to be the same/],
    ["a temperature by component", layer("sum(i, v[i]^2)/2", "1 + I[i]"), /not shown to be the same/],
    [
      "a mobility of the state",
      { ...well, state: { x: { over: ["i"], mobility: "1 + x[i]^2" } } },
      /mobility or time constant of x depends on the state/,
    ],
    ["no energy", { dynamics: { x: "y", y: "-x" }, noise: { x: "1" } } as Source, /not shown/],
  ])("%s", (_, source, note) => {
    const { notes } = labOf(source, { set: source.indices?.c ? { M: 2 } : source.indices ? { N: 2 } : {} })
      .field.noise!;
    expect(notes.join("\n")).toMatch(note);
  });

  test("is not exp(−E/T) for tanh units: they are Gaussian, and exp(−E/T) is not even a density", () => {
    const lab = labOf(layer("sum(i, logcosh(v[i]))", "1/3"), { set: { N: COPIES } });
    const run = must(simulate(lab.field, { until: 12, dt: 0.05, method: "leimkuhler-matthews" }));
    expect(
      Math.abs(
        zScore(
          run.state.map((x) => x * x),
          1 / 3,
        ),
      ),
    ).toBeLessThan(SIGNIFICANT);
    const far = Float64Array.of(300, -300);
    const { energy } = labOf(layer("sum(i, logcosh(v[i]))", "1/3"), { set: { N: 2 } }).field;
    expect(energy!(0, far)).toBeLessThan(2 * Math.log(2) + 1e-9);
  });

  test("is the one at constant temperature where the noise depends on the state only for Euler's method", () => {
    const lab = labOf({ ...well, state: { x: { over: ["i"], mobility: "1 + x[i]^2" } } }, { set: { N: 2 } });
    expect(must(simulate(lab.field, { until: 1 }))).toMatchObject({ method: "euler-maruyama" });
    for (const method of ["stochastic-heun", "leimkuhler-matthews", "baoab"] as const)
      expect(simulate(lab.field, { until: 1, method }).ok).toBe(false);
  });
});

// ---- numbers ------------------------------------------------------------------------------------------------------

describe("streams", () => {
  const end = (source: Source, given: Given): number[] => [
    ...must(simulate(labOf(source, given).field, { until: 2, dt: 0.1 })).state,
  ];

  test("the same seed makes the same run, bit for bit, and another seed another one", () => {
    const given = { set: { N: 20 } };
    expect(end(well, { ...given, seed: 5 })).toEqual(end(well, { ...given, seed: 5 }));
    expect(end(well, { ...given, seed: 5 })).not.toEqual(end(well, { ...given, seed: 6 }));
  });

  test("a layer added leaves the noise of the others as it was", () => {
    const alone = { ...layer("sum(i, v[i]^2)/2", "1") };
    const { layers, synapses } = alone;
    const both: Source = {
      ...alone,
      layers: { u: { over: ["i"], lagrangian: "sum(i, u[i]^2)/2", activation: "k" }, ...layers! },
      synapses: synapses!,
      noise: { u: "1", v: "1" },
    };
    const given = { set: { N: 5 }, data: { v: [1, 2, 3, 4, 5] } };
    expect(end(both, given).slice(5)).toEqual(end(alone, given));
  });

  test("normal numbers: moments, and none shared between streams", () => {
    const [a, b] = ["noise v", "noise h"].map((name) => {
      const stream = new NormalStream(3, name);
      return Float64Array.from({ length: 200_000 }, () => stream.next());
    }) as [Float64Array, Float64Array];
    for (const [power, expected] of [
      [1, 0],
      [2, 1],
      [3, 0],
      [4, 3],
      [6, 15],
    ] as const)
      expect(
        Math.abs(
          zScore(
            a.map((x) => x ** power),
            expected,
          ),
        ),
      ).toBeLessThan(SIGNIFICANT);
    expect(
      Math.abs(
        zScore(
          a.map((x, k) => x * b[k]!),
          0,
        ),
      ),
    ).toBeLessThan(SIGNIFICANT);
    expect(
      Math.abs(
        zScore(
          a.subarray(1).map((x, k) => x * a[k]!),
          0,
        ),
      ),
    ).toBeLessThan(SIGNIFICANT);
    // P(|x| < 0.6745) = 1/2
    expect(
      Math.abs(
        zScore(
          a.map((x) => (Math.abs(x) < 0.6744897501960817 ? 1 : 0)),
          0.5,
        ),
      ),
    ).toBeLessThan(SIGNIFICANT);
  });

  test("a stream goes on where its state was kept, between the two numbers of a pair too", () => {
    for (const before of [4, 5]) {
      const [one, two] = [new NormalStream(1, "a"), new NormalStream(2, "b")];
      for (let k = 0; k < before; k++) one.next();
      two.setState(one.getState());
      for (let k = 0; k < 5; k++) expect(two.next()).toBe(one.next());
    }
  });
});

// ---- what runs hold, and refuse -----------------------------------------------------------------------------------

describe("runs with noise", () => {
  test("clamped units do not move, under any method", () => {
    const source: Source = {
      ...well,
      parameters: { ...well.parameters, seen: { over: ["i"] } },
      state: { x: { over: ["i"], clamped: "seen[i]" } },
    };
    const lab = labOf(source, { data: { x: [0.25, 0.5], seen: [1, 0] } });
    for (const method of ["euler-maruyama", "stochastic-heun", "leimkuhler-matthews", "baoab"] as const) {
      const { state } = must(simulate(lab.field, { until: 1, method }));
      expect(state[0]).toBe(0.25);
      expect(state[1]).not.toBe(0.5);
    }
  });

  test("land on switching times, and read the inputs in force", () => {
    const schedules = {
      I: {
        kind: "times",
        times: [0, 5.03],
        values: [
          [0, 0],
          [40, 40],
        ],
      } as const,
    };
    const lab = labOf(layer("sum(i, v[i]^2)/2", "1/100"), { data: { v: [0, 0] }, schedules });
    const run = must(simulate(lab.field, { until: 15, dt: 0.1, record: "steps" }));
    expect(run.record.t).toContain(5.03);
    const before = run.record.states[run.record.t.indexOf(5.03)]!;
    expect(Math.abs(before[0]!)).toBeLessThan(1);
    expect(Math.abs(run.state[0]! - 40)).toBeLessThan(1);
  });

  test("at temperature 0 are the flow", () => {
    const lab = labOf(layer("sum(i, v[i]^2)/2", "0"), { data: { v: [1, -2] } });
    const run = must(simulate(lab.field, { until: 1, dt: 1e-3, method: "stochastic-heun" }));
    expect(run.state[0]).toBeCloseTo(Math.exp(-1), 6);
    expect(run.energy!.largestIncrease).toBe(0);
  });

  test("a fast layer's noise is left out, and said to be", () => {
    const lab = labOf({ ...gaussian, fast: ["h"] }, { set: { M: 2 } });
    expect(lab.field.noise!.notes.join()).toMatch(/noise of h is left out/);
  });

  const refused: readonly (readonly [string, Source, object, RegExp])[] = [
    ["an integrator of flows", well, { method: "tsit5" }, /tsit5 integrates flows without noise/],
    ["a steady state", well, { steadyState: { rtol: 0, atol: 1 } }, /no steady state/],
    ["a mass without inertia", well, { mass: 2 }, /for baoab only/],
    [
      "inertia without a potential",
      layer("sum(i, logcosh(v[i]))", "1"),
      { method: "baoab" },
      /baoab needs forces/,
    ],
    ["a temperature below 0", layer("sum(i, v[i]^2)/2", "-1"), {}, /temperature of v\[0\] is -1/],
    ["updates without noise", layer("sum(i, v[i]^2)/2", "1"), { method: "cccp" }, /without noise/],
  ];
  test.each(refused)("%s is refused", (_, source, options, message) => {
    const result = simulate(labOf(source, { set: { N: 2 } }).field, { until: 1, ...options });
    expect(result.ok ? "" : result.errors.map((e) => e.message).join()).toMatch(message);
  });

  test("a method for noise is refused without noise", () => {
    const { noise: _, ...still } = well;
    const result = simulate(labOf(still, { set: { N: 2 } }).field, { until: 1, method: "baoab" });
    expect(result.ok ? "" : result.errors[0]!.message).toMatch(/has none/);
  });
});
