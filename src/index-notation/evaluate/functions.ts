/** A unary function and a scalar come in; its value goes out, exact where the function keeps rationals. */
import type { Unary } from "../expr.js";
import { negR, ONE, ZERO } from "../rational.js";
import * as elementary from "./elementary.js";
import { erf, erfc } from "./error-function.js";
import { gamma, lgamma } from "./gamma.js";
import type { Decimals } from "./precision.js";
import { isExact, type Scalar, signOf, toDecimal } from "./scalar.js";

const FUNCTIONS: { [F in Exclude<Unary, Kinked>]: elementary.RealFunction } = {
  exp: elementary.exp,
  log: elementary.log,
  sin: elementary.sin,
  cos: elementary.cos,
  tan: elementary.tan,
  asin: elementary.asin,
  acos: elementary.acos,
  atan: elementary.atan,
  sinh: elementary.sinh,
  cosh: elementary.cosh,
  tanh: elementary.tanh,
  asinh: elementary.asinh,
  acosh: elementary.acosh,
  atanh: elementary.atanh,
  sech: elementary.sech,
  erf,
  erfc,
  gamma,
  lgamma,
  sigmoid: elementary.sigmoid,
  softplus: elementary.softplus,
  logcosh: elementary.logcosh,
};

/** Limits at -∞ and +∞; NaN where there is none. */
const LIMITS: { [F in Exclude<Unary, Kinked>]: readonly [number | "-pi/2", number | "pi/2"] } = {
  exp: [0, Infinity],
  log: [NaN, Infinity],
  sin: [NaN, NaN],
  cos: [NaN, NaN],
  tan: [NaN, NaN],
  asin: [NaN, NaN],
  acos: [NaN, NaN],
  atan: ["-pi/2", "pi/2"],
  sinh: [-Infinity, Infinity],
  cosh: [Infinity, Infinity],
  tanh: [-1, 1],
  asinh: [-Infinity, Infinity],
  acosh: [NaN, Infinity],
  atanh: [NaN, NaN],
  sech: [0, 0],
  erf: [-1, 1],
  erfc: [2, 0],
  gamma: [NaN, Infinity],
  lgamma: [Infinity, Infinity],
  sigmoid: [0, 1],
  softplus: [0, Infinity],
  logcosh: [Infinity, Infinity],
};

type Kinked = "abs" | "sign" | "relu" | "step";
const isKinked = (fn: Unary): fn is Kinked => fn === "abs" || fn === "sign" || fn === "relu" || fn === "step";

/** f(x) to the digits of D. Kinked functions keep exact values; sign and step are 0 at 0. */
export function applyUnary(D: Decimals, fn: Unary, x: Scalar): Scalar {
  const sign = signOf(x);
  if (Number.isNaN(sign)) return x;
  if (isKinked(fn)) return kinked(fn, x, sign);
  const d = toDecimal(D, x);
  if (!d.isFinite()) return limit(D, fn, sign);
  return FUNCTIONS[fn](D, d);
}

function kinked(fn: Kinked, x: Scalar, sign: number): Scalar {
  if (fn === "step") return sign > 0 ? ONE : ZERO;
  if (fn === "sign") return sign > 0 ? ONE : sign < 0 ? negR(ONE) : ZERO;
  if (fn === "relu") return sign > 0 ? x : ZERO;
  return sign >= 0 ? x : isExact(x) ? negR(x) : x.neg();
}

function limit(D: Decimals, fn: Exclude<Unary, Kinked>, sign: number): Scalar {
  const value = LIMITS[fn][sign < 0 ? 0 : 1];
  if (typeof value === "number") return new D(value);
  return D.div(D.acos(-1), value === "pi/2" ? 2 : -2);
}
