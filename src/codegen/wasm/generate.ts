/**
 * A program comes in, the bytes of a WebAssembly module and the description of its interface go out.
 *
 * The module imports scalar functions only, exports its memory and functions called e0, e1, … and prepare, and
 * holds no text of a user. The same program gives the same bytes.
 */
import {
  type Buffer,
  type OutputSlice,
  type Primitive,
  type Program,
  type Statement,
  visitBlock,
} from "../../ir/index.js";
import type { Assembler } from "./assembler.js";
import { Functions, isKernel, type Kernel } from "./functions.js";
import { layoutOf, PAGE } from "./layout.js";
import { ModuleBuilder } from "./module.js";
import { Writer } from "./writer.js";

/** A stretch of linear memory that holds doubles in C order. */
export interface Region {
  /** Address of the first, in bytes. */
  readonly at: number;
  /** Number of doubles. */
  readonly size: number;
}

export interface NamedRegion extends Region {
  readonly name: string;
}

/** How to use compiled code on one memory: write data there, call `prepare`, then an entry for each state. */
export interface LinearInterface {
  readonly state: Region;
  /** To be written before `prepare`. */
  readonly parameters: readonly NamedRegion[];
  /** To be written before a call. */
  readonly inputs: readonly NamedRegion[];
  readonly prepare: string;
  readonly entries: readonly {
    readonly name: string;
    /** Name of the exported function. */
    readonly exported: string;
    readonly out: Region;
    readonly outputs: readonly OutputSlice[];
  }[];
}

export interface WasmInterface extends LinearInterface {
  /** Functions of doubles that the module imports from `legendre`. */
  readonly imports: readonly Primitive[];
  readonly pages: number;
  /** Memory behind everything else that the program does not use. */
  readonly spare: Region;
}

export interface WasmModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly interface: WasmInterface;
}

/** Bytes of memory that a module for the program needs. */
export const bytesNeeded = (program: Program): number => layoutOf(program).bytes;

/** Primitives with an instruction, or written out in place. */
const INSTRUCTIONS: ReadonlySet<Primitive> = new Set([
  "abs",
  "sqrt",
  "floor",
  "max",
  "min",
  "relu",
  "sign",
  "step",
]);

export function primitivesOf(program: Program): Primitive[] {
  const found = new Set<Primitive>();
  for (const body of [program.prepare, ...program.entries.map((e) => e.body)])
    visitBlock(body, {
      real: (e) => {
        if (e.kind === "call") found.add(e.fn);
      },
    });
  return [...found].filter((fn) => !INSTRUCTIONS.has(fn)).sort();
}

const PROCEDURE = { takes: [], gives: [] } as const;

/** A function of the statements; sections become functions of their own, called in turn. */
export function procedure(
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

/** `spare` doubles are kept free at the end of the memory. */
export function generate(program: Program, spare = 0): WasmModule {
  const layout = layoutOf(program);
  const pages = Math.max(1, Math.ceil((layout.bytes + 8 * spare) / PAGE));
  const primitives = primitivesOf(program);
  const imports = primitives.filter((fn) => !isKernel(fn));
  const module = new ModuleBuilder();
  const functions = new Functions(
    module,
    imports,
    primitives.filter((fn): fn is Kernel => isKernel(fn)),
  );
  const write = (code: Assembler, block: readonly Statement[]): void =>
    new Writer(code, functions, layout.at).block(block);
  module.export("prepare", procedure(module, program.prepare, write));
  for (const b of program.buffers) if (b.kind === "table") module.place(layout.at.get(b)!, b.data!);
  for (const [k, e] of program.entries.entries()) module.export(`e${k}`, procedure(module, e.body, write));
  const end = Math.ceil(layout.bytes / 8) * 8;
  const unused = { at: end, size: Math.floor((pages * PAGE - end) / 8) };
  const shape = linearInterface(program, layout.at);
  return { bytes: module.bytes(pages), interface: { imports, pages, spare: unused, ...shape } };
}

export function linearInterface(program: Program, at: ReadonlyMap<Buffer, number>): LinearInterface {
  const region = (b: Buffer): Region => ({ at: at.get(b)!, size: b.size });
  const named = (kind: Buffer["kind"]): NamedRegion[] =>
    program.buffers.filter((b) => b.kind === kind).map((b) => ({ name: b.name, ...region(b) }));
  return {
    state: region(program.state),
    parameters: named("param"),
    inputs: named("input"),
    prepare: "prepare",
    entries: program.entries.map((e, k) => ({
      name: e.name,
      exported: `e${k}`,
      out: region(e.out),
      outputs: e.outputs,
    })),
  };
}
