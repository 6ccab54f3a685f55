/** The catalog comes in; every model of it that can run, with random data, and its reference values, go out. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Flow, Formula, Theory } from "../../src/derivation/index.js";
import { decimals, evaluate, toDecimal } from "../../src/index-notation/evaluate/index.js";
import { evaluateD, fromNumber, type Index } from "../../src/index-notation/index.js";
import type { CompiledField } from "../../src/simulation/index.js";
import { type Laboratory, laboratory } from "./compiled.js";
import { catalogNames, catalogTheory, theoryOf } from "./networks.js";
import { randomData } from "./random-data.js";

const more = parse(readFileSync(new URL("more-models.yaml", import.meta.url), "utf8")) as Record<
  string,
  object
>;

/** Models that `compile` refuses, and its reason. */
export const REFUSED: Readonly<Record<string, string>> = {
  "hopfield-1982": "discrete-not-supported",
  "dense-am": "discrete-not-supported",
  simplicial: "discrete-not-supported",
};

export const models: readonly (readonly [string, () => Theory])[] = [
  ...catalogNames().map((n) => [n, () => catalogTheory(n)] as const),
  ...Object.entries(more).map(([n, source]) => [n, () => theoryOf(n, source)] as const),
];

/** Small enough that every state stays in its domain (tanh networks of memories, s² < 1). */
export const small = (data: Float64Array): Float64Array => data.map((x) => x / 4);

/** The full network where a limit is not explicit (hierarchical). */
export const isFull = (theory: Theory): boolean => theory.limits.some((l) => !l.explicit);

/** Dimensions 2 and 3; all 2 where the plain evaluator, which keeps no intermediate sums, would take minutes. */
export const prepare = (name: string, theory: Theory): Laboratory => {
  const kinds = name === "energy-transformer" ? 1 : 2;
  return laboratory(theory, { ...randomData(theory.model, 5, 2, kinds), full: isFull(theory) });
};

export const flowOf = (theory: Theory): Flow => (isFull(theory) ? theory.full : theory.reduced);

/** Values of tensors that are neither bound nor a state, by name. */
type Others = ReadonlyMap<string, Float64Array>;

/** All entries of a formula by the reference evaluator. */
export function reference(
  f: Formula,
  field: Pick<CompiledField, "bound" | "layout">,
  state: Float64Array,
  others: Others = new Map(),
): number[] {
  const { bound, layout } = field;
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
        const known = others.get(symbol.name) ?? bound.values.get(symbol.name)!;
        const data = slot === undefined ? known : state.subarray(slot.offset);
        return fromNumber(data[strides(sizes, subscripts)]!);
      },
    });
    return toDecimal(decimals(20), number).toNumber();
  });
}
