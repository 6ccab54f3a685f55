/**
 * Nothing comes in; elementary functions in C that compilers turn into vector code go out: no branches, no calls, no tables.
 *
 * exp is 2^k·P(r) with r = x − k·log 2 in two parts (Cody & Waite 1980) and P(r) = 1 + r + r²·Q(r), Q the Chebyshev fit of degree
 * 10 on |r| ≤ log(2)/2, off by 1.4e-18; log is the one of FreeBSD's msun (e_log.c; Sun Microsystems 1993, freely
 * distributable); the others are made of the same two parts. NaN, infinities and zeros are those of the JavaScript runtime;
 * bounds in units of the last place are tested in test/backends/native.test.ts.
 */
import type { Primitive } from "../../ir/index.js";

/** Primitives that the text below defines under another name than C99 spells them. */
export const VECTORISED: { readonly [P in Primitive]?: string } = {
  exp: "lv_exp",
  log: "lv_log",
  tanh: "lv_tanh",
  sigmoid: "lv_sigmoid",
  sech: "lv_sech",
  softplus: "lv_softplus",
  logcosh: "lv_logcosh",
  relu: "lv_relu",
  step: "lv_step",
  sign: "lv_sign",
  max: "lv_max",
  min: "lv_min",
};

export const KERNELS = `static inline double lv_of(uint64_t bits) { double x; memcpy(&x, &bits, 8); return x; }
static inline uint64_t lv_bits(double x) { uint64_t bits; memcpy(&bits, &x, 8); return bits; }

/* Adding it rounds to an integer, which then stands in the low bits. */
#define LV_ROUNDER 6755399441055744.0
#define LV_LN2_HIGH 0.6931471803691238
#define LV_LN2_LOW 1.9082149292705877e-10

/* 2^k from k + LV_ROUNDER, for -1022 <= k <= 1023 */
static inline double lv_power(double shifted) { return lv_of((lv_bits(shifted) + 1023) << 52); }

/* exp(r) - 1 for |r| <= log(2)/2 */
static inline double lv_expm1_near(double r) {
  const double r2 = r * r, r4 = r2 * r2;
  const double a = 0.5 + r * 0.16666666666666671008, b = 0.041666666666666669767 + r * 0.0083333333333261120526;
  const double c = 0.0013888888888883731828 + r * 0.00019841269874901259234;
  const double d = 0.000024801587325605322782 + r * 2.7557255297969644392e-6;
  const double e = 2.7557273570102139673e-7 + r * 2.5105259538448493419e-8;
  const double q = (a + r2 * b) + r4 * ((c + r2 * d) + r4 * (e + r2 * 2.0914717341716375952e-9));
  return r + r2 * q;
}

static inline double lv_exp(double x) {
  const double y = x < -746.0 ? -746.0 : x > 710.0 ? 710.0 : x;
  const double k = (y * 1.4426950408889634 + LV_ROUNDER) - LV_ROUNDER;
  const double r = (y - k * LV_LN2_HIGH) - k * LV_LN2_LOW;
  const double first = k * 0.5 + LV_ROUNDER, second = (k - (first - LV_ROUNDER)) + LV_ROUNDER;
  return (1.0 + lv_expm1_near(r)) * lv_power(first) * lv_power(second);
}

/* exp(x) - 1 for |x| <= 700 */
static inline double lv_expm1(double x) {
  const double shifted = x * 1.4426950408889634 + LV_ROUNDER, k = shifted - LV_ROUNDER;
  const double r = (x - k * LV_LN2_HIGH) - k * LV_LN2_LOW, scale = lv_power(shifted);
  return scale * lv_expm1_near(r) + (scale - 1.0);
}

static inline double lv_tanh(double x) {
  const double a = fabs(x), t = lv_expm1(2.0 * (a > 22.0 ? 22.0 : a));
  return copysign(t / (t + 2.0), x);
}

static inline double lv_sigmoid(double x) {
  const double e = lv_exp(-fabs(x));
  return (x >= 0.0 ? 1.0 : e) / (1.0 + e);
}

static inline double lv_sech(double x) {
  const double e = lv_exp(-fabs(x));
  return 2.0 * e / (1.0 + e * e);
}

/* log of a normal number times 2^extra, plus correction */
static inline double lv_logarithm(double x, double extra, double correction) {
  const uint64_t biased = lv_bits(x) + (0x3ff0000000000000u - 0x3fe6a09e00000000u);
  const double k = lv_of((biased >> 52) | 0x4330000000000000u) - 4503599627371519.0 + extra;
  const double f = lv_of((biased & 0x000fffffffffffffu) + 0x3fe6a09e00000000u) - 1.0;
  const double half = 0.5 * f * f, s = f / (2.0 + f), z = s * s, w = z * z;
  const double odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const double even = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return ((s * (half + (odd + even)) + (k * LV_LN2_LOW + correction)) - half + f) + k * LV_LN2_HIGH;
}

static inline double lv_log(double x) {
  const double tiny = x < 2.2250738585072014e-308 ? 1.0 : 0.0;
  const double value = lv_logarithm(tiny == 1.0 ? x * 18014398509481984.0 : x, -54.0 * tiny, 0.0);
  const double ends = x < INFINITY ? value : x;
  return x < 0.0 ? NAN : x == 0.0 ? -INFINITY : ends;
}

/* log(1 + x) for 0 <= x <= 1: what 1 + x loses is given back; below 2^-53 nothing is left of u */
static inline double lv_log1p(double x) {
  const double u = 1.0 + x, value = lv_logarithm(u, 0.0, (x - (u - 1.0)) / u);
  return x < 1.1102230246251565e-16 ? x : value;
}

static inline double lv_relu(double x) { return x < 0.0 ? 0.0 : x; }
static inline double lv_step(double x) { return x > 0.0 ? 1.0 : x <= 0.0 ? 0.0 : NAN; }
static inline double lv_sign(double x) { return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x; }
static inline double lv_max(double a, double b) { return b > a || b != b ? b : a; }
static inline double lv_min(double a, double b) { return b < a || b != b ? b : a; }

static inline double lv_softplus(double x) { return lv_relu(x) + lv_log1p(lv_exp(-fabs(x))); }

/* near 0, cosh(x) - 1 = t^2/(2(1 + t)) with t = exp(|x|) - 1 */
static inline double lv_logcosh(double x) {
  const double a = fabs(x), t = lv_expm1(a > 0.75 ? 0.75 : a);
  const double far = a + lv_log1p(lv_exp(-2.0 * a)) - 0.6931471805599453;
  return a > 0.75 ? far : lv_log1p(t * t / (2.0 * (1.0 + t)));
}`;
