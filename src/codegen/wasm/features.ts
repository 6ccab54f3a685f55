/** Nothing comes in; which vector instructions this machine's WebAssembly has goes out, found by validating tiny modules. */
import type { Assembler } from "./assembler.js";
import { engine } from "./engine.js";
import { ModuleBuilder } from "./module.js";

/** A function of a double that uses the instructions in question. */
function probe(body: (code: Assembler) => void): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(true);
  const { number, code } = module.define({ takes: ["f64"], gives: ["f64"] });
  const [x] = code.parameters;
  for (let k = 0; k < 3; k++) code.get(x!).op("f64x2.splat");
  body(code);
  code.lane("f64x2.extract_lane", 0);
  module.export("probe", number);
  return module.bytes(1);
}

/** Validates at the first call. */
function feature(body: (code: Assembler) => void): () => boolean {
  let known: boolean | undefined;
  return () => (known ??= engine?.validate(probe(body)) === true);
}

export const hasVectors = feature((code) => code.op("f64x2.add", "f64x2.add"));

/** Multiply-add of the relaxed vector instructions, fused where the processor can. */
export const hasFma = feature((code) => code.op("f64x2.relaxed_madd"));
