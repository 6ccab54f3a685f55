/** The name of a target comes in; what writes it goes out. A target more is a row more. */
import type { Result } from "../model/index.js";
import { exportBrian2 } from "./brian2/index.js";
import { exportC } from "./c.js";
import { exportJavascript } from "./javascript.js";
import type { Metadata } from "./metadata.js";
import { exportNative } from "./native.js";
import { exportPython } from "./python/index.js";
import type { ExportSource } from "./source.js";
import { exportWasm } from "./wasm.js";

/** Text, or bytes, by file name. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Target {
  /** For `--help` and pages. */
  readonly title: string;
  /** How the example is run in the folder. */
  readonly run: string;
  readonly write: (source: ExportSource, metadata: Metadata) => Result<Files> | Promise<Result<Files>>;
}

export const TARGETS = {
  js: {
    title: "an ES module without dependencies, with types",
    run: "node example.js",
    write: exportJavascript,
  },
  wasm: {
    title: "a WebAssembly module, its interface as JSON and a loader for ECMAScript",
    run: "node example.js",
    write: exportWasm,
  },
  c: {
    title: "C99 source with a header",
    run: "cc -std=c99 -O2 field.c example.c -lm -o example && ./example",
    write: exportC,
  },
  native: {
    title: "a shared library for this machine, with a header",
    run: "python example.py",
    write: exportNative,
  },
  numpy: { title: "a NumPy module", run: "python example.py", write: exportPython("numpy") },
  jax: {
    title: "pure functions for JAX: jit, vmap, a diffrax term",
    run: "python example.py",
    write: exportPython("jax"),
  },
  brian2: {
    title: "a Brian2 network: equations, synapses and what they cannot say",
    run: "python example.py",
    write: exportBrian2,
  },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof TARGETS;
