/** The JavaScript backend: a program comes in, an instance whose functions V8 compiles goes out. */
import type { Buffer, BufferKind, Program } from "../../ir/index.js";
import type { Backend, CompiledEntry, Instance } from "../backend.js";
import { generate } from "./generate.js";
import { instantiate } from "./instantiate.js";

const named = (program: Program, kind: BufferKind): ReadonlyMap<string, Float64Array> =>
  new Map(program.buffers.filter((b) => b.kind === kind).map((b) => [b.name, memory(b)]));

const memory = (b: Buffer): Float64Array => b.data ?? new Float64Array(b.size);

function compile(program: Program): Instance {
  const source = generate(program);
  const module = instantiate(source, program.buffers.map(memory));
  const state = new Float64Array(program.state.size);
  const entries = program.entries.map(
    (e, k): CompiledEntry => ({
      name: e.name,
      size: e.out.size,
      outputs: e.outputs,
      evaluate: module.entries[k]!,
      vectors: { state, out: new Float64Array(e.out.size) },
    }),
  );
  module.prepare();
  return {
    stateSize: program.state.size,
    entries: new Map(entries.map((e) => [e.name, e])),
    inputs: named(program, "input"),
    parameters: named(program, "param"),
    prepare: module.prepare,
  };
}

export const javascript: Backend = {
  name: "javascript",
  lowering: { splitSums: true },
  refusal: () => undefined,
  compile,
};
