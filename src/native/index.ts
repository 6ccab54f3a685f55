/** The door of native/: nothing comes in; a backend that has C compiled and loaded, or the reason why there is none, goes out. */
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { type Backend, bindLinear, generateLinearC, type Instance } from "../codegen/index.js";
import type { Program } from "../ir/index.js";
import { type Diagnostic, fail, ok, type Result } from "../model/index.js";
import { cacheFolder } from "./cache.js";
import { type Compiler, findCompiler, sharedLibrary } from "./compiler.js";
import { type Koffi, Library } from "./library.js";

export { libraryExtension } from "./compiler.js";

/** koffi is an optional dependency: its binary does not exist for every machine. */
async function loadKoffi(): Promise<Koffi | undefined> {
  try {
    return (await import("koffi")).default as unknown as Koffi;
  } catch {
    return undefined;
  }
}

const NO_COMPILER: Diagnostic = {
  code: "no-compiler",
  message: "the target native needs a C compiler, and none of CC, cc, gcc and clang runs",
  hint: 'install gcc or clang, or set CC to its command; the target "wasm" needs none',
};

const NO_KOFFI: Diagnostic = {
  code: "no-ffi",
  message: "the target native loads what was compiled through the package koffi, which cannot be loaded",
  hint: 'npm install koffi; the target "wasm" needs none',
};

/**
 * Compiles with the compiler found on this machine into the user's cache (LEGENDRE_CACHE names another folder), for the
 * instructions of this machine. Looked for once a call.
 */
export async function nativeBackend(env: NodeJS.ProcessEnv = process.env): Promise<Result<Backend>> {
  const compiler = findCompiler(env);
  if (compiler === undefined) return fail(NO_COMPILER);
  const koffi = await loadKoffi();
  if (koffi === undefined) return fail(NO_KOFFI);
  const folder = cacheFolder(env);
  const failure = tried(compiler, koffi, folder);
  return failure === undefined ? ok(backendOf(compiler, koffi, folder)) : fail(failure);
}

/** The bytes of a shared library made of C source, for the instructions of this machine. */
export function compileLibrary(source: string, env: NodeJS.ProcessEnv = process.env): Result<Uint8Array> {
  const compiler = findCompiler(env);
  if (compiler === undefined) return fail(NO_COMPILER);
  try {
    return ok(readFileSync(sharedLibrary(source, compiler, cacheFolder(env))));
  } catch (error) {
    return fail(compilerFailed(compiler, error as Error));
  }
}

/** Compiles and loads one line, kept in the cache like all else, so that a compiler that cannot is known before it is needed. */
function tried(compiler: Compiler, koffi: Koffi, folder: string): Diagnostic | undefined {
  try {
    const path = sharedLibrary(`${PROBE}\n`, compiler, folder);
    const answer = koffi.load(path).func("int legendre_probe()") as () => unknown;
    if (answer() === 42) return undefined;
    throw new Error(`${path} does not give what was compiled`);
  } catch (error) {
    return compilerFailed(compiler, error as Error);
  }
}

const compilerFailed = ({ command, version }: Compiler, error: Error): Diagnostic => ({
  code: "compiler-failed",
  message: `${command} (${version}) does not make a library that can be loaded: ${error.message.trim()}`,
  hint: 'set CC to another compiler, or LEGENDRE_CACHE to a folder that may be written; the target "wasm" needs neither',
});

const PROBE = '__attribute__((visibility("default"))) int legendre_probe(void) { return 42; }';

function backendOf(compiler: Compiler, koffi: Koffi, folder: string): Backend {
  return {
    name: "native",
    lowering: { splitSums: false },
    refusal: (program, limit = totalmem()) => {
      const { bytes } = generateLinearC(program);
      if (bytes <= limit) return undefined;
      return {
        code: "memory-limit",
        message: `the model needs ${bytes} bytes of memory; the limit is ${limit}`,
        hint: "use smaller dimensions",
      };
    },
    compile: (program) => compile(program, compiler, koffi, folder),
  };
}

function compile(program: Program, compiler: Compiler, koffi: Koffi, folder: string): Instance {
  const generated = generateLinearC(program);
  const library = Library.at(koffi, sharedLibrary(generated.source, compiler, folder), generated.bind);
  const memory = library.memory(generated.bytes);
  const exported = (name: string) => memory.caller(name);
  const execution = { fma: true, precision: "f64", threads: 1 } as const;
  const linear = { shape: generated.interface, memory, base: memory.base, execution, exported };
  return bindLinear(program, linear).instance;
}
