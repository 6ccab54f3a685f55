/**
 * Elementary functions on pairs of doubles: an emitter of the argument comes in, an emitter of the value goes out.
 * Free of branches; a scalar is computed as a pair, so that the last entry of a loop equals what a lane would give.
 *
 * exp and log are the algorithms of FreeBSD's msun (e_exp.c, e_log.c, s_log1p.c; Sun Microsystems 1993, freely
 * distributable); the others are made of the same two parts. With r = x − k·log 2 and R = r − r²·P(r²),
 * exp(r) − 1 = 2r/(2 − R), so tanh, sigmoid and the like need one division. Bounds are tested in
 * test/backends/kernels.test.ts.
 */
import type { Assembler } from "./assembler.js";
import {
  abs,
  add,
  and,
  atMost,
  bits,
  c,
  choose,
  clamp,
  div,
  horner,
  iadd,
  keep,
  lessThan,
  mul,
  or,
  shiftLeft,
  shiftRight,
  sub,
  type V,
} from "./vectors.js";

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const EXP_P = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6,
  4.1381367970572385e-8,
];
const LOG_L = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
];
/** 1.5·2^52: adding it rounds to an integer and leaves that integer in the low bits. */
const ROUNDER = 6755399441055744;
const ONE = 0x3ff0000000000000n;
const TWO = 0x4000000000000000n;
const SIGN = 0x8000000000000000n;

/** exp(x) = 2^k·(1 + 2r/(2 − R)) */
interface Reduced {
  /** k + ROUNDER, and k. */
  readonly shifted: V;
  readonly k: V;
  readonly r: V;
  /** r to twice the precision: high − low. */
  readonly high: V;
  readonly low: V;
  readonly R: V;
}

/** Of `scale`·x, with r, high, low and R divided by `scale`, a power of two: no digit changes. */
function reduce(a: Assembler, x: V, scale = 1): Reduced {
  const shifted = keep(a, add(mul(x, c(scale * Math.LOG2E)), c(ROUNDER)));
  const k = keep(a, sub(shifted, c(ROUNDER)));
  const high = keep(a, sub(x, mul(k, c(LN2_HIGH / scale))));
  const low = keep(a, mul(k, c(LN2_LOW / scale)));
  const r = keep(a, sub(high, low));
  const t = keep(a, mul(r, r));
  const scaledP = EXP_P.map((p, n) => p * scale ** (2 * n + 1));
  const R = keep(a, sub(r, mul(t, horner(t, scaledP))));
  return { shifted, k, r, high, low, R };
}

/** 2^k from k + ROUNDER, for −1022 ≤ k ≤ 1023. */
const powerOfTwo = (shifted: V): V => iadd(shiftLeft(shifted, 52), bits(ONE));

/** x·2^k in two steps, so that results below 2^-1022 and above 2^1023 come out. */
function scaled(a: Assembler, x: V, k: V): V {
  const shifted = keep(a, add(mul(k, c(0.5)), c(ROUNDER)));
  const rest = add(sub(k, sub(shifted, c(ROUNDER))), c(ROUNDER));
  return mul(mul(x, powerOfTwo(shifted)), powerOfTwo(rest));
}

/** Beyond these exp is 0 or infinite. */
const EXP_LOW = -746;
const EXP_HIGH = 710;

export function exp(a: Assembler, x: V): V {
  const { k, r, high, low, R } = reduce(a, keep(a, clamp(x, EXP_LOW, EXP_HIGH)));
  const y = sub(c(1), sub(sub(low, div(mul(r, R), sub(c(2), R))), high));
  return scaled(a, keep(a, y), k);
}

/** log of a positive normal number times 2^-scale, plus `correction`; the core of log and log1p. */
function logarithm(a: Assembler, x: V, extra: V, correction: V): V {
  const biased = keep(a, iadd(x, bits(0x3ff0000000000000n - 0x3fe6a09e00000000n)));
  // The exponent field as a double: the bits of 2^52 + field.
  const field = sub(or(shiftRight(biased, 52), bits(0x4330000000000000n)), c(4503599627370496 + 1023));
  const k = keep(a, add(field, extra));
  const m = iadd(and(biased, bits(0x000fffffffffffffn)), bits(0x3fe6a09e00000000n));
  const f = keep(a, sub(m, c(1)));
  const half = keep(a, mul(c(0.5), mul(f, f)));
  const s = keep(a, div(f, add(f, c(2))));
  const z = keep(a, mul(s, s));
  const R = mul(z, horner(z, LOG_L));
  const small = add(mul(s, add(half, R)), add(mul(k, c(LN2_LOW)), correction));
  return keep(a, add(add(sub(small, half), f), mul(k, c(LN2_HIGH))));
}

export function log(a: Assembler, x: V): V {
  const tiny = keep(a, lessThan(x, c(2 ** -1022)));
  const normal = keep(a, choose(tiny, mul(x, c(2 ** 54)), x));
  const value = logarithm(a, normal, and(tiny, c(-54)), c(0));
  const ends = choose(lessThan(x, c(Number.POSITIVE_INFINITY)), value, x);
  const negative = choose(lessThan(x, c(0)), c(Number.NaN), ends);
  return choose(lessThan(abs(x), c(5e-324)), c(Number.NEGATIVE_INFINITY), negative);
}

/** log(1 + x) for 0 ≤ x ≤ 1: what 1 + x loses is given back. */
function log1p(a: Assembler, x: V): V {
  const u = keep(a, add(x, c(1)));
  const lost = keep(a, div(sub(x, sub(u, c(1))), u));
  // Below 2^-53 nothing is left of u.
  return choose(lessThan(x, c(2 ** -53)), x, logarithm(a, u, c(0), lost));
}

const withSignOf = (a: Assembler, magnitude: V, x: V): V => or(keep(a, magnitude), and(x, bits(SIGN)));

/**
 * (e − 1)/(e + 1) for e = exp 2|x| = s(1 + 2r/(2 − R)): with ρ = r/2 and d = 1 − R/2, (e − 1)d is u = 2sρ + (s − 1)d,
 * free of cancellation, and tanh is u/(u + 2d).
 */
export function tanh(a: Assembler, x: V): V {
  // tanh is 1 from 19.1 on.
  const { shifted, r, R } = reduce(a, keep(a, atMost(abs(x), 20)), 2);
  const power = keep(a, shiftLeft(shifted, 52));
  const d = keep(a, sub(c(1), R));
  const s = iadd(power, bits(ONE));
  const u = keep(a, add(mul(iadd(power, bits(TWO)), r), mul(sub(s, c(1)), d)));
  return withSignOf(a, div(u, add(u, add(d, d))), x);
}

/** exp(−|x|) as p/q. */
function decayed(a: Assembler, x: V): { p: V; q: V } {
  const y = keep(a, clamp(mul(abs(x), c(-1)), EXP_LOW, 0));
  const { k, r, R } = reduce(a, y);
  const q = keep(a, sub(c(2), R));
  return { p: keep(a, scaled(a, keep(a, add(q, mul(r, c(2)))), k)), q };
}

export function sigmoid(a: Assembler, x: V): V {
  const { p, q } = decayed(a, x);
  return div(choose(lessThan(x, c(0)), p, q), add(p, q));
}

/** 2e/(1 + e²) with e = exp(−|x|) */
export function sech(a: Assembler, x: V): V {
  const e = keep(a, exp(a, keep(a, mul(abs(x), c(-1)))));
  return div(mul(c(2), e), add(c(1), mul(e, e)));
}

/** max(x, 0) + log(1 + exp(−|x|)) */
export function softplus(a: Assembler, x: V): V {
  const e = keep(a, exp(a, keep(a, mul(abs(x), c(-1)))));
  const rest = keep(a, log1p(a, e));
  return add(choose(lessThan(x, c(0)), c(0), x), rest);
}

/** |x| + log(1 + exp(−2|x|)) − log 2; near 0, log(1 + u) with u = cosh x − 1 = m²/(2(1 + m)), m = exp|x| − 1. */
export function logcosh(a: Assembler, x: V): V {
  const y = keep(a, abs(x));
  const near = keep(a, lessThan(y, c(0.75)));
  const e = keep(a, exp(a, keep(a, choose(near, y, mul(y, c(-2))))));
  const { shifted, r, R } = reduce(a, keep(a, atMost(y, 0.75)));
  const s = keep(a, powerOfTwo(shifted));
  const below = keep(a, sub(c(2), R));
  const m = keep(a, div(add(mul(s, mul(r, c(2))), mul(sub(s, c(1)), below)), below));
  const u = div(mul(m, m), mul(c(2), add(c(1), m)));
  const value = keep(a, log1p(a, keep(a, choose(near, u, e))));
  return choose(near, value, sub(add(y, value), c(Math.LN2)));
}

export const KERNELS = { exp, log, tanh, sigmoid, sech, softplus, logcosh } as const;
