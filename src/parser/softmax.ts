/** `softmax(j, e)[i]` comes in, its node goes out: j is bound in e, i is read outside. */
import { type Expr, one, softmax } from "../index-notation/index.js";
import { bind } from "./binding.js";
import type { Range } from "./fault.js";
import { complain, type Reading, type Resolve } from "./reading.js";
import type { SourceExpr, SourceNode } from "./source.js";
import { checkSubscript, subscript } from "./subscripts.js";

export function softmaxAt(
  e: SourceNode<"call">,
  subscripts: readonly SourceExpr[],
  range: Range,
  r: Reading,
  resolve: Resolve,
): Expr {
  if (e.args.length < 2) return arity(e, r);
  const { indices, guard, inner } = bind(e.args.slice(0, -1), "softmax", r, resolve);
  const body = resolve(e.args.at(-1)!, inner);
  const [i] = indices;
  const [place] = subscripts;
  if (i === undefined) return one;
  if (indices.length > 1 || subscripts.length !== 1 || place === undefined) return single(range, r);
  const at = subscript(place, r);
  if (at === undefined) return one;
  checkSubscript(at, i.dim, "this softmax", place.range, r);
  return softmax(i, guard, body, at);
}

function arity(e: SourceNode<"call">, r: Reading): Expr {
  complain(
    r,
    e.range,
    "arity",
    `softmax takes an index and an expression; found ${e.args.length} argument`,
    "write softmax(j, e)[i]",
  );
  return one;
}

function single(range: Range, r: Reading): Expr {
  complain(
    r,
    range,
    "subscript-count",
    "softmax binds one index and is read at one subscript",
    "write softmax(j, e)[i]; a guard is written softmax(j != k, e)[i]",
  );
  return one;
}
