/** A theory and what the user bound come in; seeded values for arrays that an example still needs go out. */
import type { NumericArray } from "../arrays/index.js";
import type { Theory } from "../derivation/index.js";
import { evaluateD, type Index, singleName } from "../index-notation/index.js";
import { type Bindings, draw, memoryRefusal, type Sourced } from "../simulation/index.js";

interface Slot {
  readonly name: string;
  readonly over: readonly Index[];
}

/**
 * Normal numbers from the seed for parameters and inputs without a value, where their dimensions are known; symmetric,
 * hollow or nonnegative where that is declared. They are arguments of what is exported, so nothing depends on them.
 */
export function withExampleArrays(
  theory: Theory,
  bindings: Bindings,
): { bindings: Bindings; notes: string[] } {
  const { model } = theory;
  const dimensions = knownDimensions(theory, bindings);
  const arrays = new Map(bindings.arrays);
  const notes: string[] = [];
  let doubles = 0;
  for (const p of [...model.parameters.values(), ...model.inputs.values()]) {
    const { name } = p.symbol;
    const given = p.default !== undefined || arrays.has(name) || bindings.set?.has(name) === true;
    const shape = p.over.map((i) => evaluateD(i.dim, dimensions));
    if (given || "schedule" in p || shape.length === 0 || shape.some((n) => n === undefined)) continue;
    doubles += (shape as number[]).reduce((a, b) => a * b, 1);
    // Binding says how much they would need.
    if (memoryRefusal(doubles, bindings.memoryLimit) !== undefined) break;
    arrays.set(name, exampleArray(p.symbol, shape as number[], bindings.seed ?? 0));
    notes.push(`${name}: an example drawn from seed ${bindings.seed ?? 0}; give --data to export your own`);
  }
  return { bindings: { ...bindings, arrays }, notes };
}

function knownDimensions({ model }: Theory, { set, arrays }: Bindings): Map<string, number> {
  const known = new Map<string, number>();
  const states = model.kind === "layered" ? model.layers : model.states;
  const slots: Slot[] = [
    ...[...model.parameters, ...model.inputs].map(([name, p]) => ({ name, over: p.over })),
    ...[...states].map(([name, s]) => ({ name, over: s.over })),
  ];
  for (const { name, over } of slots)
    for (const [k, i] of over.entries()) {
      const [dimension, size] = [singleName(i.dim), arrays?.get(name)?.value.shape[k]];
      if (dimension !== undefined && size !== undefined) known.set(dimension, size);
    }
  for (const [name, s] of set ?? []) known.set(name, s.value);
  return known;
}

type Symbol =
  Theory["model"]["parameters"] extends ReadonlyMap<string, { readonly symbol: infer S }> ? S : never;

function exampleArray(symbol: Symbol, shape: readonly number[], seed: number): Sourced<NumericArray> {
  const size = shape.reduce((a, b) => a * b, 1);
  const drawn = draw("normal", {}, size, seed, symbol.name);
  const n = shape[0]!;
  const { low } = symbol.bounds;
  const data = drawn.map((x, k) => {
    const [r, c] = [Math.floor(k / n), k % n];
    if (symbol.hollow && r === c) return 0;
    const value = symbol.symmetric ? (x + drawn[c * n + r]!) / 2 : x;
    return low !== undefined && low.n >= 0n ? 0.2 + Math.abs(value) : value;
  });
  return { value: { shape, data }, source: `seed ${seed}` };
}
