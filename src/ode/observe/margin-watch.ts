/** Monitors and accepted steps come in; the first time at which each margin falls below 0 goes out. */

import type { Stepper } from "../methods/stepper.js";
import type { Monitor } from "../options.js";
import type { Exit } from "../run.js";
import { kept, type Snapshot } from "../snapshot.js";
import type { Observer } from "./observer.js";

/** More halvings than a double has bits: the bracket has then shrunk to neighbouring times. */
const HALVINGS = 60;

/**
 * Looks at the middle and the end of every accepted step (a shorter dip can pass unseen), and halves the
 * bracket on the dense output. A monitor that has left is not asked again.
 */
export class MarginWatch implements Observer {
  readonly exits: Exit[] = [];
  private inside: Monitor[];
  private readonly scratch: Float64Array;

  constructor(monitors: readonly Monitor[], size: number) {
    this.inside = [...monitors];
    this.scratch = new Float64Array(size);
  }

  start(t: number, state: Float64Array): void {
    this.standAt(t, state);
  }

  step(stepper: Stepper): void {
    if (this.inside.length === 0) return;
    const middle = stepper.t + (stepper.tNext - stepper.t) / 2;
    stepper.interpolate(middle, this.scratch);
    for (let i = this.inside.length - 1; i >= 0; i--) {
      const monitor = this.inside[i]!;
      if (!(monitor.value(middle, this.scratch) >= 0)) this.leaveWithin(i, stepper, stepper.t, middle);
      else if (!(monitor.value(stepper.tNext, stepper.next) >= 0)) {
        this.leaveWithin(i, stepper, middle, stepper.tNext);
      }
    }
  }

  jump(t: number, state: Float64Array): void {
    this.standAt(t, state);
  }

  save(): Snapshot {
    return { exits: this.exits.map(({ name, t }) => ({ name, t })), inside: this.inside.map((m) => m.name) };
  }

  restore(from: Snapshot): void {
    const exits = kept<readonly Snapshot[]>(from, "exits");
    this.exits.push(...exits.map((e) => ({ name: kept<string>(e, "name"), t: kept<number>(e, "t") })));
    const inside = kept<readonly string[]>(from, "inside");
    this.inside = this.inside.filter((m) => inside.includes(m.name));
  }

  private standAt(t: number, state: Float64Array): void {
    for (let i = this.inside.length - 1; i >= 0; i--) {
      if (!(this.inside[i]!.value(t, state) >= 0)) this.leave(i, t);
    }
  }

  private leaveWithin(i: number, stepper: Stepper, within: number, outside: number): void {
    const monitor = this.inside[i]!;
    const probe = new Float64Array(this.scratch.length);
    let [low, high] = [within, outside];
    for (let k = 0; k < HALVINGS; k++) {
      const middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) break;
      stepper.interpolate(middle, probe);
      if (monitor.value(middle, probe) >= 0) low = middle;
      else high = middle;
    }
    this.leave(i, high);
  }

  private leave(i: number, t: number): void {
    this.exits.push({ name: this.inside[i]!.name, t });
    this.inside.splice(i, 1);
  }
}
