/** Doubles come in; values of the functions of the language with two derivatives go out, stable in their tails. */
import type { Unary } from "../../../index-notation/index.js";

/** f(x), f′(x), f″(x). */
export type Triple = readonly [number, number, number];

const sech = (x: number): number => {
  const t = Math.exp(-Math.abs(x));
  return (2 * t) / (1 + t * t);
};
export const sigmoid = (x: number): number =>
  x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
export const logcosh = (x: number): number => {
  const a = Math.abs(x);
  return a < 0.5 ? Math.log1p(2 * Math.sinh(a / 2) ** 2) : a + Math.log1p(Math.exp(-2 * a)) - Math.LN2;
};
const root = (x: number, p: number): number => x ** p;

/** erf by its series, and erfc by its continued fraction beyond 2.5 (DLMF 7.6.1, 7.9.1). */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 2.5) return Math.sign(x) * (1 - erfcTail(a));
  let [term, sum] = [a, a];
  for (let n = 1; n < 200 && Math.abs(term) > 1e-18 * sum; n++) {
    term *= (-a * a) / n;
    sum += term / (2 * n + 1);
  }
  return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
}

function erfcTail(a: number): number {
  let f = 0;
  for (let k = 60; k > 0; k--) f = k / 2 / (a + f);
  return Math.exp(-a * a) / ((a + f) * Math.sqrt(Math.PI));
}

export const erfc = (x: number): number => (x > 2.5 ? erfcTail(x) : 1 - erf(x));

const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];

/** log Γ(x) for x > 0 by Stirling's series after raising the argument. */
export function lgamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let [y, shift] = [x, 0];
  for (; y < 12; y++) shift += Math.log(y);
  const series = BERNOULLI.reduce((s, b, k) => s + b / ((2 * k + 2) * (2 * k + 1) * y ** (2 * k + 1)), 0);
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - shift;
}

/** ψ^(n)(x) for x > 0 (DLMF 5.15.8 after the recurrence). */
export function polygamma(n: number, x: number): number {
  if (!(x > 0)) return Number.NaN;
  const factorial = (k: number): number => (k <= 1 ? 1 : k * factorial(k - 1));
  const sign = n % 2 === 0 ? -1 : 1;
  let [y, sum] = [x, 0];
  for (; y < 14 + n; y++) sum += sign * factorial(n) * y ** (-n - 1);
  const tail = BERNOULLI.reduce((s, b, k) => {
    const rising = n === 0 ? 1 / (2 * k + 2) : factorial(2 * k + 1 + n) / factorial(2 * k + 2);
    return s + (b * rising) / y ** (2 * k + 2 + n);
  }, 0);
  const head =
    n === 0 ? -Math.log(y) + 1 / (2 * y) : factorial(n - 1) / y ** n + factorial(n) / (2 * y ** (n + 1));
  return sum + sign * (head + tail);
}

const gaussian = (x: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);

/** f, f′, f″ at a point; NaN where f is undefined. */
export const TRIPLES: { readonly [F in Unary]: (x: number) => Triple } = {
  exp: (x) => [Math.exp(x), Math.exp(x), Math.exp(x)],
  log: (x) => [Math.log(x), 1 / x, -1 / (x * x)],
  abs: (x) => [Math.abs(x), Math.sign(x), 0],
  sign: (x) => [Math.sign(x), 0, 0],
  sin: (x) => [Math.sin(x), Math.cos(x), -Math.sin(x)],
  cos: (x) => [Math.cos(x), -Math.sin(x), -Math.cos(x)],
  tan: (x) => {
    const t = Math.tan(x);
    return [t, 1 + t * t, 2 * t * (1 + t * t)];
  },
  asin: (x) => [Math.asin(x), root(1 - x * x, -0.5), x * root(1 - x * x, -1.5)],
  acos: (x) => [Math.acos(x), -root(1 - x * x, -0.5), -x * root(1 - x * x, -1.5)],
  atan: (x) => [Math.atan(x), 1 / (1 + x * x), (-2 * x) / (1 + x * x) ** 2],
  sinh: (x) => [Math.sinh(x), Math.cosh(x), Math.sinh(x)],
  cosh: (x) => [Math.cosh(x), Math.sinh(x), Math.cosh(x)],
  tanh: (x) => [Math.tanh(x), sech(x) ** 2, -2 * Math.tanh(x) * sech(x) ** 2],
  asinh: (x) => [Math.asinh(x), root(1 + x * x, -0.5), -x * root(1 + x * x, -1.5)],
  acosh: (x) => [Math.acosh(x), root((x - 1) * (x + 1), -0.5), -x * root((x - 1) * (x + 1), -1.5)],
  atanh: (x) => [Math.atanh(x), 1 / (1 - x * x), (2 * x) / (1 - x * x) ** 2],
  sech: (x) => {
    const [s, t] = [sech(x), Math.tanh(x)];
    return [s, -s * t, s * (t * t - s * s)];
  },
  erf: (x) => [erf(x), gaussian(x), -2 * x * gaussian(x)],
  erfc: (x) => [erfc(x), -gaussian(x), 2 * x * gaussian(x)],
  gamma: (x) => {
    const [g, p, q] = [Math.exp(lgamma(x)), polygamma(0, x), polygamma(1, x)];
    return [g, g * p, g * (p * p + q)];
  },
  lgamma: (x) => [lgamma(x), polygamma(0, x), polygamma(1, x)],
  relu: (x) => [Math.max(x, 0), x > 0 ? 1 : 0, 0],
  step: (x) => [x > 0 ? 1 : 0, 0, 0],
  sigmoid: (x) => {
    const [s, t] = [sigmoid(x), sigmoid(-x)];
    return [s, s * t, s * t * (t - s)];
  },
  softplus: (x) => [softplus(x), sigmoid(x), sigmoid(x) * sigmoid(-x)],
  logcosh: (x) => [logcosh(x), Math.tanh(x), sech(x) ** 2],
};
