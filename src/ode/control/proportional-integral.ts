/** Error norms come in; step lengths go out, by the PI control that Hairer's DOPRI5 uses. */

import { kept, type Snapshot } from "../snapshot.js";
import type { Controller, Verdict } from "./controller.js";

/** Defaults of dopri5.f: safety, β, and the bounds on how much one step may shrink or grow. */
const SAFETY = 0.9;
const BETA = 0.04;
const MOST_SHRINKING = 0.2;
const MOST_GROWTH = 10;
/** An error below this is not remembered as smaller: a lucky step must not promise a lucky future. */
const LEAST_REMEMBERED_ERROR = 1e-4;

/**
 * `h_new = h · safety · err_n^(−α) · err_{n−1}^β` with `α = 1/(q+1) − 0.75 β` for an estimate of order q
 * (Gustafsson 1991; HNW I, II.4, and Hairer & Wanner II, IV.2). After a rejection the step does not grow.
 */
export class PIController implements Controller {
  readonly usesError = true;
  readonly elastic = true;
  private readonly alpha: number;
  private remembered = LEAST_REMEMBERED_ERROR;
  private rejectedLast = false;

  constructor(
    errorOrder: number,
    private h: number,
  ) {
    this.alpha = 1 / (errorOrder + 1) - 0.75 * BETA;
  }

  propose(t: number): number {
    return t + this.h;
  }

  adapt(h: number, error: number): Verdict {
    if (error <= 1) this.accept(h, error);
    else this.reject(h, error);
    return error <= 1 ? "accept" : "retry";
  }

  restart(_t: number): void {
    this.remembered = LEAST_REMEMBERED_ERROR;
    this.rejectedLast = false;
  }

  save(): Snapshot {
    return { h: this.h, remembered: this.remembered, rejectedLast: this.rejectedLast };
  }

  restore(from: Snapshot): void {
    this.h = kept(from, "h");
    this.remembered = kept(from, "remembered");
    this.rejectedLast = kept(from, "rejectedLast");
  }

  private accept(h: number, error: number): void {
    const factor = SAFETY * error ** -this.alpha * this.remembered ** BETA;
    let next = h * Math.min(MOST_GROWTH, Math.max(MOST_SHRINKING, factor));
    // A step cut short by a stop says little about the step that was cut: go back to that one.
    if (factor >= MOST_GROWTH && h < this.h) next = Math.max(next, this.h);
    this.h = this.rejectedLast ? Math.min(next, h) : next;
    this.remembered = Math.max(error, LEAST_REMEMBERED_ERROR);
    this.rejectedLast = false;
  }

  private reject(h: number, error: number): void {
    const factor = error < Number.POSITIVE_INFINITY ? SAFETY * error ** -this.alpha : MOST_SHRINKING;
    this.h = h * Math.max(MOST_SHRINKING, factor);
    this.rejectedLast = true;
  }
}
