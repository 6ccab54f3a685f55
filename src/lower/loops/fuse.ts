/**
 * A block comes in, the same computation with loops of equal ranges joined goes out: one pass over a matrix
 * instead of two, fewer loops over vectors. Statements move only past statements they do not conflict with.
 */
import { affineLocal, type Statement } from "../../ir/index.js";
import { collect, conflicts, contested, sharesLocals, sizeOf } from "./effects.js";
import { extent, innerRanges, iterationsApart, type Loop } from "./ranges.js";
import { Renaming } from "./rename.js";

/** More statements than this in one block are left as they are: the search is cubic. */
const MAX_STATEMENTS = 80;

/** Nodes of the largest joined loop: the gain is small beyond, and large functions are never optimised. */
const MAX_SIZE = 400;

const shapes = new WeakMap<Statement, string | undefined>();

/** Extents of the nest, `100(784)`; loops are joined with loops of the same shape only. */
function shapeOf(s: Statement): string | undefined {
  if (!shapes.has(s)) shapes.set(s, newShape(s));
  return shapes.get(s);
}

function newShape(s: Statement): string | undefined {
  const n = extent(s);
  if (n === undefined || s.kind !== "for") return undefined;
  const inner = s.body.filter((x) => x.kind === "for" || x.kind === "while" || x.kind === "if");
  const within = [...new Set(inner.map((x) => shapeOf(x) ?? "?"))];
  return within.some((x) => x.includes("?")) ? undefined : `${n}(${within.join("|")})`;
}

const depthOf = (shape: string): number => shape.split("(").length;

/** The second loop with the first one's variable. */
function aligned(a: Loop, b: Loop): readonly Statement[] {
  return new Renaming().replace(b.variable, affineLocal(a.variable)).block(b.body);
}

/** Iteration k of b may run right after iteration k of a: what they share is apart between iterations. */
function mayJoin(a: Loop, b: Loop): boolean {
  const body = aligned(a, b);
  const [ea, eb] = [collect(a.body), collect(body)];
  if (sharesLocals(ea, eb)) return false;
  const ranges = innerRanges([...a.body, ...body]);
  return contested(ea, eb).every((buffer) =>
    iterationsApart(
      [...ea.accesses, ...eb.accesses].filter((x) => x.buffer === buffer),
      a.variable,
      ranges,
    ),
  );
}

/** before[k] holds the statements that must run before k. */
function dependences(block: readonly Statement[]): Set<number>[] {
  return block.map((s, k) => {
    const direct = new Set<number>();
    for (let m = 0; m < k; m++) if (conflicts(block[m]!, s)) direct.add(m);
    return direct;
  });
}

function reaches(before: readonly Set<number>[], from: number, to: number, direct: boolean): boolean {
  const seen = new Set<number>();
  const visit = (k: number): boolean => {
    if (seen.has(k)) return false;
    seen.add(k);
    for (const m of before[k]!) {
      if (m === from && !(k === to && !direct)) return true;
      if (m > from && visit(m)) return true;
    }
    return false;
  };
  return visit(to);
}

interface Candidate {
  readonly first: number;
  readonly second: number;
  readonly depth: number;
}

function candidates(block: readonly Statement[]): Candidate[] {
  const list = block.map(shapeOf);
  const found: Candidate[] = [];
  for (let second = 1; second < block.length; second++)
    for (let first = 0; first < second; first++) {
      const shape = list[first];
      if (shape === undefined || shape !== list[second]) continue;
      if (sizeOf(block[first]!) + sizeOf(block[second]!) <= MAX_SIZE)
        found.push({ first, second, depth: depthOf(shape) });
    }
  return found.sort((a, b) => b.depth - a.depth);
}

/** One block with the pair joined, in an order that respects all dependences. */
function joined(block: readonly Statement[], before: readonly Set<number>[], c: Candidate): Statement[] {
  const [a, b] = [block[c.first] as Loop, block[c.second] as Loop];
  const merged: Statement = { ...a, body: [...a.body, ...aligned(a, b)] };
  const group = (k: number): number => (k === c.second ? c.first : k);
  const result: Statement[] = [];
  const done = new Set<number>();
  const visit = (k: number): void => {
    if (done.has(k)) return;
    done.add(k);
    const needs = k === c.first ? [...before[c.first]!, ...before[c.second]!] : [...before[k]!];
    for (const m of needs
      .map(group)
      .filter((x) => x !== k)
      .sort((x, y) => x - y))
      visit(m);
    result.push(k === c.first ? merged : block[k]!);
  };
  block.forEach((_, k) => {
    visit(group(k));
  });
  return result;
}

const refused = new WeakMap<Loop, WeakSet<Loop>>();

/** `mayJoin`, asked once for each pair that may not. */
function joinable(a: Loop, b: Loop): boolean {
  if (refused.get(a)?.has(b)) return false;
  if (mayJoin(a, b)) return true;
  refused.set(a, (refused.get(a) ?? new WeakSet()).add(b));
  return false;
}

function joinOnce(block: readonly Statement[]): readonly Statement[] | undefined {
  const before = dependences(block);
  const pair = candidates(block).find(
    (c) =>
      !reaches(before, c.first, c.second, false) && joinable(block[c.first] as Loop, block[c.second] as Loop),
  );
  return pair === undefined ? undefined : joined(block, before, pair);
}

/** Joins what can be joined, deepest nests first, then within the joined bodies. */
export function fuse(block: readonly Statement[]): readonly Statement[] {
  let current = block;
  if (block.length <= MAX_STATEMENTS)
    for (let next = joinOnce(current); next !== undefined; next = joinOnce(current)) current = next;
  return current.map((s) => (s.kind === "for" ? { ...s, body: fuse(s.body) } : s));
}
