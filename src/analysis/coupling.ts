/** A theory with data comes in; the matrix of its coupling J, and the memories that it is made of, go out. */
import { differentiate } from "../calculus/index.js";
import {
  type Coupling,
  type Formula,
  forceOf,
  inStates,
  type LayeredTheory,
  type Theory,
} from "../derivation/index.js";
import {
  type Expr,
  evaluateD,
  freshIndex,
  type Index,
  neg,
  renameIndices,
  symbolsOf,
  type TensorSymbol,
} from "../index-notation/index.js";
import { type Diagnostic, fail, ok, type Result } from "../model/index.js";
import { simplify } from "../rewrite/index.js";
import {
  type Bindings,
  type Bound,
  bind,
  formulaValues,
  type StateLayout,
  type Values,
} from "../simulation/index.js";
import type { Square } from "./linear/dense.js";
import { memoryParameters } from "./memories.js";

export interface BoundCoupling {
  /** The layer (or discrete state) whose units it couples. */
  readonly layer: string;
  readonly matrix: Square;
  /** `constant`: J does not depend on the state; `origin`: −∂²U/∂g∂g at the state 0. */
  readonly kind: "constant" | "origin";
  readonly formula: Formula;
  /** Hessian of the layer's Lagrangian at 0, where it is a multiple of the identity. */
  readonly gain?: number;
  readonly gram?: Gram;
  /** What was derived of the coupling, where it is constant. */
  readonly derived?: Coupling;
  readonly bound: Bound;
}

/** J = factor·ΞᵀΞ, with or without its diagonal. */
export interface Gram {
  readonly name: string;
  readonly memories: number;
  readonly factor: number;
  /** Row-major, one memory a row. */
  readonly entries: Float64Array;
  readonly hasDiagonal: boolean;
}

const error = (code: string, message: string, hint: string): Diagnostic => ({ code, message, hint });

/** `layer` chooses among several. Fails where the model has no coupling in this sense, or data are missing. */
export function boundCoupling(theory: Theory, bindings: Bindings, layer?: string): Result<BoundCoupling> {
  const asked = theory.kind === "layered" ? layeredCoupling(theory, layer) : discreteCoupling(theory);
  return asked.ok ? evaluate(theory, bindings, asked.value) : asked;
}

interface Asked {
  readonly layer: string;
  readonly over: readonly Index[];
  /** Over `over` and its partners, of parameters and states. */
  readonly formula: Formula;
  readonly kind: "constant" | "origin";
  readonly hessian?: Formula;
  readonly derived?: Coupling;
}

function layeredCoupling(theory: LayeredTheory, layer: string | undefined): Result<Asked> {
  const slow = [...theory.reduced.motions.keys()];
  const known = theory.couplings.map((c) => c.layer);
  const name = layer ?? (known.length === 1 ? known[0] : slow.length === 1 ? slow[0] : undefined);
  if (name === undefined || !slow.includes(name))
    return fail(
      error(
        "which-layer",
        name === undefined
          ? `the coupling of ${theory.model.name} goes between several layers: ${slow.join(", ")}`
          : `${name} is no slow layer of ${theory.model.name}`,
        `choose one with --layer: ${slow.join(", ")}`,
      ),
    );
  const { layer: declared, hessian } = theory.layers.get(name)!;
  const derived = theory.couplings.find((c) => c.layer === name);
  if (derived !== undefined)
    return ok({
      layer: name,
      over: declared.over,
      formula: derived.coupling,
      kind: "constant",
      hessian,
      derived,
    });
  if (declared.force !== undefined)
    return fail(
      error(
        "declared-force",
        `${name} follows a declared force, so that its coupling is no second derivative of a potential`,
        "write the feedback as a synapse",
      ),
    );
  const partners = declared.over.map((i) => freshIndex(i.dim));
  const force = forceOf(theory.reducedPotential, declared);
  const coupling = inStates(theory, differentiate(force, declared.activation, partners), false);
  const formula = { over: [...declared.over, ...partners], expr: coupling };
  return ok({ layer: name, over: declared.over, formula, kind: "origin", hessian });
}

/** −∂²E/∂s∂s of one discrete state, where it does not depend on the state. */
function discreteCoupling(theory: Exclude<Theory, LayeredTheory>): Result<Asked> {
  const [state, ...more] = [...theory.states.values()];
  const { energy } = theory.model;
  if (state?.values === undefined || more.length > 0 || energy === undefined)
    return fail(
      error(
        "no-coupling",
        `${theory.model.name} is given by states: which part of its energy is the coupling is not said`,
        "write it with a layer and a generating function (docs/language.md), or use `legendre fixed-points`",
      ),
    );
  const [rows, columns] = [state.over, state.over].map((over) => over.map((i) => freshIndex(i.dim)));
  const force = neg(differentiate(energy, state.symbol, rows!));
  const named = renameIndices(simplify(differentiate(force, state.symbol, columns!)), rows!, state.over);
  if (stateSymbols(named).length > 0)
    return fail(
      error(
        "no-coupling",
        `the energy of ${theory.model.name} is not quadratic in ${state.name}: its coupling depends on the state`,
        "write it with layers: at the state 0 they have a coupling",
      ),
    );
  const formula = { over: [...state.over, ...columns!], expr: named };
  return ok({ layer: state.name, over: state.over, formula, kind: "constant" });
}

const stateSymbols = (e: Expr): TensorSymbol[] => [...symbolsOf(e)].filter((s) => s.role === "state");

function evaluate(theory: Theory, bindings: Bindings, asked: Asked): Result<BoundCoupling> {
  const { model } = theory;
  const formulas = new Map<string, Formula>([["J", asked.formula]]);
  if (asked.hessian !== undefined) formulas.set("H", asked.hessian);
  const needed = new Set([...formulas.values()].flatMap((f) => [...symbolsOf(f.expr)].map((s) => s.name)));
  for (const l of theory.reduced.motions.keys()) needed.delete(l);
  const bound = bind(model, bindings, needed);
  if (!bound.ok) return bound;
  const missing = asked.over.find((i) => evaluateD(i.dim, bound.value.dimensions) === undefined);
  if (missing !== undefined)
    return fail(error("missing-dimension", `the size of ${missing.name} is not known`, "give it with --set"));
  const at = origin(theory, bound.value);
  const values = formulaValues(formulas, model, bound.value, at);
  if (!values.ok) return values;
  return assemble(asked, values.value, bound.value, memoryNames(theory, asked));
}

/** Parameters of J whose rows are patterns of the layer's units. */
function memoryNames({ model }: Theory, { over, formula }: Asked): string[] {
  const used = symbolsOf(formula.expr);
  const all = memoryParameters(model, over).filter((m) => m.unitAxis === 1 && used.has(m.parameter.symbol));
  return all.map((m) => m.parameter.symbol.name);
}

/** The state 0 of all slow layers whose sizes are known. */
function origin(theory: Theory, { dimensions }: Bound): { layout: StateLayout[]; state: Float64Array } {
  let offset = 0;
  const layout = [...theory.reduced.motions.values()].flatMap((m): StateLayout[] => {
    const shape = m.over.map((i) => evaluateD(i.dim, dimensions));
    if (shape.includes(undefined)) return [];
    const size = (shape as number[]).reduce((a, b) => a * b, 1);
    const l = { name: m.state.name, symbol: m.state, over: m.over, offset, shape: shape as number[], size };
    offset += size;
    return [l];
  });
  return { layout, state: new Float64Array(offset) };
}

function assemble(
  asked: Asked,
  values: Values,
  bound: Bound,
  memories: readonly string[],
): Result<BoundCoupling> {
  const { data } = values.get("J")!;
  const size = Math.round(Math.sqrt(data.length));
  const odd = data.findIndex((x) => !Number.isFinite(x));
  if (odd >= 0)
    return fail(
      error(
        "not-finite",
        `entry ${odd} of the coupling of ${asked.layer} is ${data[odd]}`,
        asked.kind === "origin"
          ? "the potential may have no second derivative at the state 0"
          : "check the data",
      ),
    );
  const matrix = { size, entries: symmetric(data, size) };
  const gain = values.has("H") ? multipleOfIdentity(values.get("H")!.data, size) : undefined;
  const gram = memories.flatMap((name) => gramOf(name, matrix, bound) ?? [])[0];
  const { layer, kind, formula, derived } = asked;
  return ok({
    ...{ layer, matrix, kind, formula, bound },
    ...(gain !== undefined && { gain }),
    ...(gram && { gram }),
    ...(derived && { derived }),
  });
}

/** A second derivative is symmetric; its numbers are so up to rounding. */
function symmetric(data: Float64Array, n: number): Float64Array {
  return data.map((x, k) => (x + data[(k % n) * n + Math.floor(k / n)]!) / 2);
}

function multipleOfIdentity(data: Float64Array, n: number): number | undefined {
  const gain = data[0]!;
  const isMultiple = data.every(
    (x, k) => Math.abs(x - (k % (n + 1) === 0 ? gain : 0)) <= 1e-12 * Math.abs(gain),
  );
  return isMultiple && Number.isFinite(gain) ? gain : undefined;
}

/** Entries of J and of factor·ΞᵀΞ may differ by this part of the largest. */
const SAME = 1e-9;

/** The factor from what is off the diagonal; then the diagonal is there, or is zero, or J is no Gram matrix of Ξ. */
function gramOf(name: string, { size, entries }: Square, bound: Bound): Gram | undefined {
  const memories = bound.values.get(name);
  if (memories === undefined || memories.length % size !== 0 || memories.length === 0) return undefined;
  const products = gramMatrix(memories, size);
  const isOff = (k: number): boolean => k % (size + 1) !== 0 || size === 1;
  // At the largest product the quotient is exact to one rounding.
  const at = products.reduce(
    (best, x, k) => (isOff(k) && Math.abs(x) > Math.abs(products[best]!) ? k : best),
    1 % size,
  );
  const factor = entries[at]! / products[at]!;
  const most = products.reduce((m, x) => Math.max(m, Math.abs(x)), 0) * Math.abs(factor);
  const matches = (test: (k: number) => number): boolean =>
    entries.every((x, k) => Math.abs(x - test(k)) <= SAME * most);
  const hasDiagonal = matches((k) => factor * products[k]!);
  if (!(factor > 0) || !(hasDiagonal || matches((k) => (k % (size + 1) === 0 ? 0 : factor * products[k]!))))
    return undefined;
  return { name, memories: memories.length / size, factor, entries: memories, hasDiagonal };
}

/** ΞᵀΞ */
export function gramMatrix(memories: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let start = 0; start < memories.length; start += size) {
    const row = memories.subarray(start, start + size);
    for (let i = 0; i < size; i++) {
      const x = row[i]!;
      if (x !== 0) for (let j = 0; j < size; j++) out[i * size + j]! += x * row[j]!;
    }
  }
  return out;
}
