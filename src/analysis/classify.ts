/** The spectrum of a Jacobian comes in; whether the fixed point is hyperbolic and stable, with the margin, goes out. */
import type { EstimatedEigenvalue, JacobianSpectrum } from "./jacobian-spectrum.js";

/** What numbers cannot tell from zero stays undecided. */
export type Decision = boolean | "undecided";

export interface Classification {
  /** No eigenvalue has real part zero. `false` is shown only where the point is not isolated. */
  readonly hyperbolic: Decision;
  /** Every real part is negative. */
  readonly stable: Decision;
  readonly kind: "stable" | "unstable" | "saddle" | "undecided";
  /** Eigenvalues whose real part is positive beyond its error. */
  readonly unstableDirections: number;
  /** Eigenvalues whose real part is zero up to its error. */
  readonly undecidedDirections: number;
  /** Smallest |Re λ|, and the error estimate of that eigenvalue. */
  readonly margin: number;
  readonly marginError: number;
}

/** A fixed point is hyperbolic iff no eigenvalue of the Jacobian has zero real part. */
export function classify({ values, extent }: JacobianSpectrum): Classification {
  const isZero = (v: EstimatedEigenvalue): boolean => !(Math.abs(v.re) > v.error);
  const undecided = values.filter(isZero).length;
  const unstable = values.filter((v) => !isZero(v) && v.re > 0).length;
  const stable = values.length - undecided - unstable;
  const isWhole = extent !== "part";
  const nearest = values.reduce<EstimatedEigenvalue | undefined>(
    (m, v) => (m === undefined || slack(v) < slack(m) ? v : m),
    undefined,
  );
  return {
    hyperbolic: undecided === 0 && isWhole ? true : "undecided",
    stable: unstable > 0 ? false : undecided === 0 && isWhole ? true : "undecided",
    kind: kindOf(unstable, undecided + (isWhole ? 0 : 1), stable, extent),
    unstableDirections: unstable,
    undecidedDirections: undecided,
    margin: nearest === undefined ? 0 : Math.abs(nearest.re),
    marginError: nearest?.error ?? 0,
  };
}

/** How far an eigenvalue is from the imaginary axis, its error taken off. */
const slack = ({ re, error }: EstimatedEigenvalue): number => Math.abs(re) - error;

function kindOf(
  unstable: number,
  open: number,
  stable: number,
  extent: JacobianSpectrum["extent"],
): Classification["kind"] {
  if (unstable === 0) return open === 0 ? "stable" : "undecided";
  if (stable > 0 || extent === "decisive") return "saddle";
  return open === 0 ? "unstable" : "undecided";
}
