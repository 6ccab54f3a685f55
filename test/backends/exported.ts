/** The models of the catalog that run come in; each with random data, points and the values that every export must give go out. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Theory } from "../../src/derivation/index.js";
import {
  type ExportSource,
  exportField,
  exportSource,
  type Metadata,
  type TargetName,
} from "../../src/export/index.js";
import type { TensorSymbol } from "../../src/index-notation/index.js";
import type { FieldOptions } from "../../src/simulation/index.js";
import { uniformStream } from "../../src/simulation/index.js";
import { must } from "../cases/compiled.js";
import { randomData } from "../cases/random-data.js";
import { DISCRETE, isFull, models, reference } from "../cases/runnable.js";
import { type Approx, naiveField } from "../lower/naive.js";

export interface Exported {
  readonly name: string;
  readonly theory: Theory;
  readonly options: FieldOptions;
  readonly source: ExportSource;
}

function optionsFor(name: string, theory: Theory): FieldOptions {
  // All dimensions 2 where the reference evaluator, which keeps no intermediate sums, would take minutes.
  const { data = {}, set = {} } = randomData(theory.model, 5, 2, name === "energy-transformer" ? 1 : 2);
  const sourced = <T>(x: Record<string, T>) =>
    new Map(Object.entries(x).map(([k, value]) => [k, { value, source: "the test" }]));
  return {
    arrays: sourced(data as Record<string, { shape: number[]; data: Float64Array }>),
    set: sourced(set),
    full: isFull(theory),
  };
}

/** Models with a root that has no closed form, which array code refuses. */
export const ROOTED: readonly string[] = ["sparsemax"];

export const inArrays = (m: Exported): boolean => !ROOTED.includes(m.name);

/** All of them, or one. */
export const exportedModels = (only?: string): Exported[] =>
  models
    .filter(([name]) => !DISCRETE.includes(name) && (only === undefined || name === only))
    .map(([name, theoryFor]) => {
      const theory = theoryFor();
      const options = optionsFor(name, theory);
      return { name, theory, options, source: must(exportSource(theory, options)) };
    });

/** Writes the files of a target into a folder of its own; what they say of themselves goes out. */
export async function writeExport(
  { name, theory, options }: Exported,
  target: TargetName,
  folder: string,
): Promise<{ readonly path: string; readonly metadata: Metadata }> {
  const made = must(await exportField(theory, target, options, { version: "0" }));
  const path = join(folder, target, name);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(made.files)) writeFileSync(join(path, file), content);
  if (target === "js" || target === "wasm") writeFileSync(join(path, "package.json"), '{"type":"module"}');
  return { path, metadata: made.metadata };
}

export interface Point {
  readonly state: readonly number[];
  readonly direction: readonly number[];
}

const random = (size: number, name: string, by: number): number[] => {
  const next = uniformStream(3, name);
  return Array.from({ length: size }, () => by * (2 * next() - 1));
};

/** Two states with a direction each, within the domain of every model. */
export const pointsOf = ({ name, source }: Exported): Point[] => [
  { state: [...source.initial].map((x) => x / 4), direction: random(source.size, `${name} 1`, 1) },
  { state: random(source.size, `${name} 2`, 0.5), direction: random(source.size, `${name} 3`, 1) },
];

/** Values of one entry by its name. */
export type Quantities = Readonly<Record<string, readonly number[]>>;

/** By the reference evaluator. */
export function expectedAt({ source }: Pick<Exported, "source">, { state, direction }: Point): Quantities {
  const values = new Map(source.arguments.map((a) => [a.name, a.data]));
  const bound = { dimensions: source.dimensions, values, initial: new Map(), seed: 0, notes: [] };
  const directions = new Map(
    source.directions.map(({ symbol, layout: { offset, size } }) => [
      symbol.name,
      Float64Array.from(direction.slice(offset, offset + size)),
    ]),
  );
  const evaluated = (o: ExportSource["entries"][number]["outputs"][number]): number[] =>
    reference(
      { over: o.over, expr: o.value },
      { layout: source.states, bound },
      Float64Array.from(state),
      directions,
    );
  return Object.fromEntries(source.entries.map((e) => [e.name, e.outputs.flatMap(evaluated)]));
}

/** By the plain evaluator, which is faster, and rounds. */
export function plainlyAt({ source }: Pick<Exported, "source">, { state, direction }: Point): Quantities {
  const tensors = new Map<TensorSymbol, Float64Array>([
    ...source.request.parameters,
    ...source.request.inputs,
  ]);
  const part = (all: readonly number[], { offset, size }: { offset: number; size: number }) =>
    Float64Array.from(all.slice(offset, offset + size));
  for (const s of source.states) tensors.set(s.symbol, part(state, s));
  for (const { symbol, layout } of source.directions) tensors.set(symbol, part(direction, layout));
  const values = { dimensions: source.dimensions, tensors, memo: new Map<string, Approx>() };
  return Object.fromEntries(
    source.entries.map((e) => [
      e.name,
      e.outputs.flatMap((o) => naiveField(o.over, o.value, values).map((x) => x.v)),
    ]),
  );
}

/** The largest difference, relative to the largest expected entry of the quantity (at least 1). */
export function distance(
  found: readonly Readonly<Record<string, readonly (number | null)[]>>[],
  expected: readonly Quantities[],
): number {
  let worst = 0;
  for (const [p, quantities] of expected.entries())
    for (const [entry, values] of Object.entries(quantities)) {
      const scale = Math.max(1, ...values.map(Math.abs));
      const got = found[p]?.[entry] ?? [];
      if (got.length !== values.length) return Number.POSITIVE_INFINITY;
      for (const [k, v] of values.entries()) {
        const d = Math.abs((got[k] ?? Number.NaN) - v) / scale;
        worst = Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.max(worst, d);
      }
    }
  return worst;
}

/** Arguments as JSON. */
export const argumentsOf = ({ source }: Exported) =>
  source.arguments.map((a) => ({ name: a.name, shape: a.shape, data: [...a.data] }));
