/** An expression comes in; the size of what is added up in it, by which its rounding is measured, goes out. */
import {
  add,
  asRational,
  binder,
  type Expr,
  fromNumber,
  isInteger,
  mul,
  type Node,
  num,
  one,
  open,
  power,
  signR,
  type TensorSymbol,
  type Unary,
  unary,
  where,
} from "../../index-notation/index.js";
import type { Placed } from "./follower.js";

/** Functions of slope at most 1: an error of the argument is not magnified. */
const SHORT: ReadonlySet<Unary> = new Set([
  ...(["sin", "cos", "tanh", "atan", "asinh", "sigmoid", "softplus", "logcosh"] as const),
  ...(["relu", "abs", "erf"] as const),
]);

const absolute = (e: Expr): Expr => unary("abs", e);

/**
 * M(e) with |fl(e) − e| of the size ε·M(e), to first order: sums and products of absolute values; through a function, its
 * value and what its slope makes of the argument's. Where neither is known, |e| itself. `largest` bounds the entries of
 * states, so that M of a polynomial does not depend on them.
 */
export function magnitude(e: Expr, largest: ReadonlyMap<TensorSymbol, Expr>): Expr {
  const of = (x: Expr): Expr => magnitude(x, largest);
  if (e.kind === "tensor") return largest.get(e.symbol) ?? absolute(e);
  if (e.kind === "add") return add(e.terms.map(of));
  if (e.kind === "mul") return mul(e.factors.map(of));
  if (e.kind === "where") return where(e.condition, of(e.then), of(e.else));
  if (e.kind === "binder") return ofBinder(e, of);
  if (e.kind === "power") {
    const k = asRational(e.exponent);
    const natural = k !== undefined && isInteger(k) && signR(k) > 0;
    return natural ? mul([num(k), power(of(e.base), num(k))]) : absolute(e);
  }
  if (e.kind === "unary" && e.fn === "exp") return mul([e, add([one, of(e.arg)])]);
  if (e.kind === "unary" && SHORT.has(e.fn)) return add([absolute(e), of(e.arg)]);
  return absolute(e);
}

function ofBinder(e: Node<"binder">, of: (x: Expr) => Expr): Expr {
  const b = open(e);
  if (b.op === "sum") return binder("sum", b.indices, b.guard, of(b.body));
  if (b.op === "logsumexp") return add([absolute(e), binder("max", b.indices, b.guard, of(b.body))]);
  return absolute(e);
}

/** A difference up to this many times the magnitude of what it was computed from may be rounding. */
export const ROUNDING = 8 * Number.EPSILON;

const boundOf = (values: readonly number[]): Expr => num(fromNumber(Math.max(...values.map(Math.abs))));

/** The largest absolute value of each state. */
export const largestEntries = (states: readonly Placed[]): Map<TensorSymbol, Expr> =>
  new Map(states.map(({ state }) => [state.symbol, boundOf(state.values)]));

/** … and of all of them. */
export const largestOf = (states: readonly Placed[]): Expr =>
  boundOf(states.flatMap(({ state }) => state.values));
