/** An expression comes in; the same with Σ over j ≠ i written as Σ over j minus the term j = i goes out. */
import {
  asIndex,
  both,
  type Compare,
  type Condition,
  compare,
  conjunction,
  type Expr,
  type Index,
  inRange,
  mapChildren,
  type Node,
  open,
  type Subscript,
  sub2,
  substitutable,
  substituteIndices,
  sum,
} from "../../index-notation/index.js";

/** Sums that leave one index out and sums that do not are compared in this form. */
export function withoutExclusions(e: Expr): Expr {
  const visited = mapChildren(e, withoutExclusions);
  return visited.kind === "binder" && visited.op === "sum" ? opened(visited) : visited;
}

function opened(e: Node<"binder">): Expr {
  const { indices, guard, body } = open(e);
  for (const c of guard.all) {
    const left = excluded(c, indices);
    if (left === undefined || !substitutable(body, left.index, left.at)) continue;
    const rest = conjunction(guard.all.filter((x) => x !== c));
    const map = new Map([[left.index.key, left.at]]);
    const others = indices.filter((i) => i !== left.index);
    const all = withoutExclusions(sum(indices, rest, body));
    const one = withoutExclusions(sum(others, conditionAt(rest, map), substituteIndices(body, map)));
    return sub2(all, one);
  }
  return e;
}

/** The bound index and the one value it must not take, where that is surely in its range. */
function excluded(c: Compare, bound: readonly Index[]): { index: Index; at: Subscript } | undefined {
  if (c.op !== "!=" || c.left.kind !== "position" || c.right.kind !== "position") return undefined;
  for (const [a, b] of [[c.left.at, c.right.at] as const, [c.right.at, c.left.at] as const]) {
    const index = bound.find((i) => i === asIndex(a));
    if (index === undefined || b.terms.some((t) => t.index === index)) continue;
    if (inRange(b, index.dim)) return { index, at: b };
  }
  return undefined;
}

const conditionAt = (c: Condition, map: ReadonlyMap<string, Subscript>): Condition =>
  both(...c.all.map((x) => compare(x.op, substituteIndices(x.left, map), substituteIndices(x.right, map))));
