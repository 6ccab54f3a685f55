/** A theory and bindings come in; a compiled field that an integrator can run goes out. */
import {
  type Backend,
  type BackendName,
  type CompiledMembers,
  type Instance,
  javascript,
  type Refusal,
  wasm,
} from "../codegen/index.js";
import type { Formula, Theory } from "../derivation/index.js";
import { evaluateD, type TensorSymbol } from "../index-notation/index.js";
import { type LowerFailure, lower, type ProgramRequest } from "../lower/index.js";
import {
  type Diagnostic,
  fail,
  type Model,
  type Observable,
  ok,
  type Result,
  type Schedule,
} from "../model/index.js";
import type { Field, Functional, MemberKernel, Tableau } from "../ode/index.js";
import { type Bindings, type Bound, bind } from "./bind.js";
import { brokenHypotheses } from "./hypotheses.js";
import { lazyJvp } from "./jacobian.js";
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
  readonly backend: { readonly name: BackendName; readonly note?: string };
  /** A state and a rate of the field's own: `rhs(t, vectors.state, vectors.rate)` copies nothing. */
  readonly vectors: { readonly state: Float64Array; readonly rate: Float64Array };
  /** Total energy at a state; absent for models without one. */
  readonly energy?: (t: number, state: Float64Array) => number;
  /**
   * The Jacobian of the right-hand side at a state times a direction; all three arrays of length `size`, `out`
   * another than the two read. Symbolic, so exact up to rounding; compiled at the first call.
   */
  jvp(state: Float64Array, direction: Float64Array, out: Float64Array): void;
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
  readonly scheduled: readonly ScheduledInput[];
  /** `v[3]`: the name of a component of the state. */
  describe(component: number): string;
}

export interface FieldOptions extends Bindings {
  /** Keep fast layers as dynamic ones. */
  readonly full?: boolean;
  /** Names of definitions to make available as `observed`. */
  readonly observe?: readonly string[];
  /** Default `auto`: WebAssembly where it can run, else JavaScript. A backend that is no part of codegen is given itself. */
  readonly backend?: keyof typeof BACKENDS | "auto" | Backend;
}

const BACKENDS = { javascript, wasm } as const satisfies Record<string, Backend>;

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
  const quantities = quantitiesOf(theory, options.full === true, observe.found);
  const monitors = monitorsOf(model).filter((m) => monitorable(m, quantities));
  const symbols = neededSymbols(quantities, monitors);
  const found = bind(model, options, new Set([...symbols].map((s) => s.name)));
  if (!found.ok) return found;
  const bound = found.value;
  const broken = brokenHypotheses(model, bound);
  if (broken.length > 0) return fail(...broken);
  const layout = layoutOf(quantities.flow, bound.dimensions);
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
  const discrete =
    model.kind === "state" ? [...model.states.values()].filter((s) => s.values !== undefined) : [];
  for (const s of discrete)
    errors.push({
      code: "discrete-not-supported",
      message: `state ${s.name} takes discrete values; this version does not run discrete updates yet`,
      hint: "derive it, or use a continuous state",
    });
  if (model.noise !== undefined)
    errors.push({
      code: "noise-not-supported",
      message: "the model has noise; this version runs noise-free flows only",
      hint: "remove `noise:` to run the noise-free flow",
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

function instantiate(theory: Theory, field: BoundField, options: FieldOptions): Result<CompiledField> {
  const { model, quantities, monitors, bound, layout, initial, request } = field;
  const compiled = compiledFor(request, options.backend ?? "auto");
  if (!compiled.ok) return compiled;
  const { instance, backend, on } = compiled.value;
  const scalar = (entry: string) => {
    const [run, out] = [evaluator(instance, entry), new Float64Array(1)];
    return (_t: number, state: Float64Array): number => {
      run(state, out);
      return out[0]!;
    };
  };
  const rhs = evaluator(instance, "rhs");
  const { stepOf, membersOf } = instance;
  const energy = quantities.flow.energy === undefined ? undefined : scalar("energy");
  const vectors = instance.entries.get("rhs")!.vectors;
  const structure = lazyStructure(theory, quantities.flow, layout, request, on);
  return ok({
    model,
    size: initial.length,
    layout,
    bound,
    backend,
    initial,
    rhs: (_t, state, out) => rhs(state, out),
    // Between switching times the field does not depend on t, so the nodes c_i do not matter.
    ...(stepOf !== undefined && { stepKernel: (tableau: Tableau) => stepOf("rhs", tableau) }),
    ...(membersOf !== undefined && { memberKernel: memberKernels(membersOf, energy) }),
    vectors: { state: vectors.state, rate: vectors.out },
    ...(energy !== undefined && { energy }),
    jvp: lazyJvp(quantities.flow, layout, request, on),
    get structure() {
      return structure();
    },
    outputs: reader(quantities.outputs, bound, instance, "outputs"),
    activations: reader(quantities.activations, bound, instance, "activations"),
    observed: reader(quantities.observed, bound, instance, "observed"),
    monitors: monitors.map((m) => ({ name: m.text, value: scalar(m.entry) })),
    scheduled: scheduledInputs(model, bound, options.schedules),
    describe: describer(layout),
  });
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

interface Compiled {
  readonly instance: Instance;
  readonly on: Backend;
  readonly backend: CompiledField["backend"];
}

/** The program on the backend asked for; `auto` goes on to JavaScript with the reason. */
function compiledFor(
  request: ProgramRequest,
  asked: Backend | keyof typeof BACKENDS | "auto",
): Result<Compiled> {
  const choice = asked === "auto" ? wasm : typeof asked === "string" ? BACKENDS[asked] : asked;
  const first = compiledOn(request, choice);
  if (first.kind === "compiled") return ok(first);
  if (asked !== "auto" || first.kind === "failure") return fail(diagnosticOf(first));
  const second = compiledOn(request, javascript);
  if (second.kind !== "compiled") return fail(diagnosticOf(second));
  return ok({ ...second, backend: { name: "javascript", note: `runs as JavaScript: ${first.message}` } });
}

const diagnosticOf = ({ code, message, hint }: Refusal): Diagnostic => ({ code, message, hint });

type Attempt = ({ kind: "compiled" } & Compiled) | LowerFailure | ({ kind: "refused" } & Refusal);

function compiledOn(request: ProgramRequest, backend: Backend): Attempt {
  const lowered = lower(request, backend.lowering);
  if (lowered.kind === "failure") return lowered;
  const refusal = backend.refusal(lowered.program);
  if (refusal !== undefined) return { kind: "refused", ...refusal };
  return {
    kind: "compiled",
    instance: backend.compile(lowered.program),
    on: backend,
    backend: { name: backend.name },
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
