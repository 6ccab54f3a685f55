/** In: nested JSON arrays and the shape they should have. Out: the flat array, or the path to the entry that breaks it. */
import { entryCount, type NumericArray } from "./numeric-array.js";
import { fail, type Result, succeed } from "./result.js";

const words: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

const done = succeed(null);

interface Filling {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float64Array;
  filled: number;
}

/** `value` flattened in C order. The shape is the one the value implies, so what is allocated is in the file. */
export function fillNested(name: string, value: unknown, shape: readonly number[]): Result<NumericArray> {
  const claimed = entryCount(shape);
  const present = claimed > 1e6 ? countLeaves(value, shape.length) : claimed;
  const data = new Float64Array(Math.min(claimed, present));
  const filling: Filling = { name, shape, data, filled: 0 };
  const outcome = fill(filling, value, []);
  return outcome.ok ? succeed({ shape, data }) : outcome;
}

/** A ragged file may imply a shape far larger than itself; count before allocating for a large one. */
function countLeaves(value: unknown, depth: number): number {
  if (depth === 0 || !Array.isArray(value)) return 1;
  return depth === 1
    ? value.length
    : value.reduce((sum: number, item) => sum + countLeaves(item, depth - 1), 0);
}

/** `path` is where `value` stands; it grows and shrinks in place, one array for the whole walk. */
function fill(filling: Filling, value: unknown, path: number[]): Result<null> {
  if (path.length === filling.shape.length) return fillEntry(filling, value, path);
  const expected = filling.shape[path.length]!;
  if (!Array.isArray(value)) return notNested(filling, value, path);
  if (value.length !== expected) return ragged(filling, value.length, path);
  for (let k = 0; k < value.length; k++) {
    path.push(k);
    const outcome = fill(filling, value[k], path);
    if (!outcome.ok) return outcome;
    path.pop();
  }
  return done;
}

function fillEntry(filling: Filling, value: unknown, path: readonly number[]): Result<null> {
  const number = typeof value === "number" ? value : words.get(value);
  if (number === undefined) return notNumber(filling, value, path);
  filling.data[filling.filled++] = number;
  return done;
}

function showPath(name: string, path: readonly number[]): string {
  return name + path.map((index) => `[${index}]`).join("");
}

function ragged(filling: Filling, found: number, path: readonly number[]): Result<never> {
  const first = path.map(() => 0);
  return fail(
    "json-ragged",
    `${showPath(filling.name, path)} has ${found} entries where ${showPath(filling.name, first)} has ` +
      `${filling.shape[path.length]}; every row must have the same length.`,
    "Complete or shorten that row.",
  );
}

function notNested(filling: Filling, value: unknown, path: readonly number[]): Result<never> {
  const first = path.map(() => 0);
  return fail(
    "json-ragged",
    `${showPath(filling.name, path)} is ${describe(value)} where ${showPath(filling.name, first)} is an array of ` +
      `${filling.shape[path.length]} entries; nesting must be equally deep everywhere.`,
    "Put an array there, or remove the brackets elsewhere.",
  );
}

function notNumber(filling: Filling, value: unknown, path: readonly number[]): Result<never> {
  return fail(
    Array.isArray(value) ? "json-ragged" : "json-value",
    `${showPath(filling.name, path)} is ${describe(value)}; expected a number.`,
    'Write a number there; not-a-number is written "NaN", a missing entry does not exist.',
  );
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length} entries`;
  return JSON.stringify(value).slice(0, 40);
}
