/** A vector and the state it belongs to come in; its root mean square, scaled by the tolerances, goes out. */

/** Relative and absolute tolerance; `atol` has the unit of the state. */
export interface Tolerances {
  readonly rtol: number;
  readonly atol: number;
}

/** `sqrt(mean_j (v_j / (atol + rtol·|x_j|))²)` (HNW I, II.4, eq. 4.11); 0 for an empty or zero vector. */
export function scaledNorm(vector: Float64Array, state: Float64Array, { rtol, atol }: Tolerances): number {
  let sum = 0;
  for (let j = 0; j < vector.length; j++) {
    if (vector[j] === 0) continue; // 0/0 when atol is 0 and the component rests at 0
    const ratio = vector[j]! / (atol + rtol * Math.abs(state[j]!));
    sum += ratio * ratio;
  }
  return Math.sqrt(sum / Math.max(vector.length, 1));
}
