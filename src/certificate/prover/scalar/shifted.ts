/** A product in one scalar comes in; the same with its polynomial factors written around a point goes out. */
import {
  add,
  addR,
  type Expr,
  fromNumber,
  mul,
  mulR,
  num,
  power,
  type Rational,
  sub2,
  ZERO,
} from "../../../index-notation/index.js";
import { factorsOf } from "../algebra/factor.js";
import { type Polynomial, polynomialOf } from "../algebra/polynomial.js";

/** Σ c_k (x − a)^k in place of each polynomial factor: beyond its largest root all c_k have one sign. */
export function shifted(product: Expr, x: Expr, a: number): Expr {
  const from = fromNumber(a);
  return mul(
    factorsOf(product).map((f) => {
      const p = f.kind === "add" ? polynomialOf(f, [x]) : undefined;
      return p === undefined ? f : around(p, x, from);
    }),
  );
}

function around(p: Polynomial, x: Expr, a: Rational): Expr {
  const degree = Math.max(...[...p.terms.values()].map((t) => t.exponents[0]!));
  const c = Array.from({ length: degree + 1 }, (_, k) => p.terms.get(String(k))?.coefficient ?? ZERO);
  // Horner's scheme again and again: the remainders are the coefficients around a.
  for (let k = 0; k < degree; k++)
    for (let j = degree - 1; j >= k; j--) c[j] = addR(c[j]!, mulR(a, c[j + 1]!));
  const distance = sub2(x, num(a));
  return add(c.map((value, k) => mul([num(value), power(distance, num(k))])));
}
