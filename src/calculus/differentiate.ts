/**
 * An expression and a tensor come in; the derivative with respect to one component of it, at fresh or given
 * indices, goes out. Sums are contracted with the deltas that appear; no index is ever enumerated.
 */
import {
  add,
  binder,
  both,
  type Condition,
  compare,
  conjunction,
  delta,
  dependsOn,
  div,
  type Expr,
  extremum,
  freshIndex,
  half,
  type Index,
  integral,
  isNonZero,
  type Kind,
  minusHalf,
  minusOne,
  mul,
  type Node,
  neg,
  num,
  one,
  open,
  openIntegral,
  openRoot,
  openSoftmax,
  pi,
  polygamma,
  position,
  power,
  softmax,
  sqrt,
  square,
  sub,
  sub2,
  substituteIndices,
  substituteTensor,
  sum,
  type TensorSymbol,
  TRUE,
  tensor,
  type Unary,
  unary,
  unionIndices,
  where,
  zero,
} from "../index-notation/index.js";
import { freeze } from "./envelope.js";

/** f′ of every function of the language; kinks take 0 there, docs/language.md. */
export const UNARY_DERIVATIVE: { [F in Unary]: (x: Expr) => Expr } = {
  exp: (x) => unary("exp", x),
  log: (x) => power(x, minusOne),
  abs: (x) => unary("sign", x),
  sign: () => zero,
  sin: (x) => unary("cos", x),
  cos: (x) => neg(unary("sin", x)),
  tan: (x) => add([one, square(unary("tan", x))]),
  asin: (x) => power(sub2(one, square(x)), minusHalf),
  acos: (x) => neg(power(sub2(one, square(x)), minusHalf)),
  atan: (x) => power(add([one, square(x)]), minusOne),
  sinh: (x) => unary("cosh", x),
  cosh: (x) => unary("sinh", x),
  tanh: (x) => square(unary("sech", x)),
  asinh: (x) => power(add([one, square(x)]), minusHalf),
  acosh: (x) => mul([power(sub2(x, one), minusHalf), power(add([x, one]), minusHalf)]),
  atanh: (x) => power(sub2(one, square(x)), minusOne),
  sech: (x) => neg(mul([unary("sech", x), unary("tanh", x)])),
  erf: gaussian,
  erfc: (x) => neg(gaussian(x)),
  gamma: (x) => mul([unary("gamma", x), polygamma(0, x)]),
  lgamma: (x) => polygamma(0, x),
  relu: (x) => unary("step", x),
  step: () => zero,
  sigmoid: (x) => mul([unary("sigmoid", x), sub2(one, unary("sigmoid", x))]),
  softplus: (x) => unary("sigmoid", x),
  logcosh: (x) => unary("tanh", x),
};

function gaussian(x: Expr): Expr {
  return div(mul([num(2), unary("exp", neg(square(x)))]), sqrt(pi));
}

/** With respect to what we differentiate: which expressions vary, and the derivative of a varying tensor. */
interface Target {
  readonly varies: (e: Expr) => boolean;
  readonly tensor: (e: Node<"tensor">) => Expr;
}

type Rules = { [K in Kind]: (e: Node<K>, d: (x: Expr) => Expr, target: Target) => Expr };

const rules: Rules = {
  number: () => zero,
  pi: () => zero,
  dimension: () => zero,
  position: () => zero,
  delta: () => zero,
  tensor: (e, _, target) => target.tensor(e),
  add: (e, d) => add(e.terms.map(d)),
  mul: (e, d) => add(e.factors.map((f, k) => mul(e.factors.map((g, n) => (n === k ? d(f) : g))))),
  power: (e, d) => {
    const byBase = mul([e.exponent, power(e.base, sub2(e.exponent, one)), d(e.base)]);
    const exponent = d(e.exponent);
    return exponent === zero ? byBase : add([byBase, mul([e, unary("log", e.base), exponent])]);
  },
  unary: (e, d) => mul([UNARY_DERIVATIVE[e.fn](e.arg), d(e.arg)]),
  polygamma: (e, d) => mul([polygamma(e.order + 1, e.arg), d(e.arg)]),
  extremum: (e, d) => extremumDerivative(e.fn, e.args, d),
  where: (e, d) => where(e.condition, d(e.then), d(e.else)),
  binder: (e, d) => binderDerivative(e, d),
  softmax: (e, d) => softmaxDerivative(e, d),
  integral: (e, d) => {
    const { variable, body } = openIntegral(e);
    const bodyAt = (x: Expr): Expr => substituteTensor(body, variable, () => x);
    return add([
      mul([bodyAt(e.upper), d(e.upper)]),
      neg(mul([bodyAt(e.lower), d(e.lower)])),
      integral(variable, e.lower, e.upper, d(body)),
    ]);
  },
  root: (e, d) => rootDerivative(e, d),
};

/** At a tie of two varying values the derivative is the mean; a tie with a constant takes the constant's 0. */
function extremumDerivative(fn: "max" | "min", args: readonly Expr[], d: (x: Expr) => Expr): Expr {
  const [first, ...others] = args;
  const rest = extremum(fn, others);
  const [da, db] = [d(first!), others.length > 1 ? extremumDerivative(fn, others, d) : d(others[0]!)];
  const wins = (a: Expr, b: Expr): Condition => compare(fn === "max" ? ">" : "<", a, b);
  if (db === zero) return where(wins(first!, rest), da, zero);
  if (da === zero) return where(wins(rest, first!), db, zero);
  const tie = mul([half, add([da, db])]);
  return where(wins(first!, rest), da, where(wins(rest, first!), db, tie));
}

function binderDerivative(e: Node<"binder">, d: (x: Expr) => Expr): Expr {
  const { op, indices, guard, body } = open(e);
  if (op === "sum") return sum(indices, guard, d(body));
  if (op === "logsumexp") {
    const weight =
      indices.length === 1
        ? softmax(indices[0]!, guard, body, sub(indices[0]!))
        : unary("exp", sub2(body, e));
    return sum(indices, guard, mul([weight, d(body)]));
  }
  if (op === "prod") return productDerivative(indices, guard, body, d);
  return extremalDerivative(e, indices, guard, body, d);
}

/** ∂ Π_i e_i = Σ_i ∂e_i · Π_{j≠i} e_j, one index at a time. */
function productDerivative(
  indices: readonly Index[],
  guard: Condition,
  body: Expr,
  d: (x: Expr) => Expr,
): Expr {
  const [i, ...rest] = indices;
  const own = conjunction(
    guard.all.filter((c) => !mentionsAny(unionIndices([c.left.free, c.right.free]), rest)),
  );
  const inner = conjunction(guard.all.filter((c) => !own.all.includes(c)));
  const factor = binder("prod", rest, inner, body);
  const j = freshIndex(i!.dim);
  const toJ = new Map([[i!.key, sub(j)]]);
  const different = compare("!=", position(sub(i!)), position(sub(j)));
  const guardJ = both(
    ...own.all.map((c) => compare(c.op, substituteIndices(c.left, toJ), substituteIndices(c.right, toJ))),
    different,
  );
  return sum([i!], own, mul([d(factor), binder("prod", [j], guardJ, substituteIndices(factor, toJ))]));
}

const mentionsAny = (free: readonly Index[], bound: readonly Index[]): boolean =>
  free.some((f) => bound.some((b) => b.key === f.key));

/** max and min over indices: the mean of ∂e over the places where the extremum is attained. */
function extremalDerivative(
  e: Expr,
  indices: readonly Index[],
  guard: Condition,
  body: Expr,
  d: (x: Expr) => Expr,
): Expr {
  const attained = (value: Expr): Expr => where(compare("=", body, e), value, zero);
  return div(sum(indices, guard, attained(d(body))), sum(indices, guard, attained(one)));
}

/** ∂p_a = p_a (∂e_a − Σ_i p_i ∂e_i). */
function softmaxDerivative(e: Node<"softmax">, d: (x: Expr) => Expr): Expr {
  const { index: i, guard, body } = openSoftmax(e);
  const mean = sum([i], guard, mul([softmax(i, guard, body, sub(i)), d(body)]));
  // The sum contracts to ∂e at `at`, or stays where no subscript can say so (a `mod` within another).
  const own = sum([i], TRUE, mul([delta(sub(i), e.at), d(body)]));
  return mul([e, sub2(own, mean)]);
}

/** Implicit function theorem: s′ = −∂e/(∂e/∂s) at the root; 0 where e is flat there, and the root not unique. */
function rootDerivative(e: Node<"root">, d: (x: Expr) => Expr): Expr {
  const { variable, body } = openRoot(e);
  const there = (x: Expr): Expr => substituteTensor(x, variable, () => e);
  const [change, slope] = [d(body), differentiate(body, variable)].map(there);
  const moved = neg(div(change!, slope!));
  return isNonZero(slope!) ? moved : where(compare("!=", slope!, zero), moved, zero);
}

/** Roots at which e is stationary are held fixed: they change nothing to first order. */
function derivative(e: Expr, target: Target): Expr {
  const { expr, thaw } = freeze(e, differentiate);
  return thaw(derivativeOf(expr, target));
}

function derivativeOf(e: Expr, target: Target): Expr {
  const seen = new Map<Expr, Expr>();
  const d = (x: Expr): Expr => {
    if (!target.varies(x)) return zero;
    let result = seen.get(x);
    if (result === undefined) {
      result = (rules[x.kind] as (x: Expr, d: (y: Expr) => Expr, target: Target) => Expr)(x, d, target);
      seen.set(x, result);
    }
    return result;
  };
  return d(e);
}

/**
 * ∂e/∂symbol[at…]. `at` are indices over the symbol's dimensions that must not be free in e.
 * Components are independent: a declared symmetry of the tensor is not used.
 */
export function differentiate(e: Expr, symbol: TensorSymbol, indices: readonly Index[] = []): Expr {
  const component = indices.map(sub);
  return derivative(e, {
    varies: (x) => dependsOn(x, symbol),
    tensor: (x) => mul(x.subs.map((s, k) => delta(s, component[k]!))),
  });
}

/**
 * d/dt of e with x replaced by x + t·d at t = 0, for every tensor x and its direction d of the same dimensions:
 * the Jacobian–vector product, in forward mode. No Jacobian is formed, so it costs a small multiple of e.
 * Source: Griewank & Walther, Evaluating Derivatives (2008), chapter 3.
 */
export function alongDirections(e: Expr, directions: ReadonlyMap<TensorSymbol, TensorSymbol>): Expr {
  return derivative(e, {
    varies: (x) => [...directions.keys()].some((symbol) => dependsOn(x, symbol)),
    // Out of range both read 0. A bound variable of an integral shares no symbol with a state.
    tensor: (x) => tensor(directions.get(x.symbol)!, x.subs),
  });
}

/**
 * Σ_k (∂e/∂symbol[k]) · direction[k]: the derivative of e along a direction given over the indices `over`.
 * Source: chain rule; used for dE/dt.
 */
export function directional(e: Expr, symbol: TensorSymbol, over: readonly Index[], direction: Expr): Expr {
  const fresh = over.map((i) => freshIndex(i.dim));
  const along = substituteIndices(direction, new Map(over.map((i, k) => [i.key, sub(fresh[k]!)])));
  return sum(fresh, TRUE, mul([differentiate(e, symbol, fresh), along]));
}
