/** Indices and the tensors read under them come in, the order of their loops goes out, outermost first. */
import { children, type Expr, type Index, type Node } from "../index-notation/index.js";
import type { Slots } from "./slots.js";

/** Every component read in e, binders included. */
export function tensorsIn(
  e: Expr,
  found = new Set<Node<"tensor">>(),
  seen = new Set<Expr>(),
): Set<Node<"tensor">> {
  if (seen.has(e)) return found;
  seen.add(e);
  if (e.kind === "tensor") found.add(e);
  for (const c of children(e)) tensorsIn(c, found, seen);
  return found;
}

/** Distance in memory between neighbours along the index; 0 when the tensor does not move with it. */
export function strideOf(t: Node<"tensor">, i: Index, slots: Slots): number {
  const strides = slots.find(t.symbol)?.strides ?? [];
  return t.subs.reduce((n, s, k) => {
    const c = s.terms.find((x) => x.index.key === i.key)?.coefficient ?? 0;
    return n + Math.abs(c) * (strides[k] ?? 0);
  }, 0);
}

const volumeOf = (t: Node<"tensor">, slots: Slots): number =>
  slots.find(t.symbol)?.shape.reduce((n, s) => n * s, 1) ?? 0;

/** The largest tensor that moves with at least one of the indices: its layout decides. */
export function leader(body: Expr, indices: readonly Index[], slots: Slots): Node<"tensor"> | undefined {
  const moving = [...tensorsIn(body)].filter((t) => indices.some((i) => strideOf(t, i, slots) > 0));
  const count = (t: Node<"tensor">): number => indices.filter((i) => strideOf(t, i, slots) > 0).length;
  return moving.sort((a, b) => volumeOf(b, slots) - volumeOf(a, slots) || count(b) - count(a))[0];
}

/** Larger strides of the leading tensor outside, so that the innermost loop is contiguous in it. */
export function loopOrder(indices: readonly Index[], body: Expr, slots: Slots): readonly Index[] {
  if (indices.length < 2) return indices;
  const lead = leader(body, indices, slots);
  if (lead === undefined) return indices;
  const stride = (i: Index): number => strideOf(lead, i, slots) || Number.POSITIVE_INFINITY;
  return [...indices].sort((a, b) => (stride(a) === stride(b) ? 0 : stride(b) - stride(a)));
}
