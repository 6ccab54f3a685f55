/** Pairs of doubles as values of the generator: operands come in, emitters of vector instructions go out. */
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

export const c =
  (value: number): V =>
  (a) =>
    void a.f64x2(value);
export const bits =
  (pattern: bigint): V =>
  (a) =>
    void a.i64x2(pattern);

export const add = apply("f64x2.add");
export const sub = apply("f64x2.sub");
export const mul = apply("f64x2.mul");
export const div = apply("f64x2.div");
export const abs = apply("f64x2.abs");
export const and = apply("v128.and");
export const or = apply("v128.or");
export const lessThan = apply("f64x2.lt");
export const differ = apply("f64x2.ne");
export const iadd = apply("i64x2.add");
const pmax = apply("f64x2.pmax");
const pmin = apply("f64x2.pmin");
/** (yes & mask) | (no & ~mask) */
export const choose = (mask: V, yes: V, no: V): V => apply("v128.bitselect")(yes, no, mask);

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

/** x·y + z */
export const mulAdd = fused("f64x2.relaxed_madd", (x, y, z) => add(mul(x, y), z));
/** z − x·y */
export const subMul = fused("f64x2.relaxed_nmadd", (x, y, z) => sub(z, mul(x, y)));

export const shiftLeft =
  (x: V, by: number): V =>
  (a) => {
    x(a);
    a.i32(by).op("i64x2.shl");
  };
export const shiftRight =
  (x: V, by: number): V =>
  (a) => {
    x(a);
    a.i32(by).op("i64x2.shr_u");
  };

/** x within [low, high]; NaN stays NaN, because a comparison with it is false. */
export const clamp = (x: V, low: number, high: number): V => pmin(pmax(x, c(low)), c(high));
/** min(x, high); NaN stays NaN. */
export const atMost = (x: V, high: number): V => pmin(x, c(high));

/** Computes a value now and remembers it. */
export function keep(a: Assembler, x: V): V {
  const local = a.variable("v128");
  x(a);
  a.set(local);
  return (b) => void b.get(local);
}

/** c₀ + x(c₁ + x(c₂ + …)) */
export const horner = (x: V, coefficients: readonly number[]): V =>
  coefficients.slice(0, -1).reduceRight<V>((sum, k) => mulAdd(sum, x, c(k)), c(coefficients.at(-1)!));
