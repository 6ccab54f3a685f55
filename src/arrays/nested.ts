/** In: an array in any of the forms a caller may hold. Out: a `NumericArray`, and back to nested arrays. */
import { fillNested } from "./fill-nested.js";
import { entryCount, largestRank, type NumericArray } from "./numeric-array.js";
import { fail, type Result, succeed } from "./result.js";

export type NestedNumbers = number | readonly NestedNumbers[];

/** What can be written: an array with its shape, a vector, or numbers nested as deep as the rank. */
export type WritableArray = NumericArray | Float64Array | NestedNumbers;

/** The array as shape and doubles in C order, or a failure naming the path to a ragged row. */
export function asNumericArray(name: string, value: WritableArray): Result<NumericArray> {
  if (value instanceof Float64Array) return succeed({ shape: [value.length], data: value });
  if (typeof value === "object" && value !== null && "data" in value) return succeed(value);
  const shape = impliedShape(value);
  if (shape.length <= largestRank) return fillNested(name, value, shape);
  return fail(
    "json-shape",
    `${name} is nested more than ${largestRank} arrays deep.`,
    'Check the brackets, or store the array flat as {"shape": […], "data": […]}.',
  );
}

/** The shape that the first entry of each level implies; `fillNested` then holds every other entry to it. */
function impliedShape(value: unknown): number[] {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level) && shape.length <= largestRank; level = level[0]) {
    shape.push(level.length);
  }
  return shape;
}

/** Nested arrays of the shape of `array`: a number for shape [], a vector for (n,), rows for (m, n). */
export function toNested(array: NumericArray): NestedNumbers {
  return nest(array, 0, 0);
}

function nest(array: NumericArray, axis: number, offset: number): NestedNumbers {
  if (axis === array.shape.length) return array.data[offset]!;
  const stride = entryCount(array.shape.slice(axis + 1));
  return Array.from({ length: array.shape[axis]! }, (_, k) => nest(array, axis + 1, offset + k * stride));
}
