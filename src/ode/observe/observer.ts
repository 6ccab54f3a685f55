/** The seam between the loop and everything that watches a run without changing it. */

import type { Stepper } from "../methods/stepper.js";
import type { Keepable } from "../snapshot.js";

export interface Observer extends Keepable {
  /** The run begins at (t, state). */
  start(t: number, state: Float64Array): void;
  /** A step was found good and is about to be accepted: `next` and dense output are valid, inputs are unswitched. */
  step(stepper: Stepper): void;
  /** The field has jumped at t; the state has not. */
  jump(t: number, state: Float64Array): void;
}
