/** A Jacobian and how well it is known come in; its eigenvalues, each with an error estimate, go out. */
import { frobenius, type LinearMap, type Square, symmetricEigen, symmetrised } from "./linear/dense.js";
import { rightmost } from "./linear/rightmost.js";
import { conditionOf, type Eigenvalue, eigenvalueAt, schur } from "./linear/schur.js";
import type { Vector } from "./linear/vectors.js";

export interface EstimatedEigenvalue extends Eigenvalue {
  /** First-order bound for rounding and for the uncertainty of the point, times a safety factor. */
  readonly error: number;
}

export interface JacobianSpectrum {
  /** In the order of decreasing real parts. */
  readonly values: readonly EstimatedEigenvalue[];
  /**
   * `all`: every eigenvalue. `decisive`: the rightmost ones down to the first that is negative, which decide stability
   * and hyperbolicity. `part`: fewer; what is left out may matter.
   */
  readonly extent: "all" | "decisive" | "part";
  /** `symmetric`: J is symmetric up to a positive diagonal scaling, and the eigenvalues are real. */
  readonly method: "symmetric" | "schur" | "arnoldi";
}

/** Estimates are of first order. */
const SAFETY = 10;

const byRealPart = (a: Eigenvalue, b: Eigenvalue): number => b.re - a.re || b.im - a.im;

/**
 * All eigenvalues of a matrix. `uncertainty` is the norm of what the matrix may be off by; rounding is added. Undefined
 * where the QR iteration does not converge.
 */
export function denseSpectrum(matrix: Square, uncertainty: number): JacobianSpectrum | undefined {
  const perturbation = uncertainty + Number.EPSILON * Math.sqrt(matrix.size) * frobenius(matrix);
  const symmetric = symmetrised(matrix);
  if (symmetric !== undefined) {
    const error = SAFETY * perturbation;
    const values = [...symmetricEigen(symmetric).values].map((re) => ({ re, im: 0, error }));
    return { values: values.sort(byRealPart), extent: "all", method: "symmetric" };
  }
  const t = schur(matrix);
  if (t === undefined) return undefined;
  const values = Array.from({ length: t.size }, (_, k) => {
    const { re, im } = eigenvalueAt(t, k);
    const error = SAFETY * conditionOf(t, k) * perturbation;
    // Complex arithmetic leaves real eigenvalues an imaginary part of rounding.
    return { re, im: Math.abs(im) <= error ? 0 : im, error };
  });
  return { values: values.sort(byRealPart), extent: "all", method: "schur" };
}

export interface LargeOptions {
  readonly most: number;
  readonly products: number;
  readonly draw: () => Vector;
}

/**
 * The eigenvalues that decide, of a map too large for a matrix. Errors are residuals: bounds where J is symmetric, of
 * first order and without its condition number where it is not.
 */
export function decisiveSpectrum(
  map: LinearMap,
  size: number,
  uncertainty: number,
  options: LargeOptions,
): JacobianSpectrum {
  const tolerance = 1e-9;
  const error = (residual: number, scale: number): number =>
    SAFETY * (residual + uncertainty + Number.EPSILON * scale);
  const found = rightmost(map, size, {
    ...options,
    tolerance,
    enough: ({ re }) => re < 0 && -re > error(tolerance * Math.abs(re), Math.abs(re)),
  });
  const scale = found.values.reduce((s, v) => Math.max(s, Math.hypot(v.re, v.im)), 0);
  const values = found.values.map(({ re, im, residual }) => ({ re, im, error: error(residual, scale) }));
  const extent = found.complete ? (values.length === size ? "all" : "decisive") : "part";
  return { values: values.sort(byRealPart), extent, method: "arnoldi" };
}
