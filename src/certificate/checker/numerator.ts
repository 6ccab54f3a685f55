/** Normal forms as polynomials in one quantity: e with its denominators cleared by squares comes in, coefficients go out. */
import { exact, type Rational } from "./arithmetic/index.js";
import type { Context } from "./context.js";
import {
  type Atom,
  constant,
  exponentOf,
  integerOf,
  type Monomial,
  ofAtom,
  type Polynomial,
} from "./polynomial.js";
import { reject } from "./rejection.js";
import { type Univariate, univariate } from "./univariate.js";

/**
 * p·Πb^(2m) for the bases b of sums that stand under negative integer powers: of the sign of p wherever p is defined, since
 * such a b is then not zero.
 */
export function withoutDenominators(p: Polynomial, context: Context, unfold: boolean): Polynomial {
  const { algebra } = context.normalizer(unfold);
  let rest = p;
  for (let round = 0; round < 8; round++) {
    const found = leastPower(rest);
    if (found === undefined) return rest;
    const even = found.power % 2n === 0n ? -found.power : 1n - found.power;
    rest = algebra.multiply(rest, ofAtom(found.atom, constant(exact.rational(even))));
  }
  return reject("denominators do not clear");
}

function leastPower(p: Polynomial): { atom: Atom; power: bigint } | undefined {
  for (const s of p.terms)
    for (const f of s.monomial.factors) {
      if (f.atom.shape.kind !== "base") continue;
      const powers = p.terms.map((t) => integerOf(exponentOf(t.monomial, f.atom)));
      if (powers.includes(undefined)) return reject("a root stands in the expression");
      const least = powers.reduce((a, b) => (a! < b! ? a : b))!;
      if (least < 0n) return { atom: f.atom, power: least };
    }
  return undefined;
}

/**
 * The coefficients by the power that `powerOf` reads off each monomial. Negative powers are cleared by an even power, of
 * which `square` says that it is allowed to be any (the quantity is positive).
 */
export function coefficientsOf(
  p: Polynomial,
  powerOf: (m: Monomial) => bigint | undefined,
  positive: boolean,
): Univariate {
  const entries = p.terms.map((s) => {
    const power = powerOf(s.monomial);
    return power === undefined
      ? reject("the expression is not a polynomial in one quantity")
      : { power, c: s.coefficient };
  });
  const least = entries.reduce((a, e) => (e.power < a ? e.power : a), 0n);
  const shift = positive || least % 2n === 0n ? -least : 1n - least;
  const degree = entries.reduce((a, e) => (e.power > a ? e.power : a), 0n) + shift;
  if (degree > 300n) return reject("the degree of a polynomial is too high");
  const coefficients: Rational[] = Array.from({ length: Number(degree) + 1 }, () => exact.ZERO);
  for (const { power, c } of entries) {
    const at = Number(power + shift);
    coefficients[at] = exact.add(coefficients[at]!, c);
  }
  return univariate(coefficients);
}

/** The exponent of one atom, where the monomial has no other. */
export function powerOfAtom(m: Monomial, key: string): bigint | undefined {
  if (m.factors.some((f) => f.atom.key !== key)) return undefined;
  return m.factors.length === 0 ? 0n : integerOf(m.factors[0]!.exponent);
}

/** n with monomial = e^(n·k·x). */
export function powerOfExponential(m: Monomial, x: string, k: Rational): bigint | undefined {
  if (m.factors.length === 0) return 0n;
  const [only, ...others] = m.factors;
  if (only!.atom.shape.kind !== "euler" || others.length > 0 || only!.exponent.terms.length !== 1)
    return undefined;
  const { coefficient, monomial } = only!.exponent.terms[0]!;
  if (powerOfAtom(monomial, x) !== 1n) return undefined;
  const n = exact.divide(coefficient, k);
  return exact.isInteger(n) ? n.n : undefined;
}
