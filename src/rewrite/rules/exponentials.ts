/** Rules for quotients of exponentials: raw spellings of sigmoid and softmax come in, stable primitives go out. */
import {
  add,
  asIndex,
  asRational,
  children,
  compareR,
  type Expr,
  type Index,
  isOne,
  isTrue,
  minusOne,
  mul,
  type Node,
  neg,
  num,
  one,
  open,
  openSoftmax,
  power,
  type Subscript,
  signR,
  softmax,
  splitCoefficient,
  substitutable,
  substituteIndices,
  unary,
  zero,
} from "../../index-notation/index.js";
import { type Rule, rule } from "../engine.js";
import { baseOf, exponentOf, isUnary, without } from "./parts.js";

/** The x with base = 1 + exp(x). */
function onePlusExp(base: Expr): Expr | undefined {
  if (base.kind !== "add" || base.terms.length !== 2 || !base.terms.includes(one)) return undefined;
  const other = without(base.terms, one)[0]!;
  return isUnary(other, "exp") ? other.arg : undefined;
}

/** exp(u)·exp of the rest with 1/(1+exp(x)): exp(x)·sigmoid(-x) = sigmoid(x). */
function absorbIntoSigmoid(e: Node<"mul">): Expr | undefined {
  for (const s of e.factors) {
    const inner = baseOf(s);
    if (!isUnary(inner, "sigmoid") || !isOne(exponentOf(s))) continue;
    const partner = e.factors.find((f) => isUnary(f, "exp") && add([f.arg, inner.arg]) === zero);
    if (partner !== undefined)
      return mul([...without(e.factors, s, partner), unary("sigmoid", neg(inner.arg))]);
  }
  return undefined;
}

/** Every subscript that could stand for the bound index i so that body[i → s] is u. */
function matches(i: Index, body: Expr, u: Expr): Subscript | undefined {
  const candidates = new Map<string, Subscript>();
  const collect = (e: Expr): void => {
    if (e.kind === "tensor" || e.kind === "softmax")
      for (const s of e.kind === "tensor" ? e.subs : [e.at]) candidates.set(s.key, s);
    for (const c of children(e)) collect(c);
  };
  collect(u);
  return [...candidates.values()].find(
    (s) => substitutable(body, i, s) && substituteIndices(body, new Map([[i.key, s]])) === u,
  );
}

function softmaxFromQuotient(e: Node<"mul">): Expr | undefined {
  const exponential = e.factors.find((f) => isUnary(f, "exp")) as Node<"unary"> | undefined;
  const denominator = e.factors.find(
    (f) => f.kind === "power" && f.exponent === minusOne && f.base.kind === "binder" && f.base.op === "sum",
  ) as Node<"power"> | undefined;
  if (exponential === undefined || denominator === undefined) return undefined;
  const { indices, guard, body } = open(denominator.base as Node<"binder">);
  if (indices.length !== 1 || !isUnary(body, "exp")) return undefined;
  const at = matches(indices[0]!, body.arg, exponential.arg);
  if (at === undefined || !isTrue(guard)) return undefined;
  return mul([...without(e.factors, exponential, denominator), softmax(indices[0]!, guard, body.arg, at)]);
}

/** exp(u - logsumexp(i, e)) = softmax(i, e)[a] when u is e at a. */
function softmaxFromDifference(e: Node<"unary">): Expr | undefined {
  if (e.fn !== "exp" || e.arg.kind !== "add") return undefined;
  for (const t of e.arg.terms) {
    const { coefficient, rest } = splitCoefficient(t);
    if (rest.kind !== "binder" || rest.op !== "logsumexp" || compareR(coefficient, num(-1).value) !== 0)
      continue;
    const { indices, guard, body } = open(rest);
    const at =
      indices.length === 1 && isTrue(guard)
        ? matches(indices[0]!, body, add(without(e.arg.terms, t)))
        : undefined;
    if (at !== undefined) return softmax(indices[0]!, guard, body, at);
  }
  return undefined;
}

/** Σ_i softmax(i, e)[i] = 1. */
function softmaxTotal(e: Node<"binder">): Expr | undefined {
  if (e.op !== "sum" || e.indices.length !== 1 || !isTrue(e.guard) || e.body.kind !== "softmax")
    return undefined;
  const own = asIndex(e.body.at)?.key === e.indices[0]!.key && e.body.index.dim.key === e.indices[0]!.dim.key;
  const inner = own ? openSoftmax(e.body) : undefined;
  if (inner === undefined || inner.body.free.some((i) => i.key === e.indices[0]!.key)) return undefined;
  return isTrue(inner.guard) ? one : undefined;
}

export const exponentials: readonly Rule[] = [
  rule("power", "logistic", "1/(1 + exp(x)) = sigmoid(-x)", (e) => {
    const x = onePlusExp(e.base);
    const p = asRational(e.exponent);
    if (x === undefined || p === undefined || signR(p) >= 0) return undefined;
    return power(unary("sigmoid", neg(x)), neg(e.exponent));
  }),
  rule("mul", "logistic-exp", "exp(x)*sigmoid(-x) = sigmoid(x)", absorbIntoSigmoid),
  rule("mul", "softmax-quotient", "exp(e[a])/sum(i, exp(e[i])) = softmax(i, e)[a]", softmaxFromQuotient),
  rule(
    "unary",
    "softmax-difference",
    "exp(e[a] - logsumexp(i, e)) = softmax(i, e)[a]",
    softmaxFromDifference,
  ),
  rule("binder", "softmax-total", "sum(i, softmax(i, e)[i]) = 1", softmaxTotal),
];
