/** Statements of a loop body come in, instructions for neighbouring iterations of it, one in each lane, go out. */
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
import { BINARY, COMPARED, DIRECT, type Operation, type Shape } from "./arithmetic.js";
import type { Assembler, Variable } from "./assembler.js";
import { isKernel } from "./functions.js";
import type { Plain } from "./instructions.js";
import type { Lanes } from "./lanes.js";
import type { Fold, Simple } from "./vectorise.js";

interface Folded {
  readonly start: number;
  readonly join: Operation;
}

export const FOLDED: { [F in Fold]: Folded } = {
  "+": { start: 0, join: "add" },
  "*": { start: 1, join: "mul" },
  max: { start: Number.NEGATIVE_INFINITY, join: "max" },
  min: { start: Number.POSITIVE_INFINITY, join: "min" },
};

/** States of so many doubles are copied in by a loop. */
const COPIED_SINGLY = 16;

/**
 * The caller has just stored the doubles one by one: a load of two would have to wait until both have left the store
 * buffer, which takes as long as all the arithmetic of a small model.
 */
const isWrittenSingly = (b: Buffer): boolean => b.kind === "state" && b.size <= COPIED_SINGLY;

/** As many iterations as there are lanes: those of one part of a round. */
export class Body {
  readonly code: Assembler;
  readonly shape: Shape;
  /** 0, 1, … */
  readonly each: readonly number[];
  private readonly locals = new Map<Local, Variable>();

  constructor(
    readonly lanes: Lanes,
    readonly part: number,
    /** Run often enough for kernels to be written out in place. */
    readonly often: boolean,
  ) {
    this.code = lanes.code;
    this.shape = lanes.w.arithmetic.shape;
    this.each = Array.from({ length: lanes.w.arithmetic.lanes }, (_, k) => k);
  }

  op(name: Operation): void {
    this.code.op(`${this.shape}.${name}`);
  }

  /** The same number in all lanes. */
  constant(value: number): void {
    this.code.vector(this.shape, value);
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
    const before = (): void => void this.code.get(total);
    if (reduction.fold === "+") added(reduction.value, before, this);
    else {
      before();
      this.real(reduction.value);
      this.op(FOLDED[reduction.fold].join);
    }
    this.code.set(total);
  }

  private put(s: Extract<Simple, { kind: "store" | "accumulate" }>): void {
    const adds = s.kind === "accumulate";
    if (this.isNext(s.buffer, s.at)) {
      const offset = this.address(s.buffer, s.at, 0);
      if (adds) added(s.value, () => this.load(s.buffer, s.at), this);
      else this.real(s.value);
      this.storeNeighbours(s.buffer, offset);
      return;
    }
    if (adds) added(s.value, () => this.load(s.buffer, s.at), this);
    else this.real(s.value);
    const value = this.code.variable("v128");
    this.code.set(value);
    for (const lane of this.each) {
      const offset = this.address(s.buffer, s.at, lane);
      this.code.get(value).lane(`${this.shape}.extract_lane`, lane);
      this.lanes.w.storeScalar(s.buffer, offset);
    }
  }

  /** Two doubles may have to become two singles. */
  private storeNeighbours(buffer: Buffer, offset: number): void {
    if (this.lanes.w.stored(buffer) === this.lanes.w.arithmetic.scalar)
      this.code.memory("v128.store", offset);
    else this.code.op("f32x4.demote_f64x2_zero").lane("f64x2.extract_lane", 0).memory("f64.store", offset);
  }

  private loadNeighbours(buffer: Buffer, offset: number): void {
    if (this.lanes.w.stored(buffer) === this.lanes.w.arithmetic.scalar) this.code.memory("v128.load", offset);
    else this.code.memory("v128.load64_zero", offset).op("f64x2.promote_low_f32x4");
  }

  local(l: Local): void {
    this.code.get(this.locals.get(l) ?? this.lanes.outer(l)!);
  }

  private step(buffer: Buffer, at: Affine): number {
    return this.lanes.pointer(buffer, at).p.stride;
  }

  /** Neighbouring iterations touch neighbours in memory. */
  private isNext(buffer: Buffer, at: Affine): boolean {
    return this.step(buffer, at) === this.lanes.w.bytesOf(buffer);
  }

  /** Leaves the address for one lane; returns the immediate offset. */
  private address(buffer: Buffer, at: Affine, lane: number): number {
    const { p, offset } = this.lanes.pointer(buffer, at);
    const ahead = p.stride * (this.each.length * this.part + lane);
    this.code.get(p.variable);
    if (offset + ahead >= 0 && ahead >= 0) return offset + ahead;
    this.code.i32(ahead).op("i32.add");
    return offset;
  }

  load(buffer: Buffer, at: Affine): void {
    const offset = this.address(buffer, at, 0);
    if (this.isNext(buffer, at) && !isWrittenSingly(buffer)) {
      this.loadNeighbours(buffer, offset);
      return;
    }
    this.loadEverywhere(buffer, offset);
    if (this.step(buffer, at) === 0) return;
    for (const lane of this.each.slice(1)) {
      this.lanes.w.loadScalar(buffer, this.address(buffer, at, lane));
      this.code.lane(`${this.shape}.replace_lane`, lane);
    }
  }

  /** Leaves one entry in all lanes. */
  private loadEverywhere(buffer: Buffer, offset: number): void {
    const { w } = this.lanes;
    if (w.stored(buffer) !== w.arithmetic.scalar) {
      w.loadScalar(buffer, offset);
      this.code.op(`${this.shape}.splat`);
    } else
      this.code.memory(w.arithmetic.scalar === "f64" ? "v128.load64_splat" : "v128.load32_splat", offset);
  }

  index(value: Affine): void {
    const { w, variable } = this.lanes;
    const c = coefficientOf(w.expand(value), variable);
    w.affine(value);
    this.code.op(`${w.arithmetic.scalar}.convert_i32_s`, `${this.shape}.splat`);
    if (c === 0) return;
    this.code.vector(this.shape, ...this.each.map((lane) => (this.each.length * this.part + lane) * c));
    this.op("add");
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

/** `above` for x > 0, `below` for x < 0, and what `otherwise` makes of ±0 and NaN. */
function bySign(b: Body, above: number, below: number, otherwise: readonly Plain[]): void {
  const x = b.keep();
  b.constant(above);
  b.constant(below);
  b.code.get(x).op(...otherwise);
  for (const side of ["lt", "gt"] as const) {
    b.code.get(x).vector(b.shape, 0).op(`${b.shape}.${side}`, "v128.bitselect");
  }
}

/** An imported function, once for each lane. */
function lanewise(fn: Primitive, b: Body): void {
  const args = Array.from({ length: PRIMITIVES[fn] }, () => b.keep()).reverse();
  const single = b.shape === "f32x4";
  for (const lane of b.each) {
    for (const x of args) {
      b.code.get(x).lane(`${b.shape}.extract_lane`, lane);
      if (single) b.code.op("f64.promote_f32");
    }
    b.lanes.w.functions.imported(fn, b.code);
    if (single) b.code.op("f32.demote_f64");
    if (lane === 0) b.code.op(`${b.shape}.splat`);
    else b.code.lane(`${b.shape}.replace_lane`, lane);
  }
}

function call(e: RealOf<"call">, b: Body): void {
  for (const a of e.args) b.real(a);
  const { fn } = e;
  const { w } = b.lanes;
  if (fn in DIRECT) b.op(DIRECT[fn as keyof typeof DIRECT]);
  else if (fn === "relu") {
    b.constant(0);
    b.op("max");
  } else if (fn === "sign") bySign(b, 1, -1, []);
  else if (fn === "step") bySign(b, 1, 0, [`${b.shape}.abs`]);
  else if (!isKernel(fn)) lanewise(fn, b);
  else w.functions.kernel(fn, w.arithmetic, b.code, b.often);
}

const isProduct = (e: Real): e is RealOf<"binary"> & { readonly op: "*" } =>
  e.kind === "binary" && e.op === "*";

/** A product, or a sum of products only. */
const isProducts = (e: Real): boolean =>
  isProduct(e) || (e.kind === "binary" && e.op === "+" && isProducts(e.left) && isProducts(e.right));

/** Leaves before + e; products are added one after the other where the machine multiplies and adds at once. */
function added(e: Real, before: () => void, b: Body): void {
  if (!b.code.fma || e.kind !== "binary" || !isProducts(e)) {
    before();
    b.real(e);
    b.op("add");
  } else if (e.op === "+") added(e.right, () => added(e.left, before, b), b);
  else {
    b.real(e.left);
    b.real(e.right);
    before();
    b.code.op(`${b.shape}.relaxed_madd`);
  }
}

const reals: { [K in RealKind]: (e: RealOf<K>, b: Body) => void } = {
  const: (e, b) => b.constant(e.value),
  local: (e, b) => b.local(e.local),
  load: (e, b) => b.load(e.buffer, e.at),
  index: (e, b) => b.index(e.value),
  binary: (e, b) => {
    if (b.code.fma && e.op === "+" && (isProducts(e.left) || isProducts(e.right))) {
      const [products, rest] = isProducts(e.right) ? [e.right, e.left] : [e.left, e.right];
      added(products, () => b.real(rest), b);
      return;
    }
    if (b.code.fma && e.op === "-" && isProduct(e.right)) {
      b.real(e.right.left);
      b.real(e.right.right);
      b.real(e.left);
      b.code.op(`${b.shape}.relaxed_nmadd`);
      return;
    }
    b.real(e.left);
    b.real(e.right);
    b.op(BINARY[e.op]);
  },
  neg: (e, b) => {
    b.real(e.arg);
    b.op("neg");
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
    b.op(COMPARED[t.op]);
  },
  nonNegative: integers,
  isZero: integers,
  not: (t, b) => {
    b.test(t.test);
    b.code.op("v128.not");
  },
  all: (t, b) => {
    b.code.bits(0xffffffffffffffffn);
    for (const x of t.tests) {
      b.test(x);
      b.code.op("v128.and");
    }
  },
};
