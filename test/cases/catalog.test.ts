/**
 * Every model of the catalog that this version runs: compiled rates, energies and dE/dt against the 20-digit
 * evaluator, and a short run along which the energy of a gradient flow does not rise.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Formula, Theory } from "../../src/derivation/index.js";
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

const prepare = (theory: Theory): Laboratory =>
  laboratory(theory, { ...randomData(theory.model, 5, 2), full: isFull(theory) });

function quantities(theory: Theory): Record<string, Formula> {
  const { energy, descent, motions } = isFull(theory) ? theory.full : theory.reduced;
  const rates = [...motions].map(([n, m]) => [`d${n}/dt`, { over: m.over, expr: m.rate }] as const);
  return {
    ...Object.fromEntries(rates),
    ...(energy && { E: { over: [], expr: energy } }),
    ...(descent && { "dE/dt": { over: [], expr: descent.total } }),
  };
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

  const lab = prepare(theory);
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
