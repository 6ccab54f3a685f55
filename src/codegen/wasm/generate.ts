/**
 * A program comes in, the bytes of a WebAssembly module and the description of its interface go out.
 *
 * The module imports scalar functions only, exports its memory and functions called e0, e1, … and prepare, and
 * holds no text of a user. The same program gives the same bytes.
 */
import type { Buffer, Entry, Primitive, Program, Statement } from "../../ir/index.js";
import { type LinearInterface, linearInterface, type Region } from "../linear.js";
import { primitivesOf } from "../primitives-of.js";
import { DOUBLE, SINGLE } from "./arithmetic.js";
import type { Assembler } from "./assembler.js";
import { divide } from "./divide/index.js";
import { toDoubles, toSingles } from "./doors.js";
import { Functions, isInstruction, isKernel } from "./functions.js";
import { type Layout, layoutOf, PAGE } from "./layout.js";
import { ModuleBuilder } from "./module.js";
import { CONTROL, Phases } from "./phases.js";
import { isShared, isSingle, type Precision } from "./precision.js";
import { Writer } from "./writer.js";

export interface WasmInterface extends LinearInterface {
  /** Functions of doubles that the module imports from `legendre`. */
  readonly imports: readonly Primitive[];
  readonly pages: number;
  /** Memory behind everything else that the program does not use. */
  readonly spare: Region;
  /** For threads: the module imports its memory, shared; where its control block is, and the parts of a phase. */
  readonly sharing?: { readonly control: number; readonly parts: number };
}

/** What a module may use. */
export interface WasmOptions {
  /** Multiply-add instructions; the module then runs only where `hasFma` holds. */
  readonly fma: boolean;
  readonly precision: Precision;
  /** Large loops are shared by so many; 1 shares none, and the module then has a memory of its own. */
  readonly threads: number;
  /** The calling thread may sleep while it waits for the others. */
  readonly mayBlock: boolean;
  /** Loops of fewer operations are not shared. */
  readonly smallest: number;
  /** Doubles to keep free at the end of the memory. */
  readonly spare: number;
}

/** A quarter of a millisecond's work, give or take: to wake a thread takes some tens of microseconds. */
const SMALLEST = 2e6;
/** Parts for each thread, so that one which comes late or is slow leaves its share to the others. */
const PARTS = 4;

/** Runs wherever there are vectors. */
export const PORTABLE: WasmOptions = {
  fma: false,
  precision: "f64",
  threads: 1,
  mayBlock: false,
  smallest: SMALLEST,
  spare: 0,
};

export interface WasmModule {
  readonly options: WasmOptions;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly interface: WasmInterface;
}

/** A program with its loops divided, as far as threads are asked for, and its places in memory. */
function arrange(given: Program, wanted: WasmOptions) {
  const parts = PARTS * wanted.threads;
  const { program, parallel } =
    wanted.threads > 1
      ? divide(given, { parts, smallest: wanted.smallest })
      : { program: given, parallel: new Set<Statement>() };
  const layout = layoutOf(program, wanted.precision);
  if (parallel.size === 0) return { program, parallel, layout, bytes: layout.bytes };
  const control = Math.ceil(layout.bytes / 128) * 128;
  return { program, parallel, layout, bytes: control + CONTROL.size, sharing: { control, parts } };
}

/** Bytes of memory that a module for the program needs. */
export const bytesNeeded = (program: Program, asked: Partial<WasmOptions> = {}): number =>
  arrange(program, { ...PORTABLE, ...asked }).bytes;

type Write = (code: Assembler, block: readonly Statement[]) => void;

const PROCEDURE = { takes: [], gives: [] } as const;

/** A function of the statements; sections become functions of their own, called in turn. */
export function procedure(module: ModuleBuilder, body: readonly Statement[], write: Write): number {
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
export const importsOf = (program: Program): Primitive[] =>
  [...primitivesOf(program)].filter((fn) => !isKernel(fn) && !isInstruction(fn)).sort();

export function generate(given: Program, asked: Partial<WasmOptions> = {}): WasmModule {
  const wanted = { ...PORTABLE, ...asked };
  const { program, parallel, layout, bytes, sharing } = arrange(given, wanted);
  const options = { ...wanted, threads: sharing === undefined ? 1 : wanted.threads };
  const end = Math.ceil(bytes / 8) * 8;
  const pages = Math.max(1, Math.ceil((end + 8 * options.spare) / PAGE));
  const imports = importsOf(program);
  const module = new ModuleBuilder(options.fma);
  const functions = new Functions(module, imports);
  const { mayBlock, threads } = options;
  const phases = sharing && new Phases(module, parallel, { ...sharing, helpers: threads - 1, mayBlock });
  const common = phases && { phases };
  const onDoubles = {
    arithmetic: DOUBLE,
    singles: (b: Buffer) => options.precision === "f32" && isShared(b),
    ...common,
  };
  const onSingles = { arithmetic: SINGLE, singles: () => true, ...common };
  const write = (code: Assembler, block: readonly Statement[]): void =>
    new Writer(code, functions, layout.at, onDoubles).block(block);
  const writeSingle = (code: Assembler, block: readonly Statement[]): void =>
    new Writer(code, functions, layout.single, onSingles).block(block);
  module.export("prepare", procedure(module, program.prepare, write));
  for (const b of program.buffers) if (b.kind === "table") placeTable(module, layout, b);
  for (const [k, e] of program.entries.entries()) {
    const made = isSingle(e, options.precision)
      ? singleEntry(module, writeSingle, layout, program.state, e)
      : procedure(module, e.body, write);
    module.export(`e${k}`, made);
  }
  phases?.finish();
  return {
    options,
    bytes: module.bytes(pages, sharing === undefined ? "own" : "shared"),
    interface: {
      ...linearInterface(program, layout.at, (b) => (isShared(b) ? options.precision : "f64")),
      imports,
      pages,
      spare: { at: end, size: Math.floor((pages * PAGE - end) / 8), numbers: "f64" },
      ...(sharing && { sharing }),
    },
  };
}

/** Callers see doubles: the state is turned into single numbers before, the result into doubles after. */
function singleEntry(
  module: ModuleBuilder,
  write: Write,
  layout: Layout,
  state: Buffer,
  entry: Entry,
): number {
  const inner = procedure(module, entry.body, write);
  const door = (b: Buffer) => ({ doubles: layout.at.get(b)!, singles: layout.single.get(b)!, size: b.size });
  const { number, code } = module.define(PROCEDURE);
  if (state.size > 0) toSingles(code, door(state));
  code.call(inner, PROCEDURE);
  toDoubles(code, door(entry.out));
  return number;
}

/** A table may be read as doubles, as single numbers, or as both. */
function placeTable(module: ModuleBuilder, layout: Layout, b: Buffer): void {
  const numbers = b.data ?? new Float64Array(b.size);
  const [double, single] = [layout.at.get(b), layout.single.get(b)];
  if (double !== undefined) module.place({ at: double, kind: "f64", numbers });
  if (single !== undefined) module.place({ at: single, kind: "f32", numbers });
}
