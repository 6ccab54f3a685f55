/** Sets of reals between two ends that are rational or infinite, each attained or not: the values an expression takes. */
import { exact, type Rational } from "./arithmetic/index.js";

/** One end: the bound, and whether it is known not to be attained. `undefined` is infinite, and never attained. */
export interface End {
  readonly at: Rational | undefined;
  readonly open: boolean;
}

/** All reals x with low <= x <= high (strictly where an end is open). Never empty. */
export interface Range {
  readonly low: End;
  readonly high: End;
}

export const INFINITE: End = { at: undefined, open: true };
export const closedEnd = (at: Rational | number): End => ({
  at: typeof at === "number" ? exact.rational(at) : at,
  open: false,
});
export const openEnd = (at: Rational | number): End => ({ ...closedEnd(at), open: true });

export const range = (low: End, high: End): Range => ({ low, high });
export const point = (x: Rational | number): Range => range(closedEnd(x), closedEnd(x));
export const REALS = range(INFINITE, INFINITE);
export const POSITIVE = range(openEnd(0), INFINITE);
export const NONNEGATIVE = range(closedEnd(0), INFINITE);

/** Ends are cut outward to about this many bits, and beyond this size, so that long computations stay cheap. */
const MAX_BITS = 512;
const HUGE = 1n << 2048n;

const bits = (x: bigint): number => 4 * x.toString(16).length;

/** A bound moved outward. What is moved is no longer attained, so the new end is open. */
function cut(end: End, direction: -1 | 1): End {
  if (end.at === undefined) return end;
  const { n, d } = end.at;
  if (Math.max(bits(n), bits(d)) <= MAX_BITS) return end;
  if (n > HUGE * d || n < -HUGE * d) {
    const inward = n > 0n === direction < 0;
    return inward ? openEnd(exact.rational(n > 0n ? HUGE : -HUGE)) : INFINITE;
  }
  const scale = BigInt(Math.min(bits(d), MAX_BITS));
  const scaled = exact.rational(n << scale, d);
  if (exact.isInteger(scaled)) return end;
  const below = exact.floor(scaled);
  return openEnd(exact.rational(direction < 0 ? below : below + 1n, 1n << scale));
}
const cutRange = (r: Range): Range => range(cut(r.low, -1), cut(r.high, 1));

/** Is a no further left than b, as lower ends (the set of a lies within that of b)? */
function lowWithin(a: End, b: End): boolean {
  if (b.at === undefined) return true;
  if (a.at === undefined) return false;
  const order = exact.compare(a.at, b.at);
  return order > 0 || (order === 0 && (a.open || !b.open));
}
const flipEnd = (e: End): End => ({ at: e.at === undefined ? undefined : exact.negate(e.at), open: e.open });
const highWithin = (a: End, b: End): boolean => lowWithin(flipEnd(a), flipEnd(b));

export const isWithin = (a: Range, b: Range): boolean =>
  lowWithin(a.low, b.low) && highWithin(a.high, b.high);

export const hull = (a: Range, b: Range): Range =>
  range(lowWithin(a.low, b.low) ? b.low : a.low, highWithin(a.high, b.high) ? b.high : a.high);

/** The common part, or undefined where there is none. */
export function intersect(a: Range, b: Range): Range | undefined {
  const low = lowWithin(a.low, b.low) ? a.low : b.low;
  const high = highWithin(a.high, b.high) ? a.high : b.high;
  if (low.at === undefined || high.at === undefined) return range(low, high);
  const order = exact.compare(low.at, high.at);
  if (order > 0 || (order === 0 && (low.open || high.open))) return undefined;
  return range(low, high);
}

export const isPositive = (r: Range): boolean => isWithin(r, POSITIVE);
export const isNonnegative = (r: Range): boolean => isWithin(r, NONNEGATIVE);
export const isNegative = (r: Range): boolean => isPositive(negate(r));
export const isNonpositive = (r: Range): boolean => isNonnegative(negate(r));
export const excludesZero = (r: Range): boolean => isPositive(r) || isNegative(r);
export const contains = (r: Range, x: Rational): boolean => isWithin(point(x), r);

/** The value, where there is only one. */
export function onlyValue(r: Range): Rational | undefined {
  if (r.low.at === undefined || r.high.at === undefined) return undefined;
  return exact.equal(r.low.at, r.high.at) ? r.low.at : undefined;
}

// ---- arithmetic ---------------------------------------------------------------------------------------

export const negate = (r: Range): Range => range(flipEnd(r.high), flipEnd(r.low));

function addEnds(a: End, b: End): End {
  if (a.at === undefined || b.at === undefined) return INFINITE;
  return { at: exact.add(a.at, b.at), open: a.open || b.open };
}
export const add = (a: Range, b: Range): Range =>
  cutRange(range(addEnds(a.low, b.low), addEnds(a.high, b.high)));

/** A corner of a product: a number or an infinity with the sign of `side`. */
interface Corner {
  readonly at: Rational | undefined;
  readonly side: -1 | 0 | 1;
  readonly open: boolean;
}

/**
 * One corner. A zero that is attained is attained by the product whatever the other end; a zero that is only
 * approached, times an infinite end, contributes the limit 0: the other corners carry the rest.
 */
function corner(a: End, signA: -1 | 1, b: End, signB: -1 | 1): Corner {
  const [zeroA, zeroB] = [a, b].map((e) => e.at !== undefined && exact.sign(e.at) === 0);
  if (zeroA || zeroB) return { at: exact.ZERO, side: 0, open: !((zeroA && !a.open) || (zeroB && !b.open)) };
  const sideOf = (e: End, s: -1 | 1): number => (e.at === undefined ? s : exact.sign(e.at));
  if (a.at === undefined || b.at === undefined)
    return { at: undefined, side: (sideOf(a, signA) * sideOf(b, signB)) as -1 | 1, open: true };
  const at = exact.multiply(a.at, b.at);
  return { at, side: exact.sign(at), open: a.open || b.open };
}

/** The least end among corners; at equal places one that is attained. */
function extreme(corners: readonly Corner[], side: -1 | 1): End {
  if (corners.some((c) => c.at === undefined && c.side === side)) return INFINITE;
  const finite = corners.filter((c) => c.at !== undefined);
  const ends = finite.map((c): End => ({ at: c.at, open: c.open }));
  return ends.reduce((best, e) => {
    const within = side < 0 ? lowWithin(e, best) : highWithin(e, best);
    return within ? best : e;
  });
}

/** Bilinear, so extreme at a corner; a nonzero extreme is attained only there. */
export function multiply(a: Range, b: Range): Range {
  const corners = [
    corner(a.low, -1, b.low, -1),
    corner(a.low, -1, b.high, 1),
    corner(a.high, 1, b.low, -1),
    corner(a.high, 1, b.high, 1),
  ];
  return cutRange(range(extreme(corners, -1), extreme(corners, 1)));
}

/** 1/x over a range that excludes 0. */
export function reciprocal(r: Range): Range | undefined {
  if (isNegative(r)) return negate(positiveReciprocal(negate(r)));
  return isPositive(r) ? positiveReciprocal(r) : undefined;
}
function positiveReciprocal(r: Range): Range {
  const flip = (e: End, atInfinity: End): End => {
    if (e.at === undefined) return atInfinity;
    return exact.sign(e.at) === 0 ? INFINITE : { at: exact.divide(exact.ONE, e.at), open: e.open };
  };
  return cutRange(range(flip(r.high, openEnd(0)), flip(r.low, INFINITE)));
}

/** x^k for an integer k >= 1: rising for odd k, rising in |x| for even k. Above the limit only the sign is kept. */
export function powerOf(r: Range, k: bigint): Range {
  const base = k % 2n === 0n ? absolute(r) : r;
  if (k > MAX_POWER) return signOnly(base);
  const raise = (e: End): End => (e.at === undefined ? INFINITE : { at: exact.power(e.at, k), open: e.open });
  return cutRange(range(raise(base.low), raise(base.high)));
}
const MAX_POWER = 64n;

function signOnly(r: Range): Range {
  if (isNonnegative(r)) return isPositive(r) ? POSITIVE : NONNEGATIVE;
  if (isNonpositive(r)) return negate(signOnly(negate(r)));
  return REALS;
}

export function absolute(r: Range): Range {
  if (isNonnegative(r)) return r;
  if (isNonpositive(r)) return negate(r);
  const size = highWithin(r.high, flipEnd(r.low)) ? flipEnd(r.low) : r.high;
  return range(closedEnd(0), size);
}

export const larger = (a: Range, b: Range): Range =>
  range(lowWithin(a.low, b.low) ? a.low : b.low, highWithin(a.high, b.high) ? b.high : a.high);
export const smaller = (a: Range, b: Range): Range => negate(larger(negate(a), negate(b)));

export function showRange(r: Range): string {
  const low = r.low.at === undefined ? "-inf" : exact.show(r.low.at);
  const high = r.high.at === undefined ? "inf" : exact.show(r.high.at);
  return `${r.low.open ? "(" : "["}${low}, ${high}${r.high.open ? ")" : "]"}`;
}
