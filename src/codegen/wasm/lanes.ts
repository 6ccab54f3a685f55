/** A loop whose iterations are independent comes in, instructions that run two of them at a time go out. */
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
    /** Pairs of iterations in one round. */
    readonly unroll: number,
  ) {
    this.code = w.code;
    this.variable = source.loop.variable;
  }

  /** The pointer of an access and its immediate offset. */
  pointer(buffer: Buffer, address: Affine): { readonly p: Pointer; readonly offset: number } {
    const { moving, extra, offset } = this.w.split(buffer, address);
    let p = this.pointers.find((x) => x.extra === extra && affineEqual(x.moving, moving));
    if (p === undefined) {
      const stride = 8 * coefficientOf(moving, this.variable);
      p = { moving, extra, stride, variable: this.code.variable("i32") };
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
      this.w.sum(p.moving, 8);
      if (p.extra !== 0) this.code.i32(p.extra | 0).op("i32.add");
      this.code.set(p.variable);
    }
    for (const [local, { fold }] of reductions) {
      const parts = Array.from({ length: this.unroll }, () => this.code.variable("v128"));
      for (const p of parts) this.code.f64x2(FOLDED[fold].start).set(p);
      this.totals.set(local, parts);
    }
  }

  private splat(local: Local): void {
    if (this.splats.has(local)) return;
    const v = this.code.variable("v128");
    this.code.get(this.w.variable(local)).op("f64x2.splat").set(v);
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
      const { pair, one } = FOLDED[fold];
      const [first, ...rest] = this.totals.get(local)!;
      for (const p of rest) this.code.get(first!).get(p).op(pair).set(first!);
      const scalar = this.w.variable(local);
      this.code.get(scalar);
      this.code.get(first!).lane("f64x2.extract_lane", 0).get(first!).lane("f64x2.extract_lane", 1).op(one);
      this.code.op(one).set(scalar);
    }
  }
}

/** Vector registers that a loop may fill: the engine keeps one of sixteen, and temporaries need some. */
const REGISTERS = 12;
/** Independent additions in flight that hide the latency of one. */
const IN_FLIGHT = 4;

/**
 * Pairs in one round: enough independent work to hide the latency of an addition, and no more than fits the
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
  else if (range.count > 1) counted(v, w, range.from, range.count);
  else if (range.count === 1) w.once(v.loop, range.from);
}

/** Rounds this few are written one after the other. */
const STRAIGHT = 2;

function counted(v: VectorLoop, w: Writer, from: number, count: number): void {
  const unroll = Math.min(unrollOf(v), Math.floor(count / 2));
  const lanes = new Lanes(v, w, unroll);
  const { code } = w;
  const variable = w.variable(v.loop.variable);
  code.i32(from).set(variable);
  lanes.begin();
  const rounds = Math.floor(count / (2 * unroll));
  const looped = rounds > STRAIGHT ? rounds : 0;
  const round = (inLoop: boolean): void => {
    for (let k = 0; k < unroll; k++) new Body(lanes, k, inLoop).write();
    lanes.advance(2 * unroll);
  };
  if (looped > 0) {
    const end = from + 2 * unroll * rounds;
    code.repeat(() => {
      round(true);
      code.get(variable).i32(end).op("i32.lt_s");
    });
  } else for (let k = 0; k < rounds; k++) round(false);
  const rest = Math.floor((count - rounds * 2 * unroll) / 2);
  for (let k = 0; k < rest; k++) new Body(lanes, k, false).write();
  lanes.finish();
  if (count % 2 === 1) w.once(v.loop, from + count - 1);
}

/** Bounds are known at run time only: pairs, then at most one iteration. */
function openEnded(v: VectorLoop, w: Writer): void {
  const { code } = w;
  const [variable, end] = [w.variable(v.loop.variable), code.variable("i32")];
  w.bound(v.loop.from, false);
  code.set(variable);
  w.bound(v.loop.to, true);
  code.set(end);
  const pairLeft = (): void => void code.get(variable).i32(1).op("i32.add").get(end).op("i32.lt_s");
  pairLeft();
  code.choose([], () => {
    const lanes = new Lanes(v, w, 1);
    lanes.begin();
    code.repeat(() => {
      new Body(lanes, 0, true).write();
      lanes.advance(2);
      pairLeft();
    });
    lanes.finish();
  });
  code.get(variable).get(end).op("i32.lt_s");
  code.choose([], () => w.block(v.loop.body));
}
