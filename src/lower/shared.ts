/** The outputs of an entry come in, the expensive values that several loops of them need go out. */
import { children, type Expr } from "../index-notation/index.js";
import { canonical } from "./canonical.js";
import type { Output } from "./request.js";
import type { Sizes } from "./sizes.js";
import { isHeavy } from "./weight.js";

/** Values found under one root or one binder are computed in one loop nest and share a local there. */
function collect(
  e: Expr,
  context: object,
  found: Map<Expr, Set<object>>,
  sizes: Sizes,
  seen: Set<Expr>,
): void {
  if (seen.has(e)) return;
  seen.add(e);
  if (e.kind === "binder" || e.kind === "softmax") {
    for (const c of children(e)) collect(c, e, found, sizes, new Set());
    return;
  }
  if (isHeavy(e)) {
    const key = canonical(e, sizes).expr;
    found.set(key, (found.get(key) ?? new Set()).add(context));
  }
  for (const c of children(e)) collect(c, context, found, sizes, seen);
}

/** Canonical expensive values (without binders at their root) that occur in at least two contexts. */
export function sharedValues(outputs: readonly Output[], sizes: Sizes): ReadonlySet<Expr> {
  const found = new Map<Expr, Set<object>>();
  for (const o of outputs) collect(o.value, o, found, sizes, new Set());
  return new Set([...found].filter(([, contexts]) => contexts.size > 1).map(([e]) => e));
}
