/** Runs of discrete updates: ties, how they end, what they refuse; and the update x' = −∂U/∂g of a flow. */
import { describe, expect, test } from "vitest";
import { ORDERS, simulate } from "../../src/simulation/index.js";
import { laboratory, must } from "../cases/compiled.js";
import { CATALOG, theoryOf } from "../cases/networks.js";
import { hopfield, mapped, overlap, patterns, type Source, spins } from "./discrete.js";

describe("ties", () => {
  // 0.1 + 0.2 − 0.3 is 5.6e-17 in doubles: a field that is 0.
  const J = [
    [0, 0.1, 0.2, -0.3],
    [0.1, 0, 0, 0],
    [0.2, 0, 0, 0],
    [-0.3, 0, 0, 0],
  ];
  const start = [-1, 1, 1, 1];
  const tied: Source = { ...hopfield, energy: "-sum(i, j, s[i]*J[i,j]*s[j])/2" };
  const moved = (source: Source, data: Record<string, unknown>): number => {
    const lab = laboratory(theoryOf("tie", source), { data: data as { J: number[][] } });
    return must(simulate(lab.field, { until: 1, method: "synchronous" })).state[0]!;
  };

  test("a difference within rounding keeps the component", () => {
    expect(0.1 + 0.2 - 0.3).toBeGreaterThan(0);
    expect(moved(tied, { J, s: start })).toBe(-1);
  });

  test("a difference above rounding moves it", () => {
    const more = J.map((row) => [...row]);
    more[0]![1] = more[1]![0] = 0.1 + 1e-12;
    expect(moved(tied, { J: more, s: start })).toBe(1);
  });

  test("through single components too", () => {
    const w = Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => [0, 0, 0, 0, 0]));
    for (const [j, x] of [
      [1, 0.1],
      [2, 0.2],
      [3, -0.3],
    ] as const)
      w[0]![j]![4] = x;
    const first = (data: number[][][]): number => {
      const lab = laboratory(theoryOf("tie", CATALOG.simplicial!), {
        data: { w: data, s: [-1, 1, 1, 1, 1] },
      });
      return must(simulate(lab.field, { until: 1, method: "synchronous" })).state[0]!;
    };
    expect(first(w)).toBe(-1);
    w[0]![1]![4] = 0.1 + 1e-12;
    expect(first(w)).toBe(1);
  });
});

describe("how runs end", () => {
  const pair = {
    J: [
      [0, 1],
      [1, 0],
    ],
    s: [1, -1],
  };

  test("two states in turn are a two-cycle, found at once", () => {
    const lab = laboratory(theoryOf("pair", hopfield), { data: pair });
    const run = must(simulate(lab.field, { until: 1000, method: "synchronous" }));
    expect(run).toMatchObject({ status: "two-cycle", t: 2, cycle: { period: 2 } });
    expect([[...run.state], [...run.cycle!.previous]]).toEqual([
      [1, -1],
      [-1, 1],
    ]);
  });

  test.each([3, 5, 8])("a pattern that goes round in %i steps is a cycle of that length", (N) => {
    const shift = mapped(
      {
        indices: { i: "N" },
        parameters: { b: { over: ["i"] } },
        state: spins(),
        energy: "sum(i, b[i]*s[i])",
      },
      "s[mod(i + 1, N)]",
    );
    const s = Array.from({ length: N }, (_, k) => (k === 0 ? 1 : -1));
    const lab = laboratory(theoryOf("ring", shift), { data: { b: s.map(() => 0), s } });
    const run = must(simulate(lab.field, { until: 1000, method: "synchronous" }));
    expect(run).toMatchObject({ status: "cycle", cycle: { period: N } });
    expect(run.steps).toBeLessThan(4 * N);
  });

  test("no end is reported while an input still switches", () => {
    const source: Source = {
      indices: { i: "N" },
      parameters: {},
      inputs: { I: { over: ["i"] } },
      state: spins(),
      energy: "-sum(i, I[i]*s[i])",
    };
    const schedules = {
      I: {
        kind: "times",
        times: [0, 7],
        values: [
          [1, 1],
          [-1, 1],
        ],
      } as const,
    };
    const lab = laboratory(theoryOf("driven", source), { data: { s: [-1, -1] }, schedules });
    const run = must(simulate(lab.field, { until: 100, record: "steps" }));
    expect(run).toMatchObject({ status: "fixed-point", t: 9 });
    expect([...run.state]).toEqual([-1, 1]);
    expect([...run.record.states[7]!]).toEqual([1, 1]);
  });

  test("held components keep their value", () => {
    const source: Source = {
      ...hopfield,
      parameters: { ...hopfield.parameters, seen: { over: ["i"] } },
      state: { s: { over: ["i"], values: [-1, 1], clamped: "seen[i]" } },
    };
    const lab = laboratory(theoryOf("held", source), { data: { ...pair, seen: [0, 1] } });
    for (const method of ORDERS)
      expect([...must(simulate(lab.field, { until: 9, method })).state]).toEqual([-1, -1]);
  });

  test("the same seed makes the same random run, another seed another one", () => {
    const N = 40;
    const data = {
      J: Array.from({ length: N }, (_, i) =>
        Array.from({ length: N }, (_, j) => (i === j ? 0 : Math.cos(i * j))),
      ),
    };
    const end = (seed: number) => {
      const theory = theoryOf("glass", hopfield);
      const { initial } = laboratory(theory, { data, set: { N } }).field;
      const lab = laboratory(theory, { data: { ...data, s: [...initial] }, seed });
      return [...must(simulate(lab.field, { until: 1, method: "random" })).state].join();
    };
    expect(end(1)).toBe(end(1));
    expect(end(1)).not.toBe(end(2));
  });

  test("a map that gives no number fails with the component", () => {
    const source = mapped({ ...patterns, energy: `-sum(mu, ${overlap})` }, "sign(sum(mu, log(xi[mu,i])))");
    const lab = laboratory(theoryOf("nan", source), { data: { xi: [[1, -1]], s: [1, 1] } });
    const run = must(simulate(lab.field, { until: 1 }));
    expect(run).toMatchObject({ status: "failed", failure: { code: "state-not-finite", name: "s[1]" } });
  });
});

describe("what is refused", () => {
  const lab = laboratory(theoryOf("pair", hopfield), {
    data: {
      J: [
        [0, 1],
        [1, 0],
      ],
      s: [1, -1],
    },
  });
  const flow = laboratory(theoryOf("flow", { state: { x: {} }, energy: "x^2/2" }), { data: { x: 1 } });
  const rotation = laboratory(theoryOf("rotation", { dynamics: { x: "y", y: "-x" } }), {
    data: { x: 1, y: 0 },
  });

  test.each([
    ["a time that is no integer", lab, { until: 1.5 }, /1\.5 is not an integer/],
    ["a step length", lab, { until: 1, dt: 0.1 }, /length 1/],
    ["an integrator", lab, { until: 1, method: "rk4" as const }, /rk4 integrates flows/],
    ["an order for a flow", flow, { until: 1, method: "random" as const }, /no discrete states/],
    ["updates without an energy", rotation, { until: 1, method: "cccp" as const }, /given by its dynamics/],
  ])("%s", (_, { field }, options, message) => {
    const result = simulate(field, options);
    expect(result.ok).toBe(false);
    if (!result.ok)
      expect(result.errors[0]).toMatchObject({ code: "bad-option", message: expect.stringMatching(message) });
  });

  test("an initial entry that is no value of the state", () => {
    expect(() =>
      laboratory(theoryOf("pair", hopfield), {
        data: {
          J: [
            [0, 1],
            [1, 0],
          ],
          s: [1, 0],
        },
      }),
    ).toThrow(/no-value-of-state: entry 1 of s/);
  });

  test("discrete states beside continuous ones", () => {
    const mixed: Source = {
      indices: { i: "N" },
      parameters: {},
      state: { ...spins(), x: {} },
      energy: "x^2 + sum(i, s[i])",
    };
    expect(() => laboratory(theoryOf("mixed", mixed), { set: { N: 2 } })).toThrow(/mixed-states/);
  });
});

describe("the update x' = −∂U/∂g", () => {
  const memories = [
    [1, 1, -1, 1],
    [-1, 1, 1, -1],
  ];
  const attention = (beta: number) =>
    laboratory(theoryOf("attention", CATALOG["kh-b"]!), {
      data: { Xi: memories, v: [0.5, 1, -0.2, 0.3] },
      set: { beta },
    });

  /** Ξᵀ softmax(β Ξ v), written out. */
  const attended = (v: readonly number[], beta: number): number[] => {
    const w = memories.map((m) => Math.exp(beta * m.reduce((s, x, i) => s + x * v[i]!, 0)));
    const total = w.reduce((a, b) => a + b);
    return v.map((_, i) => memories.reduce((s, m, mu) => s + (w[mu]! / total) * m[i]!, 0));
  };

  test("is attention for the reduced modern network", () => {
    const lab = attention(0.7);
    const run = must(simulate(lab.field, { until: 3, method: "cccp", record: "steps" }));
    for (const [n, v] of run.record.states.slice(0, -1).entries())
      for (const [i, x] of attended([...v], 0.7).entries())
        expect(run.record.states[n + 1]![i]).toBeCloseTo(x, 14);
  });

  test("ends at a fixed point, and the energy falls at every update", () => {
    const run = must(simulate(attention(2).field, { until: 1000, method: "cccp" }));
    expect(run.status).toBe("fixed-point");
    expect(run.energy!.largestIncrease).toBeLessThan(1e-15);
    const again = attended([...run.state], 2);
    for (const [i, x] of again.entries()) expect(run.state[i]).toBeCloseTo(x, 12);
  });

  test("ends in a two-cycle where U is not concave, and the energy is seen to rise", () => {
    const repelled: Source = {
      indices: { i: "N", j: "N" },
      parameters: { T: { over: ["i", "j"] } },
      layers: { v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g" } },
      synapses: { T: "-sum(i, j, g[i]*T[i,j]*g[j])/2" },
    };
    const lab = laboratory(theoryOf("repelled", repelled), {
      data: {
        T: [
          [-3, 0],
          [0, -3],
        ],
        v: [0.1, 0.2],
      },
    });
    const run = must(simulate(lab.field, { until: 1000, method: "cccp" }));
    expect(run.status).toBe("two-cycle");
    expect(run.energy!.largestIncrease).toBeGreaterThan(0.1);
    for (const [i, x] of run.state.entries()) expect(run.cycle!.previous[i]).toBeCloseTo(-x, 12);
  });

  test("holds clamped units", () => {
    const { layers, parameters, ...rest } = CATALOG["kh-b"]!;
    const source: Source = {
      ...rest,
      parameters: { ...parameters, seen: { over: ["i"] } },
      layers: { ...layers, v: { ...layers!.v!, clamped: "seen[i]" } },
    };
    const lab = laboratory(theoryOf("held", source), {
      data: { Xi: memories, v: [0.5, 1, -0.2, 0.3], seen: [1, 0, 0, 1] },
      set: { beta: 3 },
    });
    const run = must(simulate(lab.field, { until: 50, method: "cccp" }));
    expect([run.state[0], run.state[3]]).toEqual([0.5, 0.3]);
    expect(run.state[1]).toBeCloseTo(1, 1);
  });
});
