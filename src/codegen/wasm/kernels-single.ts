/**
 * Elementary functions on four single numbers: an emitter of the argument comes in, an emitter of the value goes out.
 *
 * The reductions are those of kernels.ts with x = k·log 2 + r; the polynomials are our own (Remez), their error
 * below a quarter of a unit. Bounds are tested in test/backends/kernels-single.test.ts.
 */
import { SINGLE } from "./arithmetic.js";
import type { Assembler } from "./assembler.js";
import { and, bits, choose, keep, or, type V, vectorsOf } from "./vectors.js";

const {
  abs,
  add,
  atMost,
  c,
  clamp,
  div,
  horner,
  iadd,
  lessThan,
  mul,
  mulAdd,
  shiftLeft,
  shiftRight,
  sub,
  subMul,
} = vectorsOf(SINGLE);

/** The same 32 bits four times. */
const bits32 = (pattern: number): V => bits(BigInt(pattern) * 0x100000001n);

/** log 2 in two parts, the first so short that k times it is exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444e-4;
/** (exp(r) − 1 − r)/r² for |r| ≤ log(2)/2 */
const EXP = [0.5, 0.1666654497385025, 0.041666287928819656, 0.008366461843252182, 0.0013946202816441655];
/** (log(1 + f) − f + f²/2)/f³ for √½ ≤ 1 + f ≤ √2 */
const LOG = [
  0.33333316445350647, -0.25000810623168945, 0.2000228613615036, -0.16624554991722107, 0.14181199669837952,
  -0.1312875598669052, 0.12881596386432648, -0.07859543710947037,
];
/** erf(x)/x − 1 in x², for |x| < 1 */
const ERF_NEAR = [
  0.12837916612625122, -0.3761262595653534, 0.11283600330352783, -0.026854444295167923, 0.005189535208046436,
  -0.0008020841632969677, 7.889119297033176e-5,
];
/** exp(a²)·erfc(a) in t = (a − 2)/(a + 2), for 1 ≤ a ≤ 4 */
const ERF_FAR = [
  0.25539568066596985, -0.42718586325645447, 0.24165727198123932, -0.07898690551519394, 0.0037297371309250593,
  0.007212548051029444,
];
/** 1.5·2^23: adding it rounds to an integer and leaves that integer in the low bits. */
const ROUNDER = 12582912;
const SIGN = 0x80000000;

/** exp(x) = 2^k·(1 + m) */
interface Reduced {
  readonly shifted: V;
  readonly k: V;
  readonly m: V;
}

function reduce(a: Assembler, x: V): Reduced {
  const shifted = keep(a, mulAdd(x, c(Math.LOG2E), c(ROUNDER)));
  const k = keep(a, sub(shifted, c(ROUNDER)));
  const r = keep(a, subMul(k, c(LN2_LOW), keep(a, subMul(k, c(LN2_HIGH), x))));
  const square = keep(a, mul(r, r));
  return { shifted, k, m: keep(a, mulAdd(square, horner(r, EXP), r)) };
}

/** 2^k from k + ROUNDER, for −126 ≤ k ≤ 127. */
const powerOfTwo = (shifted: V): V => iadd(shiftLeft(shifted, 23), bits32(0x3f800000));

/** The logarithm of 2^-100: below it exp is 0 here. Beyond EXP_HIGH it is infinite. */
const EXP_LOW = -69.31472;
const EXP_HIGH = 89;

/**
 * In two steps, so that results above 2^127 come out. Results below 2^-100 become 0: a softmax makes many such weights,
 * and products with them have no full significand, which takes a hundred times as long.
 */
export function exp(a: Assembler, x: V): V {
  const { k, m } = reduce(a, keep(a, clamp(x, EXP_LOW, EXP_HIGH)));
  const shifted = keep(a, mulAdd(k, c(0.5), c(ROUNDER)));
  const rest = add(sub(k, sub(shifted, c(ROUNDER))), c(ROUNDER));
  const value = keep(a, mul(mul(add(m, c(1)), powerOfTwo(shifted)), powerOfTwo(rest)));
  return choose(lessThan(x, c(EXP_LOW)), c(0), value);
}

/** log of a positive normal number times 2^-extra, plus `correction`; the core of log and log1p. */
function logarithm(a: Assembler, x: V, extra: V, correction: V): V {
  const biased = keep(a, iadd(x, bits32(0x3f800000 - 0x3f3504f3)));
  // The exponent field as a number: the bits of 2^23 + field.
  const field = sub(or(shiftRight(biased, 23), bits32(0x4b000000)), c(8388608 + 127));
  const k = keep(a, add(field, extra));
  const f = keep(a, sub(iadd(and(biased, bits32(0x007fffff)), bits32(0x3f3504f3)), c(1)));
  const square = keep(a, mul(f, f));
  const cubic = keep(a, mul(square, f));
  const tail = mulAdd(cubic, horner(f, LOG), mulAdd(k, c(LN2_LOW), correction));
  return mulAdd(k, c(LN2_HIGH), add(f, subMul(square, c(0.5), keep(a, tail))));
}

export function log(a: Assembler, x: V): V {
  const tiny = keep(a, lessThan(x, c(2 ** -126)));
  const normal = keep(a, choose(tiny, mul(x, c(2 ** 24)), x));
  const value = keep(a, logarithm(a, normal, and(tiny, c(-24)), c(0)));
  const ends = choose(lessThan(x, c(Number.POSITIVE_INFINITY)), value, x);
  const negative = choose(lessThan(x, c(0)), c(Number.NaN), ends);
  return choose(lessThan(abs(x), c(2 ** -149)), c(Number.NEGATIVE_INFINITY), negative);
}

/** log(1 + x) for 0 ≤ x ≤ 1: what 1 + x loses is given back. */
function log1p(a: Assembler, x: V): V {
  const u = keep(a, add(x, c(1)));
  const lost = keep(a, div(sub(x, sub(u, c(1))), u));
  return choose(lessThan(x, c(2 ** -24)), x, keep(a, logarithm(a, u, c(0), lost)));
}

const withSignOf = (a: Assembler, magnitude: V, x: V): V => or(keep(a, magnitude), and(x, bits32(SIGN)));

/** (exp(2y) − 1)/(exp(2y) + 1) with y = |x|, 1 from 9.1 on. */
export function tanh(a: Assembler, x: V): V {
  const { shifted, m } = reduce(a, keep(a, atMost(mul(abs(x), c(2)), 20)));
  const s = keep(a, powerOfTwo(shifted));
  const up = mulAdd(s, m, sub(s, c(1)));
  const down = mulAdd(s, m, add(s, c(1)));
  return withSignOf(a, div(up, down), x);
}

const decayed = (a: Assembler, x: V): V => keep(a, exp(a, keep(a, mul(abs(x), c(-1)))));

export function sigmoid(a: Assembler, x: V): V {
  const e = decayed(a, x);
  return div(choose(lessThan(x, c(0)), e, c(1)), add(e, c(1)));
}

/** 2e/(1 + e²) with e = exp(−|x|) */
export function sech(a: Assembler, x: V): V {
  const e = decayed(a, x);
  return div(mul(c(2), e), mulAdd(e, e, c(1)));
}

/** max(x, 0) + log(1 + exp(−|x|)) */
export function softplus(a: Assembler, x: V): V {
  const rest = keep(a, log1p(a, decayed(a, x)));
  return add(choose(lessThan(x, c(0)), c(0), x), rest);
}

/** |x| + log(1 + exp(−2|x|)) − log 2; near 0, log(1 + u) with u = cosh x − 1 = m²/(2(1 + m)), m = exp|x| − 1. */
export function logcosh(a: Assembler, x: V): V {
  const y = keep(a, abs(x));
  const near = keep(a, lessThan(y, c(0.75)));
  const e = keep(a, exp(a, keep(a, choose(near, y, mul(y, c(-2))))));
  const { shifted, m } = reduce(a, keep(a, atMost(y, 0.75)));
  const s = keep(a, powerOfTwo(shifted));
  const grown = keep(a, mulAdd(s, m, sub(s, c(1))));
  const u = div(mul(grown, grown), mul(c(2), add(c(1), grown)));
  const value = keep(a, log1p(a, keep(a, choose(near, u, e))));
  return choose(near, value, sub(add(y, value), c(Math.LN2)));
}

/** As for doubles: x + x·P(x²) below 1, and 1 − exp(−a²)·Q(t) beyond. */
export function erf(a: Assembler, x: V): V {
  const y = keep(a, atMost(abs(x), 4));
  const square = keep(a, mul(y, y));
  const t = keep(a, div(sub(y, c(2)), add(y, c(2))));
  const { shifted, m } = reduce(a, keep(a, mul(square, c(-1))));
  const power = keep(a, mul(powerOfTwo(shifted), add(m, c(1))));
  const far = subMul(power, horner(t, ERF_FAR), c(1));
  const near = mulAdd(x, horner(square, ERF_NEAR), x);
  return choose(lessThan(y, c(1)), near, withSignOf(a, far, x));
}

export const SINGLE_KERNELS = { exp, log, tanh, sigmoid, sech, softplus, logcosh, erf } as const;
