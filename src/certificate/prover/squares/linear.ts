/** Linear equations over the rationals come in; one solution and a basis of the homogeneous ones go out, exactly. */
import {
  addR,
  divR,
  mulR,
  negR,
  ONE,
  type Rational,
  rational,
  signR,
  ZERO,
} from "../../../index-notation/index.js";

/** A sparse row: column → coefficient, and the right side. */
export interface Equation {
  readonly coefficients: ReadonlyMap<number, Rational>;
  readonly right: Rational;
}

export interface Solutions {
  readonly particular: readonly Rational[];
  /** Each a full vector. */
  readonly basis: readonly (readonly Rational[])[];
}

interface Row {
  readonly coefficients: Map<number, Rational>;
  right: Rational;
}

/** All solutions in `columns` unknowns; undefined when there is none. */
export function solve(equations: readonly Equation[], columns: number): Solutions | undefined {
  const rows: Row[] = equations.map((e) => ({ coefficients: new Map(e.coefficients), right: e.right }));
  const pivots = new Map<number, Row>();
  for (const row of rows) {
    for (const [column, pivot] of pivots) eliminate(row, column, pivot);
    const lead = [...row.coefficients.keys()].sort((a, b) => a - b)[0];
    if (lead === undefined) {
      if (signR(row.right) !== 0) return undefined;
      continue;
    }
    normalise(row, lead);
    for (const other of pivots.values()) eliminate(other, lead, row);
    pivots.set(lead, row);
  }
  const free = Array.from({ length: columns }, (_, k) => k).filter((k) => !pivots.has(k));
  const particular = Array.from({ length: columns }, (_, k) => pivots.get(k)?.right ?? ZERO);
  const basis = free.map((f) =>
    Array.from({ length: columns }, (_, k) => {
      if (k === f) return ONE;
      return negR(pivots.get(k)?.coefficients.get(f) ?? ZERO);
    }),
  );
  return { particular, basis };
}

/** row −= row[column]·pivot, where the pivot has 1 in that column. */
function eliminate(row: Row, column: number, pivot: Row): void {
  const c = row.coefficients.get(column);
  if (c === undefined) return;
  for (const [k, v] of pivot.coefficients) {
    const next = addR(row.coefficients.get(k) ?? ZERO, negR(mulR(c, v)));
    if (signR(next) === 0) row.coefficients.delete(k);
    else row.coefficients.set(k, next);
  }
  row.right = addR(row.right, negR(mulR(c, pivot.right)));
}

function normalise(row: Row, column: number): void {
  const lead = row.coefficients.get(column)!;
  for (const [k, v] of row.coefficients) row.coefficients.set(k, divR(v, lead));
  row.right = divR(row.right, lead);
}

/** Exact LDLᵀ with rows of zeros allowed: true when the symmetric matrix is positive semidefinite. */
export function isSemidefinite(matrix: readonly (readonly Rational[])[]): boolean {
  const a = matrix.map((row) => [...row]);
  const n = a.length;
  for (let k = 0; k < n; k++) {
    const pivot = a[k]![k]!;
    if (signR(pivot) < 0) return false;
    if (signR(pivot) === 0) {
      if (a[k]!.slice(k).some((v) => signR(v) !== 0)) return false;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = divR(a[i]![k]!, pivot);
      if (signR(factor) === 0) continue;
      for (let j = k; j < n; j++) a[i]![j] = addR(a[i]![j]!, negR(mulR(factor, a[k]![j]!)));
    }
  }
  return true;
}

/** The simplest rational near x with a small denominator, or undefined. */
export function nearbyRational(x: number, tolerance: number, largest = 24): Rational | undefined {
  for (let d = 1; d <= largest; d++) {
    const n = Math.round(x * d);
    if (Math.abs(n / d - x) <= tolerance) return rational(n, d);
  }
  return undefined;
}
