/**
 * A model given by its dynamics alone comes in; a theory of the same motion with an energy that was found goes
 * out, or values at which it is shown that there is none of these forms.
 */
import { derive, type StateTheory, type Theory } from "../../derivation/index.js";
import {
  add,
  asIndex,
  at,
  children,
  div,
  type Expr,
  indicesOf,
  isPositive,
  mapChildren,
  minusOne,
  mul,
  neg,
  one,
  power,
  type Subscript,
  substituteTensor,
  symbolsOf,
  type TensorSymbol,
  tensor,
  tensorSymbol,
} from "../../index-notation/index.js";
import { namingOf, printText } from "../../index-notation/print/index.js";
import type { Layer, LayeredModel, StateVariable } from "../../model/index.js";
import { expand, simplify } from "../../rewrite/index.js";
import type { Counterexample } from "../verify.js";
import { skewPart, witnessOf } from "./asymmetry.js";
import { asymmetricPair, type Field, type Part, potentialOfField } from "./field.js";
import { reversalOf } from "./reverse.js";

export type StateReversal =
  | { readonly kind: "found"; readonly theory: Theory; readonly method: string }
  | { readonly kind: "none"; readonly method: string; readonly counterexample: Counterexample }
  | { readonly kind: "open"; readonly method: string };

/** Undefined where an energy is declared, or nothing moves. */
export function energyOfDynamics(theory: StateTheory): StateReversal | undefined {
  const { model, full } = theory;
  const isPlain = [...model.states.values()].every((v) => v.values === undefined && v.clamped === undefined);
  if (model.energy !== undefined || full.motions.size === 0 || !isPlain) return undefined;
  const field = [...full.motions.values()].map(
    (m): Part => ({ symbol: m.state, over: m.over, value: m.rate }),
  );
  return gradientForm(theory, field) ?? lagrangianForm(theory, field) ?? refusal(theory, field);
}

// ---- dx/dt = −a(x) ∂E/∂x ----------------------------------------------------------------------------------

/** The field, or the field divided by a positive factor of each unit's own state, is a gradient. */
function gradientForm(theory: StateTheory, field: Field): StateReversal | undefined {
  const mobilities = field.map((p) => ownFactor(p));
  const divided = field.map((p, k) => ({ ...p, value: simplify(div(p.value, mobilities[k]!)) }));
  const forms = mobilities.every((m) => m === one) ? [field] : [field, divided];
  for (const form of forms) {
    if (asymmetricPair(form) !== undefined) continue;
    const energy = potentialOfField(form);
    const derived = energy && derive({ ...theory.model, energy });
    if (!derived?.ok) continue;
    const text = printed(energy!, theory);
    const how = form === field ? "" : ", divided by a positive factor of each unit's own state,";
    return {
      kind: "found",
      theory: derived.value,
      method: `the Jacobian of the dynamics${how} is symmetric: E = ${text}`,
    };
  }
  return undefined;
}

/** The product of the positive factors of F_i that depend on x_i and on no other component. */
function ownFactor(p: Part): Expr {
  const factors = p.value.kind === "mul" ? p.value.factors : [p.value];
  return mul(factors.filter((f) => symbolsOf(f).has(p.symbol) && isPositive(f) && isOwn(f, p)));
}

function isOwn(e: Expr, p: Part): boolean {
  if (e.kind === "tensor" && e.symbol.role === "state")
    return e.symbol === p.symbol && e.subs.every((s, k) => asIndex(s)?.key === p.over[k]!.key);
  return children(e).every((c) => isOwn(c, p));
}

// ---- τ dx/dt = −x + F(g(x)) -------------------------------------------------------------------------------

/** The dynamics as layers with forces, if each state leaks and is otherwise seen through one function of its units. */
function lagrangianForm(theory: StateTheory, field: Field): StateReversal | undefined {
  const { energy: _, dynamics: __, states, update: ___, ...common } = theory.model;
  const units = field.map((p) => seenThrough(p, field, states));
  if (units.includes(undefined)) return undefined;
  const leaks = field.map((p) => leakOf(p));
  if (leaks.includes(undefined)) return undefined;
  const layers = new Map<string, Layer>();
  for (const [k, p] of field.entries()) {
    const { fn, activation } = units[k]!;
    const tau = power(leaks[k]!, minusOne);
    const rest = mul([tau, add([p.value, mul([leaks[k]!, at(p.symbol, p.over)])])]);
    const force = simplify(
      field.reduce((e, q, n) => throughActivation(e, q, units[n]!), simplify(expand(rest))),
    );
    const name = p.symbol.name;
    const own = { name, over: p.over, state: p.symbol, activation, tau, force };
    layers.set(name, { ...own, generator: { kind: "activation", function: fn } });
  }
  const isPure = [...layers.values()].every((l) => field.every((p) => !symbolsOf(l.force!).has(p.symbol)));
  if (!isPure) return undefined;
  const model: LayeredModel = { ...common, kind: "layered", layers, synapses: new Map(), fast: [] };
  const derived = derive(model);
  if (!derived.ok || derived.value.kind !== "layered") return undefined;
  const found = reversalOf(derived.value);
  if (found === undefined || found.kind !== "found") return found?.kind === "none" ? found : undefined;
  const names = field.map((p, k) => `${units[k]!.activation.name} = ${printed(units[k]!.fn, theory, p)}`);
  return { ...found, method: `tau*dx/dt = -x + F(g) with ${names.join(", ")}; ${found.method}` };
}

/** c in dx_i/dt = −c·x_i + …, positive and without states. */
function leakOf(p: Part): Expr | undefined {
  const own = at(p.symbol, p.over);
  const expanded = expand(p.value);
  const slopes = (expanded.kind === "add" ? expanded.terms : [expanded]).flatMap((t) => {
    const factors = t.kind === "mul" ? t.factors : [t];
    const rest = factors.filter((f) => f !== own);
    const isConstant = rest.every((f) => ![...symbolsOf(f)].some((s) => s.role === "state"));
    return rest.length === factors.length - 1 && isConstant ? [mul(rest)] : [];
  });
  const leak = simplify(neg(add(slopes)));
  return isPositive(leak) ? leak : undefined;
}

interface Seen {
  /** g(x_i), over the indices of the state. */
  readonly fn: Expr;
  readonly activation: TensorSymbol;
}

/** The one function through which F sees the components of a state; the state itself when there is none. */
function seenThrough(p: Part, field: Field, states: ReadonlyMap<string, StateVariable>): Seen | undefined {
  const functions = new Set(field.flatMap((q) => functionsOf(q.value, p)));
  if (functions.size > 1) return undefined;
  const [fn = at(p.symbol, p.over)] = functions;
  let name = `g_${p.symbol.name}`;
  while (states.has(name)) name += "_";
  return { fn, activation: tensorSymbol({ name, role: "activation", dims: p.symbol.dims }) };
}

/** Unary functions of a component of p, read at p's own indices. */
function functionsOf(e: Expr, p: Part): Expr[] {
  const own = e.kind === "unary" ? atOwnIndices(e, p) : undefined;
  return own === undefined ? children(e).flatMap((c) => functionsOf(c, p)) : [own];
}

/** f(x[k]) as f(x[i]), when one component is all that moves in it. */
function atOwnIndices(e: Expr, p: Part): Expr | undefined {
  const subs = new Set<string>();
  let isBound = false;
  const moved = substituteTensor(e, p.symbol, (s) => {
    subs.add(s.map((x) => x.key).join(";"));
    isBound ||= s.some((x) => indicesOf(x).some((i) => !e.free.some((f) => f.key === i.key)));
    return at(p.symbol, p.over);
  });
  const moving = [...symbolsOf(e)].filter((s) => s.role === "state");
  if (isBound || subs.size !== 1 || moving.length !== 1) return undefined;
  const isFree = moved.free.every((i) => p.over.some((o) => o.key === i.key));
  return isFree ? moved : undefined;
}

/** Every g(x[k]) of p as the symbol g[k]. */
function throughActivation(e: Expr, p: Part, { fn, activation }: Seen): Expr {
  if (fn === at(p.symbol, p.over)) return substituteTensor(e, p.symbol, (s) => tensor(activation, s));
  const visit = (x: Expr): Expr =>
    x.kind === "unary" && atOwnIndices(x, p) === fn
      ? tensor(activation, componentIn(x, p))
      : mapChildren(x, visit);
  return visit(e);
}

function componentIn(e: Expr, p: Part): readonly Subscript[] {
  let found: readonly Subscript[] = [];
  substituteTensor(e, p.symbol, (s) => {
    found = s;
    return tensor(p.symbol, s);
  });
  return found;
}

function refusal(theory: StateTheory, field: Field): StateReversal {
  const pair = asymmetricPair(field);
  const counterexample = pair && witnessOf(skewPart(pair), theory.model);
  if (counterexample === undefined)
    return {
      kind: "open",
      method: "no energy was found from the dynamics, and no values at which they are shown to have none",
    };
  const names = [...new Set(pair!.map((p) => p.symbol.name))].join(" and ");
  return {
    kind: "none",
    method: `the Jacobian of the dynamics is not symmetric in ${names} at these values, and no positive factor of single units makes it so: not a gradient flow; this refutes energies of that form only`,
    counterexample,
  };
}

function printed(e: Expr, theory: StateTheory, p?: Part): string {
  const indices = [...theory.model.indices.values(), ...theory.partners];
  const names = [
    ...theory.model.states.keys(),
    ...theory.model.parameters.keys(),
    ...theory.model.inputs.keys(),
  ];
  return printText(e, namingOf(indices, [...names, ...theory.model.dimensions]), p?.over ?? []).text;
}
