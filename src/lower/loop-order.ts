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

/** What a step of `stride` costs next to a step to the neighbour: a cache line holds eight doubles. */
const stepCost = (stride: number): number => (stride === 0 ? 0 : Math.min(stride, 8));

/** Larger strides of the leading tensor outside; the index whose steps cost least innermost. */
export function loopOrder(
  indices: readonly Index[],
  body: Expr,
  slots: Slots,
  innermost = cheapestStep(indices, body, slots),
): readonly Index[] {
  if (indices.length < 2) return indices;
  const lead = leader(body, indices, slots);
  const stride = (i: Index): number =>
    i === innermost ? -1 : (lead && strideOf(lead, i, slots)) || Number.POSITIVE_INFINITY;
  return [...indices].sort((a, b) => (stride(a) === stride(b) ? 0 : stride(b) - stride(a)));
}

/** The index along which the tensors of the body are cheapest to walk, large tensors weighing more. */
export function cheapestStep(
  indices: readonly Index[],
  body: Expr,
  slots: Slots,
  extra: (i: Index) => number = () => 0,
): Index | undefined {
  const tensors = [...tensorsIn(body)];
  const cost = (i: Index): number =>
    tensors.reduce((n, t) => n + volumeOf(t, slots) * stepCost(strideOf(t, i, slots)), extra(i));
  let best: Index | undefined;
  for (const i of indices) if (best === undefined || cost(i) <= cost(best)) best = i;
  return best;
}

/** The cost of walking a tensor in memory along one of its axes. */
export const walkCost = (volume: number, stride: number): number => volume * stepCost(stride);
