/**
 * A program whose buffers lie in one memory comes in, the description of that memory goes out; the description with
 * compiled code comes in, an instance that copies the caller's arrays in and out goes out. WebAssembly and C share it.
 */
import type { Buffer, OutputSlice, Program } from "../ir/index.js";
import type { CompiledEntry, Evaluate, Execution, Instance } from "./backend.js";

/** A stretch of linear memory that holds numbers in C order. */
export interface Region {
  /** Address of the first, in bytes. */
  readonly at: number;
  /** How many there are. */
  readonly size: number;
  /** Doubles, or single numbers. */
  readonly numbers: Execution["precision"];
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

export function linearInterface(
  program: Program,
  at: ReadonlyMap<Buffer, number>,
  numbersOf: (b: Buffer) => Region["numbers"] = () => "f64",
): LinearInterface {
  const region = (b: Buffer): Region => ({
    at: at.get(b)!,
    size: b.size,
    numbers: numbersOf(b),
  });
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

export type Run = () => void;

/** Compiled code on a memory, whose regions begin at `base`. */
export interface Linear {
  readonly shape: LinearInterface;
  readonly memory: { readonly buffer: ArrayBufferLike };
  readonly base?: number;
  readonly execution: Instance["execution"];
  exported(name: string): Run;
}

/** Below this many doubles a loop is faster than `set`. */
const SHORT = 32;

function copy(from: Float64Array, to: Float64Array | Float32Array): void {
  const n = to.length;
  if (n > SHORT || from.length !== n) to.set(from.length > n ? from.subarray(0, n) : from);
  else for (let k = 0; k < n; k++) to[k] = from[k]!;
}

/** The caller's arrays are copied in and out, unless they are the instance's own. */
function evaluator(run: Run, state: Float64Array, result: Float64Array, refresh: Run | undefined): Evaluate {
  if (refresh === undefined)
    return (x, out) => {
      if (x !== state) copy(x, state);
      run();
      if (out !== result) copy(result, out);
    };
  return (x, out) => {
    refresh();
    if (x !== state) copy(x, state);
    run();
    if (out !== result) copy(result, out);
  };
}

interface Link {
  readonly mine: Float64Array;
  readonly inside: Float64Array | Float32Array;
}

/** As an instance, and what makes the caller's inputs those of the memory. */
export function bindLinear(program: Program, { shape, memory, base = 0, execution, exported }: Linear) {
  const view = (r: Region): Float64Array => new Float64Array(memory.buffer, base + r.at, r.size);
  const data = (r: Region): Float64Array | Float32Array =>
    r.numbers === "f64" ? view(r) : new Float32Array(memory.buffer, base + r.at, r.size);
  const links = (kind: "param" | "input", regions: LinearInterface["parameters"]): [string, Link][] =>
    program.buffers
      .filter((b) => b.kind === kind)
      .map((b, k) => [b.name, { mine: b.data ?? new Float64Array(b.size), inside: data(regions[k]!) }]);
  const parameters = links("param", shape.parameters);
  const inputs = links("input", shape.inputs);
  const refreshInputs = (): void => {
    for (const [, l] of inputs) copy(l.mine, l.inside);
  };
  const prepareInside = exported(shape.prepare);
  const prepare = (): void => {
    for (const [, l] of parameters) copy(l.mine, l.inside);
    prepareInside();
  };
  const state = view(shape.state);
  const entries = shape.entries.map((e): CompiledEntry => {
    const run = exported(e.exported);
    const out = view(e.out);
    const evaluate = evaluator(run, state, out, inputs.length > 0 ? refreshInputs : undefined);
    return { name: e.name, size: e.out.size, outputs: e.outputs, evaluate, vectors: { state, out } };
  });
  prepare();
  const mine = (list: readonly [string, Link][]): ReadonlyMap<string, Float64Array> =>
    new Map(list.map(([name, l]) => [name, l.mine]));
  const instance: Instance = {
    execution,
    stateSize: shape.state.size,
    entries: new Map(entries.map((e) => [e.name, e])),
    inputs: mine(inputs),
    parameters: mine(parameters),
    prepare,
  };
  return { instance, refreshInputs };
}
