/**
 * A Decimal comes in; Γ, log|Γ|, ψ and its derivatives go out. Arguments are raised by the recurrence until
 * Stirling's series (DLMF 5.11.1, 5.15.8), whose error on the positive axis is less than the first omitted
 * term, reaches the working precision; negative arguments are reflected (DLMF 5.5.3, 5.15.6).
 */
import { addR, divR, mulR, negR, ONE, type Rational, rational, ZERO } from "../rational.js";
import { log, sin, widely } from "./elementary.js";
import { type Decimal, type Decimals, exponentOf, lostDigits, piOf } from "./precision.js";
import { toDecimal } from "./scalar.js";

const bernoulli: Rational[] = [ONE];

/** B_n with B_1 = -1/2, by Σ_{k≤n} C(n+1, k) B_k = 0. */
function bernoulliNumber(n: number): Rational {
  for (let m = bernoulli.length; m <= n; m++) {
    let [sum, binomial] = [ZERO, ONE];
    for (let k = 0; k < m; k++) {
      sum = addR(sum, mulR(binomial, bernoulli[k]!));
      binomial = mulR(binomial, rational(m + 1 - k, k + 1));
    }
    bernoulli.push(m > 1 && m % 2 === 1 ? ZERO : divR(negR(sum), rational(m + 1)));
  }
  return bernoulli[n]!;
}

/** From here on the smallest term of Stirling's series is below the precision: e^(-2πx) < 10^(-digits). */
const stirlingFrom = (D: Decimals): number => Math.ceil(0.5 * D.precision) + 10;

/** Σ_{k≥1} term(k), until the terms are below the precision relative to 1. */
function asymptotic(D: Decimals, term: (k: number, b: Decimal) => Decimal): Decimal {
  let sum = new D(0);
  for (let k = 1; k < 4 * D.precision; k++) {
    const t = term(k, toDecimal(D, bernoulliNumber(2 * k)));
    sum = D.add(sum, t);
    if (exponentOf(t) < -D.precision - 3) return sum;
  }
  return sum;
}

/** log Γ(x) for x ≥ stirlingFrom. */
function stirling(D: Decimals, x: Decimal): Decimal {
  const square = D.mul(x, x);
  let power = D.div(1, x);
  const tail = asymptotic(D, (k, b) => {
    const t = D.div(D.mul(b, power), 2 * k * (2 * k - 1));
    power = D.div(power, square);
    return t;
  });
  const head = D.sub(D.mul(D.sub(x, 0.5), log(D, x)), x);
  return D.add(D.add(head, D.div(log(D, D.mul(2, piOf(D))), 2)), tail);
}

const isPole = (x: Decimal): boolean => x.isInteger() && x.lessThanOrEqualTo(0);

/** x(x+1)…(x+n-1) and x + n, with n so large that Stirling's series serves. */
function lifted(D: Decimals, x: Decimal): { product: Decimal; top: Decimal } {
  let [product, top] = [new D(1), x];
  for (const from = stirlingFrom(D); top.lessThan(from); top = D.add(top, 1)) product = D.mul(product, top);
  return { product, top };
}

/** sin(πx) from the distance of x to the nearest integer. */
function sinPi(D: Decimals, x: Decimal): Decimal {
  const nearest = x.round();
  const value = sin(D, D.mul(piOf(D), D.sub(x, nearest)));
  return nearest.mod(2).isZero() ? value : value.neg();
}

const margin = (x: Decimal): number => 15 + 2 * Math.max(0, exponentOf(x)) + lostDigits(x);

/** Γ(x); NaN at its poles. */
export const gamma = widely(margin, (D, x) => {
  if (isPole(x)) return new D(Number.NaN);
  if (exponentOf(x) > 14) return new D(x.isNegative() ? 0 : Number.POSITIVE_INFINITY);
  if (x.lessThan(0.5)) return D.div(piOf(D), D.mul(sinPi(D, x), gamma(D, D.sub(1, x))));
  const { product, top } = lifted(D, x);
  return D.div(D.exp(stirling(D, top)), product);
});

/** log|Γ(x)|; +∞ at the poles of Γ, 0 at 1 and 2. */
export const lgamma = widely(
  (x) => margin(x) + lostDigits(x.minus(1)) + lostDigits(x.minus(2)),
  (D, x) => {
    if (isPole(x)) return new D(Number.POSITIVE_INFINITY);
    if (x.equals(1) || x.equals(2)) return new D(0);
    if (x.isNegative()) return D.sub(log(D, D.div(piOf(D), sinPi(D, x).abs())), lgamma(D, D.sub(1, x)));
    const { product, top } = lifted(D, x);
    return D.sub(stirling(D, top), log(D, product));
  },
);

/** ψ^(order)(x), the derivative of that order of ψ = (log Γ)'; NaN at the poles. */
export const polygamma = (D: Decimals, order: number, x: Decimal): Decimal =>
  widely(
    (y) => margin(y) + 2 * order,
    (W, y) => {
      if (isPole(y)) return new W(Number.NaN);
      return y.isNegative() ? reflected(W, order, y) : positive(W, order, y);
    },
  )(D, x);

function positive(D: Decimals, order: number, x: Decimal): Decimal {
  let [sum, top] = [new D(0), x];
  for (const from = stirlingFrom(D) + order; top.lessThan(from); top = D.add(top, 1))
    sum = D.add(sum, D.pow(top, -order - 1));
  const steps = D.mul(sum, factorial(D, order));
  // ψ^(n)(x) = ψ^(n)(x + N) - (-1)^n n! Σ 1/(x + k)^(n+1)
  return D.sub(far(D, order, top), order % 2 === 0 ? steps : steps.neg());
}

const factorial = (D: Decimals, n: number): Decimal => {
  let product = new D(1);
  for (let k = 2; k <= n; k++) product = D.mul(product, k);
  return product;
};

/** The asymptotic series of ψ^(n), DLMF 5.11.2 and 5.15.8. */
function far(D: Decimals, n: number, x: Decimal): Decimal {
  const square = D.mul(x, x);
  let power = D.div(1, square);
  // (2k + n - 1)!/(2k)!, divided by x^(2k)
  const tail = asymptotic(D, (k, b) => {
    let t = D.mul(b, power);
    if (n === 0) t = D.div(t, 2 * k);
    for (let m = 2 * k + 1; m <= 2 * k + n - 1; m++) t = D.mul(t, m);
    power = D.div(power, square);
    return t;
  });
  if (n === 0) return D.sub(D.sub(log(D, x), D.div(1, D.mul(2, x))), tail);
  const head = D.add(factorial(D, n - 1), D.div(factorial(D, n), D.mul(2, x)));
  const value = D.div(D.add(head, tail), D.pow(x, n));
  return n % 2 === 0 ? value.neg() : value;
}

/** (-1)^n ψ^(n)(1-x) - ψ^(n)(x) = dⁿ/dxⁿ π cot(πx) = π^(n+1) P_n(cot πx), P_{n+1} = -(1 + t²) P_n'. */
function reflected(D: Decimals, n: number, x: Decimal): Decimal {
  const s = sinPi(D, x);
  const distance = D.mul(piOf(D), D.sub(x, x.round()));
  const cosine = D.cos(distance);
  const t = D.div(x.round().mod(2).isZero() ? cosine : cosine.neg(), s);
  const mirror = positive(D, n, D.sub(1, x));
  const value = D.mul(D.pow(piOf(D), n + 1), cotDerivative(D, n, t));
  return D.sub(n % 2 === 0 ? mirror : mirror.neg(), value);
}

function cotDerivative(D: Decimals, n: number, t: Decimal): Decimal {
  let p: bigint[] = [0n, 1n];
  for (let m = 0; m < n; m++) {
    const d = p.slice(1).map((c, k) => c * BigInt(k + 1));
    p = Array.from({ length: d.length + 2 }, (_, k) => -((d[k] ?? 0n) + (d[k - 2] ?? 0n)));
  }
  return p.reduceRight((sum, c) => D.add(D.mul(sum, t), c.toString()), new D(0));
}
