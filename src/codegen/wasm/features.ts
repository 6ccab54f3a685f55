/** Nothing comes in; whether this machine runs WebAssembly with vectors goes out, found by validating a tiny module. */
import { engine } from "./engine.js";
import { ModuleBuilder } from "./module.js";

let known: boolean | undefined;

/** A function that adds two pairs of doubles. */
function probe(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const { number, code } = module.define({ takes: ["f64"], gives: ["f64"] });
  const [x] = code.parameters;
  code.get(x!).op("f64x2.splat").get(x!).op("f64x2.splat", "f64x2.add").lane("f64x2.extract_lane", 0);
  module.export("probe", number);
  return module.bytes(1);
}

export function hasVectors(): boolean {
  known ??= engine?.validate(probe()) === true;
  return known;
}
