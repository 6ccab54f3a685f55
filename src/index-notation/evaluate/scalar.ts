/** Exact rationals and Decimals come in; their sums, products, powers and comparisons go out, exact while possible. */
import { addR, compareR, isInteger, mulR, ONE, powR, type Rational, signR, toNumber } from "../rational.js";
import { type Decimal, type Decimals, raised } from "./precision.js";

/** An exact rational, or a Decimal once a function other than the ring operations was applied. */
export type Scalar = Rational | Decimal;

export const isExact = (s: Scalar): s is Rational => "n" in s;

/** The Decimal nearest to an exact value; Decimals pass unchanged. */
export const toDecimal = (D: Decimals, s: Scalar): Decimal =>
  isExact(s) ? new D(s.n.toString()).div(new D(s.d.toString())) : s;

/** The double nearest to a value. */
export const scalarToNumber = (s: Scalar): number => (isExact(s) ? toNumber(s) : s.toNumber());

export const isUndefined = (s: Scalar): boolean => !isExact(s) && s.isNaN();

/** -1, 0 or 1, and undefined where a side is NaN. */
export function compareScalars(D: Decimals, a: Scalar, b: Scalar): number | undefined {
  if (isExact(a) && isExact(b)) return compareR(a, b);
  const [x, y] = [toDecimal(D, a), toDecimal(D, b)];
  return x.isNaN() || y.isNaN() ? undefined : x.comparedTo(y);
}

export const signOf = (s: Scalar): number =>
  isExact(s) ? signR(s) : s.isZero() ? 0 : s.isNaN() ? Number.NaN : s.s;

export const addS = (D: Decimals, a: Scalar, b: Scalar): Scalar =>
  isExact(a) && isExact(b) ? addR(a, b) : D.add(toDecimal(D, a), toDecimal(D, b));

export const mulS = (D: Decimals, a: Scalar, b: Scalar): Scalar =>
  isExact(a) && isExact(b) ? mulR(a, b) : D.mul(toDecimal(D, a), toDecimal(D, b));

/** Bits beyond which an exact power would only fill the memory. */
const MAX_EXACT_BITS = 1_000_000;

const bits = (a: Rational): number => 4 * Math.max(a.n.toString(16).length, a.d.toString(16).length);
const staysSmall = (a: Rational, k: bigint): boolean => bits(a) * Math.abs(Number(k)) <= MAX_EXACT_BITS;

/** a^b with 0^0 = 1; NaN for a division by zero and for roots of negative numbers. */
export function powS(D: Decimals, a: Scalar, b: Scalar): Scalar {
  const sign = signOf(b);
  if (Number.isNaN(sign) || isUndefined(a)) return new D(Number.NaN);
  if (sign === 0) return ONE;
  if (signOf(a) === 0) return sign > 0 ? a : new D(Number.NaN);
  if (isExact(a) && isExact(b) && isInteger(b) && staysSmall(a, b.n)) return powR(a, b.n);
  if (isExact(a) && a.n === a.d) return ONE;
  const wide = raised(D, 10);
  if (isExact(b) && b.d === 2n && b.n === 1n) return toDecimal(wide, a).sqrt();
  return D.add(wide.pow(toDecimal(wide, a), toDecimal(wide, b)), 0);
}
