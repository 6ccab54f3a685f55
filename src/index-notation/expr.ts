/**
 * The expression nodes of index notation: children come in, one immutable interned node goes out, so that
 * structurally equal expressions (up to the names of bound indices) are the same object. Nothing is
 * simplified here; build expressions through build.ts and binders.ts.
 */
import type { Dimension } from "./dimension.js";
import type { Rational } from "./rational.js";
import { showR } from "./rational.js";
import { type Index, indicesOf, type Subscript } from "./subscript.js";
import type { TensorSymbol } from "./symbols.js";

declare const brand: unique symbol;

export const UNARY = [
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
] as const;
export type Unary = (typeof UNARY)[number];

export const BINDERS = ["sum", "prod", "max", "min", "logsumexp"] as const;
export type BinderOp = (typeof BINDERS)[number];

export type Comparison = "<" | "<=" | "=" | "!=";

/** What each kind of node holds besides the derived fields of `Base`. */
interface Payloads {
  number: { readonly value: Rational };
  pi: Record<never, never>;
  /** A dimension read as a number, as in `/N_v`. */
  dimension: { readonly dim: Dimension };
  /** An index read as a number; its value is 0-based. Guards compare these. */
  position: { readonly at: Subscript };
  tensor: { readonly symbol: TensorSymbol; readonly subs: readonly Subscript[] };
  add: { readonly terms: readonly Expr[] };
  mul: { readonly factors: readonly Expr[] };
  power: { readonly base: Expr; readonly exponent: Expr };
  unary: { readonly fn: Unary; readonly arg: Expr };
  /** The derivative of order `order` of digamma. */
  polygamma: { readonly order: number; readonly arg: Expr };
  /** max or min of two or more values. */
  extremum: { readonly fn: "max" | "min"; readonly args: readonly Expr[] };
  where: { readonly condition: Condition; readonly then: Expr; readonly else: Expr };
  delta: { readonly left: Subscript; readonly right: Subscript };
  binder: {
    readonly op: BinderOp;
    readonly indices: readonly Index[];
    readonly guard: Condition;
    readonly body: Expr;
  };
  /** softmax over `index` of `body`, read at `at`; 0 where the guard fails or `at` is out of range. */
  softmax: { readonly index: Index; readonly guard: Condition; readonly body: Expr; readonly at: Subscript };
  integral: {
    readonly variable: TensorSymbol;
    readonly lower: Expr;
    readonly upper: Expr;
    readonly body: Expr;
  };
  /** The number at which `body`, non-decreasing in `variable`, changes sign; NaN where there is none. */
  root: { readonly variable: TensorSymbol; readonly body: Expr };
}

export type Kind = keyof Payloads;

interface Base {
  readonly [brand]: "Expr";
  /** Unique in this process; equal expressions have equal ids. Never an ordering that reaches the user. */
  readonly id: number;
  /** Free indices in order of their keys. */
  readonly free: readonly Index[];
  /** How deeply binders nest: canonical names of bound indices are made of it. */
  readonly height: number;
  /** Number of nodes, counting shared ones once per occurrence. */
  readonly size: number;
}

export type Node<K extends Kind> = Base & { readonly kind: K } & Payloads[K];
export type Expr = { [K in Kind]: Node<K> }[Kind];

/** A truth value: a conjunction of comparisons, all of which must hold (none: true). */
export interface Condition {
  readonly all: readonly Compare[];
  readonly key: string;
  readonly free: readonly Index[];
  readonly height: number;
}

export interface Compare {
  readonly op: Comparison;
  readonly left: Expr;
  readonly right: Expr;
}

const table = new Map<string, WeakRef<Expr>>();
const sweeper = new FinalizationRegistry<string>((key) => {
  if (table.get(key)?.deref() === undefined) table.delete(key);
});
let nextId = 1;

/** Limits beyond which an expression is refused rather than risking the stack or the memory. */
export const MAX_SIZE = 200_000;

export class ExpressionTooLarge extends Error {
  constructor(size: number) {
    super(`the expression grew to ${size} nodes; the limit is ${MAX_SIZE}`);
  }
}

interface Derived {
  free: readonly Index[];
  height: number;
  size: number;
}

function intern<K extends Kind>(kind: K, key: string, payload: Payloads[K], derived: () => Derived): Node<K> {
  const full = `${kind}(${key})`;
  const known = table.get(full)?.deref();
  if (known !== undefined) return known as Node<K>;
  const d = derived();
  if (d.size > MAX_SIZE) throw new ExpressionTooLarge(d.size);
  const node = Object.freeze({ kind, id: nextId++, ...d, ...payload }) as unknown as Node<K>;
  table.set(full, new WeakRef(node as Expr));
  sweeper.register(node, full);
  return node;
}

export function unionIndices(lists: readonly (readonly Index[])[]): readonly Index[] {
  if (lists.length === 1) return lists[0]!;
  const all = new Map<string, Index>();
  for (const list of lists) for (const i of list) all.set(i.key, i);
  return [...all.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

const without = (free: readonly Index[], bound: readonly Index[]): readonly Index[] =>
  free.filter((i) => !bound.some((b) => b.key === i.key));

function summary(children: readonly Expr[], subs: readonly Subscript[] = []): Derived {
  return {
    free: unionIndices([...children.map((c) => c.free), ...subs.map((s) => unionIndices([indicesOf(s)]))]),
    height: Math.max(0, ...children.map((c) => c.height)),
    size: 1 + children.reduce((total, c) => total + c.size, 0),
  };
}

const conditionSize = (c: Condition): number => c.all.reduce((n, x) => n + x.left.size + x.right.size, 0);

function bindSummary(
  body: Expr,
  guard: Condition,
  bound: readonly Index[],
  subs: readonly Subscript[],
): Derived {
  const outside = subs.flatMap((s) => indicesOf(s));
  return {
    free: unionIndices([without(body.free, bound), without(guard.free, bound), unionIndices([outside])]),
    height: 1 + Math.max(body.height, guard.height),
    size: 1 + body.size + conditionSize(guard),
  };
}

const ids = (nodes: readonly Expr[]): string => nodes.map((n) => n.id).join(",");

/** Raw node constructors; the invariants of the normal form are kept by build.ts, not here. */
export const node = {
  number: (value: Rational): Node<"number"> => intern("number", showR(value), { value }, () => summary([])),
  pi: (): Node<"pi"> => intern("pi", "", {}, () => summary([])),
  dimension: (dim: Dimension): Node<"dimension"> => intern("dimension", dim.key, { dim }, () => summary([])),
  position: (at: Subscript): Node<"position"> => intern("position", at.key, { at }, () => summary([], [at])),
  tensor: (symbol: TensorSymbol, subs: readonly Subscript[]): Node<"tensor"> =>
    intern("tensor", `${symbol.key};${subs.map((s) => s.key).join(";")}`, { symbol, subs }, () =>
      summary([], subs),
    ),
  add: (terms: readonly Expr[]): Node<"add"> => intern("add", ids(terms), { terms }, () => summary(terms)),
  mul: (factors: readonly Expr[]): Node<"mul"> =>
    intern("mul", ids(factors), { factors }, () => summary(factors)),
  power: (base: Expr, exponent: Expr): Node<"power"> =>
    intern("power", ids([base, exponent]), { base, exponent }, () => summary([base, exponent])),
  unary: (fn: Unary, arg: Expr): Node<"unary"> =>
    intern("unary", `${fn},${arg.id}`, { fn, arg }, () => summary([arg])),
  polygamma: (order: number, arg: Expr): Node<"polygamma"> =>
    intern("polygamma", `${order},${arg.id}`, { order, arg }, () => summary([arg])),
  extremum: (fn: "max" | "min", args: readonly Expr[]): Node<"extremum"> =>
    intern("extremum", `${fn},${ids(args)}`, { fn, args }, () => summary(args)),
  where: (test: Condition, then: Expr, otherwise: Expr): Node<"where"> =>
    intern(
      "where",
      `${test.key},${ids([then, otherwise])}`,
      { condition: test, then, else: otherwise },
      () => {
        const inner = summary([then, otherwise]);
        return {
          free: unionIndices([inner.free, test.free]),
          height: Math.max(inner.height, test.height),
          size: inner.size + conditionSize(test),
        };
      },
    ),
  delta: (left: Subscript, right: Subscript): Node<"delta"> =>
    intern("delta", `${left.key};${right.key}`, { left, right }, () => summary([], [left, right])),
  binder: (op: BinderOp, indices: readonly Index[], guard: Condition, body: Expr): Node<"binder"> =>
    intern(
      "binder",
      `${op};${indices.map((i) => i.key).join(",")};${guard.key};${body.id}`,
      { op, indices, guard, body },
      () => bindSummary(body, guard, indices, []),
    ),
  softmax: (i: Index, guard: Condition, body: Expr, at: Subscript): Node<"softmax"> =>
    intern("softmax", `${i.key};${guard.key};${body.id};${at.key}`, { index: i, guard, body, at }, () =>
      bindSummary(body, guard, [i], [at]),
    ),
  integral: (variable: TensorSymbol, lower: Expr, upper: Expr, body: Expr): Node<"integral"> =>
    intern("integral", `${variable.key};${ids([lower, upper, body])}`, { variable, lower, upper, body }, () =>
      summary([lower, upper, body]),
    ),
  root: (variable: TensorSymbol, body: Expr): Node<"root"> =>
    intern("root", `${variable.key};${body.id}`, { variable, body }, () => summary([body])),
};

/** A conjunction, as given; `condition` in build.ts removes what is decided. */
export function conjunction(all: readonly Compare[]): Condition {
  const sides = all.flatMap((c) => [c.left, c.right]);
  return {
    all,
    key: all.map((c) => `${c.left.id}${c.op}${c.right.id}`).join("&"),
    free: unionIndices(sides.map((s) => s.free)),
    height: Math.max(0, ...sides.map((s) => s.height)),
  };
}

export const TRUE = conjunction([]);
