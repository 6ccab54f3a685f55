/** The closed list of scalar functions that every backend implements; nothing comes in. */

/** Number of arguments of each primitive. */
export const PRIMITIVES = {
  exp: 1,
  log: 1,
  abs: 1,
  sign: 1,
  floor: 1,
  sqrt: 1,
  sin: 1,
  cos: 1,
  tan: 1,
  asin: 1,
  acos: 1,
  atan: 1,
  sinh: 1,
  cosh: 1,
  tanh: 1,
  asinh: 1,
  acosh: 1,
  atanh: 1,
  sech: 1,
  erf: 1,
  erfc: 1,
  gamma: 1,
  lgamma: 1,
  relu: 1,
  step: 1,
  sigmoid: 1,
  softplus: 1,
  logcosh: 1,
  /** polygamma(order, x), the order a non-negative integer. */
  polygamma: 2,
  pow: 2,
  /** NaN if either argument is. */
  max: 2,
  min: 2,
} as const satisfies Record<string, number>;

export type Primitive = keyof typeof PRIMITIVES;

const CHEAP: ReadonlySet<Primitive> = new Set(["abs", "sign", "floor", "relu", "step", "max", "min"]);

/** Worth computing once rather than twice. */
export const isExpensive = (fn: Primitive): boolean => !CHEAP.has(fn);
