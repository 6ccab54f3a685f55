/** What a part of a run knows comes in or goes out, so that the run can go on elsewhere and make the same numbers. */

/** Plain data; arrays of doubles are copies. */
export interface Snapshot {
  readonly [key: string]: Value;
}

export type Value =
  | number
  | boolean
  | string
  | undefined
  | Float64Array
  | Snapshot
  | readonly (number | string | Snapshot)[];

/**
 * A part of a run that can be kept. `restore` follows everything that makes the part ready for a run of the same field and
 * options (of a stepper, `init` at the kept time and state); from then on it does what the kept one would have done.
 */
export interface Keepable {
  save(): Snapshot;
  restore(kept: Snapshot): void;
}

export const isKeepable = (part: object): part is Keepable => "save" in part && "restore" in part;

/** The entry under a key, which `save` put there. */
export const kept = <T extends Value>(from: Snapshot, key: string): T => from[key] as T;
