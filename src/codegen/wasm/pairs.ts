/** Statements of a loop body come in, instructions for two neighbouring iterations of it go out. */
import type {
  Affine,
  Buffer,
  Local,
  Primitive,
  Real,
  RealKind,
  RealOf,
  StatementOf,
  Test,
  TestKind,
  TestOf,
} from "../../ir/index.js";
import { coefficientOf, PRIMITIVES } from "../../ir/index.js";
import type { Assembler, Variable } from "./assembler.js";
import { isKernel } from "./functions.js";
import type { Plain } from "./instructions.js";
import type { Lanes } from "./lanes.js";
import type { Fold, Simple } from "./vectorise.js";

interface Folded {
  readonly start: number;
  readonly pair: Plain;
  readonly one: Plain;
}

export const FOLDED: { [F in Fold]: Folded } = {
  "+": { start: 0, pair: "f64x2.add", one: "f64.add" },
  "*": { start: 1, pair: "f64x2.mul", one: "f64.mul" },
  max: { start: Number.NEGATIVE_INFINITY, pair: "f64x2.max", one: "f64.max" },
  min: { start: Number.POSITIVE_INFINITY, pair: "f64x2.min", one: "f64.min" },
};

/** States of so many doubles are copied in by a loop. */
const COPIED_SINGLY = 16;

/**
 * The caller has just stored the doubles one by one: a load of two would have to wait until both have left the store
 * buffer, which takes as long as all the arithmetic of a small model.
 */
const isWrittenSingly = (b: Buffer): boolean => b.kind === "state" && b.size <= COPIED_SINGLY;

/** The iterations 2·part and 2·part + 1 of a round. */
export class Body {
  readonly code: Assembler;
  private readonly locals = new Map<Local, Variable>();

  constructor(
    readonly lanes: Lanes,
    readonly part: number,
    /** Run often enough for kernels to be written out in place. */
    readonly often: boolean,
  ) {
    this.code = lanes.code;
  }

  write(): void {
    for (const s of this.lanes.source.body) {
      if (s.kind === "let") this.set(s.local, s.value);
      else if (s.kind === "assign") this.assign(s);
      else this.put(s);
    }
  }

  private set(local: Local, value: Real): void {
    this.real(value);
    let v = this.locals.get(local);
    if (v === undefined) {
      v = this.code.variable("v128");
      this.locals.set(local, v);
    }
    this.code.set(v);
  }

  private assign(s: StatementOf<"assign">): void {
    const reduction = this.lanes.source.reductions.get(s.local);
    if (reduction === undefined) {
      this.set(s.local, s.value);
      return;
    }
    const total = this.lanes.total(s.local, this.part);
    this.code.get(total);
    this.real(reduction.value);
    this.code.op(FOLDED[reduction.fold].pair).set(total);
  }

  private put(s: Extract<Simple, { kind: "store" | "accumulate" }>): void {
    const adds = s.kind === "accumulate";
    if (this.isNext(s.buffer, s.at)) {
      const offset = this.address(s.buffer, s.at, 0);
      if (adds) this.load(s.buffer, s.at);
      this.real(s.value);
      if (adds) this.code.op("f64x2.add");
      this.code.memory("v128.store", offset);
      return;
    }
    if (adds) this.load(s.buffer, s.at);
    this.real(s.value);
    if (adds) this.code.op("f64x2.add");
    const value = this.code.variable("v128");
    this.code.set(value);
    for (const lane of [0, 1] as const) {
      const offset = this.address(s.buffer, s.at, lane);
      this.code.get(value).lane("f64x2.extract_lane", lane).memory("f64.store", offset);
    }
  }

  local(l: Local): void {
    this.code.get(this.locals.get(l) ?? this.lanes.outer(l)!);
  }

  private step(buffer: Buffer, at: Affine): number {
    return this.lanes.pointer(buffer, at).p.stride;
  }

  /** Two iterations touch neighbours in memory. */
  private isNext(buffer: Buffer, at: Affine): boolean {
    return this.step(buffer, at) === 8;
  }

  /** Leaves the address for one lane; returns the immediate offset. */
  private address(buffer: Buffer, at: Affine, lane: 0 | 1): number {
    const { p, offset } = this.lanes.pointer(buffer, at);
    const ahead = p.stride * (2 * this.part + lane);
    this.code.get(p.variable);
    if (offset + ahead >= 0 && ahead >= 0) return offset + ahead;
    this.code.i32(ahead).op("i32.add");
    return offset;
  }

  load(buffer: Buffer, at: Affine): void {
    const step = this.step(buffer, at);
    const offset = this.address(buffer, at, 0);
    const together = step === 8 && !isWrittenSingly(buffer);
    this.code.memory(together ? "v128.load" : "v128.load64_splat", offset);
    if (step === 0 || together) return;
    const second = this.address(buffer, at, 1);
    this.code.memory("f64.load", second).lane("f64x2.replace_lane", 1);
  }

  index(value: Affine): void {
    const { w, variable } = this.lanes;
    const c = coefficientOf(w.expand(value), variable);
    w.affine(value);
    this.code.op("f64.convert_i32_s", "f64x2.splat");
    const ahead = 2 * this.part * c;
    if (c !== 0) this.code.f64x2(ahead, ahead + c).op("f64x2.add");
  }

  real(e: Real): void {
    (reals[e.kind] as (e: Real, b: Body) => void)(e, this);
  }

  /** Leaves a mask. */
  test(t: Test): void {
    (tests[t.kind] as (t: Test, b: Body) => void)(t, this);
  }

  /** A value in a new variable. */
  keep(): Variable {
    const v = this.code.variable("v128");
    this.code.set(v);
    return v;
  }
}

const BINARY = { "+": "f64x2.add", "-": "f64x2.sub", "*": "f64x2.mul", "/": "f64x2.div" } as const;
const COMPARED = { "<": "f64x2.lt", "<=": "f64x2.le", "=": "f64x2.eq", "!=": "f64x2.ne" } as const;
const DIRECT = {
  abs: "f64x2.abs",
  sqrt: "f64x2.sqrt",
  floor: "f64x2.floor",
  max: "f64x2.max",
  min: "f64x2.min",
} as const;

/** `above` for x > 0, `below` for x < 0, and what `otherwise` makes of ±0 and NaN. */
function bySign(b: Body, above: number, below: number, otherwise: readonly Plain[]): void {
  const x = b.keep();
  b.code
    .f64x2(above)
    .f64x2(below)
    .get(x)
    .op(...otherwise);
  b.code.get(x).f64x2(0).op("f64x2.lt", "v128.bitselect");
  b.code.get(x).f64x2(0).op("f64x2.gt", "v128.bitselect");
}

/** An imported function, once for each lane. */
function lanewise(fn: Primitive, b: Body): void {
  const args = Array.from({ length: PRIMITIVES[fn] }, () => b.keep()).reverse();
  for (const lane of [0, 1] as const) {
    for (const x of args) b.code.get(x).lane("f64x2.extract_lane", lane);
    b.lanes.w.functions.imported(fn, b.code);
    if (lane === 0) b.code.op("f64x2.splat");
    else b.code.lane("f64x2.replace_lane", 1);
  }
}

function call(e: RealOf<"call">, b: Body): void {
  for (const a of e.args) b.real(a);
  const { fn } = e;
  if (fn in DIRECT) b.code.op(DIRECT[fn as keyof typeof DIRECT]);
  else if (fn === "relu") b.code.f64x2(0).op("f64x2.max");
  else if (fn === "sign") bySign(b, 1, -1, []);
  else if (fn === "step") bySign(b, 1, 0, ["f64x2.abs"]);
  else if (!isKernel(fn)) lanewise(fn, b);
  else b.lanes.w.functions.kernel(fn, b.code, b.often);
}

const reals: { [K in RealKind]: (e: RealOf<K>, b: Body) => void } = {
  const: (e, b) => void b.code.f64x2(e.value),
  local: (e, b) => b.local(e.local),
  load: (e, b) => b.load(e.buffer, e.at),
  index: (e, b) => b.index(e.value),
  binary: (e, b) => {
    b.real(e.left);
    b.real(e.right);
    b.code.op(BINARY[e.op]);
  },
  neg: (e, b) => {
    b.real(e.arg);
    b.code.op("f64x2.neg");
  },
  call,
  select: (e, b) => {
    if (!isMask(e.test)) {
      b.lanes.w.test(e.test);
      b.code.choose(
        ["v128"],
        () => b.real(e.yes),
        () => b.real(e.no),
      );
      return;
    }
    b.real(e.yes);
    b.real(e.no);
    b.test(e.test);
    b.code.op("v128.bitselect");
  },
};

/** Compares reals only, so may differ between lanes; other tests are the same for both. */
const isMask = (t: Test): boolean =>
  t.kind === "compare" || (t.kind === "not" ? isMask(t.test) : t.kind === "all" && t.tests.every(isMask));

const integers = (t: TestOf<"nonNegative" | "isZero">): never => {
  throw new Error(`lanes: ${t.kind} among comparisons of reals`);
};

const tests: { [K in TestKind]: (t: TestOf<K>, b: Body) => void } = {
  compare: (t, b) => {
    b.real(t.left);
    b.real(t.right);
    b.code.op(COMPARED[t.op]);
  },
  nonNegative: integers,
  isZero: integers,
  not: (t, b) => {
    b.test(t.test);
    b.code.op("v128.not");
  },
  all: (t, b) => {
    b.code.i64x2(0xffffffffffffffffn);
    for (const x of t.tests) {
      b.test(x);
      b.code.op("v128.and");
    }
  },
};
