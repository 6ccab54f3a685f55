/**
 * The leading arguments of a binder come in (`i`, `j > i`, …), the indices they bind and their guard go out.
 * A bare index is bound; in a comparison the left name is, unless this binder has bound it already.
 */
import { both, type Condition, compare, type Index, TRUE } from "../index-notation/index.js";
import type { Range } from "./fault.js";
import { asDeclaredIndex, complain, lookUp, type Reading, type Resolve, slice } from "./reading.js";
import { describe } from "./scope.js";
import type { SourceComparison, SourceExpr } from "./source.js";
import { nearest } from "./suggest.js";

export interface Binding {
  readonly indices: readonly Index[];
  readonly guard: Condition;
  /** The reading inside the binder. */
  readonly inner: Reading;
}

export function bind(heads: readonly SourceExpr[], what: string, r: Reading, resolve: Resolve): Binding {
  const own = new Map<string, Index>();
  const guards = heads.flatMap((h) => bindHead(h, what, own, r));
  const inner = { ...r, bound: new Map([...r.bound, ...own]) };
  const conditions = guards.map((g) => comparison(g, inner, resolve));
  return { indices: [...own.values()], guard: both(TRUE, ...conditions), inner };
}

export const comparison = (c: SourceComparison, r: Reading, resolve: Resolve): Condition =>
  compare(c.op, resolve(c.left, r), resolve(c.right, r));

/** Binds what one leading argument binds; returns its guard, if it has one. */
function bindHead(
  head: SourceExpr,
  what: string,
  own: Map<string, Index>,
  r: Reading,
): readonly SourceComparison[] {
  if (head.kind !== "comparison") {
    bindName(head, what, own, r);
    return [];
  }
  const { left } = head;
  if (
    left.kind === "name" &&
    asDeclaredIndex(left, r) !== undefined &&
    introduces(left.name, head.right, own, r)
  )
    bindName(left, what, own, r);
  return [head];
}

/** `i > j` introduces i, except where i has its meaning already and the comparison is about a j just bound. */
function introduces(name: string, right: SourceExpr, own: ReadonlyMap<string, Index>, r: Reading): boolean {
  if (own.has(name)) return false;
  return !(r.bound.has(name) && [...own.keys()].some((j) => mentions(right, j)));
}

function mentions(e: SourceExpr, name: string): boolean {
  const below = (x: SourceExpr): boolean => mentions(x, name);
  if (e.kind === "name") return e.name === name;
  if (e.kind === "sum") return e.terms.some((t) => below(t.value));
  if (e.kind === "product") return e.factors.some((f) => below(f.value));
  if (e.kind === "negate") return below(e.operand);
  return e.kind === "call" && e.args.some(below);
}

function bindName(e: SourceExpr, what: string, own: Map<string, Index>, r: Reading): void {
  const i = asDeclaredIndex(e, r);
  if (e.kind !== "name" || i === undefined) {
    notAnIndex(e, what, r);
    return;
  }
  if (own.has(e.name) || r.bound.has(e.name)) rebinding(e.name, e.range, r);
  own.set(e.name, i);
}

function rebinding(name: string, range: Range, r: Reading): void {
  complain(
    r,
    range,
    "rebinding",
    `the index ${name} is already bound here`,
    `bind another index over the same dimension; in a guard the left name is bound: write k != ${name}, not ${name} != k`,
  );
}

function notAnIndex(e: SourceExpr, what: string, r: Reading): void {
  const written = slice(r, e.range);
  const entry = e.kind === "name" ? lookUp(e.name, r) : undefined;
  const found = e.kind === "name" && entry !== undefined ? describe(e.name, entry) : `found ${written}`;
  if (entry?.kind === "broken") return;
  const indices = [...r.scope.names].flatMap(([n, x]) => (x.kind === "index" ? [n] : []));
  const near = e.kind === "name" ? nearest(e.name, indices) : undefined;
  complain(
    r,
    e.range,
    "not-an-index",
    `${what} binds an index in its first argument; ${found}`,
    near === undefined ? `write ${what}(i, …) with i declared under indices` : `did you mean ${near}?`,
  );
}
