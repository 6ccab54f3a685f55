/**
 * Sums over indices in normal form: linear, with factors free of the index in front, split into connected parts, their
 * bound indices named canonically. Indices of polynomials are replaced here too.
 */
import type { Algebra } from "./algebra.js";
import { exact } from "./arithmetic/index.js";
import { assignments, canonicalName, sortedTests, testsHeight } from "./canonical-names.js";
import { connect, mergeEuler, type Split, splitEuler } from "./connected.js";
import { applyFunction, deltaOf, positionOf, sizePolynomial } from "./functions.js";
import {
  addAll,
  type Factor,
  integerOf,
  type Monomial,
  monomial,
  monomialHeight,
  ONE,
  ofAtom,
  ofMonomial,
  type Polynomial,
  polynomial,
  polynomialHeight,
  polynomialIndices,
  type Shape,
  type ShapeOf,
  type SignTest,
  scale,
} from "./polynomial.js";
import { reject } from "./rejection.js";
import { type Renaming, renameSubscript, renaming, touches } from "./renaming.js";
import { sameSize } from "./size.js";
import { type Index, plainIndex, type Subscript } from "./term.js";

// ---- renaming -----------------------------------------------------------------------------------------

export function renamePolynomial(algebra: Algebra, p: Polynomial, by: Renaming): Polynomial {
  if (!touches(polynomialIndices(p), by)) return p;
  return addAll(p.terms.map((s) => scale(renameMonomial(algebra, s.monomial, by), s.coefficient)));
}

function renameMonomial(algebra: Algebra, m: Monomial, by: Renaming): Polynomial {
  return algebra.product(
    m.factors.map((f) => {
      const base = touches(f.atom.indices, by) ? renameShape(algebra, f.atom.shape, by) : ofAtom(f.atom);
      return algebra.power(base, renamePolynomial(algebra, f.exponent, by));
    }),
  );
}

const renameTests = (algebra: Algebra, all: readonly SignTest[], by: Renaming): readonly SignTest[] =>
  all.map((t) => ({ ...t, difference: renamePolynomial(algebra, t.difference, by) }));

/** The indices under new names that occur nowhere else, so that nothing renamed into their scope is captured. */
function freshIndices(algebra: Algebra, indices: readonly Index[]): readonly Index[] {
  return indices.map((i) => ({ name: algebra.freshName(), size: i.size }));
}
function renameShape(algebra: Algebra, s: Shape, by: Renaming): Polynomial {
  const poly = (p: Polynomial): Polynomial => renamePolynomial(algebra, p, by);
  switch (s.kind) {
    case "position":
      return positionOf(algebra, renameSubscript(s.at, by));
    case "symbol":
      return algebra.of({ ...s, at: s.at.map((x) => renameSubscript(x, by)) });
    case "delta":
      return deltaOf(algebra, renameSubscript(s.left, by), renameSubscript(s.right, by));
    case "base":
      return poly(s.of);
    case "function":
      return applyFunction(algebra, s.name, poly(s.argument));
    case "extremum":
      return algebra.of({ ...s, terms: s.terms.map(poly) });
    case "where":
      return algebra.of({ ...s, tests: renameTests(algebra, s.tests, by), yes: poly(s.yes), no: poly(s.no) });
    case "integral":
      return algebra.of({ ...s, low: poly(s.low), high: poly(s.high), body: poly(s.body) });
    case "sum":
    case "binder":
    case "softmax":
      return renameBinder(algebra, s, by);
    case "euler":
    case "pi":
    case "prime":
    case "dimension":
      return algebra.of(s);
  }
}

function renameBinder(algebra: Algebra, s: ShapeOf<"sum" | "binder" | "softmax">, by: Renaming): Polynomial {
  const bound = s.kind === "softmax" ? [s.index] : s.indices;
  const fresh = freshIndices(algebra, bound);
  const both = new Map([...by, ...renaming(bound, fresh)]);
  const guard = renameTests(algebra, s.guard, both);
  if (s.kind === "sum") return sumOver(algebra, fresh, guard, renameMonomial(algebra, s.body, both));
  const body = renamePolynomial(algebra, s.body, both);
  if (s.kind === "binder") return binderOver(algebra, s.name, fresh, guard, body);
  return softmaxOver(algebra, fresh[0]!, guard, body, renameSubscript(s.at, by));
}

/** The atom with the least key among all ways to name its bound indices. */
function leastAtom(algebra: Algebra, candidates: readonly Shape[]): Polynomial {
  const atoms = candidates.map((s) => algebra.atom(s));
  return ofAtom(atoms.reduce((a, b) => (b.key < a.key ? b : a)));
}

// ---- sums ---------------------------------------------------------------------------------------------

/** Σ over the indices (those that meet the guard) of p. */
export function sumOver(
  algebra: Algebra,
  indices: readonly Index[],
  guard: readonly SignTest[],
  p: Polynomial,
): Polynomial {
  const sorted = sortedTests(guard);
  return addAll(
    p.terms.map((s) => scale(sumOfMonomial(algebra, indices, sorted, s.monomial), s.coefficient)),
  );
}

const MAX_MERGED = 6;

function sumOfMonomial(
  algebra: Algebra,
  indices: readonly Index[],
  guard: readonly SignTest[],
  m: Monomial,
): Polynomial {
  algebra.budget.spend();
  if (indices.length === 0) return guard.length === 0 ? ofMonomial(m) : guarded(algebra, guard, m);
  const names = new Set(indices.map((i) => i.name));
  const inner = m.factors.find((f) => isMergeable(f, names, indices.length));
  if (inner !== undefined) return merged(algebra, indices, guard, m, inner);
  const contracted = contract(algebra, indices, guard, m);
  if (contracted !== undefined) return contracted;
  return componentsOf(algebra, indices, guard, splitEuler(algebra, m, names));
}

/** A guard without bound indices chooses between the value and 0. */
function guarded(algebra: Algebra, guard: readonly SignTest[], m: Monomial): Polynomial {
  return algebra.of({ kind: "where", tests: guard, yes: ofMonomial(m), no: polynomial([]) });
}

/** A sum inside that depends on the index summed over, to a small positive power. */
function isMergeable(f: Factor, names: ReadonlySet<string>, count: number): boolean {
  const { shape } = f.atom;
  const k = integerOf(f.exponent);
  if (shape.kind !== "sum" || k === undefined || k < 1n || k > 3n) return false;
  return (
    [...f.atom.indices].some((i) => names.has(i)) && count + Number(k) * shape.indices.length <= MAX_MERGED
  );
}

/** Σ_i f_i·(Σ_j g_ij)^k = Σ_i Σ_j f_i·g_ij·(Σ_j g_ij)^(k-1). */
function merged(
  algebra: Algebra,
  indices: readonly Index[],
  guard: readonly SignTest[],
  m: Monomial,
  inner: Factor,
): Polynomial {
  const shape = inner.atom.shape as ShapeOf<"sum">;
  const fresh = freshIndices(algebra, shape.indices);
  const by = renaming(shape.indices, fresh);
  const rest = m.factors.filter((f) => f !== inner);
  const lower = algebra.power(ofAtom(inner.atom), addAll([inner.exponent, scale(ONE, exact.rational(-1))]));
  const body = algebra.product([ofMonomial(monomial(rest)), renameMonomial(algebra, shape.body, by), lower]);
  return sumOver(algebra, [...indices, ...fresh], [...guard, ...renameTests(algebra, shape.guard, by)], body);
}

/** Σ_i delta[i,j]·f_i = f_j, where j surely is in range. */
function contract(
  algebra: Algebra,
  indices: readonly Index[],
  guard: readonly SignTest[],
  m: Monomial,
): Polynomial | undefined {
  for (const f of m.factors) {
    const { shape } = f.atom;
    if (shape.kind !== "delta" || integerOf(f.exponent) !== 1n) continue;
    for (const [a, b] of [
      [shape.left, shape.right],
      [shape.right, shape.left],
    ] as const) {
      const [i, j] = [plainIndex(a), plainIndex(b)];
      const bound = indices.find((x) => x.name === i?.name);
      if (bound === undefined || j === undefined || !sameSize(bound.size, j.size)) continue;
      const by: Renaming = new Map([[bound.name, b]]);
      const rest = renameMonomial(algebra, monomial(m.factors.filter((g) => g !== f)), by);
      const others = indices.filter((x) => x !== bound);
      return sumOver(algebra, others, renameTests(algebra, guard, by), rest);
    }
  }
  return undefined;
}

/** Σ_i Σ_j f_i·g_j = (Σ_i f_i)·(Σ_j g_j); an index that occurs nowhere contributes its dimension. */
function componentsOf(
  algebra: Algebra,
  indices: readonly Index[],
  guard: readonly SignTest[],
  split: Split,
): Polynomial {
  const groups = connect(indices, guard, split.bound);
  const parts = groups.map(({ members, factors, tests }) => {
    if (factors.length > 0 || tests.length > 0) return sumAtom(algebra, members, tests, monomial(factors));
    return algebra.product(members.map((i) => sizePolynomial(algebra, i.size)));
  });
  return algebra.product([split.free, ...parts]);
}

/**
 * The sum of one connected product as an atom. Every naming of its bound indices gives the same number; renaming may
 * turn a sign (sin of a difference), which stays outside.
 */
function sumAtom(
  algebra: Algebra,
  indices: readonly Index[],
  guard: readonly SignTest[],
  m: Monomial,
): Polynomial {
  const body = mergeEuler(algebra, m);
  const height = 1 + Math.max(monomialHeight(body), testsHeight(guard));
  const candidates = assignments(indices, height).flatMap(({ renaming: by, names }) => {
    const { terms } = renameMonomial(algebra, body, by);
    if (terms.length !== 1) return [];
    const tests = sortedTests(renameTests(algebra, guard, by));
    const atom = algebra.atom({ kind: "sum", indices: names, guard: tests, body: terms[0]!.monomial });
    return [{ atom, coefficient: terms[0]!.coefficient }];
  });
  if (candidates.length === 0) return reject("a sum has no normal form");
  const least = candidates.reduce((a, b) => (b.atom.key < a.atom.key ? b : a));
  return scale(ofAtom(least.atom), least.coefficient);
}

// ---- other binders ------------------------------------------------------------------------------------

/** prod, max or min over indices. Without a guard, max and min of a constant are that constant, prod its power. */
export function binderOver(
  algebra: Algebra,
  name: "prod" | "max" | "min",
  indices: readonly Index[],
  guard: readonly SignTest[],
  body: Polynomial,
): Polynomial {
  const free = ![...polynomialIndices(body)].some((i) => indices.some((x) => x.name === i));
  if (free && guard.length === 0) {
    if (name !== "prod") return body;
    return algebra.power(body, algebra.product(indices.map((i) => sizePolynomial(algebra, i.size))));
  }
  const height = 1 + Math.max(polynomialHeight(body), testsHeight(guard));
  const shapes = assignments(indices, height).map(
    ({ renaming: by, names }): Shape => ({
      kind: "binder",
      name,
      indices: names,
      guard: sortedTests(renameTests(algebra, guard, by)),
      body: renamePolynomial(algebra, body, by),
    }),
  );
  return leastAtom(algebra, shapes);
}

/** softmax(j, e)[at]: e^e(at)/Σ e^e without a guard and surely in range; else left as it is. */
export function softmaxOver(
  algebra: Algebra,
  index: Index,
  guard: readonly SignTest[],
  body: Polynomial,
  at: Subscript,
): Polynomial {
  const place = plainIndex(at);
  const inRange = place !== undefined && sameSize(place.size, index.size);
  if (inRange && guard.length === 0) {
    const weight = applyFunction(algebra, "exp", body);
    const total = sumOver(algebra, [index], [], weight);
    const own = renamePolynomial(algebra, weight, new Map([[index.name, at]]));
    return algebra.multiply(own, algebra.power(total, scale(ONE, exact.rational(-1))));
  }
  const height = 1 + Math.max(polynomialHeight(body), testsHeight(guard));
  const name = canonicalName(index.size, height, 0);
  const by = renaming([index], [name]);
  return algebra.of({
    kind: "softmax",
    index: name,
    guard: sortedTests(renameTests(algebra, guard, by)),
    body: renamePolynomial(algebra, body, by),
    at,
  });
}
