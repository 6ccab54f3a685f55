/** Bound indices and a body come in; the orders among which the canonical one is chosen go out. */
import type { Condition, Expr } from "./expr.js";
import { compareExpr } from "./order.js";
import { type Index, index, type Subscript, sub } from "./subscript.js";
import { children } from "./traverse.js";

const mentions = (free: readonly Index[], i: Index): boolean => free.some((j) => j.key === i.key);

const MARK = "#mark";
const OTHER = "#other";

/** The guarded body with its indices renamed; given by binders.ts, which owns substitution. */
export type Rename = (map: ReadonlyMap<string, Subscript>) => Expr;

/** What the body looks like from one index when the other bound indices are indistinguishable. */
const signature = (i: Index, all: readonly Index[], rename: Rename): Expr =>
  rename(new Map(all.map((j) => [j.key, sub(index(j === i ? MARK : OTHER, j.dim))])));

const MAX_ORDERS = 120;

/**
 * The orders of bound indices among which the canonical one is chosen. Indices with different signatures
 * are sorted by it; only ties are permuted. Beyond MAX_ORDERS the first order is taken: then two equal
 * sums may be different objects, which costs a missed simplification, never a wrong one.
 */
export function candidateOrders(
  indices: readonly Index[],
  guard: Condition,
  body: Expr,
  rename: Rename,
): readonly (readonly Index[])[] {
  if (indices.length === 1) return [indices];
  const marked = indices.map((i) => ({ i, uses: `${i.dim.key};${usesOf(i, guard, body)}` }));
  marked.sort((a, b) => (a.uses < b.uses ? -1 : a.uses > b.uses ? 1 : 0));
  const groups = grouped(marked, (a, b) => a.uses === b.uses).flatMap((g) =>
    bySignature(
      g.map((m) => m.i),
      indices,
      rename,
    ),
  );
  let orders: Index[][] = [[]];
  for (const tied of groups) {
    orders = orders.flatMap((o) => permutations(tied).map((p) => [...o, ...p]));
    if (orders.length > MAX_ORDERS) return [groups.flat()];
  }
  return orders;
}

/** Where an index occurs: names and positions, in a canonical order. Cheap, and usually enough. */
function usesOf(i: Index, guard: Condition, body: Expr): string {
  const uses: string[] = [];
  const note = (what: string, subs: readonly Subscript[]): void => {
    for (const [k, s] of subs.entries())
      for (const t of s.terms) if (t.index.key === i.key) uses.push(`${what}.${k}.${t.coefficient}`);
  };
  const visit = (e: Expr, depth: number): void => {
    if (!mentions(e.free, i)) return;
    // Exchangeable subscripts count as one position: their order follows from names.
    if (e.kind === "tensor" && !e.symbol.symmetric) note(`${e.symbol.name}${depth}`, e.subs);
    else if (e.kind === "tensor") for (const s of e.subs) note(`${e.symbol.name}${depth}`, [s]);
    else if (e.kind === "softmax" || e.kind === "position") note(`${e.kind}${depth}`, [e.at]);
    else if (e.kind === "delta") for (const s of [e.left, e.right]) note(`delta${depth}`, [s]);
    for (const c of children(e)) visit(c, depth + 1);
  };
  for (const c of guard.all) for (const side of [c.left, c.right]) visit(side, -1);
  visit(body, 0);
  return uses.sort().join();
}

/** Splits indices with equal uses by their signatures; what is left together is tied. */
function bySignature(tied: readonly Index[], all: readonly Index[], rename: Rename): Index[][] {
  if (tied.length === 1) return [[...tied]];
  const marked = tied.map((i) => ({ i, s: signature(i, all, rename) }));
  marked.sort((a, b) => compareExpr(a.s, b.s));
  return grouped(marked, (a, b) => a.s === b.s).map((g) => g.map((m) => m.i));
}

/** Runs of neighbours that are alike. */
function grouped<T>(items: readonly T[], alike: (a: T, b: T) => boolean): T[][] {
  const groups: T[][] = [];
  for (const x of items) {
    const last = groups.at(-1);
    if (last !== undefined && alike(last[0]!, x)) last.push(x);
    else groups.push([x]);
  }
  return groups;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  if (items.length > 5) return [[...items]];
  return items.flatMap((x, k) =>
    permutations([...items.slice(0, k), ...items.slice(k + 1)]).map((p) => [x, ...p]),
  );
}
