/**
 * Interval arithmetic as its users see it: one algorithm is written against `IntervalArithmetic<I>` and runs on
 * doubles first and on Decimals of any precision where doubles do not decide.
 */
import type { Rational } from "./rational.js";

/** All extended reals x with lo <= x <= hi that are finite; lo = +infinity, hi = -infinity is the empty set. */
export interface Interval<N> {
  readonly lo: N;
  readonly hi: N;
}

/** What an enclosure says of the sign of the number in it. */
export type SignDecision = "positive" | "negative" | "zero-containing" | "empty";

/** Functions of one interval. Each returns a superset of { f(x) : x in a and in the domain of f }. */
export const UNARY = [
  "neg",
  "recip",
  "sqr",
  "sqrt",
  "abs",
  "sign",
  "step",
  "relu",
  "exp",
  "expm1",
  "log",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "sech",
  "asinh",
  "acosh",
  "atanh",
  "sigmoid",
  "softplus",
  "logcosh",
  "erf",
  "erfc",
  "gamma",
  "lgamma",
  "digamma",
  "trigamma",
] as const;
export type UnaryName = (typeof UNARY)[number];

/** Functions of two intervals, under the same law. `pow` is the real power, with domain x > 0, and 0^y = 0 for y > 0. */
export const BINARY = ["add", "sub", "mul", "div", "min", "max", "pow"] as const;
export type BinaryName = (typeof BINARY)[number];

export interface IntervalArithmetic<I>
  extends Record<UnaryName, (a: I) => I>,
    Record<BinaryName, (a: I, b: I) => I> {
  readonly name: string;
  readonly empty: I;
  readonly entire: I;
  readonly zero: I;
  readonly one: I;
  readonly pi: I;

  /** The narrowest interval around one rational, or between two; undefined for an end that is infinite. */
  fromRational(x: Rational): I;
  fromBounds(low: Rational | undefined, high: Rational | undefined): I;
  /** The double as the exact number it is (0.1 is not one tenth); NaN and the infinities are refused. */
  fromDouble(x: number): I;

  /** a/b as the one or two intervals it is made of (none where empty); `div` is their hull. */
  divide(a: I, b: I): readonly I[];
  /** a^n for an integer n, and the real n-th root, n >= 1 (of x >= 0 for even n, of every x for odd n). */
  pown(a: I, n: number): I;
  root(a: I, n: number): I;

  hull(a: I, b: I): I;
  intersection(a: I, b: I): I;
  isEmpty(a: I): boolean;
  isPoint(a: I): boolean;
  /** Both ends finite, not empty. */
  isBounded(a: I): boolean;
  equal(a: I, b: I): boolean;
  /** Is a a subset of b? */
  subset(a: I, b: I): boolean;
  contains(a: I, x: Rational): boolean;

  decide(a: I): SignDecision;
  isNonnegative(a: I): boolean;
  isNonpositive(a: I): boolean;
  /** The ends as exact rationals; undefined where infinite or empty. */
  lower(a: I): Rational | undefined;
  upper(a: I): Rational | undefined;
  /** Two intervals whose union is a, cut near the middle; one where a is a point or empty. */
  bisect(a: I): readonly I[];
  show(a: I): string;
}
