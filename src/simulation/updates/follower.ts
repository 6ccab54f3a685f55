/** The seams of an update: what follows the state, what says how the energy changes, and what says where a component goes. */
import type { DiscreteVariable } from "../../derivation/index.js";

/** A discrete state at its place in the flat state. */
export interface Placed {
  readonly state: DiscreteVariable;
  readonly offset: number;
  readonly size: number;
}

/** The number of the state that component k belongs to. */
export function placeOf(states: readonly Placed[], k: number): number {
  let place = 0;
  while (k >= states[place]!.offset + states[place]!.size) place++;
  return place;
}

/** Something computed from the state that follows its changes. */
export interface Follower {
  /** Inputs have switched. */
  refresh(): void;
  /** Compute from the state, which is read in place from now on. */
  load(state: Float64Array): void;
  /** Component k of the state has changed by this much. */
  changed(k: number, by: number): void;
}

/** How the energy would change, at the state that was loaded and has changed since. */
export interface Differences extends Follower {
  /** E(s_k → to) − E(s). */
  of(k: number, to: number): number;
  /** Differences up to this size may be rounding: they count as ties. */
  slack(k: number, to: number): number;
}

/** Where a declared map sends a component; a number that may be no value of the state. */
export interface Maps extends Follower {
  next(k: number): number;
}
