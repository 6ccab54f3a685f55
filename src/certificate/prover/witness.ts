/** Numbers in the slots of a search come in; a witness for the checker and a counterexample for people go out. */
import { evaluateD, type TensorSymbol } from "../../index-notation/index.js";
import type { NestedText, Witness } from "../checker/format.js";
import type { Breach } from "../refuter/index.js";
import type { Counterexample, Nested } from "./request.js";

/** The entries of a symbol, nested by index. */
function nested<T>(b: Breach, symbol: TensorSymbol, leaf: (slot: number) => T): T | NestedOf<T> {
  const sizes = symbol.dims.map((d) => evaluateD(d, b.setting.dimensions) ?? 0);
  const build = (at: readonly number[]): T | NestedOf<T> => {
    const size = sizes[at.length];
    if (size === undefined) return leaf(b.setting.layout.slot(symbol, at));
    return Array.from({ length: size }, (_, k) => build([...at, k]));
  };
  return build([]);
}

type NestedOf<T> = readonly (T | NestedOf<T>)[];

function byName<T>(
  b: Breach,
  symbols: readonly TensorSymbol[],
  leaf: (slot: number) => T,
): Record<string, T | NestedOf<T>> {
  return Object.fromEntries(symbols.map((s) => [s.name, nested(b, s, leaf)]));
}

const isVariable = (b: Breach, symbol: TensorSymbol): boolean =>
  b.setting.moving.some((slot) => b.setting.layout.components[slot]!.symbol === symbol);

function symbolsIn(b: Breach): TensorSymbol[] {
  return [...new Set(b.setting.layout.components.map((c) => c.symbol))];
}

export function witnessOf(b: Breach): Witness {
  const symbols = symbolsIn(b);
  const text = (values: readonly number[]) => (slot: number) => String(values[slot] ?? 1);
  return {
    dimensions: Object.fromEntries(b.setting.dimensions),
    values: byName(b, symbols, text(b.point)) as Record<string, NestedText>,
    direction: byName(
      b,
      symbols.filter((s) => isVariable(b, s)),
      text(b.direction),
    ) as Record<string, NestedText>,
  };
}

export function counterexampleOf(b: Breach): Counterexample {
  const symbols = symbolsIn(b);
  const [variables, parameters] = [
    symbols.filter((s) => isVariable(b, s)),
    symbols.filter((s) => !isVariable(b, s)),
  ];
  const numbers = (values: readonly number[]) => (slot: number) => values[slot] ?? 1;
  return {
    dimensions: Object.fromEntries(b.setting.dimensions),
    point: byName(b, variables, numbers(b.point)) as Record<string, Nested>,
    direction: byName(b, variables, numbers(b.direction)) as Record<string, Nested>,
    parameters: byName(b, parameters, numbers(b.point)) as Record<string, Nested>,
    value: b.gap,
  };
}
