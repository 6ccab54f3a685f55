/** Nothing comes in; how JavaScript spells the IR goes out. */
import type { Primitive } from "../../ir/index.js";
import type { Spelling } from "../writer.js";

/** How a primitive is spelled; the names without a dot are functions of runtime.ts. */
const PRIMITIVES: { [P in Primitive]: string } = {
  exp: "Math.exp",
  log: "Math.log",
  abs: "Math.abs",
  sign: "Math.sign",
  floor: "Math.floor",
  sqrt: "Math.sqrt",
  sin: "Math.sin",
  cos: "Math.cos",
  tan: "Math.tan",
  asin: "Math.asin",
  acos: "Math.acos",
  atan: "Math.atan",
  sinh: "Math.sinh",
  cosh: "Math.cosh",
  tanh: "tanh",
  asinh: "Math.asinh",
  acosh: "Math.acosh",
  atanh: "Math.atanh",
  pow: "Math.pow",
  max: "Math.max",
  min: "Math.min",
  sech: "sech",
  erf: "erf",
  erfc: "erfc",
  gamma: "gamma",
  lgamma: "lgamma",
  relu: "relu",
  step: "step",
  sigmoid: "sigmoid",
  softplus: "softplus",
  logcosh: "logcosh",
  polygamma: "polygamma",
};

const literal = (value: number): string => {
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : `${value}`;
};

export const JAVASCRIPT: Spelling = {
  literal,
  primitives: PRIMITIVES,
  compared: { "<": "<", "<=": "<=", "=": "===", "!=": "!==" },
  real: (integer) => `(${integer})`,
  yes: "true",
  declared: { real: "let", integer: "const", loop: "let" },
  extreme: { larger: "Math.max", smaller: "Math.min" },
};
