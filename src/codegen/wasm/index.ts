/** The WebAssembly backend: a program comes in, an instance whose functions run several numbers at a time goes out. */
import type { Primitive, Program } from "../../ir/index.js";
import type { Backend, Instance, Refusal } from "../backend.js";
import { runtime } from "../javascript/runtime.js";
import { bindLinear, type Linear, type Run } from "../linear.js";
import type { Scheme } from "../step.js";
import { engine, type WasmImports, type WasmInstance, type WasmMemory } from "./engine.js";
import { linkMembers } from "./ensemble.js";
import { hasFma, hasVectors } from "./features.js";
import { bytesNeeded, generate, type WasmInterface, type WasmModule, type WasmOptions } from "./generate.js";
import { IMPORTS } from "./module.js";
import { CONTROL, initialise, stop } from "./phases.js";
import { singleRefusal } from "./precision.js";
import { linkStep, spareFor } from "./step.js";
import { mayBlock, noThreads, startWorkers } from "./workers.js";

export { hasFma, hasVectors } from "./features.js";
export {
  generate,
  type WasmInterface,
  type WasmModule,
  type WasmOptions,
} from "./generate.js";
export { noThreads } from "./workers.js";

type Scalar = (...x: number[]) => number;

/** The functions that a module imports, by name. */
export function importedFunctions(names: readonly Primitive[]): Record<string, Scalar> {
  const ours = new Map<string, unknown>(Object.entries(runtime));
  const math = new Map<string, unknown>(
    Object.getOwnPropertyNames(Math).map((fn) => [fn, Math[fn as keyof Math]]),
  );
  return Object.fromEntries(names.map((fn) => [fn, (ours.get(fn) ?? math.get(fn)) as Scalar]));
}

const executionOf = ({ fma, precision, threads }: WasmOptions): Instance["execution"] => ({
  fma,
  precision,
  threads,
});

function bind(program: Program, built: WasmModule, { exports }: WasmInstance): Instance {
  const { interface: shape, options } = built;
  const memory = exports.memory as WasmMemory;
  const exported = (name: string): Run => exports[name] as Run;
  const linear = { shape, memory, execution: executionOf(options), exported };
  const { instance, refreshInputs } = bindLinear(program, linear);
  const data = { parameters: [...instance.parameters.values()], inputs: [...instance.inputs.values()] };
  return {
    ...instance,
    stepOf: stepsOf({ memory, exported }, shape, refreshInputs),
    // Members run together with doubles only.
    ...(options.precision === "f64" && {
      membersOf: (field, energy, scheme) =>
        linkMembers(
          scheme,
          { field, energy },
          { program, data, imported, fma: options.fma, limit: MEMORY_LIMIT },
        ),
    }),
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
        linkStep(scheme, {
          memory: bound.memory,
          shared: shape.sharing !== undefined,
          field,
          refresh,
          state,
          out: entry.out,
          spare,
        }),
      );
    }
    const kernel = known.get(scheme);
    inUse = kernel !== undefined;
    return kernel && { ...kernel, release: () => void (inUse = false) };
  };
}

const imported = (names: readonly Primitive[]): WasmImports => ({ [IMPORTS]: importedFunctions(names) });

const importsOf = ({ interface: shape }: WasmModule, memory: WasmMemory | undefined): WasmImports => ({
  [IMPORTS]: { ...importedFunctions(shape.imports), ...(memory && { memory }) },
});

/** Memory that threads share, before any of them looks; undefined for a module with a memory of its own. */
function sharedMemory({ interface: { sharing, pages } }: WasmModule): WasmMemory | undefined {
  if (sharing === undefined) return undefined;
  const memory = new engine!.Memory({ initial: pages, maximum: pages, shared: true });
  initialise(wordsOf(memory, sharing.control), sharing.parts);
  return memory;
}

const wordsOf = (memory: WasmMemory, control: number): Int32Array =>
  new Int32Array(memory.buffer, control, CONTROL.size / 4);

/** Threads of instances that nobody can reach any more are let go. */
const forgotten = new FinalizationRegistry<Int32Array>(stop);

/** The instance, with the other threads started. */
function served(
  instance: Instance,
  { interface: shape, options }: WasmModule,
  module: object,
  memory: WasmMemory | undefined,
): Instance {
  if (memory === undefined) return instance;
  const words = wordsOf(memory, shape.sharing!.control);
  startWorkers(options.threads - 1, { module, memory }, shape.imports);
  forgotten.register(instance, words);
  return Object.assign(instance, { close: () => stop(words) });
}

/** With room for steps, as far as memory reaches. */
function generated(program: Program, asked: Partial<WasmOptions>): WasmModule {
  const options = chosen(asked);
  const left = Math.floor((MEMORY_LIMIT - bytesNeeded(program, options)) / 8);
  const spare = Math.max(0, Math.min(left, spareFor(program.state.size)));
  return generate(program, { ...options, spare });
}

function instantiate(program: Program, built: WasmModule): Instance {
  const memory = sharedMemory(built);
  const module = new engine!.Module(built.bytes);
  const instance = new engine!.Instance(module, importsOf(built, memory));
  return served(bind(program, built, instance), built, module, memory);
}

/** What was asked for, as far as this machine has it; all that it has by default. */
const chosen = (asked: Partial<WasmOptions>): Partial<WasmOptions> => ({
  ...asked,
  fma: asked.fma !== false && hasFma(),
  threads: noThreads() === undefined ? (asked.threads ?? 1) : 1,
  mayBlock: mayBlock(),
});

/** As `wasmWith`, for pages that may not compile large modules at once. Needs no `unsafe-eval`. */
export async function compileAsync(program: Program, asked: Partial<WasmOptions> = {}): Promise<Instance> {
  const built = generated(program, asked);
  const memory = sharedMemory(built);
  const { module, instance } = await engine!.instantiate(built.bytes, importsOf(built, memory));
  return served(bind(program, built, instance), built, module, memory);
}

/** Memory of 32-bit addresses, less one page. */
export const MEMORY_LIMIT = 2 ** 32 - 65536;

/** Why the program cannot run as WebAssembly here, if it cannot. */
function refusal(program: Program, asked: Partial<WasmOptions>, limit = MEMORY_LIMIT): Refusal | undefined {
  if (!hasVectors())
    return {
      code: "no-wasm",
      message: "this machine does not run WebAssembly with 128-bit vectors",
      hint: 'use the target "javascript"',
    };
  const bytes = bytesNeeded(program, chosen(asked));
  if (bytes <= limit) return asked.precision === "f32" ? singleRefusal(program) : undefined;
  return {
    code: "memory-limit",
    message: `the model needs ${bytes} bytes of memory; WebAssembly can address ${limit}`,
    hint: 'use the target "javascript", or smaller dimensions',
  };
}

export interface WasmBackend extends Backend {
  /** `built` is the module of the program, generated unless it is given. */
  compile(program: Program, built?: WasmModule): Instance;
}

export const wasmWith = (asked: Partial<WasmOptions> = {}): WasmBackend => ({
  name: "wasm",
  lowering: { splitSums: false },
  refusal: (program, limit) => refusal(program, asked, limit),
  compile: (program, built = generated(program, asked)) => instantiate(program, built),
});

export const wasm = wasmWith();
