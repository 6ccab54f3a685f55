/** The buffers of a program come in, their places in linear memory go out. */
import { type Buffer, type Program, type Statement, visitBlock } from "../../ir/index.js";
import { isShared, isSingle, type Precision } from "./precision.js";

/** A cache line: no vector of eight doubles that starts a buffer crosses one. */
export const ALIGNMENT = 64;
/** Buffers start on different lines of a 4 KiB window, so that a store does not look like a later load's address. */
const STAGGER = 320;
export const PAGE = 65536;

/** Addresses of first entries, in bytes. */
export type Places = ReadonlyMap<Buffer, number>;

export interface Layout {
  /** As functions on doubles see them. States and results are doubles here: callers write and read these. */
  readonly at: Places;
  /** As functions on single numbers see them: all of their own, except that parameters are in common. */
  readonly single: Places;
  /** Bytes in use. */
  readonly bytes: number;
}

/** Scratch and tables of some statements. */
function ownOf(block: readonly Statement[], found: Set<Buffer>): void {
  const note = (b: Buffer): void => {
    if (b.kind === "work" || b.kind === "table") found.add(b);
  };
  visitBlock(block, {
    real: (e) => {
      if (e.kind === "load") note(e.buffer);
    },
    statement: (s) => {
      if (s.kind === "store" || s.kind === "accumulate") note(s.buffer);
    },
  });
}

export const layoutOf = (program: Program, precision: Precision = "f64"): Layout => {
  let end = 0;
  const place = (at: Map<Buffer, number>, b: Buffer, bytes: 4 | 8): void => {
    if (at.has(b)) return;
    at.set(b, end);
    end = Math.ceil((end + bytes * b.size) / ALIGNMENT) * ALIGNMENT + STAGGER;
  };
  const [at, single] = [new Map<Buffer, number>(), new Map<Buffer, number>()];
  const outs = program.entries.map((e) => e.out);
  for (const b of [program.state, ...outs]) place(at, b, 8);
  if (precision === "f64") {
    for (const b of program.buffers) place(at, b, 8);
    return { at, single, bytes: end };
  }
  const singles = program.entries.filter((e) => isSingle(e, precision));
  const own = { single: new Set<Buffer>(), double: new Set<Buffer>() };
  ownOf(program.prepare, own.double);
  for (const e of program.entries) ownOf(e.body, singles.includes(e) ? own.single : own.double);
  for (const b of [program.state, ...singles.map((e) => e.out), ...own.single]) place(single, b, 4);
  for (const b of program.buffers.filter(isShared)) {
    place(at, b, 4);
    single.set(b, at.get(b)!);
  }
  for (const b of own.double) place(at, b, 8);
  return { at, single, bytes: end };
};
