/** Σ P(x)·b(x)^r in one scalar comes in; the same with each P divided by b, so that only small cofactors are left, goes out. */
import {
  add,
  addR,
  asRational,
  compareR,
  divR,
  type Expr,
  floorR,
  mul,
  mulR,
  num,
  power,
  type Rational,
  rational,
  showR,
  signR,
  subR,
  ZERO,
} from "../../../index-notation/index.js";
import { factorsOf } from "../algebra/factor.js";
import { type Polynomial, polynomialOf } from "../algebra/polynomial.js";

type Coefficients = readonly Rational[];

/** Undefined where e is not a sum of polynomials times powers of one polynomial. */
export function baseExpansion(e: Expr, x: Expr): Expr | undefined {
  const terms = e.kind === "add" ? e.terms : [e];
  const base = terms.flatMap(factorsOf).find((f) => f.kind === "power" && f.base.kind === "add");
  if (base?.kind !== "power") return undefined;
  const b = polynomialOf(base.base, [x]);
  if (b === undefined) return undefined;
  const parts = byPower(terms, base.base).map(([r, list]) => {
    const p = polynomialOf(add(list), [x]);
    return p && divided(coefficientsOf(p), coefficientsOf(b), base.base, r, x);
  });
  return parts.every((q) => q !== undefined) ? add(parts as Expr[]) : undefined;
}

/** Cofactors of b^r by r, where powers that differ by an integer are brought to the least of them. */
function byPower(terms: readonly Expr[], base: Expr): [Rational, Expr[]][] {
  const found = terms.map((t): [Rational, Expr] => {
    const own = factorsOf(t).find((f) => f.kind === "power" && f.base === base);
    const r = own?.kind === "power" ? asRational(own.exponent) : undefined;
    return r === undefined ? [ZERO, t] : [r, mul(factorsOf(t).filter((f) => f !== own))];
  });
  const groups = new Map<string, [Rational, Expr[]]>();
  for (const [r] of found) {
    const key = classOf(r);
    const known = groups.get(key);
    if (known === undefined || compareR(r, known[0]) < 0) groups.set(key, [r, []]);
  }
  for (const [r, cofactor] of found) {
    const [least, list] = groups.get(classOf(r))!;
    list.push(mul([cofactor, power(base, num(subR(r, least)))]));
  }
  return [...groups.values()];
}

/** What is left of an exponent without its integer part. */
const classOf = (r: Rational): string => showR(subR(r, rational(floorR(r))));

/** P·b^r as Σ c_k·b^(r+k) with c_k of a lower degree than b. */
function divided(p: Coefficients, b: Coefficients, base: Expr, r: Rational, x: Expr): Expr {
  const terms: Expr[] = [];
  let dividend = p;
  for (let k = 0n; dividend.length > 0; k++) {
    const { quotient, remainder } = divide(dividend, b);
    terms.push(mul([toExpr(remainder, x), power(base, num(addR(r, rational(k))))]));
    dividend = quotient;
  }
  return add(terms);
}

const coefficientsOf = (p: Polynomial): Coefficients => {
  const degree = Math.max(...[...p.terms.values()].map((t) => t.exponents[0]!));
  return Array.from({ length: degree + 1 }, (_, k) => p.terms.get(String(k))?.coefficient ?? ZERO);
};

const toExpr = (c: Coefficients, x: Expr): Expr =>
  add(c.map((value, k) => mul([num(value), power(x, num(k))])));

function divide(p: Coefficients, q: Coefficients): { quotient: Coefficients; remainder: Coefficients } {
  const rest = [...p];
  const quotient: Rational[] = [];
  for (let k = p.length - q.length; k >= 0; k--) {
    const c = divR(rest[k + q.length - 1]!, q.at(-1)!);
    quotient[k] = c;
    for (const [j, v] of q.entries()) rest[k + j] = subR(rest[k + j]!, mulR(c, v));
  }
  return { quotient: trimmed(quotient), remainder: trimmed(rest.slice(0, q.length - 1)) };
}

function trimmed(c: Coefficients): Coefficients {
  let n = c.length;
  while (n > 0 && signR(c[n - 1]!) === 0) n--;
  return c.slice(0, n);
}
