/**
 * erf, erfc and the gamma functions at one exact point: a rational and a number of bits come in, an enclosure goes
 * out. As in `elementary.ts`, only soundness is argued here; the caller judges the width.
 */
import { bernoulli, pi } from "./constants.js";
import { expFixed, type Kernel, log, logFixed } from "./elementary.js";
import {
  add,
  ceilDivide,
  divide,
  estimate,
  exponent,
  type Fixed,
  floorDivide,
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

const GUARD = 32;
const ZERO: Fixed = { lo: 0n, hi: 0n, scale: 0 };
const smallness = (x: Point): number => Math.max(0, -exponent(x));
const approximate = (x: Point): number => {
  const e = exponent(x);
  const q = toFixed(x, 60 - e);
  return estimate(q.lo, q.scale);
};

/** How many binary digits exp(-x^2) lies below 1. */
const depth = (x: Point): number => Math.LOG2E * Math.min(approximate(x), 2000) ** 2;

const gauss = (x: Point, bits: number): Fixed =>
  expFixed(toFixed({ n: -x.n * x.n, d: x.d * x.d }, bits + GUARD), bits);

const squareRootOfPi = (scale: number): Fixed => squareRoot(pi(2 * scale), scale);

/**
 * S = sum of t_j, t_0 = 1, t_(j+1) = t_j·2x^2/(2j+3), x > 0. The loop ends when the next term t_J is <= 1 unit and
 * 2x^2/(2J+3) <= 1/2: the terms from t_J on add up to at most 2·t_J.
 */
export function erfSum(x: Point, scale: number): Fixed {
  const s = BigInt(scale);
  const ratio = toFixed({ n: 2n * x.n * x.n, d: x.d * x.d }, scale);
  let [lo, hi] = [1n << s, 1n << s];
  let [below, above] = [0n, 0n];
  for (let m = 3n; hi > 1n || 2n * ratio.hi > m << s; m += 2n) {
    below += lo;
    above += hi;
    lo = ((lo * ratio.lo) >> s) / m;
    hi = ((hi * ratio.hi) >> s) / m + 1n;
  }
  return { lo: below, hi: above + 2n * hi, scale };
}

/** erf x = (2x/sqrt(pi))·exp(-x^2)·S (DLMF 7.6.2). */
function erfSeries(x: Point, scale: number): Fixed {
  const factor = divide(toFixed({ n: 2n * x.n, d: x.d }, scale), squareRootOfPi(scale), scale);
  return multiply(multiply(gauss(x, scale), erfSum(x, scale), scale), factor, scale);
}

/**
 * R with erfc x = exp(-x^2)/(x·sqrt(pi))·R for x > 0. Substituting t^2 = x^2 + s in the defining integral,
 *   R = integral over s > 0 of exp(-s)·(1 + s/x^2)^(-1/2).
 * The derivatives of (1 + u)^(-1/2) alternate in sign, so by Taylor's theorem its remainder after N terms has the
 * sign of term N and at most its size; integrated, the same holds for R = 1 - u + 3u^2 - 15u^3 + …, u = 1/(2x^2),
 * whose terms have t_(j+1) = t_j·(2j+1)·u. The sum stops anywhere and the first omitted term is allowed on both sides.
 */
export function erfcSum(x: Point, scale: number): Fixed {
  const s = BigInt(scale);
  const u = toFixed({ n: x.d * x.d, d: 2n * x.n * x.n }, scale);
  let [lo, hi] = [1n << s, 1n << s];
  let [below, above] = [0n, 0n];
  for (let m = 1n, plus = true; hi > 1n && m * u.lo < 1n << s; m += 2n, plus = !plus) {
    [below, above] = plus ? [below + lo, above + hi] : [below - hi, above - lo];
    lo = (lo * m * u.lo) >> s;
    hi = ((hi * m * u.hi) >> s) + 1n;
  }
  return { lo: below - hi, hi: above + hi, scale };
}

function erfcAsymptotic(x: Point, bits: number): Fixed {
  const scale = bits + GUARD;
  const e = gauss(x, scale);
  const root = multiply(toFixed(x, scale), squareRootOfPi(scale), scale);
  return divide(multiply(e, erfcSum(x, scale), e.scale), root, e.scale);
}

const ERFC_MARGIN = 2 * GUARD;

const erfPositive: Kernel = (x, bits) => {
  const scale = bits + GUARD + smallness(x);
  if (depth(x) < scale + ERFC_MARGIN) return erfSeries(x, scale);
  return subtract(integer(1n, scale), erfcAsymptotic(x, bits));
};

export const erf: Kernel = (x, bits) => {
  if (x.n === 0n) return ZERO;
  return x.n > 0n ? erfPositive(x, bits) : negate(erfPositive({ n: -x.n, d: x.d }, bits));
};

/** 1 - erf x loses depth(x) digits, which are added beforehand; from where the asymptotic series is good, that. */
export const erfc: Kernel = (x, bits) => {
  if (x.n <= 0n) return add(integer(1n, bits + GUARD), erf({ n: -x.n, d: x.d }, bits));
  const lost = depth(x);
  if (lost >= bits + ERFC_MARGIN) return erfcAsymptotic(x, bits);
  const scale = bits + GUARD + Math.ceil(lost) + 8;
  return subtract(integer(1n, scale), erfSeries(x, scale + smallness(x)));
};

/** x + m with m chosen so that Stirling's series at x + m reaches the bits; and how far that is. */
function shifted(x: Point, bits: number): { far: Point; steps: number } {
  const goal = 8 + Math.ceil(bits / 4);
  const steps = exponent(x) > 40 ? 0 : Math.max(0, goal - Math.floor(approximate(x)));
  return { far: { n: x.n + BigInt(steps) * x.d, d: x.d }, steps };
}

/**
 * The tail sum over k >= 1 of weight(k)·B_2k/x^(2k+offset), with an enclosure of its remainder, for x > 0.
 *
 * Binet: log Gamma(x) = (x - 1/2) log x - x + log(2 pi)/2 + integral over t > 0 of phi(t) exp(-xt)/t, where
 * phi(t) = 1/(exp(t) - 1) - 1/t + 1/2 = sum over k >= 1 of 2t/(t^2 + 4 pi^2 k^2). Each summand is a geometric series in
 * -t^2/(4 pi^2 k^2), whose remainder after N terms has the sign of term N and at most its size. Integrated against
 * a positive weight this remains true. The weights are exp(-xt)/t for log Gamma, exp(-xt) for the (negated) digamma
 * and t·exp(-xt) for the trigamma function, and give the terms B_2k/(2k(2k-1)x^(2k-1)), B_2k/(2k·x^(2k)) and
 * B_2k/x^(2k+1). They alternate in sign. The sum stops when a term is at most one unit or no longer falls,
 * and that term is allowed on both sides instead.
 */
export function stirlingTail(x: Point, offset: number, weight: (k: number) => bigint, scale: number): Fixed {
  const square = toFixed({ n: x.d * x.d, d: x.n * x.n }, scale);
  const degree = BigInt(2 + offset);
  let coefficient = tailCoefficient(1, weight);
  let { lo, hi } = toFixed({ n: coefficient.n * x.d ** degree, d: coefficient.d * x.n ** degree }, scale);
  let [below, above] = [0n, 0n];
  for (let k = 1, previous = hi + 1n; hi > 1n && hi < previous; k++) {
    [below, above] = k % 2 === 1 ? [below + lo, above + hi] : [below - hi, above - lo];
    previous = hi;
    const next = tailCoefficient(k + 1, weight);
    const [n, d] = [next.n * coefficient.d, (next.d * coefficient.n) << BigInt(scale)];
    lo = floorDivide(lo * square.lo * n, d);
    hi = ceilDivide(hi * square.hi * n, d);
    coefficient = next;
  }
  return { lo: below - hi, hi: above + hi, scale };
}

/** |B_2k|/weight(k), whose sign is that of (-1)^(k-1). */
function tailCoefficient(k: number, weight: (k: number) => bigint): Point {
  const b = bernoulli(2 * k);
  return { n: magnitude(b.n), d: b.d * weight(k) };
}

/** log Gamma at a point far enough out for Stirling's series, to an absolute 2^-scale or so. */
function stirling(x: Point, scale: number): Fixed {
  const size = Math.max(0, exponent(x));
  const logarithm = log(x, scale + size + GUARD);
  const half = toFixed({ n: 2n * x.n - x.d, d: 2n * x.d }, scale + GUARD);
  const main = subtract(multiply(half, logarithm, scale), toFixed(x, scale));
  const constant = timesPowerOfTwo(logFixed(timesInteger(pi(scale + GUARD), 2n), scale + GUARD), -1);
  const tail = stirlingTail(x, -1, (k) => BigInt(2 * k) * BigInt(2 * k - 1), scale);
  return add(add(main, constant), tail);
}

/** x(x+1)…(x+steps-1) with about `bits` relative digits. */
function risingFactorial(x: Point, steps: number, bits: number): Fixed {
  const scale = bits + smallness(x);
  let product = integer(1n, scale);
  for (let j = 0n; j < BigInt(steps); j++) {
    product = multiply(product, toFixed({ n: x.n + j * x.d, d: x.d }, scale), scale);
  }
  return product;
}

/** log Gamma(x) = log Gamma(x + m) - log(x(x+1)…(x+m-1)), x > 0. */
export const lgamma: Kernel = (x, bits) => {
  if (x.n === x.d || x.n === 2n * x.d) return ZERO;
  const scale = bits + GUARD;
  const { far, steps } = shifted(x, scale);
  const product = risingFactorial(x, steps, scale + GUARD);
  return subtract(stirling(far, scale), logFixed(product, scale));
};

/** Gamma(x) = Gamma(x + m)/(x(x+1)…(x+m-1)), x > 0; the factorial itself at small integers. */
export const gamma: Kernel = (x, bits) => {
  if (x.n % x.d === 0n && x.n <= 256n * x.d) return factorialBelow(x.n / x.d);
  const scale = bits + GUARD;
  const { far, steps } = shifted(x, scale);
  const e = expFixed(stirling(far, scale), scale);
  const product = risingFactorial(x, steps, scale + GUARD);
  return divide(e, product, scale);
};

function factorialBelow(n: bigint): Fixed {
  let product = 1n;
  for (let j = 2n; j < n; j++) product *= j;
  return { lo: product, hi: product, scale: 0 };
}

/** Sum over j < steps of 1/(x + j)^degree. */
function shiftSum(x: Point, steps: number, degree: bigint, scale: number): Fixed {
  let sum: Fixed = { lo: 0n, hi: 0n, scale };
  for (let j = 0n; j < BigInt(steps); j++) {
    sum = add(sum, toFixed({ n: x.d ** degree, d: (x.n + j * x.d) ** degree }, scale));
  }
  return sum;
}

/** psi(x) = log X - 1/(2X) - sum B_2k/(2k X^(2k)) - sum over j < m of 1/(x + j), X = x + m, x > 0. */
export const digamma: Kernel = (x, bits) => {
  const scale = bits + GUARD;
  const { far, steps } = shifted(x, scale);
  const tail = stirlingTail(far, 0, (k) => BigInt(2 * k), scale);
  const half = toFixed({ n: far.d, d: 2n * far.n }, scale);
  const smooth = subtract(subtract(rescale(log(far, scale), scale), half), tail);
  return subtract(smooth, shiftSum(x, steps, 1n, scale));
};

/** psi'(x) = 1/X + 1/(2X^2) + sum B_2k/X^(2k+1) + sum over j < m of 1/(x + j)^2. */
export const trigamma: Kernel = (x, bits) => {
  const scale = bits + GUARD + Math.max(0, exponent(x));
  const { far, steps } = shifted(x, bits + GUARD);
  const tail = stirlingTail(far, 1, () => 1n, scale);
  const main = add(
    toFixed({ n: far.d, d: far.n }, scale),
    toFixed({ n: far.d ** 2n, d: 2n * far.n ** 2n }, scale),
  );
  return add(add(main, tail), shiftSum(x, steps, 2n, scale));
};

/**
 * Where Gamma is least: x0 = 1.4616…, the zero of psi. With c the rational below and e = psi(c), psi' >= 1/2 on
 * [1, 2] (it falls, and psi'(2) = pi^2/6 - 1 > 1/2) puts x0 within 2|e| of c, and log Gamma, being convex, lies above
 * its tangent at c: log Gamma(x0) >= log Gamma(c) - |e|·2|e|. The upper end is log Gamma(c) itself.
 */
const NEAR_MINIMUM: Point = {
  n: 146163214496836234126265954232572132846819620400644635129598840859878644035380181024307499273372559n,
  d: 10n ** 98n,
};

export const leastLogGamma = (bits: number): Fixed => {
  const value = lgamma(NEAR_MINIMUM, bits);
  const slope = digamma(NEAR_MINIMUM, bits);
  const slack = rescale(timesInteger(multiply(slope, slope, slope.scale), 2n), value.scale);
  return { lo: value.lo - slack.hi, hi: value.hi, scale: value.scale };
};
export const leastGamma = (bits: number): Fixed => expFixed(leastLogGamma(bits + GUARD), bits);
