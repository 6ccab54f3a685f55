/** A symmetric matrix comes in; its eigenvalues in ascending order go out (cyclic Jacobi rotations). */

type Rows = readonly (readonly number[])[];

/** Rotates until what is off the diagonal is below rounding; throws when that takes more than 60 sweeps. */
export function symmetricEigenvalues(matrix: Rows): number[] {
  const A = matrix.map((row) => Float64Array.from(row));
  const n = A.length;
  const size = Math.sqrt(A.reduce((s, row) => s + row.reduce((t, x) => t + x * x, 0), 0));
  for (let sweep = 0; offDiagonal(A) > 1e-15 * size; sweep++) {
    if (sweep === 60) throw new Error("the Jacobi rotations do not converge: is the matrix symmetric?");
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(A, p, q);
  }
  return A.map((row, k) => row[k]!).sort((a, b) => a - b);
}

function offDiagonal(A: readonly Float64Array[]): number {
  let total = 0;
  for (const [p, row] of A.entries()) for (const [q, x] of row.entries()) if (p !== q) total += x * x;
  return Math.sqrt(total);
}

/** Makes A[p][q] zero (Golub & Van Loan, section 8.5). */
function rotate(A: readonly Float64Array[], p: number, q: number): void {
  const a = A[p]![q]!;
  if (a === 0) return;
  const theta = (A[q]![q]! - A[p]![p]!) / (2 * a);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const [c, s] = [1 / Math.hypot(t, 1), t / Math.hypot(t, 1)];
  for (let k = 0; k < A.length; k++) {
    const [x, y] = [A[k]![p]!, A[k]![q]!];
    A[k]![p] = c * x - s * y;
    A[k]![q] = s * x + c * y;
  }
  const [P, Q] = [A[p]!, A[q]!];
  for (let k = 0; k < A.length; k++) {
    const [x, y] = [P[k]!, Q[k]!];
    P[k] = c * x - s * y;
    Q[k] = s * x + c * y;
  }
}
