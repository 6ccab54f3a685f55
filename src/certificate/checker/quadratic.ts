/**
 * Quadratic forms in affine terms: a sum whose second-degree part is a rational quadratic form in terms that are affine in
 * the variables, positive semidefinite by exact elimination, and whose other terms are convex one by one.
 */
import { exact, type Rational } from "./arithmetic/index.js";
import { shapeTerm, toTerm } from "./back.js";
import type { Context } from "./context.js";
import type { Curvature, Variables } from "./curvature.js";
import { isPositiveSemidefinite, leastValue, type Matrix } from "./matrix.js";
import { type Atom, integerOf, ofMonomial, type Polynomial, type Summand } from "./polynomial.js";
import { mentions, type Term } from "./term.js";

type Look = (t: Term, variables: Variables, context: Context) => Curvature | undefined;

const MAX_COORDINATES = 40;

interface Parts {
  /** Entries of the symmetric matrix by pairs of coordinates; index 0 stands for the constant 1. */
  readonly coordinates: Atom[];
  readonly entries: Map<string, Rational>;
  /** Terms that are not of the quadratic form. */
  readonly others: Summand[];
}

/**
 * The term is defined (the caller looked). With z the affine coordinates and q = [1 z]ᵀ M [1 z] the terms of degree at most
 * two: M ⪰ 0 makes q root-convex (the norm of affine functions, squared); its lower block ⪰ 0 makes q convex.
 */
export function quadraticSum(
  t: Term,
  variables: Variables,
  context: Context,
  look: Look,
): { convex: boolean; concave: boolean; rootConvex: boolean } {
  const nothing = { convex: false, concave: false, rootConvex: false };
  const p = context.normal(t);
  if (p.terms.length > 400) return nothing;
  const parts = split(p.terms, variables, context, look);
  const progress = parts.coordinates.length > 0 && parts.others.length < p.terms.length;
  if (!progress || parts.coordinates.length > MAX_COORDINATES) return nothing;
  const rest = parts.others.map((s) =>
    look(toTerm(ofMonomial(s.monomial, s.coefficient)), variables, context),
  );
  if (rest.includes(undefined)) return nothing;
  const semidefinite = (sign: 1 | -1, from: 0 | 1): boolean =>
    isPositiveSemidefinite(matrixOf(parts, sign, from), context.budget);
  return {
    convex: rest.every((c) => c!.convex) && semidefinite(1, 1),
    concave: rest.every((c) => c!.concave) && semidefinite(-1, 1),
    rootConvex: rest.every((c) => c!.rootConvex) && semidefinite(1, 0),
  };
}

function split(terms: readonly Summand[], variables: Variables, context: Context, look: Look): Parts {
  const affine = new Map<string, boolean>();
  const isCoordinate = (atom: Atom): boolean => {
    const known = affine.get(atom.key);
    if (known !== undefined) return known;
    const u = shapeTerm(atom.shape);
    const c = mentions(u, variables) ? look(u, variables, context) : undefined;
    const answer = c?.convex === true && c.concave;
    affine.set(atom.key, answer);
    return answer;
  };
  const parts: Parts = { coordinates: [], entries: new Map(), others: [] };
  for (const s of terms) if (!place(s, parts, isCoordinate)) parts.others.push(s);
  return parts;
}

/** Adds c·z_i·z_j, c·z_i or c to the matrix, where the term is one of these. */
function place(s: Summand, parts: Parts, isCoordinate: (atom: Atom) => boolean): boolean {
  const atoms = s.monomial.factors.flatMap(({ atom, exponent }) => {
    const k = integerOf(exponent);
    return k === 1n ? [atom] : k === 2n ? [atom, atom] : [undefined];
  });
  if (atoms.length > 2 || !atoms.every((a) => a !== undefined && isCoordinate(a))) return false;
  const placeOf = (a: Atom): number => {
    const known = parts.coordinates.indexOf(a);
    return known >= 0 ? known + 1 : parts.coordinates.push(a);
  };
  const places = atoms.map((a) => placeOf(a!));
  const [j = 0, i = 0] = places;
  const share = i === j ? s.coefficient : exact.divide(s.coefficient, exact.rational(2));
  for (const key of new Set([`${i},${j}`, `${j},${i}`]))
    parts.entries.set(key, exact.add(parts.entries.get(key) ?? exact.ZERO, share));
  return true;
}

/**
 * A number that p never falls below, where p is a quadratic polynomial in atoms (any real quantities): the least value of the
 * form over all real vectors, by eliminating every coordinate.
 */
export function quadraticLowerBound(p: Polynomial, context: Context): Rational | undefined {
  if (p.terms.length > 60) return undefined;
  const parts: Parts = { coordinates: [], entries: new Map(), others: [] };
  if (!p.terms.every((s) => place(s, parts, () => true)) || parts.coordinates.length === 0) return undefined;
  return leastValue(matrixOf(parts, 1, 0), context.budget);
}

function matrixOf(parts: Parts, sign: 1 | -1, from: 0 | 1): Matrix {
  const places = Array.from({ length: parts.coordinates.length + 1 - from }, (_, k) => k + from);
  const entry = (i: number, j: number): Rational => parts.entries.get(`${i},${j}`) ?? exact.ZERO;
  return places.map((i) => places.map((j) => (sign > 0 ? entry(i, j) : exact.negate(entry(i, j)))));
}
