/** What is to be shown, in the checker's own terms: the claim of a certificate, or a premise computed by a rule. */

import type { Rational } from "./arithmetic/index.js";
import type { Context } from "./context.js";
import { ground, isGround } from "./ground.js";
import { parseTerm } from "./parse.js";
import { type Range, REALS } from "./range.js";
import { rangeOf } from "./ranges.js";
import { reject, shown } from "./rejection.js";
import {
  freeIndices,
  keyOf,
  mentions,
  number,
  substituteSymbols,
  type Term,
  type TermOf,
  walk,
} from "./term.js";

/**
 * `e` is convex in the variables on the domain (a convex set), or nonnegative, or positive, for all values of everything
 * else that the context allows, all free indices and all dimensions. Each includes that `e` is defined on the domain.
 */
export interface Goal {
  readonly kind: "convex" | "nonnegative" | "positive";
  readonly e: Term;
  readonly variables: ReadonlySet<string>;
  readonly context: Context;
}

export type Component = TermOf<"symbol">;

/** The range of e, which must be shown to be defined on the whole domain. */
export function definedRange(goal: Goal): Range {
  return rangeOf(goal.e, goal.context) ?? reject("the expression is not shown to be defined on the domain");
}

/** An expression of the proof, in the scope of its goal. */
export const parseIn = (goal: Goal, text: string): Term => parseTerm(text, goal.context.scope);

export const requireKind = (goal: Goal, ...kinds: readonly Goal["kind"][]): void => {
  if (!kinds.includes(goal.kind)) reject(`the rule does not prove that something is ${goal.kind}`);
};

/** The components of the variables that occur, each at a fixed place or at free indices of the whole. */
export function componentsOf(t: Term, variables: ReadonlySet<string>): readonly Component[] {
  const found = new Map<string, Component>();
  walk(t, (u) => {
    if (u.kind === "symbol" && variables.has(u.name)) found.set(keyOf(u), u);
    return true;
  });
  const free = freeIndices(t);
  for (const c of found.values())
    for (const s of c.at)
      for (const { index } of s.terms)
        if (!free.has(index.name)) reject(`${c.name} occurs at a bound index: not one component`);
  return [...found.values()];
}

/** The only component of the variables in e. Integer dimensions are written out first. */
export function singleComponent(goal: Goal): { readonly e: Term; readonly x: Component } {
  const e = groundedIfNeeded(goal.e, goal.variables);
  const components = componentsOf(e, goal.variables);
  const [x] = components;
  if (x === undefined || components.length !== 1)
    return reject(`the rule needs one scalar variable; the expression has ${components.length}`);
  return { e, x };
}

export const groundedIfNeeded = (e: Term, variables: ReadonlySet<string>): Term =>
  isGround(e, variables) ? e : ground(e);

/**
 * The context without facts about the variables: the domain becomes a product of intervals, at least as large as it was,
 * so that a path between two of its points along one variable stays inside.
 */
export function boxed(goal: Goal): Context {
  const facts = goal.context.all.facts.filter((f) => !mentions(f.difference, goal.variables));
  return goal.context.with({ facts });
}

export const rangeOfComponent = (x: Component, context: Context): Range => context.symbolRange(x) ?? REALS;

/** The term with the component replaced by a number. */
export function at(t: Term, x: Component, value: Rational): Term {
  const key = keyOf(x);
  return substituteSymbols(t, (u) => (keyOf(u) === key ? number(value) : undefined));
}

export const describe = (goal: Goal): string => `${goal.kind}: ${shown(keyOf(goal.e))}`;
