/** The WebAssembly backend: a program comes in, an instance whose functions run two doubles at a time goes out. */
import type { Primitive, Program } from "../../ir/index.js";
import type { Backend, CompiledEntry, Evaluate, Instance } from "../backend.js";
import { runtime } from "../javascript/runtime.js";
import type { Scheme } from "../step.js";
import { engine, type WasmImports, type WasmInstance } from "./engine.js";
import { linkMembers } from "./ensemble.js";
import { hasVectors } from "./features.js";
import {
  bytesNeeded,
  generate,
  type LinearInterface,
  type Region,
  type WasmInterface,
  type WasmModule,
} from "./generate.js";
import { IMPORTS } from "./module.js";
import { linkStep, spareFor } from "./step.js";

export { hasVectors } from "./features.js";
export { generate, type LinearInterface, type WasmInterface, type WasmModule } from "./generate.js";

type Scalar = (...x: number[]) => number;

/** The functions that a module imports, by name. */
export function importedFunctions(names: readonly Primitive[]): Record<string, Scalar> {
  const ours = new Map<string, unknown>(Object.entries(runtime));
  const math = new Map<string, unknown>(
    Object.getOwnPropertyNames(Math).map((fn) => [fn, Math[fn as keyof Math]]),
  );
  return Object.fromEntries(names.map((fn) => [fn, (ours.get(fn) ?? math.get(fn)) as Scalar]));
}

type Run = () => void;

/** Compiled code on a memory, whose regions begin at `base`. */
export interface Linear {
  readonly shape: LinearInterface;
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly base?: number;
  exported(name: string): Run;
}

/** Below this many doubles a loop is faster than `set`. */
const SHORT = 32;

function copy(from: Float64Array, to: Float64Array): void {
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
  readonly inside: Float64Array;
}

/** As an instance, and what makes the caller's inputs those of the memory. */
export function bindLinear(program: Program, { shape, memory, base = 0, exported }: Linear) {
  const view = (r: Region): Float64Array => new Float64Array(memory.buffer, base + r.at, r.size);
  const links = (kind: "param" | "input", regions: LinearInterface["parameters"]): [string, Link][] =>
    program.buffers
      .filter((b) => b.kind === kind)
      .map((b, k) => [b.name, { mine: b.data ?? new Float64Array(b.size), inside: view(regions[k]!) }]);
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
    stateSize: shape.state.size,
    entries: new Map(entries.map((e) => [e.name, e])),
    inputs: mine(inputs),
    parameters: mine(parameters),
    prepare,
  };
  return { instance, refreshInputs };
}

function bind(program: Program, { interface: shape }: WasmModule, { exports }: WasmInstance): Instance {
  const memory = exports.memory as { readonly buffer: ArrayBuffer };
  const exported = (name: string): Run => exports[name] as Run;
  const { instance, refreshInputs } = bindLinear(program, { shape, memory, exported });
  const data = { parameters: [...instance.parameters.values()], inputs: [...instance.inputs.values()] };
  return {
    ...instance,
    stepOf: stepsOf({ memory, exported }, shape, refreshInputs),
    membersOf: (field, energy, scheme) =>
      linkMembers(scheme, { field, energy }, { program, data, imported, limit: MEMORY_LIMIT }),
  };
}

/** Kernels are kept by their coefficients; one at a time works in the spare memory. */
function stepsOf(
  bound: Pick<Linear, "memory" | "exported">,
  shape: WasmInterface,
  refresh: () => void,
): NonNullable<Instance["stepOf"]> {
  const known = new WeakMap<Scheme, ReturnType<typeof linkStep>>();
  let inUse = false;
  return (name, scheme) => {
    const entry = shape.entries.find((e) => e.name === name)!;
    if (inUse) return undefined;
    if (!known.has(scheme)) {
      const { state, spare } = shape;
      const field = bound.exported(entry.exported);
      known.set(
        scheme,
        linkStep(scheme, { memory: bound.memory, field, refresh, state, out: entry.out, spare }),
      );
    }
    const kernel = known.get(scheme);
    inUse = kernel !== undefined;
    return kernel && { ...kernel, release: () => void (inUse = false) };
  };
}

const imported = (names: readonly Primitive[]): WasmImports => ({ [IMPORTS]: importedFunctions(names) });
const importsOf = (built: WasmModule): WasmImports => imported(built.interface.imports);

/** With room for steps, as far as memory reaches. */
function built(program: Program): WasmModule {
  const left = Math.floor((MEMORY_LIMIT - bytesNeeded(program)) / 8);
  return generate(program, Math.max(0, Math.min(left, spareFor(program.state.size))));
}

function compile(program: Program, module = built(program)): Instance {
  const instance = new engine!.Instance(new engine!.Module(module.bytes), importsOf(module));
  return bind(program, module, instance);
}

/** As `compile`, for pages that may not compile large modules at once. Needs no `unsafe-eval`. */
export async function compileAsync(program: Program): Promise<Instance> {
  const module = built(program);
  const { instance } = await engine!.instantiate(module.bytes, importsOf(module));
  return bind(program, module, instance);
}

/** Memory of 32-bit addresses, less one page. */
export const MEMORY_LIMIT = 2 ** 32 - 65536;

/** Why the program cannot run as WebAssembly here, if it cannot. */
function refusal(program: Program, limit = MEMORY_LIMIT) {
  if (!hasVectors())
    return {
      code: "no-wasm",
      message: "this machine does not run WebAssembly with 128-bit vectors",
      hint: 'use the target "javascript"',
    };
  const bytes = bytesNeeded(program);
  if (bytes <= limit) return undefined;
  return {
    code: "memory-limit",
    message: `the model needs ${bytes} bytes of memory; WebAssembly can address ${limit}`,
    hint: 'use the target "javascript", or smaller dimensions',
  };
}

export const wasm: Backend & { compile: typeof compile } = {
  name: "wasm",
  lowering: { splitSums: false },
  refusal,
  compile,
};
