/** Two expressions come in; their quotient goes out where the factors of the divisor cancel. */
import { type Expr, mapChildren, mul, num, power, unary } from "../../index-notation/index.js";
import { expand, shownEqual, simplify } from "../../rewrite/index.js";
import { factored } from "../prover/algebra/factor.js";

/** a/b where the factors of b cancel; undefined where sums stay below. */
export function quotient(a: Expr, b: Expr): Expr | undefined {
  if (isZero(a)) return num(0);
  if (isZero(b)) return undefined;
  const plain = simplify(mul([factored(a), power(factored(b), num(-1))]));
  for (const ratio of new Set([...stepsIn(a), plain, simplify(expand(plain))]))
    if (shownEqual(withSteps(a), withSteps(mul([ratio, b])))) return ratio;
  return undefined;
}

/** The activations' slopes of relu units. */
function stepsIn(e: Expr): Expr[] {
  const found = new Set<Expr>();
  const visit = (x: Expr): Expr => {
    if (x.kind === "unary" && x.fn === "step") found.add(x);
    return mapChildren(x, visit);
  };
  visit(e);
  return [...found];
}

/** relu(u) = u·step(u), and step² = step. */
function withSteps(e: Expr): Expr {
  const visit = (x: Expr): Expr => {
    const inner = mapChildren(x, visit);
    if (inner.kind === "unary" && inner.fn === "relu") return mul([inner.arg, unary("step", inner.arg)]);
    if (inner.kind === "power" && inner.base.kind === "unary" && inner.base.fn === "step") return inner.base;
    return inner;
  };
  return visit(expand(visit(e)));
}

export const isZero = (e: Expr): boolean => e.kind === "number" && e.value.n === 0n;
