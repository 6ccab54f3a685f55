/** Accepted steps come in; the recorded times, states and energies go out. */

import { sameTime } from "../control/landing.js";
import type { Stepper } from "../methods/stepper.js";
import type { IntegrateOptions } from "../options.js";
import type { Recording } from "../run.js";
import { kept, type Snapshot } from "../snapshot.js";
import type { EnergyMeter } from "./energy-meter.js";
import type { Observer } from "./observer.js";

export class Recorder implements Observer {
  readonly record: Recording = { t: [], states: [], energy: [] };
  /** Distance of the samples; 0 records steps, Infinity nothing. */
  private readonly every: number;
  private readonly t0: number;
  private samples = 0;

  /** The meter, if any, must watch before the recorder does. */
  constructor(
    { record = "none", t0 = 0 }: Pick<IntegrateOptions, "record" | "t0">,
    private readonly meter: EnergyMeter | undefined,
  ) {
    this.every = record === "none" ? Number.POSITIVE_INFINITY : record === "steps" ? 0 : record.every;
    this.t0 = t0;
  }

  start(t: number, state: Float64Array): void {
    if (this.every < Number.POSITIVE_INFINITY) this.push(t, state.slice(), this.meter?.latest);
  }

  step(stepper: Stepper): void {
    if (this.every === Number.POSITIVE_INFINITY) return;
    if (this.every > 0) this.sample(stepper);
    else this.push(stepper.tNext, stepper.next.slice(), this.meter?.latest);
  }

  jump(): void {}

  save(): Snapshot {
    const { t, states, energy } = this.record;
    return {
      samples: this.samples,
      t: Float64Array.from(t),
      states: states.map((state) => ({ state })),
      energy: Float64Array.from(energy),
    };
  }

  restore(from: Snapshot): void {
    this.samples = kept(from, "samples");
    const states = kept<readonly Snapshot[]>(from, "states").map((s) => kept<Float64Array>(s, "state"));
    for (const [k, t] of kept<Float64Array>(from, "t").entries()) {
      this.record.t.push(t);
      this.record.states.push(states[k]!);
    }
    this.record.energy.push(...kept<Float64Array>(from, "energy"));
  }

  /** Every sample time in (t, tNext]; one that misses tNext by rounding only is tNext. */
  private sample(stepper: Stepper): void {
    const { tNext, next } = stepper;
    for (;;) {
      const time = this.t0 + (this.samples + 1) * this.every;
      if (sameTime(tNext, time, this.every) && sameTime(time, tNext, this.every)) {
        this.push(time, next.slice(), this.meter?.latest);
      } else if (time < tNext) {
        const state = new Float64Array(next.length);
        stepper.interpolate(time, state);
        this.push(time, state, this.meter?.energy(time, state));
      } else return;
      this.samples++;
    }
  }

  private push(t: number, state: Float64Array, energy: number | undefined): void {
    this.record.t.push(t);
    this.record.states.push(state);
    if (energy !== undefined) this.record.energy.push(energy);
  }
}
