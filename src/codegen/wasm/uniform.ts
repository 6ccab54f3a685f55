/** Statements come in, and which buffers differ between members; the locals that are the same for all go out. */
import { type Buffer, type Local, type Real, type Statement, visitBlock, visitReal } from "../../ir/index.js";

function isUniform(e: Real, varies: (b: Buffer) => boolean, uniform: ReadonlySet<Local>): boolean {
  let same = true;
  visitReal(e, {
    real: (x) => {
      if (x.kind === "load" && varies(x.buffer)) same = false;
      if (x.kind === "local" && !uniform.has(x.local)) same = false;
    },
  });
  return same;
}

/** Locals that are never assigned, and whose definitions read nothing that differs. */
export function uniformLocals(
  body: readonly Statement[],
  varies: (b: Buffer) => boolean,
): ReadonlySet<Local> {
  const definitions: { readonly local: Local; readonly value: Real }[] = [];
  const assigned = new Set<Local>();
  visitBlock(body, {
    statement: (s) => {
      if (s.kind === "let") definitions.push(s);
      if (s.kind === "assign") assigned.add(s.local);
    },
  });
  const uniform = new Set(definitions.map((d) => d.local).filter((l) => !assigned.has(l)));
  for (let before = -1; before !== uniform.size; ) {
    before = uniform.size;
    for (const { local, value } of definitions) if (!isUniform(value, varies, uniform)) uniform.delete(local);
  }
  return uniform;
}
