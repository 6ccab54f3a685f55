/** In: files of numbers, or arrays. Out: arrays by name, or files. The door of this room. */
export { readArrays, writeArrays, writeBytes } from "./files.js";
export {
  type ArrayFormat,
  formatArrays,
  formatOf,
  parseArrays,
  type ReadOptions,
  type WriteOptions,
} from "./formats.js";
export { asNumericArray, type NestedNumbers, toNested, type WritableArray } from "./nested.js";
export { entryCount, type NumericArray } from "./numeric-array.js";
export type { ArrayFailure, ArrayFailureCode, Result, TextPosition } from "./result.js";
