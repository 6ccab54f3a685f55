/** What every backend offers: a program of the loop IR comes in, functions on Float64Arrays go out. */
import type { OutputSlice, Program } from "../ir/index.js";

/**
 * Fills `out` (length `size` of its entry) from the flat `state`. Allocates nothing; the two arrays must be
 * different. Units are those of the quantities asked for.
 */
export type Evaluate = (state: Float64Array, out: Float64Array) => void;

export interface CompiledEntry {
  readonly name: string;
  /** Doubles written to `out`. */
  readonly size: number;
  readonly outputs: readonly OutputSlice[];
  readonly evaluate: Evaluate;
  /** A state and an out of the instance's own: evaluated without a copy. Entries may share the state. */
  readonly vectors: { readonly state: Float64Array; readonly out: Float64Array };
}

/**
 * A program with memory: scratch belongs to the instance, so an instance serves one caller at a time.
 * Parameter and input arrays are the caller's own: changing an input takes effect at the next call, changing
 * a parameter after the next `prepare`.
 */
export interface Instance {
  readonly stateSize: number;
  readonly entries: ReadonlyMap<string, CompiledEntry>;
  readonly inputs: ReadonlyMap<string, Float64Array>;
  readonly parameters: ReadonlyMap<string, Float64Array>;
  prepare(): void;
}

/** Why a program cannot run on a backend. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export type BackendName = "javascript" | "wasm" | "native";

/** A way to run programs. */
export interface Backend {
  readonly name: BackendName;
  /** What lowering should leave to the backend: one with vector registers splits sums itself. */
  readonly lowering: { readonly splitSums: boolean };
  /** Why the program cannot run here; undefined when it can. */
  refusal(program: Program, memoryLimit?: number): Refusal | undefined;
  compile(program: Program): Instance;
}

/** An entry of one number, such as an energy, as a function of the state. */
export function scalar(entry: CompiledEntry): (state: Float64Array) => number {
  if (entry.size !== 1) throw new Error(`entry ${entry.name} has ${entry.size} values, expected 1`);
  const out = new Float64Array(1);
  return (state) => {
    entry.evaluate(state, out);
    return out[0]!;
  };
}
