/** Nothing comes in; how C99 spells the IR goes out. */
import type { Primitive } from "../../ir/index.js";
import type { Spelling } from "../writer.js";

/** How a primitive is spelled: functions of math.h, and those of runtime.ts with the prefix `lg_`. */
const PRIMITIVES: { readonly [P in Primitive]: string } = {
  exp: "exp",
  log: "log",
  abs: "fabs",
  sign: "lg_sign",
  floor: "floor",
  sqrt: "sqrt",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  asin: "asin",
  acos: "acos",
  atan: "atan",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  asinh: "asinh",
  acosh: "acosh",
  atanh: "atanh",
  pow: "pow",
  erf: "erf",
  erfc: "erfc",
  gamma: "lg_gamma",
  lgamma: "lgamma",
  max: "lg_max",
  min: "lg_min",
  sech: "lg_sech",
  relu: "lg_relu",
  step: "lg_step",
  sigmoid: "lg_sigmoid",
  softplus: "lg_softplus",
  logcosh: "lg_logcosh",
  polygamma: "lg_polygamma",
};

/** A double as C spells it: always with a point or an exponent, so that no constant is an integer. */
export function literal(value: number): string {
  if (Number.isNaN(value)) return "NAN";
  if (!Number.isFinite(value)) return value > 0 ? "INFINITY" : "(-INFINITY)";
  const digits = Object.is(value, -0) ? "-0" : `${value}`;
  const text = /[.e]/.test(digits) ? digits : `${digits}.0`;
  return text.startsWith("-") ? `(${text})` : text;
}

export const C99: Spelling = {
  literal,
  primitives: PRIMITIVES,
  compared: { "<": "<", "<=": "<=", "=": "==", "!=": "!=" },
  real: (integer) => `(double)(${integer})`,
  yes: "1",
  declared: { real: "double", integer: "const ptrdiff_t", loop: "ptrdiff_t" },
  extreme: { larger: "larger", smaller: "smaller" },
};
