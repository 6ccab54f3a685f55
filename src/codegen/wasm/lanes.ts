/** A loop whose iterations are independent comes in, instructions that run several of them at a time go out. */
import {
  type Affine,
  affineEqual,
  type Buffer,
  coefficientOf,
  isExpensive,
  type Local,
  visitBlock,
} from "../../ir/index.js";
import type { Assembler, Variable } from "./assembler.js";
import { Body, FOLDED } from "./pairs.js";
import type { VectorLoop } from "./vectorise.js";
import type { Writer } from "./writer.js";

/** A pointer that walks along with the loop: the address is pointer + immediate. */
interface Pointer {
  readonly moving: Affine;
  readonly extra: number;
  /** Bytes of an entry. */
  readonly bytes: number;
  readonly variable: Variable;
  /** Bytes for one iteration. */
  readonly stride: number;
}

/** Addresses, values from outside and accumulators of one loop. */
export class Lanes {
  readonly code: Assembler;
  readonly variable: Local;
  private readonly pointers: Pointer[] = [];
  private readonly splats = new Map<Local, Variable>();
  private readonly totals = new Map<Local, readonly Variable[]>();

  constructor(
    readonly source: VectorLoop,
    readonly w: Writer,
    /** Vectors of iterations in one round. */
    readonly unroll: number,
  ) {
    this.code = w.code;
    this.variable = source.loop.variable;
  }

  /** The pointer of an access and its immediate offset. */
  pointer(buffer: Buffer, address: Affine): { readonly p: Pointer; readonly offset: number } {
    const { moving, extra, offset } = this.w.split(buffer, address);
    const bytes = this.w.bytesOf(buffer);
    let p = this.pointers.find(
      (x) => x.bytes === bytes && x.extra === extra && affineEqual(x.moving, moving),
    );
    if (p === undefined) {
      const stride = bytes * coefficientOf(moving, this.variable);
      p = { moving, extra, bytes, stride, variable: this.code.variable("i32") };
      this.pointers.push(p);
    }
    return { p, offset };
  }

  /** Computes what stays fixed. The loop variable holds the first iteration. */
  begin(): void {
    const { body, reductions } = this.source;
    const own = new Set(body.flatMap((s) => (s.kind === "let" ? [s.local] : [])));
    visitBlock(body, {
      real: (e) => {
        if (e.kind === "load") this.pointer(e.buffer, e.at);
        if (e.kind === "local" && !own.has(e.local) && !reductions.has(e.local)) this.splat(e.local);
      },
      statement: (s) => {
        if (s.kind === "store" || s.kind === "accumulate") this.pointer(s.buffer, s.at);
      },
    });
    for (const p of this.pointers) {
      this.w.sum(p.moving, p.bytes);
      if (p.extra !== 0) this.code.i32(p.extra | 0).op("i32.add");
      this.code.set(p.variable);
    }
    for (const [local, { fold }] of reductions) {
      const parts = Array.from({ length: this.unroll }, () => this.code.variable("v128"));
      for (const p of parts) this.code.vector(this.w.arithmetic.shape, FOLDED[fold].start).set(p);
      this.totals.set(local, parts);
    }
  }

  private splat(local: Local): void {
    if (this.splats.has(local)) return;
    const v = this.code.variable("v128");
    this.code.get(this.w.variable(local)).op(`${this.w.arithmetic.shape}.splat`).set(v);
    this.splats.set(local, v);
  }

  outer(local: Local): Variable | undefined {
    return this.splats.get(local);
  }

  total(local: Local, part: number): Variable {
    return this.totals.get(local)![part]!;
  }

  advance(iterations: number): void {
    for (const p of this.pointers)
      if (p.stride !== 0)
        this.code
          .get(p.variable)
          .i32((p.stride * iterations) | 0)
          .op("i32.add")
          .set(p.variable);
    const v = this.w.variable(this.variable);
    this.code.get(v).i32(iterations).op("i32.add").set(v);
  }

  /** The accumulators go into the scalars that they stand for. */
  finish(): void {
    for (const [local, { fold }] of this.source.reductions) {
      const { join } = FOLDED[fold];
      const { shape, lanes } = this.w.arithmetic;
      const [first, ...rest] = this.totals.get(local)!;
      for (const p of rest) this.code.get(first!).get(p).op(`${shape}.${join}`).set(first!);
      const scalar = this.w.variable(local);
      this.code.get(scalar);
      for (let lane = 0; lane < lanes; lane++) {
        this.code.get(first!).lane(`${shape}.extract_lane`, lane);
        if (lane > 0) this.w.op(join);
      }
      this.w.op(join);
      this.code.set(scalar);
    }
  }
}

/** Vector registers that a loop may fill: the engine keeps one of sixteen, and temporaries need some. */
const REGISTERS = 12;
/** Independent additions in flight that hide the latency of one. */
const IN_FLIGHT = 4;

/**
 * Vectors in one round: enough independent work to hide the latency of an addition, and no more than fits the
 * registers. Accumulators, values from outside and what a round loads live all through it, because the engine
 * places additions to accumulators at its end: spilling them costs a third of the speed of a matrix pass.
 */
function unrollOf(v: VectorLoop): number {
  let [nodes, loads, heavy] = [0, 0, false];
  const outside = new Set<Local>();
  const own = new Set(v.body.flatMap((s) => (s.kind === "let" ? [s.local] : [])));
  visitBlock(v.body, {
    real: (e) => {
      nodes += 1;
      if (e.kind === "load") loads += 1;
      if (e.kind === "local" && !own.has(e.local) && !v.reductions.has(e.local)) outside.add(e.local);
      if (e.kind === "call" && isExpensive(e.fn) && e.fn !== "sqrt") heavy = true;
    },
  });
  if (heavy) return 1;
  const sums = v.reductions.size;
  if (sums === 0) return nodes <= 12 ? 4 : 2;
  const wanted = Math.max(1, Math.floor(IN_FLIGHT / sums));
  const room = Math.floor((REGISTERS - outside.size) / (sums + loads));
  return Math.max(1, Math.min(wanted, room));
}

/** First iteration and number of iterations of a loop between constants. */
function constantRange(v: VectorLoop, w: Writer): { from: number; count: number } | undefined {
  const bounds = [...v.loop.from, ...v.loop.to].map((a) => w.expand(a));
  if (bounds.some((a) => a.terms.length > 0)) return undefined;
  const value = (a: Affine): number => w.expand(a).constant;
  const from = Math.max(...v.loop.from.map(value));
  return { from, count: Math.max(0, Math.min(...v.loop.to.map(value)) - from) };
}

export function writeLanes(v: VectorLoop, w: Writer): void {
  const range = constantRange(v, w);
  if (range === undefined) openEnded(v, w);
  else if (range.count >= w.arithmetic.lanes) counted(v, w, range.from, range.count);
  else for (let k = 0; k < range.count; k++) w.once(v.loop, range.from + k);
}

/** Rounds this few are written one after the other. */
const STRAIGHT = 2;

function counted(v: VectorLoop, w: Writer, from: number, count: number): void {
  const width = w.arithmetic.lanes;
  const unroll = Math.min(unrollOf(v), Math.floor(count / width));
  const lanes = new Lanes(v, w, unroll);
  const { code } = w;
  const variable = w.variable(v.loop.variable);
  code.i32(from).set(variable);
  lanes.begin();
  const rounds = Math.floor(count / (width * unroll));
  const looped = rounds > STRAIGHT ? rounds : 0;
  const round = (inLoop: boolean): void => {
    for (let k = 0; k < unroll; k++) new Body(lanes, k, inLoop).write();
    lanes.advance(width * unroll);
  };
  if (looped > 0) {
    const end = from + width * unroll * rounds;
    code.repeat(() => {
      round(true);
      code.get(variable).i32(end).op("i32.lt_s");
    });
  } else for (let k = 0; k < rounds; k++) round(false);
  const rest = Math.floor((count - rounds * width * unroll) / width);
  for (let k = 0; k < rest; k++) new Body(lanes, k, false).write();
  lanes.finish();
  for (let k = count - (count % width); k < count; k++) w.once(v.loop, from + k);
}

/** Bounds are known at run time only: vectors, then what is left one by one. */
function openEnded(v: VectorLoop, w: Writer): void {
  const { code } = w;
  const [variable, end] = [w.variable(v.loop.variable), code.variable("i32")];
  w.bound(v.loop.from, false);
  code.set(variable);
  w.bound(v.loop.to, true);
  code.set(end);
  const left = (more: number) => (): void => {
    code.get(variable);
    if (more > 0) code.i32(more).op("i32.add");
    code.get(end).op("i32.lt_s");
  };
  const vectorLeft = left(w.arithmetic.lanes - 1);
  vectorLeft();
  code.choose([], () => {
    const lanes = new Lanes(v, w, 1);
    lanes.begin();
    code.repeat(() => {
      new Body(lanes, 0, true).write();
      lanes.advance(w.arithmetic.lanes);
      vectorLeft();
    });
    lanes.finish();
  });
  code.loopWhile(left(0), () => {
    w.block(v.loop.body);
    code.get(variable).i32(1).op("i32.add").set(variable);
  });
}
