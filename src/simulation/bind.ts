/**
 * A model and arrays, scalars and a seed come in; the value of every dimension, parameter, input and initial
 * state goes out, or every reason why one has none.
 */
import { distance } from "fastest-levenshtein";
import type { NumericArray } from "../arrays/index.js";
import { type Dimension, evaluateD, type Index, namesD, showD, singleName } from "../index-notation/index.js";
import {
  type Default,
  type Diagnostic,
  fail,
  type Input,
  type Model,
  ok,
  type Parameter,
  type Result,
  type Schedule,
} from "../model/index.js";
import { constantValue } from "./constant-value.js";
import { memoryRefusal } from "./memory.js";
import { type Distribution, draw } from "./random.js";

/** A value and where it came from, so that a disagreement can name both sources. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

export interface Bindings {
  /** Arrays by parameter, input or state name. */
  readonly arrays?: ReadonlyMap<string, Sourced<NumericArray>>;
  /** Scalars (parameters, also broadcast to arrays) and dimensions. */
  readonly set?: ReadonlyMap<string, Sourced<number>>;
  readonly seed?: number;
  /** Schedules by input name, in place of those of the model. */
  readonly schedules?: ReadonlyMap<string, Schedule>;
  /** Bytes that all arrays may take together. */
  readonly memoryLimit?: number;
}

export interface Bound {
  readonly dimensions: ReadonlyMap<string, number>;
  /** Entries in C order by parameter and input name. */
  readonly values: ReadonlyMap<string, Float64Array>;
  /** Initial entries in C order by state name. */
  readonly initial: ReadonlyMap<string, Float64Array>;
  readonly seed: number;
  /** What the user did not give and how it was filled in. */
  readonly notes: readonly string[];
}

interface Slot {
  readonly name: string;
  readonly kind: "parameter" | "input" | "state";
  readonly over: readonly Index[];
  readonly default?: Default;
  readonly schedule?: Schedule;
  /** Of a discrete state. */
  readonly values?: readonly number[];
}

const error = (code: string, message: string, hint: string): Diagnostic => ({ code, message, hint });

/** Every array that a model has, states last. */
function slotsOf(model: Model, schedules: ReadonlyMap<string, Schedule>): Slot[] {
  const states = model.kind === "layered" ? model.layers : model.states;
  const parameter = ({ symbol, over, default: d }: Parameter): Slot => ({
    name: symbol.name,
    kind: "parameter",
    over,
    ...(d && { default: d }),
  });
  const input = (i: Input): Slot => {
    const schedule = schedules.get(i.symbol.name) ?? i.schedule;
    return {
      name: i.symbol.name,
      kind: "input",
      over: i.over,
      ...(i.default && { default: i.default }),
      ...(schedule && { schedule }),
    };
  };
  return [
    ...[...model.parameters.values()].map(parameter),
    ...[...model.inputs.values()].map(input),
    ...[...states.values()].map(
      (s): Slot => ({
        name: s.name,
        kind: "state",
        over: s.over,
        ...("values" in s && s.values && { values: s.values }),
      }),
    ),
  ];
}

/**
 * Binds what is given. `needed` are the names that must have a value (those the flow mentions);
 * others may stay unbound.
 */
export function bind(model: Model, bindings: Bindings, needed: ReadonlySet<string>): Result<Bound> {
  const given = withoutUnitAxes(model, bindings);
  const slots = slotsOf(model, given.schedules ?? new Map());
  const errors = unknownNames(model, slots, given);
  const dimensions = dimensionsOf(slots, given, errors, model);
  if (errors.length > 0) return fail(...errors);
  const wanted = slots.filter((s) => needed.has(s.name) || given.arrays?.has(s.name) === true);
  const large = memoryRefusal(doublesOf(wanted, dimensions), given.memoryLimit);
  if (large !== undefined) return fail(large);
  const context: Context = { dimensions, given, seed: given.seed ?? 0, errors, notes: [] };
  const values = new Map<string, Float64Array>();
  const initial = new Map<string, Float64Array>();
  for (const slot of wanted) {
    const entries = entriesOf(slot, context);
    if (entries !== undefined) (slot.kind === "state" ? initial : values).set(slot.name, entries);
  }
  if (errors.length > 0) return fail(...errors);
  return ok({ dimensions, values, initial, seed: context.seed, notes: context.notes });
}

/** Of the arrays whose dimensions are known. */
const doublesOf = (slots: readonly Slot[], dimensions: ReadonlyMap<string, number>): number =>
  slots.reduce((n, s) => n + s.over.reduce((m, i) => m * (evaluateD(i.dim, dimensions) ?? 0), 1), 0);

/** A CSV row has shape (1, n): an axis of length 1 too many is dropped. */
function withoutUnitAxes(model: Model, given: Bindings): Bindings {
  if (given.arrays === undefined) return given;
  const ranks = new Map(slotsOf(model, new Map()).map((s) => [s.name, s.over.length]));
  const squeeze = (name: string, { shape, data }: NumericArray): NumericArray => {
    const unit = shape.length === (ranks.get(name) ?? shape.length) + 1 ? shape.indexOf(1) : -1;
    return unit < 0 ? { shape, data } : { shape: shape.filter((_, k) => k !== unit), data };
  };
  const arrays = [...given.arrays].map(([n, v]) => [n, { ...v, value: squeeze(n, v.value) }] as const);
  return { ...given, arrays: new Map(arrays) };
}

function unknownNames(model: Model, slots: readonly Slot[], given: Bindings): Diagnostic[] {
  const arrays = slots.map((s) => s.name);
  const scalars = [...slots.filter((s) => s.kind !== "state").map((s) => s.name), ...model.dimensions];
  const complain = (name: string, source: string, known: readonly string[], what: string): Diagnostic[] =>
    known.includes(name)
      ? []
      : [
          error(
            "unknown-name",
            `${source} gives ${name}, which is no ${what} of ${model.name}`,
            suggestion(name, known),
          ),
        ];
  const inputs = [...model.inputs.keys()];
  return [
    ...[...(given.schedules ?? [])].flatMap(([n]) => complain(n, "a schedule", inputs, "input")),
    ...[...(given.set ?? [])].flatMap(([n, v]) => givenTwice(n, v.source, given.arrays?.get(n)?.source)),
    ...[...(given.arrays ?? [])].flatMap(([n, v]) =>
      complain(n, v.source, arrays, "parameter, input or state"),
    ),
    ...[...(given.set ?? [])].flatMap(([n, v]) =>
      complain(n, v.source, scalars, "parameter, input or dimension"),
    ),
  ];
}

function givenTwice(name: string, first: string, second: string | undefined): Diagnostic[] {
  if (second === undefined) return [];
  return [error("given-twice", `${name} is given by ${first} and by ${second}`, "give it once")];
}

function suggestion(name: string, known: readonly string[]): string {
  const near = [...known].sort((a, b) => distance(name, a) - distance(name, b))[0];
  const close = near !== undefined && distance(name, near) <= Math.max(1, Math.floor(name.length / 3));
  return close ? `did you mean ${near}?` : `known names: ${known.join(", ")}`;
}

/** Dimensions from --set and from the shapes of arrays; two sources that disagree are both named. */
function dimensionsOf(
  slots: readonly Slot[],
  given: Bindings,
  errors: Diagnostic[],
  model: Model,
): Map<string, number> {
  const known = new Map<string, Sourced<number>>();
  for (const name of model.dimensions) {
    const value = given.set?.get(name);
    if (value === undefined) continue;
    if (Number.isInteger(value.value) && value.value >= 0) known.set(name, value);
    else
      errors.push(
        error(
          "bad-dimension",
          `${value.source} sets dimension ${name} to ${value.value}`,
          "a dimension is an integer, 0 or more",
        ),
      );
  }
  const settle = (name: string, value: number, source: string): void => {
    const before = known.get(name);
    if (before === undefined) known.set(name, { value, source });
    else if (before.value !== value)
      errors.push(
        error(
          "dimension-conflict",
          `dimension ${name} is ${before.value} by ${before.source} but ${value} by ${source}`,
          "bind arrays of matching shapes, or correct --set",
        ),
      );
  };
  for (const slot of slots) shapeOf(slot, given, settle, errors);
  return new Map([...known].map(([n, v]) => [n, v.value]));
}

type Settle = (name: string, value: number, source: string) => void;

function shapeOf(slot: Slot, given: Bindings, settle: Settle, errors: Diagnostic[]): void {
  const bound = given.arrays?.get(slot.name);
  const literal =
    slot.default?.kind === "array"
      ? { shape: slot.default.shape, source: `the default of ${slot.name}` }
      : undefined;
  const scheduled =
    slot.schedule !== undefined && slot.over.length === 1 ? slot.schedule.values[0]?.length : undefined;
  if (scheduled !== undefined) settleAxis(slot, 0, scheduled, `the schedule of ${slot.name}`, settle);
  const shape = bound?.value.shape ?? literal?.shape;
  const source = bound?.source ?? literal?.source ?? "";
  if (shape === undefined) return;
  if (shape.length !== slot.over.length) {
    errors.push(
      error(
        "wrong-rank",
        `${slot.name} from ${source} has shape (${shape.join(", ")}); expected ${slot.over.length} axes ${showOver(slot.over)}`,
        "reshape the array, or change `over`",
      ),
    );
    return;
  }
  for (const [k, size] of shape.entries())
    settleAxis(slot, k, size, `${slot.name} (${source}, axis ${k})`, settle);
}

function settleAxis(slot: Slot, axis: number, size: number, source: string, settle: Settle): void {
  const name = singleName(slot.over[axis]!.dim);
  if (name !== undefined) settle(name, size, source);
}

const showOver = (over: readonly Index[]): string =>
  `[${over.map((i) => `${i.name}: ${showD(i.dim)}`).join(", ")}]`;

interface Context {
  readonly dimensions: ReadonlyMap<string, number>;
  readonly given: Bindings;
  readonly seed: number;
  readonly errors: Diagnostic[];
  readonly notes: string[];
}

function entriesOf(slot: Slot, context: Context): Float64Array | undefined {
  if (!hasSource(slot, context.given)) {
    const what = `${slot.kind} ${slot.name}${slot.over.length > 0 ? showOver(slot.over) : ""}`;
    context.errors.push(error("missing-value", `${what} has no value`, howToGive(slot)));
    return undefined;
  }
  const sizes = slot.over.map((i) => sizeOf(i.dim, context));
  if (sizes.some((n) => n === undefined)) return undefined;
  const shape = sizes as number[];
  const size = shape.reduce((a, b) => a * b, 1);
  const bound = context.given.arrays?.get(slot.name);
  if (bound !== undefined)
    return checkedValues(slot, bound, checkedShape(slot, bound, shape, context), context);
  const scalar = context.given.set?.get(slot.name);
  if (scalar !== undefined) return new Float64Array(size).fill(scalar.value);
  if (slot.default !== undefined) return fromDefault(slot, slot.default, shape, size, context);
  if (slot.kind === "state") return drawnState(slot, size, context);
  // A schedule writes the input when the run begins.
  return new Float64Array(size);
}

/** Whether there is anything to take the entries from; a state can always be drawn. */
const hasSource = (slot: Slot, given: Bindings): boolean =>
  given.arrays?.has(slot.name) === true ||
  given.set?.has(slot.name) === true ||
  slot.default !== undefined ||
  slot.schedule !== undefined ||
  slot.kind === "state";

const howToGive = (slot: Slot): string =>
  slot.over.length === 0
    ? `give it with --set ${slot.name}=VALUE, or a default in the model`
    : `give it with --data FILE (an array called ${slot.name}), or a default such as { random: normal } in the model`;

function sizeOf(dim: Dimension, context: Context): number | undefined {
  const value = evaluateD(dim, context.dimensions);
  const missing = namesD(dim).filter((n) => !context.dimensions.has(n));
  for (const name of missing) {
    const message = `dimension ${name} has no value`;
    if (!context.errors.some((e) => e.message === message))
      context.errors.push(
        error(
          "missing-dimension",
          message,
          `give it with --set ${name}=NUMBER, or bind an array that has it as an axis`,
        ),
      );
  }
  if (value !== undefined && (!Number.isInteger(value) || value < 0)) {
    context.errors.push(
      error(
        "bad-dimension",
        `dimension ${showD(dim)} comes to ${value}`,
        "a dimension is an integer, 0 or more",
      ),
    );
    return undefined;
  }
  return value;
}

function checkedShape(
  slot: Slot,
  bound: Sourced<NumericArray>,
  shape: readonly number[],
  context: Context,
): Float64Array | undefined {
  const found = bound.value.shape;
  if (found.length === shape.length && found.every((n, k) => n === shape[k])) return bound.value.data;
  context.errors.push(
    error(
      "wrong-shape",
      `${slot.name} from ${bound.source} has shape (${found.join(", ")}); expected (${shape.join(", ")}) for ${showOver(slot.over)}`,
      "bind an array of that shape, or change the dimensions with --set",
    ),
  );
  return undefined;
}

function fromDefault(
  slot: Slot,
  d: Default,
  shape: readonly number[],
  size: number,
  context: Context,
): Float64Array | undefined {
  if (d.kind === "random")
    return draw(d.distribution as Distribution, d.parameters, size, context.seed, slot.name);
  if (d.kind === "array")
    return checkedShape(
      slot,
      { value: { shape: d.shape, data: Float64Array.from(d.data) }, source: "its default" },
      shape,
      context,
    );
  const value = constantValue(d.value);
  if (value !== undefined) return new Float64Array(size).fill(value);
  context.errors.push(
    error(
      "bad-default",
      `the default of ${slot.name} is not a number`,
      "a default is a number such as 0.5, or an array",
    ),
  );
  return undefined;
}

/** The entries of a discrete state are values of it. */
function checkedValues(
  slot: Slot,
  { source }: Sourced<NumericArray>,
  entries: Float64Array | undefined,
  context: Context,
): Float64Array | undefined {
  const stranger = slot.values && entries?.findIndex((x) => !slot.values!.includes(x));
  if (stranger === undefined || stranger < 0) return entries;
  context.errors.push(
    error(
      "no-value-of-state",
      `entry ${stranger} of ${slot.name} from ${source} is ${entries![stranger]}, which is no value of the state`,
      `its values are ${slot.values!.join(", ")}`,
    ),
  );
  return undefined;
}

function drawnState(slot: Slot, size: number, context: Context): Float64Array {
  if (slot.values !== undefined) {
    context.notes.push(
      `${slot.name} has no initial value: drawn from its values, equally likely, with seed ${context.seed}`,
    );
    const uniform = draw("uniform", {}, size, context.seed, slot.name);
    return uniform.map((u) => slot.values![Math.floor(u * slot.values!.length)]!);
  }
  context.notes.push(
    `${slot.name} has no initial value: drawn from a standard normal distribution with seed ${context.seed}`,
  );
  return draw("normal", {}, size, context.seed, slot.name);
}
