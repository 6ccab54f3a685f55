/** A program comes in; the primitives that it calls go out, so that generated text defines no others. */
import { type Primitive, type Program, type Real, visitBlock } from "../ir/index.js";

export function primitivesOf(program: Program): Set<Primitive> {
  const found = new Set<Primitive>();
  const real = (e: Real): void => {
    if (e.kind === "call") found.add(e.fn);
  };
  for (const block of [program.prepare, ...program.entries.map((e) => e.body)]) visitBlock(block, { real });
  return found;
}
