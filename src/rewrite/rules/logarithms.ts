/** Rules for logarithms: raw spellings of logcosh, softplus and logsumexp come in, stable primitives go out. */
import {
  add,
  asRational,
  binder,
  type Expr,
  isOne,
  isPositive,
  isZero,
  mul,
  type Node,
  neg,
  num,
  one,
  open,
  signR,
  splitCoefficient,
  sub2,
  unary,
} from "../../index-notation/index.js";
import { type Rule, rule } from "../engine.js";
import { expArgument, factorsOf, isUnary, without } from "./parts.js";

/** log(exp(a) + exp(b) + …): the first exponent is taken out, the rest are softplus of differences. */
function logOfExponentials(terms: readonly Expr[]): Expr | undefined {
  const exponents = terms.map(logOfPositive);
  if (
    exponents.some((e) => e === undefined) ||
    !terms.some((t) => factorsOf(t).some((f) => isUnary(f, "exp")))
  )
    return undefined;
  return (exponents as Expr[]).reduce((a, b) =>
    isZero(a) ? unary("softplus", b) : add([a, unary("softplus", sub2(b, a))]),
  );
}

/** log t for t = c·exp(u) with a positive c. */
function logOfPositive(t: Expr): Expr | undefined {
  const { coefficient, rest } = splitCoefficient(t);
  const u = expArgument(rest);
  if (u === undefined || signR(coefficient) <= 0) return undefined;
  return add([u, unary("log", num(coefficient))]);
}

/** log Σ_i c·exp(e_i) with c > 0 = logsumexp(i, e_i + log c). */
function logOfSum(s: Node<"binder">): Expr | undefined {
  const { indices, guard, body } = open(s);
  const parts = factorsOf(body);
  const exponential = parts.find((f) => isUnary(f, "exp")) as Node<"unary"> | undefined;
  if (exponential === undefined) return undefined;
  const rest = without(parts, exponential);
  if (!rest.every(isPositive)) return undefined;
  return binder("logsumexp", indices, guard, add([exponential.arg, ...rest.map((r) => unary("log", r))]));
}

export const logarithms: readonly Rule[] = [
  rule("unary", "log-cosh", "log(cosh(x)) = logcosh(x)", (e) =>
    e.fn === "log" && isUnary(e.arg, "cosh") ? unary("logcosh", e.arg.arg) : undefined,
  ),
  rule("unary", "log-sech", "log(sech(x)) = -logcosh(x)", (e) =>
    e.fn === "log" && isUnary(e.arg, "sech") ? neg(unary("logcosh", e.arg.arg)) : undefined,
  ),
  rule("unary", "log-sigmoid", "log(sigmoid(x)) = -softplus(-x)", (e) =>
    e.fn === "log" && isUnary(e.arg, "sigmoid") ? neg(unary("softplus", neg(e.arg.arg))) : undefined,
  ),
  rule("unary", "log-one-minus-sigmoid", "log(1 - sigmoid(x)) = -softplus(x)", (e) => {
    if (e.fn !== "log" || e.arg.kind !== "add" || e.arg.terms.length !== 2 || !e.arg.terms.includes(one))
      return undefined;
    const s = neg(without(e.arg.terms, one)[0]!);
    return isUnary(s, "sigmoid") ? neg(unary("softplus", s.arg)) : undefined;
  }),
  rule("unary", "log-sum-exp", "log(sum(i, exp(e))) = logsumexp(i, e)", (e) =>
    e.fn === "log" && e.arg.kind === "binder" && e.arg.op === "sum" ? logOfSum(e.arg) : undefined,
  ),
  rule("unary", "log-add-exp", "log(exp(a) + exp(b)) = a + softplus(b - a)", (e) =>
    e.fn === "log" && e.arg.kind === "add"
      ? logOfExponentials([...e.arg.terms].sort((a, b) => Number(isOne(b)) - Number(isOne(a))))
      : undefined,
  ),
  rule("unary", "log-product", "log(a*b) = log(a) + log(b) for a > 0", (e) => {
    if (e.fn !== "log" || e.arg.kind !== "mul") return undefined;
    const out = e.arg.factors.filter(isPositive);
    return out.length === 0
      ? undefined
      : add([...out.map((f) => unary("log", f)), unary("log", mul(without(e.arg.factors, ...out)))]);
  }),
  rule("unary", "log-power", "log(a^p) = p*log(a) for a > 0", (e) =>
    e.fn === "log" && e.arg.kind === "power" && isPositive(e.arg.base)
      ? mul([e.arg.exponent, unary("log", e.arg.base)])
      : undefined,
  ),
  rule("unary", "log-absolute-power", "log(a^p) = p*log(abs(a)) for an even integer p", (e) => {
    const p = e.arg.kind === "power" ? asRational(e.arg.exponent) : undefined;
    if (e.fn !== "log" || e.arg.kind !== "power" || p === undefined || p.d !== 1n || p.n % 2n !== 0n)
      return undefined;
    return mul([e.arg.exponent, unary("log", unary("abs", e.arg.base))]);
  }),
];
