/**
 * What each function of one variable is between its ends: domain, monotonicity, limits and range come out as data, on
 * which `interval-algebra.ts` bounds a whole interval by its two endpoints.
 */
import { pi } from "./constants.js";
import * as e from "./elementary.js";
import { type Fixed, negate, timesPowerOfTwo } from "./fixed-point.js";
import * as s from "./special.js";

/** An integer, an infinity, or a constant with an enclosure. */
export type Limit = number | ((bits: number) => Fixed);

/** One end of the domain. */
export interface End {
  readonly at: number;
  /** The value there, or its limit where the end is no part of the domain. */
  readonly limit: Limit;
  /** True where `at` is finite and no part of the domain. */
  readonly open?: boolean;
  /** Beyond this argument the kernel is not asked: the value lies between the kernel's there and the limit. */
  readonly horizon?: number;
}

/** A function that is monotone on its domain. */
export interface Monotone {
  readonly kernel: e.Kernel;
  readonly direction: "rising" | "falling";
  readonly low: End;
  readonly high: End;
}

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG } = Number;
const H = e.HORIZON;
/** exp(-256^2) < 10^-28000, and Gamma(20000) > 10^70000: out of every number line's reach. */
const [ERF, GAMMA] = [256, 20000];

const rising = (kernel: e.Kernel, low: End, high: End): Monotone => ({
  kernel,
  direction: "rising",
  low,
  high,
});
const falling = (kernel: e.Kernel, low: End, high: End): Monotone => ({
  kernel,
  direction: "falling",
  low,
  high,
});
const below = (limit: Limit, horizon = INF): End => ({ at: NEG, limit, horizon: -horizon });
const above = (limit: Limit, horizon = INF): End => ({ at: INF, limit, horizon });
const closed = (at: number, limit: Limit): End => ({ at, limit });
const open = (at: number, limit: Limit): End => ({ at, limit, open: true });

const halfPi = (bits: number): Fixed => timesPowerOfTwo(pi(bits), -1);

/** Monotone on the whole domain. Each row can be read off the derivative. */
export const MONOTONE = {
  exp: rising(e.exp, below(0, H), above(INF, H)),
  expm1: rising(e.expm1, below(-1, H), above(INF, H)),
  log: rising(e.log, open(0, NEG), above(INF)),
  sinh: rising(e.sinh, below(NEG, H), above(INF, H)),
  tanh: rising(e.tanh, below(-1, H), above(1, H)),
  asin: rising(
    e.asin,
    closed(-1, (b) => negate(halfPi(b))),
    closed(1, halfPi),
  ),
  acos: falling(e.acos, closed(-1, pi), closed(1, 0)),
  atan: rising(
    e.atan,
    below((b) => negate(halfPi(b))),
    above(halfPi),
  ),
  asinh: rising(e.asinh, below(NEG), above(INF)),
  acosh: rising(e.acosh, closed(1, 0), above(INF)),
  atanh: rising(e.atanh, open(-1, NEG), open(1, INF)),
  erf: rising(s.erf, below(-1, ERF), above(1, ERF)),
  erfc: falling(s.erfc, below(2, ERF), above(0, ERF)),
  sigmoid: rising(e.sigmoid, below(0, H), above(1, H)),
  softplus: rising(e.softplus, below(0, H), above(INF)),
  /** psi' > 0 and psi'' < 0 on x > 0: sums of 1/(x+j)^2 and of -2/(x+j)^3. */
  digamma: rising(s.digamma, open(0, NEG), above(INF)),
  trigamma: falling(s.trigamma, open(0, INF), above(0)),
} as const satisfies Record<string, Monotone>;

/** Even functions, by their right half. */
export const EVEN = {
  cosh: rising(e.cosh, closed(0, 1), above(INF, H)),
  logcosh: rising(e.logcosh, closed(0, 0), above(INF)),
  sech: falling(e.sech, closed(0, 1), above(0, H)),
} as const satisfies Record<string, Monotone>;

/** Convex on x > 0 with its least value at the zero of psi; infinite at both ends. */
export interface Valley {
  readonly kernel: e.Kernel;
  readonly least: (bits: number) => Fixed;
  /** Beyond this argument the value lies between the kernel's there and infinity. */
  readonly horizon?: number;
}
export const VALLEYS: { readonly gamma: Valley; readonly lgamma: Valley } = {
  gamma: { kernel: s.gamma, least: s.leastGamma, horizon: GAMMA },
  lgamma: { kernel: s.lgamma, least: s.leastLogGamma },
};
