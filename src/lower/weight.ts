/** An expression comes in, an estimate of what one evaluation costs goes out, in multiplications. */
import { children, type Expr, type Kind, type Node } from "../index-notation/index.js";
import { isExpensive } from "../ir/index.js";

/** From this weight on a value is worth a place in memory. */
export const HEAVY = 8;

const sumOf = (e: Expr): number => children(e).reduce((n, c) => n + weight(c), 0);

const rules: { [K in Kind]: (e: Node<K>) => number } = {
  number: () => 0,
  pi: () => 0,
  dimension: () => 0,
  position: () => 0,
  tensor: () => 0,
  add: (e) => e.terms.length - 1 + sumOf(e),
  mul: (e) => e.factors.length - 1 + sumOf(e),
  power: (e) => powerWeight(e) + weight(e.base),
  unary: (e) => (isExpensive(e.fn) ? 10 : 1) + weight(e.arg),
  polygamma: (e) => 30 + weight(e.arg),
  extremum: (e) => e.args.length + sumOf(e),
  where: (e) => 2 + sumOf(e),
  delta: () => 1,
  // Binders get their own temporaries; what is left is a read.
  binder: () => 0,
  softmax: () => 0,
  integral: () => 1000,
  root: () => 1000,
};

function powerWeight(e: Node<"power">): number {
  if (e.exponent.kind !== "number") return 20 + weight(e.exponent);
  const { n, d } = e.exponent.value;
  if (d === 1n && n > -17n && n < 17n) return n < 0n ? 3 : 1;
  return d === 2n && n > -17n && n < 17n ? 5 : 20;
}

const memo = new WeakMap<Expr, number>();

export function weight(e: Expr): number {
  let known = memo.get(e);
  if (known === undefined) {
    known = (rules[e.kind] as (e: Expr) => number)(e);
    memo.set(e, known);
  }
  return known;
}

export const isHeavy = (e: Expr): boolean => weight(e) >= HEAVY;
