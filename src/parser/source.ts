/**
 * The first of the three dialects: what the user wrote, node by node with its place in the text. It knows
 * names, not symbols, and no rules of algebra; resolve.ts turns it into `Expr`. The two types share no
 * member that would let one pass for the other: a source node has a range, an `Expr` has a brand.
 */
import {
  addR,
  divR,
  isInteger,
  mulR,
  negR,
  ONE,
  powR,
  type Rational,
  signR,
  ZERO,
} from "../index-notation/index.js";
import type { Range } from "./fault.js";

export type ComparisonOperator = "<" | "<=" | ">" | ">=" | "=" | "!=";

interface SourcePayloads {
  number: { readonly value: Rational };
  name: { readonly name: string };
  /** `v[i]`, `softmax(j, e)[i]` */
  component: { readonly base: SourceExpr; readonly subscripts: readonly SourceExpr[] };
  call: { readonly name: string; readonly args: readonly SourceExpr[]; readonly nameRange: Range };
  /** Terms in order; `a - b` has a negative second term. */
  sum: { readonly terms: readonly { readonly negative: boolean; readonly value: SourceExpr }[] };
  /** Factors in order; `a/b` has an inverse second factor. */
  product: { readonly factors: readonly { readonly inverse: boolean; readonly value: SourceExpr }[] };
  power: { readonly base: SourceExpr; readonly exponent: SourceExpr };
  negate: { readonly operand: SourceExpr };
  /** Only as a guard, in `where` and in conditions. */
  comparison: { readonly op: ComparisonOperator; readonly left: SourceExpr; readonly right: SourceExpr };
}

export type SourceKind = keyof SourcePayloads;
export type SourceNode<K extends SourceKind> = {
  readonly kind: K;
  readonly range: Range;
} & SourcePayloads[K];
export type SourceExpr = { [K in SourceKind]: SourceNode<K> }[SourceKind];
export type SourceComparison = SourceNode<"comparison">;

const MAX_CONSTANT_POWER = 64n;

/** The exact value of an expression made of numbers only; undefined when it is not one. */
export function constantOf(e: SourceExpr): Rational | undefined {
  if (e.kind === "number") return e.value;
  if (e.kind === "negate") return negated(constantOf(e.operand));
  if (e.kind === "power") return constantPower(constantOf(e.base), constantOf(e.exponent));
  if (e.kind === "sum") return fold(e.terms, ZERO, (t, sum) => addR(sum, t.negative ? negR(t.at) : t.at));
  if (e.kind === "product") return fold(e.factors, ONE, (f, product) => times(product, f.at, f.inverse));
  return undefined;
}

const negated = (a: Rational | undefined): Rational | undefined => (a === undefined ? undefined : negR(a));

const times = (a: Rational, b: Rational, inverse: boolean): Rational | undefined =>
  inverse ? (signR(b) === 0 ? undefined : divR(a, b)) : mulR(a, b);

function constantPower(base: Rational | undefined, k: Rational | undefined): Rational | undefined {
  if (base === undefined || k === undefined || !isInteger(k)) return undefined;
  const huge = k.n > MAX_CONSTANT_POWER || k.n < -MAX_CONSTANT_POWER;
  return huge || (signR(base) === 0 && k.n < 0n) ? undefined : powR(base, k.n);
}

function fold<P extends { readonly value: SourceExpr }>(
  parts: readonly P[],
  start: Rational,
  join: (part: P & { at: Rational }, value: Rational) => Rational | undefined,
): Rational | undefined {
  let value: Rational | undefined = start;
  for (const p of parts) {
    const at = constantOf(p.value);
    if (at === undefined || value === undefined) return undefined;
    value = join({ ...p, at }, value);
  }
  return value;
}
