/**
 * Smoothness: is a term infinitely differentiable in the given variables near every point of the domain? Every
 * function is smooth on the interior of its domain except abs, relu, sign and step at 0; the ranges of the arguments are
 * compared with open sets, so that smoothness at a point of the domain extends to a neighbourhood of it.
 */
import { exact } from "./arithmetic/index.js";
import type { Context } from "./context.js";
import {
  excludesZero,
  hull,
  INFINITE,
  isPositive,
  isWithin,
  NONNEGATIVE,
  openEnd,
  type Range,
  REALS,
  range,
} from "./range.js";
import { rangeOf } from "./ranges.js";
import { mentions, type Term, type TermOf, type Test } from "./term.js";
import type { FunctionName } from "./vocabulary.js";

export function isSmooth(t: Term, variables: ReadonlySet<string>, context: Context): boolean {
  if (rangeOf(t, context) === undefined) return false;
  if (!mentions(t, variables)) return true;
  const smooth = (u: Term): boolean => isSmooth(u, variables, context);
  const free = (tests: readonly Test[]): boolean =>
    tests.every((c) => !mentions(c.left, variables) && !mentions(c.right, variables));
  switch (t.kind) {
    case "symbol":
      return true;
    case "add":
      return t.terms.every(smooth);
    case "multiply":
      return t.factors.every(smooth);
    case "power":
      return isSmoothPower(t, variables, context);
    case "function": {
      const argument = rangeOf(t.argument, context);
      return argument !== undefined && isSmoothOn(t.name, argument) && smooth(t.argument);
    }
    case "where":
      return free(t.tests) && smooth(t.yes) && smooth(t.no);
    case "binder":
      return (t.name === "sum" || t.name === "logsumexp") && free(t.guard) && smooth(t.body);
    case "softmax":
      return free(t.guard) && smooth(t.body);
    case "integral":
      return isSmoothIntegral(t, variables, context);
    default:
      return false;
  }
}

const INSIDE_UNIT = range(openEnd(-1), openEnd(1));

export function isSmoothOn(name: FunctionName, r: Range): boolean {
  switch (name) {
    case "abs":
    case "relu":
    case "sign":
    case "step":
      return excludesZero(r);
    case "asin":
    case "acos":
      return isWithin(r, INSIDE_UNIT);
    case "acosh":
      return isWithin(r, range(openEnd(1), INFINITE));
    default:
      return isWithin(r, REALS);
  }
}

/** Integer powers everywhere (their definition excludes 0 where negative), others of positive numbers. */
function isSmoothPower(t: TermOf<"power">, variables: ReadonlySet<string>, context: Context): boolean {
  const base = rangeOf(t.base, context);
  if (base === undefined || !isSmooth(t.base, variables, context)) return false;
  if (isPositive(base)) return isSmooth(t.exponent, variables, context);
  return t.exponent.kind === "number" && exact.isInteger(t.exponent.value);
}

function isSmoothIntegral(t: TermOf<"integral">, variables: ReadonlySet<string>, context: Context): boolean {
  const [low, high] = [rangeOf(t.low, context), rangeOf(t.high, context)];
  if (low === undefined || high === undefined) return false;
  const inner = context.withScalar(t.variable, hull(low, high));
  const ends = [t.low, t.high].every((u) => isSmooth(u, variables, context));
  return ends && isSmooth(t.body, new Set([...variables, t.variable]), inner);
}

/**
 * Is the term continuously differentiable in the variables, once or twice? Smooth, or made of smooth functions and of powers
 * b^k with b >= 0 as differentiable or b = relu(u), abs(u) and k > order (the derivatives k·b^(k-1)·b′ and
 * k·(k-1)·b^(k-2)·b′² + k·b^(k-1)·b″ tend to 0 at the kink). ∫_a^u f with f continuous and free of the variables has the
 * derivative f(u)·u′; nothing is said of a second one.
 */
export function isContinuouslyDifferentiable(
  t: Term,
  variables: ReadonlySet<string>,
  context: Context,
  order: 1 | 2 = 1,
): boolean {
  if (rangeOf(t, context) === undefined) return false;
  if (!mentions(t, variables) || isSmooth(t, variables, context)) return true;
  const inner = (u: Term): boolean => isContinuouslyDifferentiable(u, variables, context, order);
  switch (t.kind) {
    case "add":
      return t.terms.every(inner);
    case "multiply":
      return t.factors.every(inner);
    case "power":
      return (
        isPowerAbove(order, t, variables, context) || (isEverywhereSmoothPower(t, context) && inner(t.base))
      );
    case "function": {
      const argument = rangeOf(t.argument, context);
      return argument !== undefined && isSmoothOn(t.name, argument) && inner(t.argument);
    }
    case "binder": {
      const plain = t.guard.every((c) => !mentions(c.left, variables) && !mentions(c.right, variables));
      return (t.name === "sum" || t.name === "logsumexp") && plain && inner(t.body);
    }
    case "integral":
      return order === 1 && !mentions(t.body, variables) && inner(t.low) && inner(t.high);
    default:
      return false;
  }
}

function isPowerAbove(
  order: 1 | 2,
  t: TermOf<"power">,
  variables: ReadonlySet<string>,
  context: Context,
): boolean {
  const k = rangeOf(t.exponent, context);
  const base = rangeOf(t.base, context);
  if (k === undefined || base === undefined || mentions(t.exponent, variables)) return false;
  if (!isWithin(k, range(openEnd(order), INFINITE)) || !isWithin(base, NONNEGATIVE)) return false;
  const kinked = t.base.kind === "function" && (t.base.name === "relu" || t.base.name === "abs");
  const u = kinked && t.base.kind === "function" ? t.base.argument : t.base;
  return isContinuouslyDifferentiable(u, variables, context, order);
}

const isEverywhereSmoothPower = (t: TermOf<"power">, context: Context): boolean => {
  const base = rangeOf(t.base, context);
  if (t.exponent.kind !== "number" || base === undefined) return false;
  return isPositive(base) || exact.isInteger(t.exponent.value);
};
