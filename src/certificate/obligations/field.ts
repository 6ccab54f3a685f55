/**
 * A vector field comes in; whether its Jacobian is symmetric, for every dimension, and the potential whose
 * negative gradient it then is, go out.
 */
import { differentiate } from "../../calculus/index.js";
import { antiderivative } from "../../derivation/index.js";
import {
  add,
  at,
  binder,
  children,
  div,
  type Expr,
  freshIndex,
  type Index,
  integral,
  mul,
  neg,
  one,
  open,
  openSoftmax,
  renameIndices,
  substituteTensor,
  sum,
  symbolsOf,
  type TensorSymbol,
  TRUE,
  tensor,
  tensorSymbol,
  unary,
  zero,
} from "../../index-notation/index.js";
import { expand, shownEqual, simplify } from "../../rewrite/index.js";
import { isTotal } from "./bounded.js";

/** One group of components: what they are components of, and F over its indices. */
export interface Part {
  readonly symbol: TensorSymbol;
  readonly over: readonly Index[];
  readonly value: Expr;
}
export type Field = readonly Part[];

/** ∂F_a[i]/∂y_b[j] over the given indices. */
export const jacobian = (a: Part, i: readonly Index[], b: Part, j: readonly Index[]): Expr =>
  differentiate(renameIndices(a.value, a.over, i), b.symbol, j);

/** The first pair of parts between which J is not shown to be symmetric. */
export function asymmetricPair(field: Field): readonly [Part, Part] | undefined {
  for (const [k, a] of field.entries())
    for (const b of field.slice(k)) {
      const [i, j] = [a, b].map((p) => p.over.map((x) => freshIndex(x.dim))) as [Index[], Index[]];
      if (!shownEqual(jacobian(a, i, b, j), jacobian(b, j, a, i))) return [a, b];
    }
  return undefined;
}

/**
 * U with F = −∂U/∂y, U = −∫₀¹ F(s·y)·y ds. In closed form where that is verified by differentiation; else as a
 * quadrature, where F is smooth and J symmetric (Poincaré's lemma). Undefined when neither is shown.
 */
export function potentialOfField(field: Field): Expr | undefined {
  const s = tensorSymbol({ name: "~ray", role: "variable" });
  const scaled = (e: Expr): Expr =>
    field.reduce(
      (x, p) => substituteTensor(x, p.symbol, (subs) => mul([tensor(s), tensor(p.symbol, subs)])),
      e,
    );
  const work = add(field.map((p) => sum(p.over, TRUE, mul([scaled(p.value), at(p.symbol, p.over)]))));
  for (const form of new Set([simplify(work), expand(work)])) {
    const found = alongRay(form, s);
    const potential = found && simplify(neg(found));
    if (potential !== undefined && isPotential(potential, field)) return potential;
  }
  if (!field.every((p) => isSmooth(p.value)) || asymmetricPair(field) !== undefined) return undefined;
  return neg(integral(s, zero, one, simplify(work)));
}

const isPotential = (potential: Expr, field: Field): boolean =>
  field.every((p) => {
    const i = p.over.map((x) => freshIndex(x.dim));
    return shownEqual(neg(differentiate(potential, p.symbol, i)), renameIndices(p.value, p.over, i));
  });

/** ∫₀¹ e ds, inside sums. */
function alongRay(e: Expr, s: TensorSymbol): Expr | undefined {
  if (!symbolsOf(e).has(s)) return e;
  if (e.kind === "add") {
    const parts = e.terms.map((t) => alongRay(t, s));
    return parts.includes(undefined) ? undefined : add(parts as Expr[]);
  }
  const primitive = antiderivative(e, s);
  if (primitive !== undefined) {
    const put = (value: Expr): Expr => substituteTensor(primitive, s, () => value);
    return add([put(one), neg(put(zero))]);
  }
  const chained = byChainRule(e, s);
  if (chained !== undefined) return chained;
  const factors = e.kind === "mul" ? e.factors : [e];
  const moving = factors.filter((f) => symbolsOf(f).has(s));
  const [only] = moving;
  if (moving.length !== 1 || only?.kind !== "binder" || only.op !== "sum") return undefined;
  const { indices, guard, body } = open(only);
  const inner = alongRay(body, s);
  return inner && mul([...factors.filter((f) => f !== only), sum(indices, guard, inner)]);
}

/**
 * ∫₀¹ of c·d/ds Φ, for the Φ that the integrand suggests: logsumexp where there is a softmax, and Σ Φ(h) where there
 * is Σ f(h) with f = Φ′ in the table.
 */
function byChainRule(e: Expr, s: TensorSymbol): Expr | undefined {
  for (const primitive of suggested(e, s)) {
    const ratio = simplify(div(e, simplify(differentiate(primitive, s))));
    if ([...symbolsOf(ratio)].some((x) => x.role !== "parameter" && x.role !== "input")) continue;
    const put = (value: Expr): Expr => substituteTensor(primitive, s, () => value);
    return mul([ratio, add([put(one), neg(put(zero))])]);
  }
  return undefined;
}

function* suggested(e: Expr, s: TensorSymbol): Generator<Expr> {
  if (e.kind === "softmax" && symbolsOf(e.body).has(s)) {
    const { index, guard, body } = openSoftmax(e);
    yield binder("logsumexp", [index], guard, body);
  }
  if (e.kind === "binder" && e.op === "sum") {
    const { indices, body } = open(e);
    for (const f of body.kind === "mul" ? body.factors : [body]) {
      const t = tensorSymbol({ name: "~t", role: "variable" });
      if (f.kind !== "unary" || !symbolsOf(f.arg).has(s)) continue;
      const primitive = antiderivative(unary(f.fn, tensor(t)), t);
      const outer = indices.filter((i) => f.free.some((x) => x.key === i.key));
      if (primitive !== undefined)
        yield sum(
          outer,
          TRUE,
          substituteTensor(primitive, t, () => f.arg),
        );
    }
    for (const f of body.kind === "mul" ? body.factors : [body])
      if (f.kind === "softmax") yield* suggested(f, s);
  }
  if (e.kind === "mul") for (const f of e.factors) yield* suggested(f, s);
}

const KINKED: ReadonlySet<string> = new Set(["abs", "sign", "relu", "step"]);

/** Continuously differentiable for all values, as far as its functions tell. */
function isSmooth(e: Expr): boolean {
  if (e.kind === "unary" && KINKED.has(e.fn)) return false;
  if (e.kind === "extremum" || e.kind === "where" || e.kind === "integral" || e.kind === "root") return false;
  if (e.kind === "binder" && (e.op === "max" || e.op === "min")) return false;
  if (e.kind === "power" && e.exponent.kind !== "number") return false;
  if (e.kind === "power" && e.exponent.kind === "number" && e.exponent.value.d !== 1n) return false;
  return isTotal(e) && children(e).every(isSmooth);
}
