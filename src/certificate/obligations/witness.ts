/** A draw of the refuter comes in; the counterexample that a verdict prints goes out, and whether the hypotheses hold there. */
import { type Environment, holds } from "../../index-notation/evaluate/index.js";
import { evaluateD, type Rational, showR, symbolsOf, type TensorSymbol } from "../../index-notation/index.js";
import type { DomainCondition, Model } from "../../model/index.js";
import type { NestedText } from "../checker/index.js";
import type { Hypotheses } from "../refuter/descent.js";
import type { Draw } from "../refuter/draws.js";
import type { Counterexample } from "../verify.js";

/** The domain of a model: what a candidate must satisfy, and the symbols that this takes. */
export const hypothesesOf = (model: Model): Hypotheses => ({
  symbols: new Set(model.domain.flatMap(symbolsIn)),
  hold: (env) => model.domain.every((d) => holdsEverywhere(d, env)),
});

const symbolsIn = (d: DomainCondition): TensorSymbol[] =>
  d.condition.all.flatMap((c) => [...symbolsOf(c.left), ...symbolsOf(c.right)]);

/** A condition at every value of its free indices. */
function holdsEverywhere(
  d: DomainCondition,
  env: Environment,
  indices: ReadonlyMap<string, number> = new Map(),
): boolean {
  const next = d.over[indices.size];
  if (next === undefined) return holds(d.condition, { ...env, indices }) === true;
  const size = evaluateD(next.dim, env.dimensions)!;
  return Array.from({ length: size }, (_, k) => k).every((k) =>
    holdsEverywhere(d, env, new Map([...indices, [next.key, k]])),
  );
}

export function counterexampleOf({ dimensions, values }: Draw): Counterexample {
  const entries = [...values].map(([s, v]): [string, NestedText] => [s.name, nested(v.shape, v.data)]);
  return { dimensions: Object.fromEntries(dimensions), values: Object.fromEntries(entries) };
}

/** Entries in C order as fractions nested by index. */
export function nested(shape: readonly number[], data: readonly Rational[]): NestedText {
  const [n, ...rest] = shape;
  if (n === undefined) return showR(data[0]!);
  const stride = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: n }, (_, k) => nested(rest, data.slice(k * stride, (k + 1) * stride)));
}
