/**
 * A program comes in, the bytes of a WebAssembly module and the description of its interface go out.
 *
 * The module imports scalar functions only, exports its memory and functions called e0, e1, … and prepare, and
 * holds no text of a user. The same program gives the same bytes.
 */
import type { Buffer, Entry, OutputSlice, Primitive, Program, Statement } from "../../ir/index.js";
import { primitivesOf } from "../primitives-of.js";
import { DOUBLE, SINGLE } from "./arithmetic.js";
import type { Assembler } from "./assembler.js";
import { toDoubles, toSingles } from "./doors.js";
import { Functions, isInstruction, isKernel } from "./functions.js";
import { type Layout, layoutOf, PAGE, type Places } from "./layout.js";
import { ModuleBuilder } from "./module.js";
import { isShared, isSingle, type Precision } from "./precision.js";
import { Writer } from "./writer.js";

/** A stretch of linear memory that holds numbers in C order. */
export interface Region {
  /** Address of the first, in bytes. */
  readonly at: number;
  /** How many there are. */
  readonly size: number;
  /** Doubles, or single numbers. */
  readonly numbers: Precision;
}

export interface NamedRegion extends Region {
  readonly name: string;
}

/** How to use the module: write data into its memory, call `prepare`, then an entry for each state. */
export interface WasmInterface {
  /** Functions of doubles that the module imports from `legendre`. */
  readonly imports: readonly Primitive[];
  readonly pages: number;
  readonly state: Region;
  /** To be written before `prepare`. */
  readonly parameters: readonly NamedRegion[];
  /** To be written before a call. */
  readonly inputs: readonly NamedRegion[];
  /** Numbers that belong to the program, to be written once. */
  readonly tables: readonly (Region & { readonly data: Float64Array })[];
  readonly prepare: string;
  readonly entries: readonly {
    readonly name: string;
    /** Name of the exported function. */
    readonly exported: string;
    readonly out: Region;
    readonly outputs: readonly OutputSlice[];
  }[];
}

/** What a module may use. */
export interface WasmOptions {
  /** Multiply-add instructions; the module then runs only where `hasFma` holds. */
  readonly fma: boolean;
  readonly precision: Precision;
}

/** Runs wherever there are vectors. */
export const PORTABLE: WasmOptions = { fma: false, precision: "f64" };

export interface WasmModule {
  readonly options: WasmOptions;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly interface: WasmInterface;
}

/** Bytes of memory that a module for the program needs. */
export const bytesNeeded = (program: Program, precision: Precision): number =>
  layoutOf(program, precision).bytes;

const PROCEDURE = { takes: [], gives: [] } as const;

/** A function of the statements; sections become functions of their own, called in turn. */
function procedure(
  module: ModuleBuilder,
  body: readonly Statement[],
  write: (code: Assembler, block: readonly Statement[]) => void,
): number {
  const sections = body.filter((s) => s.kind === "section");
  if (sections.length === 0 || sections.length < body.length) {
    const { number, code } = module.define(PROCEDURE);
    write(code, body);
    return number;
  }
  const parts = sections.map((s) => procedure(module, s.body, write));
  const { number, code } = module.define(PROCEDURE);
  for (const p of parts) code.call(p, PROCEDURE);
  return number;
}

/** Functions that the program takes from outside. */
const importsOf = (program: Program): Primitive[] =>
  [...primitivesOf(program)].filter((fn) => !isKernel(fn) && !isInstruction(fn)).sort();

export function generate(program: Program, asked: Partial<WasmOptions> = {}): WasmModule {
  const options = { ...PORTABLE, ...asked };
  const layout = layoutOf(program, options.precision);
  const pages = Math.max(1, Math.ceil(layout.bytes / PAGE));
  const imports = importsOf(program);
  const module = new ModuleBuilder(options.fma);
  const functions = new Functions(module, imports);
  const onDoubles = {
    arithmetic: DOUBLE,
    singles: (b: Buffer) => options.precision === "f32" && isShared(b),
  };
  const write = (code: Assembler, block: readonly Statement[]): void =>
    new Writer(code, functions, layout.at, onDoubles).block(block);
  module.export("prepare", procedure(module, program.prepare, write));
  for (const [k, e] of program.entries.entries()) {
    const made = isSingle(e, options.precision)
      ? singleEntry(module, functions, layout, program.state, e)
      : procedure(module, e.body, write);
    module.export(`e${k}`, made);
  }
  return {
    options,
    bytes: module.bytes(pages),
    interface: describe(program, layout, imports, pages, options.precision),
  };
}

/** Callers see doubles: the state is turned into single numbers before, the result into doubles after. */
function singleEntry(
  module: ModuleBuilder,
  functions: Functions,
  layout: Layout,
  state: Buffer,
  entry: Entry,
): number {
  const inner = procedure(module, entry.body, (code, block) =>
    new Writer(code, functions, layout.single, { arithmetic: SINGLE, singles: () => true }).block(block),
  );
  const door = (b: Buffer) => ({ doubles: layout.at.get(b)!, singles: layout.single.get(b)!, size: b.size });
  const { number, code } = module.define(PROCEDURE);
  if (state.size > 0) toSingles(code, door(state));
  code.call(inner, PROCEDURE);
  toDoubles(code, door(entry.out));
  return number;
}

const tablesAt = (program: Program, places: Places, numbers: Precision): WasmInterface["tables"] =>
  program.buffers
    .filter((b) => b.kind === "table" && places.has(b))
    .map((b) => ({ at: places.get(b)!, size: b.size, numbers, data: b.data ?? new Float64Array(b.size) }));

function describe(
  program: Program,
  layout: Layout,
  imports: readonly Primitive[],
  pages: number,
  precision: Precision,
): WasmInterface {
  const region = (b: Buffer): Region => ({
    at: layout.at.get(b)!,
    size: b.size,
    numbers: isShared(b) ? precision : "f64",
  });
  const named = (kind: Buffer["kind"]): NamedRegion[] =>
    program.buffers.filter((b) => b.kind === kind).map((b) => ({ name: b.name, ...region(b) }));
  return {
    imports,
    pages,
    state: region(program.state),
    parameters: named("param"),
    inputs: named("input"),
    tables: [...tablesAt(program, layout.at, "f64"), ...tablesAt(program, layout.single, "f32")],
    prepare: "prepare",
    entries: program.entries.map((e, k) => ({
      name: e.name,
      exported: `e${k}`,
      out: region(e.out),
      outputs: e.outputs,
    })),
  };
}
