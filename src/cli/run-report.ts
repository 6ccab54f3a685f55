/** A run comes in; its JSON document, or a few lines for a person, goes out. */
import { describeDirection } from "../analysis/index.js";
import { type NestedNumbers, toNested } from "../arrays/nested.js";
import { splitState } from "../front/run.js";
import type { Run, SteadyReport } from "../ode/index.js";
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
    steady,
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
    ...(steady && { steady: steadyDocument(field, steady) }),
    steps,
    rejected,
    evaluations,
    wallSeconds,
    backend: field.backend.name,
    seed: field.bound.seed,
    method,
    methodReason,
    notes: field.bound.notes,
    ...(exits.length > 0 && { exits }),
    ...(failure && { failure }),
  };
}

function steadyDocument(field: CompiledField, steady: SteadyReport): object {
  const { neutralDirections, held, ...rest } = steady;
  return {
    ...rest,
    ...(neutralDirections && {
      neutralDirections: neutralDirections.map((d) => nested(splitState(field, d))),
    }),
    ...(held && held.length > 0 && { held: held.map(field.describe) }),
  };
}

const show = (x: number): string => (Number.isFinite(x) ? Number(x.toPrecision(6)).toString() : String(x));

/** The first entries of a state, enough to recognise it. */
function preview(data: Float64Array): string {
  const head = [...data.subarray(0, 6)].map(show).join(", ");
  return data.length > 6 ? `[${head}, … ${data.length} entries]` : `[${head}]`;
}

const small = (x: number): string => (x === 0 ? "0" : x.toExponential(1));

const MOST_DIRECTIONS = 3;

function steadyText(field: CompiledField, steady: SteadyReport, state: Float64Array): string[] {
  const { residual, finish, moved, iterations, products, jacobian, because } = steady;
  if (finish === "none") return [`largest rate ${small(residual)}: ${because}`];
  const verdict = {
    regular: "isolated",
    singular: "not shown to be isolated",
    undecided: "isolated or not: undecided",
  }[jacobian ?? "undecided"];
  const neutral = steady.neutralDirections ?? [];
  const held = steady.held ?? [];
  return [
    `fixed point with largest rate ${small(residual)}, ${small(moved ?? 0)} from where the run stopped (Newton–Krylov: ${iterations} steps, ${products} products)`,
    `${verdict}: ${because}`,
    ...neutral
      .slice(0, MOST_DIRECTIONS)
      .map((d) => `neutral direction: ${describeDirection(field, d, state)}`),
    ...(neutral.length > MOST_DIRECTIONS
      ? [`and ${neutral.length - MOST_DIRECTIONS} more neutral directions`]
      : []),
    ...(held.length > 0
      ? [
          `held: ${held.slice(0, 6).map(field.describe).join(", ")}${held.length > 6 ? `, … ${held.length} in all` : ""}`,
        ]
      : []),
  ];
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
  if (run.steady) lines.push(...steadyText(field, run.steady, run.state));
  const { state } = run;
  for (const [name, v] of [...splitState(field, state), ...field.outputs(state), ...field.observed(state)])
    lines.push(`${name} = ${preview(v.data)}`);
  for (const exit of run.exits) lines.push(`left the domain ${exit.name} at t = ${show(exit.t)}`);
  if (run.failure) lines.push(`${run.failure.message}`, `  ${run.failure.hint}`);
  return `${lines.join("\n")}\n`;
}
