/** A program comes in; its functions with everything that they call, as JavaScript that imports nothing, go out. */
import type { Primitive, Program } from "../../ir/index.js";
import { primitivesOf } from "../primitives-of.js";
import { type Functions, functionsOf } from "./generate.js";
import { RUNTIME_TEXT } from "./runtime-text.js";
import { JAVASCRIPT } from "./spelling.js";

type Part = keyof typeof RUNTIME_TEXT;

/** The part of the runtime that defines a primitive which Math lacks. */
const PART: { readonly [P in Primitive]?: Part } = {
  tanh: "tanh",
  erf: "erf",
  erfc: "erf",
  gamma: "gamma",
  lgamma: "gamma",
  polygamma: "gamma",
  sech: "elementary",
  relu: "elementary",
  step: "elementary",
  sigmoid: "elementary",
  softplus: "elementary",
  logcosh: "elementary",
};

export interface Standalone extends Functions {
  /** Definitions at the top of a module. */
  readonly runtime: readonly string[];
}

/** Definitions, at the top of a module, of those of the primitives that Math lacks. */
function runtimeText(primitives: Iterable<Primitive>): string[] {
  const parts = new Set([...primitives].flatMap((p) => PART[p] ?? []));
  return [...parts].sort().map((p) => RUNTIME_TEXT[p]);
}

/** Functions that a module imports, as JavaScript: definitions, and an object of them by name. */
export function importsText(primitives: readonly Primitive[]): { runtime: readonly string[]; table: string } {
  const rows = primitives.map((p) => `${p}: ${JAVASCRIPT.primitives[p]}`);
  return { runtime: runtimeText(primitives), table: `{ ${rows.join(", ")} }` };
}

/** Buffers are `b0`, `b1`, … in the order of the program; the caller declares them. */
export function generateStandalone(program: Program): Standalone {
  return { ...functionsOf(program), runtime: runtimeText(primitivesOf(program)) };
}
