/**
 * The doubles seen exactly: neighbours, powers of two, integers times a power of two in, rounded doubles out.
 *
 * Relied upon, all of it guaranteed by ECMA-262 rather than by an engine: + - * / on Numbers are IEEE 754 binary64,
 * round to nearest even (sec. 6.1.6.1); typed arrays expose the IEEE 754 encoding; Number(bigint) rounds to nearest.
 */
import { bitLength, magnitude, type Point } from "./fixed-point.js";

const asDouble = new Float64Array(1);
const asBits = new BigInt64Array(asDouble.buffer);

/** 2^-53 + 2^-105, which is a double. */
const HALF_STEP = 2 ** -53 + 2 ** -105;
const [SMALL, LARGE] = [2 ** -900, 2 ** 1000];

/**
 * The next double above x.
 *
 * Between SMALL and LARGE: with 2^k <= |x| < 2^(k+1) the spacing is u = 2^(k-52) (u/2 just below 2^k), and
 * e = fl(HALF_STEP·|x|) satisfies 2^(k-53)·(1 + 2^-52) <= e <= u·(1 + 2^-51), the lower bound because it is a double. So x + e
 * lies nearer to the next double than to any other (Rump, Zimmermann, Boldo, Melquiond, BIT 49 (2009)), also when
 * |x| = 2^k and the step is the short one. Elsewhere: the encodings of the doubles >= 0 are consecutive integers in
 * the order of the values, infinity included.
 */
export function nextUp(x: number): number {
  const size = Math.abs(x);
  if (size > SMALL && size < LARGE) return x + size * HALF_STEP;
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x === 0) return Number.MIN_VALUE;
  asDouble[0] = x;
  asBits[0] = asBits[0]! + (x > 0 ? 1n : -1n);
  return asDouble[0]! + 0;
}
export const nextDown = (x: number): number => 0 - nextUp(-x);

const HIDDEN = 1n << 52n;

/** The exact value of a finite double. */
export function pointOfDouble(x: number): Point {
  asDouble[0] = Math.abs(x);
  const bits = asBits[0]!;
  const biased = Number(bits >> 52n);
  const digits = biased === 0 ? bits : (bits & (HIDDEN - 1n)) | HIDDEN;
  const e = Math.max(biased, 1) - 1075;
  const n = x < 0 ? -digits : digits;
  return e >= 0 ? { n: n << BigInt(e), d: 1n } : { n, d: 1n << BigInt(-e) };
}

/** 2^e by its encoding, for -1022 <= e <= 1023. */
function powerOfTwo(e: number): number {
  asBits[0] = BigInt(e + 1023) << 52n;
  return asDouble[0]!;
}

/**
 * The largest double <= m·2^-scale for m > 0.
 *
 * Every double is a multiple of 2^-1074, so dropping the bits of m below that changes nothing. The double sought
 * has 53 bits, so cutting m (downward) to 64 bits changes nothing either. Number(m) is the nearest double; if that is
 * above m, the answer is its predecessor. What remains is a product of a double f, 1 <= f <= 2^64, with a power of two,
 * exact because the result is a multiple of 2^-1074 with at most 53 bits, unless it overflows.
 */
function floorPositive(m: bigint, scale: number): number {
  let [digits, e] = [m, -scale];
  if (e < -1074) {
    digits >>= BigInt(-1074 - e);
    e = -1074;
  }
  const excess = bitLength(digits) - 64;
  if (excess > 0) {
    digits >>= BigInt(excess);
    e += excess;
  }
  if (digits === 0n) return 0;
  let f = Number(digits);
  if (BigInt(f) > digits) f = nextDown(f);
  if (e > 1023) return Number.MAX_VALUE;
  const value = e >= -1022 ? f * powerOfTwo(e) : f * powerOfTwo(-1022) * powerOfTwo(e + 1022);
  return Math.min(value, Number.MAX_VALUE);
}

/** The smallest double >= m·2^-scale for m > 0: the same with every cut made upward, and infinity at the top. */
function ceilPositive(m: bigint, scale: number): number {
  const below = floorPositive(m, scale);
  return isExactly(below, m, scale) ? below : nextUp(below);
}

/** Does x >= 0 equal m·2^-scale? */
function isExactly(x: number, m: bigint, scale: number): boolean {
  const { n, d } = pointOfDouble(x);
  if (bitLength(n) - bitLength(d) < bitLength(m) - scale - 2) return false;
  return scale >= 0 ? (scale > 4000 ? false : n << BigInt(scale) === m * d) : n === (m << BigInt(-scale)) * d;
}

/** The nearest double below (-1) or above (1) m·2^-scale. */
export function roundToDouble(m: bigint, scale: number, toward: -1 | 1): number {
  if (m === 0n) return 0;
  if (m > 0n) return toward < 0 ? floorPositive(m, scale) : ceilPositive(m, scale);
  return 0 - (toward < 0 ? ceilPositive(-m, scale) : floorPositive(-m, scale));
}

/**
 * The nearest double below or above n/d. With q = floor(|n|/d·2^s), every double next to |n|/d is a multiple of
 * 2^-s: either s = 1074, or q has at least 64 bits, more than a double.
 */
export function ratioToDouble(x: Point, toward: -1 | 1): number {
  if (x.n === 0n) return 0;
  const [n, d] = [magnitude(x.n), x.d];
  const s = Math.min(1074, 66 - (bitLength(n) - bitLength(d)));
  const [up, down] = s >= 0 ? [n << BigInt(s), d] : [n, d << BigInt(-s)];
  const q = up / down;
  const inward = toward < 0 === x.n > 0n;
  const size = inward ? floorPositive(q, s) : ceilPositive(q * down === up ? q : q + 1n, s);
  return x.n > 0n ? size : 0 - size;
}
