/**
 * Doubles as interval endpoints: two doubles and a direction come in, the nearest double on that side of the exact
 * result goes out. JavaScript cannot switch the rounding mode, so the sign of the rounding error decides.
 *
 * Each operation has a fast case, where the error of the rounded result is computed exactly by an error-free
 * transformation, and an exact one on bigint for everything near overflow or underflow.
 */
import { nextDown, nextUp, pointOfDouble, ratioToDouble, roundToDouble } from "./binary64.js";
import type { NumberLine, Toward } from "./number-line.js";

/** Rounds a sum or product of known error: `rounded + error` is the exact result. */
function settle(rounded: number, error: number, toward: Toward): number {
  if (toward < 0) return error < 0 ? nextDown(rounded) : rounded;
  return error > 0 ? nextUp(rounded) : rounded;
}

/**
 * Knuth's TwoSum: s + error = a + b exactly unless something overflows (Boldo, Graillat, Muller, ACM TOMS 44 (2017));
 * a sum of doubles never underflows. Below LARGE nothing overflows.
 */
function add(a: number, b: number, toward: Toward): number {
  const s = a + b;
  if (!(Math.abs(a) < LARGE && Math.abs(b) < LARGE)) return addExactly(a, b, toward);
  const c = s - a;
  return settle(s, a - (s - c) + (b - c), toward);
}

function addExactly(a: number, b: number, toward: Toward): number {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return a + b;
  const [x, y] = [pointOfDouble(a), pointOfDouble(b)];
  return ratioToDouble({ n: x.n * y.d + y.n * x.d, d: x.d * y.d }, toward);
}

/** 2^27 + 1: Veltkamp's constant, which splits a double into two of at most 26 bits. */
const SPLIT = 134217729;
const SMALL = 2 ** -900;
const LARGE = 2 ** 900;
const isMedium = (x: number): boolean => {
  const size = Math.abs(x);
  return size > SMALL && size < LARGE;
};

/**
 * a·b - p for p = fl(a·b), exactly: Dekker's product (Numer. Math. 18 (1971), theorem in sec. 5). It needs that the
 * split does not overflow (|a|, |b| < 2^996) and that the error, a multiple of 2^-104·|p| or so, is no underflow
 * (|p| > 2^-968); `isMedium` grants both.
 */
function productError(a: number, b: number, p: number): number {
  const [ca, cb] = [SPLIT * a, SPLIT * b];
  const [ah, bh] = [ca - (ca - a), cb - (cb - b)];
  const [al, bl] = [a - ah, b - bh];
  return ah * bh - p + ah * bl + al * bh + al * bl;
}

function multiply(a: number, b: number, toward: Toward): number {
  if (a === 0 || b === 0) return 0;
  const p = a * b;
  if (isMedium(a) && isMedium(b) && isMedium(p)) return settle(p, productError(a, b, p), toward);
  if (!Number.isFinite(a) || !Number.isFinite(b)) return p;
  const [x, y] = [pointOfDouble(a), pointOfDouble(b)];
  return ratioToDouble({ n: x.n * y.n, d: x.d * y.d }, toward);
}

/**
 * a/b from q = fl(a/b): the exact remainder a - q·b is (a - p) - e with p + e = q·b. p is within a factor 2 of a, so a - p is
 * exact (Sterbenz), and the rounded difference of two doubles has the sign of the exact one. The quotient is above q
 * iff the remainder has the sign of b.
 */
function divide(a: number, b: number, toward: Toward): number {
  if (a === 0) return 0;
  const q = a / b;
  if (isMedium(a) && isMedium(b) && isMedium(q)) {
    const p = q * b;
    const remainder = a - p - productError(q, b, p);
    return settle(q, b > 0 ? remainder : -remainder, toward);
  }
  if (!Number.isFinite(a)) return b > 0 ? a : -a;
  if (!Number.isFinite(b)) return 0;
  const [x, y] = [pointOfDouble(a), pointOfDouble(b)];
  const sign = b > 0 ? 1n : -1n;
  return ratioToDouble({ n: sign * x.n * y.d, d: sign * x.d * y.n }, toward);
}

/** Is s^2 <= x? Exact, for s, x >= 0. */
function squareIsAtMost(s: number, x: number): boolean {
  const p = s * s;
  if (isMedium(s) && isMedium(p) && isMedium(x)) return x - p - productError(s, s, p) >= 0;
  if (p === Number.POSITIVE_INFINITY) return false;
  const [r, y] = [pointOfDouble(s), pointOfDouble(x)];
  return r.n * r.n * y.d <= y.n * r.d * r.d;
}

/**
 * ECMA-262 does not promise a correctly rounded Math.sqrt, so it is only a first guess: s is lowered until s^2 <= a,
 * raised while the next double still satisfies that, and is then the root rounded down. The comparison subtracts
 * as in `divide`: p is within a factor 2 of x when s is near the root; when it is not, the difference is so large
 * that its sign is right all the same.
 */
function squareRoot(a: number, toward: Toward): number {
  if (a === 0 || a === Number.POSITIVE_INFINITY) return a;
  let s = Math.sqrt(a);
  while (!squareIsAtMost(s, a)) s = nextDown(s);
  while (squareIsAtMost(nextUp(s), a)) s = nextUp(s);
  return toward < 0 || isSquareOf(s, a) ? s : nextUp(s);
}

/** s^2 = x, given s^2 <= x. */
function isSquareOf(s: number, x: number): boolean {
  const [r, y] = [pointOfDouble(s), pointOfDouble(x)];
  return r.n * r.n * y.d === y.n * r.d * r.d;
}

function between(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b > 0 ? 0 : b >= -1 ? -2 : Math.max(2 * b, -Number.MAX_VALUE);
  if (b === Number.POSITIVE_INFINITY) return a < 0 ? 0 : a <= 1 ? 2 : Math.min(2 * a, Number.MAX_VALUE);
  return a / 2 + b / 2 > a && a / 2 + b / 2 < b ? a / 2 + b / 2 : a;
}

export const doubleLine: NumberLine<number> = {
  name: "binary64",
  bits: 72,
  zero: 0,
  one: 1,
  negativeInfinity: Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  sign: (a) => (a < 0 ? -1 : a > 0 ? 1 : 0),
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  isFinite: (a) => Number.isFinite(a),
  negate: (a) => 0 - a,
  add,
  multiply,
  divide,
  squareRoot,
  round: roundToDouble,
  ratio: ratioToDouble,
  exact: pointOfDouble,
  between,
  show: String,
};
