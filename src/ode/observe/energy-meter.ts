/** Accepted steps come in; the energy at both ends and its largest rise go out. */

import type { Functional } from "../field.js";
import type { Stepper } from "../methods/stepper.js";
import type { EnergyReport } from "../run.js";
import type { Observer } from "./observer.js";

export class EnergyMeter implements Observer {
  /** Energy at the end of the latest step. */
  latest = Number.NaN;
  private start0 = Number.NaN;
  /** Energy that the next step is compared with: `latest`, or its value after a switch. */
  private reference = Number.NaN;
  private largestIncrease = 0;

  constructor(readonly energy: Functional) {}

  start(t: number, state: Float64Array): void {
    this.latest = this.reference = this.start0 = this.energy(t, state);
  }

  step({ tNext, next }: Stepper): void {
    this.latest = this.energy(tNext, next);
    // Math.max keeps a NaN once seen: an energy that cannot be evaluated must not pass for one that fell.
    this.largestIncrease = Math.max(this.largestIncrease, this.latest - this.reference);
    this.reference = this.latest;
  }

  jump(t: number, state: Float64Array): void {
    this.reference = this.energy(t, state);
  }

  /** The final state is not that of the last step: the finish of a steady state is no step of the flow. */
  finish(t: number, state: Float64Array): void {
    this.latest = this.energy(t, state);
  }

  report(): EnergyReport {
    return { start: this.start0, end: this.latest, largestIncrease: this.largestIncrease };
  }
}
