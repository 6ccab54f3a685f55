/** The names of the functions and binders that the language of certificates has: texts in, types out. */

/** Functions of one argument, each a smooth or kinked real function with the usual domain. */
export const FUNCTIONS = [
  "exp",
  "log",
  "abs",
  "sign",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "sech",
  "erf",
  "erfc",
  "gamma",
  "lgamma",
  "relu",
  "step",
  "sigmoid",
  "softplus",
  "logcosh",
  "digamma",
  "trigamma",
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export const BINDERS = ["sum", "prod", "max", "min", "logsumexp"] as const;
export type Binder = (typeof BINDERS)[number];
