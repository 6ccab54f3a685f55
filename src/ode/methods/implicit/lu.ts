/** A dense square matrix comes in; its factors P A = L U, and with them solutions of A x = b, go out. */

/** Row-major; `matrix` is overwritten with the factors. False when a pivot is 0 or not finite. */
export function factorize(matrix: Float64Array, n: number, pivots: Int32Array): boolean {
  for (let k = 0; k < n; k++) {
    const p = pivotRow(matrix, n, k);
    pivots[k] = p;
    const pivot = matrix[p * n + k]!;
    if (!(Math.abs(pivot) > 0 && Math.abs(pivot) < Number.POSITIVE_INFINITY)) return false;
    if (p !== k) swapRows(matrix, n, k, p);
    for (let i = k + 1; i < n; i++) {
      const factor = (matrix[i * n + k]! /= pivot);
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) matrix[i * n + j]! -= factor * matrix[k * n + j]!;
    }
  }
  return true;
}

function pivotRow(matrix: Float64Array, n: number, k: number): number {
  let best = k;
  for (let i = k + 1; i < n; i++)
    if (Math.abs(matrix[i * n + k]!) > Math.abs(matrix[best * n + k]!)) best = i;
  return best;
}

function swapRows(matrix: Float64Array, n: number, a: number, b: number): void {
  for (let j = 0; j < n; j++) {
    const kept = matrix[a * n + j]!;
    matrix[a * n + j] = matrix[b * n + j]!;
    matrix[b * n + j] = kept;
  }
}

/** Overwrites b with the solution. */
export function solveFactored(matrix: Float64Array, n: number, pivots: Int32Array, b: Float64Array): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[k]!;
    const kept = b[k]!;
    b[k] = b[p]!;
    b[p] = kept;
  }
  for (let i = 1; i < n; i++) {
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= matrix[i * n + j]! * b[j]!;
    b[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let j = i + 1; j < n; j++) sum -= matrix[i * n + j]! * b[j]!;
    b[i] = sum / matrix[i * n + i]!;
  }
}
