/** Events and accepted steps come in; the times at which their values cross 0, and the first that ends the run, go out. */

import type { Stepper } from "../methods/stepper.js";
import type { EventOption } from "../options.js";
import type { Occurrence } from "../run.js";
import { type Keepable, kept, type Snapshot } from "../snapshot.js";

/** More halvings than a double has bits: the bracket has then shrunk to neighbouring times. */
const HALVINGS = 60;

interface Watched extends EventOption {
  /** The sign last seen that was not 0; 0 before any was. */
  sign: number;
}

/**
 * Looks at the middle and the end of every step (two crossings within half a step can pass unseen), and halves the bracket
 * on the dense output. The loop asks it before all observers, because an event may end the run inside the step.
 */
export class EventWatch implements Keepable {
  readonly occurrences: Occurrence[] = [];
  private readonly watched: Watched[];
  /** The state half-way through a step, and the one that a location looks at. */
  private readonly half: Float64Array;
  private readonly probe: Float64Array;
  private found: { readonly event: Watched; readonly t: number }[] = [];

  constructor(events: readonly EventOption[], size: number) {
    this.watched = events.map((e) => ({ ...e, sign: 0 }));
    this.half = new Float64Array(size);
    this.probe = new Float64Array(size);
  }

  /** The run begins; true when an ending condition holds already. */
  start(t: number, state: Float64Array): boolean {
    for (const e of this.watched) e.sign = Math.sign(e.value(t, state));
    const holding = this.watched.filter((e) => e.terminal && e.direction === "rising" && e.sign > 0);
    for (const { name } of holding) this.occurrences.push({ name, t, state: state.slice() });
    return holding.length > 0;
  }

  /** The field has jumped at t, and values with it; true when that ends the run. */
  jump(t: number, state: Float64Array): boolean {
    const crossed = this.watched.filter((e) => crosses(e, e.value(t, state)));
    for (const { name } of crossed) this.occurrences.push({ name, t, state: state.slice() });
    return crossed.some((e) => e.terminal);
  }

  /** The time inside the trial step at which an event ends the run; undefined if none does. Records the others up to it. */
  step(stepper: Stepper): number | undefined {
    this.found = [];
    const middle = stepper.t + (stepper.tNext - stepper.t) / 2;
    stepper.interpolate(middle, this.half);
    for (const e of this.watched) this.look(e, stepper, stepper.t, middle, e.value(middle, this.half));
    for (const e of this.watched)
      this.look(e, stepper, middle, stepper.tNext, e.value(stepper.tNext, stepper.next));
    if (this.found.length === 0) return undefined;
    const end = this.found.reduce(
      (first, { event, t }) => (event.terminal ? Math.min(first, t) : first),
      Number.POSITIVE_INFINITY,
    );
    this.record(stepper, end);
    return Number.isFinite(end) ? end : undefined;
  }

  save(): Snapshot {
    const occurrences = this.occurrences.map(({ name, t, state }) => ({ name, t, state: state.slice() }));
    return { occurrences, signs: this.watched.map((e) => e.sign) };
  }

  restore(from: Snapshot): void {
    for (const o of kept<readonly Snapshot[]>(from, "occurrences"))
      this.occurrences.push({ name: kept(o, "name"), t: kept(o, "t"), state: kept(o, "state") });
    for (const [k, sign] of kept<readonly number[]>(from, "signs").entries()) this.watched[k]!.sign = sign;
  }

  private look(e: Watched, stepper: Stepper, from: number, to: number, value: number): void {
    const before = e.sign;
    if (crosses(e, value)) this.found.push({ event: e, t: this.locate(e, stepper, from, to, -before) });
  }

  /** The first time found at which the value has the given sign. */
  private locate(e: Watched, stepper: Stepper, from: number, to: number, sign: number): number {
    let [low, high] = [from, to];
    for (let k = 0; k < HALVINGS; k++) {
      const middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) break;
      stepper.interpolate(middle, this.probe);
      if (Math.sign(e.value(middle, this.probe)) === sign) high = middle;
      else low = middle;
    }
    return high;
  }

  private record(stepper: Stepper, end: number): void {
    const until = this.found.filter(({ t }) => t <= end).sort((a, b) => a.t - b.t);
    for (const { event, t } of until) {
      const state = new Float64Array(this.half.length);
      if (t === stepper.tNext) state.set(stepper.next);
      else stepper.interpolate(t, state);
      this.occurrences.push({ name: event.name, t, state });
    }
  }
}

/** Whether a new value has crossed 0 in the event's direction; remembers its sign. */
function crosses(e: Watched, value: number): boolean {
  const sign = Math.sign(value);
  if (!(Math.abs(sign) === 1) || sign === e.sign) return false;
  const from = e.sign;
  e.sign = sign;
  return from !== 0 && (e.direction === "both" || sign > 0);
}
