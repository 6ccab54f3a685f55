/** Exact rational matrices: definiteness by LDLᵀ. */
import { exact, type Rational } from "./arithmetic/index.js";
import type { Budget } from "./rejection.js";
import { costOf } from "./univariate.js";

export type Matrix = readonly (readonly Rational[])[];

export const isSymmetric = (m: Matrix): boolean =>
  m.every((row, i) => row.length === m.length && row.every((x, j) => exact.equal(x, m[j]![i]!)));

/**
 * Is the symmetric matrix positive semidefinite? Symmetric elimination, exactly: a pivot < 0 says no; a pivot 0 demands
 * a zero column below it (a 2×2 minor [0 b; b c] with b ≠ 0 is negative); a pivot > 0 is eliminated, and the Schur
 * complement is semidefinite iff the matrix is.
 */
export function isPositiveSemidefinite(m: Matrix, budget: Budget): boolean {
  if (!isSymmetric(m)) return false;
  const a = m.map((row) => [...row]);
  for (let k = 0; k < a.length; k++) {
    const pivot = a[k]![k]!;
    if (exact.sign(pivot) < 0) return false;
    if (exact.sign(pivot) === 0) {
      if (a.slice(k + 1).some((row) => exact.sign(row[k]!) !== 0)) return false;
      continue;
    }
    budget.spend((a.length - k) ** 2 * costOf(a[k]!));
    for (let i = k + 1; i < a.length; i++) {
      const factor = exact.divide(a[i]![k]!, pivot);
      for (let j = k + 1; j < a.length; j++)
        a[i]![j] = exact.subtract(a[i]![j]!, exact.multiply(factor, a[k]![j]!));
    }
  }
  return true;
}

/**
 * The least value of [1 z]ᵀ m [1 z] over real vectors z, or undefined where there is none: minimising over one coordinate
 * with pivot p > 0 takes its square away; with pivot 0 the rest of its row must vanish.
 */
export function leastValue(m: Matrix, budget: Budget): Rational | undefined {
  const a = m.map((row) => [...row]);
  for (let k = a.length - 1; k > 0; k--) {
    const pivot = a[k]![k]!;
    if (exact.sign(pivot) < 0) return undefined;
    if (exact.sign(pivot) === 0) {
      if (a.slice(0, k).some((row) => exact.sign(row[k]!) !== 0)) return undefined;
      continue;
    }
    budget.spend(k ** 2 * costOf(a[k]!));
    for (let i = 0; i < k; i++) {
      const factor = exact.divide(a[i]![k]!, pivot);
      for (let j = 0; j < k; j++) a[i]![j] = exact.subtract(a[i]![j]!, exact.multiply(factor, a[k]![j]!));
    }
  }
  return a[0]![0];
}
