/**
 * The loop IR: nothing comes in; the types of programs over flat Float64 buffers go out.
 *
 * Integers exist only as affine combinations of loop variables, so that every address can be proved in
 * bounds; reals are trees of arithmetic and primitives; statements are structured (no jumps).
 */
import type { Affine } from "./affine.js";
import type { Primitive } from "./primitives.js";

/**
 * `param`: bound by the caller, constant for an instance. `table`: numbers known when the program was made.
 * `input`: bound by the caller, may change between calls. `state`, `out`: arguments of an entry.
 * `prepared`: written once from params by `prepare`. `work`: scratch, owned by the instance.
 */
export type BufferKind = "param" | "table" | "input" | "state" | "out" | "prepared" | "work";

/** A flat array of doubles. Compared by identity; `name` is for people and may repeat. */
export interface Buffer {
  readonly kind: BufferKind;
  readonly name: string;
  /** Number of doubles. */
  readonly size: number;
  /** Holds weights of a softmax: not negative, and the largest of a sum is no more than the sum of them. */
  readonly shares?: true;
  /** Values of `param`, `table` and `input`, used in place (not copied). */
  readonly data?: Float64Array;
}

/** A scalar variable, compared by identity. Integer locals are loop variables or `index` definitions. */
export interface Local {
  readonly type: "real" | "int";
  readonly name: string;
}

interface RealPayloads {
  const: { readonly value: number };
  local: { readonly local: Local };
  load: { readonly buffer: Buffer; readonly at: Affine };
  /** An integer read as a real. */
  index: { readonly value: Affine };
  binary: { readonly op: BinaryOp; readonly left: Real; readonly right: Real };
  neg: { readonly arg: Real };
  call: { readonly fn: Primitive; readonly args: readonly Real[] };
  /** Only the chosen side is evaluated. */
  select: { readonly test: Test; readonly yes: Real; readonly no: Real };
}

export type BinaryOp = "+" | "-" | "*" | "/";
export type RealKind = keyof RealPayloads;
export type RealOf<K extends RealKind> = { readonly kind: K } & RealPayloads[K];
export type Real = { [K in RealKind]: RealOf<K> }[RealKind];

interface TestPayloads {
  compare: { readonly op: "<" | "<=" | "=" | "!="; readonly left: Real; readonly right: Real };
  /** `value >= 0`: the form in which the verifier learns about addresses. */
  nonNegative: { readonly value: Affine };
  isZero: { readonly value: Affine };
  not: { readonly test: Test };
  all: { readonly tests: readonly Test[] };
}

export type TestKind = keyof TestPayloads;
export type TestOf<K extends TestKind> = { readonly kind: K } & TestPayloads[K];
export type Test = { [K in TestKind]: TestOf<K> }[TestKind];

interface StatementPayloads {
  /** variable from max(from) up to but not including min(to). */
  for: {
    readonly variable: Local;
    readonly from: readonly Affine[];
    readonly to: readonly Affine[];
    readonly body: readonly Statement[];
  };
  while: { readonly test: Test; readonly body: readonly Statement[] };
  let: { readonly local: Local; readonly value: Real };
  /** Defines an integer: the affine value, or its remainder in 0 … mod-1. */
  index: { readonly local: Local; readonly value: Affine; readonly mod?: number };
  assign: { readonly local: Local; readonly value: Real };
  store: { readonly buffer: Buffer; readonly at: Affine; readonly value: Real };
  /** buffer[at] += value */
  accumulate: { readonly buffer: Buffer; readonly at: Affine; readonly value: Real };
  if: { readonly test: Test; readonly yes: readonly Statement[]; readonly no: readonly Statement[] };
  /** A titled stretch whose locals end with it; generators may make it a function. */
  section: { readonly title: string; readonly body: readonly Statement[] };
}

export type StatementKind = keyof StatementPayloads;
export type StatementOf<K extends StatementKind> = { readonly kind: K } & StatementPayloads[K];
export type Statement = { [K in StatementKind]: StatementOf<K> }[StatementKind];

/** One named value in the out buffer of an entry: `shape` in C order from `offset` on. */
export interface OutputSlice {
  readonly name: string;
  readonly offset: number;
  readonly shape: readonly number[];
}

/** A function of the state that fills its out buffer. */
export interface Entry {
  readonly name: string;
  readonly out: Buffer;
  readonly outputs: readonly OutputSlice[];
  readonly body: readonly Statement[];
}

export interface Program {
  readonly state: Buffer;
  /** Every buffer but state and the entries' out. */
  readonly buffers: readonly Buffer[];
  /** Fills the `prepared` buffers; run once when an instance is made and after a parameter changed. */
  readonly prepare: readonly Statement[];
  readonly entries: readonly Entry[];
}
