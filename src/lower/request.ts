/** What lowering takes: outputs as index notation, where their symbols live, the values of dimensions. */
import type { Expr, Index, TensorSymbol } from "../index-notation/index.js";
import type { Program } from "../ir/index.js";

/** One quantity: `value` may leave free only the indices of `over`; missing ones are broadcast. */
export interface Output {
  readonly name: string;
  readonly over: readonly Index[];
  readonly value: Expr;
}

/** A function of the state: its outputs are written one after the other, each in C order. */
export interface EntryRequest {
  readonly name: string;
  readonly outputs: readonly Output[];
}

/** Where a state lives in the flat state vector: its entries in C order from `offset` on. */
export interface StateSlot {
  readonly symbol: TensorSymbol;
  readonly offset: number;
}

export interface ProgramRequest {
  readonly entries: readonly EntryRequest[];
  readonly states: readonly StateSlot[];
  /** Values in C order; constant while the program lives. Used in place. */
  readonly parameters: ReadonlyMap<TensorSymbol, Float64Array>;
  /** Values in C order that the caller may change between calls. Used in place. */
  readonly inputs: ReadonlyMap<TensorSymbol, Float64Array>;
  /** Every dimension name that occurs. */
  readonly dimensions: ReadonlyMap<string, number>;
}

/** Limits of what is computed ahead and how much the passes may do. */
export interface LowerOptions {
  /** Largest tensor of parameters computed ahead, in bytes. */
  readonly preparedBytes: number;
  /** … and as a multiple of the bytes of all parameters. */
  readonly preparedRatio: number;
  /** Operations spent ahead for one operation saved in each call. */
  readonly preparedCalls: number;
  /** Operations spent ahead at most, for one tensor. */
  readonly preparedFlops: number;
  /** Largest temporary of a call, in bytes; larger ones are recomputed where they are needed. */
  readonly workBytes: number;
  /** From this size on, a matrix that gives exponents and is weighted by their softmax is read once. */
  readonly onePassBytes: number;
  /** False lowers every output as written, without temporaries or loop passes: the plain meaning. */
  readonly optimise: boolean;
  /** Innermost sums become four partial sums; a backend with vector registers does better with them whole. */
  readonly splitSums: boolean;
  /** Verifies the program after each pass, and throws where one broke it: for tests of passes. */
  readonly verify: boolean;
  /** Receives the printed plan or IR after each pass. */
  readonly trace?: (pass: string, text: string) => void;
}

export const DEFAULTS: LowerOptions = {
  preparedBytes: 64 * 2 ** 20,
  preparedRatio: 4,
  preparedCalls: 1000,
  preparedFlops: 1e9,
  workBytes: 256 * 2 ** 20,
  onePassBytes: 2 ** 20,
  optimise: true,
  splitSums: true,
  verify: false,
};

/** Why a request cannot become a program. */
export interface LowerFailure {
  readonly kind: "failure";
  readonly code:
    | "unbound-dimension"
    | "dimension-value"
    | "unbound-symbol"
    | "array-size"
    | "free-index"
    | "duplicate-name";
  readonly message: string;
  readonly hint: string;
}

export type Lowered = { readonly kind: "program"; readonly program: Program } | LowerFailure;
