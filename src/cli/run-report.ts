/** A run comes in; its JSON document, or a few lines for a person, goes out. */
import { type NestedNumbers, toNested } from "../arrays/nested.js";
import { splitState } from "../front/run.js";
import type { Run } from "../ode/index.js";
import type { CompiledField, Values } from "../simulation/index.js";

const nested = (values: Values): Record<string, NestedNumbers> =>
  Object.fromEntries([...values].map(([name, v]) => [name, toNested(v)]));

/** The document of `legendre simulate --json`. */
export function runDocument(field: CompiledField, run: Run): object {
  const {
    status,
    t,
    steps,
    rejected,
    evaluations,
    wallSeconds,
    method,
    methodReason,
    energy,
    exits,
    failure,
  } = run;
  const outputs = nested(field.outputs(run.state));
  const observed = nested(field.observed(run.state));
  return {
    status,
    t,
    state: nested(splitState(field, run.state)),
    ...(Object.keys(outputs).length > 0 && { outputs }),
    ...(Object.keys(observed).length > 0 && { observed }),
    ...(energy && { energy }),
    steps,
    rejected,
    evaluations,
    wallSeconds,
    backend: field.backend.name,
    fma: field.backend.fma,
    precision: field.backend.precision,
    threads: field.backend.threads,
    seed: field.bound.seed,
    method,
    methodReason,
    notes: field.bound.notes,
    ...(exits.length > 0 && { exits }),
    ...(failure && { failure }),
  };
}

const show = (x: number): string => (Number.isFinite(x) ? Number(x.toPrecision(6)).toString() : String(x));

/** The first entries of a state, enough to recognise it. */
function preview(data: Float64Array): string {
  const head = [...data.subarray(0, 6)].map(show).join(", ");
  return data.length > 6 ? `[${head}, … ${data.length} entries]` : `[${head}]`;
}

const headline: Record<Run["status"], string> = {
  finished: "finished",
  steady: "reached a steady state",
  failed: "FAILED",
  cancelled: "cancelled",
};

/** What a person at a terminal wants to know of a run. */
export function runText(field: CompiledField, run: Run): string {
  const lines = [
    `${headline[run.status]} at t = ${show(run.t)} after ${run.steps} steps, ${run.evaluations} evaluations, ${run.wallSeconds.toFixed(3)} s`,
    `method ${run.method}: ${run.methodReason}`,
  ];
  if (run.energy) {
    const { start, end, largestIncrease } = run.energy;
    lines.push(
      `energy ${show(start)} → ${show(end)}, largest increase in a step ${largestIncrease === 0 ? "0" : largestIncrease.toExponential(2)}`,
    );
  }
  const { state } = run;
  for (const [name, v] of [...splitState(field, state), ...field.outputs(state), ...field.observed(state)])
    lines.push(`${name} = ${preview(v.data)}`);
  for (const exit of run.exits) lines.push(`left the domain ${exit.name} at t = ${show(exit.t)}`);
  if (run.failure) lines.push(`${run.failure.message}`, `  ${run.failure.hint}`);
  return `${lines.join("\n")}\n`;
}
