/** A compiled field and many initial states come in; a run of each, with energy and first exits, goes out. */
import { ok, type Result } from "../model/index.js";
import { type EnsembleOptions, type EnsembleRun, integrateEnsemble, type Run } from "../ode/index.js";
import type { CompiledField } from "./field.js";
import { simulate } from "./simulate.js";

/** Options of the integrator that a model does not settle itself. */
export type SimulateEnsembleOptions = Omit<EnsembleOptions, "energy" | "monitors" | "describe"> & {
  /** Whether each run measures its energy after every step; default true. Runs with switching inputs always do. */
  readonly energy?: boolean;
};

/** One run after the other, each from the inputs as they are now. */
function memberByMember(
  field: CompiledField,
  { initials, onMember, energy: _, ...options }: SimulateEnsembleOptions,
): Result<EnsembleRun> {
  const began = performance.now();
  const before = field.scheduled.map(({ buffer }) => buffer.slice());
  const runs: Run[] = [];
  for (const [member, initial] of initials.entries()) {
    for (const [k, { buffer }] of field.scheduled.entries()) buffer.set(before[k]!);
    const run = simulate(field, { ...options, initial });
    if (!run.ok) return run;
    runs.push(run.value);
    onMember?.({ member, done: runs.length, of: initials.length });
  }
  const wallSeconds = (performance.now() - began) / 1000;
  return ok({ runs, together: 1, reason: "one by one: the inputs switch during the run", wallSeconds });
}

/**
 * As `simulate`, from each of the initial states. Members step together, except where inputs switch: those runs come one
 * after the other.
 */
export function simulateEnsemble(
  field: CompiledField,
  options: SimulateEnsembleOptions,
): Result<EnsembleRun> {
  if (field.scheduled.length > 0) return memberByMember(field, options);
  const { energy = true, ...rest } = options;
  return ok(
    integrateEnsemble(field, {
      ...rest,
      describe: field.describe,
      ...(field.monitors.length > 0 && { monitors: field.monitors }),
      ...(energy && field.energy && { energy: field.energy }),
    }),
  );
}
