/** A condition of a model comes in; whether it holds at given values, for all of its free indices, goes out. */
import { type Environment, holds } from "../../index-notation/evaluate/index.js";
import { evaluateD } from "../../index-notation/index.js";
import type { DomainCondition } from "../../model/index.js";

export function holdsEverywhere(
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
