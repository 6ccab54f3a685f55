/** Vectors of doubles come in; their products, norms and sums go out. */

export type Vector = Float64Array;

export function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (let k = 0; k < a.length; k++) total += a[k]! * b[k]!;
  return total;
}

export const norm = (a: Vector): number => Math.sqrt(dot(a, a));

export function largest(a: Vector): number {
  let most = 0;
  for (const x of a) most = Math.max(most, Math.abs(x));
  return most;
}

/** y ← y + s·x */
export function addScaled(y: Vector, s: number, x: Vector): void {
  for (let k = 0; k < y.length; k++) y[k]! += s * x[k]!;
}

export function scale(x: Vector, s: number): void {
  for (let k = 0; k < x.length; k++) x[k]! *= s;
}

export const sumOf = (a: Vector, b: Vector, s = 1): Vector => a.map((x, k) => x + s * b[k]!);

export const areFinite = (a: Vector): boolean => a.every(Number.isFinite);

/** Removes from x its components along orthonormal vectors, twice: once leaves rounding behind. */
export function orthogonalise(x: Vector, basis: readonly Vector[], coefficients?: Float64Array): void {
  for (let pass = 0; pass < 2; pass++)
    for (const [k, b] of basis.entries()) {
      const c = dot(x, b);
      addScaled(x, -c, b);
      if (coefficients !== undefined) coefficients[k]! += c;
    }
}
