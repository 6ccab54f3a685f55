/** An expression comes in; equal ones with products inside logarithms and roots, or without max and min, go out. */
import {
  add,
  asRational,
  type Expr,
  half,
  isInteger,
  mapChildren,
  mul,
  neg,
  one,
  power,
  square,
  sub2,
  type Unary,
  unary,
} from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";
import { factored, factorsOf } from "./factor.js";

/** Arguments of log and bases of fractional powers as products: log(a·b) splits where both are positive. */
export function productsInside(e: Expr): Expr {
  const inner = mapChildren(e, productsInside);
  if (inner.kind === "unary" && inner.fn === "log") return simplify(unary("log", asProduct(inner.arg)));
  if (inner.kind !== "power") return inner;
  const k = asRational(inner.exponent);
  return k === undefined || isInteger(k) ? inner : power(asProduct(inner.base), inner.exponent);
}

function asProduct(e: Expr): Expr {
  const product = factored(e);
  return mul(factorsOf(product).map((f) => differenceOfSquares(f) ?? f));
}

/** a² − b² = (a − b)·(a + b). */
export function differenceOfSquares(e: Expr): Expr | undefined {
  if (e.kind !== "add" || e.terms.length !== 2) return undefined;
  const [plus, minus] = [e.terms.map(rootOf), e.terms.map((t) => rootOf(neg(t)))];
  const k = plus[0] !== undefined && minus[1] !== undefined ? 0 : 1;
  const [a, b] = [plus[k], minus[1 - k]];
  return a === undefined || b === undefined ? undefined : mul([sub2(a, b), add([a, b])]);
}

/** The r with r² = e, for a positive coefficient and even powers. */
function rootOf(e: Expr): Expr | undefined {
  const roots = factorsOf(e).map((f) => {
    if (f.kind === "number") {
      const r = power(f, half);
      return r.kind === "number" ? r : undefined;
    }
    const k = f.kind === "power" ? asRational(f.exponent) : undefined;
    const even = k !== undefined && isInteger(k) && k.n % 2n === 0n;
    return even && f.kind === "power" ? power(f.base, mul([half, f.exponent])) : undefined;
  });
  return roots.every((r) => r !== undefined) ? mul(roots as Expr[]) : undefined;
}

/** max(a, b) = (a + b + |a − b|)/2 and min(a, b) = (a + b − |a − b|)/2, terms collected. */
export function withAbsoluteValues(e: Expr): Expr {
  const visit = (x: Expr): Expr => {
    const inner = mapChildren(x, visit);
    if (inner.kind !== "extremum" || inner.args.length !== 2) return inner;
    const [a, b] = inner.args as [Expr, Expr];
    const apart = unary("abs", sub2(a, b));
    return mul([half, add([a, b, inner.fn === "max" ? apart : neg(apart)])]);
  };
  return expand(visit(e));
}

/** b^u = exp(u·log b), where u is not a number. */
export function byExponential(e: Expr): Expr {
  const inner = mapChildren(e, byExponential);
  if (inner.kind !== "power" || inner.exponent.kind === "number") return inner;
  return unary("exp", mul([inner.exponent, unary("log", inner.base)]));
}

/** Even powers of one of a pair by the other: sech² = 1 − tanh², sin² = 1 − cos², sinh² = cosh² − 1. */
export function pythagorean(e: Expr): Expr {
  const inner = mapChildren(e, pythagorean);
  if (inner.kind !== "power" || inner.base.kind !== "unary") return inner;
  const k = asRational(inner.exponent);
  const partner = PARTNERS[inner.base.fn]?.(inner.base.arg);
  const isEven = k !== undefined && isInteger(k) && k.n > 0n && k.n % 2n === 0n;
  return partner === undefined || !isEven ? inner : power(partner, mul([half, inner.exponent]));
}

const PARTNERS: { readonly [F in Unary]?: (u: Expr) => Expr } = {
  sech: (u) => sub2(one, square(unary("tanh", u))),
  sin: (u) => sub2(one, square(unary("cos", u))),
  sinh: (u) => sub2(square(unary("cosh", u)), one),
};
