/**
 * A system comes in; for each of its steps, the theorem by which the step cannot raise the energy, or what is missing
 * for one, goes out. E is a function of finitely many states; F = −∂E/∂s is its derivative where E is smooth.
 */
import { differentiate } from "../../calculus/index.js";
import {
  add,
  at,
  type Compare,
  compareR,
  delta,
  type Expr,
  equalR,
  freshIndex,
  type Index,
  isNonPositive,
  mul,
  neg,
  num,
  type Rational,
  renameIndices,
  replaceTensor,
  sub,
  sub2,
} from "../../index-notation/index.js";
import { shownEqual, simplify } from "../../rewrite/index.js";
import { isDiagonalIn } from "../obligations/hessian.js";
import { proveConvexity } from "../prover/index.js";
import { isSmooth, isTotal } from "./regularity.js";
import { type Choice, proportion, signRuleOf } from "./sign-rule.js";
import type { DiscreteState, System } from "./system.js";

export interface StepTheorem {
  /** Why the step cannot raise the energy; undefined where that is not shown. */
  readonly because?: string;
  /** Every step that changes the state lowers the energy. */
  readonly strict: boolean;
  /** What a theorem would need. */
  readonly missing?: string;
}

const missing = (text: string): StepTheorem => ({ strict: false, missing: text });

/** One component of s moves, the others stay. */
export function singleStep(system: System, s: DiscreteState): StepTheorem {
  if (!isTotal(system.energy)) return missing("the energy is not shown to have a value at every state");
  if (s.map === undefined)
    return {
      because: `a component of ${s.name} takes the value of least energy and keeps its own at a tie: a step lowers the energy or changes nothing`,
      strict: true,
    };
  return (
    byDifference(system, s, s.map) ??
    byTangent(system, s, s.map) ??
    missing(
      `the map of ${s.name} is not shown to follow the sign of the energy difference, nor that of −∂E/∂${s.name} with an energy concave in each component`,
    )
  );
}

// ---- two values: the energy difference decides ---------------------------------------------------------

/** With values lo < hi and R = E(s_i = lo) − E(s_i = hi): taking hi where R > 0 and lo where R < 0 is the better value. */
function byDifference(system: System, s: DiscreteState, map: Expr): StepTheorem | undefined {
  if (s.values.length !== 2) return undefined;
  const [lo, hi] = sorted(s.values) as [Rational, Rational];
  const difference = simplify(sub2(withComponent(system.energy, s, lo), withComponent(system.energy, s, hi)));
  const strict = follows(system, s, map, difference);
  if (strict === undefined) return undefined;
  return {
    because: `the map of ${s.name} follows the sign of the energy difference of its two values: a step never chooses the higher one`,
    strict,
  };
}

/** E with component `over` of s set to b: s[k] becomes s[k] + δ(k, over)·(b − s[over]). */
function withComponent(energy: Expr, s: DiscreteState, b: Rational): Expr {
  const k = s.over.map((i) => freshIndex(i.dim));
  const chosen = mul([...k.map((x, axis) => delta(sub(x), sub(s.over[axis]!))), num(1)]);
  const change = mul([chosen, sub2(num(b), at(s.symbol, s.over))]);
  return replaceTensor(energy, s.symbol, k, add([at(s.symbol, k), change]));
}

// ---- a concave energy: the tangent decides --------------------------------------------------------------

/** E concave and smooth in s_i: E(s_i → b) ≤ E − (b − s_i)·F_i, and (b − s_i)·F_i ≥ 0 at the end that F_i points to. */
function byTangent(system: System, s: DiscreteState, map: Expr): StepTheorem | undefined {
  if (!isSmooth(system.energy, [s.symbol])) return undefined;
  const field = fieldOf(system, s);
  const second = simplify(neg(differentiate(field, s.symbol, s.over)));
  if (!isNonPositive(second) && !isHypothesis(system, s, neg(second))) return undefined;
  const strict = follows(system, s, map, field);
  if (strict === undefined) return undefined;
  return {
    because: `the map of ${s.name} follows the sign of −∂E/∂${s.name}, and the energy is concave in each component: E(s_i → b) ≤ E − (b − s_i)(−∂E/∂s_i) ≤ E`,
    strict,
  };
}

const fieldOf = (system: System, s: DiscreteState): Expr =>
  simplify(neg(differentiate(system.energy, s.symbol, s.over)));

/** The quantity is a positive multiple of what a condition of the domain says is not negative. */
function isHypothesis(system: System, s: DiscreteState, quantity: Expr): boolean {
  return system.model.domain.some((d) => {
    const [c] = d.condition.all as [Compare];
    if (d.about !== "parameters" || d.condition.all.length !== 1 || (c.op !== "<=" && c.op !== "<"))
      return false;
    const surplus = sub2(c.right, c.left);
    if (d.over.length !== s.over.length) return false;
    const renamed = renamedTo(surplus, d.over, s.over);
    return renamed !== undefined && proportion(system.model, quantity, renamed) === 1;
  });
}

/** The expression over other indices of the same dimensions. */
function renamedTo(e: Expr, from: readonly Index[], to: readonly Index[]): Expr | undefined {
  return from.every((i, k) => i.dim.key === to[k]!.dim.key) ? renameIndices(e, from, to) : undefined;
}

// ---- all components at once ---------------------------------------------------------------------------

/** Every component of these states moves, each by what it saw before; the others stay. */
export function jointStep(system: System, moving: readonly DiscreteState[] = system.states): StepTheorem {
  if (!isTotal(system.energy)) return missing("the energy is not shown to have a value at every state");
  return (
    byConcavity(system, moving) ??
    bySeparation(system, moving) ??
    missing(
      "components that move together can raise an energy that each of them alone lowers: neither an energy concave in all states with maps that follow the sign of its derivative, nor one without coupling, is shown",
    )
  );
}

/** E concave on the hull of the states: E(s') ≤ E(s) − (s' − s)·F, and each component's share is ≥ 0 (CCCP). */
function byConcavity(system: System, moving: readonly DiscreteState[]): StepTheorem | undefined {
  const symbols = moving.map((s) => s.symbol);
  if (!isSmooth(system.energy, symbols)) return undefined;
  let strict = true;
  for (const s of moving) {
    const follow = s.map === undefined ? undefined : follows(system, s, s.map, fieldOf(system, s));
    if (follow === undefined) return undefined;
    strict &&= follow;
  }
  const asked = proveConvexity({
    expression: neg(system.energy),
    variables: symbols,
    where: [],
    indices: [...system.model.indices.values()],
  });
  if (!asked.ok || asked.value.verdict !== "proved") return undefined;
  return {
    because: `the energy is concave (${asked.value.method}) and every map follows the sign of its derivative: E(s') ≤ E(s) + ∂E/∂s·(s' − s) ≤ E(s), the concave-convex procedure`,
    strict,
  };
}

/** No component's energy difference depends on another component: a joint step is a row of single ones. */
function bySeparation(system: System, moving: readonly DiscreteState[]): StepTheorem | undefined {
  const symbols = moving.map((s) => s.symbol);
  if (!isSmooth(system.energy, symbols)) return undefined;
  const alone = moving.map((s) => singleStep(system, s));
  if (alone.some((t) => t.because === undefined)) return undefined;
  const separate = moving.every((s) => moving.every((t) => isUncoupled(system, s, t)));
  if (!separate) return undefined;
  return {
    because:
      "no component's energy difference depends on another that moves with it, so a joint step is a row of single steps",
    strict: alone.every((t) => t.strict),
  };
}

function isUncoupled(system: System, s: DiscreteState, t: DiscreteState): boolean {
  const partners = t.over.map((i) => freshIndex(i.dim));
  const mixed = simplify(differentiate(fieldOf(system, s), t.symbol, partners));
  return s === t ? isDiagonalIn(mixed, s.over, partners) : shownEqual(mixed, num(0));
}

// ---- maps ---------------------------------------------------------------------------------------------

const sorted = (values: readonly Rational[]): Rational[] => [...values].sort(compareR);

/**
 * Whether the map takes the largest value (or keeps) where R > 0 and the least (or keeps) where R < 0; then, whether it
 * keeps where R = 0. A component whose map gives no value of the state keeps its own. Undefined where not shown.
 */
function follows(system: System, s: DiscreteState, map: Expr, quantity: Expr): boolean | undefined {
  const found = signRuleOf(system.model, s, map, quantity);
  if (found === undefined) return undefined;
  const values = sorted(s.values);
  const isKept = (c: Choice): boolean => c === "keep" || !values.some((v) => equalR(v, c));
  const takes = (c: Choice, v: Rational): boolean => isKept(c) || equalR(c as Rational, v);
  if (!takes(found.positive, values.at(-1)!) || !takes(found.negative, values[0]!)) return undefined;
  return isKept(found.zero);
}
