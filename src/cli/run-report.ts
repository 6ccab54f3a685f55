/** A run comes in; its JSON document, or a few lines for a person, goes out. */
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
  const { flatDirections, held, ...rest } = steady;
  return {
    ...rest,
    ...(flatDirections && { flatDirections: flatDirections.map((d) => nested(splitState(field, d))) }),
    ...(held && held.length > 0 && { held: held.map(field.describe) }),
  };
}

const show = (x: number): string => (Number.isFinite(x) ? Number(x.toPrecision(6)).toString() : String(x));

/** The first entries of a state, enough to recognise it. */
function preview(data: Float64Array): string {
  const head = [...data.subarray(0, 6)].map(show).join(", ");
  return data.length > 6 ? `[${head}, … ${data.length} entries]` : `[${head}]`;
}

/** The components that a flat direction moves most, with their parts. */
function directionText(field: CompiledField, direction: Float64Array): string {
  const order = [...direction.keys()].sort((i, j) => Math.abs(direction[j]!) - Math.abs(direction[i]!));
  const shown = order.slice(0, 4).filter((j) => Math.abs(direction[j]!) > 1e-6);
  const more =
    direction.length > shown.length && Math.abs(direction[order[4] ?? -1] ?? 0) > 1e-6 ? ", …" : "";
  return shown.map((j) => `${show(direction[j]!)} ${field.describe(j)}`).join(", ") + more;
}

const MOST_DIRECTIONS = 3;

function steadyText(field: CompiledField, steady: SteadyReport): string[] {
  const { residual, finish, moved, iterations, products, jacobian, because } = steady;
  if (finish === "none") return [`largest rate ${residual.toExponential(1)}: ${because}`];
  const verdict = {
    regular: "isolated",
    singular: "not shown to be isolated",
    undecided: "isolated or not: undecided",
  }[jacobian ?? "undecided"];
  const flat = steady.flatDirections ?? [];
  const held = steady.held ?? [];
  return [
    `fixed point with largest rate ${residual.toExponential(1)}, ${moved?.toExponential(1)} from where the run stopped (Newton–Krylov: ${iterations} steps, ${products} products)`,
    `${verdict}: ${because}`,
    ...flat.slice(0, MOST_DIRECTIONS).map((d) => `flat direction: ${directionText(field, d)}`),
    ...(flat.length > MOST_DIRECTIONS ? [`and ${flat.length - MOST_DIRECTIONS} more flat directions`] : []),
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
  if (run.steady) lines.push(...steadyText(field, run.steady));
  const { state } = run;
  for (const [name, v] of [...splitState(field, state), ...field.outputs(state), ...field.observed(state)])
    lines.push(`${name} = ${preview(v.data)}`);
  for (const exit of run.exits) lines.push(`left the domain ${exit.name} at t = ${show(exit.t)}`);
  if (run.failure) lines.push(`${run.failure.message}`, `  ${run.failure.hint}`);
  return `${lines.join("\n")}\n`;
}
