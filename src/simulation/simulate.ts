/** A compiled field and run options come in; the run, with energy and first exits, goes out. */
import { fail, ok, type Result } from "../model/index.js";
import { type IntegrateOptions, integrate, type Run } from "../ode/index.js";
import type { CompiledField } from "./field.js";
import { breakpointsOf, scheduleErrors } from "./schedules.js";

/** Options of the integrator that a model does not settle itself. */
export type SimulateOptions = Omit<
  IntegrateOptions,
  "initial" | "breakpoints" | "energy" | "monitors" | "describe"
> & {
  /** Flat initial state; default `field.initial`. */
  readonly initial?: Float64Array;
};

/**
 * Integrates a compiled field with its schedules hit exactly, its energy recorded and its domain watched.
 * A run that fails is a value with `status: "failed"`; only a schedule that cannot be read is an error.
 */
export function simulate(field: CompiledField, options: SimulateOptions): Result<Run> {
  const errors = field.scheduled.flatMap(scheduleErrors);
  if (errors.length > 0) return fail(...errors);
  const breakpoints = breakpointsOf(field.scheduled, options.t0 ?? 0);
  return ok(
    integrate(field, {
      ...options,
      initial: options.initial ?? field.initial,
      describe: field.describe,
      monitors: field.monitors,
      ...(breakpoints && { breakpoints }),
      ...(field.energy && { energy: field.energy }),
    }),
  );
}
