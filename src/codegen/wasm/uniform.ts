/** Statements come in, and which buffers differ between members; the locals and tests that are the same for all go out. */
import {
  type Buffer,
  type Local,
  type Real,
  type Statement,
  type Test,
  visitBlock,
  visitReal,
} from "../../ir/index.js";

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

/** About integers only: the same for all members. */
export const isUniformTest = (t: Test): boolean =>
  t.kind === "nonNegative" ||
  t.kind === "isZero" ||
  (t.kind === "not" ? isUniformTest(t.test) : t.kind === "all" && t.tests.every(isUniformTest));

/** Whether the members can run these statements together: no loop goes on for some of them only. */
export function runsTogether(body: readonly Statement[]): boolean {
  let fine = true;
  visitBlock(body, {
    statement: (s) => {
      if (s.kind === "while" && !isUniformTest(s.test)) fine = false;
    },
  });
  return fine;
}
