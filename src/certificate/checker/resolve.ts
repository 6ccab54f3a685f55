/** Kinked functions whose argument has one sign under the assumptions are replaced by the branch they take. */
import type { Context } from "./context.js";
import { isNegative, isNonnegative, isNonpositive, isPositive, type Range } from "./range.js";
import { rangeOf } from "./ranges.js";
import { mapTerm, minus, negative, one, type Term, type TermOf, type Test, zero } from "./term.js";

/** A term equal to t for all points of the context. */
export function resolve(t: Term, context: Context): Term {
  const u = mapTerm(t, (child) => resolve(child, context));
  switch (u.kind) {
    case "function":
      return resolveFunction(u, context);
    case "extremum":
      return resolveExtremum(u, context);
    case "where":
      return resolveWhere(u, context);
    default:
      return u;
  }
}

function resolveFunction(t: TermOf<"function">, context: Context): Term {
  if (t.name !== "abs" && t.name !== "relu" && t.name !== "sign" && t.name !== "step") return t;
  const x = rangeOf(t.argument, context);
  if (x === undefined) return t;
  switch (t.name) {
    case "abs":
      return isNonnegative(x) ? t.argument : isNonpositive(x) ? negative(t.argument) : t;
    case "relu":
      return isNonnegative(x) ? t.argument : isNonpositive(x) ? zero : t;
    case "sign":
      return isPositive(x) ? one : isNegative(x) ? negative(one) : t;
    case "step":
      return isPositive(x) ? one : isNonpositive(x) ? zero : t;
  }
}

/** One of two values is the larger where their difference has one sign. */
function resolveExtremum(t: TermOf<"extremum">, context: Context): Term {
  const kept = t.terms.reduce<Term[]>((winners, u) => {
    const beats = (a: Term, b: Term): boolean => {
      const d = rangeOf(t.name === "max" ? minus(a, b) : minus(b, a), context);
      return d !== undefined && isNonnegative(d);
    };
    if (winners.some((w) => beats(w, u))) return winners;
    return [...winners.filter((w) => !beats(u, w)), u];
  }, []);
  return kept.length === 1 ? kept[0]! : { ...t, terms: kept };
}

function resolveWhere(t: TermOf<"where">, context: Context): Term {
  const truths = t.tests.map((c) => truth(c, context));
  if (truths.includes(false)) return t.no;
  return truths.every((x) => x === true) ? t.yes : t;
}

/** Does the comparison hold at all points, or at none? */
function truth(c: Test, context: Context): boolean | undefined {
  const d = rangeOf(minus(c.right, c.left), context);
  if (d === undefined) return undefined;
  const [yes, no] = decide(c.relation, d);
  return yes ? true : no ? false : undefined;
}

function decide(relation: Test["relation"], d: Range): [boolean, boolean] {
  const zero = isNonnegative(d) && isNonpositive(d);
  const apart = isPositive(d) || isNegative(d);
  switch (relation) {
    case "<":
      return [isPositive(d), isNonpositive(d)];
    case "<=":
      return [isNonnegative(d), isNegative(d)];
    case "=":
      return [zero, apart];
    case "!=":
      return [apart, zero];
  }
}
