/**
 * A step program and the places of its buffers come in; a module that runs whole steps in the memory of another
 * module, calling the field there, goes out; and the kernel that an integrator drives.
 */
import type { Buffer, Entry, Statement } from "../../ir/index.js";
import type { CompiledStep } from "../backend.js";
import type { Region } from "../linear.js";
import { CONTROLS, type Scheme, type StepProgram, stepProgram } from "../step.js";
import type { Assembler } from "./assembler.js";
import { engine, type WasmImports, type WasmMemory } from "./engine.js";
import { Functions } from "./functions.js";
import { ALIGNMENT } from "./layout.js";
import { IMPORTS, ModuleBuilder } from "./module.js";
import { Writer } from "./writer.js";

/** Slopes, states and controls for methods of up to this many rows of slopes fit the spare memory of a field. */
const ROWS = 20;

/** Doubles to keep free behind a program for its steps. */
export const spareFor = (n: number): number =>
  (ROWS + 2) * (n + ALIGNMENT / 8) + Object.keys(CONTROLS).length;

/** Where steps find the field: its module's memory, places and function. */
export interface StepHost {
  readonly memory: WasmMemory;
  /** Other threads use the memory too. */
  readonly shared: boolean;
  readonly field: () => void;
  /** Copies what the caller may have changed. */
  readonly refresh: () => void;
  readonly state: Region;
  readonly out: Region;
  readonly spare: Region;
}

interface Placed {
  readonly at: ReadonlyMap<Buffer, number>;
  /** The address behind the last buffer, in bytes. */
  readonly end: number;
}

/** Slopes lie end to end, the others start on cache lines. */
function place({ buffers }: StepProgram, host: StepHost): Placed {
  const at = new Map([
    [buffers.argument, host.state.at],
    [buffers.result, host.out.at],
  ]);
  let end = host.spare.at;
  const put = (b: Buffer, aligned: boolean): void => {
    if (aligned) end = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    at.set(b, end);
    end += 8 * b.size;
  };
  for (const b of [buffers.controls, buffers.state, buffers.next]) put(b, true);
  for (const [k, b] of buffers.slopes.entries()) put(b, k === 0);
  return { at, end };
}

const PROCEDURE = { takes: [], gives: [] } as const;
const COUNT = { takes: [], gives: ["i32"] } as const;

/** The functions of one step module. */
class StepModule {
  private readonly module = new ModuleBuilder();
  private readonly field = this.module.import("field", PROCEDURE);
  private readonly functions = new Functions(this.module, []);
  private readonly numbers = new Map<Entry, number>();

  constructor(
    private readonly step: StepProgram,
    private readonly at: ReadonlyMap<Buffer, number>,
  ) {
    for (const e of step.program.entries) this.numbers.set(e, this.define(e.body));
  }

  private define(body: readonly Statement[]): number {
    const { number, code } = this.module.define(PROCEDURE);
    new Writer(code, this.functions, this.at).block(body);
    return number;
  }

  private run(code: Assembler, ...parts: readonly (Entry | "field")[]): void {
    for (const p of parts) code.call(p === "field" ? this.field : this.numbers.get(p)!, PROCEDURE);
  }

  private sequence(name: string, ...parts: readonly (Entry | "field")[]): void {
    const { number, code } = this.module.define(PROCEDURE);
    this.run(code, ...parts);
    this.module.export(name, number);
  }

  /** Leaves whether the latest block saw a number that is not finite. */
  private failed(code: Assembler): void {
    code.i32(0).memory("f64.load", this.at.get(this.step.buffers.controls)! + 8 * CONTROLS.verdict);
    code.f64(0).op("f64.ne");
  }

  /** From stage i on: leaves -1, or how many times the field ran until something was not finite. */
  private from(i: number, code: Assembler): void {
    const { stages, last } = this.step;
    const block = stages[i - 1];
    this.run(code, block ?? last);
    this.failed(code);
    code.choose(
      ["i32"],
      () => code.i32(i - 1),
      () => {
        if (block === undefined) code.i32(-1);
        else {
          this.run(code, "field");
          this.from(i + 1, code);
        }
      },
    );
  }

  bytes(pages: number, memory: "imported" | "shared"): Uint8Array<ArrayBuffer> {
    const { begin, first, end, ended, errors } = this.step;
    this.sequence("start", begin, "field", first);
    this.sequence("end", end, "field", ended);
    for (const [name, e] of Object.entries(errors)) this.sequence(name, e);
    const { number, code } = this.module.define(COUNT);
    this.from(1, code);
    this.module.export("advance", number);
    return this.module.bytes(pages, memory);
  }
}

interface Exports {
  readonly start: () => void;
  readonly end: () => void;
  readonly weights: () => void;
  readonly guard: () => void;
  readonly advance: () => number;
}

/** A kernel in the spare memory of the host; undefined where that is too small. */
export function linkStep(scheme: Scheme, host: StepHost): Omit<CompiledStep, "release"> | undefined {
  const step = stepProgram(scheme, host.state.size);
  const { at, end } = place(step, host);
  if (end > host.spare.at + 8 * host.spare.size) return undefined;
  const imports: WasmImports = { [IMPORTS]: { memory: host.memory, field: host.field } };
  const bytes = new StepModule(step, at).bytes(1, host.shared ? "shared" : "imported");
  const made = new engine!.Instance(new engine!.Module(bytes), imports);
  const run = made.exports as unknown as Exports;
  const view = (b: Buffer, size = b.size): Float64Array =>
    new Float64Array(host.memory.buffer, at.get(b)!, size);
  const { state, next, slopes, controls } = step.buffers;
  const control = view(controls);
  const { refresh } = host;
  const finite = (): boolean => control[CONTROLS.verdict] === 0;
  return {
    state: view(state),
    next: view(next),
    slopes: view(slopes[0]!, slopes.length * state.size),
    start: () => {
      refresh();
      control[CONTROLS.verdict] = 0;
      run.start();
      return finite();
    },
    advance: (t, tNext) => {
      refresh();
      control[CONTROLS.verdict] = 0;
      control[CONTROLS.h] = tNext - t;
      return run.advance();
    },
    end: () => {
      refresh();
      control[CONTROLS.verdict] = 0;
      run.end();
      return finite();
    },
    scaledError: (w, h, rtol, atol) => {
      control[CONTROLS.h] = h;
      control[CONTROLS.rtol] = rtol;
      control[CONTROLS.atol] = atol;
      run[w]();
      return control[CONTROLS.error]!;
    },
  };
}
