/** Rules about one scalar variable: second-derivative, kinks, touches, monotone. Each returns the premises it needs. */
import { exact } from "./arithmetic/index.js";
import { toTerm } from "./back.js";
import type { Context } from "./context.js";
import { derivative } from "./derivative.js";
import type { Proof } from "./format.js";
import {
  at,
  boxed,
  type Component,
  definedRange,
  type Goal,
  rangeOfComponent,
  requireKind,
  singleComponent,
} from "./goal.js";
import { limitOf } from "./limits.js";
import {
  closedEnd,
  contains,
  INFINITE,
  intersect,
  isNonnegative,
  isPositive,
  point,
  type Range,
  range,
} from "./range.js";
import { rangeOf } from "./ranges.js";
import { type Budget, reject } from "./rejection.js";
import { resolve } from "./resolve.js";
import { pieces } from "./rules-structure.js";
import { isSmooth } from "./smooth.js";
import { minus, negative, type Term, zero } from "./term.js";
import { readNumber } from "./tokens.js";

type ProofOf<R extends Proof["rule"]> = Extract<Proof, { readonly rule: R }>;

/** The range of a term, or of its normal form (equal wherever the term is defined, and it is). */
export function bestRange(t: Term, context: Context): Range | undefined {
  const plain = rangeOf(t, context);
  if (plain === undefined) return undefined;
  const other = rangeOf(toTerm(context.normal(t)), context);
  return other === undefined ? plain : (intersect(plain, other) ?? plain);
}

const requireSmooth = (t: Term, x: Component, context: Context): void => {
  if (!isSmooth(t, new Set([x.name]), context))
    reject("the expression is not shown to be smooth where it must be");
};

const secondDerivativeOf = (e: Term, x: Component, budget: Budget): Term =>
  derivative(derivative(e, x, budget), x, budget);

/** On a convex set, e with one scalar variable is convex if it is C² there and e″ >= 0: along every segment e″·d² >= 0. */
export function secondDerivative(goal: Goal): readonly Goal[] {
  requireKind(goal, "convex");
  definedRange(goal);
  const { e, x } = singleComponent(goal);
  requireSmooth(e, x, goal.context);
  return [{ ...goal, kind: "nonnegative", e: secondDerivativeOf(e, x, goal.context.budget) }];
}

/**
 * A continuous function on an interval that is convex on closed pieces, with left derivative <= right derivative where
 * they meet, is convex (its right derivative is then nondecreasing). On the inside of each piece the kinked functions
 * take one branch; the premise is about that branch on the closed piece; where the pieces end, continuity says that the
 * expression has the value of the branch.
 */
export function kinks(goal: Goal, proof: ProofOf<"kinks">): readonly Goal[] {
  requireKind(goal, "convex");
  definedRange(goal);
  const { e, x } = singleComponent(goal);
  const context = boxed(goal);
  const branches = pieces(proof.at).map(([low, high]) => {
    const closed = range(
      low === undefined ? INFINITE : closedEnd(low),
      high === undefined ? INFINITE : closedEnd(high),
    );
    const piece = context.withComponent(x, closed) ?? reject("a piece between kinks is empty");
    const values = rangeOfComponent(x, piece);
    const open = range({ ...values.low, open: true }, { ...values.high, open: true });
    const inside = context.withComponent(x, open) ?? reject("a piece between kinks has no inside");
    return { branch: resolve(e, inside), piece, values };
  });
  for (const { branch, values } of branches)
    for (const end of [values.low, values.high])
      if (end.at !== undefined && !end.open)
        requireEqual(at(e, x, end.at), at(branch, x, end.at), context, "the expression jumps");
  proof.at.map(readNumber).forEach((a, k) => {
    const [left, right] = [branches[k]!.branch, branches[k + 1]!.branch];
    const here = context.withComponent(x, point(a)) ?? reject("a kink outside the domain");
    requireSmooth(left, x, here);
    requireSmooth(right, x, here);
    const slopeAt = (t: Term): Term => at(derivative(t, x, context.budget), x, a);
    const jump = minus(slopeAt(right), slopeAt(left));
    const found = bestRange(jump, context);
    if (found === undefined || !isNonnegative(found))
      reject(`the derivative is not shown to jump upward at ${exact.show(a)}`);
  });
  return branches.map(({ branch, piece }) => ({ ...goal, e: branch, context: piece }));
}

function requireEqual(a: Term, b: Term, context: Context, reason: string): void {
  if (rangeOf(a, context) === undefined || rangeOf(b, context) === undefined || !context.isEqual(a, b))
    reject(reason);
}

/**
 * e(a) = e′(a) = 0 and e″ >= 0 on an interval that contains a: by Taylor, e(x) = ∫∫ e″ >= 0. The interval is that of the
 * declared bounds alone, so that the path from a to x lies in it.
 */
export function touches(goal: Goal, proof: ProofOf<"touches">): readonly Goal[] {
  requireKind(goal, "nonnegative");
  definedRange(goal);
  const { e, x } = singleComponent(goal);
  const context = boxed(goal);
  const a = readNumber(proof.at);
  if (!contains(rangeOfComponent(x, context), a)) reject("the point of contact is outside the domain");
  requireSmooth(e, x, context);
  const slope = derivative(e, x, context.budget);
  for (const t of [e, slope])
    requireEqual(at(t, x, a), zero, context, "no contact of second order at the point");
  return [
    { kind: "nonnegative", e: derivative(slope, x, context.budget), variables: goal.variables, context },
  ];
}

/**
 * From the left end of an interval: e(a) >= 0 and e′ >= 0. From the right end: e(a) >= 0 and e′ <= 0. From an infinite end
 * the limit of e takes the place of e(a): a function that falls to its limit stays above it.
 */
export function monotone(goal: Goal, proof: ProofOf<"monotone">): readonly Goal[] {
  requireKind(goal, "nonnegative", "positive");
  definedRange(goal);
  const { e, x } = singleComponent(goal);
  const context = boxed(goal);
  const domain = rangeOfComponent(x, context);
  const slope = derivative(e, x, context.budget);
  requireSmooth(e, x, context);
  const side = startingSide(goal, proof.from, e, x, domain, context);
  const moving = side === "low" ? slope : negative(slope);
  return [{ kind: "nonnegative", e: moving, variables: goal.variables, context }];
}

/** Which end of the domain the rule starts from, where e has the sign to be shown. */
function startingSide(
  goal: Goal,
  from: string,
  e: Term,
  x: Component,
  domain: Range,
  context: Context,
): "low" | "high" {
  if (from === "inf" || from === "-inf") {
    const side = from === "inf" ? "high" : "low";
    if (domain[side].at !== undefined) reject("the domain does not extend to infinity");
    const limit = limitOf(e, x, from === "inf" ? "infinity" : "-infinity", context);
    if (limit === undefined || limit === "-infinity") return reject("no limit at infinity is seen");
    if (limit !== "infinity") requireSign(goal, limit);
    return side;
  }
  const a = readNumber(from);
  const side = (["low", "high"] as const).find((s) => {
    const end = domain[s].at;
    return end !== undefined && exact.equal(end, a);
  });
  if (side === undefined) return reject("the rule starts at an end of the domain");
  const closed = context.withComponentAt(x, range(closedEnd(a), closedEnd(a)));
  requireSmooth(e, x, closed);
  const value = bestRange(at(e, x, a), context);
  if (value === undefined) return reject("the expression is not defined at the starting point");
  requireSign(goal, value);
  return side;
}

function requireSign(goal: Goal, r: Range): void {
  if (!(goal.kind === "positive" ? isPositive(r) : isNonnegative(r)))
    reject("the expression does not start with the sign to be shown");
}
