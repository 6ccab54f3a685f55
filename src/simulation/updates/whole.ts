/** An energy or maps of any form come in; differences and next values, each by a whole evaluation, go out. */
import type { Evaluate } from "../../codegen/index.js";
import type { Differences, Maps, Placed } from "./follower.js";
import { placeOf } from "./follower.js";
import { ROUNDING } from "./magnitude.js";

/** Two energies for each value tried: what is left where the difference cannot be had for one component. */
export class WholeDifferences implements Differences {
  private state: Float64Array = new Float64Array(0);
  private readonly trial: Float64Array;
  private readonly out = new Float64Array(1);
  /** Of the present state; NaN after a change. */
  private energy = Number.NaN;

  constructor(
    private readonly evaluate: Evaluate,
    private readonly magnitude: Evaluate,
    size: number,
  ) {
    this.trial = new Float64Array(size);
  }

  refresh(): void {}

  load(state: Float64Array): void {
    this.state = state;
    this.trial.set(state);
    this.energy = Number.NaN;
  }

  changed(k: number): void {
    this.trial[k] = this.state[k]!;
    this.energy = Number.NaN;
  }

  of(k: number, to: number): number {
    if (Number.isNaN(this.energy)) this.energy = this.read(this.evaluate);
    this.trial[k] = to;
    const there = this.read(this.evaluate);
    this.trial[k] = this.state[k]!;
    return there - this.energy;
  }

  slack(): number {
    return 2 * ROUNDING * this.read(this.magnitude);
  }

  private read(f: Evaluate): number {
    f(this.trial, this.out);
    return this.out[0]!;
  }
}

/** The map of every component of a state, of which one is taken. */
export class WholeMaps implements Maps {
  private state: Float64Array = new Float64Array(0);
  private readonly values: readonly Float64Array[];
  /** By state, whether its values are those of the present state. */
  private readonly known: boolean[];

  /** One map a state; undefined for states that have none. */
  constructor(
    private readonly states: readonly Placed[],
    private readonly maps: readonly (Evaluate | undefined)[],
  ) {
    this.values = states.map((s) => new Float64Array(s.size));
    this.known = states.map(() => false);
  }

  refresh(): void {
    this.known.fill(false);
  }

  load(state: Float64Array): void {
    this.state = state;
    this.known.fill(false);
  }

  changed(): void {
    this.known.fill(false);
  }

  next(k: number): number {
    const place = placeOf(this.states, k);
    const values = this.values[place]!;
    if (!this.known[place]) this.maps[place]!(this.state, values);
    this.known[place] = true;
    return values[k - this.states[place]!.offset]!;
  }
}
