/**
 * Nests of two loops come in, the same with four iterations of the outer loop in one pass of the inner one go
 * out, fewer where fewer are left: rows of a matrix share the loads of the vector, and their sums run side by side.
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
  type Real,
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

/** The body once for each renaming, statement by statement side by side. */
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
  return same ? [accumulate(first!.buffer, first!.at, balanced(copies.map((x) => x.value)))] : [...copies];
}

function balanced(terms: readonly Real[]): Real {
  if (terms.length === 1) return terms[0]!;
  const half = Math.ceil(terms.length / 2);
  return plus(balanced(terms.slice(0, half)), balanced(terms.slice(half)));
}

const equal = (a: Affine, b: Affine): boolean => {
  const d = affineAdd(a, b, -1);
  return d.terms.length === 0 && d.constant === 0;
};

/** Iterations of the outer loop side by side, with one inner loop. */
function together(outer: Loop, inner: Loop, rows: readonly Affine[]): Statement[] {
  const column: Local = { ...inner.variable };
  const renamings = rows.map((row) =>
    new Renaming().replace(outer.variable, row).replace(inner.variable, affineLocal(column)),
  );
  const position = outer.body.indexOf(inner);
  return [
    ...sideBySide(outer.body.slice(0, position), renamings),
    { ...inner, variable: column, body: shareLoads(sideBySide(inner.body, renamings)) },
    ...sideBySide(outer.body.slice(position + 1), renamings),
  ];
}

/** Blocks of four rows in a loop, or written out where there is one; then what is left over. */
function jammed(outer: Loop, inner: Loop, size: number): Statement[] {
  const blocks = Math.floor(size / ROWS);
  const rows = (from: Affine, count: number): Statement[] =>
    together(
      outer,
      inner,
      Array.from({ length: count }, (_, k) => affineShift(from, k)),
    );
  const block: Local = { type: "int", name: "block" };
  const looped = blocks > 1 ? [loopTo(block, blocks, rows(affineScale(affineLocal(block), ROWS), ROWS))] : [];
  const single = blocks === 1 ? rows(affineConstant(0), ROWS) : [];
  const rest = size % ROWS === 0 ? [] : rows(affineConstant(blocks * ROWS), size % ROWS);
  return [...looped, ...single, ...rest];
}

export function jam(block: readonly Statement[]): readonly Statement[] {
  return block.flatMap((s) => {
    if (s.kind !== "for") return [s];
    const [size, inner] = [extent(s), innerLoop(s)];
    if (size === undefined || size < 2 || inner === undefined || !mayJam(s, inner))
      return [{ ...s, body: jam(s.body) }];
    return jammed(s, inner, size);
  });
}
