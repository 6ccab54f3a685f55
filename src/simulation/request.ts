/** A theory and bound values come in; the lowering request for its field, energy and outputs goes out. */
import {
  type Flow,
  type Formula,
  inStates,
  type Motion,
  type NoiseTheory,
  noiseOf,
  type Theory,
  type Updates,
  updatesOf,
} from "../derivation/index.js";
import {
  add,
  at,
  binder,
  type Compare,
  type Expr,
  evaluateD,
  extremum,
  type Index,
  mul,
  num,
  one,
  rational,
  sub2,
  symbolsOf,
  type TensorSymbol,
  TRUE,
  unary,
  zero,
} from "../index-notation/index.js";
import type { EntryRequest, Output, ProgramRequest, StateSlot } from "../lower/index.js";
import type { DomainCondition, Model, Observable } from "../model/index.js";
import type { Bound } from "./bind.js";
import type { ModelEvent } from "./events.js";

/** Where one state lives in the flat state vector. */
export interface StateLayout {
  readonly name: string;
  readonly symbol: TensorSymbol;
  readonly over: readonly Index[];
  readonly offset: number;
  readonly shape: readonly number[];
  readonly size: number;
}

/** The flat state vector: layers in order of declaration, each in C order. */
export function layoutOf(q: Quantities, dimensions: ReadonlyMap<string, number>): StateLayout[] {
  let offset = 0;
  return variablesOf(q).map((m) => {
    const shape = m.over.map((i) => evaluateD(i.dim, dimensions)!);
    const size = shape.reduce((a, b) => a * b, 1);
    const layout = { name: m.state.name, symbol: m.state, over: m.over, offset, shape, size };
    offset += size;
    return layout;
  });
}

/** Everything that is computed from the state: what `compile` turns into functions. */
export interface Quantities {
  readonly flow: Flow;
  /** In place of a flow, for models all of whose states are discrete. */
  readonly updates?: Updates;
  /** Of models with noise. */
  readonly noise?: NoiseTheory;
  /** −∂U/∂g by state, held where clamped: the map of the concave-convex procedure. Absent where no energy gives it. */
  readonly maps?: () => ReadonlyMap<string, Formula>;
  /** Fast states by name, of the slow ones. */
  readonly outputs: ReadonlyMap<string, Formula>;
  /** Activations by layer name. */
  readonly activations: ReadonlyMap<string, Formula>;
  readonly observed: ReadonlyMap<string, Formula>;
  readonly events: readonly ModelEvent[];
}

/** The states in order of declaration. */
const variablesOf = (q: Quantities): { readonly state: TensorSymbol; readonly over: readonly Index[] }[] =>
  q.updates === undefined
    ? [...q.flow.motions.values()]
    : q.updates.laws.map(({ state }) => ({ state: state.symbol, over: state.over }));

/** Symbols that must have a value for these quantities to be computed. */
export function neededSymbols(q: Quantities, monitors: readonly Monitored[]): Set<TensorSymbol> {
  const all = new Set<TensorSymbol>();
  const take = (e: Expr | undefined): void => {
    if (e !== undefined) for (const s of symbolsOf(e)) all.add(s);
  };
  for (const { state } of variablesOf(q)) all.add(state);
  for (const m of q.flow.motions.values()) take(m.rate);
  for (const p of q.noise?.parts.values() ?? []) for (const f of Object.values(p) as Formula[]) take(f.expr);
  for (const { map, state } of q.updates?.laws ?? []) for (const e of [map, state.clamped]) take(e);
  take(q.flow.energy);
  for (const formulas of [q.outputs, q.activations, q.observed])
    for (const f of formulas.values()) take(f.expr);
  for (const m of monitors) take(m.margin);
  for (const e of q.events) take(e.value);
  return all;
}

/** The quantities of a theory: of its reduced flow, or of the full network, and the named definitions. */
export function quantitiesOf(
  theory: Theory,
  full: boolean,
  observe: readonly Observable[],
  events: readonly ModelEvent[],
): Quantities {
  const flow = full ? theory.full : theory.reduced;
  const layered = theory.kind === "layered";
  const allLayers = layered
    ? new Map([...theory.layers].map(([n, l]) => [n, l.activation]))
    : new Map<string, Formula>();
  const updates = theory.kind === "state" ? updatesOf(theory.model) : undefined;
  const noise = noiseOf(theory, full);
  const isGradient = layered || (theory.model.kind === "state" && theory.model.dynamics === undefined);
  return {
    flow,
    events,
    ...(isGradient && { maps: () => mapsOf(theory, flow, full) }),
    ...(updates && { updates }),
    ...(noise && { noise }),
    outputs: full ? new Map() : theory.outputs,
    activations: full ? allLayers : theory.activations,
    observed: new Map(observe.map((o) => [o.name, { over: o.over, expr: inStates(theory, o.value, full) }])),
  };
}

/** x + drive = −∂U/∂g, of the states. */
function mapsOf(theory: Theory, flow: Flow, full: boolean): Map<string, Formula> {
  const next = ({ state, over, drive, clamped }: Motion): Formula => {
    const moves = clamped === undefined ? drive : mul([sub2(one, clamped), drive]);
    return { over, expr: inStates(theory, add([at(state, over), moves]), full) };
  };
  return new Map([...flow.motions].map(([name, m]) => [name, next(m)]));
}

/** The entry points `rhs`, `energy`, `outputs`, `activations` and one per monitored condition. */
export function requestOf(
  q: Quantities,
  layout: readonly StateLayout[],
  bound: Bound,
  model: Model,
  monitors: readonly Monitored[],
): ProgramRequest {
  const byName = new Map([...neededSymbols(q, monitors)].map((s) => [s.name, s]));
  const inputs = new Map<TensorSymbol, Float64Array>();
  const parameters = new Map<TensorSymbol, Float64Array>();
  for (const [name, data] of bound.values) {
    const symbol = byName.get(name);
    if (symbol !== undefined) (model.inputs.has(name) ? inputs : parameters).set(symbol, data);
  }
  const states: StateSlot[] = layout.map((l) => ({ symbol: l.symbol, offset: l.offset }));
  return { entries: entriesOf(q, monitors), states, parameters, inputs, dimensions: bound.dimensions };
}

function entriesOf(q: Quantities, monitors: readonly Monitored[]): EntryRequest[] {
  const rates: Output[] = [...q.flow.motions.values()].map((m: Motion) => ({
    name: m.state.name,
    over: m.over,
    value: m.rate,
  }));
  const listed = (formulas: ReadonlyMap<string, Formula>): Output[] =>
    [...formulas].map(([name, f]) => ({ name, over: f.over, value: f.expr }));
  const all: EntryRequest[] = [
    { name: "rhs", outputs: rates },
    {
      name: "energy",
      outputs: q.flow.energy === undefined ? [] : [{ name: "E", over: [], value: q.flow.energy }],
    },
    { name: "outputs", outputs: listed(q.outputs) },
    { name: "activations", outputs: listed(q.activations) },
    { name: "observed", outputs: listed(q.observed) },
    ...q.events.map((e, k) => ({
      name: `event${k}`,
      outputs: [{ name: `event${k}`, over: [], value: e.value }],
    })),
    ...monitors.map((m) => ({ name: m.entry, outputs: [{ name: m.entry, over: [], value: m.margin }] })),
  ];
  return all.filter((e) => e.outputs.length > 0);
}

/** A domain condition on states as one number that is at least 0 while the condition holds. */
export interface Monitored {
  readonly entry: string;
  readonly text: string;
  readonly margin: Expr;
  readonly states: readonly TensorSymbol[];
}

export function monitorsOf(model: Model): Monitored[] {
  return model.domain
    .filter((d) => d.about === "states")
    .map((d, k) => {
      const margin = marginOf(d);
      const states = [...symbolsOf(margin)].filter((s) => s.role === "state");
      return { entry: `domain${k}`, text: d.text, margin, states };
    });
}

/** Equality along a run allows for rounding. */
const SLACK = num(rational(1, 10n ** 9n));

/** The smallest margin over all index values and comparisons. */
function marginOf(d: DomainCondition): Expr {
  const margins = d.condition.all.map((c) =>
    d.over.length === 0 ? margin(c) : binder("min", d.over, TRUE, margin(c)),
  );
  return margins.length === 0 ? zero : extremum("min", margins);
}

/** At least 0 where the comparison holds: right − left, or how far a gap is from where it must be. */
function margin(c: Compare): Expr {
  if (c.op === "<" || c.op === "<=") return sub2(c.right, c.left);
  const gap = unary("abs", sub2(c.left, c.right));
  return c.op === "=" ? sub2(SLACK, gap) : sub2(gap, SLACK);
}
