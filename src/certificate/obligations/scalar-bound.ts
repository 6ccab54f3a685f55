/** The energy of a model of states comes in; an argument that it is bounded below, or nothing, goes out. */
import {
  add,
  at,
  type Bounds,
  type Expr,
  type Index,
  num,
  type Rational,
  rangeOf,
  rational,
  signR,
  square,
  sub2,
  substituteTensor,
  sum,
  symbolsOf,
  type TensorSymbol,
  TRUE,
  tensor,
  tensorSymbol,
} from "../../index-notation/index.js";
import type { Model } from "../../model/index.js";
import { expand } from "../../rewrite/index.js";
import { type Polynomial, polynomialOf } from "../prover/algebra/polynomial.js";
import { domainOf } from "../prover/domain.js";
import { isSemidefinite } from "../prover/squares/linear.js";
import { fold, growthIn, isTotal } from "./bounded.js";
import { isShownNonnegative } from "./one-variable.js";

/** By range, by growth against ½ Σ x² or a definite quadratic form, or term by term in one state each. */
export function stateBound(
  energy: Expr,
  states: ReadonlyMap<TensorSymbol, readonly Index[]>,
  model: Model,
): string | undefined {
  const domain = domainOf(model.domain.filter((d) => d.about === "states").map((d) => d.condition));
  const inside = new Map([...states.keys()].map((s) => [s, withBounds(s, domain.ofAll(s))]));
  const restricted = [...inside].reduce(
    (e, [from, to]) => (from === to ? e : substituteTensor(e, from, (subs) => tensor(to, subs))),
    energy,
  );
  return onDomain(restricted, new Map([...states].map(([s, over]) => [inside.get(s)!, over])));
}

function withBounds(s: TensorSymbol, bounds: Bounds): TensorSymbol {
  const { name, role, dims, symmetric, hollow, integer } = s;
  return tensorSymbol({ name, role, dims, symmetric, hollow, integer, bounds });
}

function onDomain(energy: Expr, states: ReadonlyMap<TensorSymbol, readonly Index[]>): string | undefined {
  if (states.size === 0) return undefined;
  if (rangeOf(energy).low !== undefined) return "every term of the energy is bounded below";
  if (growthOf(termsOf(energy), [...states.keys()]) === 0) return "every term of the energy is bounded";
  return (
    outgrownBySquares(energy, states) ??
    ([...states.keys()].every((s) => s.dims.length === 0) ? ofScalars(energy, [...states.keys()]) : undefined)
  );
}

const termsOf = (e: Expr): readonly Expr[] => (e.kind === "add" ? e.terms : [e]);

/** ½ Σ x² of every state against smaller growth, in any dimension. */
function outgrownBySquares(
  energy: Expr,
  states: ReadonlyMap<TensorSymbol, readonly Index[]>,
): string | undefined {
  const squares = [...states].map(([s, over]) => sum(over, TRUE, square(at(s, over))));
  const terms = termsOf(energy);
  const rest = terms.filter((t) => !isPositiveMultiple(t, squares));
  if (rest.length + squares.length !== terms.length) return undefined;
  const degree = growthOf(
    rest.filter((t) => rangeOf(t).low === undefined),
    [...states.keys()],
  );
  return degree !== undefined && degree < 2
    ? `the quadratic terms outgrow the rest, which grows at most with power ${degree}`
    : undefined;
}

const growthOf = (terms: readonly Expr[], states: readonly TensorSymbol[]): number | undefined =>
  fold(
    terms.map((t) => (isTotal(t) ? growthIn(t, new Set(states), new Set()) : undefined)),
    Math.max,
  );

/** c·Σ x² with a positive number c. */
function isPositiveMultiple(t: Expr, squares: readonly Expr[]): boolean {
  const factors = t.kind === "mul" ? t.factors : [t];
  const rest = factors.filter((f) => !squares.includes(f));
  return rest.length === factors.length - 1 && rest.every((f) => f.kind === "number" && signR(f.value) > 0);
}

/** E → ∞ whenever a state does: squares, or a definite quadratic form, that outgrow the rest. */
export function stateCoercive(energy: Expr, states: ReadonlyMap<TensorSymbol, readonly Index[]>): boolean {
  if (outgrownBySquares(energy, states) !== undefined) return true;
  if ([...states.keys()].some((s) => s.dims.length > 0)) return false;
  const { form, rest } = partsOf(energy, [...states.keys()]);
  const degree = growthOf(
    rest.filter((t) => rangeOf(t).low === undefined),
    [...states.keys()],
  );
  return isDefinite(form) && degree !== undefined && degree < 2;
}

// ---- scalar states ----------------------------------------------------------------------------------------

function ofScalars(energy: Expr, states: readonly TensorSymbol[]): string | undefined {
  const { terms, rest, form } = partsOf(energy, states);
  const risky = rest.filter((t) => rangeOf(t).low === undefined);
  if (isDefinite(form)) {
    const degree = growthOf(risky, states);
    if (degree !== undefined && degree < 2)
      return `the quadratic form is positive definite, exactly, and outgrows the rest, which grows at most with power ${degree}`;
  }
  if (isSemidefinite(form) && eachBounded(rest))
    return "the quadratic form is positive semidefinite, exactly, and every other part is bounded below";
  return eachBounded(terms) ? "the energy is a sum of functions that are each bounded below" : undefined;
}

/** The matrix of the quadratic terms, and the other terms. */
function partsOf(
  energy: Expr,
  states: readonly TensorSymbol[],
): { terms: readonly Expr[]; rest: readonly Expr[]; form: Rational[][] } {
  const terms = termsOf(expand(energy));
  const variables = states.map((s) => at(s, []));
  const quadratic = terms.filter((t) => isQuadratic(polynomialOf(t, variables)));
  const rest = terms.filter((t) => !quadratic.includes(t));
  return { terms, rest, form: matrixOf(polynomialOf(add(quadratic), variables)!, states.length) };
}

const isQuadratic = (p: Polynomial | undefined): boolean =>
  p !== undefined && [...p.terms.values()].every((t) => t.exponents.reduce((a, b) => a + b, 0) === 2);

function matrixOf(p: Polynomial, n: number): Rational[][] {
  const matrix = Array.from({ length: n }, () => Array.from({ length: n }, () => rational(0)));
  for (const { exponents, coefficient: c } of p.terms.values()) {
    const [i, j = i] = exponents.flatMap((e, k) => new Array<number>(e).fill(k));
    if (i === j) matrix[i!]![i!] = c;
    else matrix[i!]![j!] = matrix[j!]![i!] = rational(c.n, 2n * c.d);
  }
  return matrix;
}

/** Semidefinite with a little to spare. */
const isDefinite = (m: readonly (readonly Rational[])[]): boolean =>
  isSemidefinite(
    m.map((row, i) => row.map((v, j) => (i === j ? rational(v.n * 2n ** 20n - v.d, v.d * 2n ** 20n) : v))),
  );

/** Terms in one state are taken together; those that couple states must have a range of their own. */
function eachBounded(terms: readonly Expr[]): boolean {
  const groups = new Map<TensorSymbol, Expr[]>();
  for (const t of terms) {
    const moving = [...symbolsOf(t)].filter((s) => s.role === "state");
    const [only] = moving;
    if (moving.length === 1) groups.set(only!, [...(groups.get(only!) ?? []), t]);
    else if (rangeOf(t).low === undefined) return false;
  }
  return [...groups].every(([s, group]) => isBoundedInOne(add(group), s));
}

/** Distances below 0 that are tried. */
const FLOORS = [0, 1, 16, 1024];

const isBoundedInOne = (e: Expr, s: TensorSymbol): boolean =>
  rangeOf(e).low !== undefined || FLOORS.some((c) => isShownNonnegative(sub2(e, num(-c)), s));
