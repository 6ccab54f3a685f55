/**
 * A polynomial comes in; monomials z and a rational matrix G ⪰ 0 with zᵀGz equal to it go out, when the search
 * finds them: a barrier method in doubles, the kernel of its result made rational, then exact arithmetic.
 */
import {
  addR,
  fromNumber,
  mulR,
  ONE,
  type Rational,
  signR,
  toNumber,
  ZERO,
} from "../../../index-notation/index.js";
import { eigen } from "../../refuter/numeric/eigen.js";
import type { Exponents, Polynomial } from "../algebra/polynomial.js";
import { at, deepest, type Pencil } from "./interior.js";
import { type Equation, isSemidefinite, nearbyRational, type Solutions, solve } from "./linear.js";

export interface Gram {
  readonly monomials: readonly Exponents[];
  readonly matrix: readonly (readonly Rational[])[];
}

type Exact = readonly (readonly Rational[])[];

/** More unknowns than this are not searched. */
const MAX_PARAMETERS = 260;
const MAX_MONOMIALS = 45;

const sumOf = (a: Exponents, b: Exponents): Exponents => a.map((k, n) => k + b[n]!);
const keyOf = (e: Exponents): string => e.join(",");

/** zᵀGz = q with z among the candidates. */
export function gramMatrix(q: Polynomial, candidates: readonly Exponents[]): Gram | undefined {
  const monomials = prune(q, candidates);
  if (monomials.length === 0 || monomials.length > MAX_MONOMIALS) return undefined;
  const identity = monomials.map((_, i) => monomials.map((__, j) => (i === j ? ONE : ZERO)));
  const matrix = search(q, monomials, identity, 0);
  return matrix && isSemidefinite(matrix) ? { monomials, matrix } : undefined;
}

/** A monomial whose square appears nowhere else and not in q has coefficient 0 in every decomposition. */
function prune(q: Polynomial, candidates: readonly Exponents[]): Exponents[] {
  let kept = [...candidates];
  for (;;) {
    const made = new Map<string, number>();
    kept.forEach((a, i) => {
      kept.forEach((b, j) => {
        if (i < j) made.set(keyOf(sumOf(a, b)), 1);
      });
    });
    const next = kept.filter((a) => {
      const square = keyOf(sumOf(a, a));
      return q.terms.has(square) || made.has(square);
    });
    if (next.length === kept.length) return kept;
    kept = next;
  }
}

/** G = U·Y·Uᵀ with Y ≻ 0; U loses columns each time a common kernel is found. */
function search(q: Polynomial, z: readonly Exponents[], u: Exact, round: number): Exact | undefined {
  if (round > 4) return undefined;
  const m = u[0]!.length;
  if (m === 0) return undefined;
  const solutions = solve(equations(q, z, u), (m * (m + 1)) / 2);
  if (solutions === undefined || solutions.basis.length > MAX_PARAMETERS) return undefined;
  const pencil: Pencil = {
    base: symmetric(solutions.particular, m).map((row) => row.map(toNumber)),
    directions: solutions.basis.map((b) => symmetric(b, m).map((row) => row.map(toNumber))),
  };
  const best = deepest(pencil);
  const size = Math.max(...best.matrix.flat().map(Math.abs), 1e-300);
  if (best.margin < -1e-4 * size) return undefined;
  if (best.margin > 1e-7 * size) {
    const rounded = roundInside(solutions, pencil, best.parameters, m);
    if (rounded !== undefined) return sandwich(u, rounded);
  }
  const smaller = withoutKernel(u, best.matrix, size);
  return smaller && search(q, z, smaller, round + 1);
}

const pairs = (m: number): [number, number][] =>
  Array.from({ length: m }, (_, i) => i).flatMap((i) =>
    Array.from({ length: m - i }, (_, k): [number, number] => [i, i + k]),
  );

function symmetric(entries: readonly Rational[], m: number): Exact {
  const a = Array.from({ length: m }, () => new Array<Rational>(m).fill(ZERO));
  pairs(m).forEach(([i, j], k) => {
    a[i]![j] = entries[k]!;
    a[j]![i] = entries[k]!;
  });
  return a;
}

/** For each monomial: what U·Y·Uᵀ makes of it is its coefficient in q. */
function equations(q: Polynomial, z: readonly Exponents[], u: Exact): Equation[] {
  const m = u[0]!.length;
  const rows = new Map<string, Map<number, Rational>>();
  const columns = pairs(m);
  z.forEach((a, i) => {
    z.forEach((b, j) => {
      const key = keyOf(sumOf(a, b));
      const row = rows.get(key) ?? new Map<number, Rational>();
      rows.set(key, row);
      columns.forEach(([s, t], k) => {
        const forward = mulR(u[i]![s]!, u[j]![t]!);
        const c = s === t ? forward : addR(forward, mulR(u[i]![t]!, u[j]![s]!));
        if (signR(c) !== 0) row.set(k, addR(row.get(k) ?? ZERO, c));
      });
    });
  });
  for (const key of q.terms.keys()) if (!rows.has(key)) rows.set(key, new Map());
  return [...rows].map(([key, coefficients]) => ({
    coefficients: new Map([...coefficients].filter(([, c]) => signR(c) !== 0)),
    right: q.terms.get(key)?.coefficient ?? ZERO,
  }));
}

/** Parameters rounded to ever more digits until the exact matrix is definite. */
function roundInside(s: Solutions, p: Pencil, t: readonly number[], m: number): Exact | undefined {
  const scale = Math.max(1, ...at(p, t).flat().map(Math.abs));
  for (const digits of [1, 2, 3, 4, 6, 8, 10]) {
    const unit = 10 ** (Math.ceil(Math.log10(scale)) - digits);
    const values = t.map((v) => fromNumber(Number((Math.round(v / unit) * unit).toPrecision(12))));
    const entries = s.particular.map((c, k) =>
      s.basis.reduce((sum, b, n) => (signR(b[k]!) === 0 ? sum : addR(sum, mulR(values[n]!, b[k]!))), c),
    );
    const matrix = symmetric(entries, m);
    if (isSemidefinite(matrix)) return matrix;
  }
  return undefined;
}

function sandwich(u: Exact, y: Exact): Exact {
  const dot = (a: readonly Rational[], b: readonly Rational[]): Rational =>
    a.reduce((s, v, k) => (signR(v) === 0 || signR(b[k]!) === 0 ? s : addR(s, mulR(v, b[k]!))), ZERO);
  const left = u.map((row) => y.map((column) => dot(row, column)));
  return left.map((row) => u.map((other) => dot(row, other)));
}

/** U restricted to the complement of the kernel that the numbers show, if that kernel is rational. */
function withoutKernel(u: Exact, y: readonly (readonly number[])[], size: number): Exact | undefined {
  const { values, vectors } = eigen(y);
  const kernel = vectors.filter((_, k) => values[k]! < 1e-4 * size);
  if (kernel.length === 0 || kernel.length === y.length) return undefined;
  const exact = rationalBasis(kernel);
  if (exact === undefined) return undefined;
  const m = y.length;
  const complement = solve(
    exact.map((v) => ({
      coefficients: new Map(v.flatMap((c, k): [number, Rational][] => (signR(c) === 0 ? [] : [[k, c]]))),
      right: ZERO,
    })),
    m,
  )?.basis;
  if (complement === undefined || complement.length === 0) return undefined;
  return u.map((row) =>
    complement.map((v) =>
      v.reduce((s, c, k) => (signR(c) === 0 || signR(row[k]!) === 0 ? s : addR(s, mulR(c, row[k]!))), ZERO),
    ),
  );
}

/** Reduced row echelon form in doubles, each entry replaced by a nearby simple rational. */
function rationalBasis(vectors: readonly (readonly number[])[]): Rational[][] | undefined {
  const rows = vectors.map((v) => [...v]);
  const n = rows[0]!.length;
  let rank = 0;
  for (let column = 0; column < n && rank < rows.length; column++) {
    const best = rows
      .slice(rank)
      .reduce((b, r, k) => (Math.abs(r[column]!) > Math.abs(rows[b]![column]!) ? k + rank : b), rank);
    if (Math.abs(rows[best]![column]!) < 1e-2) continue;
    [rows[rank], rows[best]] = [rows[best]!, rows[rank]!];
    const pivot = rows[rank]![column]!;
    rows[rank] = rows[rank]!.map((v) => v / pivot);
    rows.forEach((row, k) => {
      if (k === rank) return;
      const factor = row[column]!;
      for (let j = 0; j < n; j++) row[j]! -= factor * rows[rank]![j]!;
    });
    rank++;
  }
  const exact = rows.slice(0, rank).map((row) => row.map((v) => nearbyRational(v, 2e-3)));
  if (exact.some((row) => row.some((v) => v === undefined))) return undefined;
  return exact as Rational[][];
}
