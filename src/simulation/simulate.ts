/** A compiled field and run options come in; the run, with energy and first exits, goes out. */
import { fail, ok, type Result } from "../model/index.js";
import { type IntegrateOptions, integrate, type Run } from "../ode/index.js";
import type { CompiledField } from "./field.js";
import type { NoiseMethod } from "./noise.js";
import { isNoiseMethod, noiseErrors, noiseRun } from "./noise-run.js";
import { breakpointsOf, scheduleErrors } from "./schedules.js";
import type { Order } from "./updates/index.js";
import { isOrder, orderOf, updateErrors, updateReason } from "./updates/options.js";

/** Options of the integrator that a model does not settle itself. */
export type SimulateOptions = Omit<
  IntegrateOptions,
  "initial" | "breakpoints" | "energy" | "monitors" | "events" | "describe" | "method"
> & {
  /**
   * Of a flow, an integrator (with noise: one of its own), or "cccp", the update x' = −∂U/∂g with a step of length 1; of discrete states, an order of
   * updates. Default "auto".
   */
  readonly method?: NonNullable<IntegrateOptions["method"]> | NoiseMethod | Order | "cccp";
  /** Of every component under `baoab`; default 1. */
  readonly mass?: number;
  /** Flat initial state; default `field.initial`. */
  readonly initial?: Float64Array;
};

/**
 * Integrates a compiled field, or updates its discrete states sweep by sweep, with its schedules hit exactly, its energy
 * recorded and its domain watched. A run that fails is a value with `status: "failed"`; only a schedule that cannot be
 * read, and options that do not fit the kind of field, are errors.
 */
export function simulate(field: CompiledField, options: SimulateOptions): Result<Run> {
  const errors = [
    ...field.scheduled.flatMap(scheduleErrors),
    ...updateErrors(field, options),
    ...(options.method === "cccp" ? [] : noiseErrors(field, options)),
  ];
  if (errors.length > 0) return fail(...errors);
  if (field.updates !== undefined) return ok(updateRun(field, options));
  if (options.method === "cccp") return ok(cccpRun(field, options));
  if (field.noise !== undefined) return ok(noiseRun(field, options, settled(field, options)));
  return ok(flowRun(field, options));
}

/** What the model settles. */
function settled(field: CompiledField, options: SimulateOptions) {
  const breakpoints = breakpointsOf(field.scheduled, options.t0 ?? 0);
  return {
    initial: options.initial ?? field.initial,
    describe: field.describe,
    monitors: field.monitors,
    events: field.events,
    ...(breakpoints && { breakpoints }),
    ...(field.energy && { energy: field.energy }),
  };
}

function flowRun(field: CompiledField, options: SimulateOptions): Run {
  const { method, ...rest } = options;
  if (isOrder(method) || isNoiseMethod(method) || method === "cccp")
    throw new Error(`${method} is refused for flows before they run`);
  return integrate(field, { ...rest, ...settled(field, options), ...(method && { method }) });
}

function updateRun(field: CompiledField, options: SimulateOptions): Run {
  const updates = field.updates!;
  const method = updates.method(orderOf(updates, options));
  const run = integrate(field, { ...options, ...settled(field, options), method, dt: 1 });
  return run.method === "none" ? run : { ...run, methodReason: updateReason(updates, options) };
}

const CCCP_REASON =
  "cccp was asked for: x' = −∂U/∂g, all layers at once; one update for each unit of time, whatever the time constants";

function cccpRun(field: CompiledField, options: SimulateOptions): Run {
  const { rtol = 1e-12, atol = 1e-12 } = options;
  const method = field.cccp!({ rtol, atol });
  const run = integrate(field, { ...options, ...settled(field, options), method, dt: 1 });
  return run.method === "none" ? run : { ...run, methodReason: CCCP_REASON };
}
