/**
 * Every model of the catalog that this version runs: compiled rates and energies against the 20-digit evaluator,
 * dE/dt against a difference of energies along the flow, and a run along which the energy of a gradient flow
 * does not rise.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Flow, Formula, Theory } from "../../src/derivation/index.js";
import { decimals, evaluate, toDecimal } from "../../src/index-notation/evaluate/index.js";
import { evaluateD, fromNumber, type Index } from "../../src/index-notation/index.js";
import { compileField, simulate } from "../../src/simulation/index.js";
import { type Laboratory, laboratory, must } from "./compiled.js";
import { catalogNames, catalogTheory, theoryOf } from "./networks.js";
import { randomData } from "./random-data.js";

const more = parse(readFileSync(new URL("more-models.yaml", import.meta.url), "utf8")) as Record<
  string,
  object
>;

/** Models that `compile` refuses, and its reason. */
const REFUSED: Readonly<Record<string, string>> = {
  "hopfield-1982": "discrete-not-supported",
  "dense-am": "discrete-not-supported",
  simplicial: "discrete-not-supported",
};

/** Derivation refuses dual layers. */
const UNDERIVED = ["sparsemax"];

const models: readonly (readonly [string, () => Theory])[] = [
  ...catalogNames()
    .filter((n) => !UNDERIVED.includes(n))
    .map((n) => [n, () => catalogTheory(n)] as const),
  ...Object.entries(more).map(([n, source]) => [n, () => theoryOf(n, source)] as const),
];

/** Small enough that every state stays in its domain (tanh networks of memories, s² < 1). */
const small = (data: Float64Array): Float64Array => data.map((x) => x / 4);

/** The full network where a limit is not explicit (hierarchical). */
const isFull = (theory: Theory): boolean => theory.limits.some((l) => !l.explicit);

/** Dimensions 2 and 3; all 2 where the plain evaluator, which keeps no intermediate sums, would take minutes. */
const prepare = (name: string, theory: Theory): Laboratory => {
  const kinds = name === "energy-transformer" ? 1 : 2;
  return laboratory(theory, { ...randomData(theory.model, 5, 2, kinds), full: isFull(theory) });
};

const flowOf = (theory: Theory): Flow => (isFull(theory) ? theory.full : theory.reduced);

function quantities(theory: Theory): Record<string, Formula> {
  const { energy, motions } = flowOf(theory);
  const rates = [...motions].map(([n, m]) => [`d${n}/dt`, { over: m.over, expr: m.rate }] as const);
  return { ...Object.fromEntries(rates), ...(energy && { E: { over: [], expr: energy } }) };
}

/** (E(x + hẋ) − E(x − hẋ))/2h, compiled. */
function energyDifference({ field }: Laboratory, state: Float64Array): number {
  const [h, rate] = [1e-5, new Float64Array(field.size)];
  field.rhs(0, state, rate);
  const shifted = (by: number): number =>
    field.energy!(
      0,
      state.map((x, k) => x + by * rate[k]!),
    );
  return (shifted(h) - shifted(-h)) / (2 * h);
}

/** All entries of a formula by the reference evaluator. */
function reference(f: Formula, lab: Laboratory, state: Float64Array): number[] {
  const { bound, layout } = lab.field;
  const strides = (sizes: readonly number[], at: readonly number[]) =>
    at.reduce((s, k, n) => s * sizes[n]! + k, 0);
  const sizeOf = (i: Index) => evaluateD(i.dim, bound.dimensions)!;
  const combinations = f.over.reduce<number[][]>(
    (all, i) => all.flatMap((c) => Array.from({ length: sizeOf(i) }, (_, k) => [...c, k])),
    [[]],
  );
  return combinations.map((at) => {
    const number = evaluate(f.expr, {
      dimensions: bound.dimensions,
      indices: new Map(f.over.map((i, n) => [i.key, at[n]!])),
      precision: 20,
      tensor: (symbol, subscripts) => {
        const sizes = symbol.dims.map((d) => evaluateD(d, bound.dimensions)!);
        const slot = layout.find((l) => l.name === symbol.name);
        const data = slot === undefined ? bound.values.get(symbol.name)! : state.subarray(slot.offset);
        return fromNumber(data[strides(sizes, subscripts)]!);
      },
    });
    return toDecimal(decimals(20), number).toNumber();
  });
}

describe.each(models)("%s", (name, theoryFor) => {
  const theory = theoryFor();

  if (REFUSED[name] !== undefined) {
    it(`is refused with the reason ${REFUSED[name]}`, () => {
      const result = compileField(theory, {});
      expect(result.ok ? [] : result.errors.map((e) => e.code)).toContain(REFUSED[name]);
    });
    return;
  }

  const lab = prepare(name, theory);
  const state = small(lab.field.initial);

  it("compiled values are those of the reference evaluator", () => {
    const formulas = quantities(theory);
    const found = lab.values(formulas, state);
    for (const [key, f] of Object.entries(formulas)) {
      const expected = reference(f, lab, state);
      const scale = Math.max(1, ...expected.map(Math.abs));
      for (const [k, x] of expected.entries())
        expect(Math.abs(found[key]![k]! - x), `${key}[${k}]`).toBeLessThan(1e-12 * scale);
    }
  });

  it("dE/dt is the slope of the energy along the flow", () => {
    const { descent } = flowOf(theory);
    if (descent === undefined) return;
    const derived = lab.values({ d: { over: [], expr: descent.total } }, state).d![0]!;
    expect(Math.abs(derived - energyDifference(lab, state))).toBeLessThan(1e-6 * (1 + Math.abs(derived)));
  });

  it("runs, and the energy of a gradient flow does not rise", () => {
    const run = must(simulate(lab.field, { initial: state, until: 0.5, rtol: 1e-9, atol: 1e-11 }));
    expect(run.failure?.message).toBeUndefined();
    const shapes = theory.reduced.descent?.terms.map((t) => t.shape) ?? [];
    if (shapes.length > 0 && shapes.every((s) => s !== "chain-rule") && hasPlainTau(name))
      expect(run.energy!.largestIncrease).toBeLessThan(1e-9 * (1 + Math.abs(run.energy!.start)));
  });
});

/** `general` has two time constants inside one softmax: nothing is promised. */
const hasPlainTau = (name: string): boolean => name !== "general";
