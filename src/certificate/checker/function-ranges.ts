/** Domain, image and monotonicity of the functions of the language, and their values over a range. */
import { decimalIntervals, exact, type Rational } from "./arithmetic/index.js";
import {
  absolute,
  closedEnd,
  type End,
  excludesZero,
  hull,
  INFINITE,
  intersect,
  isNonnegative,
  isPositive,
  isWithin,
  multiply,
  NONNEGATIVE,
  openEnd,
  POSITIVE,
  point,
  powerOf,
  type Range,
  REALS,
  range,
  reciprocal,
} from "./range.js";
import type { FunctionName } from "./vocabulary.js";

const DIGITS = 40;
const arithmetic = decimalIntervals(DIGITS);
type I = typeof arithmetic.entire;

const open = (low: number, high: number): Range => range(openEnd(low), openEnd(high));
const closed = (low: number, high: number): Range => range(closedEnd(low), closedEnd(high));
const from = (low: number): Range => range(closedEnd(low), INFINITE);

interface Facts {
  /** Where the function is a finite real. */
  readonly domain: Range;
  /** A set that holds every value. */
  readonly image: Range;
  /** Strictly rising or falling on the domain; even, and strictly so in |x|; "by hand" is none of these. */
  readonly kind: "rising" | "falling" | "rising in size" | "falling in size" | "by hand";
}

/** Read off the derivatives. For gamma and its relatives the domain is x > 0, a part of the real one. */
const FACTS: { readonly [F in FunctionName]: Facts } = {
  exp: { domain: REALS, image: POSITIVE, kind: "rising" },
  log: { domain: POSITIVE, image: REALS, kind: "rising" },
  abs: { domain: REALS, image: NONNEGATIVE, kind: "by hand" },
  sign: { domain: REALS, image: closed(-1, 1), kind: "by hand" },
  sin: { domain: REALS, image: closed(-1, 1), kind: "by hand" },
  cos: { domain: REALS, image: closed(-1, 1), kind: "by hand" },
  tan: { domain: REALS, image: REALS, kind: "by hand" },
  asin: { domain: closed(-1, 1), image: closed(-2, 2), kind: "rising" },
  acos: { domain: closed(-1, 1), image: closed(0, 4), kind: "falling" },
  atan: { domain: REALS, image: closed(-2, 2), kind: "rising" },
  sinh: { domain: REALS, image: REALS, kind: "rising" },
  cosh: { domain: REALS, image: from(1), kind: "rising in size" },
  tanh: { domain: REALS, image: open(-1, 1), kind: "rising" },
  asinh: { domain: REALS, image: REALS, kind: "rising" },
  acosh: { domain: from(1), image: NONNEGATIVE, kind: "rising" },
  atanh: { domain: open(-1, 1), image: REALS, kind: "rising" },
  sech: { domain: REALS, image: range(openEnd(0), closedEnd(1)), kind: "falling in size" },
  erf: { domain: REALS, image: open(-1, 1), kind: "rising" },
  erfc: { domain: REALS, image: open(0, 2), kind: "falling" },
  gamma: { domain: POSITIVE, image: POSITIVE, kind: "by hand" },
  lgamma: { domain: POSITIVE, image: REALS, kind: "by hand" },
  relu: { domain: REALS, image: NONNEGATIVE, kind: "by hand" },
  step: { domain: REALS, image: closed(0, 1), kind: "by hand" },
  sigmoid: { domain: REALS, image: open(0, 1), kind: "rising" },
  softplus: { domain: REALS, image: POSITIVE, kind: "rising" },
  logcosh: { domain: REALS, image: NONNEGATIVE, kind: "rising in size" },
  digamma: { domain: POSITIVE, image: REALS, kind: "rising" },
  trigamma: { domain: POSITIVE, image: POSITIVE, kind: "falling" },
};

const toInterval = (r: Range): I => arithmetic.fromBounds(r.low.at, r.high.at);

/** The ends of an enclosure, open where the caller says that the value there is not attained. */
function fromInterval(i: I, lowOpen: boolean, highOpen: boolean): Range {
  const end = (at: Rational | undefined, isOpen: boolean): End =>
    at === undefined ? INFINITE : { at, open: isOpen };
  return range(end(arithmetic.lower(i), lowOpen), end(arithmetic.upper(i), highOpen));
}

/** The values of a function over a range within its domain; undefined where the domain is not shown to hold it. */
export function functionRange(name: FunctionName, r: Range): Range | undefined {
  const facts = FACTS[name];
  if (!isWithin(r, facts.domain)) return undefined;
  const values = valuesOver(name, facts, r);
  return values === undefined ? undefined : (intersect(values, facts.image) ?? facts.image);
}

/**
 * For a strictly monotone f the value at an end that is not attained is not attained, whatever rounding does: bounds
 * are rounded outward.
 */
function valuesOver(name: FunctionName, { kind }: Facts, r: Range): Range | undefined {
  const a = kind === "rising in size" || kind === "falling in size" ? absolute(r) : r;
  if (kind === "rising" || kind === "rising in size")
    return fromInterval(arithmetic[name as "exp"](toInterval(a)), a.low.open, a.high.open);
  if (kind === "falling" || kind === "falling in size")
    return fromInterval(arithmetic[name as "erfc"](toInterval(a)), a.high.open, a.low.open);
  switch (name) {
    case "abs":
      return absolute(r);
    case "relu":
      return reluRange(r);
    case "sign":
      return signRange(r);
    case "step":
      return isPositive(r) ? point(1) : isWithin(r, range(INFINITE, closedEnd(0))) ? point(0) : closed(0, 1);
    case "tan":
      if (arithmetic.contains(arithmetic.cos(toInterval(r)), exact.ZERO)) return undefined;
      return fromInterval(arithmetic.tan(toInterval(r)), false, false);
    case "sin":
    case "cos":
    case "gamma":
    case "lgamma":
      return fromInterval(arithmetic[name](toInterval(r)), false, false);
    default:
      return undefined;
  }
}

function reluRange(r: Range): Range {
  if (isNonnegative(r)) return r;
  const high = r.high.at === undefined || exact.sign(r.high.at) > 0 ? r.high : closedEnd(0);
  return range(closedEnd(0), high);
}

function signRange(r: Range): Range {
  if (isPositive(r)) return point(1);
  if (isWithin(r, range(INFINITE, openEnd(0)))) return point(-1);
  return isNonnegative(r) ? closed(0, 1) : closed(-1, 1);
}

// ---- powers -------------------------------------------------------------------------------------------

/** x^k for a rational k; undefined where some x of the range has no such power. */
export function rationalPower(r: Range, k: Rational): Range | undefined {
  if (exact.sign(k) === 0) return point(1);
  if (exact.sign(k) < 0) {
    const inverted = reciprocal(r);
    return inverted === undefined ? undefined : rationalPower(inverted, exact.negate(k));
  }
  if (exact.isInteger(k)) return powerOf(r, k.n);
  if (!isNonnegative(r)) return undefined;
  const x = toInterval(r);
  const two = exact.rational(1, 2);
  const y = exact.equal(k, two) ? arithmetic.sqrt(x) : arithmetic.pow(x, arithmetic.fromRational(k));
  const values = fromInterval(y, r.low.open, r.high.open);
  const image = isPositive(r) ? POSITIVE : NONNEGATIVE;
  return intersect(values, image) ?? image;
}

/**
 * x^y where y may be any of a range. `integer` says that y is an integer. At x = 0: 0^0 = 1 and 0^y = 0 for y > 0; a
 * negative x needs an integer y.
 */
export function generalPower(x: Range, y: Range, integer: boolean): Range | undefined {
  if (isPositive(x)) {
    const values = fromInterval(arithmetic.pow(toInterval(x), toInterval(y)), false, false);
    return intersect(values, POSITIVE) ?? POSITIVE;
  }
  const grows = isPositive(y);
  if (isNonnegative(x) && isNonnegative(y)) {
    const positive = fromInterval(arithmetic.pow(toInterval(x), toInterval(y)), false, false);
    const values = hull(hull(positive, point(0)), grows ? point(0) : point(1));
    return intersect(values, NONNEGATIVE) ?? NONNEGATIVE;
  }
  return integer && (isNonnegative(y) || excludesZero(x)) ? REALS : undefined;
}

export const product = (ranges: readonly Range[]): Range => ranges.reduce(multiply, point(1));
