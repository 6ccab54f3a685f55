/**
 * The checker's own derivatives: a term and one scalar component come in, the partial derivative goes out. It is the
 * derivative wherever the term is smooth, which `smooth.ts` decides; this file only applies the rules.
 */
import { exact } from "./arithmetic/index.js";
import { isInRange } from "./functions.js";
import { type Budget, reject } from "./rejection.js";
import {
  apply,
  atIndex,
  freshCopy,
  freshName,
  type Index,
  keyOf,
  mentions,
  minus,
  negative,
  number,
  one,
  over,
  plus,
  raise,
  squareRoot,
  substituteIndex,
  substituteSymbols,
  type Term,
  type TermOf,
  times,
  zero,
} from "./term.js";
import type { FunctionName } from "./vocabulary.js";

type Component = TermOf<"symbol">;

/** ∂t/∂x. Derivatives of products grow: the budget pays for every node that is looked at. */
export const derivative = (t: Term, x: Component, budget: Budget): Term => of(t, { x, budget });

interface By {
  readonly x: Component;
  readonly budget: Budget;
}

function of(t: Term, by: By): Term {
  by.budget.spend();
  if (!depends(t, by)) return zero;
  switch (t.kind) {
    case "symbol":
      return ofSymbol(t, by);
    case "add":
      return plus(...t.terms.map((u) => of(u, by)));
    case "multiply":
      return plus(...t.factors.map((u, k) => times(...t.factors.toSpliced(k, 1, of(u, by)))));
    case "power":
      return ofPower(t, by);
    case "function":
      return times(slope(t.name, t.argument), of(t.argument, by));
    case "where":
      return ofWhere(t, by);
    case "binder":
      return ofBinder(t, by);
    case "softmax":
      return ofSoftmax(t, by);
    case "integral":
      return ofIntegral(t, by);
    case "extremum":
      return reject("max and min of values have no derivative");
    default:
      return zero;
  }
}

/** Other components of the symbol are other variables; a component at an index may be the same one: rejected. */
function ofSymbol(t: TermOf<"symbol">, by: By): Term {
  const { x } = by;
  if (keyOf(t) === keyOf(x)) return one;
  const fixed = [...t.at, ...x.at].every((s) => s.terms.length === 0 && s.modulus === undefined);
  return fixed ? zero : reject(`a derivative by one component of ${x.name} meets ${x.name} at an index`);
}

const depends = (t: Term, by: By): boolean => mentions(t, new Set([by.x.name]));

/** k·b^(k-1)·b′ for k free of the variable; b^k·(k′·log b + k·b′/b) otherwise (b > 0). */
function ofPower(t: TermOf<"power">, by: By): Term {
  const { base, exponent } = t;
  if (depends(exponent, by)) {
    const inner = plus(
      times(of(exponent, by), apply("log", base)),
      times(exponent, of(base, by), raise(base, number(-1))),
    );
    return times(t, inner);
  }
  if (exponent.kind !== "number") return times(exponent, raise(base, minus(exponent, one)), of(base, by));
  const k = exponent.value;
  if (exact.sign(k) === 0) return zero;
  if (exact.equal(k, exact.ONE)) return of(base, by);
  const lower = exact.subtract(k, exact.ONE);
  const power = exact.equal(lower, exact.ONE) ? base : raise(base, number(lower));
  return times(number(k), power, of(base, by));
}

const square = (u: Term): Term => raise(u, number(2));
const inverse = (u: Term): Term => raise(u, number(-1));
const inverseRoot = (u: Term): Term => raise(u, number(exact.rational(-1, 2)));

/** f′(u). The derivatives of abs, relu, sign and step hold away from 0. */
function slope(name: FunctionName, u: Term): Term {
  switch (name) {
    case "exp":
      return apply("exp", u);
    case "log":
      return inverse(u);
    case "abs":
      return apply("sign", u);
    case "relu":
      return apply("step", u);
    case "sign":
    case "step":
      return zero;
    case "sin":
      return apply("cos", u);
    case "cos":
      return negative(apply("sin", u));
    case "tan":
      return plus(one, square(apply("tan", u)));
    case "asin":
      return inverseRoot(minus(one, square(u)));
    case "acos":
      return negative(inverseRoot(minus(one, square(u))));
    case "atan":
      return inverse(plus(one, square(u)));
    case "sinh":
      return apply("cosh", u);
    case "cosh":
      return apply("sinh", u);
    case "tanh":
      return minus(one, square(apply("tanh", u)));
    case "asinh":
      return inverseRoot(plus(one, square(u)));
    case "acosh":
      return inverseRoot(minus(square(u), one));
    case "atanh":
      return inverse(minus(one, square(u)));
    case "sech":
      return negative(times(apply("sech", u), apply("tanh", u)));
    case "erf":
      return gaussian(2, u);
    case "erfc":
      return gaussian(-2, u);
    case "gamma":
      return times(apply("gamma", u), apply("digamma", u));
    case "lgamma":
      return apply("digamma", u);
    case "digamma":
      return apply("trigamma", u);
    case "trigamma":
      return reject("the derivative of trigamma is not known to the checker");
    case "sigmoid":
      return times(apply("sigmoid", u), minus(one, apply("sigmoid", u)));
    case "softplus":
      return apply("sigmoid", u);
    case "logcosh":
      return apply("tanh", u);
  }
}

/** erf′(u) = 2/sqrt(pi)·exp(-u²). */
const gaussian = (c: number, u: Term): Term =>
  times(over(number(c), squareRoot({ kind: "pi" })), apply("exp", negative(square(u))));

function ofWhere(t: TermOf<"where">, by: By): Term {
  if (t.tests.some((c) => depends(c.left, by) || depends(c.right, by)))
    return reject("a choice that depends on the variable has no derivative");
  return { ...t, yes: of(t.yes, by), no: of(t.no, by) };
}

// ---- binders ------------------------------------------------------------------------------------------

function ofBinder(t: TermOf<"binder">, by: By): Term {
  if (t.guard.some((c) => depends(c.left, by) || depends(c.right, by)))
    return reject("a guard depends on the variable");
  const inner = of(t.body, by);
  if (t.name === "sum") return isZeroTerm(inner) ? zero : { ...t, body: inner };
  if (t.name !== "logsumexp" || t.guard.length > 0)
    return reject(`the derivative of ${t.name} over an index is not known to the checker`);
  return weightedMean(t.indices, t.body, inner);
}

const isZeroTerm = (t: Term): boolean => t.kind === "number" && exact.sign(t.value) === 0;

/** Σ_i softmax(u)_i·v_i; over several indices Σ exp(u)·v/Σ exp(u). */
function weightedMean(indices: readonly Index[], u: Term, v: Term): Term {
  if (isZeroTerm(v)) return zero;
  const [i] = indices;
  const sum = (body: Term): Term => freshCopy({ kind: "binder", name: "sum", indices, guard: [], body });
  if (indices.length === 1) return sum(times(softmaxAt(i!, u, i!), v));
  const weight = apply("exp", u);
  return over(sum(times(weight, v)), sum(weight));
}

/** softmax over `index` of u, read at another index. */
function softmaxAt(index: Index, u: Term, at: Index): Term {
  const own = { name: freshName(index.name), size: index.size };
  const body = substituteIndex(freshCopy(u), index.name, atIndex(own));
  return { kind: "softmax", index: own, guard: [], body, at: atIndex(at) };
}

/** softmax(u)_a·(u′_a - Σ_i softmax(u)_i·u′_i). */
function ofSoftmax(t: TermOf<"softmax">, by: By): Term {
  if (t.guard.length > 0 || !isInRange(t.at, t.index.size))
    return reject("the derivative of a guarded softmax is not known to the checker");
  const inner = of(t.body, by);
  const own = substituteIndex(freshCopy(inner), t.index.name, t.at);
  return times(freshCopy(t), minus(own, weightedMean([t.index], freshCopy(t.body), inner)));
}

/** Leibniz: f(b)·b′ - f(a)·a′ + ∫ ∂f. */
function ofIntegral(t: TermOf<"integral">, by: By): Term {
  const at = (s: Term): Term =>
    substituteSymbols(freshCopy(t.body), (u) => (u.name === t.variable ? s : undefined));
  const inner = of(t.body, by);
  return plus(
    times(at(t.high), of(t.high, by)),
    negative(times(at(t.low), of(t.low, by))),
    isZeroTerm(inner) ? zero : { ...t, body: inner },
  );
}
