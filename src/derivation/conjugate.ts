/**
 * A layer given by its dual energy comes in; its Lagrangian L(x) = sup_f x·f − Φ(f) goes out, with the bounds and
 * linear equations that hold f (Legendre–Fenchel; Rockafellar, Convex Analysis, 1970, section 12).
 *
 * Φ = Σ φ(f) must be separable. A layer without an equation is conjugate unit by unit. With w·f = c the multiplier
 * λ of the equation is one more unknown, L(x) = min_λ cλ + Σ φ*(x − λw), and λ is the root of c − w·∇φ*(x − λw):
 * the threshold of sparsemax (Martins & Astudillo 2016, arXiv 1602.02068) and entmax (Peters et al. 2019,
 * arXiv 1905.05702). The envelope theorem makes the activation ∇φ*(x − λw).
 */
import { differentiate } from "../calculus/index.js";
import {
  add,
  at,
  type Compare,
  dependsOn,
  div,
  type Expr,
  freshIndex,
  type Index,
  isPositive,
  mul,
  neg,
  num,
  one,
  open,
  printText,
  renameIndices,
  replaceTensor,
  root,
  sub2,
  substituteTensor,
  sum,
  type TensorSymbol,
  TRUE,
  tensor,
  tensorSymbol,
  unary,
  zero,
} from "../index-notation/index.js";
import { type DomainCondition, type Layer, ok, type Result } from "../model/index.js";
import { expand, simplify } from "../rewrite/index.js";
import { cannotConjugate, isElementwise } from "./elementwise.js";
import { type Bounds, conjugateOfScalar, type Scalar } from "./scalar-conjugate.js";

export interface Dual {
  readonly dual: Expr;
  readonly on: readonly DomainCondition[];
}

/** w·f = c for every value of the free indices of the condition. */
interface Equation {
  readonly over: readonly Index[];
  readonly weight: Expr;
  readonly level: Expr;
}

/** The Lagrangian; fails, with a sentence, for a dual of a form that is not conjugated. */
export function lagrangianOfDual(layer: Layer, { dual, on }: Dual): Result<Expr> {
  const phi = separated(dual, layer);
  if (!phi.ok) return phi;
  const constraints = readConstraints(layer, on);
  if (!constraints.ok) return constraints;
  const { bounds, equation } = constraints.value;
  const conjugate = conjugateOfScalar(phi.value.scalar, bounds, layer);
  if (!conjugate.ok) return conjugate;
  const of = (y: Expr): Expr => conjugate.value(y);
  const x = at(layer.state, layer.over);
  const inner = equation === undefined ? sum(layer.over, TRUE, of(x)) : constrained(layer, equation, of, x);
  return ok(simplify(sub2(inner, phi.value.constant)));
}

/** min_λ cλ + Σ φ*(x − λw), written with the λ at which it is attained. */
function constrained(layer: Layer, q: Equation, conjugate: (y: Expr) => Expr, x: Expr): Expr {
  const s = tensorSymbol({ name: "~threshold", role: "variable" });
  const lambda = tensor(s, []);
  const bound = layer.over.filter((i) => !q.over.some((j) => j.key === i.key));
  const cost = (multiplier: Expr): Expr =>
    add([mul([q.level, multiplier]), sum(bound, TRUE, conjugate(sub2(x, mul([multiplier, q.weight]))))]);
  const equation = simplify(differentiate(cost(lambda), s));
  const closed = ofExponentials(cost(lambda), equation, s, q.level);
  return sum(q.over, TRUE, closed ?? cost(root(s, equation)));
}

/** The minimum in closed form where the equation is c = e^(−λ/k)·Z: ck(1 + log(Z/c)), the softmax. */
function ofExponentials(cost: Expr, equation: Expr, s: TensorSymbol, level: Expr): Expr | undefined {
  const total = simplify(sub2(level, equation));
  const k = simplify(neg(div(total, simplify(differentiate(total, s)))));
  if (dependsOn(k, s) || !isPositive(k)) return undefined;
  const partition = simplify(substituteTensor(total, s, () => zero));
  const rest = simplify(sub2(cost, add([mul([k, total]), mul([level, tensor(s, [])])])));
  if (dependsOn(rest, s)) return undefined;
  return add([mul([level, k, sub2(add([one, unary("log", partition)]), unary("log", level))]), rest]);
}

// ---- reading Φ ------------------------------------------------------------------------------------------

interface Separated {
  readonly scalar: Scalar;
  /** What does not depend on f. */
  readonly constant: Expr;
}

/** Φ = constant + Σ over the layer of φ(f): every term is such a sum, with a factor in front. */
function separated(dual: Expr, layer: Layer): Result<Separated> {
  const t = tensorSymbol({ name: "~t", role: "variable" });
  const flat = expand(dual);
  const terms = flat.kind === "add" ? flat.terms : [flat];
  const constant = terms.filter((e) => !dependsOn(e, layer.activation));
  const bodies: Expr[] = [];
  for (const term of terms.filter((e) => dependsOn(e, layer.activation))) {
    const body = bodyOf(term, layer);
    if (body === undefined || !isElementwise(body, layer.activation, layer.over))
      return cannotConjugate(
        layer,
        `the term ${printText(term).text} of the dual couples units`,
        "write the dual as a sum of functions of single units, such as sum(mu, f[mu]^2)/2",
      );
    bodies.push(substituteTensor(body, layer.activation, () => tensor(t, [])));
  }
  return ok({ scalar: { t, phi: add(bodies) }, constant: add(constant) });
}

/** The body of a sum over all units, at the layer's own indices and with the factors in front. */
function bodyOf(term: Expr, layer: Layer): Expr | undefined {
  if (layer.over.length === 0) return term;
  const factors = term.kind === "mul" ? term.factors : [term];
  const k = factors.findIndex((f) => f.kind === "binder" && f.op === "sum");
  const binder = factors[k];
  if (binder?.kind !== "binder") return undefined;
  const front = factors.filter((_, n) => n !== k);
  const { indices, guard, body } = open(binder);
  if (guard.all.length > 0 || indices.length !== layer.over.length) return undefined;
  const own = layer.over.map((i) => indices.find((j) => places(body, layer.activation, j, i, layer)));
  if (own.some((j) => j === undefined) || new Set(own).size !== own.length) return undefined;
  return mul([...front, renameIndices(body, own as Index[], layer.over)]);
}

/** Whether the bound index j stands where the layer's index i belongs, in some component of f. */
function places(body: Expr, f: TensorSymbol, j: Index, i: Index, layer: Layer): boolean {
  if (j.dim.key !== i.dim.key) return false;
  const k = layer.over.indexOf(i);
  let found = false;
  substituteTensor(body, f, (subs) => {
    const s = subs[k]!;
    if (s.terms.length === 1 && s.terms[0]!.index.key === j.key) found = true;
    return tensor(f, subs);
  });
  return found;
}

// ---- reading the constraints ------------------------------------------------------------------------------

interface Constraints {
  readonly bounds: Bounds;
  readonly equation: Equation | undefined;
}

function readConstraints(layer: Layer, on: readonly DomainCondition[]): Result<Constraints> {
  let bounds: Bounds = {};
  let equation: Equation | undefined;
  for (const c of on)
    for (const compare of c.condition.all) {
      const read = readConstraint(layer, compare);
      if (read === undefined || (read.kind === "equation" && equation !== undefined))
        return cannotConjugate(
          layer,
          read === undefined
            ? `the condition ${c.text} is neither a bound on every unit nor a linear equation`
            : `${c.text} is a second equation; one is conjugated`,
          `write bounds such as ${layer.activation.name}[mu] >= 0 and one equation such as sum(mu, ${layer.activation.name}[mu]) = 1`,
        );
      if (read.kind === "equation") equation = read.equation;
      else bounds = { ...bounds, ...read.bounds };
    }
  return ok({ bounds, equation });
}

type Constraint =
  | { readonly kind: "bounds"; readonly bounds: Bounds }
  | { readonly kind: "equation"; readonly equation: Equation };

/** left − right is linear in f: a multiple of one component is a bound, a sum is an equation. */
function readConstraint(layer: Layer, c: Compare): Constraint | undefined {
  const f = layer.activation;
  const gap = simplify(sub2(c.left, c.right));
  const level = neg(simplify(replaceTensor(gap, f, layer.over, zero)));
  const place = layer.over.map((i) => freshIndex(i.dim));
  const weight = simplify(differentiate(gap, f, place));
  if (dependsOn(weight, f)) return undefined;
  if (c.op === "<" || c.op === "<=") return boundOf(layer, gap, level);
  return c.op === "=" ? equationOf(layer, gap, level) : undefined;
}

/** k·f[own] ≤ level. */
function boundOf(layer: Layer, gap: Expr, level: Expr): Constraint | undefined {
  const own = at(layer.activation, layer.over);
  const k = simplify(div(add([gap, level]), own));
  if (dependsOn(k, layer.activation)) return undefined;
  const edge = simplify(div(level, k));
  if (isPositive(k)) return { kind: "bounds", bounds: { upper: edge } };
  return isPositive(neg(k)) ? { kind: "bounds", bounds: { lower: edge } } : undefined;
}

/** Σ over the indices that are not free of w·f = level. */
function equationOf(layer: Layer, gap: Expr, level: Expr): Constraint | undefined {
  const sumOfUnits = simplify(add([gap, level]));
  const free = layer.over.filter((i) => sumOfUnits.free.some((j) => j.key === i.key));
  const bound = layer.over.filter((i) => !free.includes(i));
  const place = bound.map((i) => freshIndex(i.dim));
  const own = layer.over.map((i) => (bound.includes(i) ? place[bound.indexOf(i)]! : freshIndex(i.dim)));
  const slope = simplify(differentiate(sumOfUnits, layer.activation, own));
  // Summing the slope over its own copies of the free indices removes the deltas that pick them.
  const copies = own.filter((i) => !place.includes(i));
  const weight = renameIndices(simplify(sum(copies, TRUE, slope)), place, bound);
  const rebuilt = sum(bound, TRUE, mul([weight, at(layer.activation, layer.over)]));
  if (bound.length === 0 || simplify(sub2(rebuilt, sumOfUnits)) !== num(0)) return undefined;
  return { kind: "equation", equation: { over: free, weight, level } };
}
