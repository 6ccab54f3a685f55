/** A theory and bindings come in; a compiled field that an integrator can run goes out. */
import type { Backend, BackendName, CompiledMembers, Execution, Instance } from "../codegen/index.js";
import type { Formula, Theory } from "../derivation/index.js";
import { evaluateD, type TensorSymbol } from "../index-notation/index.js";
import type { ProgramRequest } from "../lower/index.js";
import {
  type Diagnostic,
  fail,
  type Model,
  type Observable,
  ok,
  type Result,
  type Schedule,
  type StateModel,
  type StateVariable,
} from "../model/index.js";
import type {
  EventOption,
  Field,
  Functional,
  MemberKernel,
  Method,
  Tableau,
  Tolerances,
} from "../ode/index.js";
import { BACKENDS, compiledFor, type OwnBackend, type Precision } from "./backends.js";
import { type Bindings, type Bound, bind } from "./bind.js";
import { type EventSource, eventsOf } from "./events.js";
import { brokenHypotheses } from "./hypotheses.js";
import { lazyJvp } from "./jacobian.js";
import { type NoiseField, noiseField } from "./noise.js";
import {
  layoutOf,
  type Monitored,
  monitorsOf,
  neededSymbols,
  type Quantities,
  quantitiesOf,
  requestOf,
  type StateLayout,
} from "./request.js";
import type { ScheduledInput } from "./schedules.js";
import { type CompiledStructure, lazyStructure } from "./structure.js";
import { cccp } from "./updates/cccp.js";
import { type UpdateField, updateField } from "./updates/index.js";

/** Values of derived quantities by name, each in C order. */
export type Values = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float64Array }>;

/** A vector field compiled for bound dimensions and parameters; nothing is allocated by `rhs` and `energy`. */
export interface CompiledField extends Field {
  readonly model: Model;
  readonly layout: readonly StateLayout[];
  /** Flat initial state of length `size`. */
  readonly initial: Float64Array;
  readonly bound: Bound;
  /** What runs the field, and why it is not the first choice of `auto`. */
  readonly backend: { readonly name: BackendName; readonly note?: string } & Execution;
  /** A state and a rate of the field's own: `rhs(t, vectors.state, vectors.rate)` copies nothing. */
  readonly vectors: { readonly state: Float64Array; readonly rate: Float64Array };
  /** Total energy at a state; absent for models without one. */
  readonly energy?: (t: number, state: Float64Array) => number;
  /**
   * The Jacobian of the right-hand side at a state times a direction; all three arrays of length `size`, `out`
   * another than the two read. Symbolic, so exact up to rounding; compiled at the first call.
   */
  jvp(state: Float64Array, direction: Float64Array, out: Float64Array): void;
  /** What a field of discrete states has in place of a flow: its `rhs` and `jvp` throw. */
  readonly updates?: UpdateField;
  /** What a model with noise adds to its flow. */
  readonly noise?: NoiseField;
  /** The update x' = −∂U/∂g as a method, for flows with a drive; it ends at a fixed point within the tolerances. */
  readonly cccp?: (tolerances: Tolerances) => Method;
  /** Drives, decays, Hessians and blocks of the Jacobian; absent for dynamics of no known form. Compiled when first used. */
  readonly structure?: CompiledStructure | undefined;
  /** Fast states as functions of the slow ones. */
  outputs(state: Float64Array): Values;
  activations(state: Float64Array): Values;
  /** The definitions asked for by `observe`. */
  observed(state: Float64Array): Values;
  /** Domain conditions on states, as margins that are at least 0 while they hold. */
  readonly monitors: readonly {
    readonly name: string;
    readonly value: (t: number, state: Float64Array) => number;
  }[];
  readonly events: readonly EventOption[];
  readonly scheduled: readonly ScheduledInput[];
  /** Lets the threads go that `threads` started; what is computed after that is computed without them. */
  close(): void;
  /** `v[3]`: the name of a component of the state. */
  describe(component: number): string;
}

export interface FieldOptions extends Bindings {
  /** Keep fast layers as dynamic ones. */
  readonly full?: boolean;
  /** Names of definitions to make available as `observed`. */
  readonly observe?: readonly string[];
  /** What runs watch. */
  readonly events?: readonly EventSource[];
  /** Default `auto`: WebAssembly where it can run, else JavaScript. A backend that is no part of codegen is given itself. */
  readonly backend?: OwnBackend | "auto" | Backend;
  /**
   * Default true: multiply-add instructions where WebAssembly has them. Off, the same numbers come out on every
   * machine.
   */
  readonly fma?: boolean;
  /**
   * f32: parameters, rates and activations are single numbers inside, energies are computed with doubles; states and
   * results stay Float64Arrays. Needs WebAssembly. Default f64.
   */
  readonly precision?: Precision;
  /** Share loops over large matrices; default 1. `backend.threads` says how many do, and `backend.note` why fewer. */
  readonly threads?: number;
}

/** A flow whose quantities all have numbers: what a backend compiles, and what an exporter writes down. */
export interface BoundField {
  readonly model: Model;
  readonly quantities: Quantities;
  readonly monitors: readonly Monitored[];
  readonly bound: Bound;
  readonly layout: readonly StateLayout[];
  readonly initial: Float64Array;
  readonly request: ProgramRequest;
}

/** Binds the reduced flow of a theory, or the full one; fails with every reason why it cannot run. */
export function bindField(theory: Theory, options: FieldOptions): Result<BoundField> {
  const { model } = theory;
  const observe = observablesOf(model, options.observe ?? []);
  const refusals = [...refusalsOf(theory, options.full === true), ...observe.errors];
  if (refusals.length > 0) return fail(...refusals);
  const events = eventsOf(theory, options.events ?? [], options.full === true);
  if (!events.ok) return events;
  const quantities = quantitiesOf(theory, options.full === true, observe.found, events.value);
  const monitors = monitorsOf(model).filter((m) => monitorable(m, quantities));
  const symbols = neededSymbols(quantities, monitors);
  const found = bind(model, options, new Set([...symbols].map((s) => s.name)));
  if (!found.ok) return found;
  const bound = found.value;
  const broken = brokenHypotheses(model, bound);
  if (broken.length > 0) return fail(...broken);
  const layout = layoutOf(quantities, bound.dimensions);
  const request = requestOf(quantities, layout, bound, model, monitors);
  return ok({ model, quantities, monitors, bound, layout, initial: initialOf(layout, bound), request });
}

/** Compiles the reduced flow of a theory, or the full one; fails with every reason why it cannot run. */
export function compileField(theory: Theory, options: FieldOptions): Result<CompiledField> {
  const field = bindField(theory, options);
  return field.ok ? instantiate(theory, field.value, options) : field;
}

function observablesOf(
  model: Model,
  names: readonly string[],
): { found: Observable[]; errors: Diagnostic[] } {
  const known = [...model.observables.keys()];
  const unknown = names.filter((n) => !known.includes(n));
  return {
    found: names.flatMap((n) => model.observables.get(n) ?? []),
    errors: unknown.map((n) => ({
      code: "unknown-observable",
      message: `${n} is no definition of ${model.name} that can be recorded`,
      hint:
        known.length > 0 ? `definitions without arguments: ${known.join(", ")}` : "add it under `define:`",
    })),
  };
}

/** A condition on a layer that has been eliminated is not watched. */
const monitorable = (m: Monitored, q: Quantities): boolean =>
  m.states.every((s: TensorSymbol) => [...q.flow.motions.values()].some((x) => x.state === s));

function refusalsOf(theory: Theory, full: boolean): Diagnostic[] {
  const { model } = theory;
  const errors: Diagnostic[] = [];
  const mixed = model.kind === "state" ? mixtureOf(model) : undefined;
  if (mixed !== undefined)
    errors.push({
      code: "mixed-states",
      message: `${mixed.discrete} takes discrete values and ${mixed.continuous} moves in continuous time; this version runs one kind or the other`,
      hint: "give every state its values, or none",
    });
  if (mixed === undefined && model.noise !== undefined && theory.full.motions.size === 0)
    errors.push({
      code: "noise-of-updates",
      message: `the states of ${model.name} are discrete; noise belongs to flows`,
      hint: "remove `noise:`",
    });
  const implicit = full ? undefined : theory.limits.find((l) => !l.explicit);
  if (implicit !== undefined)
    errors.push({
      code: "implicit-limit",
      message: `the adiabatic limit of ${implicit.fast} is not explicit: ${implicit.reason}`,
      hint: "run the full network with --full and a small time constant",
    });
  return errors;
}

/** A discrete state and one with a rate, where a model has both. */
function mixtureOf(model: StateModel): { discrete: string; continuous: string } | undefined {
  const isContinuous = (s: StateVariable) => s.values === undefined || model.dynamics?.has(s.name) === true;
  const discrete = [...model.states.values()].find((s) => s.values !== undefined);
  const continuous = [...model.states.values()].find(isContinuous);
  return discrete && continuous && { discrete: discrete.name, continuous: continuous.name };
}

function instantiate(theory: Theory, field: BoundField, options: FieldOptions): Result<CompiledField> {
  const { model, quantities, monitors, bound, layout, initial, request } = field;
  const { maps } = quantities;
  const compiled = compiledFor(request, options.backend ?? "auto", options);
  if (!compiled.ok) return compiled;
  const { instance, backend, on } = compiled.value;
  const scalar = (entry: string) => {
    const [run, out] = [evaluator(instance, entry), new Float64Array(1)];
    return (_t: number, state: Float64Array): number => {
      run(state, out);
      return out[0]!;
    };
  };
  const energy = quantities.flow.energy === undefined ? undefined : scalar("energy");
  // Solvers divide by what they get from it, so it is computed with doubles, and it is small.
  const plain = backend.name === "wasm" ? BACKENDS.wasm({ fma: options.fma }) : on;
  const updates =
    quantities.updates &&
    updateField(
      ...([quantities.updates, layout, request, plain] as const),
      energy && ((state) => energy(0, state)),
      bound.seed,
    );
  const open = [instance];
  const rhs = updates ? noRates : rhsOf(instance);
  const { stepOf, membersOf } = instance;
  const { state, out } = instance.entries.get("rhs")?.vectors ?? {
    state: initial.slice(),
    out: initial.slice(),
  };
  const structure = updates
    ? () => undefined
    : lazyStructure(theory, quantities.flow, layout, request, plain);
  return ok({
    model,
    size: initial.length,
    layout,
    bound,
    backend,
    initial,
    rhs,
    // Between switching times the field does not depend on t, so the nodes c_i do not matter.
    ...(stepOf !== undefined && !updates && { stepKernel: (tableau: Tableau) => stepOf("rhs", tableau) }),
    ...(membersOf !== undefined && !updates && { memberKernel: memberKernels(membersOf, energy) }),
    vectors: { state, rate: out },
    ...(energy !== undefined && { energy }),
    jvp: updates ? noRates : lazyJvp(quantities.flow, layout, request, on, open),
    get structure() {
      return structure();
    },
    ...(updates && { updates }),
    ...(quantities.noise && {
      noise: noiseField(quantities.noise, layout, request, plain, bound.seed),
    }),
    ...(maps && !updates && { cccp: (t) => cccp(maps(), layout, request, plain, t) }),
    outputs: reader(quantities.outputs, bound, instance, "outputs"),
    activations: reader(quantities.activations, bound, instance, "activations"),
    observed: reader(quantities.observed, bound, instance, "observed"),
    monitors: monitors.map((m) => ({ name: m.text, value: scalar(m.entry) })),
    events: quantities.events.map((e, k) => ({ ...e, value: scalar(`event${k}`) })),
    scheduled: scheduledInputs(model, bound, options.schedules),
    close: () => {
      for (const i of open) i.close?.();
    },
    describe: describer(layout),
  });
}

function rhsOf(instance: Instance): Field["rhs"] {
  const evaluate = evaluator(instance, "rhs");
  return (_t, state, out) => evaluate(state, out);
}

function noRates(): never {
  throw new Error("discrete states have no rates: run their updates");
}

/** Made when first asked for, one for each method; none while it is in use. */
function memberKernels(membersOf: NonNullable<Instance["membersOf"]>, energy: Functional | undefined) {
  const known = new WeakMap<Tableau, CompiledMembers | undefined>();
  const used = new WeakSet<CompiledMembers>();
  return (tableau: Tableau): MemberKernel | undefined => {
    if (!known.has(tableau)) known.set(tableau, membersOf("rhs", energy && "energy", tableau));
    const kernel = known.get(tableau);
    if (kernel === undefined || used.has(kernel)) return undefined;
    used.add(kernel);
    const { energy: values } = kernel;
    return {
      ...kernel,
      energy: energy && values && { of: energy, values },
      release: () => void used.delete(kernel),
    };
  };
}

const evaluator = (instance: Instance, entry: string) => instance.entries.get(entry)!.evaluate;

function reader(
  formulas: ReadonlyMap<string, Formula>,
  bound: Bound,
  instance: Instance,
  entry: string,
): (state: Float64Array) => Values {
  const shapes = [...formulas].map(([name, f]) => ({
    name,
    shape: f.over.map((i) => evaluateD(i.dim, bound.dimensions)!),
  }));
  const sized = shapes.map((s) => ({ ...s, size: s.shape.reduce((a, b) => a * b, 1) }));
  const total = sized.reduce((n, s) => n + s.size, 0);
  return (state) => {
    const out = new Float64Array(total);
    if (sized.length > 0) evaluator(instance, entry)(state, out);
    let offset = 0;
    return new Map(
      sized.map(({ name, shape, size }) => [name, { shape, data: out.slice(offset, (offset += size)) }]),
    );
  };
}

function initialOf(layout: readonly StateLayout[], bound: Bound): Float64Array {
  const state = new Float64Array(layout.reduce((n, l) => n + l.size, 0));
  for (const l of layout) state.set(bound.initial.get(l.name)!, l.offset);
  return state;
}

function scheduledInputs(
  model: Model,
  bound: Bound,
  given: ReadonlyMap<string, Schedule> = new Map(),
): ScheduledInput[] {
  return [...model.inputs.values()].flatMap((input) => {
    const { name } = input.symbol;
    const schedule = given.get(name) ?? input.schedule;
    const buffer = bound.values.get(name);
    return schedule === undefined || buffer === undefined ? [] : [{ name, schedule, buffer }];
  });
}

function describer(layout: readonly StateLayout[]): (component: number) => string {
  return (component) => {
    const l = layout.find((x) => component < x.offset + x.size)!;
    let rest = component - l.offset;
    const at: number[] = [];
    for (const n of [...l.shape].reverse()) {
      at.unshift(rest % n);
      rest = Math.floor(rest / n);
    }
    return at.length === 0 ? l.name : `${l.name}[${at.join(",")}]`;
  };
}
