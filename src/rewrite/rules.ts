/**
 * The rewrite rules, as data: what the normal form does not know because it needs hypotheses on signs or the
 * taste of the field. Raw spellings of the stable primitives are recognised here, so that no later room ever
 * evaluates log(cosh(x)) as written.
 */
import {
  add,
  asIndex,
  asRational,
  binder,
  children,
  compare,
  compareR,
  type Expr,
  extremum,
  type Index,
  isNegated,
  isNonNegative,
  isOne,
  isPositive,
  isTrue,
  isZero,
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
  square,
  sub,
  sub2,
  substitutable,
  substituteIndices,
  type Unary,
  unary,
  where,
  zero,
} from "../index-notation/index.js";
import { type Rule, RuleSet, rule } from "./engine.js";

const isUnary = (e: Expr, fn: Unary): e is Node<"unary"> => e.kind === "unary" && e.fn === fn;
const factorsOf = (e: Expr): readonly Expr[] => (e.kind === "mul" ? e.factors : [e]);
const without = (list: readonly Expr[], ...gone: readonly Expr[]): Expr[] =>
  list.filter((x) => !gone.includes(x));
const baseOf = (e: Expr): Expr => (e.kind === "power" ? e.base : e);
const exponentOf = (e: Expr): Expr => (e.kind === "power" ? e.exponent : one);

/** The exponent u when e is exp(u), or 0 when e is 1. */
const expArgument = (e: Expr): Expr | undefined => (isOne(e) ? zero : isUnary(e, "exp") ? e.arg : undefined);

// ---- logarithms --------------------------------------------------------------------------------------

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

const logarithms: readonly Rule[] = [
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

// ---- exponentials: sigmoid, softmax -------------------------------------------------------------------

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

const exponentials: readonly Rule[] = [
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

// ---- hyperbolic and trigonometric ---------------------------------------------------------------------

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

const hyperbolic: readonly Rule[] = [
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

// ---- kinks --------------------------------------------------------------------------------------------

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

const kinks: readonly Rule[] = [
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

// ---- deltas -------------------------------------------------------------------------------------------

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

const deltas: readonly Rule[] = [
  rule("mul", "delta-substitution", "delta[i,j]*f(j) = delta[i,j]*f(i) where f(i) is defined", unify),
];

// ---- common factors -----------------------------------------------------------------------------------

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

const factoring: readonly Rule[] = [
  rule("add", "cancel", "(1 - c)*v + a - v = a - c*v: multiplied out where terms cancel", cancelled),

  rule("mul", "common-factor", "x*(c*a + c*b) = x*c*(a + b)", commonFactor),
];

/**
 * Rules that help to see two expressions as equal but do not print well or lose digits when evaluated:
 * used by `shownEqual` only.
 */
export const EQUALITY_RULES = new RuleSet([
  rule("unary", "softplus-reflection", "softplus(-x) = softplus(x) - x", (e) =>
    e.fn === "softplus" && isNegated(e.arg) ? add([unary("softplus", neg(e.arg)), e.arg]) : undefined,
  ),
  rule("unary", "sigmoid-reflection", "sigmoid(-x) = 1 - sigmoid(x)", (e) =>
    e.fn === "sigmoid" && isNegated(e.arg) ? sub2(one, unary("sigmoid", neg(e.arg))) : undefined,
  ),
]);

/** Every rule of the toolkit; see docs/extending.md for adding one. */
export const RULES = new RuleSet([
  ...logarithms,
  ...exponentials,
  ...hyperbolic,
  ...kinks,
  ...deltas,
  ...factoring,
]);
