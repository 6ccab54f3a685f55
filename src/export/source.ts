/** A theory with bound numbers comes in; what every exporter writes down of it goes out. */
import { jacobianProduct, type Theory } from "../derivation/index.js";
import type { Index, TensorSymbol } from "../index-notation/index.js";
import { evaluateD, showD } from "../index-notation/index.js";
import type { Buffer, Program } from "../ir/index.js";
import { type EntryRequest, type LowerOptions, lower, type ProgramRequest } from "../lower/index.js";
import { fail, ok, type Result } from "../model/index.js";
import { bindField, type FieldOptions, type StateLayout } from "../simulation/index.js";

/** A parameter or an input: an argument of the exported functions, with the values bound at export as an example. */
export interface Argument {
  /** Its name in generated code, made of a counter. */
  readonly identifier: string;
  readonly name: string;
  readonly role: "parameter" | "input";
  readonly symbol: TensorSymbol;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** The direction of one state in the product J·d. */
export interface Direction {
  readonly symbol: TensorSymbol;
  readonly layout: StateLayout;
}

/** A field to be exported: entries `rhs`, `energy`, `outputs`, `activations` and `jvp`, of states and arguments. */
export interface ExportSource {
  readonly theory: Theory;
  readonly states: readonly StateLayout[];
  /** Length of the flat state. */
  readonly size: number;
  readonly initial: Float64Array;
  readonly arguments: readonly Argument[];
  readonly directions: readonly Direction[];
  readonly entries: readonly EntryRequest[];
  readonly dimensions: ReadonlyMap<string, number>;
  readonly request: ProgramRequest;
  readonly notes: readonly string[];
}

/** Entries that are exported, in the order in which pages list them. */
export const EXPORTED = ["rhs", "energy", "activations", "outputs", "jvp"] as const;

/** Binds a theory for export; fails with every reason why its field cannot run. */
export function exportSource(theory: Theory, options: FieldOptions): Result<ExportSource> {
  const field = bindField(theory, options);
  if (!field.ok) return field;
  const { quantities, layout, request, bound, initial } = field.value;
  if (quantities.updates !== undefined)
    return fail({
      code: "discrete-not-exported",
      message: `the states of ${theory.model.name} take discrete values: they have updates and no field to write down`,
      hint: "run them with `legendre simulate`",
    });
  if (quantities.noise !== undefined)
    return fail({
      code: "noise-not-exported",
      message: `${theory.model.name} has noise, which exported fields have no place for`,
      hint: "remove `noise:` to write down the noise-free flow",
    });
  const product = jacobianProduct(quantities.flow);
  const directions = layout.map((l) => ({ symbol: product.directions.get(l.name)!, layout: l }));
  const jvp: EntryRequest = {
    name: "jvp",
    outputs: [...product.products].map(([name, f]) => ({ name, over: f.over, value: f.expr })),
  };
  const all = [...request.entries, jvp];
  const entries = EXPORTED.flatMap((name) => all.filter((e) => e.name === name));
  const inputs = new Map(request.inputs);
  for (const d of directions) inputs.set(d.symbol, new Float64Array(d.layout.size));
  return ok({
    theory,
    states: layout,
    size: initial.length,
    initial,
    arguments: argumentsOf(request),
    directions,
    entries,
    dimensions: bound.dimensions,
    request: { ...request, inputs, entries },
    notes: bound.notes,
  });
}

function argumentsOf(request: ProgramRequest): Argument[] {
  const listed = (role: Argument["role"], values: ReadonlyMap<TensorSymbol, Float64Array>) =>
    [...values].map(([symbol, data]) => ({ role, symbol, data }));
  const all = [...listed("parameter", request.parameters), ...listed("input", request.inputs)];
  return all.map((a, k) => ({
    ...a,
    identifier: `a${k}`,
    name: a.symbol.name,
    shape: a.symbol.dims.map((d) => lengthOf(d, request.dimensions)),
  }));
}

const lengthOf = (d: Index["dim"], dimensions: ReadonlyMap<string, number>): number =>
  evaluateD(d, dimensions)!;

/** The loop program of a source, for targets that are written from loops. */
export function programOf(source: ExportSource, options: Partial<LowerOptions> = {}): Result<Program> {
  const lowered = lower(source.request, options);
  if (lowered.kind === "program") return ok(lowered.program);
  return fail({ code: lowered.code, message: lowered.message, hint: lowered.hint });
}

/** What a buffer of the loop program stands for: an argument, or the direction of a state. */
export function roleOf(
  source: ExportSource,
  b: Buffer,
): { readonly argument: Argument } | { readonly direction: Direction } | undefined {
  if (b.kind !== "param" && b.kind !== "input") return undefined;
  const argument = source.arguments.find((a) => a.symbol.name === b.name);
  if (argument !== undefined) return { argument };
  const direction = source.directions.find((d) => d.symbol.name === b.name);
  return direction && { direction };
}

/** The shape of an index list, as numbers. */
export const shapeOver = (over: readonly Index[], dimensions: ReadonlyMap<string, number>): number[] =>
  over.map((i) => lengthOf(i.dim, dimensions));

/** `N_h x N_v`, for comments and metadata. */
export const dimensionText = (dims: readonly Index["dim"][]): string[] => dims.map(showD);
