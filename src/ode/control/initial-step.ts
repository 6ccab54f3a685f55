/** A field and its derivative at the start come in; a first step of about the right size goes out. */

import type { Field } from "../field.js";
import { scaledNorm, type Tolerances } from "./norm.js";

/** What the guess is made from: the start (t, state), the derivative there, and how far it may look. */
export interface Start {
  readonly t: number;
  readonly state: Float64Array;
  readonly derivative: Float64Array;
  /** Time to the first stop: the trial evaluation does not look beyond it. */
  readonly reach: number;
}

const SMALLEST_SIZE = 1e-10;
const BLIND_GUESS = 1e-6;

function difference(end: Float64Array, start: Float64Array): Float64Array {
  return end.map((value, j) => value - start[j]!);
}

/**
 * Hairer's automatic first step (HNW I, II.4, "Starting step size"; `hinit` in dopri5.f): an explicit Euler
 * step that moves the state by 1% shows how fast the derivative changes; the answer makes the local error of
 * a method whose estimate has order q about 0.01. Evaluates the field exactly once, allocates, returns h > 0.
 */
export function initialStep(field: Field, start: Start, errorOrder: number, tolerances: Tolerances): number {
  const { t, state, derivative, reach } = start;
  const [size, speed] = [scaledNorm(state, state, tolerances), scaledNorm(derivative, state, tolerances)];
  const still = !(size > SMALLEST_SIZE) || !(speed > SMALLEST_SIZE);
  const trial = Math.min(still ? BLIND_GUESS : 0.01 * (size / speed), reach);

  const ahead = new Float64Array(state.length);
  field.rhs(
    t + trial,
    state.map((value, j) => value + trial * derivative[j]!),
    ahead,
  );
  const bend = scaledNorm(difference(ahead, derivative), state, tolerances) / trial;
  if (!Number.isFinite(bend)) return 0.01 * trial;
  const sharpest = Math.max(bend, speed);
  const wanted =
    sharpest <= 1e-15 ? Math.max(BLIND_GUESS, trial * 1e-3) : (0.01 / sharpest) ** (1 / (errorOrder + 1));
  return Math.min(100 * trial, wanted, reach);
}
