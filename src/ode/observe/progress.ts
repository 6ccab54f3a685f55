/** Steps come in; calls of the caller's `onProgress`, at most ten a second of wall time, go out. */

import type { Progress } from "../options.js";

const MILLISECONDS_BETWEEN = 100;

export class ProgressReporter {
  private last: number;

  constructor(
    private readonly onProgress: (progress: Progress) => void,
    private readonly t0: number,
    private readonly until: number,
  ) {
    this.last = performance.now();
  }

  /** Report if it is time to, or if `now` is asked for. */
  report(t: number, steps: number, now = false): void {
    const clock = performance.now();
    if (!now && clock - this.last < MILLISECONDS_BETWEEN) return;
    this.last = clock;
    const { t0, until } = this;
    const fraction = t >= until ? 1 : (t - t0) / (until - t0);
    this.onProgress({ t, until, steps, fraction });
  }
}
