/**
 * An expression comes in, the same with its free indices renamed by their order goes out, so that values
 * equal up to the names of free indices are the same object and share one temporary.
 */
import { type Expr, type Index, index, type Node, renameIndices } from "../index-notation/index.js";
import { tensorsIn } from "./loop-order.js";
import type { Sizes } from "./sizes.js";

export interface Canonical {
  readonly expr: Expr;
  /** The indices as they were, in the order of `over`. */
  readonly from: readonly Index[];
  readonly over: readonly Index[];
}

/** Free indices in the order in which the largest tensors carry them: memory order of a temporary. */
export function axesOf(e: Expr, sizes: Sizes): readonly Index[] {
  if (e.free.length < 2) return e.free;
  const tensors = [...tensorsIn(e)].sort((a, b) => sizes.entries(b.symbol) - sizes.entries(a.symbol));
  const mentioned = tensors.flatMap((t) => subscriptIndices(t));
  const keys = [...new Set([...mentioned, ...e.free].map((i) => i.key))];
  return keys.flatMap((k) => e.free.filter((i) => i.key === k));
}

const subscriptIndices = (t: Node<"tensor">): Index[] => t.subs.flatMap((s) => s.terms.map((x) => x.index));

export const canonicalAxes = (from: readonly Index[]): readonly Index[] =>
  from.map((i, k) => index(`$${k}`, i.dim));

const memo = new WeakMap<Sizes, WeakMap<Expr, Canonical>>();

export function canonical(e: Expr, sizes: Sizes): Canonical {
  const known = memo.get(sizes) ?? new WeakMap<Expr, Canonical>();
  memo.set(sizes, known);
  let found = known.get(e);
  if (found === undefined) {
    const from = axesOf(e, sizes);
    const over = canonicalAxes(from);
    found = { expr: renameIndices(e, from, over), from, over };
    known.set(e, found);
  }
  return found;
}
