/**
 * Is a term of states absolutely continuous along absolutely continuous solutions, with the formal derivative at almost every
 * time? Continuously differentiable terms are, and so are sums, products, abs, relu, max and min of such, and smooth
 * functions of them: all are locally Lipschitz on the domain.
 */
import { exact } from "./arithmetic/index.js";
import type { Context } from "./context.js";
import { isNonnegative, isPositive } from "./range.js";
import { rangeOf } from "./ranges.js";
import { isContinuouslyDifferentiable, isSmoothOn } from "./smooth.js";
import { mentions, type Term, type TermOf } from "./term.js";

export function isAbsolutelyContinuous(t: Term, variables: ReadonlySet<string>, context: Context): boolean {
  if (rangeOf(t, context) === undefined) return false;
  if (isContinuouslyDifferentiable(t, variables, context)) return true;
  const inner = (u: Term): boolean => isAbsolutelyContinuous(u, variables, context);
  switch (t.kind) {
    case "add":
    case "extremum":
      return t.terms.every(inner);
    case "multiply":
      return t.factors.every(inner);
    case "power":
      return isLipschitzPower(t, variables, context) && inner(t.base);
    case "function": {
      if (t.name === "abs" || t.name === "relu") return inner(t.argument);
      const argument = rangeOf(t.argument, context);
      return argument !== undefined && isSmoothOn(t.name, argument) && inner(t.argument);
    }
    case "binder": {
      const plain = t.guard.every((c) => !mentions(c.left, variables) && !mentions(c.right, variables));
      return t.name !== "prod" && plain && inner(t.body);
    }
    default:
      return false;
  }
}

/** b^k with a constant k: of positive numbers, an integer power where it is defined, or k >= 1 of nonnegative numbers. */
function isLipschitzPower(t: TermOf<"power">, variables: ReadonlySet<string>, context: Context): boolean {
  const [base, k] = [rangeOf(t.base, context), t.exponent];
  if (base === undefined || mentions(k, variables)) return false;
  if (isPositive(base)) return true;
  if (k.kind !== "number") return false;
  return exact.isInteger(k.value) || (isNonnegative(base) && exact.compare(k.value, exact.ONE) >= 0);
}
