/** What the tests of verification share: models as objects come in, theories and evaluated energies go out. */
import type { Obligation, Verification } from "../../../src/certificate/index.js";
import { derive, type Theory } from "../../../src/derivation/index.js";
import { evaluate, scalarToNumber } from "../../../src/index-notation/evaluate/index.js";
import {
  addR,
  type Expr,
  type Index,
  mulR,
  type Rational,
  rational,
  type TensorSymbol,
} from "../../../src/index-notation/index.js";
import { defineModel } from "../../../src/parser/index.js";

export function theoryOf(source: object): Theory {
  const model = defineModel({ legendre: 1, name: "model", ...source } as never);
  if (!model.ok) throw new Error(JSON.stringify(model.errors));
  const theory = derive(model.value);
  if (!theory.ok) throw new Error(JSON.stringify(theory.errors));
  return theory.value;
}

/** A model of scalar states. */
export const scalars = (states: readonly string[], more: object): object => ({
  state: Object.fromEntries(states.map((s) => [s, {}])),
  ...more,
});

export function obligation(v: Verification, name: string): Obligation {
  const found = v.obligations.find((o) => o.name === name);
  if (found === undefined) throw new Error(`no obligation ${name}`);
  return found;
}

export type Nested = string | readonly Nested[];

function entryOf(values: Readonly<Record<string, Nested>>, s: TensorSymbol, at: readonly number[]): Rational {
  let value: Nested = values[s.name] ?? "0";
  for (const k of at) value = (value as readonly Nested[])[k]!;
  const [n, d = "1"] = (value as string).split("/");
  return rational(BigInt(n!), BigInt(d));
}

/** The value of e at values + s·direction (at component k of its indices), by the reference evaluator. */
export function valueOn(
  e: Expr,
  dimensions: Readonly<Record<string, number>>,
  values: Readonly<Record<string, Nested>>,
  direction: Readonly<Record<string, Nested>> = {},
  s = 0,
  over: readonly Index[] = [],
  k = 0,
): number {
  const tensor = (symbol: TensorSymbol, at: readonly number[]): Rational => {
    const start = entryOf(values, symbol, at);
    if (direction[symbol.name] === undefined) return start;
    return addR(start, mulR(rational(s), entryOf(direction, symbol, at)));
  };
  const indices = new Map(over.map((i) => [i.key, k]));
  return scalarToNumber(
    evaluate(e, { dimensions: new Map(Object.entries(dimensions)), tensor, indices, precision: 12 }),
  );
}
