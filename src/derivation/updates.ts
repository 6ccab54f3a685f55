/** A model of discrete states comes in; what an update of one component does to the energy, derived once for all, goes out. */
import { differentiate } from "../calculus/index.js";
import {
  add,
  asRational,
  at,
  delta,
  dependsOn,
  type Expr,
  ExpressionTooLarge,
  freshIndex,
  type Index,
  isInteger,
  mul,
  neg,
  num,
  one,
  power,
  rational,
  renameIndices,
  replaceTensor,
  signR,
  sub,
  sub2,
  type TensorSymbol,
  tensorSymbol,
  toNumber,
} from "../index-notation/index.js";
import type { StateModel, StateVariable, Update } from "../model/index.js";
import { simplify } from "../rewrite/index.js";
import type { Formula } from "./theory.js";

/** A state whose components take one of finitely many values. */
export type DiscreteVariable = StateVariable & { readonly values: readonly number[] };

/** How the components of one state are updated. */
export interface UpdateLaw {
  readonly state: DiscreteVariable;
  /** The declared next value of a component, free in the state's indices. */
  readonly map?: Expr;
  /**
   * E(s_k → b) − E(s), free in the state's indices k, with the symbol `to` for b. Absent without an energy, or where
   * the expression would grow too large.
   */
  readonly difference?: Expr;
}

/** −∂E/∂s and −∂²E/∂s∂t of an energy that is at most quadratic in all discrete states. */
export interface QuadraticEnergy {
  /** By state, over its indices; affine in the states. */
  readonly fields: ReadonlyMap<string, Formula>;
  /** By pair of states, over the indices of the first and then those of the second; free of states. */
  readonly couplings: ReadonlyMap<string, ReadonlyMap<string, Formula>>;
}

export interface Updates {
  readonly order: Update["order"];
  readonly laws: readonly UpdateLaw[];
  readonly energy?: Expr;
  readonly quadratic?: QuadraticEnergy;
  /** Stands for the new value of a component in `difference`. */
  readonly to: TensorSymbol;
}

/** A name that no model can declare. */
const TO = tensorSymbol({ name: "~to", role: "input" });

export const isDiscrete = (v: StateVariable): v is DiscreteVariable => v.values !== undefined;

/** The updates of a model all of whose states are discrete; undefined for every other model. */
export function updatesOf(model: StateModel): Updates | undefined {
  const states = [...model.states.values()].filter(isDiscrete);
  if (states.length === 0 || states.length < model.states.size || model.dynamics !== undefined)
    return undefined;
  const energy = model.energy === undefined ? undefined : simplify(model.energy);
  const quadratic = energy === undefined ? undefined : quadraticOf(energy, states);
  return {
    order: model.update?.order ?? "ascending",
    laws: states.map((s) => lawOf(model, s, energy)),
    to: TO,
    ...(energy !== undefined && { energy }),
    ...(quadratic !== undefined && { quadratic }),
  };
}

function lawOf(model: StateModel, state: DiscreteVariable, energy: Expr | undefined): UpdateLaw {
  const map = model.update?.map?.get(state.name);
  const difference = energy === undefined ? undefined : differenceOf(energy, state);
  return {
    state,
    ...(map !== undefined && { map: simplify(map) }),
    ...(difference !== undefined && { difference }),
  };
}

// ---- the energy difference ------------------------------------------------------------------------------

/** Up to this degree the difference is written by Taylor's formula, which is exact and has nothing to cancel. */
const HIGHEST_DEGREE = 6;

function differenceOf(energy: Expr, state: DiscreteVariable): Expr | undefined {
  try {
    const degree = degreeIn(energy, [state.symbol]);
    return degree !== undefined && degree <= HIGHEST_DEGREE
      ? taylor(energy, state, degree)
      : simplify(sub2(withComponent(energy, state), energy));
  } catch (error) {
    if (error instanceof ExpressionTooLarge) return undefined;
    throw error;
  }
}

/** Σ_n (b − s_k)ⁿ/n! · ∂ⁿE/∂s_kⁿ, up to the degree of E. */
function taylor(energy: Expr, state: DiscreteVariable, degree: number): Expr {
  const change = sub2(at(TO, []), at(state.symbol, state.over));
  const terms: Expr[] = [];
  let [derivative, factorial] = [energy, 1n];
  for (let n = 1; n <= degree; n++) {
    derivative = simplify(derivativeAt(derivative, state));
    factorial *= BigInt(n);
    terms.push(mul([num(rational(1n, factorial)), power(change, num(n)), derivative]));
  }
  return simplify(add(terms));
}

/** ∂e/∂s_k at the state's own indices k, which may be free in e. */
function derivativeAt(e: Expr, state: DiscreteVariable): Expr {
  const k = state.over.map((i) => freshIndex(i.dim));
  return renameIndices(differentiate(e, state.symbol, k), k, state.over);
}

/** E with component `over` set to b: s[k] becomes s[k] + δ(k, over)·(b − s[over]). */
function withComponent(energy: Expr, state: DiscreteVariable): Expr {
  const k = state.over.map((i) => freshIndex(i.dim));
  const chosen = mul([one, ...k.map((x, axis) => delta(sub(x), sub(state.over[axis]!)))]);
  const change = mul([chosen, sub2(at(TO, []), at(state.symbol, state.over))]);
  return replaceTensor(energy, state.symbol, k, add([at(state.symbol, k), change]));
}

// ---- polynomials ----------------------------------------------------------------------------------------

/** The degree of e as a polynomial in the symbols, as it is written; undefined where it is not written as one. */
export function degreeIn(e: Expr, symbols: readonly TensorSymbol[]): number | undefined {
  if (!symbols.some((s) => dependsOn(e, s))) return 0;
  const all = (parts: readonly Expr[], join: (...d: number[]) => number): number | undefined => {
    const degrees = parts.map((p) => degreeIn(p, symbols));
    return degrees.includes(undefined) ? undefined : join(...(degrees as number[]));
  };
  if (e.kind === "tensor") return 1;
  if (e.kind === "add") return all(e.terms, Math.max);
  if (e.kind === "mul") return all(e.factors, (...d) => d.reduce((a, b) => a + b, 0));
  if (e.kind === "power") {
    const k = asRational(e.exponent);
    if (k === undefined || !isInteger(k) || signR(k) < 0) return undefined;
    return all([e.base], (d) => d * toNumber(k));
  }
  if (e.kind !== "binder" || e.op !== "sum") return undefined;
  const free = e.guard.all.every((c) => [c.left, c.right].every((x) => degreeIn(x, symbols) === 0));
  return free ? degreeIn(e.body, symbols) : undefined;
}

function quadraticOf(energy: Expr, states: readonly DiscreteVariable[]): QuadraticEnergy | undefined {
  const symbols = states.map((s) => s.symbol);
  const degree = degreeIn(energy, symbols);
  if (degree === undefined || degree > 2) return undefined;
  const fields = new Map<string, Formula>();
  const couplings = new Map<string, Map<string, Formula>>();
  for (const s of states) {
    const field = simplify(neg(differentiate(energy, s.symbol, s.over)));
    fields.set(s.name, { over: s.over, expr: field });
    couplings.set(s.name, new Map(states.map((t) => [t.name, couplingOf(field, s, t)])));
  }
  return { fields, couplings };
}

function couplingOf(field: Expr, s: DiscreteVariable, t: DiscreteVariable): Formula {
  const partners = t.over.map((i) => freshIndex(i.dim));
  return {
    over: [...s.over, ...partners],
    expr: simplify(differentiate(field, t.symbol, partners)),
  };
}

/** What multiplies s_k² in −2E: the diagonal of a state's coupling with itself. */
export function selfCoupling(q: QuadraticEnergy, s: DiscreteVariable): Formula {
  const { over, expr } = q.couplings.get(s.name)!.get(s.name)!;
  return { over: s.over, expr: simplify(renameIndices(expr, over.slice(s.over.length), s.over)) };
}

/** ∂e/∂s_k of an expression that is affine in the state, over k and then the free indices of e. */
export const weightsOf = (e: Expr, over: readonly Index[], s: DiscreteVariable): Formula => {
  const k = s.over.map((i) => freshIndex(i.dim));
  return { over: [...k, ...over], expr: simplify(differentiate(e, s.symbol, k)) };
};
