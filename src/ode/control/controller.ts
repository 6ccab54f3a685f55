/** The seam between the loop and a step-size policy: where to go next, and whether to keep what was reached. */

import type { Keepable } from "../snapshot.js";

/** `give-up`: this policy has no other step to offer. */
export type Verdict = "accept" | "retry" | "give-up";

export interface Controller extends Partial<Keepable> {
  /** Whether `adapt` looks at the size of the error; if not, the loop does not compute it. */
  readonly usesError: boolean;
  /** Whether a step may be stretched or halved so that it fits the way to the next stop. */
  readonly elastic: boolean;
  /** The time at which the next step should end, were there no stop before it. */
  propose(t: number): number;
  /** Judge a trial step of length h. `error` is its norm (up to 1 is within tolerance), Infinity if it failed. */
  adapt(h: number, error: number): Verdict;
  /** The field has jumped, or the run begins, at time t: forget the history of errors, keep the step. */
  restart(t: number): void;
}
