/** A request comes in; where each tensor symbol lives in memory goes out. */
import type { TensorSymbol } from "../index-notation/index.js";
import type { Buffer } from "../ir/index.js";
import type { ProgramRequest } from "./request.js";
import { Sizes } from "./sizes.js";

/** A tensor in memory: C order from `offset` on. */
export interface Slot {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly shape: readonly number[];
  /** Distance in memory of neighbours along each dimension. */
  readonly strides: readonly number[];
}

export function slot(buffer: Buffer, offset: number, shape: readonly number[]): Slot {
  const strides = shape.map((_, k) => shape.slice(k + 1).reduce((n, s) => n * s, 1));
  return { buffer, offset, shape, strides };
}

/** The tensors of one program, and the buffers that hold them. */
export class Slots {
  readonly sizes: Sizes;
  readonly state: Buffer;
  readonly buffers: Buffer[] = [];
  private readonly known = new Map<TensorSymbol, Slot>();

  constructor(request: ProgramRequest) {
    this.sizes = new Sizes(request.dimensions);
    const ends = request.states.map((s) => s.offset + this.sizes.entries(s.symbol));
    this.state = { kind: "state", name: "state", size: Math.max(0, ...ends) };
    for (const s of request.states) this.place(s.symbol, this.state, s.offset);
    for (const kind of ["param", "input"] as const) {
      const arrays = kind === "param" ? request.parameters : request.inputs;
      for (const [symbol, data] of arrays)
        this.place(symbol, this.declare({ kind, name: symbol.name, size: data.length, data }), 0);
    }
  }

  declare(buffer: Buffer): Buffer {
    this.buffers.push(buffer);
    return buffer;
  }

  place(symbol: TensorSymbol, buffer: Buffer, offset: number): void {
    this.known.set(symbol, slot(buffer, offset, this.sizes.shape(symbol)));
  }

  find(symbol: TensorSymbol): Slot | undefined {
    return this.known.get(symbol);
  }

  /** The slot of a symbol that `check` has seen. */
  of(symbol: TensorSymbol): Slot {
    const found = this.known.get(symbol);
    if (found === undefined) throw new Error(`tensor ${symbol.name} has no slot`);
    return found;
  }
}
