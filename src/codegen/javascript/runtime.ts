/** Stable scalar functions for generated JavaScript: a number comes in, a number goes out. */
import { erf, erfc } from "./erf.js";
import { gamma, lgamma, polygamma } from "./gamma.js";
import { tanh } from "./tanh.js";

/** log(cosh(x)), without overflow and accurate at 0, where it is x²/2 − x⁴/12 + … */
export function logcosh(x: number): number {
  const a = Math.abs(x);
  if (a > 0.75) return a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
  // log(cosh x) = log(1 + 2 sinh²(x/2)): no cancellation.
  const s = Math.sinh(0.5 * a);
  return Math.log1p(2 * s * s);
}

/** log(1 + exp(x)) */
export const softplus = (x: number): number =>
  x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));

/** 1/(1 + exp(-x)); both branches keep full relative accuracy in the tails. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** 1/cosh(x) */
export function sech(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (2 * e) / (1 + e * e);
}

/** max(x, 0); NaN stays NaN. */
export const relu = (x: number): number => Math.max(x, 0);

/** 0 for x ≤ 0, 1 for x > 0; NaN stays NaN. */
export const step = (x: number): number => (x > 0 ? 1 : x <= 0 ? 0 : Number.NaN);

/** What generated source may call besides Math. */
export const runtime = {
  tanh,
  logcosh,
  softplus,
  sigmoid,
  sech,
  relu,
  step,
  erf,
  erfc,
  gamma,
  lgamma,
  polygamma,
};
