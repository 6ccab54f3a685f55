/** A product under a sum comes in; its factors free of the bound indices, and groups of connected ones, go out. */
import type { Algebra } from "./algebra.js";
import {
  addAll,
  type Factor,
  type Monomial,
  monomial,
  monomialIndices,
  type Polynomial,
  polynomial,
  polynomialIndices,
  type SignTest,
} from "./polynomial.js";
import type { Index } from "./term.js";

/** e^(p + q) = e^p·e^q, with p free of the bound indices; the two are kept apart as if they had different bases. */
export interface Split {
  readonly free: Polynomial;
  readonly bound: Monomial;
}

export function splitEuler(algebra: Algebra, m: Monomial, names: ReadonlySet<string>): Split {
  const isBound = (indices: ReadonlySet<string>): boolean => [...indices].some((i) => names.has(i));
  const [free, bound]: [Factor[], Factor[]] = [[], []];
  for (const f of m.factors) {
    if (f.atom === algebra.euler) {
      const split = (want: boolean): Polynomial =>
        polynomial(f.exponent.terms.filter((s) => isBound(monomialIndices(s.monomial)) === want));
      if (split(false).terms.length > 0) free.push({ atom: f.atom, exponent: split(false) });
      if (split(true).terms.length > 0) bound.push({ atom: f.atom, exponent: split(true) });
    } else (isBound(factorIndices(f)) ? bound : free).push(f);
  }
  return { free: algebra.settle(monomial(free)), bound: monomial(bound) };
}

const factorIndices = (f: Factor): ReadonlySet<string> =>
  new Set([...f.atom.indices, ...polynomialIndices(f.exponent)]);

export interface Group {
  members: Index[];
  factors: Factor[];
  tests: SignTest[];
}

/** Groups of indices that share a factor or a test. A test without bound indices joins the first group. */
export function connect(
  indices: readonly Index[],
  guard: readonly SignTest[],
  m: Monomial,
): readonly Group[] {
  let groups: Group[] = indices.map((i) => ({ members: [i], factors: [], tests: [] }));
  const join = (names: ReadonlySet<string>): Group => {
    const hit = groups.filter((g) => g.members.some((i) => names.has(i.name)));
    const [first, ...others] = hit.length > 0 ? hit : groups;
    const absorbed = hit.length > 0 ? others : [];
    for (const g of absorbed) {
      first!.members.push(...g.members);
      first!.factors.push(...g.factors);
      first!.tests.push(...g.tests);
    }
    groups = groups.filter((g) => !absorbed.includes(g));
    return first!;
  };
  for (const f of eulerApart(m)) join(factorIndices(f)).factors.push(f);
  for (const t of guard) join(polynomialIndices(t.difference)).tests.push(t);
  return groups;
}

/** e^(p + q) as e^p and e^q, so that terms of the exponent about different indices do not connect them. */
function eulerApart(m: Monomial): readonly Factor[] {
  return m.factors.flatMap((f) =>
    f.atom.shape.kind === "euler"
      ? f.exponent.terms.map((s) => ({ atom: f.atom, exponent: polynomial([s]) }))
      : [f],
  );
}

/** e^p·e^q = e^(p + q). */
export function mergeEuler(algebra: Algebra, m: Monomial): Monomial {
  const euler = m.factors.filter((f) => f.atom === algebra.euler);
  if (euler.length < 2) return m;
  const exponent = addAll(euler.map((f) => f.exponent));
  return monomial([...m.factors.filter((f) => f.atom !== algebra.euler), { atom: algebra.euler, exponent }]);
}
