/** Times, lengths and overlaps come in; cosine similarities, measured and predicted, go out. */

/** What the author's script adds to the product of lengths in the denominator. */
export const COSINE_EPS = 1e-4;

const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  let total = 0;
  for (let k = 0; k < x.length; k++) total += x[k]! * y[k]!;
  return total;
};

export const norm = (x: ArrayLike<number>): number => Math.sqrt(dot(x, x));

/** cos(x, y), with `eps` in the denominator as the published similarities have it. */
export const cosine = (x: ArrayLike<number>, y: ArrayLike<number>, eps = COSINE_EPS): number =>
  dot(x, y) / (norm(x) * norm(y) + eps);

/** The paper's curve: similarity after a time t for equal lengths, `tau` = τ_Ξ/p_μ. */
export function paperCurve(t: number, tau: number, overlap: number): number {
  const e = Math.exp(-t / tau);
  return (e * overlap + 1 - e) / Math.sqrt(e ** 2 + (1 - e) ** 2 + 2 * e * (1 - e) * overlap);
}

/** A memory of length r and a pattern of length R at the true cosine `overlap`. */
export interface Geometry {
  readonly r: number;
  readonly R: number;
  readonly overlap: number;
}

export const geometryOf = (memory: ArrayLike<number>, pattern: ArrayLike<number>): Geometry => ({
  r: norm(memory),
  R: norm(pattern),
  overlap: cosine(memory, pattern, 0),
});

/**
 * The exact similarity when the memory has kept the fraction e of its initial self (theory section 5):
 * ξ = e ξ₀ + (1 − e) v. e = exp(−∫w dt/τ_Ξ) for the flow, (1 − 1/τ_Ξ)^n after n steps of the Euler map.
 */
export function exactCurve(e: number, { r, R, overlap }: Geometry, eps = 0): number {
  const length = Math.sqrt((e * r) ** 2 + ((1 - e) * R) ** 2 + 2 * e * (1 - e) * r * R * overlap);
  return (e * r * overlap + (1 - e) * R) / (length + eps / R);
}
