/**
 * A function φ of one number, with bounds, comes in; its conjugate φ*(y) = sup_t yt − φ(t) goes out as a function
 * that is differentiable wherever φ is strictly convex: the closed forms of the field, flat continuation included.
 */
import { differentiate } from "../calculus/index.js";
import {
  add,
  at,
  compare,
  div,
  type Expr,
  half,
  isNonNegative,
  isPositive,
  isZero,
  minusOne,
  mul,
  neg,
  num,
  one,
  power,
  printText,
  rational,
  square,
  sub2,
  substituteTensor,
  type TensorSymbol,
  tensor,
  unary,
  where,
  zero,
} from "../index-notation/index.js";
import { type Layer, ok, type Result } from "../model/index.js";
import { expand, simplify } from "../rewrite/index.js";
import { cannotConjugate } from "./elementwise.js";

export interface Scalar {
  readonly t: TensorSymbol;
  readonly phi: Expr;
}

/** Ends of the interval that t is held in; absent where there is none. */
export interface Bounds {
  readonly lower?: Expr;
  readonly upper?: Expr;
}

/** A conjugate without bounds beyond the natural domain of its φ. */
interface Free {
  readonly conjugate: (y: Expr) => Expr;
  /** Ends of the values that t takes by itself. */
  readonly natural: Bounds;
}

type Conjugate = (y: Expr) => Expr;

const FORMS =
  "known: a*t^2 + b*t, a*t^p on t >= 0, a*t*log(t), a*(t*log(t) + (1 - t)*log(1 - t)), a*((1 + t)*log(1 + t) + (1 - t)*log(1 - t)), each with a > 0 and a linear term";

/** φ* on the interval; fails for a φ that is of no known form or not shown to be strictly convex. */
export function conjugateOfScalar(s: Scalar, bounds: Bounds, layer: Layer): Result<Conjugate> {
  const slope = simplify(differentiate(s.phi, s.t));
  const quadratic = quadraticSlope(slope, s);
  if (quadratic !== undefined) return ok(truncatedSquare(quadratic, s, bounds));
  const found = fermi(slope, s) ?? shannon(slope, s) ?? signed(slope, s) ?? powered(slope, s, bounds);
  if (found !== undefined) return ok(clipped(found, s, bounds));
  const shown = printText(substituteTensor(s.phi, s.t, () => at(layer.activation, layer.over))).text;
  return cannotConjugate(layer, `${shown} is of no form whose conjugate is known`, FORMS);
}

const value = (s: Scalar, at: Expr): Expr => substituteTensor(s.phi, s.t, () => at);
const variable = (s: Scalar): Expr => tensor(s.t, []);

/** A point inside the domain of every form. */
const INSIDE = num(rational(1, 3));

/** k·u + r = slope, with k > 0 and neither dependent on t, for the given u(t). */
function multipleOf(u: Expr, slope: Expr, s: Scalar, inside = INSIDE): { k: Expr; r: Expr } | undefined {
  const there = (e: Expr): Expr => substituteTensor(simplify(differentiate(e, s.t)), s.t, () => inside);
  const k = simplify(div(there(slope), there(u)));
  if (!isPositive(k)) return undefined;
  const rest = simplify(expand(sub2(slope, mul([k, u]))));
  const r = simplify(substituteTensor(rest, s.t, () => INSIDE));
  return isZero(cleared(sub2(rest, r), s)) ? { k, r } : undefined;
}

/** Times t(1 − t)(1 + t), the denominators of the slopes of entropies, and multiplied out. */
function cleared(e: Expr, s: Scalar): Expr {
  const t = variable(s);
  const terms = e.kind === "add" ? e.terms : [e];
  return simplify(expand(add(terms.map((x) => mul([x, t, sub2(one, t), add([one, t])])))));
}

// ---- squares --------------------------------------------------------------------------------------------

const quadraticSlope = (slope: Expr, s: Scalar) => multipleOf(variable(s), slope, s);

/**
 * φ = q t²/2 + r t + c on [a, b]: with u = (y − r)/q the maximiser is a + relu(u − a) − relu(u − b), and φ* is the
 * integral of it.
 */
function truncatedSquare({ k: q, r }: { k: Expr; r: Expr }, s: Scalar, { lower, upper }: Bounds): Conjugate {
  const c = value(s, zero);
  const above = (u: Expr, edge: Expr): Expr => square(unary("relu", sub2(u, edge)));
  return (y) => {
    const u = div(sub2(y, r), q);
    const rising =
      lower === undefined ? square(u) : add([mul([num(2), lower, u]), neg(square(lower)), above(u, lower)]);
    const ending = upper === undefined ? zero : above(u, upper);
    return sub2(mul([half, q, sub2(rising, ending)]), c);
  };
}

// ---- entropies ------------------------------------------------------------------------------------------

/** φ = k(t log t + (1 − t) log(1 − t)) + r t: the logistic function. */
function fermi(slope: Expr, s: Scalar): Free | undefined {
  const t = variable(s);
  const form = multipleOf(sub2(unary("log", t), unary("log", sub2(one, t))), slope, s);
  if (form === undefined) return undefined;
  const { k, r } = form;
  // t log t is 0 at 0: what is left of φ there is its constant.
  const rest = simplify(sub2(value(s, half), add([mul([half, r]), mul([k, unary("log", half)])])));
  return {
    conjugate: (y) => sub2(mul([k, unary("softplus", div(sub2(y, r), k))]), rest),
    natural: { lower: zero, upper: one },
  };
}

/** φ = k t log t + …: the exponential. */
function shannon(slope: Expr, s: Scalar): Free | undefined {
  const form = multipleOf(unary("log", variable(s)), slope, s);
  if (form === undefined) return undefined;
  const { k, r } = form;
  // φ = k(t log t − t) + r t + c
  const c = simplify(sub2(value(s, one), sub2(r, k)));
  return {
    conjugate: (y) => sub2(mul([k, unary("exp", expand(sub2(div(y, k), div(r, k))))]), c),
    natural: { lower: zero },
  };
}

/** φ′ = k(log(1 + t) − log(1 − t)) + r, or 2k·atanh t + r: the hyperbolic tangent. */
function signed(slope: Expr, s: Scalar): Free | undefined {
  const t = variable(s);
  const logs = sub2(unary("log", add([one, t])), unary("log", sub2(one, t)));
  const doubled = multipleOf(unary("atanh", t), slope, s);
  const form = multipleOf(logs, slope, s) ?? (doubled && { k: div(doubled.k, num(2)), r: doubled.r });
  if (form === undefined) return undefined;
  const k = mul([num(2), form.k]);
  const c = simplify(value(s, zero));
  return {
    conjugate: (y) => sub2(mul([k, unary("logcosh", div(sub2(y, form.r), k))]), c),
    natural: { lower: minusOne, upper: one },
  };
}

// ---- powers ---------------------------------------------------------------------------------------------

/** φ = k t^p + r t on t ≥ 0 with p > 1: relu to the power 1/(p − 1), the Tsallis entropies of entmax. */
function powered(slope: Expr, s: Scalar, { lower }: Bounds): Free | undefined {
  if (lower === undefined || !isNonNegative(lower)) return undefined;
  const curvature = simplify(differentiate(slope, s.t));
  const t = variable(s);
  // t φ‴/φ″ is the same everywhere.
  const atOne = (e: Expr): Expr => substituteTensor(e, s.t, () => one);
  const m = simplify(div(atOne(differentiate(curvature, s.t)), atOne(curvature)));
  const p = add([m, num(2)]);
  const q = add([m, one]);
  const form = isPositive(q) ? multipleOf(power(t, q), slope, s, one) : undefined;
  if (form === undefined) return undefined;
  const c = simplify(sub2(value(s, one), add([div(form.k, p), form.r])));
  return {
    // ψ(y) = (y/k)^(1/q) and φ* = k q ψ^p/p
    conjugate: (y) => {
      const u = unary("relu", div(sub2(y, form.r), form.k));
      return sub2(mul([form.k, div(q, p), power(u, div(p, q))]), c);
    },
    natural: { lower: zero },
  };
}

/** Beyond an end that binds, φ* goes on in a straight line: its slope is the end. */
function clipped({ conjugate, natural }: Free, s: Scalar, { lower, upper }: Bounds): Conjugate {
  const slope = differentiate(s.phi, s.t);
  const binds = (edge: Expr | undefined, own: Expr | undefined): edge is Expr =>
    edge !== undefined && (own === undefined || !isZero(simplify(sub2(edge, own))));
  const line = (y: Expr, edge: Expr): Expr => sub2(mul([edge, y]), value(s, edge));
  const slopeAt = (edge: Expr): Expr => simplify(substituteTensor(slope, s.t, () => edge));
  return (y) => {
    const inside = conjugate(y);
    const low = binds(lower, natural.lower)
      ? where(compare("<", y, slopeAt(lower)), line(y, lower), inside)
      : inside;
    return binds(upper, natural.upper) ? where(compare(">", y, slopeAt(upper)), line(y, upper), low) : low;
  };
}
