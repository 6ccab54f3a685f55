/**
 * A theory and one of its flows come in; what an integrator can use of their form goes out: for each layer the drive F in
 * τ dx/dt = M(−x + F) and what it reads, the rate M/τ at which x decays towards it, and the form of the Hessian.
 */
import { alongDirections, differentiate } from "../calculus/index.js";
import {
  add,
  asIndex,
  at,
  delta,
  type Expr,
  freshIndex,
  type Index,
  isZero,
  mul,
  neg,
  one,
  renameIndices,
  sub,
  symbolsOf,
  type TensorSymbol,
  tensorSymbol,
} from "../index-notation/index.js";
import { shownEqual, simplify } from "../rewrite/index.js";
import { rateOf, withStates } from "./network.js";
import type { Flow, Formula, LayerTheory, Motion, Theory } from "./theory.js";

/** ∇²L as `diag(d) + Σ_r scale_r · left_r right_rᵀ`, or a matrix without such a form. */
export type HessianStructure =
  | { readonly kind: "diagonal"; readonly diagonal: Formula }
  | { readonly kind: "low-rank"; readonly diagonal: Formula; readonly terms: readonly RankOne[] }
  | { readonly kind: "full" };

export interface RankOne {
  /** Free of the layer's indices. */
  readonly scale: Expr;
  /** Both over the layer's indices. */
  readonly left: Formula;
  readonly right: Formula;
}

/** One layer of a flow, `dx/dt = decay·(F − x)`. */
export interface LayerStructure {
  readonly name: string;
  readonly motion: Motion;
  /** F, of states, parameters and inputs. */
  readonly drive: Formula;
  /** Layers whose states F reads. Without the layer itself, U is affine in its activation (or the force does not read it). */
  readonly reads: ReadonlySet<string>;
  /** Layers in whose activations F, written with activations, is affine with a coupling free of states. */
  readonly linear: ReadonlySet<string>;
  /** M/τ, 0 for clamped components; of states, parameters and inputs. */
  readonly decay: Formula;
  /** The decay depends on no state. */
  readonly constantDecay: boolean;
  /** The decay is one number for the whole layer. */
  readonly uniform: boolean;
  /** ∇L, of the layer's own state. */
  readonly activation: Formula;
  readonly hessian: HessianStructure;
}

/** The layers of a flow in the order of its motions. */
export interface FlowStructure {
  readonly layers: readonly LayerStructure[];
  /** The force on every layer is minus the derivative of one potential. */
  readonly gradient: boolean;
}

/** Undefined for models without layers that are no gradient flow of an energy: their rates have no known form. */
export function structureOf(theory: Theory, flow: Flow): FlowStructure | undefined {
  if (theory.kind === "state")
    return isGradientFlow(theory.model.dynamics !== undefined, flow) ? structureOfStates(flow) : undefined;
  const network = [...flow.motions.keys()].map((name) => theory.layers.get(name)!);
  return {
    layers: network.map((l) => layerStructure(l, flow.motions.get(l.layer.name)!, network)),
    gradient: network.every((l) => theory.gradientForces.has(l.layer.name)),
  };
}

/** Drives and Hessians are worked out when they are asked for: choosing a method needs time constants only. */
function layerStructure(l: LayerTheory, m: Motion, network: readonly LayerTheory[]): LayerStructure {
  const paired = once(() => simplify(add([m.drive, at(m.state, m.over)])));
  const drive = once(() => ({ over: m.over, expr: simplify(withStates(paired(), network)) }));
  const named = (holds: (o: LayerTheory) => boolean) =>
    once(() => new Set(network.filter(holds).map((o) => o.layer.name)));
  const reads = named((o) => readsLayer(paired(), drive().expr, o));
  const linear = named((o) => isLinearIn(paired(), o, network));
  const hessian = once(() => hessianStructure(l));
  const decay = simplify(withStates(rateOf(one, m), network));
  return {
    name: l.layer.name,
    motion: m,
    get drive() {
      return drive();
    },
    get reads() {
      return reads();
    },
    get linear() {
      return linear();
    },
    get hessian() {
      return hessian();
    },
    ...decayOf(
      decay,
      m,
      network.map((o) => o.layer.state),
    ),
    activation: l.activation,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A state or activation that cancels once activations are written out is not read. */
const readsLayer = (paired: Expr, ofStates: Expr, { layer }: LayerTheory): boolean =>
  symbolsOf(ofStates).has(layer.state) &&
  (symbolsOf(paired).has(layer.activation) || symbolsOf(paired).has(layer.state));

function isLinearIn(paired: Expr, { layer }: LayerTheory, network: readonly LayerTheory[]): boolean {
  const symbols = symbolsOf(paired);
  if (symbols.has(layer.state)) return false;
  if (!symbols.has(layer.activation)) return true;
  const fresh = layer.over.map((i) => freshIndex(i.dim));
  const coupling = simplify(differentiate(paired, layer.activation, fresh));
  return !mentionsStates(coupling, network);
}

const mentionsStates = (e: Expr, network: readonly LayerTheory[]): boolean =>
  network.some((l) => symbolsOf(e).has(l.layer.state) || symbolsOf(e).has(l.layer.activation));

const decayOf = (expr: Expr, { over }: Motion, states: readonly TensorSymbol[]) => ({
  decay: { over, expr },
  constantDecay: !states.some((s) => symbolsOf(expr).has(s)),
  uniform: !variesIn(expr, over),
});

const variesIn = (e: Expr, over: readonly Index[]): boolean =>
  e.free.some((i) => over.some((j) => j.key === i.key));

// ---- models given by states ---------------------------------------------------------------------------

/** Dynamics that follow from the energy, or that are declared and shown to be −M/τ ∂E/∂x. */
function isGradientFlow(declared: boolean, { energy, motions }: Flow): boolean {
  if (energy === undefined || motions.size === 0) return false;
  return (
    !declared ||
    [...motions.values()].every(
      (m) => shownEqual(m.drive, gradientDrive(energy, m)) && shownEqual(m.rate, rateOf(m.drive, m)),
    )
  );
}

function gradientDrive(energy: Expr, m: Motion): Expr {
  const fresh = m.over.map((i) => freshIndex(i.dim));
  return simplify(neg(renameIndices(differentiate(energy, m.state, fresh), fresh, m.over)));
}

/** A gradient flow τ dx/dt = −M ∂E/∂x is a layer with linear units, g = x; its drive is −∂E/∂x + x. */
function structureOfStates(flow: Flow): FlowStructure {
  const motions = [...flow.motions.values()];
  const states = motions.map((m) => m.state);
  const layers = motions.map((m): LayerStructure => {
    const drive = { over: m.over, expr: simplify(add([m.drive, at(m.state, m.over)])) };
    return {
      name: m.state.name,
      motion: m,
      drive,
      reads: new Set(states.filter((s) => symbolsOf(drive.expr).has(s)).map((s) => s.name)),
      linear: new Set(),
      ...decayOf(simplify(rateOf(one, m)), m, states),
      activation: { over: m.over, expr: at(m.state, m.over) },
      hessian: { kind: "diagonal", diagonal: { over: m.over, expr: one } },
    };
  });
  return { layers, gradient: true };
}

// ---- Hessians -----------------------------------------------------------------------------------------

/** Terms with δ at every pair of indices form the diagonal; a term b_i c_j is of rank one (softmax: −p pᵀ). */
function hessianStructure(l: LayerTheory): HessianStructure {
  const { over } = l.layer;
  const partners = l.hessian.over.slice(over.length);
  const terms = l.hessian.expr.kind === "add" ? l.hessian.expr.terms : [l.hessian.expr];
  const [onDiagonal, others]: [Expr[], Expr[]] = [[], []];
  for (const t of terms.flatMap(distributed))
    (isDiagonalTerm(t, over, partners) ? onDiagonal : others).push(t);
  const diagonal = {
    over,
    expr: simplify(renameIndices(withoutDeltas(onDiagonal, over, partners), partners, over)),
  };
  const nonzero = others.filter((t) => !isZero(t));
  if (nonzero.length === 0) return { kind: "diagonal", diagonal };
  const rankOne = nonzero.map((t) => rankOneOf(t, over, partners));
  return rankOne.some((r) => r === undefined)
    ? { kind: "full" }
    : { kind: "low-rank", diagonal, terms: rankOne as RankOne[] };
}

const factorsOf = (e: Expr): readonly Expr[] => (e.kind === "mul" ? e.factors : [e]);

/** c·(a + b) as c·a and c·b: the Hessian of a softmax is printed as β(δ_ij p_i − p_i p_j). */
function distributed(term: Expr): readonly Expr[] {
  const factors = factorsOf(term);
  const k = factors.findIndex((f) => f.kind === "add");
  const inner = factors[k];
  if (inner?.kind !== "add") return [term];
  const rest = factors.filter((_, n) => n !== k);
  return inner.terms.flatMap((t) => distributed(mul([...rest, t])));
}

const joins = (f: Expr, i: Index, j: Index): boolean =>
  f.kind === "delta" &&
  [asIndex(f.left)?.key, asIndex(f.right)?.key].sort().join() === [i.key, j.key].sort().join();

const isDiagonalTerm = (t: Expr, over: readonly Index[], partners: readonly Index[]): boolean =>
  isZero(t) || over.every((i, k) => factorsOf(t).some((f) => joins(f, i, partners[k]!)));

function withoutDeltas(terms: readonly Expr[], over: readonly Index[], partners: readonly Index[]): Expr {
  const bare = terms.map((t) =>
    mul(factorsOf(t).filter((f) => !over.some((i, k) => joins(f, i, partners[k]!)))),
  );
  return add(bare);
}

/** The factors of a term sorted by the indices they carry; undefined when one carries both kinds. */
function rankOneOf(term: Expr, over: readonly Index[], partners: readonly Index[]): RankOne | undefined {
  const has = (f: Expr, some: readonly Index[]): boolean =>
    f.free.some((i) => some.some((j) => j.key === i.key));
  const factors = factorsOf(term);
  if (factors.some((f) => has(f, over) && has(f, partners))) return undefined;
  const left = mul(factors.filter((f) => has(f, over)));
  const right = mul(factors.filter((f) => has(f, partners)));
  return {
    scale: mul(factors.filter((f) => !has(f, over) && !has(f, partners))),
    left: { over, expr: left },
    right: { over, expr: renameIndices(right, partners, over) },
  };
}

/** The Hessian that a structure stands for, over the layer's indices and partners: for tests and printing. */
export function assembledHessian(
  h: HessianStructure,
  over: readonly Index[],
  partners: readonly Index[],
): Expr | undefined {
  if (h.kind === "full") return undefined;
  const onDiagonal = mul([h.diagonal.expr, ...over.map((i, k) => delta(sub(i), sub(partners[k]!)))]);
  const rest = h.kind === "diagonal" ? [] : h.terms;
  return add([
    onDiagonal,
    ...rest.map((t) => mul([t.scale, t.left.expr, renameIndices(t.right.expr, over, partners)])),
  ]);
}

// ---- the Jacobian by blocks ---------------------------------------------------------------------------

/** ∂F_row/∂x_column times a direction of the column's layer, of states, parameters and that direction. */
export interface DriveProduct {
  readonly row: string;
  readonly column: string;
  readonly direction: TensorSymbol;
  readonly product: Formula;
}

/**
 * The blocks of the Jacobian that are not zero by structure, `∂F_a/∂x_b · d`. With them dx/dt = decay·(F − x) has the
 * Jacobian diag(decay)(∂F/∂x − 1), where the decay depends on no state.
 */
export function driveProducts(structure: FlowStructure): readonly DriveProduct[] {
  const directions = new Map(
    structure.layers.map((l) => [
      l.name,
      tensorSymbol({ name: `d(${l.name})`, role: "input", dims: l.motion.state.dims }),
    ]),
  );
  return structure.layers.flatMap((row) =>
    structure.layers
      .filter((column) => row.reads.has(column.name))
      .map((column): DriveProduct => {
        const direction = directions.get(column.name)!;
        const along = alongDirections(row.drive.expr, new Map([[column.motion.state, direction]]));
        return {
          row: row.name,
          column: column.name,
          direction,
          product: { over: row.drive.over, expr: simplify(along) },
        };
      }),
  );
}

/** Whether a layered theory's potential is affine in every activation of a flow: what exact alternating flows need. */
export const isLayerwiseAffine = (s: FlowStructure): boolean => s.layers.every((l) => !l.reads.has(l.name));
