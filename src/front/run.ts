/** A theory with data comes in; a compiled field, and its runs in terms of layers, go out. */
import { asNumericArray, type WritableArray } from "../arrays/nested.js";
import type { NumericArray } from "../arrays/numeric-array.js";
import type { Schedule } from "../model/index.js";
import type { EnsembleRun, Run, Snapshot } from "../ode/index.js";
import {
  type Bindings,
  begin as beginCore,
  type CompiledField,
  compileField,
  type FieldOptions,
  type Precision,
  type SimulateEnsembleOptions,
  type SimulateOptions,
  type Sourced,
  simulateEnsemble,
  type Values,
} from "../simulation/index.js";
import { refuse, unwrap } from "./errors.js";
import { type EventOption, readEvents } from "./events.js";
import type { DerivedTheory } from "./theory.js";

/** Arrays by name: nested numbers, a Float64Array for a vector, or `{ shape, data }` in C order. */
export type Data = Readonly<Record<string, WritableArray>>;

const TARGETS = ["auto", "wasm", "javascript", "native"] as const;

const PRECISIONS: readonly Precision[] = ["f64", "f32"];

const MOST_THREADS = 64;

export type Target = (typeof TARGETS)[number];

/**
 * What runs a field of that target. `native`, loaded when it is asked for, is C compiled on this machine.
 * Throws LegendreError where there is no compiler, or no package to load what it makes.
 */
export const backendFor = async (target: Target): Promise<NonNullable<FieldOptions["backend"]>> =>
  target === "native" ? unwrap(await (await import("../native/index.js")).nativeBackend()) : target;

export interface CompileOptions {
  /**
   * The generated code; `auto`, the default, is WebAssembly where it can run. `native` is C, made by the compiler of this
   * machine and kept in the user's cache. `field.backend` says which it is.
   */
  readonly target?: Target;
  /**
   * Default true: multiply-add instructions where WebAssembly has them (`field.backend.fma` says so). Off, the same
   * numbers come out on every machine.
   */
  readonly fma?: boolean;
  /**
   * f32: inside, parameters, rates and activations are single numbers (faster, about seven digits), while energies
   * are computed with doubles; states and results stay Float64Arrays. Needs WebAssembly. Default f64.
   */
  readonly precision?: Precision;
  /**
   * Threads that share loops over large matrices: worth it where these do not fit the cache of a core. Default 1.
   * `field.close()` lets them go; they never keep a process alive.
   */
  readonly threads?: number;
  /** Parameters, inputs and initial states by name. */
  readonly data?: Data;
  /** Scalar parameters and dimensions by name. */
  readonly set?: Readonly<Record<string, number>>;
  /** Of everything drawn at random; default 0. */
  readonly seed?: number;
  /** Keep fast layers as dynamic ones; default false. */
  readonly full?: boolean;
  /** What runs of the field watch: recorded in `run.events`, or ending the run there. */
  readonly events?: readonly EventOption[];
  /** By input name. */
  readonly schedules?: Readonly<Record<string, Schedule>>;
  /** Bytes that parameters, inputs and states may take together; 8 GiB unless given. */
  readonly memoryLimit?: number;
}

/**
 * Compiles the flow of a theory for bound dimensions and parameters. `field.rhs(t, state, out)` works on flat
 * Float64Arrays (layers in order of declaration, each in C order) and allocates nothing.
 * Throws LegendreError for missing or contradicting data and for what this version does not run.
 */
export async function compile(theory: DerivedTheory, options: CompileOptions = {}): Promise<CompiledField> {
  const { target = "auto", full = false, fma = true, precision = "f64", threads = 1 } = options;
  if (!TARGETS.includes(target))
    refuse("unknown-target", `there is no target ${String(target)}`, `targets: ${TARGETS.join(", ")}`);
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    refuse("bad-threads", `threads is ${threads}`, `give an integer from 1 to ${MOST_THREADS}`);
  if (!PRECISIONS.includes(precision))
    refuse(
      "unknown-precision",
      `there is no precision ${String(precision)}`,
      `precisions: ${PRECISIONS.join(", ")}`,
    );
  return unwrap(
    compileField(theory.theory, {
      ...bindingsOf(options),
      events: readEvents(theory, options.events ?? []),
      full,
      backend: await backendFor(target),
      fma,
      precision,
      threads,
    }),
  );
}

/** Data, settings and schedules with their sources, as errors name them. Throws LegendreError. */
export function bindingsOf(options: Omit<CompileOptions, "target">): Bindings {
  const { data = {}, set = {}, seed = 0, schedules = {}, memoryLimit } = options;
  return {
    arrays: new Map(Object.entries(data).map(([name, value]) => [name, sourced(name, value)])),
    set: new Map(Object.entries(set).map(([name, value]) => [name, { value, source: `set.${name}` }])),
    seed,
    schedules: new Map(Object.entries(schedules)),
    ...(memoryLimit !== undefined && { memoryLimit }),
  };
}

function sourced(name: string, value: WritableArray): Sourced<NumericArray> {
  const array = asNumericArray(name, value);
  if (!array.ok) return refuse(array.error.code, array.error.message, array.error.hint);
  return { value: array.value, source: `data.${name}` };
}

export type RunOptions = Omit<SimulateOptions, "initial"> & {
  /** Initial state: flat, or by layer name (others keep the field's initial state). */
  readonly initial?: Float64Array | Data;
};

/** A run with its final state by layer; `record` holds flat states over time. */
export interface LayeredRun extends Run {
  readonly layers: Values;
  /** Fast states at the end. */
  readonly outputs: Values;
}

/**
 * Integrates a compiled field: adaptive Tsitouras 5(4) by default, schedules hit exactly, the energy and its
 * largest increase recorded. A run that fails says why in `failure` (`status: "failed"`).
 * Throws LegendreError when an initial state or a schedule does not fit the field.
 */
export function integrate(field: CompiledField, options: RunOptions): LayeredRun {
  return begin(field, { keep: false, ...options }).advance()!;
}

/** A run in pieces. */
export interface RunInPieces {
  /** Whether `save` may be called: the method can go on from what it keeps. */
  readonly isKeepable: boolean;
  /** Goes on for about so many milliseconds, at least one step; the run once it has ended. */
  advance(milliseconds?: number): LayeredRun | undefined;
  /** Between two pieces: what another `begin` with the same field and options needs as `resume` to make the same bits. */
  save(): Snapshot;
}

/**
 * As `integrate`, piece by piece, or from what `save` gave; `keep: false` lets `auto` go over to methods that cannot be
 * kept. Throws LegendreError as `integrate` does.
 */
export function begin(field: CompiledField, options: RunOptions): RunInPieces {
  const { initial, ...rest } = options;
  const begun = unwrap(beginCore(field, { ...rest, initial: flatInitial(field, initial) }));
  return {
    isKeepable: begun.isKeepable,
    advance: (milliseconds) => {
      const run = begun.advance(milliseconds);
      return run && { ...run, layers: splitState(field, run.state), outputs: field.outputs(run.state) };
    },
    save: () => begun.save(),
  };
}

export type EnsembleOptions = Omit<SimulateEnsembleOptions, "initials"> & {
  /** One initial state for each member: flat, or by layer name (others keep the field's initial state). */
  readonly initials: readonly (Float64Array | Data)[];
};

/**
 * Integrates a compiled field from many initial states. Each member is a run as `integrate` gives it, with flat states
 * (see `splitState`) and with its own steps, status and failure; `together` says how many stepped at once, and `reason`
 * why. Throws LegendreError when an initial state or a schedule does not fit the field.
 */
export function integrateEnsemble(field: CompiledField, { initials, ...rest }: EnsembleOptions): EnsembleRun {
  return unwrap(simulateEnsemble(field, { ...rest, initials: initials.map((x) => flatInitial(field, x)) }));
}

function flatInitial(field: CompiledField, initial: Float64Array | Data | undefined): Float64Array {
  if (initial instanceof Float64Array) return initial;
  const state = field.initial.slice();
  for (const [name, value] of Object.entries(initial ?? {})) {
    const layout = field.layout.find((l) => l.name === name);
    if (layout === undefined)
      return refuse(
        "unknown-name",
        `initial gives ${name}, which is no state of the field`,
        `states: ${field.layout.map((l) => l.name).join(", ")}`,
      );
    const array = sourced(name, value).value;
    if (array.shape.join() !== layout.shape.join())
      return refuse(
        "wrong-shape",
        `initial ${name} has shape (${array.shape.join(", ")}); expected (${layout.shape.join(", ")})`,
        "give one entry for every component",
      );
    state.set(array.data, layout.offset);
  }
  return state;
}

/** A flat state by layer name. */
export function splitState(field: CompiledField, state: Float64Array): Values {
  return new Map(
    field.layout.map((l) => [l.name, { shape: l.shape, data: state.slice(l.offset, l.offset + l.size) }]),
  );
}
