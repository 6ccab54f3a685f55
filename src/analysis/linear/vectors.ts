/** Vectors of doubles come in; scaled, summed and orthogonal ones go out. */
import { addMultiple, dot } from "../../solve/index.js";

export type Vector = Float64Array;

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
      addMultiple(x, -c, b);
      if (coefficients !== undefined) coefficients[k]! += c;
    }
}
