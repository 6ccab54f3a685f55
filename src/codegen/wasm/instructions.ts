/** The instructions that generated modules use: nothing comes in; opcode, operand and result types go out. */

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

export interface Instruction {
  /** An opcode, or two: a prefix and the number of a vector instruction (0xfd) or an atomic one (0xfe). */
  readonly code: number | readonly [0xfd | 0xfe, number];
  readonly takes: readonly ValueType[];
  readonly gives: readonly ValueType[];
}

const op = (
  code: Instruction["code"],
  takes: readonly ValueType[],
  gives: readonly ValueType[],
): Instruction => ({ code, takes, gives });
const atomic = (n: number): readonly [0xfe, number] => [0xfe, n];
const simd = (n: number): readonly [0xfd, number] => [0xfd, n];

const [i, s, d, v]: readonly (readonly ValueType[])[] = [["i32"], ["f32"], ["f64"], ["v128"]];
const [ii, ss, dd, vv]: readonly (readonly ValueType[])[] = [
  ["i32", "i32"],
  ["f32", "f32"],
  ["f64", "f64"],
  ["v128", "v128"],
];

/** Instructions without immediate operands. */
export const PLAIN = {
  "i32.eqz": op(0x45, i!, i!),
  "i32.ne": op(0x47, ii!, i!),
  "i32.eq": op(0x46, ii!, i!),
  drop: op(0x1a, i!, []),
  "i32.lt_s": op(0x48, ii!, i!),
  "i32.gt_s": op(0x4a, ii!, i!),
  "i32.ge_s": op(0x4e, ii!, i!),
  "i32.add": op(0x6a, ii!, i!),
  "i32.sub": op(0x6b, ii!, i!),
  "i32.mul": op(0x6c, ii!, i!),
  "i32.rem_s": op(0x6f, ii!, i!),
  "i32.and": op(0x71, ii!, i!),
  "f32.eq": op(0x5b, ss!, i!),
  "f32.ne": op(0x5c, ss!, i!),
  "f32.lt": op(0x5d, ss!, i!),
  "f32.gt": op(0x5e, ss!, i!),
  "f32.le": op(0x5f, ss!, i!),
  "f64.eq": op(0x61, dd!, i!),
  "f64.ne": op(0x62, dd!, i!),
  "f64.lt": op(0x63, dd!, i!),
  "f64.gt": op(0x64, dd!, i!),
  "f64.le": op(0x65, dd!, i!),
  "f32.abs": op(0x8b, s!, s!),
  "f32.neg": op(0x8c, s!, s!),
  "f32.floor": op(0x8e, s!, s!),
  "f32.sqrt": op(0x91, s!, s!),
  "f32.add": op(0x92, ss!, s!),
  "f32.sub": op(0x93, ss!, s!),
  "f32.mul": op(0x94, ss!, s!),
  "f32.div": op(0x95, ss!, s!),
  "f32.min": op(0x96, ss!, s!),
  "f32.max": op(0x97, ss!, s!),
  "f64.abs": op(0x99, d!, d!),
  "f64.neg": op(0x9a, d!, d!),
  "f64.floor": op(0x9c, d!, d!),
  "f64.sqrt": op(0x9f, d!, d!),
  "f64.add": op(0xa0, dd!, d!),
  "f64.sub": op(0xa1, dd!, d!),
  "f64.mul": op(0xa2, dd!, d!),
  "f64.div": op(0xa3, dd!, d!),
  "f64.min": op(0xa4, dd!, d!),
  "f64.max": op(0xa5, dd!, d!),
  "f32.convert_i32_s": op(0xb2, i!, s!),
  "f32.demote_f64": op(0xb6, d!, s!),
  "f64.convert_i32_s": op(0xb7, i!, d!),
  "f64.promote_f32": op(0xbb, s!, d!),
  "f32x4.splat": op(simd(0x13), s!, v!),
  "f64x2.splat": op(simd(0x14), d!, v!),
  "f32x4.eq": op(simd(0x41), vv!, v!),
  "f32x4.ne": op(simd(0x42), vv!, v!),
  "f32x4.lt": op(simd(0x43), vv!, v!),
  "f32x4.gt": op(simd(0x44), vv!, v!),
  "f32x4.le": op(simd(0x45), vv!, v!),
  "f64x2.eq": op(simd(0x47), vv!, v!),
  "f64x2.ne": op(simd(0x48), vv!, v!),
  "f64x2.lt": op(simd(0x49), vv!, v!),
  "f64x2.gt": op(simd(0x4a), vv!, v!),
  "f64x2.le": op(simd(0x4b), vv!, v!),
  "v128.not": op(simd(0x4d), v!, v!),
  "v128.and": op(simd(0x4e), vv!, v!),
  "v128.andnot": op(simd(0x4f), vv!, v!),
  "v128.or": op(simd(0x50), vv!, v!),
  "v128.xor": op(simd(0x51), vv!, v!),
  "v128.bitselect": op(simd(0x52), ["v128", "v128", "v128"], v!),
  /** Two doubles as the lower two singles, and back. */
  "f32x4.demote_f64x2_zero": op(simd(0x5e), v!, v!),
  "f64x2.promote_low_f32x4": op(simd(0x5f), v!, v!),
  "f32x4.floor": op(simd(0x68), v!, v!),
  "v128.any_true": op(simd(0x53), v!, i!),
  "f64x2.floor": op(simd(0x75), v!, v!),
  "i32x4.shl": op(simd(0xab), ["v128", "i32"], v!),
  "i32x4.shr_u": op(simd(0xad), ["v128", "i32"], v!),
  "i32x4.add": op(simd(0xae), vv!, v!),
  "i64x2.shl": op(simd(0xcb), ["v128", "i32"], v!),
  "i64x2.shr_u": op(simd(0xcd), ["v128", "i32"], v!),
  "i64x2.add": op(simd(0xce), vv!, v!),
  "f32x4.abs": op(simd(0xe0), v!, v!),
  "f32x4.neg": op(simd(0xe1), v!, v!),
  "f32x4.sqrt": op(simd(0xe3), v!, v!),
  "f32x4.add": op(simd(0xe4), vv!, v!),
  "f32x4.sub": op(simd(0xe5), vv!, v!),
  "f32x4.mul": op(simd(0xe6), vv!, v!),
  "f32x4.div": op(simd(0xe7), vv!, v!),
  "f32x4.min": op(simd(0xe8), vv!, v!),
  "f32x4.max": op(simd(0xe9), vv!, v!),
  "f32x4.pmin": op(simd(0xea), vv!, v!),
  "f32x4.pmax": op(simd(0xeb), vv!, v!),
  "f64x2.abs": op(simd(0xec), v!, v!),
  "f64x2.neg": op(simd(0xed), v!, v!),
  "f64x2.sqrt": op(simd(0xef), v!, v!),
  "f64x2.add": op(simd(0xf0), vv!, v!),
  "f64x2.sub": op(simd(0xf1), vv!, v!),
  "f64x2.mul": op(simd(0xf2), vv!, v!),
  "f64x2.div": op(simd(0xf3), vv!, v!),
  "f64x2.min": op(simd(0xf4), vv!, v!),
  "f64x2.max": op(simd(0xf5), vv!, v!),
  "f64x2.pmin": op(simd(0xf6), vv!, v!),
  "f64x2.pmax": op(simd(0xf7), vv!, v!),
  /** a·b + c and c − a·b, rounded once or twice as the machine does it (relaxed SIMD). */
  "f32x4.relaxed_madd": op(simd(0x105), ["v128", "v128", "v128"], v!),
  "f32x4.relaxed_nmadd": op(simd(0x106), ["v128", "v128", "v128"], v!),
  "f64x2.relaxed_madd": op(simd(0x107), ["v128", "v128", "v128"], v!),
  "f64x2.relaxed_nmadd": op(simd(0x108), ["v128", "v128", "v128"], v!),
} as const satisfies Record<string, Instruction>;

export type Plain = keyof typeof PLAIN;

/** Loads and stores; the immediate operands are the alignment that an access has at least, and an offset. */
export const MEMORY = {
  "f32.load": op(0x2a, i!, s!),
  "f32.store": op(0x38, ["i32", "f32"], []),
  "f64.load": op(0x2b, i!, d!),
  "f64.store": op(0x39, ["i32", "f64"], []),
  "v128.load": op(simd(0x00), i!, v!),
  "v128.load32_splat": op(simd(0x09), i!, v!),
  /** Two singles; the others become 0. */
  "v128.load64_zero": op(simd(0x5d), i!, v!),
  "v128.load64_splat": op(simd(0x0a), i!, v!),
  "v128.store": op(simd(0x0b), ["i32", "v128"], []),
} as const satisfies Record<string, Instruction>;

export type Memory = keyof typeof MEMORY;

/** Atomic access to words; the immediate operands are an alignment of exactly four bytes, and an offset. */
export const ATOMIC = {
  /** Address and number of threads; leaves how many were woken. */
  "memory.atomic.notify": op(atomic(0x00), ii!, i!),
  /** Address, the value expected there, nanoseconds or -1. */
  "memory.atomic.wait32": op(atomic(0x01), ["i32", "i32", "i64"], i!),
  "i32.atomic.load": op(atomic(0x10), i!, i!),
  "i32.atomic.store": op(atomic(0x17), ii!, []),
  /** Leaves the value before. */
  "i32.atomic.rmw.add": op(atomic(0x1e), ii!, i!),
} as const satisfies Record<string, Instruction>;

export type Atomic = keyof typeof ATOMIC;

/** Whatever starts at a multiple of four bytes. */
export const ALIGNMENT_EXPONENT = 2;

/** Instructions with a lane. */
export const LANE = {
  "f32x4.extract_lane": op(simd(0x1f), v!, s!),
  "f32x4.replace_lane": op(simd(0x20), ["v128", "f32"], v!),
  "f64x2.extract_lane": op(simd(0x21), v!, d!),
  "f64x2.replace_lane": op(simd(0x22), ["v128", "f64"], v!),
} as const satisfies Record<string, Instruction>;

export type Lane = keyof typeof LANE;
