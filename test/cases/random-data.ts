/** A model comes in; seeded random values for everything that it leaves open go out. */
import { evaluateD, type Index, namesD, type TensorSymbol } from "../../src/index-notation/index.js";
import type { Model } from "../../src/model/index.js";
import { draw, uniformStream } from "../../src/simulation/index.js";
import type { Given } from "./compiled.js";

/** Dimensions from `smallest` on, `kinds` different ones; arrays normal (symmetric, hollow or positive where declared); scalars in (2.1, 3.1). */
export function randomData(model: Model, seed: number, smallest = 3, kinds = 4): Given {
  const dimensions = new Map(dimensionNames(model).map((n, k) => [n, smallest + (k % kinds)]));
  const set: Record<string, number> = Object.fromEntries(dimensions);
  const data: Record<string, { shape: number[]; data: Float64Array }> = {};
  for (const [name, p] of [...model.parameters, ...model.inputs]) {
    if (p.over.length === 0) set[name] = 2.1 + uniformStream(seed, name)();
    else data[name] = randomArray(p.symbol, p.over, dimensions, seed);
  }
  return { set, data };
}

function dimensionNames(model: Model): string[] {
  const all = [...model.indices.values()].flatMap((i) => namesD(i.dim));
  return [...new Set([...model.dimensions, ...all])];
}

function randomArray(
  symbol: TensorSymbol,
  over: readonly Index[],
  dimensions: ReadonlyMap<string, number>,
  seed: number,
) {
  const shape = over.map((i) => evaluateD(i.dim, dimensions)!);
  const size = shape.reduce((a, b) => a * b, 1);
  const entries = draw("normal", {}, size, seed, symbol.name);
  // Masks of clamped units are 0 or 1.
  if (symbol.name === "seen") return { shape, data: entries.map((x) => (x > 0 ? 1 : 0)) };
  const low = symbol.bounds?.low;
  if (low !== undefined && low.n >= 0n) return { shape, data: entries.map((x) => 0.2 + Math.abs(x)) };
  if (!symbol.symmetric) return { shape, data: entries };
  const n = shape[0]!;
  const data = entries.map((_, k) => {
    const [r, c] = [Math.floor(k / n), k % n];
    return symbol.hollow && r === c ? 0 : (entries[k]! + entries[c * n + r]!) / 2;
  });
  return { shape, data };
}
