/** Two expressions come in, -1, 0 or 1 goes out: a total order on structure, the same in every process. */
import { type Condition, type Expr, type Kind, type Node, UNARY } from "./expr.js";
import { compareR } from "./rational.js";
import type { Index, Subscript } from "./subscript.js";

const RANK: { [K in Kind]: number } = {
  number: 0,
  pi: 1,
  dimension: 2,
  tensor: 3,
  position: 4,
  delta: 5,
  power: 6,
  unary: 7,
  polygamma: 7.5,
  extremum: 8,
  softmax: 9,
  mul: 10,
  add: 11,
  where: 12,
  integral: 13,
  root: 13.5,
  binder: 14,
};

const ROLE = { parameter: 0, rate: 2, state: 3, activation: 4, input: 1, variable: 5 };

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function lists<T>(a: readonly T[], b: readonly T[], by: (x: T, y: T) => number): number {
  for (let k = 0; k < Math.min(a.length, b.length); k++) {
    const c = by(a[k]!, b[k]!);
    if (c !== 0) return c;
  }
  return a.length - b.length;
}

const indexOrder = (a: Index, b: Index): number => text(a.dim.key, b.dim.key) || text(a.name, b.name);

function subOrder(a: Subscript, b: Subscript): number {
  return (
    lists(a.terms, b.terms, (x, y) => indexOrder(x.index, y.index) || x.coefficient - y.coefficient) ||
    text(a.constant.key, b.constant.key) ||
    text(a.mod?.key ?? "", b.mod?.key ?? "")
  );
}

function conditionOrder(a: Condition, b: Condition): number {
  return lists(
    a.all,
    b.all,
    (x, y) => text(x.op, y.op) || compareExpr(x.left, y.left) || compareExpr(x.right, y.right),
  );
}

type Pairwise = { [K in Kind]: (a: Node<K>, b: Node<K>) => number };

const within: Pairwise = {
  number: (a, b) => compareR(a.value, b.value),
  pi: () => 0,
  dimension: (a, b) => text(a.dim.key, b.dim.key),
  position: (a, b) => subOrder(a.at, b.at),
  tensor: (a, b) =>
    a.subs.length - b.subs.length ||
    ROLE[a.symbol.role] - ROLE[b.symbol.role] ||
    text(a.symbol.key, b.symbol.key) ||
    lists(a.subs, b.subs, subOrder),
  add: (a, b) => lists(a.terms, b.terms, compareExpr),
  mul: (a, b) => lists(a.factors, b.factors, compareExpr),
  power: (a, b) => compareExpr(a.base, b.base) || compareExpr(a.exponent, b.exponent),
  unary: (a, b) => UNARY.indexOf(a.fn) - UNARY.indexOf(b.fn) || compareExpr(a.arg, b.arg),
  polygamma: (a, b) => a.order - b.order || compareExpr(a.arg, b.arg),
  extremum: (a, b) => text(a.fn, b.fn) || lists(a.args, b.args, compareExpr),
  where: (a, b) =>
    conditionOrder(a.condition, b.condition) || compareExpr(a.then, b.then) || compareExpr(a.else, b.else),
  delta: (a, b) => subOrder(a.left, b.left) || subOrder(a.right, b.right),
  binder: (a, b) =>
    text(a.op, b.op) ||
    lists(a.indices, b.indices, indexOrder) ||
    conditionOrder(a.guard, b.guard) ||
    compareExpr(a.body, b.body),
  softmax: (a, b) =>
    compareExpr(a.body, b.body) ||
    conditionOrder(a.guard, b.guard) ||
    indexOrder(a.index, b.index) ||
    subOrder(a.at, b.at),
  integral: (a, b) =>
    compareExpr(a.body, b.body) || compareExpr(a.lower, b.lower) || compareExpr(a.upper, b.upper),
  root: (a, b) => compareExpr(a.body, b.body),
};

/**
 * A total order: scalars before vectors before matrices, parameters before inputs before states, plain
 * factors before functions before sums, which is also close to the order in which papers print factors.
 */
export function compareExpr(a: Expr, b: Expr): number {
  if (a === b) return 0;
  if (a.kind !== b.kind) return RANK[a.kind] - RANK[b.kind];
  return (within[a.kind] as (x: Expr, y: Expr) => number)(a, b);
}
