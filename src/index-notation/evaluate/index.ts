/** The door of evaluate: the exact reference evaluator. Import it by its own path; it loads decimal.js. */
export { type Environment, evaluate, holds, type Value } from "./evaluate.js";
export { type Decimal, type Decimals, decimals } from "./precision.js";
export { isExact, isUndefined, type Scalar, scalarToNumber, toDecimal } from "./scalar.js";
