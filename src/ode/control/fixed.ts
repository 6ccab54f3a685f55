/** A step length dt comes in; the controller that walks the grid t₀ + k·dt goes out. */

import { kept, type Snapshot } from "../snapshot.js";
import type { Controller, Verdict } from "./controller.js";

/** The grid is counted from the last restart by multiplication, so rounding does not accumulate. */
export class FixedController implements Controller {
  readonly usesError = false;
  readonly elastic = false;
  private origin = 0;
  private count = 0;

  constructor(private readonly dt: number) {}

  propose(_t: number): number {
    return this.origin + (this.count + 1) * this.dt;
  }

  adapt(_h: number, error: number): Verdict {
    if (!(error < Number.POSITIVE_INFINITY)) return "give-up";
    this.count++;
    return "accept";
  }

  restart(t: number): void {
    this.origin = t;
    this.count = 0;
  }

  save(): Snapshot {
    return { origin: this.origin, count: this.count };
  }

  restore(from: Snapshot): void {
    this.origin = kept(from, "origin");
    this.count = kept(from, "count");
  }
}
