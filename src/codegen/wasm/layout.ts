/** The buffers of a program come in, their places in linear memory go out. */
import type { Buffer, Program } from "../../ir/index.js";

/** A cache line: no vector of eight doubles that starts a buffer crosses one. */
export const ALIGNMENT = 64;
/** Buffers start on different lines of a 4 KiB window, so that a store does not look like a later load's address. */
const STAGGER = 320;
export const PAGE = 65536;

export interface Layout {
  /** Address of the first double, in bytes. */
  readonly at: ReadonlyMap<Buffer, number>;
  /** Bytes in use. */
  readonly bytes: number;
}

export const layoutOf = (program: Program): Layout => {
  const at = new Map<Buffer, number>();
  let end = 0;
  for (const b of [program.state, ...program.entries.map((e) => e.out), ...program.buffers]) {
    if (at.has(b)) continue;
    at.set(b, end);
    end = Math.ceil((end + 8 * b.size) / ALIGNMENT) * ALIGNMENT + STAGGER;
  }
  return { at, bytes: end };
};
