/** Primitives come in; the functions that the standard library of C99 lacks go out. */
import type { Primitive } from "../../ir/index.js";

/** Bodies of the functions that math.h lacks; sources and accuracy are those of the JavaScript runtime. */
const BODIES: { readonly [P in Primitive]?: string } = {
  sign: `/* -1, 0 or 1; zeros and NaN stay as they are */
static double lg_sign(double x) { return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x; }`,
  max: `/* NaN if either is */
static double lg_max(double a, double b) { return a != a || b != b ? NAN : a > b ? a : b; }`,
  min: `/* NaN if either is */
static double lg_min(double a, double b) { return a != a || b != b ? NAN : a < b ? a : b; }`,
  relu: `/* max(x, 0); NaN stays NaN */
static double lg_relu(double x) { return x < 0.0 ? 0.0 : x; }`,
  step: `/* 0 for x <= 0, 1 for x > 0; NaN stays NaN */
static double lg_step(double x) { return x > 0.0 ? 1.0 : x <= 0.0 ? 0.0 : NAN; }`,
  sech: `/* 1/cosh(x) without overflow */
static double lg_sech(double x) {
  const double e = exp(-fabs(x));
  return 2.0 * e / (1.0 + e * e);
}`,
  sigmoid: `/* 1/(1 + exp(-x)), of full relative accuracy in both tails */
static double lg_sigmoid(double x) {
  double e;
  if (x >= 0.0) return 1.0 / (1.0 + exp(-x));
  e = exp(x);
  return e / (1.0 + e);
}`,
  softplus: `/* log(1 + exp(x)) without overflow */
static double lg_softplus(double x) { return x > 0.0 ? x + log1p(exp(-x)) : log1p(exp(x)); }`,
  logcosh: `/* log(cosh(x)) without overflow, accurate at 0 */
static double lg_logcosh(double x) {
  const double a = fabs(x);
  double s;
  if (a > 0.75) return a + log1p(exp(-2.0 * a)) - 0.6931471805599453;
  s = sinh(0.5 * a);
  return log1p(2.0 * s * s);
}`,
  gamma: `/* NaN at the poles -1, -2, ... */
static double lg_gamma(double x) { return x < 0.0 && x == floor(x) ? NAN : tgamma(x); }`,
  polygamma: `/* the derivative of digamma of the given order: recurrence, asymptotic series (Abramowitz & Stegun 6.4.6,
   6.4.11) and reflection (6.4.7) */
static double lg_polygamma(double order, double x) {
  static const double bernoulli[10] = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6,
                                       -3617.0 / 510, 43867.0 / 798, -174611.0 / 330};
  const double pi = 3.141592653589793;
  const int n = (int)order;
  double factorial = 1.0, sum = 0.0, z = x, total, term;
  int k;
  if (x != x || order < 0.0 || order != floor(order) || n > 30) return NAN;
  if (x <= 0.0) {
    /* d^n cot(pi x) = pi^n P(cot pi x) with P' <- -(1 + c^2) P' */
    double p[34] = {0.0, 1.0}, next[34], derivative = 0.0, y, c;
    int m;
    if (x == floor(x)) return NAN;
    y = x - floor(x);
    c = y < 0.25 ? 1.0 / tan(pi * y) : y < 0.75 ? tan(pi * (0.5 - y)) : 1.0 / tan(pi * (y - 1.0));
    for (k = 0; k < n; ++k) {
      for (m = 0; m < 34; ++m) next[m] = 0.0;
      for (m = 1; m <= k + 1; ++m) {
        next[m - 1] -= p[m] * m;
        next[m + 1] -= p[m] * m;
      }
      for (m = 0; m < 34; ++m) p[m] = next[m];
    }
    for (m = n + 1; m >= 0; --m) derivative = derivative * c + p[m];
    return (n % 2 == 0 ? 1.0 : -1.0) * lg_polygamma(order, 1.0 - x) - pow(pi, n + 1) * derivative;
  }
  for (k = 2; k <= n; ++k) factorial *= k;
  for (; z < 15.0 + n; z += 1.0) sum += factorial / pow(z, n + 1);
  total = (n == 0 ? -log(z) : factorial / n / pow(z, n)) + factorial / (2.0 * pow(z, n + 1));
  term = factorial / pow(z, n);
  for (k = 0; k < 10; ++k) {
    const double m = 2.0 * (k + 1);
    term *= k == 0 ? (n + 1) / (2.0 * z * z) : (m + n - 1) * (m + n - 2) / (m * (m - 1) * z * z);
    total += bernoulli[k] * term;
  }
  return (n % 2 == 0 ? -1.0 : 1.0) * (sum + total);
}`,
};

/** Definitions of the functions that a program calls and math.h lacks, in a fixed order. */
export function definitionsOf(used: ReadonlySet<Primitive>): string[] {
  return Object.entries(BODIES).flatMap(([name, body]) => (used.has(name as Primitive) ? [body] : []));
}
