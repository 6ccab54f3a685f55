/** In: JSON text, or named arrays. Out: the named arrays, or JSON text that reads back to the last bit. */
import { fillNested } from "./fill-nested.js";
import { asNumericArray, type NestedNumbers } from "./nested.js";
import { entryCount, largestRank, type NumericArray, showNumber, showShape } from "./numeric-array.js";
import { collect, fail, type Result, succeed, type TextPosition } from "./result.js";

/**
 * A number, nested arrays, or `{ shape, data }` give one array called `name`; an object of those gives
 * one array per key. Entries are numbers, or "NaN", "Infinity", "-Infinity", which JSON has no number for.
 */
export function decodeJson(name: string, text: string): Result<Map<string, NumericArray>> {
  const parsed = parse(name, text);
  if (!parsed.ok) return parsed;
  const value = parsed.value;
  if (!isObject(value) || isShaped(value)) {
    const array = decodeValue(name, value);
    return array.ok ? succeed(new Map([[name, array.value]])) : array;
  }
  return decodeObject(name, value);
}

function decodeObject(name: string, value: object): Result<Map<string, NumericArray>> {
  const entries = Object.entries(value);
  if (entries.length === 0) return empty(name);
  const arrays = collect(entries, ([key, item]): Result<[string, NumericArray]> => {
    const array = decodeValue(key, item);
    return array.ok ? succeed([key, array.value]) : array;
  });
  return arrays.ok ? succeed(new Map(arrays.value)) : arrays;
}

function empty(name: string): Result<never> {
  return fail(
    "json-value",
    `${name} is an object without keys; expected at least one array.`,
    'Write {"name": [1, 2, 3]}.',
  );
}

function parse(name: string, text: string): Result<unknown> {
  try {
    return succeed(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const span = positionOf(text);
    const where = span ? `line ${span.line}, column ${span.column} of ` : "";
    return fail("json-syntax", `${where}${name} is not JSON: ${reason}.`, syntaxHint(text), span);
  }
}

function syntaxHint(text: string): string {
  return /\b(NaN|Infinity)\b/.test(text)
    ? 'JSON has no NaN or Infinity: write them as "NaN" and "Infinity" in quotes.'
    : "Correct that place; JSON wants double quotes, and no comments or trailing commas.";
}

/** Beyond this many characters finding the place would take longer than a user waits. */
const longestSearched = 5e6;

/**
 * Where the text stops being the beginning of JSON. V8 rarely names the place, but it tells a text that
 * ends too early from one that is wrong, and every longer beginning of a wrong text is wrong: bisect.
 */
function positionOf(text: string): TextPosition | undefined {
  if (text.length > longestSearched) return undefined;
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isBeginning(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  const before = text.slice(0, good).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    const position = /at position (\d+)/.exec(reason)?.[1];
    return /end of JSON|[Uu]nterminated/.test(reason) || Number(position) >= text.length;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Exactly `shape`, a flat array, and `data`; two arrays that happen to be called so are written shaped. */
function isShaped(value: unknown): value is { shape: unknown[]; data: unknown } {
  return isObject(value) && Object.keys(value).length === 2 && "data" in value && Array.isArray(value.shape);
}

function decodeValue(name: string, value: unknown): Result<NumericArray> {
  if (isShaped(value)) return decodeShaped(name, value);
  if (isObject(value)) return notArray(name, value);
  return asNumericArray(name, value as NestedNumbers);
}

function notArray(name: string, value: object): Result<never> {
  const keys = Object.keys(value)
    .slice(0, 4)
    .map((key) => `"${key}"`);
  return fail(
    "json-value",
    `${name} is an object with keys ${keys.join(", ") || "(none)"}; expected a number, nested arrays, or ` +
      '{"shape": […], "data": […]}.',
    "Put each array under a name of its own at the top of the file.",
  );
}

function decodeShaped(name: string, value: { shape: unknown[]; data: unknown }): Result<NumericArray> {
  const sizes = value.shape.filter((size) => Number.isSafeInteger(size) && (size as number) >= 0) as number[];
  if (sizes.length !== value.shape.length || sizes.length > largestRank) return badShape(name, value.shape);
  if (!Array.isArray(value.data)) return badData(name, sizes, "is not a flat array");
  if (value.data.length !== entryCount(sizes)) return badData(name, sizes, `holds ${value.data.length}`);
  const flat = fillNested(`${name}.data`, value.data, [value.data.length]);
  return flat.ok ? succeed({ shape: sizes, data: flat.value.data }) : flat;
}

function badShape(name: string, shape: unknown): Result<never> {
  return fail(
    "json-shape",
    `${name}.shape is ${JSON.stringify(shape).slice(0, 60)}; expected at most ${largestRank} nonnegative integers.`,
    "Write the sizes of the array, outermost first.",
  );
}

function badData(name: string, shape: readonly number[], found: string): Result<never> {
  return fail(
    "json-shape",
    `${name} has shape ${showShape(shape)}, so ${name}.data must be a flat array of ${entryCount(shape)} numbers; it ${found}.`,
    "Correct the shape, or list every entry in C order (last index fastest).",
  );
}

/** One key per array: nested where nesting tells the shape, `{ shape, data }` where it cannot. */
export function encodeJson(arrays: ReadonlyMap<string, NumericArray>): string {
  const shaped = arrays.size === 2 && arrays.has("shape") && arrays.has("data");
  const lines = [...arrays].map(([name, array]) => {
    const flat = shaped || array.data.length === 0;
    return `${JSON.stringify(name)}: ${flat ? showShaped(array) : showNested(array, 0, 0)}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

function showShaped(array: NumericArray): string {
  return `{"shape": [${array.shape.join(",")}], "data": [${Array.from(array.data, showJsonNumber).join(",")}]}`;
}

function showNested(array: NumericArray, axis: number, offset: number): string {
  if (axis === array.shape.length) return showJsonNumber(array.data[offset]!);
  const size = array.shape[axis]!;
  const stride = entryCount(array.shape.slice(axis + 1));
  const items = Array.from({ length: size }, (_, k) => showNested(array, axis + 1, offset + k * stride));
  return `[${items.join(",")}]`;
}

function showJsonNumber(value: number): string {
  return Number.isFinite(value) ? showNumber(value) : `"${value}"`;
}
