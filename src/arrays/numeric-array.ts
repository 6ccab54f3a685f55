/** In: numbers and a shape. Out: a `NumericArray`, its index arithmetic and its printed entries. */
import { fail, type Result, succeed } from "./result.js";

/** Doubles in C order (last index fastest); `data.length` is the product of `shape`, 1 for shape []. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** NumPy allows 64; nothing in an energy model comes near 32. */
export const largestRank = 32;

/** Product of the dimensions; may be inexact or infinite for an absurd claim, which no length equals. */
export function entryCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `(28, 28)`, as NumPy prints a shape. */
export function showShape(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** The indices of the entry at C-order `offset`; [] for a scalar. */
export function indicesAt(shape: readonly number[], offset: number): number[] {
  let rest = offset;
  const reversed = shape.toReversed().map((size) => {
    const index = rest % size;
    rest = (rest - index) / size;
    return index;
  });
  return reversed.reverse();
}

/** `Xi[3,5]`; the bare name for a scalar. */
export function showEntry(name: string, shape: readonly number[], offset: number): string {
  return shape.length === 0 ? name : `${name}[${indicesAt(shape, offset).join(",")}]`;
}

/** Shortest decimal that reads back as the same double; keeps the sign of −0, which String drops. */
export function showNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The array itself, or a `not-finite` failure naming the first NaN or infinite entry. */
export function requireFinite(name: string, array: NumericArray): Result<NumericArray> {
  const offset = array.data.findIndex((value) => !Number.isFinite(value));
  if (offset < 0) return succeed(array);
  return fail(
    "not-finite",
    `${showEntry(name, array.shape, offset)} is ${array.data[offset]}; every entry must be a finite number.`,
    "Replace that entry, or pass allowNonFinite to accept NaN and infinite entries.",
  );
}

/** The array itself, or a failure when its shape is no shape or disagrees with its number of entries. */
export function requireConsistent(name: string, array: NumericArray): Result<NumericArray> {
  const isShape = array.shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (isShape && entryCount(array.shape) === array.data.length) return succeed(array);
  return fail(
    "cannot-write",
    `"${name}" claims shape ${showShape(array.shape)} but holds ${array.data.length} entries.`,
    "Give nonnegative integer sizes whose product is the number of entries.",
  );
}
