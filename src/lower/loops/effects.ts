/** Statements come in; what they read and write, and whether two of them may change places, goes out. */
import {
  type Affine,
  type Buffer,
  type Local,
  type Real,
  type Statement,
  visitBlock,
} from "../../ir/index.js";

export interface Access {
  readonly buffer: Buffer;
  readonly at: Affine;
  readonly kind: "read" | "write" | "add";
}

export interface Effects {
  readonly accesses: readonly Access[];
  /** Buffers of the accesses, and those among them that are not only read. */
  readonly touched: ReadonlySet<Buffer>;
  readonly written: ReadonlySet<Buffer>;
  readonly reads: ReadonlySet<Local>;
  /** Defined or assigned. */
  readonly writes: ReadonlySet<Local>;
}

const memo = new WeakMap<Statement, Effects>();

/** Everything a statement touches, inner blocks included. */
export function effectsOf(s: Statement): Effects {
  let known = memo.get(s);
  if (known === undefined) {
    known = collect([s]);
    memo.set(s, known);
  }
  return known;
}

export function collect(block: readonly Statement[]): Effects {
  const accesses: Access[] = [];
  const reads = new Set<Local>();
  const writes = new Set<Local>();
  visitBlock(block, {
    real: (e: Real) => {
      if (e.kind === "load") accesses.push({ buffer: e.buffer, at: e.at, kind: "read" });
      if (e.kind === "local") reads.add(e.local);
    },
    affine: (a) => {
      for (const t of a.terms) reads.add(t.local);
    },
    statement: (s) => {
      if (s.kind === "store") accesses.push({ buffer: s.buffer, at: s.at, kind: "write" });
      if (s.kind === "accumulate") accesses.push({ buffer: s.buffer, at: s.at, kind: "add" });
      if (s.kind === "let" || s.kind === "assign" || s.kind === "index") writes.add(s.local);
      if (s.kind === "for") writes.add(s.variable);
    },
  });
  const touched = new Set(accesses.map((a) => a.buffer));
  const written = new Set(accesses.filter((a) => a.kind !== "read").map((a) => a.buffer));
  return { accesses, touched, written, reads, writes };
}

const touches = (a: Effects, l: Local): boolean => a.reads.has(l) || a.writes.has(l);

/** A local that one writes and the other touches. */
export function sharesLocals(a: Effects, b: Effects): boolean {
  for (const l of a.writes) if (touches(b, l)) return true;
  for (const l of b.writes) if (touches(a, l)) return true;
  return false;
}

/** Buffers that both touch and at least one writes. */
export const contested = (a: Effects, b: Effects): readonly Buffer[] => [
  ...[...a.written].filter((x) => b.touched.has(x)),
  ...[...b.written].filter((x) => a.touched.has(x) && !a.written.has(x)),
];

const conflicting = new WeakMap<Statement, WeakMap<Statement, boolean>>();

/** Asked again and again while a block changes, so remembered. */
export function conflicts(a: Statement, b: Statement): boolean {
  const known = conflicting.get(a) ?? new WeakMap<Statement, boolean>();
  conflicting.set(a, known);
  let answer = known.get(b);
  if (answer === undefined) {
    const [ea, eb] = [effectsOf(a), effectsOf(b)];
    answer = sharesLocals(ea, eb) || contested(ea, eb).length > 0;
    known.set(b, answer);
  }
  return answer;
}

const sizes = new WeakMap<Statement, number>();

/** Nodes of statements and expressions. */
export function sizeOf(s: Statement): number {
  let known = sizes.get(s);
  if (known === undefined) {
    let n = 0;
    const count = (): void => {
      n += 1;
    };
    visitBlock([s], { statement: count, real: count });
    known = n;
    sizes.set(s, known);
  }
  return known;
}
