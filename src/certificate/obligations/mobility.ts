/**
 * A layer and its motion come in; whether mobility and clamping leave descent standing goes out: the symmetric part of
 * HM must be ⪰ 0, with M the mobility of the components that are not clamped (theory section 2).
 */
import {
  type Flow,
  inStates,
  type LayeredTheory,
  type LayerTheory,
  type Motion,
} from "../../derivation/index.js";
import { type Environment, evaluate, isExact } from "../../index-notation/evaluate/index.js";
import { type Expr, evaluateD, isNonNegative, mul, one, sub2 } from "../../index-notation/index.js";
import type { Obligation } from "../verify.js";
import { couplesOnlyEqual, mentionsLayer, negativeDirection } from "./factor.js";
import { isDiagonal } from "./hessian.js";

/** None where every component moves with mobility 1. */
export function mobilityObligation(
  theory: LayeredTheory,
  flow: Flow,
  m: Motion,
  l: LayerTheory,
): Obligation[] {
  if (m.mobility === undefined && m.clamped === undefined) return [];
  const full = flow === theory.full;
  const mobility = m.mobility && inStates(theory, m.mobility, full);
  const clamped = m.clamped && inStates(theory, m.clamped, full);
  return [{ name: `mobility:${l.layer.name}`, ...decided(theory, m, l, mobility, clamped) }];
}

type Decision = Omit<Obligation, "name">;

function decided(
  theory: LayeredTheory,
  m: Motion,
  l: LayerTheory,
  mobility: Expr | undefined,
  clamped: Expr | undefined,
): Decision {
  const proved = (method: string): Decision => ({ verdict: "proved", method });
  if (mobility !== undefined && !isNonNegative(mobility))
    return { verdict: "undecided", method: "the mobility is not shown to be nonnegative" };
  const varies = [mobility, clamped].some((e) => e !== undefined && mentionsLayer(e, m));
  if (!varies) return proved("a nonnegative mobility that is one number for the whole layer");
  if (isDiagonal(l)) return proved("mobility and Hessian are both diagonal and nonnegative");
  const factor = mul([mobility ?? one, clamped === undefined ? one : sub2(one, clamped)]);
  if (couplesOnlyEqual(l, factor))
    return proved("a nonnegative mobility that is equal wherever the Hessian couples two units");
  const counterexample = negativeDirection(theory.model, l, factor, (env) =>
    clamped === undefined ? true : isZeroOrOne(clamped, m, env),
  );
  if (counterexample === undefined)
    return {
      verdict: "undecided",
      method:
        "the mobility differs between units that the Hessian couples: the symmetric part of HM must be nonnegative, and no direction was found along which it is negative",
    };
  return {
    verdict: "refuted",
    method: `the mobility differs between units that the Hessian couples: yᵀ M H y = ${counterexample.value} is negative; energy rises only where the drive points along such a y`,
    counterexample,
  };
}

/** `clamped` is 0 or 1 at every component: what the language demands of it. */
function isZeroOrOne(clamped: Expr, m: Motion, env: Environment, at: readonly number[] = []): boolean {
  const next = m.over[at.length];
  if (next === undefined) {
    const indices = new Map(m.over.map((i, k) => [i.key, at[k]!]));
    const value = evaluate(clamped, { ...env, indices });
    return isExact(value) && value.d === 1n && (value.n === 0n || value.n === 1n);
  }
  const size = evaluateD(next.dim, env.dimensions)!;
  return Array.from({ length: size }, (_, k) => k).every((k) => isZeroOrOne(clamped, m, env, [...at, k]));
}
