/**
 * Decimals as interval endpoints, at a number of significant digits chosen by the caller.
 *
 * Relied upon of decimal.js, and nothing else: a Decimal made from decimal text is exact (the constructor does not
 * round); plus, times, dividedBy and toSignificantDigits return the exact result rounded to the given number of digits in
 * the direction that `rounding` names, as its documentation promises and the tests compare with exact rationals;
 * comparedTo, negated and toExponential() are exact. Its sqrt, exp, ln, sin, … (documented as correctly rounded only
 * "almost always" where not algebraic) are not used: those come from `fixed-point.ts`.
 *
 * decimal.js sends results beyond its exponent range to 0 or infinity whatever the direction; `seal` keeps endpoints
 * within 10^±RANGE, far inside that range, and rounds outward there itself.
 */
import { Decimal } from "decimal.js";
import { bitLength, floorDivide, floorRoot, type Point } from "./fixed-point.js";
import type { NumberLine, Toward } from "./number-line.js";

const RANGE = 10000;

const powers = new Map<number, bigint>();
function powerOfTen(k: number): bigint {
  const known = powers.get(k) ?? 10n ** BigInt(k);
  if (k < 512) powers.set(k, known);
  return known;
}

/** digits·10^exponent, reading the text that toExponential() writes. */
function exact(a: Decimal): Point {
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(a.toExponential());
  if (match === null) throw new RangeError(`no exact value: ${a}`);
  const fraction = match[3] ?? "";
  const digits = BigInt(match[2]! + fraction) * (match[1] === "-" ? -1n : 1n);
  const e = Number(match[4]) - fraction.length;
  return e >= 0 ? { n: digits * powerOfTen(e), d: 1n } : { n: digits, d: powerOfTen(-e) };
}

/** The number line of Decimals with so many significant digits. */
export function decimalLine(digits: number): NumberLine<Decimal> {
  const settings = { defaults: true, precision: digits };
  const down = Decimal.clone({ ...settings, rounding: Decimal.ROUND_FLOOR });
  const up = Decimal.clone({ ...settings, rounding: Decimal.ROUND_CEIL });
  const context = (toward: Toward) => (toward < 0 ? down : up);
  const zero = new down(0);
  const infinity = new down(Number.POSITIVE_INFINITY);
  const negativeInfinity = new down(Number.NEGATIVE_INFINITY);
  const [largest, least] = [new down(`1e${RANGE}`), new down(`1e-${RANGE}`)];

  /** A value rounded in the given direction, moved on in that direction where it is beyond the range. */
  function seal(a: Decimal, toward: Toward): Decimal {
    if (a.isZero()) return zero;
    if (!a.isFinite() || Math.abs(a.e) <= RANGE) return a;
    const outward = a.isPositive() === toward > 0;
    const size = a.e > 0 ? (outward ? infinity : largest) : outward ? least : zero;
    return a.isPositive() || size.isZero() ? size : size.negated();
  }

  /** n/d by way of the integer quotient with some nine digits to spare, rounded twice in the same direction. */
  function ratio(x: Point, toward: Toward): Decimal {
    const size = Math.trunc((bitLength(x.n) - bitLength(x.d)) * Math.LOG10E * Math.LN2);
    if (x.n === 0n) return zero;
    if (Math.abs(size) > RANGE + 2) return sealSize(x.n > 0n, size > 0, toward);
    const s = digits + 9 - size;
    const [n, d] = s >= 0 ? [x.n * powerOfTen(s), x.d] : [x.n, x.d * powerOfTen(-s)];
    const q = floorDivide(n, d);
    const whole = q * d === n || toward < 0 ? q : q + 1n;
    const rounding = toward < 0 ? Decimal.ROUND_FLOOR : Decimal.ROUND_CEIL;
    return seal(new down(`${whole}e${-s}`).toSignificantDigits(digits, rounding), toward);
  }

  const sealSize = (positive: boolean, big: boolean, toward: Toward): Decimal => {
    const size = new down(`1e${big ? 2 * RANGE : -2 * RANGE}`);
    return seal(positive ? size : size.negated(), toward);
  };

  function round(m: bigint, scale: number, toward: Toward): Decimal {
    if (m === 0n) return zero;
    const size = bitLength(m) - scale;
    if (Math.abs(size) > 4 * RANGE) return sealSize(m > 0n, size > 0, toward);
    return ratio(scale >= 0 ? { n: m, d: 1n << BigInt(scale) } : { n: m << BigInt(-scale), d: 1n }, toward);
  }

  /** The root of n/d on the grid 10^-s by the exact integer root. */
  function squareRoot(a: Decimal, toward: Toward): Decimal {
    if (a.isZero() || !a.isFinite()) return a;
    const x = exact(a);
    const s = digits + 9 - Math.floor(a.e / 2);
    const scaled = s >= 0 ? x.n * powerOfTen(2 * s) : x.n;
    const divisor = s >= 0 ? x.d : x.d * powerOfTen(-2 * s);
    const square = scaled / divisor;
    const root = floorRoot(square, 2);
    const isExact = root * root === square && square * divisor === scaled;
    const value = toward < 0 || isExact ? root : root + 1n;
    return ratio(s >= 0 ? { n: value, d: powerOfTen(s) } : { n: value * powerOfTen(-s), d: 1n }, toward);
  }

  function between(a: Decimal, b: Decimal): Decimal {
    if (!a.isFinite() && !b.isFinite()) return zero;
    if (!a.isFinite()) return b.isPositive() && !b.isZero() ? zero : seal(new down(b).times(2).minus(1), -1);
    if (!b.isFinite()) return a.isNegative() && !a.isZero() ? zero : seal(new up(a).times(2).plus(1), 1);
    const middle = new down(a).plus(b).dividedBy(2);
    return middle.greaterThan(a) && middle.lessThan(b) ? middle : a;
  }

  return {
    name: `decimal (${digits} digits)`,
    bits: Math.ceil(digits * 3.33) + 18,
    zero,
    one: new down(1),
    negativeInfinity,
    infinity,
    sign: (a) => (a.isZero() ? 0 : a.isNegative() ? -1 : 1),
    compare: (a, b) => a.comparedTo(b),
    isFinite: (a) => a.isFinite(),
    negate: (a) => (a.isZero() ? zero : a.negated()),
    add: (a, b, toward) => seal(new (context(toward))(a).plus(b), toward),
    multiply: (a, b, toward) => {
      if (a.isZero() || b.isZero()) return zero;
      return seal(new (context(toward))(a).times(b), toward);
    },
    divide: (a, b, toward) => {
      if (a.isZero() || !b.isFinite()) return zero;
      return seal(new (context(toward))(a).dividedBy(b), toward);
    },
    squareRoot,
    round,
    ratio,
    exact,
    between,
    show: (a) => a.toString(),
  };
}
