/**
 * Intervals of fixed-point numbers on bigint: the arithmetic in which every elementary function is computed.
 *
 * Every operation is an exact integer operation followed by a floor for the lower and a ceiling for the upper end,
 * so the result contains the exact result for all reals in the operands. Nothing is assumed of any library.
 */

/** The exact real n/d; d > 0, not necessarily in lowest terms. */
export interface Point {
  readonly n: bigint;
  readonly d: bigint;
}

/** All reals between lo·2^-scale and hi·2^-scale; `lo <= hi`; `scale` may be negative. */
export interface Fixed {
  readonly lo: bigint;
  readonly hi: bigint;
  readonly scale: number;
}

export const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);
export const smallest = (a: bigint, b: bigint): bigint => (b < a ? b : a);
export const largest = (a: bigint, b: bigint): bigint => (b > a ? b : a);

/** The number of binary digits of |x|; 0 for 0. */
export function bitLength(x: bigint): number {
  const hex = magnitude(x).toString(16);
  return 4 * hex.length + 28 - Math.clz32(Number.parseInt(hex[0]!, 16));
}

/** An integer e with 2^(e-1) < |x| < 2^(e+1), for x other than 0. */
export const exponent = (x: Point): number => bitLength(x.n) - bitLength(x.d);

/** floor(x·2^-s). The shift of a bigint rounds down, negative numbers included. */
export const floorShift = (x: bigint, s: number): bigint => (s >= 0 ? x >> BigInt(s) : x << BigInt(-s));
/** ceil(x·2^-s) = -floor(-x·2^-s). */
export const ceilShift = (x: bigint, s: number): bigint => -floorShift(-x, s);

/** floor(a/b) for b > 0; bigint division itself rounds towards 0. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a < 0n && q * b !== a ? q - 1n : q;
}
export const ceilDivide = (a: bigint, b: bigint): bigint => -floorDivide(-a, b);

/**
 * floor(n^(1/k)) for n >= 0, k >= 1, by Newton's method from above. With r the real root and x > 0, the inequality of
 * the means gives ((k-1)x + n/x^(k-1))/k >= r, so no iterate falls below floor(r); while x > r the next iterate is
 * smaller than x. The iteration therefore stops, and at x = floor(r).
 */
export function floorRoot(n: bigint, k: number): bigint {
  if (n < 2n || k === 1) return n;
  const degree = BigInt(k);
  let x = 1n << BigInt(Math.ceil(bitLength(n) / k));
  for (;;) {
    const next = ((degree - 1n) * x + n / x ** (degree - 1n)) / degree;
    if (next >= x) return x;
    x = next;
  }
}

/** The point on the grid 2^-scale, rounded outward. */
export function toFixed(x: Point, scale: number): Fixed {
  const n = scale >= 0 ? x.n << BigInt(scale) : x.n;
  const d = scale >= 0 ? x.d : x.d << BigInt(-scale);
  const lo = floorDivide(n, d);
  return { lo, hi: lo * d === n ? lo : lo + 1n, scale };
}

/** a on the grid 2^-scale, rounded outward. */
export function rescale(a: Fixed, scale: number): Fixed {
  const s = a.scale - scale;
  return s === 0 ? a : { lo: floorShift(a.lo, s), hi: ceilShift(a.hi, s), scale };
}

export const integer = (k: bigint, scale: number): Fixed => rescale({ lo: k, hi: k, scale: 0 }, scale);

/** a·2^k, exactly: the digits stay, the point moves. */
export const timesPowerOfTwo = (a: Fixed, k: number): Fixed => ({ lo: a.lo, hi: a.hi, scale: a.scale - k });

export const negate = (a: Fixed): Fixed => ({ lo: -a.hi, hi: -a.lo, scale: a.scale });

/** a + b on the grid of a. */
export function add(a: Fixed, b: Fixed): Fixed {
  const c = rescale(b, a.scale);
  return { lo: a.lo + c.lo, hi: a.hi + c.hi, scale: a.scale };
}

/** a - b on the grid of a. */
export const subtract = (a: Fixed, b: Fixed): Fixed => add(a, negate(b));

/** a·k for an integer k, exactly. */
export const timesInteger = (a: Fixed, k: bigint): Fixed =>
  k >= 0n ? { lo: a.lo * k, hi: a.hi * k, scale: a.scale } : { lo: a.hi * k, hi: a.lo * k, scale: a.scale };

/** a·b on the grid 2^-scale. The extremes of a product over a box are at its corners. */
export function multiply(a: Fixed, b: Fixed, scale: number): Fixed {
  const s = a.scale + b.scale - scale;
  if (a.lo >= 0n && b.lo >= 0n)
    return { lo: floorShift(a.lo * b.lo, s), hi: ceilShift(a.hi * b.hi, s), scale };
  const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  const lo = corners.reduce(smallest);
  const hi = corners.reduce(largest);
  return { lo: floorShift(lo, s), hi: ceilShift(hi, s), scale };
}

/** a/b on the grid 2^-scale, for b > 0. Each end of a meets the end of b that makes the quotient extreme. */
export function divide(a: Fixed, b: Fixed, scale: number): Fixed {
  if (b.lo <= 0n) throw new RangeError("fixed-point divisor that is not positive");
  const s = b.scale - a.scale + scale;
  const [up, down] = s >= 0 ? [BigInt(s), 0n] : [0n, BigInt(-s)];
  return {
    lo: floorDivide(a.lo << up, (a.lo >= 0n ? b.hi : b.lo) << down),
    hi: ceilDivide(a.hi << up, (a.hi >= 0n ? b.lo : b.hi) << down),
    scale,
  };
}

/** The square root on the grid 2^-scale, for a >= 0 (a negative lower end is taken as 0). */
export function squareRoot(a: Fixed, scale: number): Fixed {
  const s = a.scale - 2 * scale;
  const above = ceilShift(a.hi, s);
  const hi = floorRoot(above, 2);
  return {
    lo: floorRoot(largest(floorShift(a.lo, s), 0n), 2),
    hi: hi * hi === above ? hi : hi + 1n,
    scale,
  };
}

/** A double near m·2^-scale, for choices that may be wrong without harm; never part of an enclosure. */
export function estimate(m: bigint, scale: number): number {
  const drop = Math.max(0, bitLength(m) - 64);
  return Number(m >> BigInt(drop)) * 2 ** (drop - scale);
}
