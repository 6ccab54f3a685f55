/**
 * A Lagrangian comes in; the same as log Σ exp goes out, where the stable form has nested it into softplus:
 * softplus(u) + softplus(v − softplus(u)) = log(1 + exp(u) + exp(v)).
 */
import { add, type Expr, mapChildren, num, unary } from "../../index-notation/index.js";
import { simplify } from "../../rewrite/index.js";

type Softplus = Expr & { readonly kind: "unary" };

const isSoftplus = (e: Expr): e is Softplus => e.kind === "unary" && e.fn === "softplus";

export function asLogSumExp(e: Expr): Expr | undefined {
  const terms = e.kind === "add" ? e.terms : [e];
  let left: Expr[] = terms.filter(isSoftplus);
  if (left.length === 0) return undefined;
  const rest = add(terms.filter((t) => !isSoftplus(t)));
  const exponents: Expr[] = [num(0)];
  let nested: Expr = num(0);
  while (left.length > 0) {
    const next = left
      .filter(isSoftplus)
      .map((term) => ({ term, exponent: simplify(add([term.arg, nested])) }))
      .find(({ exponent }) => !mentionsSoftplus(exponent));
    if (next === undefined) return undefined;
    exponents.push(next.exponent);
    nested = add([nested, next.term]);
    left = left.filter((t) => t !== next.term);
  }
  if (mentionsSoftplus(rest)) return undefined;
  return unary("log", add(exponents.map((u) => unary("exp", simplify(add([u, rest]))))));
}

function mentionsSoftplus(e: Expr): boolean {
  let found = false;
  const visit = (x: Expr): Expr => {
    if (isSoftplus(x)) found = true;
    return mapChildren(x, visit);
  };
  visit(e);
  return found;
}
