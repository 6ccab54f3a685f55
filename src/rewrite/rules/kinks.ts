/** Rules for relu, abs, sign and step: products that one factor absorbs come in, shorter ones go out. */
import {
  add,
  compare,
  type Expr,
  extremum,
  isNonNegative,
  isOne,
  isPositive,
  mul,
  type Node,
  one,
  power,
  sub2,
  type Unary,
  unary,
  where,
  zero,
} from "../../index-notation/index.js";
import { type Rule, rule } from "../engine.js";
import { baseOf, exponentOf, isUnary, without } from "./parts.js";

/** relu(x)^p·step(x) = relu(x)^p for p > 0, and the like: a factor absorbs another with the same argument. */
function absorb(
  e: Node<"mul">,
  main: Unary,
  absorbed: Unary,
  result: (x: Node<"unary">, p: Expr) => Expr | undefined,
): Expr | undefined {
  for (const f of e.factors) {
    const inner = baseOf(f);
    if (!isUnary(inner, main)) continue;
    const partner = e.factors.find(
      (g) =>
        isUnary(baseOf(g), absorbed) &&
        isOne(exponentOf(g)) &&
        (baseOf(g) as Node<"unary">).arg === inner.arg,
    );
    const made = partner === undefined ? undefined : result(inner, exponentOf(f));
    if (made !== undefined) return mul([...without(e.factors, f, partner!), made]);
  }
  return undefined;
}

function valueTimes(e: Node<"mul">, fn: Unary, result: Unary): Expr | undefined {
  for (const f of e.factors) {
    if (!isUnary(f, fn)) continue;
    const rest = without(e.factors, f);
    const partner = rest.find((g) => g === f.arg);
    if (partner !== undefined) return mul([...without(rest, partner), unary(result, f.arg)]);
  }
  return undefined;
}

function valueRelu(e: Node<"mul">): Expr | undefined {
  for (const f of e.factors) {
    const inner = baseOf(f);
    if (!isUnary(inner, "relu") || !isPositive(exponentOf(f)) || !e.factors.includes(inner.arg)) continue;
    return mul([...without(e.factors, f, inner.arg), power(inner, add([exponentOf(f), one]))]);
  }
  return undefined;
}

/** max(c, x) = c + relu(x - c) for a number c, so that the kink takes the constant's derivative 0. */
function clipped(e: Node<"extremum">): Expr | undefined {
  const [c, x, ...more] = e.args;
  if (c?.kind !== "number" || x === undefined) return undefined;
  const rest = more.length === 0 ? x : extremum(e.fn, [x, ...more]);
  return e.fn === "max" ? add([c, unary("relu", sub2(rest, c))]) : sub2(c, unary("relu", sub2(c, rest)));
}

export const kinks: readonly Rule[] = [
  rule(
    "extremum",
    "relu",
    "max(c, x) = c + relu(x - c), min(c, x) = c - relu(c - x) for a number c",
    clipped,
  ),
  rule("mul", "relu-step", "relu(x)^p*step(x) = relu(x)^p for p > 0", (e) =>
    absorb(e, "relu", "step", (x, p) => (isPositive(p) ? power(x, p) : undefined)),
  ),
  rule("mul", "relu-step-open", "relu(x)^p*step(x) = where(0 < x, x^p, 0) for every p", (e) =>
    absorb(e, "relu", "step", (x, p) =>
      isPositive(p) ? undefined : where(compare("<", zero, x.arg), power(x.arg, p), zero),
    ),
  ),
  rule("mul", "abs-sign", "abs(x)^p*sign(x) = x*abs(x)^(p-1)", (e) =>
    absorb(e, "abs", "sign", (x, p) =>
      isPositive(p) && isNonNegative(sub2(p, one)) ? mul([x.arg, power(x, sub2(p, one))]) : undefined,
    ),
  ),
  rule("mul", "value-relu", "x*relu(x)^p = relu(x)^(p+1) for p > 0", valueRelu),
  rule("mul", "value-step", "x*step(x) = relu(x)", (e) => valueTimes(e, "step", "relu")),
  rule("mul", "value-sign", "x*sign(x) = abs(x)", (e) => valueTimes(e, "sign", "abs")),
];
