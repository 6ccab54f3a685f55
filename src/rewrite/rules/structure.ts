/** Rules for sums and products: deltas, common factors and cancelling terms. */
import {
  add,
  asIndex,
  type Expr,
  mul,
  type Node,
  sub,
  substitutable,
  substituteIndices,
} from "../../index-notation/index.js";
import { type Rule, rule } from "../engine.js";
import { factorsOf, without } from "./parts.js";

/** δ[i,j]·f(j) = δ[i,j]·f(i): the first of two plain indices is used throughout. */
function unify(e: Node<"mul">): Expr | undefined {
  for (const d of e.factors) {
    if (d.kind !== "delta") continue;
    const [i, j] = [asIndex(d.left), asIndex(d.right)];
    if (j === undefined || (i !== undefined && i.dim.key !== j.dim.key)) continue;
    const rest = mul(without(e.factors, d));
    const first = i === undefined ? d.left : sub(i);
    if (d.left.terms.some((t) => t.index.key === j.key) || !substitutable(rest, j, first)) continue;
    const replaced = substituteIndices(rest, new Map([[j.key, first]]));
    if (replaced !== rest) return mul([d, replaced]);
  }
  return undefined;
}

export const deltas: readonly Rule[] = [
  rule("mul", "delta-substitution", "delta[i,j]*f(j) = delta[i,j]*f(i) where f(i) is defined", unify),
];

/** x·(c·a + c·b) = x·c·(a + b) for factors c that every term has. */
function commonFactor(e: Node<"mul">): Expr | undefined {
  for (const f of e.factors) {
    if (f.kind !== "add") continue;
    const [first, ...rest] = f.terms.map((t) => factorsOf(t).filter((x) => x.kind !== "number"));
    const common = first!.filter((c) => rest.every((t) => t.includes(c)));
    if (common.length === 0) continue;
    const inner = add(f.terms.map((t) => mul(without(factorsOf(t), ...common))));
    return mul([...without(e.factors, f), ...common, inner]);
  }
  return undefined;
}

/** (1 - c)·v + a - v = a - c·v: products with a sum are multiplied out where terms then cancel. */
function cancelled(e: Node<"add">): Expr | undefined {
  for (const t of e.terms) {
    const k = t.kind === "mul" ? t.factors.findIndex((f) => f.kind === "add") : -1;
    if (t.kind !== "mul" || k < 0) continue;
    const rest = t.factors.filter((_, n) => n !== k);
    const spread = (t.factors[k] as Node<"add">).terms.map((u) => mul([...rest, u]));
    const whole = add([...without(e.terms, t), ...spread]);
    const count = whole.kind === "add" ? whole.terms.length : 1;
    if (count < e.terms.length + spread.length - 1 && whole.size < e.size) return whole;
  }
  return undefined;
}

export const factoring: readonly Rule[] = [
  rule("add", "cancel", "(1 - c)*v + a - v = a - c*v: multiplied out where terms cancel", cancelled),

  rule("mul", "common-factor", "x*(c*a + c*b) = x*c*(a + b)", commonFactor),
];
