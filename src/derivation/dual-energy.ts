/**
 * A layer's Lagrangian and activation come in; the energy as a function of the activation alone goes out, L* with no
 * state left, and the set it lives on (the Legendre–Fenchel conjugate: Rockafellar 1970, section 26). Closed forms only:
 * the activations of the field whose inverse has one, softmax with its gauge x → x + c, and the spherical layer.
 */
import { differentiate } from "../calculus/index.js";
import {
  add,
  at,
  dependsOn,
  div,
  type Expr,
  half,
  isPositive,
  isZero,
  mul,
  type Node,
  neg,
  num,
  one,
  openSoftmax,
  power,
  renameIndices,
  replaceTensor,
  square,
  sub2,
  substituteTensor,
  sum,
  TRUE,
  type Unary,
  unary,
  zero,
} from "../index-notation/index.js";
import type { Layer } from "../model/index.js";
import { expand, shownEqual, simplify } from "../rewrite/index.js";
import { isElementwise } from "./elementwise.js";

export interface DualEnergy {
  /** Of the activation and of parameters. */
  readonly expr: Expr;
  /** Where it is finite, as a reader writes it: `0 <= f[mu]`, `sum(mu, f[mu]) = 1`. */
  readonly domain: readonly Restriction[];
}

/** left ≤ right, or left = right, for every value of the free indices. */
export interface Restriction {
  readonly op: "<=" | "=";
  readonly left: Expr;
  readonly right: Expr;
}

/** Φ with Φ′ = φ, and its conjugate in p = φ(u), between ends. */
interface Entry {
  readonly integral: (u: Expr) => Expr;
  readonly conjugate: (p: Expr) => Expr;
  readonly low?: Expr;
  readonly high?: Expr;
}

const entropy = (p: Expr): Expr => mul([p, unary("log", p)]);
const minusOne = num(-1);

const TABLE: { readonly [F in Unary]?: Entry } = {
  tanh: {
    integral: (u) => unary("logcosh", u),
    conjugate: (p) => mul([half, add([entropy(add([one, p])), entropy(sub2(one, p))])]),
    low: minusOne,
    high: one,
  },
  sigmoid: {
    integral: (u) => unary("softplus", u),
    conjugate: (p) => add([entropy(p), entropy(sub2(one, p))]),
    low: zero,
    high: one,
  },
  exp: { integral: (u) => unary("exp", u), conjugate: (p) => sub2(entropy(p), p), low: zero },
  sinh: {
    integral: (u) => unary("cosh", u),
    conjugate: (p) => sub2(mul([p, unary("asinh", p)]), power(add([one, square(p)]), half)),
  },
};

/** Undefined where no closed form is known. */
export function dualEnergyOf(layer: Layer, lagrangian: Expr, activation: Expr): DualEnergy | undefined {
  return (
    declared(layer) ??
    ofElementwise(layer, lagrangian, activation) ??
    ofSoftmax(layer, lagrangian, activation) ??
    ofSphere(layer, lagrangian)
  );
}

/** A layer that is given by its dual has it. */
function declared({ generator }: Layer): DualEnergy | undefined {
  if (generator.kind !== "dual") return undefined;
  const domain = generator.on.flatMap(({ condition }) =>
    condition.all.flatMap(({ op, left, right }): Restriction[] =>
      op === "<=" || op === "=" ? [{ op, left, right }] : [],
    ),
  );
  return { expr: generator.dual, domain };
}

// ---- unit by unit -------------------------------------------------------------------------------------------

/** f = k·φ(u) with u = a x + b: L = (k/a) Σ Φ(u) + C, and L* = Σ (k/a) Φ*(f/k) − (b/a) f, less C. */
function ofElementwise(layer: Layer, lagrangian: Expr, activation: Expr): DualEnergy | undefined {
  if (!isElementwise(activation, layer.state, layer.over)) return undefined;
  const { k, u, entry } = split(activation, layer) ?? {};
  if (k === undefined || u === undefined || entry === undefined) return undefined;
  const x = at(layer.state, layer.over);
  const a = slopeIn(u, layer);
  if (a === undefined || !isPositive(a) || !isPositive(k)) return undefined;
  const b = simplify(sub2(u, mul([a, x])));
  const scale = div(k, a);
  const rest = sub2(lagrangian, sum(layer.over, TRUE, mul([scale, entry.integral(u)])));
  const constant = simplify(expand(simplify(rest)));
  if (dependsOn(constant, layer.state)) return undefined;
  const f = at(layer.activation, layer.over);
  const own = sub2(mul([scale, entry.conjugate(div(f, k))]), mul([div(b, a), f]));
  const bound = (low: Expr | undefined, high: Expr | undefined): Restriction[] =>
    low === undefined || high === undefined ? [] : [{ op: "<=", left: low, right: high }];
  return {
    expr: simplify(sub2(sum(layer.over, TRUE, own), constant)),
    domain: [...bound(entry.low && mul([k, entry.low]), f), ...bound(f, entry.high && mul([k, entry.high]))],
  };
}

/** ∂u/∂x where that is one number for the unit. */
function slopeIn(u: Expr, layer: Layer): Expr | undefined {
  const at1 = substituteTensor(u, layer.state, () => one);
  const at0 = substituteTensor(u, layer.state, () => zero);
  const a = simplify(sub2(at1, at0));
  const rest = simplify(sub2(u, mul([a, at(layer.state, layer.over)])));
  return dependsOn(rest, layer.state) || dependsOn(a, layer.state) ? undefined : a;
}

interface Split {
  readonly k: Expr;
  readonly u: Expr;
  readonly entry: Entry;
}

function split(activation: Expr, layer: Layer): Split | undefined {
  const factors = activation.kind === "mul" ? activation.factors : [activation];
  const varying = factors.filter((e) => dependsOn(e, layer.state));
  const k = mul(factors.filter((e) => !varying.includes(e)));
  const [phi] = varying;
  if (activation.kind === "add" || (varying.length === 1 && phi!.kind === "tensor"))
    return { k: one, u: activation, entry: LINEAR };
  if (varying.length !== 1 || phi === undefined) return undefined;
  if (phi.kind === "unary" && phi.fn === "relu") return { k, u: phi.arg, entry: rectified(one) };
  if (phi.kind === "unary" && TABLE[phi.fn] !== undefined) return { k, u: phi.arg, entry: TABLE[phi.fn]! };
  if (phi.kind === "power" && isRelu(phi.base) && isPositive(phi.exponent))
    return { k, u: phi.base.arg, entry: rectified(phi.exponent) };
  return undefined;
}

const isRelu = (e: Expr): e is Node<"unary"> => e.kind === "unary" && e.fn === "relu";

const LINEAR: Entry = {
  integral: (u) => mul([half, square(u)]),
  conjugate: (p) => mul([half, square(p)]),
};

/** relu^m, m > 0: m/(m + 1)·p^((m + 1)/m) */
function rectified(m: Expr): Entry {
  const raised = add([m, one]);
  return {
    integral: (u) => div(power(unary("relu", u), raised), raised),
    conjugate: (p) => mul([div(m, raised), power(p, div(raised, m))]),
    low: zero,
  };
}

// ---- softmax ------------------------------------------------------------------------------------------------

/** L = logsumexp(βx + b)/β: (Σ f log f − f b)/β on the simplex, where states that differ by a constant are one. */
function ofSoftmax(layer: Layer, lagrangian: Expr, activation: Expr): DualEnergy | undefined {
  if (activation.kind !== "softmax" || layer.over.length !== 1 || activation.guard.all.length > 0)
    return undefined;
  const [i] = layer.over;
  const { index, body } = openSoftmax(activation);
  const u = renameIndices(body, [index], [i!]);
  if (!isElementwise(u, layer.state, layer.over)) return undefined;
  const beta = slopeIn(u, layer);
  if (beta === undefined || !isPositive(beta) || beta.free.length > 0) return undefined;
  const b = simplify(sub2(u, mul([beta, at(layer.state, layer.over)])));
  const constant = simplify(
    sub2(lagrangian, div(unary("log", sum(layer.over, TRUE, unary("exp", u))), beta)),
  );
  if (dependsOn(constant, layer.state)) return undefined;
  const f = at(layer.activation, [i!]);
  return {
    expr: simplify(sub2(div(sum([i!], TRUE, sub2(entropy(f), mul([b, f]))), beta), constant)),
    domain: [
      { op: "<=", left: zero, right: f },
      { op: "=", left: sum([i!], TRUE, f), right: one },
    ],
  };
}

// ---- the sphere ---------------------------------------------------------------------------------------------

/** L = γ sqrt(ε + Σ x²): −sqrt(ε(γ² − Σ f²)) on the ball of radius γ. */
function ofSphere(layer: Layer, lagrangian: Expr): DualEnergy | undefined {
  const norm = sum(layer.over, TRUE, square(at(layer.state, layer.over)));
  const squared = simplify(square(lagrangian));
  const x0 = simplify(replaceTensor(squared, layer.state, layer.over, zero));
  const gamma2 = simplify(div(sub2(squared, x0), norm));
  if (dependsOn(gamma2, layer.state) || !isPositive(gamma2) || !isPositive(x0)) return undefined;
  const gradient = differentiate(lagrangian, layer.state, layer.over);
  const expected = mul([gamma2, at(layer.state, layer.over), power(lagrangian, minusOne)]);
  if (isZero(lagrangian) || !shownEqual(gradient, expected)) return undefined;
  const length = sum(layer.over, TRUE, square(at(layer.activation, layer.over)));
  const epsilon = div(x0, gamma2);
  return {
    expr: simplify(neg(power(mul([epsilon, sub2(gamma2, length)]), half))),
    domain: [{ op: "<=", left: length, right: gamma2 }],
  };
}
