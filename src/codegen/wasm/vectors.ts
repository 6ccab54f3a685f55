/** Vectors as values of the generator: operands come in, emitters of vector instructions go out. */
import type { Arithmetic } from "./arithmetic.js";
import type { Assembler } from "./assembler.js";
import type { Plain } from "./instructions.js";

/** Emits instructions that leave one v128 on the stack. */
export type V = (a: Assembler) => void;

const apply =
  (op: Plain) =>
  (...args: readonly V[]): V =>
  (a) => {
    for (const x of args) x(a);
    a.op(op);
  };

/** By a multiply-add instruction where there is one. */
const fused =
  (op: Plain, otherwise: (x: V, y: V, z: V) => V) =>
  (x: V, y: V, z: V): V =>
  (a) => {
    if (!a.fma) {
      otherwise(x, y, z)(a);
      return;
    }
    for (const part of [x, y, z]) part(a);
    a.op(op);
  };

/** The operations on vectors of one kind of numbers. */
export function vectorsOf({ shape, integers }: Arithmetic) {
  const c =
    (value: number): V =>
    (a) =>
      void a.vector(shape, value);
  const [add, sub, mul] = [apply(`${shape}.add`), apply(`${shape}.sub`), apply(`${shape}.mul`)];
  const [pmin, pmax] = [apply(`${shape}.pmin`), apply(`${shape}.pmax`)];
  const shift =
    (op: Plain) =>
    (x: V, by: number): V =>
    (a) => {
      x(a);
      a.i32(by).op(op);
    };
  /** x·y + z */
  const mulAdd = fused(`${shape}.relaxed_madd`, (x, y, z) => add(mul(x, y), z));
  return {
    c,
    add,
    sub,
    mul,
    mulAdd,
    /** z − x·y */
    subMul: fused(`${shape}.relaxed_nmadd`, (x, y, z) => sub(z, mul(x, y))),
    div: apply(`${shape}.div`),
    abs: apply(`${shape}.abs`),
    lessThan: apply(`${shape}.lt`),
    iadd: apply(`${integers}.add`),
    shiftLeft: shift(`${integers}.shl`),
    shiftRight: shift(`${integers}.shr_u`),
    /** x within [low, high]; NaN stays NaN, because a comparison with it is false. */
    clamp: (x: V, low: number, high: number): V => pmin(pmax(x, c(low)), c(high)),
    /** min(x, high); NaN stays NaN. */
    atMost: (x: V, high: number): V => pmin(x, c(high)),
    /** c₀ + x(c₁ + x(c₂ + …)) */
    horner: (x: V, coefficients: readonly number[]): V =>
      coefficients.slice(0, -1).reduceRight<V>((sum, k) => mulAdd(sum, x, c(k)), c(coefficients.at(-1)!)),
  };
}

/** The same 64 bits twice. */
export const bits =
  (pattern: bigint): V =>
  (a) =>
    void a.bits(pattern);
export const and = apply("v128.and");
export const or = apply("v128.or");
/** (yes & mask) | (no & ~mask) */
export const choose = (mask: V, yes: V, no: V): V => apply("v128.bitselect")(yes, no, mask);

/** Computes a value now and remembers it. */
export function keep(a: Assembler, x: V): V {
  const local = a.variable("v128");
  x(a);
  a.set(local);
  return (b) => void b.get(local);
}
