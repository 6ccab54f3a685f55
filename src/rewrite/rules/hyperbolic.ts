/** Rules for hyperbolic and trigonometric functions: quotients and squares come in, the conventional function goes out. */
import {
  add,
  asRational,
  type Expr,
  minusOne,
  mul,
  type Node,
  neg,
  num,
  one,
  power,
  signR,
  square,
  sub2,
  type Unary,
  unary,
} from "../../index-notation/index.js";
import { type Rule, rule } from "../engine.js";
import { baseOf, exponentOf, factorsOf, isUnary, without } from "./parts.js";

/** In a sum, c·a² + c·b² = c where a² + b² = 1; `sign` is that of b² (tanh² + sech² = 1, cos² + sin² = 1). */
function pythagoras(e: Node<"add">, a: Unary, b: Unary): Expr | undefined {
  for (const t of e.terms) {
    const squareFactor = factorsOf(t).find(
      (f) => f.kind === "power" && isUnary(f.base, a) && f.exponent === two,
    ) as Node<"power"> | undefined;
    if (squareFactor === undefined) continue;
    const partner = square(unary(b, (squareFactor.base as Node<"unary">).arg));
    const rest = mul(without(factorsOf(t), squareFactor));
    const other = mul([rest, partner]);
    if (e.terms.includes(other)) return add([...without(e.terms, t, other), rest]);
    const opposite = neg(rest);
    if (e.terms.includes(opposite)) return add([...without(e.terms, t, opposite), neg(other)]);
  }
  return undefined;
}

const two = num(2);

export const hyperbolic: readonly Rule[] = [
  rule("power", "sech", "cosh(x)^-k = sech(x)^k", (e) => {
    const p = asRational(e.exponent);
    return p !== undefined && signR(p) < 0 && isUnary(e.base, "cosh")
      ? power(unary("sech", e.base.arg), neg(e.exponent))
      : undefined;
  }),
  rule("mul", "tanh", "sinh(x)*sech(x) = tanh(x)", (e) => quotient(e, "sinh", "sech", "tanh")),
  rule("mul", "tan", "sin(x)/cos(x) = tan(x)", (e) => {
    const s = e.factors.find((f) => isUnary(f, "sin")) as Node<"unary"> | undefined;
    const c =
      s &&
      e.factors.find(
        (f) =>
          f.kind === "power" && f.exponent === minusOne && isUnary(f.base, "cos") && f.base.arg === s.arg,
      );
    return s && c ? mul([...without(e.factors, s, c), unary("tan", s.arg)]) : undefined;
  }),
  rule("add", "tanh-sech", "tanh(x)^2 + sech(x)^2 = 1", (e) => pythagoras(e, "tanh", "sech")),
  rule("add", "sin-cos", "sin(x)^2 + cos(x)^2 = 1", (e) => pythagoras(e, "sin", "cos")),
];

function quotient(e: Node<"mul">, above: Unary, below: Unary, result: Unary): Expr | undefined {
  const a = e.factors.find((f) => isUnary(f, above)) as Node<"unary"> | undefined;
  const b =
    a && e.factors.find((f) => isUnary(baseOf(f), below) && (baseOf(f) as Node<"unary">).arg === a.arg);
  if (!a || !b) return undefined;
  const left = power(baseOf(b), sub2(exponentOf(b), one));
  return mul([...without(e.factors, a, b), left, unary(result, a.arg)]);
}
