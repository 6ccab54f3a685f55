/**
 * A theory whose feedback is declared as forces comes in; the theory of the same motion with a potential that was
 * found goes out, or values at which the forces are shown to have none of this form (theory section 2, item 1).
 */
import { derive, forceOf, type LayeredTheory, type LayerTheory, withStates } from "../../derivation/index.js";
import {
  add,
  at,
  div,
  type Expr,
  freshIndex,
  type Index,
  isPositive,
  minusOne,
  mul,
  one,
  open,
  power,
  renameIndices,
  replaceTensor,
  substituteTensor,
  sum,
  symbolsOf,
  type TensorSymbol,
  TRUE,
  zero,
} from "../../index-notation/index.js";
import type { Layer, LayeredModel } from "../../model/index.js";
import { shownEqual, simplify } from "../../rewrite/index.js";
import { scribeOf } from "../statement.js";
import type { Counterexample } from "../verify.js";
import { type Difference, skewPart, witnessOf } from "./asymmetry.js";
import { asymmetricPair, type Field, jacobian, type Part, potentialOfField } from "./field.js";

export type Reversal =
  | { readonly kind: "found"; readonly theory: LayeredTheory; readonly method: string }
  | { readonly kind: "none"; readonly method: string; readonly counterexample: Counterexample }
  | { readonly kind: "open"; readonly method: string };

/** Undefined where a potential was declared that some layer without a force relies on. */
export function reversalOf(theory: LayeredTheory): Reversal | undefined {
  const layers = [...theory.layers.values()];
  const forced = layers.filter((l) => l.layer.force !== undefined);
  const isDeclared = theory.model.synapses.size > 0 || theory.model.generating !== undefined;
  if (forced.every((l) => theory.gradientForces.has(l.layer.name))) return undefined;
  if (isDeclared && forced.length < layers.length) return undefined;
  const field = fieldOf(theory, layers);
  return field === undefined
    ? { kind: "open", method: "a declared force depends on a state that its activation does not give back" }
    : reverse(theory, layers, field);
}

/** F of the activations: a linear layer may write its state instead. */
function fieldOf(theory: LayeredTheory, layers: readonly LayerTheory[]): Field | undefined {
  const linear = layers.filter((l) => l.activation.expr === at(l.layer.state, l.layer.over));
  const parts = layers.map(({ layer }): Part => {
    const force = layer.force ?? forceOf(theory.potential, layer);
    const value = linear.reduce(
      (e, l) => replaceTensor(e, l.layer.state, l.layer.over, at(l.layer.activation, l.layer.over)),
      force,
    );
    return { symbol: layer.activation, over: layer.over, value: simplify(value) };
  });
  const states = new Set(layers.map((l) => l.layer.state));
  return parts.some((p) => [...symbolsOf(p.value)].some((s) => states.has(s))) ? undefined : parts;
}

function reverse(theory: LayeredTheory, layers: readonly LayerTheory[], field: Field): Reversal {
  const pair = asymmetricPair(field);
  if (pair === undefined) {
    const found = withPotential(
      theory,
      layers,
      field,
      layers.map(() => one),
    );
    return found ?? { kind: "open", method: "J = Jᵀ, but no potential was found in closed form" };
  }
  for (const scale of scalings(field)) {
    const found = withPotential(theory, layers, rescaled(field, scale), scale);
    if (found !== undefined) return found;
  }
  return refutation(theory, layers, pair);
}

// ---- symmetric --------------------------------------------------------------------------------------------

/** The motion with the Lagrangians divided by the scale and the potential of the field, if it has one. */
function withPotential(
  theory: LayeredTheory,
  layers: readonly LayerTheory[],
  field: Field,
  scale: readonly Expr[],
): Reversal | undefined {
  if (asymmetricPair(field) !== undefined) return undefined;
  const potential = potentialOfField(field);
  const declared = layers.map((l, k) => unforced(l, scale[k]!));
  if (potential === undefined || declared.includes(undefined)) return undefined;
  const { generating: _, ...rest } = theory.model;
  const model: LayeredModel = {
    ...rest,
    layers: new Map((declared as Layer[]).map((l) => [l.name, l])),
    synapses: new Map([["found", potential]]),
  };
  const derived = derive(model);
  if (!derived.ok || derived.value.kind !== "layered") return undefined;
  return { kind: "found", theory: derived.value, method: describe(derived.value, layers, scale) };
}

/** The layer without its force, L divided by the scale: only a sum over units can be divided unit by unit. */
function unforced(l: LayerTheory, scale: Expr): Layer | undefined {
  const { force: _, ...layer } = l.layer;
  const lagrangian = scale === one ? l.lagrangian : divided(l, scale);
  return lagrangian && { ...layer, generator: { kind: "lagrangian", lagrangian } };
}

function divided(l: LayerTheory, scale: Expr): Expr | undefined {
  if (scale.free.length === 0) return div(l.lagrangian, scale);
  const terms = (l.lagrangian.kind === "add" ? l.lagrangian.terms : [l.lagrangian]).map((t) => {
    const factors = t.kind === "mul" ? t.factors : [t];
    const inner = factors.find((f) => f.kind === "binder");
    if (inner?.kind !== "binder" || inner.op !== "sum" || inner.indices.length !== l.layer.over.length)
      return undefined;
    const { indices, guard, body } = open(inner);
    const own = indicesOfState(body, l, indices);
    if (own === undefined || guard.all.length > 0) return undefined;
    const others = factors.filter((f) => f !== inner);
    if (others.some((f) => symbolsOf(f).has(l.layer.state))) return undefined;
    return mul([...others, sum(indices, TRUE, div(body, renameIndices(scale, l.layer.over, own)))]);
  });
  return terms.includes(undefined) ? undefined : add(terms as Expr[]);
}

/** The bound indices in the order in which the state uses them, when it is used in no other way. */
function indicesOfState(body: Expr, l: LayerTheory, bound: readonly Index[]): readonly Index[] | undefined {
  const uses = new Set<string>();
  let found: readonly Index[] | undefined;
  substituteTensor(body, l.layer.state, (subs) => {
    uses.add(subs.map((s) => s.key).join(";"));
    const indices = subs.map((s) =>
      bound.find((i) => s.terms.length === 1 && s.terms[0]!.index.key === i.key),
    );
    found = indices.includes(undefined) ? undefined : (indices as Index[]);
    return at(l.layer.state, l.layer.over);
  });
  return uses.size === 1 && found !== undefined && new Set(found).size === bound.length ? found : undefined;
}

function describe(found: LayeredTheory, layers: readonly LayerTheory[], scale: readonly Expr[]): string {
  const scribe = scribeOf(found);
  const text = scribe.text(found.potential);
  const scaled = layers.flatMap((l, k) =>
    scale[k] === one ? [] : [scribe.text(div(at(l.layer.activation, l.layer.over), scale[k]!), l.layer.over)],
  );
  if (scaled.length === 0) return `the Jacobian of the declared forces is symmetric: U = ${text}`;
  const names = layers.filter((_, k) => scale[k] !== one).map((l) => l.layer.name);
  return `the Jacobian of the declared forces is symmetric after a positive diagonal rescaling: with the Lagrangian of ${names.join(", ")} divided unit by unit, the activations are ${scaled.join(", ")}, written with their old names, and U = ${text}`;
}

// ---- rescaling W = D S ------------------------------------------------------------------------------------

/** Positive factors of the Jacobian that belong to one unit: d with J_ij d_j = J_ji d_i may be made of them. */
function* scalings(field: Field): Generator<readonly Expr[]> {
  const choices = field.map((a) => [...new Set(field.flatMap((b) => candidates(a, b)).concat(one))]);
  const total = choices.reduce((n, c) => n * c.length, 1);
  for (let code = 0; code < Math.min(total, 64); code++) {
    let rest = code;
    const scale = choices.map((c) => {
      const chosen = c[rest % c.length]!;
      rest = Math.floor(rest / c.length);
      return chosen;
    });
    if (scale.some((d) => d !== one)) yield scale;
  }
}

function candidates(a: Part, b: Part): Expr[] {
  const [i, j] = [a, b].map((p) => p.over.map((x) => freshIndex(x.dim))) as [Index[], Index[]];
  const rows = ownFactors(jacobian(a, i, b, j), i, a.over);
  const columns = ownFactors(jacobian(b, j, a, i), i, a.over);
  const inverse = power(columns, minusOne);
  return [rows, inverse, mul([rows, inverse])];
}

/** The product of the positive factors without variables whose free indices are among those given. */
function ownFactors(e: Expr, own: readonly Index[], names: readonly Index[]): Expr {
  const simple = simplify(e);
  const factors = (simple.kind === "mul" ? simple.factors : [simple]).filter(
    (f) =>
      isPositive(f) &&
      [...symbolsOf(f)].every((s) => s.role === "parameter" || s.role === "input") &&
      f.free.every((x) => own.some((o) => o.key === x.key)),
  );
  return renameIndices(mul(factors), own, names);
}

/** The same field written with g/d. */
const rescaled = (field: Field, scale: readonly Expr[]): Field => {
  const put = (e: Expr): Expr =>
    field.reduce((x, p, k) => {
      const symbol: TensorSymbol = p.symbol;
      return replaceTensor(x, symbol, p.over, mul([scale[k]!, at(symbol, p.over)]));
    }, e);
  return field.map((p) => ({ ...p, value: simplify(put(p.value)) }));
};

// ---- asymmetric -------------------------------------------------------------------------------------------

function refutation(
  theory: LayeredTheory,
  layers: readonly LayerTheory[],
  pair: readonly [Part, Part],
): Reversal {
  const names = [...new Set(pair.map((p) => p.symbol.name))].join(" and ");
  const seen = seenByEnergy(skewPart(pair), pair, layers);
  if (shownEqual(seen.expr, zero))
    return {
      kind: "open",
      method: `J differs from Jᵀ in ${names} only along directions that the Hessians annihilate: energy does not see it, and no potential was found`,
    };
  const counterexample = witnessOf(seen, theory.model);
  if (counterexample === undefined)
    return {
      kind: "open",
      method: `J = Jᵀ is not shown for ${names}, and no values were found where it fails`,
    };
  return {
    kind: "none",
    method: `the Jacobian of the declared forces is not symmetric in ${names}, at these values and to the extent that the Hessians see: no potential; this refutes only energies of the form Σ (x·g − L) + U`,
    counterexample,
  };
}

/** H (J − Jᵀ) H of the states: what a potential needs to vanish, also where H is singular. */
function seenByEnergy(
  d: Difference,
  pair: readonly [Part, Part],
  layers: readonly LayerTheory[],
): Difference {
  const hessianOf = (p: Part, own: readonly Index[], other: readonly Index[]): Expr => {
    const l = layers.find((x) => x.layer.activation === p.symbol)!;
    return renameIndices(l.hessian.expr, l.hessian.over, [...own, ...other]);
  };
  const [a, b] = pair;
  const [i, j] = [d.indices.slice(0, a.over.length), d.indices.slice(a.over.length)];
  const [k, l] = [i, j].map((x) => x.map((y) => freshIndex(y.dim))) as [Index[], Index[]];
  const product = mul([hessianOf(a, k, i), withStates(d.expr, layers), hessianOf(b, j, l)]);
  return { expr: simplify(sum([...i, ...j], TRUE, product)), indices: [...k, ...l] };
}
