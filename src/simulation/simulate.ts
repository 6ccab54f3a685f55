/** A compiled field and run options come in; the run, with energy and first exits, goes out. */
import { fail, ok, type Result } from "../model/index.js";
import { type IntegrateOptions, Integration, kept, type Run, type Snapshot } from "../ode/index.js";
import type { CompiledField } from "./field.js";
import type { NoiseMethod } from "./noise.js";
import { isNoiseMethod, noiseErrors, noisePlan } from "./noise-run.js";
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

/** What the integrator is asked for, and a reason for the method that it cannot know. */
interface Plan {
  readonly options: IntegrateOptions;
  readonly reason?: string;
}

/** A run in pieces: see `Integration` of ode/. */
export interface Simulation {
  /** Whether `save` may be called: the method can go on from what it keeps. */
  readonly isKeepable: boolean;
  /** Goes on for about so many milliseconds; the run once it has ended. */
  advance(milliseconds?: number): Run | undefined;
  /** Between two pieces: what a simulation of the same field and options needs as `resume`. */
  save(): Snapshot;
}

/**
 * Begins a run, or takes it up again at `options.resume`; it can be kept where its method can, unless `keep` is false.
 * Fails as `simulate` does.
 */
export function begin(field: CompiledField, options: SimulateOptions): Result<Simulation> {
  const errors = [
    ...field.scheduled.flatMap(scheduleErrors),
    ...updateErrors(field, options),
    ...(options.method === "cccp" ? [] : noiseErrors(field, options)),
  ];
  if (errors.length > 0) return fail(...errors);
  const { options: asked, reason } = planOf(field, { keep: true, ...options });
  const integration = new Integration(field, asked);
  const explained = (run: Run): Run =>
    reason === undefined || run.method === "none" ? run : { ...run, methodReason: reason };
  return ok({
    isKeepable: integration.isKeepable,
    advance: (milliseconds) => {
      const run = integration.advance(milliseconds);
      return run && explained(run);
    },
    save: () => integration.save(),
  });
}

/**
 * Integrates a compiled field, or updates its discrete states sweep by sweep, with its schedules hit exactly, its energy
 * recorded and its domain watched. A run that fails is a value with `status: "failed"`; only a schedule that cannot be
 * read, and options that do not fit the kind of field, are errors.
 */
export function simulate(field: CompiledField, options: SimulateOptions): Result<Run> {
  const begun = begin(field, { keep: false, ...options });
  return begun.ok ? ok(begun.value.advance()!) : begun;
}

function planOf(field: CompiledField, options: SimulateOptions): Plan {
  if (field.updates !== undefined) return updatePlan(field, options);
  if (options.method === "cccp") return cccpPlan(field, options);
  if (field.noise !== undefined) return noisePlan(field, options, settled(field, options));
  return { options: flowOptions(field, options) };
}

/** What the model settles; inputs are those in force where the run begins or goes on. */
function settled(field: CompiledField, { t0 = 0, initial, resume }: SimulateOptions) {
  const breakpoints = breakpointsOf(field.scheduled, resume ? kept<number>(resume, "t") : t0);
  return {
    initial: initial ?? field.initial,
    describe: field.describe,
    monitors: field.monitors,
    events: field.events,
    ...(breakpoints && { breakpoints }),
    ...(field.energy && { energy: field.energy }),
  };
}

function flowOptions(field: CompiledField, options: SimulateOptions): IntegrateOptions {
  const { method, ...rest } = options;
  if (isOrder(method) || isNoiseMethod(method) || method === "cccp")
    throw new Error(`${method} is refused for flows before they run`);
  return { ...rest, ...settled(field, options), ...(method && { method }) };
}

function updatePlan(field: CompiledField, options: SimulateOptions): Plan {
  const updates = field.updates!;
  const method = updates.method(orderOf(updates, options));
  return {
    options: { ...options, ...settled(field, options), method, dt: 1 },
    reason: updateReason(updates, options),
  };
}

const CCCP_REASON =
  "cccp was asked for: x' = −∂U/∂g, all layers at once; one update for each unit of time, whatever the time constants";

function cccpPlan(field: CompiledField, options: SimulateOptions): Plan {
  const { rtol = 1e-12, atol = 1e-12 } = options;
  const method = field.cccp!({ rtol, atol });
  return { options: { ...options, ...settled(field, options), method, dt: 1 }, reason: CCCP_REASON };
}
