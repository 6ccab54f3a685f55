/** Comparisons, choices and deltas: decided ones become true, false, 1 or 0; the others become nodes. */
import { dim, mul, one, position, sub2, zero } from "./build.js";
import { constantD, type Dimension } from "./dimension.js";
import { type Compare, type Comparison, type Condition, conjunction, type Expr, node, TRUE } from "./expr.js";
import { compareExpr } from "./order.js";
import { rangeOf } from "./range.js";
import { signR } from "./rational.js";
import { difference, inRange, type Subscript } from "./subscript.js";

const FALSE = conjunction([{ op: "<", left: zero, right: zero }]);
export const isTrue = (c: Condition): boolean => c.all.length === 0;
export const isFalse = (c: Condition): boolean => c.key === FALSE.key;

/** One comparison; `>` and `>=` are written with `<` and `<=`. Decided comparisons become true or false. */
export function compare(op: Comparison | ">" | ">=", left: Expr, right: Expr): Condition {
  if (op === ">") return compare("<", right, left);
  if (op === ">=") return compare("<=", right, left);
  const decided = decide(op, rangeOf(sub2(left, right)));
  if (decided !== undefined) return decided ? TRUE : FALSE;
  const swap = (op === "=" || op === "!=") && compareExpr(left, right) > 0;
  return conjunction([swap ? { op, left: right, right: left } : { op, left, right }]);
}

function decide(op: Comparison, d: ReturnType<typeof rangeOf>): boolean | undefined {
  const below = d.high !== undefined && (signR(d.high) < 0 || (signR(d.high) === 0 && !!d.highOpen));
  const above = d.low !== undefined && (signR(d.low) > 0 || (signR(d.low) === 0 && !!d.lowOpen));
  const atMost = d.high !== undefined && signR(d.high) <= 0;
  const atLeast = d.low !== undefined && signR(d.low) >= 0;
  if (op === "<") return below ? true : atLeast ? false : undefined;
  if (op === "<=") return atMost ? true : above ? false : undefined;
  const equal = atMost && atLeast ? true : below || above ? false : undefined;
  return equal === undefined ? undefined : (op === "=") === equal;
}

export function both(...conditions: readonly Condition[]): Condition {
  const distinct = new Map<string, Compare>();
  for (const c of conditions) for (const x of c.all) distinct.set(`${x.left.id}${x.op}${x.right.id}`, x);
  const all = [...distinct.values()].sort(
    (a, b) => compareExpr(a.left, b.left) || compareExpr(a.right, b.right),
  );
  return conditions.some(isFalse) ? FALSE : conjunction(all);
}

/** One of two values; a delta that both share goes outside, where a sum contracts it. */
export function where(condition: Condition, then: Expr, otherwise: Expr): Expr {
  if (isTrue(condition) || then === otherwise) return then;
  if (isFalse(condition)) return otherwise;
  const outside = factorsOf(then).filter((f) => f.kind === "delta" && factorsOf(otherwise).includes(f));
  if (outside.length === 0) return node.where(condition, then, otherwise);
  const rest = (e: Expr): Expr => mul(factorsOf(e).filter((f) => !outside.includes(f)));
  return mul([...outside, where(condition, rest(then), rest(otherwise))]);
}

const factorsOf = (e: Expr): readonly Expr[] => (e.kind === "mul" ? e.factors : [e]);

/** Kronecker's delta; 1 and 0 where the difference of the subscripts decides it. */
export function delta(left: Subscript, right: Subscript): Expr {
  if (left.key === right.key) return one;
  const diff = difference(left, right);
  const constant = diff === undefined || diff.terms.length > 0 ? undefined : constantD(diff.constant);
  if (constant !== undefined) return signR(constant) === 0 ? one : zero;
  return left.key < right.key ? node.delta(left, right) : node.delta(right, left);
}

/** `0 <= s < dim` as a condition; true when it can be shown. */
export function inside(s: Subscript, d: Dimension): Condition {
  if (inRange(s, d)) return TRUE;
  return both(compare("<=", zero, position(s)), compare("<", position(s), dim(d)));
}
