/**
 * Rules for nonnegative expressions of several scalars: product, monotone-product, within, minimum. A goal comes in, the
 * premises that the rule needs go out.
 */
import { exact } from "./arithmetic/index.js";
import { derivative } from "./derivative.js";
import type { Proof } from "./format.js";
import {
  at,
  boxed,
  type Component,
  componentsOf,
  definedRange,
  type Goal,
  parseIn,
  rangeOfComponent,
  requireKind,
} from "./goal.js";
import { parseTerm } from "./parse.js";
import { closedEnd, contains, hull, isNonnegative, range } from "./range.js";
import { rangeOf } from "./ranges.js";
import { reject } from "./rejection.js";
import { bestRange } from "./rules-scalar.js";
import { isSmooth } from "./smooth.js";
import { keyOf, minus, number, scalar, some, substituteSymbols, type Term, times, zero } from "./term.js";
import { readNumber } from "./tokens.js";

type ProofOf<R extends Proof["rule"]> = Extract<Proof, { readonly rule: R }>;

/** A product of nonnegative factors is nonnegative, of positive ones positive. The premises say that each is defined. */
export function product(goal: Goal, proof: ProofOf<"product">): readonly Goal[] {
  requireKind(goal, "nonnegative", "positive");
  definedRange(goal);
  const factors = proof.factors.map((text) => parseIn(goal, text));
  if (factors.length === 0) reject("a product needs factors");
  if (!goal.context.isEqual(goal.e, times(...factors)))
    reject("the factors do not multiply to the expression");
  return factors.map((e) => ({ ...goal, e }));
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * (u − v)·(F(u) − F(v)) >= 0 for F nondecreasing on an interval that holds the values of u and v: between v and u, with all
 * else fixed, F(u) − F(v) = ∫ F′ has the sign of u − v. F is a term in a name of its own, smooth on the interval.
 */
export function monotoneProduct(goal: Goal, proof: ProofOf<"monotone-product">): readonly Goal[] {
  requireKind(goal, "nonnegative");
  definedRange(goal);
  const { scope, budget } = goal.context;
  const { variable } = proof;
  const taken = scope.symbols.has(variable) || scope.indices.has(variable) || scope.sizes.has(variable);
  if (!NAME.test(variable) || taken) reject("the argument of the function needs a name of its own");
  const ends = [parseIn(goal, proof.from), parseIn(goal, proof.to)] as const;
  const [low, high] = ends.map((u) => rangeOf(u, goal.context) ?? reject("an end has no value")) as [
    ReturnType<typeof hull>,
    ReturnType<typeof hull>,
  ];
  const context = goal.context.withScalar(variable, hull(low, high));
  const f = parseTerm(proof.function, context.scope);
  // What binds a name could capture one of an end that is put in.
  if (some(f, (u) => u.kind === "integral" || u.kind === "binder" || u.kind === "softmax"))
    reject("the function binds names");
  const t = scalar(variable);
  if (!isSmooth(f, new Set([variable]), context)) reject("the function is not shown to be smooth");
  const value = (u: Term): Term => substituteSymbols(f, (s) => (keyOf(s) === keyOf(t) ? u : undefined));
  const [from, to] = ends;
  const form = times(minus(to, from), minus(value(to), value(from)));
  if (!goal.context.isEqual(goal.e, form)) reject("the expression is not the product of the differences");
  return [{ kind: "nonnegative", e: derivative(f, t, budget), variables: new Set([variable]), context }];
}

/** x − low >= 0 and high − x >= 0 on the domain: then nothing is lost by assuming it for the third premise. */
export function within(goal: Goal, proof: ProofOf<"within">): readonly Goal[] {
  requireKind(goal, "nonnegative", "positive");
  const x = parseIn(goal, proof.variable);
  if (x.kind !== "symbol") return reject("within takes a name or one component of it");
  const [low, high] = [readNumber(proof.low), readNumber(proof.high)];
  if (exact.compare(low, high) > 0) reject("the bounds leave nothing");
  const context = goal.context.withComponent(x, range(closedEnd(low), closedEnd(high)));
  if (context === undefined) return reject("the bounds contradict what is known");
  const bound = (e: Term): Goal => ({ ...goal, kind: "nonnegative", e });
  return [bound(minus(x, number(low))), bound(minus(number(high), x)), { ...goal, context }];
}

/**
 * A convex differentiable e lies above its tangent plane: with e(p) >= 0 and ∇e(p) = 0 it is nonnegative (Boyd &
 * Vandenberghe 3.1.3). The set is the box of the bounds of the variables, which is convex and contains the domain.
 */
export function minimum(goal: Goal, proof: ProofOf<"minimum">): readonly Goal[] {
  requireKind(goal, "nonnegative");
  definedRange(goal);
  const context = boxed(goal);
  const e = goal.e;
  const components = componentsOf(e, goal.variables);
  const point = new Map<string, ReturnType<typeof readNumber>>();
  proof.variables.forEach((text, k) => {
    const value = proof.at[k];
    if (value === undefined) reject("a value is missing");
    else point.set(keyOf(parseIn(goal, text)), readNumber(value));
  });
  if (proof.at.length !== proof.variables.length || point.size !== components.length)
    reject("the point does not give each variable one value");
  const place = (t: Term): Term => components.reduce((u, x) => at(u, x, coordinate(point, x)), t);
  for (const x of components)
    if (!contains(rangeOfComponent(x, context), coordinate(point, x))) reject("the point is outside the box");
  if (!isSmooth(e, new Set(components.map((x) => x.name)), context))
    reject("the expression is not shown to be smooth on the box");
  const least = bestRange(place(e), context);
  if (least === undefined || !isNonnegative(least))
    reject("the value at the point is not shown to be nonnegative");
  for (const x of components) {
    const slope = place(derivative(e, x, context.budget));
    if (rangeOf(slope, context) === undefined || !context.isEqual(slope, zero))
      reject("the gradient does not vanish at the point");
  }
  return [{ kind: "convex", e, variables: goal.variables, context }];
}

const coordinate = (point: ReadonlyMap<string, ReturnType<typeof readNumber>>, x: Component) =>
  point.get(keyOf(x)) ?? reject(`the point has no value of ${x.name}`);
