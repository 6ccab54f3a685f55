/** Couplings of models with data: which matrix, its memories, 1 in its spectrum, with and without self-interaction. */
import { describe, expect, it } from "vitest";
import { boundCoupling, couplingSpectrum, selfInteractionEffect } from "../../src/analysis/index.js";
import {
  derive,
  type LayeredTheory,
  type Theory,
  withoutSelfInteraction,
} from "../../src/derivation/index.js";
import type { Bindings } from "../../src/simulation/index.js";
import { must } from "../cases/compiled.js";
import { catalogTheory, theoryOf } from "../cases/networks.js";
import { attention, fieldOf, hebb, hopfield, linear, pendulum, saturatingHebb } from "./models.js";

const set = (values: Readonly<Record<string, number>>, seed = 0): Bindings => ({
  seed,
  set: new Map(Object.entries(values).map(([n, value]) => [n, { value, source: "the test" }])),
});
const matrix = (name: string, rows: readonly (readonly number[])[]): Bindings => ({
  arrays: new Map([
    [
      name,
      {
        value: { shape: [rows.length, rows[0]!.length], data: Float64Array.from(rows.flat()) },
        source: "the test",
      },
    ],
  ]),
});
const coupling = (theory: Theory, bindings: Bindings, layer?: string) =>
  must(boundCoupling(theory, bindings, layer));
const code = (theory: Theory, bindings: Bindings, layer?: string): string => {
  const found = boundCoupling(theory, bindings, layer);
  return found.ok ? "accepted" : found.errors[0]!.code;
};

describe("the coupling", () => {
  const Xi = [
    [1, 1, -1],
    [1, -1, 1],
  ];

  it("of Hebb's generating function is ΞᵀΞ/N_h, recognised with its factor", () => {
    const { matrix: J, gram, kind, gain } = coupling(hebb, matrix("Xi", Xi));
    expect([...J.entries]).toEqual([1, 0, 0, 0, 1, -1, 0, -1, 1]);
    expect({ kind, gain }).toEqual({ kind: "constant", gain: 1 });
    expect(gram).toMatchObject({ name: "Xi", memories: 2, factor: 0.5, hasDiagonal: true });
    const { with: own, without, diagonal } = couplingSpectrum(coupling(hebb, matrix("Xi", Xi)));
    expect([...own.eigenvalues]).toEqual([0, expect.closeTo(1, 14), expect.closeTo(2, 14)]);
    expect([...without.eigenvalues]).toEqual([-1, expect.closeTo(0, 14), expect.closeTo(1, 14)]);
    expect(diagonal).toEqual({ least: 1, largest: 1 });
    expect([own.positiveSemidefinite, without.positiveSemidefinite]).toEqual([true, false]);
    expect([own.one.above, without.one.above]).toEqual([1, 0]);
    expect(own.one.distance).toBeLessThan(1e-14);
  });

  it("planted fault: what is no Gram matrix of the memories has no law", () => {
    const model = theoryOf("off", {
      indices: { i: "N_v", j: "N_v", mu: "N_h" },
      parameters: { Xi: { over: ["mu", "i"] }, T: { over: ["i", "j"] } },
      layers: { v: { over: ["i"], lagrangian: "sum(i, v[i]^2)/2", activation: "g" } },
      synapses: { a: "-sum(mu, sum(i, Xi[mu,i]*g[i])^2)/2", b: "-sum(i, j, g[i]*T[i,j]*g[j])/2" },
    });
    const with_ = (t: number): Bindings => ({
      arrays: new Map([
        ...matrix("Xi", Xi).arrays!,
        ...matrix("T", [
          [0, t, 0],
          [t, 0, 0],
          [0, 0, 0],
        ]).arrays!,
      ]),
    });
    expect(coupling(model, with_(0)).gram?.factor).toBe(1);
    expect(coupling(model, with_(1e-6)).gram).toBeUndefined();
    expect(couplingSpectrum(coupling(model, with_(1e-6))).with.law).toBeUndefined();
  });

  it("that depends on the state is taken at 0: attention has the centred Gram matrix of its memories", () => {
    const { matrix: J, kind } = coupling(attention, { ...matrix("Xi", Xi), ...set({ beta: 2 }) });
    expect(kind).toBe("origin");
    // β (ΞᵀΞ/N_h − mean meanᵀ), here mean = (1, 0, 0).
    const expected = [0, 0, 0, 0, 2, -2, 0, -2, 2];
    for (const [k, x] of J.entries.entries()) expect(x).toBeCloseTo(expected[k]!, 14);
  });

  it("of discrete states is minus the second derivative of the energy", () => {
    const T = [
      [0, 2],
      [2, 0],
    ];
    expect([...coupling(catalogTheory("hopfield-1982"), matrix("J", T)).matrix.entries]).toEqual([
      0, 2, 2, 0,
    ]);
  });

  it("says what is missing, and which models have none", () => {
    expect(code(pendulum, {})).toBe("no-coupling");
    expect(code(catalogTheory("dense-am"), set({ N: 3, K: 2 }))).toBe("no-coupling");
    expect(code(catalogTheory("bam"), set({ N: 3, M: 2 }))).toBe("which-layer");
    expect(code(catalogTheory("bam"), set({ N: 3, M: 2 }), "w")).toBe("which-layer");
    expect(code(catalogTheory("asymmetric"), set({}), "v")).toBe("declared-force");
    expect(code(linear, set({ N: 3 }))).toBe("missing-value");
    expect(
      code(
        linear,
        matrix("T", [
          [0, 1],
          [2, 0],
        ]),
      ),
    ).toBe("accepted");
    expect(code(hebb, set({ N_v: 3 }))).toBe("missing-dimension");
    expect(code(hebb, set({ N_v: 3, N_h: 2, beta: 1 }))).toBe("unknown-name");
  });
});

describe("without self-interaction", () => {
  const variant = (theory: Theory): Theory => {
    const layered = theory as LayeredTheory;
    return must(derive(withoutSelfInteraction(layered.model, layered.couplings[0]!)));
  };

  it("the derived variant has the coupling without its diagonal, and the energy higher by ½ Σ J_ii g_i²", () => {
    const bindings = set({ N_v: 20, N_h: 7 }, 3);
    const [own, hollow] = [coupling(hebb, bindings), coupling(variant(hebb), bindings)];
    for (const [k, x] of hollow.matrix.entries.entries())
      expect(x).toBeCloseTo(k % 21 === 0 ? 0 : own.matrix.entries[k]!, 14);
    expect(hollow.gram).toMatchObject({ hasDiagonal: false, factor: expect.closeTo(1 / 7, 14) });
    const given = { set: { N_v: 20, N_h: 7 } };
    const [a, b] = [fieldOf(hebb, given), fieldOf(variant(hebb), given)];
    const v = Float64Array.from({ length: 20 }, (_, k) => Math.sin(k));
    // ±1 memories have J_ii = 1.
    expect(b.energy!(0, v) - a.energy!(0, v)).toBeCloseTo(v.reduce((s, x) => s + x * x, 0) / 2, 11);
  });

  it("from either model the two spectra are the same two, and both follow their law", () => {
    const bindings = set({ N_v: 120, N_h: 60 }, 5);
    const [a, b] = [hebb, variant(hebb)].map((t) => couplingSpectrum(coupling(t, bindings)));
    for (const key of ["with", "without"] as const) {
      for (const [k, x] of a![key].eigenvalues.entries()) expect(x).toBeCloseTo(b![key].eigenvalues[k]!, 11);
      expect(a![key].law!.kolmogorovSmirnov).toBeLessThan(4 / 120);
    }
    expect(a!.without.law!.law.edges).toEqual(a!.with.law!.law.edges.map((x) => x - 1));
  });

  it("few memories: every pattern stays, stable points keep their signs where they are memories", () => {
    const bindings = set({ N_v: 60, N_h: 3, gain: 4 }, 2);
    const effect = must(
      selfInteractionEffect(saturatingHebb as LayeredTheory, coupling(saturatingHebb, bindings), bindings, {
        starts: 6,
        seed: 2,
      }),
    );
    expect(effect.with.atPatterns).toMatchObject({ patterns: 3, settled: 3, kept: 3 });
    expect(effect.without.atPatterns).toMatchObject({ patterns: 3, settled: 3, kept: 3 });
    // ½ Σ J_ii g_i² with J_ii = 1 and g = tanh 4 at ±1.
    const expected = 30 * Math.tanh(4) ** 2;
    expect(effect.energyDifference!.least).toBeCloseTo(expected, 9);
    expect(effect.energyDifference!.largest).toBeCloseTo(expected, 9);
    expect(effect.moves.stable).toBe(effect.with.stable);
    expect(effect.moves.settled).toBe(effect.moves.stable);
  });

  it("at high load linear units come to rest at 0 only without it: 3 + 2√2 memories a unit", () => {
    const bindings = set({ N_v: 40, N_h: 400 }, 1);
    const effect = must(
      selfInteractionEffect(hebb as LayeredTheory, coupling(hebb, bindings), bindings, { starts: 5 }),
    );
    expect(effect.with).toMatchObject({ points: 1, stable: 0, unstable: 1 });
    expect(effect.without).toMatchObject({ points: 1, stable: 1, left: 0 });
    expect(effect.with.left).toBeGreaterThan(0);
  });

  it("is refused where the coupling depends on the state", () => {
    const bindings = set({ N_v: 4, N_h: 2 });
    const effect = selfInteractionEffect(
      attention as LayeredTheory,
      coupling(attention, bindings),
      bindings,
      {},
    );
    expect(effect.ok ? "accepted" : effect.errors[0]!.code).toBe("no-constant-coupling");
    expect(
      coupling(
        hopfield,
        matrix("T", [
          [1, 2],
          [2, 3],
        ]),
      ).gram,
    ).toBeUndefined();
  });
});
