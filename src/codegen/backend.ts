/** What every backend offers: a program of the loop IR comes in, functions on Float64Arrays go out. */
import type { OutputSlice, Program } from "../ir/index.js";
import type { Scheme } from "./step.js";

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

/** How numbers are computed. */
export interface Execution {
  /** Multiply-add instructions are used: the last bits may differ from those of another machine. */
  readonly fma: boolean;
  /** f32: parameters, rates and activations are single numbers inside; energies are computed with doubles. */
  readonly precision: "f64" | "f32";
  /** That share its large loops; 1 also where no loop is large enough. */
  readonly threads: number;
}

/**
 * Whole steps of an explicit Runge–Kutta method with an entry as the field, run without coming back between stages.
 * What the functions promise is said where they are driven, in ode/methods/step-kernel.ts.
 */
export interface CompiledStep {
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly slopes: Float64Array;
  start(t: number): boolean;
  advance(t: number, tNext: number): number;
  end(tNext: number): boolean;
  scaledError(w: "weights" | "guard", h: number, rtol: number, atol: number): number;
  /** Gives the memory back. */
  release(): void;
}

/**
 * As `CompiledStep` for several members of an ensemble at once, whose numbers lie side by side: entry j of member m is at
 * j·members + m. Each member has a step length of its own.
 */
export interface CompiledMembers {
  readonly members: number;
  readonly state: Float64Array;
  readonly next: Float64Array;
  readonly slopes: Float64Array;
  /** One number for each member, as in the following. */
  readonly h: Float64Array;
  /** 1 for the members whose step was good. */
  readonly accepted: Float64Array;
  /** What `scaledError` found. */
  readonly error: Float64Array;
  /** 0 where all that `start`, `advance` or `end` computed is finite, else NaN. */
  readonly verdict: Float64Array;
  /** What `evaluateEnergy` found, where there is an energy. */
  readonly energy: Float64Array | undefined;
  /** Reads the caller's inputs. */
  refresh(): void;
  tolerate(rtol: number, atol: number): void;
  start(): void;
  advance(): void;
  end(): void;
  /** For the good steps, `next` becomes `state`, and its slope the first if the method knows it. */
  accept(): void;
  scaledError(w: "weights" | "guard"): void;
  /** At `next`. */
  evaluateEnergy(): void;
}

/**
 * A program with memory: scratch belongs to the instance, so an instance serves one caller at a time.
 * Parameter and input arrays are the caller's own: changing an input takes effect at the next call, changing
 * a parameter after the next `prepare`.
 */
export interface Instance {
  readonly execution: Execution;
  readonly stateSize: number;
  readonly entries: ReadonlyMap<string, CompiledEntry>;
  readonly inputs: ReadonlyMap<string, Float64Array>;
  readonly parameters: ReadonlyMap<string, Float64Array>;
  prepare(): void;
  /** Lets the other threads go, if there are any; what is computed after that is computed by the caller alone. */
  close?(): void;
  /** Steps with the named entry as the field; undefined while another one is in use, or where they do not fit. */
  stepOf?(entry: string, scheme: Scheme): CompiledStep | undefined;
  /** The same for several members, with the named entries as field and energy; undefined where they cannot run together. */
  membersOf?(field: string, energy: string | undefined, scheme: Scheme): CompiledMembers | undefined;
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
