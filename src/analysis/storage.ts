/** A theory and a plan of loads come in; how well memories drawn at random are retrieved at each load goes out. */
import type { NumericArray } from "../arrays/index.js";
import type { Theory } from "../derivation/index.js";
import { type Dimension, type Index, showD, singleName } from "../index-notation/index.js";
import { type Diagnostic, fail, ok, type Result } from "../model/index.js";
import {
  type Bindings,
  type CompiledField,
  compileField,
  draw,
  type Sourced,
  simulate,
  uniformStream,
} from "../simulation/index.js";
import { type MemoryParameter, memoryParameters, patternsOf } from "./memories.js";
import { clustered, type Interval, type Mean, meanOf, overlap } from "./statistics.js";

export interface StoragePlan {
  /** Name of the parameter that holds the memories; the only candidate where there is one. */
  readonly memory?: string;
  /** Numbers of units. */
  readonly sizes: readonly number[];
  /** Memories per unit, or numbers of memories. */
  readonly loads: readonly number[];
  readonly loadsAre: "per-unit" | "counts";
  /** Independent draws of the memories at each size and load. */
  readonly repetitions: number;
  /** Memories of each draw from which retrieval is tried. */
  readonly probes: number;
  /** Fraction of the units flipped at the start. */
  readonly noise: number;
  /** Overlap from which a memory counts as retrieved. */
  readonly threshold: number;
  readonly distribution: "rademacher" | "normal";
  readonly seed: number;
  /** Longest time that a start is followed: of a flow, or sweeps of discrete states. */
  readonly until: number;
  readonly onProgress?: (done: number, of: number) => void;
}

export const STORAGE_DEFAULTS = {
  loadsAre: "per-unit",
  repetitions: 10,
  probes: 5,
  noise: 0,
  threshold: 0.95,
  distribution: "rademacher",
  seed: 0,
  until: 200,
} as const satisfies Partial<StoragePlan>;

export interface StorageRow {
  readonly units: number;
  readonly memories: number;
  /** Memories per unit. */
  readonly load: number;
  /** Overlap of the end with the memory, (1/N) Σ ξ_i sign(x_i): mean and standard error over repetitions. */
  readonly overlap: Mean;
  /** Fraction of retrieved memories; its interval knows that the probes of a repetition share their memories. */
  readonly rate: Interval;
  readonly trials: number;
  /** Trials that were still moving at the end. */
  readonly moving: number;
}

export interface Storage {
  readonly memory: string;
  readonly rows: readonly StorageRow[];
  readonly seed: number;
}

const error = (code: string, message: string, hint: string): Diagnostic => ({ code, message, hint });

/** Fails where the model has no parameter of stored patterns, or cannot run with what is bound. */
export function storage(theory: Theory, bindings: Bindings, plan: StoragePlan): Result<Storage> {
  const wrong = planErrors(plan);
  if (wrong.length > 0) return fail(...wrong);
  const memory = chosenMemory(theory, plan.memory);
  if (!memory.ok) return memory;
  const points = plan.sizes.flatMap((units) =>
    countsOf(plan, units).map((memories) => ({ units, memories })),
  );
  const rows: StorageRow[] = [];
  for (const [k, point] of points.entries()) {
    const row = measure(theory, bindings, plan, memory.value, point);
    if (!row.ok) return row;
    rows.push(row.value);
    plan.onProgress?.(k + 1, points.length);
  }
  return ok({ memory: memory.value.parameter.symbol.name, rows, seed: plan.seed });
}

function planErrors({ sizes, loads, noise, threshold, repetitions, probes }: StoragePlan): Diagnostic[] {
  const isCount = (n: number): boolean => Number.isInteger(n) && n >= 1;
  const checks: readonly (readonly [boolean, string, string])[] = [
    [
      sizes.length > 0 && sizes.every(isCount),
      "the sizes are not all positive integers",
      "give for instance 100, 200",
    ],
    [
      loads.length > 0 && loads.every((x) => x > 0),
      "the loads are not all above 0",
      "give for instance 0.05, 0.1",
    ],
    [noise >= 0 && noise <= 1, `the noise is ${noise}`, "it is the fraction of units flipped, from 0 to 1"],
    [threshold > 0 && threshold <= 1, `the threshold is ${threshold}`, "it is an overlap above 0, at most 1"],
    [
      isCount(repetitions) && isCount(probes),
      "repetitions and probes must be 1 or more",
      "10 and 5 are usual",
    ],
  ];
  return checks.flatMap(([holds, message, hint]) => (holds ? [] : [error("bad-option", message, hint)]));
}

/** Different numbers of memories, at least one. */
function countsOf({ loads, loadsAre }: StoragePlan, units: number): number[] {
  const counts = loads.map((load) => Math.max(1, Math.round(loadsAre === "counts" ? load : load * units)));
  return [...new Set(counts)].sort((a, b) => a - b);
}

// ---- the parameter -----------------------------------------------------------------------------------

interface ChosenMemory extends MemoryParameter {
  /** Names of the dimensions that the two axes set. */
  readonly units: string;
  readonly state: string;
}

function chosenMemory(theory: Theory, name: string | undefined): Result<ChosenMemory> {
  const { model } = theory;
  const states = statesOf(theory);
  const [state, ...more] = states;
  if (state === undefined || more.length > 0)
    return fail(
      error(
        "several-states",
        `retrieval compares one state with the memories; ${model.name} has ${states.map((s) => s.name).join(", ") || "none"}`,
        "list the other layers under `fast:`",
      ),
    );
  const candidates = memoryParameters(model, state.over);
  const found = candidates.filter((m) => name === undefined || m.parameter.symbol.name === name);
  const [memory, ...others] = found;
  if (memory === undefined || others.length > 0) return fail(noMemory(theory, state, candidates, name));
  const dims = memory.parameter.over.map((i) => singleName(i.dim));
  const odd = dims.indexOf(undefined);
  if (odd >= 0) return fail(fixedDimension(memory, memory.parameter.over[odd]!.dim));
  return ok({ ...memory, units: dims[memory.unitAxis]!, state: state.name });
}

interface SlowState {
  readonly name: string;
  readonly over: readonly Index[];
}

/** States of the reduced flow, or discrete ones. */
function statesOf(theory: Theory): SlowState[] {
  if (theory.kind === "state") return [...theory.states.values()];
  return [...theory.reduced.motions.values()].map((m) => ({ name: m.state.name, over: m.over }));
}

function noMemory(
  { model }: Theory,
  state: SlowState,
  candidates: readonly MemoryParameter[],
  name: string | undefined,
): Diagnostic {
  const names = candidates.map((m) => m.parameter.symbol.name);
  const over = state.over.map((i) => i.name).join(", ");
  const message =
    names.length === 0
      ? `${model.name} has no parameter of memories: one over two indices, of which one runs over the units of ${state.name}`
      : name === undefined
        ? `${names.join(" and ")} could both be the memories of ${model.name}`
        : `${name} is no parameter of memories of ${model.name}`;
  const hint =
    names.length === 0
      ? `declare for instance Xi: { over: [mu, ${over}] }, and write the coupling with it`
      : `choose one with --memory: ${names.join(", ")}`;
  return error("no-memories", message, hint);
}

const fixedDimension = ({ parameter }: MemoryParameter, dim: Dimension): Diagnostic =>
  error(
    "fixed-dimension",
    `an axis of ${parameter.symbol.name} has the length ${showD(dim)}, which loads cannot change`,
    "give it a dimension of its own name",
  );

// ---- one load ----------------------------------------------------------------------------------------

interface Point {
  readonly units: number;
  readonly memories: number;
}

interface Draw {
  /** Mean overlap, and the fraction retrieved. */
  readonly overlap: number;
  readonly retrieved: number;
  readonly trials: number;
  readonly moving: number;
}

function measure(
  theory: Theory,
  bindings: Bindings,
  plan: StoragePlan,
  memory: ChosenMemory,
  point: Point,
): Result<StorageRow> {
  const draws: Draw[] = [];
  for (let k = 0; k < plan.repetitions; k++) {
    const one = drawOnce(theory, bindings, plan, memory, point, k);
    if (!one.ok) return one;
    draws.push(one.value);
  }
  return ok({
    ...point,
    load: point.memories / point.units,
    overlap: meanOf(draws.map((d) => d.overlap)),
    rate: clustered(
      draws.map((d) => d.retrieved),
      draws[0]!.trials,
    ),
    trials: draws.reduce((s, d) => s + d.trials, 0),
    moving: draws.reduce((s, d) => s + d.moving, 0),
  });
}

function drawOnce(
  theory: Theory,
  bindings: Bindings,
  plan: StoragePlan,
  memory: ChosenMemory,
  point: Point,
  repetition: number,
): Result<Draw> {
  const { units, memories } = point;
  const label = `${units} units, ${memories} memories, repetition ${repetition}`;
  const data = draw(plan.distribution, {}, units * memories, plan.seed, label);
  const field = compileField(theory, withMemories(bindings, plan, memory, point, data));
  if (!field.ok) return field;
  const patterns = patternsOf(data, units, memory.unitAxis);
  const count = Math.min(plan.probes, memories);
  let [total, retrieved, moving] = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    // Patterns are independent draws, so that the first ones are as good as any.
    const pattern = patterns[k]!;
    const start = flipped(pattern, plan.noise, uniformStream(plan.seed, `${label}, probe ${k}`));
    const end = retrieve(field.value, start, plan.until);
    if (!end.ok) return end;
    const m = overlap(end.value.state, pattern);
    total += m;
    if (m >= plan.threshold) retrieved++;
    if (end.value.isMoving) moving++;
  }
  return ok({ overlap: total / count, retrieved: retrieved / count, trials: count, moving });
}

function withMemories(
  bindings: Bindings,
  plan: StoragePlan,
  { parameter, unitAxis }: ChosenMemory,
  { units, memories }: Point,
  data: Float64Array,
): Bindings {
  const shape = unitAxis === 1 ? [memories, units] : [units, memories];
  const array: Sourced<NumericArray> = { value: { shape, data }, source: "the memories drawn" };
  return {
    ...bindings,
    seed: plan.seed,
    arrays: new Map([...(bindings.arrays ?? []), [parameter.symbol.name, array]]),
  };
}

/** Exactly round(noise·N) units with the other sign, chosen at random. */
function flipped(pattern: Float64Array, noise: number, uniform: () => number): Float64Array {
  const [start, order] = [pattern.slice(), Array.from(pattern.keys())];
  for (let k = 0; k < Math.round(noise * pattern.length); k++) {
    const other = k + Math.floor(uniform() * (order.length - k));
    [order[k], order[other]] = [order[other]!, order[k]!];
    start[order[k]!]! *= -1;
  }
  return start;
}

/** Rates below which a flow has come to rest: signs no longer change. */
const REST = 1e-3;

function retrieve(
  field: CompiledField,
  initial: Float64Array,
  until: number,
): Result<{ state: Float64Array; isMoving: boolean }> {
  const { model } = field;
  const isDiscrete = model.kind === "state" && [...model.states.values()].some((s) => s.values !== undefined);
  const run = simulate(field, {
    ...{ initial, until },
    ...(isDiscrete ? {} : { rtol: 1e-3, atol: 1e-4, steadyState: { rtol: REST, atol: REST } }),
  });
  if (!run.ok) return run;
  const { status, failure, state } = run.value;
  if (failure !== undefined) return fail(error(failure.code, failure.message, failure.hint));
  return ok({ state, isMoving: status === "finished" });
}
