/** Limits at infinity, by composition: a term and a direction come in, an enclosure of the limit goes out. */
import type { Context } from "./context.js";
import { functionRange, rationalPower } from "./function-ranges.js";
import type { Component } from "./goal.js";
import { add, isNegative, isPositive, multiply, negate, point, type Range } from "./range.js";
import { rangeOf } from "./ranges.js";
import { keyOf, some, type Term } from "./term.js";
import type { FunctionName } from "./vocabulary.js";

/** A limit: infinite with a sign, or finite and within the range. */
export type Limit = "infinity" | "-infinity" | Range;

const isBounded = (l: Limit): l is Range => typeof l !== "string";
const flip = (l: Limit): Limit => (isBounded(l) ? negate(l) : l === "infinity" ? "-infinity" : "infinity");
const signed = (positive: boolean): Limit => (positive ? "infinity" : "-infinity");

/** The limit of t as the component goes to +infinity or -infinity, all else fixed; undefined where it is not seen. */
export function limitOf(
  t: Term,
  x: Component,
  to: "infinity" | "-infinity",
  context: Context,
): Limit | undefined {
  const key = keyOf(x);
  if (!some(t, (u) => u.kind === "symbol" && keyOf(u) === key)) return rangeOf(t, context);
  const limit = (u: Term): Limit | undefined => limitOf(u, x, to, context);
  switch (t.kind) {
    case "symbol":
      return to;
    case "add":
      return t.terms.map(limit).reduce(sum);
    case "multiply":
      return t.factors.map(limit).reduce(product);
    case "power": {
      const base = limit(t.base);
      if (base === undefined || t.exponent.kind !== "number") return undefined;
      const k = t.exponent.value;
      if (isBounded(base)) return rationalPower(base, k);
      if (k.n < 0n) return base === "infinity" || k.d === 1n ? point(0) : undefined;
      if (base === "infinity") return k.n === 0n ? point(1) : "infinity";
      return k.d !== 1n ? undefined : k.n === 0n ? point(1) : signed(k.n % 2n === 0n);
    }
    case "function": {
      const u = limit(t.argument);
      return u === undefined ? undefined : ofFunction(t.name, u);
    }
    default:
      return undefined;
  }
}

function sum(a: Limit | undefined, b: Limit | undefined): Limit | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (isBounded(a)) return isBounded(b) ? add(a, b) : b;
  return isBounded(b) || a === b ? a : undefined;
}

/** 0 times infinity is not seen; an infinite factor needs a certain sign of the other. */
function product(a: Limit | undefined, b: Limit | undefined): Limit | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (isBounded(a) && isBounded(b)) return multiply(a, b);
  if (!isBounded(a) && !isBounded(b)) return signed(a === b);
  const [infinite, finite] = isBounded(a) ? [b, a] : [a, b as Range];
  if (isPositive(finite)) return infinite;
  return isNegative(finite) ? flip(infinite) : undefined;
}

/** Continuous functions take the limit of the argument to the limit of the value. */
function ofFunction(name: FunctionName, u: Limit): Limit | undefined {
  if (isBounded(u)) return name === "sign" || name === "step" ? undefined : functionRange(name, u);
  const up = u === "infinity";
  switch (name) {
    case "exp":
    case "softplus":
    case "relu":
      return up ? "infinity" : point(0);
    case "log":
    case "acosh":
    case "gamma":
    case "lgamma":
    case "digamma":
      return up ? "infinity" : undefined;
    case "trigamma":
      return up ? point(0) : undefined;
    case "abs":
    case "cosh":
    case "logcosh":
      return "infinity";
    case "sinh":
    case "asinh":
      return u;
    case "tanh":
    case "erf":
    case "sign":
      return point(up ? 1 : -1);
    case "sech":
      return point(0);
    case "sigmoid":
    case "step":
      return point(up ? 1 : 0);
    case "erfc":
      return point(up ? 0 : 2);
    default:
      return undefined;
  }
}
