/**
 * Nests of two loops come in, the same with four iterations of the outer loop in one pass of the inner one go
 * out: four rows of a matrix share the loads of the vector, and four sums run side by side.
 */
import {
  type Affine,
  accumulate,
  affineAdd,
  affineConstant,
  affineLocal,
  affineScale,
  affineShift,
  type Local,
  loopTo,
  plus,
  type Statement,
} from "../../ir/index.js";
import { collect } from "./effects.js";
import { shareLoads } from "./loads.js";
import { extent, innerRanges, iterationsApart, type Loop } from "./ranges.js";
import { Renaming } from "./rename.js";

export const ROWS = 4;

const isSimple = (s: Statement): boolean =>
  s.kind === "let" || s.kind === "assign" || s.kind === "store" || s.kind === "accumulate";

/** The innermost loop of a nest of two, if it has no other structure and does not depend on the outer one. */
function innerLoop(outer: Loop): Loop | undefined {
  const loops = outer.body.filter((s) => s.kind === "for");
  const [inner] = loops;
  if (loops.length !== 1 || inner === undefined || extent(inner) === undefined) return undefined;
  const rest = outer.body.filter((s) => s !== inner);
  return rest.every(isSimple) && inner.body.every(isSimple) ? inner : undefined;
}

/** Iterations of the outer loop may overlap: they only add to what they share. */
function mayJam(outer: Loop, inner: Loop): boolean {
  const effects = collect(outer.body);
  const own = new Set(outer.body.filter((s) => s.kind === "let").map((s) => s.local));
  const assigned = inner.body.flatMap((s) => (s.kind === "assign" ? [s.local] : []));
  if (assigned.some((l) => !own.has(l))) return false;
  const ranges = innerRanges(outer.body);
  const written = new Set(effects.accesses.filter((a) => a.kind !== "read").map((a) => a.buffer));
  return [...written].every((buffer) => {
    const accesses = effects.accesses.filter((a) => a.buffer === buffer);
    return accesses.every((a) => a.kind === "add") || iterationsApart(accesses, outer.variable, ranges);
  });
}

/** The body once for each of four values of the variable, statement by statement side by side. */
function sideBySide(body: readonly Statement[], renamings: readonly Renaming[]): Statement[] {
  return body.flatMap((s) => {
    const copies = renamings.map((r) => r.statement(s));
    const [first] = copies;
    return first?.kind === "accumulate" ? added(copies as (typeof first)[]) : copies;
  });
}

type Accumulate = Extract<Statement, { kind: "accumulate" }>;

/** Additions to the same place become one: (a + b) + (c + d). */
function added(copies: readonly Accumulate[]): Statement[] {
  const [first] = copies;
  const same = copies.every((c) => c.buffer === first!.buffer && equal(c.at, first!.at));
  if (!same || copies.length !== ROWS) return [...copies];
  const [a, b, c, d] = copies.map((x) => x.value);
  return [accumulate(first!.buffer, first!.at, plus(plus(a!, b!), plus(c!, d!)))];
}

const equal = (a: Affine, b: Affine): boolean => {
  const d = affineAdd(a, b, -1);
  return d.terms.length === 0 && d.constant === 0;
};

function jammed(outer: Loop, inner: Loop, size: number): Statement[] {
  const blocks = Math.floor(size / ROWS);
  const block: Local = { type: "int", name: "block" };
  const row = (k: number): Affine => affineShift(affineScale(affineLocal(block), ROWS), k);
  const column: Local = { ...inner.variable };
  const renamings = Array.from({ length: ROWS }, (_, k) =>
    new Renaming().replace(outer.variable, row(k)).replace(inner.variable, affineLocal(column)),
  );
  const position = outer.body.indexOf(inner);
  const main = loopTo(block, blocks, [
    ...sideBySide(outer.body.slice(0, position), renamings),
    { ...inner, variable: column, body: shareLoads(sideBySide(inner.body, renamings)) },
    ...sideBySide(outer.body.slice(position + 1), renamings),
  ]);
  return [main, ...remainder(outer, blocks * ROWS, size)];
}

/** What is left over, as a loop from `done`. */
function remainder(outer: Loop, done: number, size: number): Statement[] {
  if (done === size) return [];
  const variable: Local = { ...outer.variable };
  const body = new Renaming().replace(outer.variable, affineLocal(variable)).block(outer.body);
  return [{ ...outer, variable, from: [affineConstant(done)], body }];
}

export function jam(block: readonly Statement[]): readonly Statement[] {
  return block.flatMap((s) => {
    if (s.kind !== "for") return [s];
    const [size, inner] = [extent(s), innerLoop(s)];
    if (size === undefined || size < ROWS || inner === undefined || !mayJam(s, inner))
      return [{ ...s, body: jam(s.body) }];
    return jammed(s, inner, size);
  });
}
