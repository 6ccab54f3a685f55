/**
 * A loop comes in; what keeps its iterations together goes out, or why they cannot be taken apart.
 *
 * Parts of the loop may run in any order when each local and buffer that the body writes is of one of these kinds:
 * entries that only one iteration touches; sums (or products, extremes) to which iterations do nothing but add, of
 * which each part keeps its own; scratch that an iteration writes before it reads it; or an online softmax.
 */
import { type Buffer, type Local, type Statement, type StatementOf, visitBlock } from "../../../ir/index.js";
import { type Fold, reductionOf } from "../vectorise.js";
import { type Access, accessesOf, apart, occurrences, writtenFirst } from "./accesses.js";
import { type Online, onlineOf } from "./online.js";

export type Loop = StatementOf<"for">;

export interface Analysis {
  /** Locals of outside that the body only folds into. */
  readonly folds: ReadonlyMap<Local, Fold>;
  /** Locals of outside that the body only reads. */
  readonly passed: readonly Local[];
  /** Buffers that the body only adds to. */
  readonly sums: readonly Buffer[];
  readonly scratch: readonly Buffer[];
  readonly online?: Online;
}

/** Numbers of outside that the body uses. */
interface Uses {
  readonly read: ReadonlySet<Local>;
  readonly assigned: ReadonlyMap<Local, readonly StatementOf<"assign">[]>;
}

function usesOf(body: readonly Statement[]): Uses {
  const own = new Set<Local>();
  const read = new Set<Local>();
  const assigned = new Map<Local, StatementOf<"assign">[]>();
  visitBlock(body, {
    statement: (s) => {
      if (s.kind === "let") own.add(s.local);
      if (s.kind === "assign") assigned.set(s.local, [...(assigned.get(s.local) ?? []), s]);
    },
    real: (e) => {
      if (e.kind === "local") read.add(e.local);
    },
  });
  for (const l of own) {
    read.delete(l);
    assigned.delete(l);
  }
  return { read, assigned };
}

/** How often a local is read. */
function readsOf(body: readonly Statement[], local: Local): number {
  let count = 0;
  visitBlock(body, {
    real: (e) => {
      if (e.kind === "local" && e.local === local) count += 1;
    },
  });
  return count;
}

/** The one way in which all assignments fold something into the local, which nothing else reads. */
function foldOf(
  local: Local,
  assignments: readonly StatementOf<"assign">[],
  body: readonly Statement[],
): Fold | undefined {
  const found = assignments.map((s) => reductionOf(s));
  const [first] = found;
  if (first === undefined || found.some((f) => f?.fold !== first.fold)) return undefined;
  return readsOf(body, local) === assignments.length ? first.fold : undefined;
}

function byBuffer(list: readonly Access[]): Map<Buffer, Access[]> {
  const found = new Map<Buffer, Access[]>();
  for (const a of list) found.set(a.buffer, [...(found.get(a.buffer) ?? []), a]);
  return found;
}

const usesIntegersOfOutside = (loop: Loop): boolean => {
  const own = new Set<Local>([loop.variable]);
  let found = false;
  visitBlock(loop.body, {
    statement: (s) => {
      if (s.kind === "for") own.add(s.variable);
      if (s.kind === "index") own.add(s.local);
    },
  });
  visitBlock(loop.body, {
    affine: (a) => {
      if (a.terms.some((t) => !own.has(t.local))) found = true;
    },
    real: (e) => {
      if (e.kind === "load" && e.at.terms.some((t) => !own.has(t.local))) found = true;
    },
  });
  return found;
};

/** Used nowhere else, so that it may have copies, and written in each iteration before it is read. */
const isScratch = (buffer: Buffer, loop: Loop, whole: readonly Statement[]): boolean =>
  buffer.kind === "work" &&
  occurrences(whole, buffer) === occurrences([loop], buffer) &&
  writtenFirst(buffer, loop.body);

/** `whole`: the statements of the entry that the loop is part of. */
export function analyse(loop: Loop, whole: readonly Statement[]): Analysis | undefined {
  if (usesIntegersOfOutside(loop)) return undefined;
  const online = onlineOf(loop.body);
  const { read, assigned } = usesOf(loop.body);
  const folds = new Map<Local, Fold>();
  for (const [local, assignments] of assigned) {
    if (online?.locals.includes(local)) continue;
    const fold = foldOf(local, assignments, loop.body);
    if (fold === undefined) return undefined;
    folds.set(local, fold);
  }
  const { list, ranges } = accessesOf(loop.body);
  const [sums, scratch]: [Buffer[], Buffer[]] = [[], []];
  for (const [buffer, accesses] of byBuffer(list)) {
    if (online?.buffers.includes(buffer)) continue;
    if (accesses.every((a) => a.kind === "load") || apart(accesses, loop.variable, ranges)) continue;
    if (accesses.every((a) => a.kind === "accumulate")) sums.push(buffer);
    else if (isScratch(buffer, loop, whole)) scratch.push(buffer);
    else return undefined;
  }
  const passed = [...read].filter((l) => !folds.has(l) && !online?.locals.includes(l));
  return { folds, passed, sums, scratch, ...(online && { online }) };
}
