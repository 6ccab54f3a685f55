/** Generated source text and memory come in, functions go out. The only place where text becomes code. */
import type { Evaluate } from "../backend.js";
import { runtime } from "./runtime.js";

export interface Module {
  readonly prepare: () => void;
  readonly entries: readonly Evaluate[];
}

/** The source is the body of a function of `memory` and `runtime`; it holds no text of the user. */
export function instantiate(source: string, memory: readonly Float64Array[]): Module {
  const make = new Function("memory", "runtime", source) as (m: typeof memory, r: typeof runtime) => Module;
  return make(memory, runtime);
}
