/**
 * exp, log, the circular and hyperbolic functions and their inverses at one exact point: a rational and a number of
 * bits come in, an enclosure goes out.
 *
 * Soundness rests on three facts only: the identities quoted, the bounds on what each series leaves out, and the
 * outward rounding of `fixed-point.ts`. How tight the result is (about 2^-bits relative to its size) is *not* relied
 * upon: the caller looks at the width and asks again with more bits.
 */
import { arcSeries, arctanSixteenths, log2, logSixteenths, pi } from "./constants.js";
import {
  add,
  ceilDivide,
  divide,
  estimate,
  exponent,
  type Fixed,
  floorDivide,
  floorShift,
  integer,
  magnitude,
  multiply,
  negate,
  type Point,
  rescale,
  squareRoot,
  subtract,
  timesInteger,
  timesPowerOfTwo,
  toFixed,
} from "./fixed-point.js";

/** A function at an exact point, to about so many bits. */
export type Kernel = (x: Point, bits: number) => Fixed;

/** Beyond this magnitude no exponential is evaluated: exp(-32768) < 10^-14000 is below what either number line holds. */
export const HORIZON = 32768;

const GUARD = 24;
const ONE: Fixed = { lo: 1n, hi: 1n, scale: 0 };
const ZERO: Fixed = { lo: 0n, hi: 0n, scale: 0 };
const negated = (x: Point): Point => ({ n: -x.n, d: x.d });
const absolute = (x: Point): Point => ({ n: magnitude(x.n), d: x.d });
const pointOf = (m: bigint, scale: number): Point =>
  scale >= 0 ? { n: m, d: 1n << BigInt(scale) } : { n: m << BigInt(-scale), d: 1n };

/** Extra bits so that a result of the size of x keeps its relative precision. */
const smallness = (x: Point): number => (x.n === 0n ? 0 : Math.max(0, -exponent(x)));

/** f at x >= 0 continued as an odd function. */
const odd =
  (f: Kernel): Kernel =>
  (x, bits) =>
    x.n === 0n ? ZERO : x.n < 0n ? negate(f(negated(x), bits)) : f(x, bits);

/**
 * exp y for 0 <= y <= 1/2, on the grid of y. All terms are nonnegative: the lower sum uses floors, the upper floor + 1.
 * The loop ends when the term t_n of the upper sum is <= 1 unit; those after it shrink by y/(n+1) < 1/2 each, so they
 * add less than t_n.
 */
export function exponentialSeries(y: Fixed): Fixed {
  const s = BigInt(y.scale);
  let [lo, hi] = [1n << s, 1n << s];
  let [below, above] = [lo, hi];
  for (let n = 1n; hi > 1n; n++) {
    lo = ((lo * y.lo) >> s) / n;
    hi = ((hi * y.hi) >> s) / n + 1n;
    below += lo;
    above += hi;
  }
  return { lo: below, hi: above + hi, scale: y.scale };
}

/**
 * exp of every real in x, for |x| up to about 2^40, relative to about 2^-bits.
 *
 * exp x = 2^k·exp(r), r = x - k·log 2 in [0, 1]; exp r = (exp y)^(2^h), y = r/2^h <= 1/4 (h >= 2).
 */
export function expFixed(x: Fixed, bits: number): Fixed {
  const halvings = 2 + Math.floor(Math.sqrt(bits) / 2);
  const scale = bits + halvings + GUARD;
  const s = BigInt(scale);
  let k = Math.floor(estimate(x.lo, x.scale) / Math.LN2);
  const remainder = (): Fixed =>
    subtract(rescale(x, scale), rescale(timesInteger(log2(scale + 48), BigInt(k)), scale));
  let r = remainder();
  if (r.lo < 0n) {
    k -= 1;
    r = remainder();
  }
  if (r.lo < 0n || r.hi > 1n << s) return expWide(x, bits);
  let power = exponentialSeries(rescale(timesPowerOfTwo(r, -halvings), scale));
  for (let i = 0; i < halvings; i++) power = multiply(power, power, scale);
  return timesPowerOfTwo(power, k);
}

/** exp is increasing: an x too wide for one reduction is bounded at its two ends. */
function expWide(x: Fixed, bits: number): Fixed {
  if (x.lo === x.hi) throw new RangeError("exp: argument outside its range");
  const low = expFixed({ lo: x.lo, hi: x.lo, scale: x.scale }, bits);
  const high = rescale(expFixed({ lo: x.hi, hi: x.hi, scale: x.scale }, bits), low.scale);
  return { lo: low.lo, hi: high.hi, scale: low.scale };
}

export const exp: Kernel = (x, bits) => (x.n === 0n ? ONE : expFixed(toFixed(x, bits + GUARD), bits));

/** exp x - 1 on the coarser of the absolute grid and the grid of exp x. */
export const expm1: Kernel = (x, bits) => {
  if (x.n === 0n) return ZERO;
  const scale = bits + GUARD + smallness(x);
  const e = expFixed(toFixed(x, scale), scale);
  return subtract(rescale(e, Math.min(scale, e.scale)), ONE);
};

/**
 * log x for x > 0: x = 2^k·m with 1/2 < m < 2, i = the integer nearest to 16m, then
 * log x = k·log 2 + log(i/16) + 2 artanh z with z = (16m - i)/(16m + i), an exact rational with |z| <= 1/32.
 */
export const log: Kernel = (x, bits) => {
  if (x.n === x.d) return ZERO;
  const scale = bits + GUARD + smallness({ n: x.n - x.d, d: x.d });
  let k = exponent(x);
  const [n, d] = k >= 0 ? [x.n, x.d << BigInt(k)] : [x.n << BigInt(-k), x.d];
  const i = (32n * n + d) / (2n * d);
  const [p, q] = [16n * n - i * d, 16n * n + i * d];
  const series = arcSeries(toFixed({ n: magnitude(p), d: q }, scale), false);
  const twice = timesInteger(series, p < 0n ? -2n : 2n);
  if (i === 8n) k -= 1;
  if (i === 32n) k += 1;
  const table = i === 8n || i === 16n || i === 32n ? ZERO : logSixteenths(Number(i), scale);
  const octaves = rescale(timesInteger(log2(scale + GUARD), BigInt(k)), scale);
  return add(add(twice, table), octaves);
};

/** log over a > 0 from its lower end alone: log(hi) <= log(lo) + (hi - lo)/lo by the mean value theorem. */
export function logFixed(a: Fixed, bits: number): Fixed {
  if (a.lo <= 0n) throw new RangeError("log of an enclosure that is not positive");
  const low = rescale(log(pointOf(a.lo, a.scale), bits), bits + GUARD);
  return { lo: low.lo, hi: low.hi + ceilDivide((a.hi - a.lo) << BigInt(low.scale), a.lo), scale: low.scale };
}

/**
 * x = q·pi/2 + r with an integer q, |r| < 1, and r of one certain sign and with `bits` good bits. A nonzero rational
 * is no multiple of pi, so enough digits always separate r from 0 and the loop ends.
 */
function reduce(x: Point, bits: number): { q: bigint; r: Fixed } {
  const size = Math.max(0, exponent(x));
  for (let scale = bits + GUARD + smallness(x); ; scale *= 2) {
    const half = timesPowerOfTwo(pi(scale + size + GUARD), -1);
    const grid = half.scale;
    const at = toFixed(x, grid);
    const q = floorDivide(2n * at.lo + half.lo, 2n * half.lo);
    const r = subtract(at, timesInteger(half, q));
    const least = r.lo > 0n ? r.lo : -r.hi;
    if (least > 0n && (r.hi - r.lo) << BigInt(bits) <= least) return { q, r: rescale(r, scale) };
  }
}

/**
 * Sum over j of (-1)^j·first·r^(2j)/((m+1)(m+2)…(m+2j)): cos r for first = 1, m = 0; sin r for first = r, m = 1.
 * For 0 <= r <= 1 the terms fall by at least 1/2 each, so what follows the last one used is smaller than the first
 * one omitted, which is at most one unit when the loop ends.
 */
export function circularSeries(first: Fixed, r: Fixed, m: bigint): Fixed {
  const s = BigInt(r.scale);
  const square = multiply(r, r, r.scale);
  if (square.hi > 1n << s) throw new RangeError("circular series beyond 1");
  let [lo, hi] = [first.lo, first.hi];
  let [below, above] = [0n, 0n];
  for (let k = m, plus = true; hi > 1n; k += 2n, plus = !plus) {
    [below, above] = plus ? [below + lo, above + hi] : [below - hi, above - lo];
    const step = (k + 1n) * (k + 2n);
    lo = ((lo * square.lo) >> s) / step;
    hi = ((hi * square.hi) >> s) / step + 1n;
  }
  return { lo: below - 1n, hi: above + 1n, scale: r.scale };
}

const sinSmall = (r: Fixed): Fixed => circularSeries(r, r, 1n);
const cosSmall = (r: Fixed): Fixed => circularSeries(integer(1n, r.scale), r, 0n);

/** sin(r + turn·pi/2) for a signed r of certain sign. */
function sinAfterTurns(r: Fixed, turns: bigint): Fixed {
  const negative = r.hi <= 0n;
  const size = negative ? negate(r) : r;
  const value = (turns & 1n) === 0n ? sinSmall(size) : cosSmall(size);
  const flip = ((turns & 2n) !== 0n) !== (negative && (turns & 1n) === 0n);
  return flip ? negate(value) : value;
}

export const sin: Kernel = (x, bits) => {
  if (x.n === 0n) return ZERO;
  const { q, r } = reduce(x, bits + GUARD);
  return sinAfterTurns(r, q);
};

export const cos: Kernel = (x, bits) => {
  if (x.n === 0n) return ONE;
  const { q, r } = reduce(x, bits + GUARD);
  return sinAfterTurns(r, q + 1n);
};

/** tan x = sin x / cos x, the sign moved to the numerator. */
export const tan: Kernel = (x, bits) => {
  if (x.n === 0n) return ZERO;
  const { q, r } = reduce(x, bits + GUARD);
  const [s, c] = [sinAfterTurns(r, q), sinAfterTurns(r, q + 1n)];
  return c.hi < 0n ? divide(negate(s), negate(c), r.scale) : divide(s, c, r.scale);
};

/**
 * floor(x/pi) and floor(x/pi - 1/2), both certain: with x = q·pi/2 + r, x/pi = q/2 + r/pi and |r/pi| < 1/2, where
 * only the sign of r decides. They count the extrema of cos and of sin (and the poles of tan) passed on the way to x.
 */
export function halfTurns(x: Point): { cos: bigint; sin: bigint } {
  if (x.n === 0n) return { cos: 0n, sin: -1n };
  const { q, r } = reduce(x, 8);
  const before = r.hi < 0n ? 1n : 0n;
  return (q & 1n) === 0n ? { cos: q / 2n - before, sin: q / 2n - 1n } : oddHalfTurns((q - 1n) / 2n, before);
}
const oddHalfTurns = (k: bigint, before: bigint) => ({ cos: k, sin: k - before });

/**
 * arctan x for x >= 0: pi/2 - arctan(1/x) beyond 1; else i = the integer nearest to 16x and
 * arctan x = arctan(i/16) + arctan z, z = (16x - i)/(16 + i·x), an exact rational with |z| <= 1/32.
 */
function arctanPositive(x: Point, bits: number): Fixed {
  const scale = bits + GUARD + smallness(x);
  if (x.n > x.d) {
    const rest = arctanPositive({ n: x.d, d: x.n }, scale);
    return subtract(timesPowerOfTwo(pi(rest.scale), -1), rest);
  }
  const i = (32n * x.n + x.d) / (2n * x.d);
  const p = 16n * x.n - i * x.d;
  const z = toFixed({ n: magnitude(p), d: 16n * x.d + i * x.n }, scale);
  const series = arcSeries(z, true);
  return add(p < 0n ? negate(series) : series, arctanSixteenths(Number(i), scale));
}
export const atan = odd(arctanPositive);

/** arctan over a >= 0 from its lower end: the slope is at most 1. */
function arctanFixed(a: Fixed, bits: number): Fixed {
  const low = arctanPositive(pointOf(a.lo, a.scale), bits);
  const width = rescale({ lo: a.hi - a.lo, hi: a.hi - a.lo, scale: a.scale }, low.scale);
  return { lo: low.lo, hi: low.hi + width.hi, scale: low.scale };
}

/** arcsin x = arctan(x/sqrt(1 - x^2)) for |x| < 1, and pi/2 at 1. */
export const asin = odd((x, bits) => {
  const scale = bits + GUARD + smallness(x);
  if (x.n >= x.d) return timesPowerOfTwo(pi(scale), -1);
  const square = toFixed({ n: x.n * x.n, d: x.d * x.d - x.n * x.n }, 2 * scale);
  return arctanFixed(squareRoot(square, scale), scale);
});

/** arccos x = 2 arctan(sqrt((1 - x)/(1 + x))) for x > -1. */
export const acos: Kernel = (x, bits) => {
  if (x.n >= x.d) return ZERO;
  if (x.n <= -x.d) return pi(bits + GUARD);
  const ratio = { n: x.d - x.n, d: x.d + x.n };
  const scale = bits + GUARD + smallness(ratio);
  return timesInteger(arctanFixed(squareRoot(toFixed(ratio, 2 * scale), scale), scale), 2n);
};

/** sinh x = (e - 1/e)/2 with e = exp x, on the grid of e. */
export const sinh = odd((x, bits) => {
  const scale = bits + GUARD + smallness(x);
  const e = expFixed(toFixed(x, scale), scale);
  return timesPowerOfTwo(subtract(e, divide(ONE, e, e.scale)), -1);
});

/** cosh x = (e + 1/e)/2. */
export const cosh: Kernel = (x, bits) => {
  if (x.n === 0n) return ONE;
  const e = expFixed(toFixed(absolute(x), bits + GUARD), bits);
  return timesPowerOfTwo(add(e, divide(ONE, e, e.scale)), -1);
};

/** exp(-x·factor) for x >= 0. */
const decay = (x: Point, factor: bigint, bits: number): Fixed =>
  expFixed(toFixed({ n: -factor * x.n, d: x.d }, bits + GUARD), bits);

/** tanh x = (1 - e)/(1 + e) with e = exp(-2x), x >= 0. */
export const tanh = odd((x, bits) => {
  const scale = bits + GUARD + smallness(x);
  const e = rescale(decay(x, 2n, scale), scale);
  const one = integer(1n, scale);
  return divide(subtract(one, e), add(one, e), scale);
});

/** sech x = 2e/(1 + e^2) with e = exp(-|x|), on the grid of e. */
export const sech: Kernel = (x, bits) => {
  if (x.n === 0n) return ONE;
  const e = decay(absolute(x), 1n, bits);
  const scale = bits + GUARD;
  return divide(timesInteger(e, 2n), add(integer(1n, scale), multiply(e, e, scale)), e.scale);
};

/** arsinh x = log(x + sqrt(x^2 + 1)), x >= 0. */
export const asinh = odd((x, bits) => {
  const scale = bits + GUARD + smallness(x);
  const square = toFixed({ n: x.n * x.n + x.d * x.d, d: x.d * x.d }, 2 * scale);
  return logFixed(add(squareRoot(square, scale), toFixed(x, scale)), scale);
});

/** arcosh x = log(x + sqrt(x^2 - 1)), x >= 1. */
export const acosh: Kernel = (x, bits) => {
  if (x.n <= x.d) return ZERO;
  const scale = bits + GUARD + smallness({ n: x.n - x.d, d: x.d });
  const square = toFixed({ n: x.n * x.n - x.d * x.d, d: x.d * x.d }, 2 * scale);
  return logFixed(add(squareRoot(square, scale), toFixed(x, scale)), scale);
};

/** artanh x = log((1 + x)/(1 - x))/2, 0 <= x < 1, the quotient exact. */
export const atanh = odd((x, bits) => timesPowerOfTwo(log({ n: x.d + x.n, d: x.d - x.n }, bits), -1));

/** The logistic function: 1/(1 + e) with e = exp(-x) for x >= 0, e/(1 + e) with e = exp(x) below. */
export const sigmoid: Kernel = (x, bits) => {
  const scale = bits + GUARD;
  const e = decay(absolute(x), 1n, bits);
  const sum = add(integer(1n, scale), e);
  return x.n >= 0n ? divide(ONE, sum, scale) : divide(e, sum, e.scale);
};

/**
 * log(1 + exp(-c·x)) for x >= 0, to an absolute 2^-bits or to about as many bits of its own where `relative`.
 * Where e = exp(-c·x) is below 2^-bits, e - e^2/2 <= log(1 + e) <= e says it all; for x > HORIZON,
 * 0 < log(1 + e) < exp(-HORIZON) < 2^-HORIZON.
 */
function logOnePlusDecay(x: Point, c: bigint, bits: number, relative: boolean): Fixed {
  if (x.n > BigInt(HORIZON) * x.d) return { lo: 0n, hi: 1n, scale: HORIZON };
  const e = decay(x, c, bits);
  if (floorShift(e.hi, e.scale - bits) === 0n) {
    const correction = timesPowerOfTwo(multiply(e, e, e.scale), -1);
    return { lo: e.lo - rescale(correction, e.scale).hi, hi: e.hi, scale: e.scale };
  }
  const grid = relative ? Math.max(e.scale, bits) : bits + GUARD;
  return logFixed(add(integer(1n, grid), e), grid);
}

/** softplus x = log(1 + exp x) = max(x, 0) + log(1 + exp(-|x|)). */
export const softplus: Kernel = (x, bits) => {
  if (x.n < 0n) return logOnePlusDecay(negated(x), 1n, bits, true);
  return add(toFixed(x, bits + GUARD), logOnePlusDecay(x, 1n, bits, false));
};

/** log cosh x = |x| + log(1 + exp(-2|x|)) - log 2; near 0 it is x^2/2, hence twice the extra bits. */
export const logcosh: Kernel = (x, bits) => {
  if (x.n === 0n) return ZERO;
  const scale = bits + GUARD + 2 * smallness(x);
  const linear = subtract(toFixed(absolute(x), scale), log2(scale));
  return add(linear, logOnePlusDecay(absolute(x), 2n, scale, false));
};

/** y·log x for x > 0: the exponent of a real power. */
export const logPower = (x: Point, y: Point, bits: number): Fixed => {
  const scale = bits + GUARD;
  const l = log(x, scale + Math.max(0, y.n === 0n ? 0 : exponent(y)));
  return multiply(l, toFixed(y, scale + Math.max(0, exponent(x))), scale);
};
