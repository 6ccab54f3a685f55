/** Accesses to buffers whose entries are of any width come in, addresses and the pointers that walk along loops go out. */
import {
  type Affine,
  affineEqual,
  type Buffer,
  coefficientOf,
  type StatementOf,
  visitBlock,
} from "../../ir/index.js";
import type { Variable } from "./assembler.js";
import type { Writer } from "./writer.js";

/** The part of an address that changes, and what is added to it. */
interface Split {
  /** Bytes of an entry. */
  readonly width: number;
  readonly moving: Affine;
  readonly extra: number;
  readonly offset: number;
}

/** A pointer that walks along with an innermost loop. */
type Pointer = Split & { readonly variable: Variable };

const same = (a: Split, b: Split): boolean =>
  a.width === b.width && a.extra === b.extra && affineEqual(a.moving, b.moving);

export class Addresses {
  /** Of the innermost loop that is being written. */
  private pointers: readonly Pointer[] = [];

  constructor(
    private readonly w: Writer,
    private readonly places: ReadonlyMap<Buffer, number>,
    private readonly widthOf: (b: Buffer) => number,
  ) {}

  /** Leaves the address; returns the immediate offset that belongs to it. */
  leave(buffer: Buffer, at: Affine): number {
    const split = this.split(buffer, at);
    const pointer = this.pointers.find((p) => same(p, split));
    if (pointer !== undefined) this.w.code.get(pointer.variable);
    else this.compute(split);
    return split.offset;
  }

  /** Writes the rounds of an innermost loop whose variable holds its first value. */
  walk(s: StatementOf<"for">, rounds: (advance: () => void) => void): void {
    this.pointers = this.begin(s);
    rounds(() => {
      for (const p of this.pointers) this.advance(p, p.width * coefficientOf(p.moving, s.variable));
    });
    this.pointers = [];
  }

  private split(buffer: Buffer, at: Affine): Split {
    const a = this.w.expand(at);
    const width = this.widthOf(buffer);
    const offset = this.places.get(buffer)! + width * a.constant;
    const moving = { terms: a.terms, constant: 0 };
    return offset >= 0 && this.w.climbs(a)
      ? { width, moving, extra: 0, offset }
      : { width, moving, extra: offset, offset: 0 };
  }

  private compute({ width, moving, extra }: Split): void {
    this.w.sum(moving, width);
    if (extra !== 0) this.w.code.i32(extra | 0).op("i32.add");
  }

  private begin({ body }: StatementOf<"for">): Pointer[] {
    for (const s of body) if (s.kind === "index") this.w.define(s.local, s.value);
    const found: Pointer[] = [];
    const note = (buffer: Buffer, at: Affine): void => {
      const split = this.split(buffer, at);
      if (found.some((p) => same(p, split))) return;
      this.compute(split);
      const variable = this.w.code.variable("i32");
      this.w.code.set(variable);
      found.push({ ...split, variable });
    };
    visitBlock(body, {
      real: (e) => {
        if (e.kind === "load") note(e.buffer, e.at);
      },
      statement: (s) => {
        if (s.kind === "store" || s.kind === "accumulate") note(s.buffer, s.at);
      },
    });
    return found;
  }

  private advance({ variable }: Pointer, bytes: number): void {
    if (bytes === 0) return;
    const { code } = this.w;
    code
      .get(variable)
      .i32(bytes | 0)
      .op("i32.add")
      .set(variable);
  }
}
