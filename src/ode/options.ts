/** What a caller may ask of a run, with defaults; and the check that refuses what cannot be run. */

import type { Breakpoints } from "./breakpoints.js";
import type { Tolerances } from "./control/norm.js";
import { type Describe, describeByNumber } from "./failures.js";
import type { Field, Functional } from "./field.js";
import type { Method } from "./methods/stepper.js";
import type { TableauData } from "./methods/tableau.js";
import type { Failure, FailureCode } from "./run.js";
import type { Snapshot } from "./snapshot.js";

/** Methods whose steps cannot raise the energy, where the theorem of the method holds for the field. */
export type EnergySafeName = "alternating" | "strang" | "one-sided" | "discrete-gradient";

export type MethodName =
  | "tsit5"
  | "dopri5"
  | "dop853"
  | "bosh3"
  | "rk4"
  | "ssprk3"
  | "heun"
  | "midpoint"
  | "euler"
  | "imex3"
  | "imex4"
  | "bdf"
  | EnergySafeName;

/** Why no step of a method raises the energy of this field at constant inputs, or what is missing for that. */
export type Promises = (method: EnergySafeName) => { readonly holds: boolean; readonly because: string };

/** A condition margin that should stay at or above 0 along the run. */
export interface Monitor {
  readonly name: string;
  readonly value: Functional;
}

/** Something that happens when a value crosses 0 along the run. */
export interface EventOption {
  readonly name: string;
  readonly value: Functional;
  /** `rising`: from below 0 to above; `both`: either way. A value that starts at 0 has crossed nothing. */
  readonly direction: "rising" | "both";
  /** Ends the run there, with status "event"; at the start if the value of a rising one is above 0 already. */
  readonly terminal: boolean;
}

export interface Progress {
  readonly t: number;
  readonly until: number;
  readonly steps: number;
  /** Of the time span, from 0 to 1. */
  readonly fraction: number;
}

export interface SteadyOptions extends Tolerances {
  /** Default true. */
  readonly finish?: boolean;
}

export interface IntegrateOptions {
  /** State at t0, of length `field.size`; it is copied. */
  readonly initial: Float64Array;
  /** Default 0. */
  readonly t0?: number;
  /** End of the run, at or after t0; Infinity only together with `steadyState`. */
  readonly until: number;
  /** A name, "auto" (default), or a `Method` from elsewhere. */
  readonly method?: "auto" | MethodName | Method;
  /** Refuse methods that do not promise that no step raises the energy; "auto" then takes one that does. */
  readonly monotone?: Promises;
  /** An explicit Runge–Kutta method of one's own, instead of `method`; its order conditions are checked. */
  readonly tableau?: TableauData;
  /** Default: adaptive where the method estimates its error. "fixed" needs `dt`. */
  readonly stepping?: "adaptive" | "fixed";
  /** Length of a fixed step; of the first step when steps are adaptive. */
  readonly dt?: number;
  /** Default 1e-6; with `steadyState`, a tenth of its tolerance if that is less. */
  readonly rtol?: number;
  /** In units of the state. Default 1e-9. */
  readonly atol?: number;
  /** Bound on accepted plus rejected steps. Default 10 million; 1 million without a finite end; none for fixed steps to a finite end. */
  readonly maxSteps?: number;
  readonly breakpoints?: Breakpoints;
  readonly energy?: Functional;
  /** `every`: at t0 + k·every, by dense output, up to the end of the run. Default "none". */
  readonly record?: { readonly every: number } | "steps" | "none";
  /**
   * Stop once the RMS of `rhs_j / (atol + rtol·|x_j|)` is below 1 after an accepted step and no switching time
   * is left before `until`. The right-hand side has units of state per time, and so has `atol` here.
   * Where the field has a `jvp`, the state is then finished by Newton's method, unless `finish` is false.
   */
  readonly steadyState?: SteadyOptions;
  readonly monitors?: readonly Monitor[];
  readonly events?: readonly EventOption[];
  /** Called at most every tenth of a second, and once at the end of a run that began. */
  readonly onProgress?: (progress: Progress) => void;
  /** Asked before every step; true ends the run as "cancelled". */
  readonly cancel?: () => boolean;
  /** What `Integration.save` gave: the run goes on from there, with the same field and options. */
  readonly resume?: Snapshot;
  /** The run will be kept: `auto` takes a method that can be, and stays with it. Default: whether `resume` is given. */
  readonly keep?: boolean;
  /** Names a component of the state in failure messages, e.g. "v[3]". */
  readonly describe?: Describe;
}

export const DEFAULT_TOLERANCES: Tolerances = { rtol: 1e-6, atol: 1e-9 };
export const DEFAULT_MAX_STEPS = 10_000_000;
/** Of a run to a steady state that has no end of its own: what has not come to rest by then hardly will. */
export const DEFAULT_MAX_STEPS_ENDLESS = 1_000_000;
/** What a recording at equal times may take; one of steps grows as it must. */
const MOST_RECORDED_BYTES = 4e9;

const isPositive = (value: number) => value > 0 && value < Number.POSITIVE_INFINITY;

/** One check: undefined when it holds. */
function refuse(
  holds: boolean,
  code: FailureCode,
  t: number,
  message: string,
  hint: string,
): Failure | undefined {
  return holds ? undefined : { code, message, hint, t };
}

function checkInitial(field: Field, options: IntegrateOptions, t: number): Failure | undefined {
  const { initial, describe = describeByNumber } = options;
  const [found, expected] = [initial.length, field.size];
  if (!Number.isInteger(expected) || expected < 0) {
    const message = `the field has size ${expected}; an integer, 0 or more, was expected`;
    return { code: "wrong-length", message, hint: "give the number of components of the state as `size`", t };
  }
  if (found !== expected) {
    const message = `initial has ${found} entries, the field has ${expected}`;
    return { code: "wrong-length", message, hint: `give a Float64Array of length ${expected}`, t };
  }
  const component = initial.findIndex((value) => !Number.isFinite(value));
  if (component < 0) return undefined;
  const name = describe(component);
  return {
    code: "initial-not-finite",
    message: `the initial value of ${name} is ${initial[component]}; a finite number was expected`,
    hint: "check the data or the random draw that the initial state comes from",
    t,
    component,
    name,
  };
}

function checkInterval({ t0 = 0, until, steadyState }: IntegrateOptions): Failure | undefined {
  const endless = until === Number.POSITIVE_INFINITY && steadyState !== undefined;
  return refuse(
    Number.isFinite(t0) && (Number.isFinite(until) || endless) && until >= t0,
    "bad-interval",
    t0,
    `the run goes from t0 = ${t0} to until = ${until}; finite times with until >= t0 were expected`,
    "an endless run (until: Infinity) needs steadyState; to integrate backward, negate the field and the times",
  );
}

/** Inputs that switch for ever leave no time at which all has come to rest. */
function checkEndless({ t0 = 0, until, breakpoints }: IntegrateOptions): Failure | undefined {
  const endless = until === Number.POSITIVE_INFINITY && breakpoints !== undefined;
  return refuse(
    !endless || breakpoints.next(Number.MAX_VALUE) === Number.POSITIVE_INFINITY,
    "bad-interval",
    t0,
    "a run until a steady state was asked for, and an input is switched for ever",
    "give a finite end, or a schedule that ends",
  );
}

function checkTolerances(name: string, { rtol, atol }: Tolerances, t: number): Failure | undefined {
  const valid = rtol >= 0 && atol >= 0 && isPositive(rtol + atol);
  const message = `${name} has rtol = ${rtol} and atol = ${atol}; two numbers >= 0, not both 0, were expected`;
  return refuse(valid, "bad-tolerance", t, message, "rtol: 1e-6, atol: 1e-9 are usual");
}

function checkSteps({ dt, maxSteps, record }: IntegrateOptions, t: number): Failure | undefined {
  const every = typeof record === "object" ? record.every : undefined;
  const positive = (name: string, value: number | undefined, code: FailureCode) => {
    const message = `${name} is ${value}; a positive finite number was expected`;
    return refuse(
      value === undefined || isPositive(value),
      code,
      t,
      message,
      `leave ${name} out, or make it positive`,
    );
  };
  const unbounded = maxSteps === Number.POSITIVE_INFINITY;
  return (
    positive("dt", dt, "bad-step") ??
    positive("record.every", every, "bad-option") ??
    positive("maxSteps", unbounded ? undefined : maxSteps, "bad-option")
  );
}

/** A recording that no memory holds is refused before the run, not found out in it. */
function checkRecording(field: Field, { t0 = 0, until, record }: IntegrateOptions): Failure | undefined {
  if (typeof record !== "object" || !(until < Number.POSITIVE_INFINITY)) return undefined;
  const samples = Math.floor((until - t0) / record.every) + 1;
  const bytes = samples * (8 * field.size + 100);
  const message = `record.every = ${record.every} asks for ${samples} states of ${field.size} numbers, ${(bytes / 1e9).toPrecision(2)} GB`;
  return refuse(bytes <= MOST_RECORDED_BYTES, "bad-option", t0, message, "record fewer: up to 4 GB are kept");
}

/** The first reason not to begin, if there is one. */
export function refusal(field: Field, options: IntegrateOptions): Failure | undefined {
  const t = options.t0 ?? 0;
  const { steadyState } = options;
  return (
    checkInitial(field, options, t) ??
    checkInterval(options) ??
    checkEndless(options) ??
    checkTolerances("the run", tolerancesOf(options), t) ??
    (steadyState && checkTolerances("steadyState", steadyState, t)) ??
    checkSteps(options, t) ??
    checkRecording(field, options)
  );
}

/**
 * Rates of a run by an explicit method stand at about its tolerance, for its steps grow until they do: a steady state is
 * seen only at a tolerance below that of the rates.
 */
function defaultRtol({ steadyState }: Pick<IntegrateOptions, "steadyState">): number {
  if (steadyState === undefined) return DEFAULT_TOLERANCES.rtol;
  const below = 0.1 * (steadyState.rtol + steadyState.atol);
  return Math.min(DEFAULT_TOLERANCES.rtol, Math.max(1e-13, below));
}

export function tolerancesOf(options: Pick<IntegrateOptions, "rtol" | "atol" | "steadyState">): Tolerances {
  return { rtol: options.rtol ?? defaultRtol(options), atol: options.atol ?? DEFAULT_TOLERANCES.atol };
}
