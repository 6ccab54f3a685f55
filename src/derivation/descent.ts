/** A flow comes in; the identity for dE/dt, as a sum of quadratic forms where the theory gives them, goes out. */
import { differentiate } from "../calculus/index.js";
import {
  add,
  at,
  type Expr,
  freshIndex,
  type Index,
  mul,
  neg,
  renameIndices,
  replaceTensor,
  sub2,
  sum,
  type TensorSymbol,
  TRUE,
  tensorSymbol,
  zero,
} from "../index-notation/index.js";
import type { Journal } from "./journal.js";
import { forceKind, forceOf, type Network, rateOf, withStates } from "./network.js";
import type { Descent, DescentTerm, LayerTheory, Motion } from "./theory.js";

/** The symbol `v_dot` that stands for dv/dt in printed forms. */
export const rateSymbol = (state: TensorSymbol): TensorSymbol =>
  tensorSymbol({ name: `${state.name}_dot`, role: "rate", dims: state.dims });

/**
 * dE/dt = Σ_a (∂E/∂g)ᵀ H dx/dt. Where the motion is τ dx/dt = −∂E/∂g this is −Σ τ ẋᵀ H ẋ, with a mobility
 * −rᵀ H M r/τ with r = −∂E/∂g, and otherwise the chain rule as it stands (theory section 2).
 */
export function descentOf(network: Network, motions: ReadonlyMap<string, Motion>, journal: Journal): Descent {
  const layers = [...network.layers.values()];
  const terms = layers.map((l) => descentTerm(network, l, motions.get(l.layer.name)!, journal));
  const rates = [...motions].map(([name, m]) => ({ ...m, rate: energeticRate(network, name, m) }));
  const forms = terms.map((t) => withRates(t.form, rates));
  return { terms, total: journal.simplify(add(forms.map((f) => withStates(f, layers)))) };
}

/** dx/dt as energy sees it: what a declared force adds along a flat direction is left out. */
function energeticRate(network: Network, name: string, motion: Motion): Expr {
  const layer = network.declared.get(name)!;
  if (forceKind(network, layer) !== "flat") return motion.rate;
  return rateOf(sub2(forceOf(network.potential, layer), at(layer.state, layer.over)), motion);
}

/** Replaces rate symbols by the right-hand sides. */
export function withRates(e: Expr, motions: Iterable<Pick<Motion, "state" | "over" | "rate">>): Expr {
  let result = e;
  for (const m of motions) result = replaceTensor(result, rateSymbol(m.state), m.over, m.rate);
  return result;
}

function descentTerm(network: Network, theory: LayerTheory, motion: Motion, journal: Journal): DescentTerm {
  const layer = network.declared.get(theory.layer.name)!;
  const state = layer.name;
  const kind = forceKind(network, layer);
  const form = (left: Expr, right: Expr): Expr => journal.simplify(neg(bilinear(theory, left, right)));
  const rate = at(rateSymbol(layer.state), layer.over);
  if (kind === "other") {
    const residual = sub2(forceOf(network.potential, layer), at(layer.state, layer.over));
    return { state, shape: "chain-rule", form: form(residual, rate) };
  }
  if (motion.mobility === undefined && motion.clamped === undefined)
    return { state, shape: "quadratic", form: form(mul([motion.tau, rate]), rate) };
  const drive =
    kind === "flat" ? sub2(forceOf(network.potential, layer), at(layer.state, layer.over)) : motion.drive;
  return { state, shape: "mobile", form: form(drive, rateOf(drive, motion)) };
}

/** Σ_ij left_i H_ij right_j, both given over the layer's indices. */
function bilinear(theory: LayerTheory, left: Expr, right: Expr): Expr {
  const { over } = theory.layer;
  const fresh = over.map((i) => freshIndex(i.dim));
  const fresh2 = over.map((i) => freshIndex(i.dim));
  const names: readonly Index[] = theory.hessian.over;
  const hessian = renameIndices(theory.hessian.expr, names, [...fresh, ...fresh2]);
  return sum(
    [...fresh, ...fresh2],
    TRUE,
    mul([renameIndices(left, over, fresh), hessian, renameIndices(right, over, fresh2)]),
  );
}

/** dE/dt of a model given by states: −Σ τ ẋ² for a gradient flow, −Σ M r²/τ with a mobility, else Σ ∂E/∂x·ẋ. */
export function stateDescent(
  energy: Expr,
  motions: ReadonlyMap<string, Motion>,
  gradient: ReadonlySet<string>,
  journal: Journal,
): Descent {
  const terms = [...motions].map(([name, m]) => stateTerm(name, energy, m, gradient.has(name), journal));
  const total = journal.simplify(withRates(add(terms.map((t) => t.form)), motions.values()));
  return { terms, total };
}

function stateTerm(state: string, energy: Expr, m: Motion, gradient: boolean, journal: Journal): DescentTerm {
  const rate = at(rateSymbol(m.state), m.over);
  const total = (body: Expr): Expr => journal.simplify(sum(m.over, TRUE, body));
  if (gradient && m.mobility === undefined && m.clamped === undefined)
    return { state, shape: "quadratic", form: total(neg(mul([m.tau, rate, rate]))) };
  if (gradient) return { state, shape: "mobile", form: total(neg(mul([m.drive, rateOf(m.drive, m)]))) };
  const partial = energy === zero ? zero : differentiateOver(energy, m);
  return { state, shape: "chain-rule", form: total(mul([partial, rate])) };
}

const differentiateOver = (energy: Expr, m: Motion): Expr => {
  const fresh = m.over.map((i) => freshIndex(i.dim));
  return renameIndices(differentiate(energy, m.state, fresh), fresh, m.over);
};
