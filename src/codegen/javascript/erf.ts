/**
 * The error function and its complement: a number comes in, a number goes out, to about 1 ulp.
 *
 * Rational approximations of FreeBSD's msun, s_erf.c (Sun Microsystems 1993, freely distributable): on
 * |x| < 0.84375 around 0, on [0.84375, 1.25] around 1, and exp(-x²)/x times a rational in 1/x² beyond.
 */

const poly = (x: number, c: readonly number[]): number => c.reduceRight((sum, a) => sum * x + a, 0);

const EFX = 0.1283791670955126;
const ERX = 0.8450629115104675;
const PP = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
  -2.3763016656650163e-5,
];
const QQ = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
  -3.960228278775368e-6,
];
const PA = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const QA = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
const RA = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const SA = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const RB = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const SB = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

/** The number with the lower half of its mantissa cleared, so that its square is exact. */
function truncated(a: number): number {
  bits[0] = a;
  words[0] = 0;
  return bits[0];
}

/** exp(-a²)·R(1/a²)/a for a ≥ 1.25, the tail of erfc; the square is split to keep its low bits. */
function tail(a: number): number {
  const s = 1 / (a * a);
  const near = a < 1 / 0.35;
  const ratio = near ? poly(s, RA) / poly(s, SA) : poly(s, RB) / poly(s, SB);
  const z = truncated(a);
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - a) * (z + a) + ratio)) / a;
}

const nearOne = (a: number): number => poly(a - 1, PA) / poly(a - 1, QA);

/** 2/√π ∫₀ˣ exp(-t²) dt */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  const sign = x < 0 ? -1 : 1;
  if (a >= 1.25) return sign * (1 - tail(a));
  if (a >= 0.84375) return sign * (ERX + nearOne(a));
  if (a < 2 ** -28) return x + EFX * x;
  const z = x * x;
  return x + x * (poly(z, PP) / poly(z, QQ));
}

/** 1 − erf(x), accurate where it is small */
export function erfc(x: number): number {
  const a = Math.abs(x);
  if (!(a < 28)) return Number.isNaN(x) ? x : x < 0 ? 2 : 0;
  if (a >= 1.25) return x > 0 ? tail(a) : a < 6 ? 2 - tail(a) : 2;
  if (a >= 0.84375) return x > 0 ? 1 - ERX - nearOne(a) : 1 + (ERX + nearOne(a));
  if (a < 2 ** -56) return 1 - x;
  const z = x * x;
  const y = poly(z, PP) / poly(z, QQ);
  return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x - 0.5 + x * y);
}
