/** In: a saved run, as arrays with time first or as CSV columns. Out: the other of the two. */
import Papa from "papaparse";
import {
  entryCount,
  indicesAt,
  type NumericArray,
  showEntry,
  showNumber,
  showShape,
} from "./numeric-array.js";
import { collect, fail, type Result, succeed } from "./result.js";

interface Column {
  readonly header: string;
  readonly array: NumericArray;
  /** Offset of the component in the block of one time, and the size of that block. */
  readonly offset: number;
  readonly stride: number;
}

/** One line a time: `t`, every component as `v[0]`, `Xi[1,2]`, a scalar by its name, `energy` last. */
export function spreadRun(arrays: ReadonlyMap<string, NumericArray>): Result<string> {
  const times = arrays.get("t")!.data.length;
  const columns = collect(inColumnOrder(arrays), ([name, array]) => columnsOf(name, array, times));
  if (!columns.ok) return columns;
  const flat = columns.value.flat();
  const lines = Array.from({ length: times }, (_, k) =>
    flat.map(({ array, offset, stride }) => showNumber(array.data[k * stride + offset]!)).join(","),
  );
  return succeed(`${[Papa.unparse([flat.map(({ header }) => header)]), ...lines].join("\n")}\n`);
}

function inColumnOrder(arrays: ReadonlyMap<string, NumericArray>): [string, NumericArray][] {
  const rank = (name: string) => (name === "t" ? 0 : name === "energy" ? 2 : 1);
  return [...arrays].sort(([a], [b]) => rank(a) - rank(b));
}

function columnsOf(name: string, array: NumericArray, times: number): Result<Column[]> {
  const stride = entryCount(array.shape.slice(1));
  if (array.shape[0] !== times || stride === 0) return notRun(name, array, times);
  if (!/^[^\s[\],;"|#]+$/.test(name)) return badName(name);
  const inner = array.shape.slice(1);
  const headers = Array.from({ length: stride }, (_, offset) => showEntry(name, inner, offset));
  return succeed(headers.map((header, offset) => ({ header, array, offset, stride })));
}

function notRun(name: string, array: NumericArray, times: number): Result<never> {
  return fail(
    "cannot-write",
    `"${name}" has shape ${showShape(array.shape)}; a run saved as CSV with ${times} times in t needs ${times} ` +
      "first, and at least one component.",
    "Save as .npz or .json, or leave that array out.",
  );
}

function badName(name: string): Result<never> {
  return fail(
    "cannot-write",
    `${JSON.stringify(name)} cannot head a CSV column: it would not read back.`,
    "Use a name without spaces, brackets, quotes and separators, or save as .npz.",
  );
}

interface Heading {
  readonly name: string;
  readonly indices: readonly number[];
}

/** The arrays of a run from its header and its table of shape (times, columns). */
export function gatherRun(
  file: string,
  header: readonly string[],
  table: NumericArray,
): Result<Map<string, NumericArray>> {
  const groups = new Map<string, { column: number; indices: readonly number[] }[]>();
  header.forEach((cell, column) => {
    const { name, indices } = readHeading(cell.trim());
    groups.set(name, [...(groups.get(name) ?? []), { column, indices }]);
  });
  const arrays = collect(groups, ([name, members]): Result<[string, NumericArray]> => {
    const array = gatherArray(file, name, members, table);
    return array.ok ? succeed([name, array.value]) : array;
  });
  return arrays.ok ? succeed(new Map(arrays.value)) : arrays;
}

function readHeading(cell: string): Heading {
  const match = /^(.*)\[(\d+(?:,\d+)*)\]$/.exec(cell);
  return match ? { name: match[1]!, indices: match[2]!.split(",").map(Number) } : { name: cell, indices: [] };
}

function gatherArray(
  file: string,
  name: string,
  members: readonly { column: number; indices: readonly number[] }[],
  table: NumericArray,
): Result<NumericArray> {
  const inner = members[0]!.indices.map(
    (_, axis) => Math.max(...members.map(({ indices }) => indices[axis] ?? 0)) + 1,
  );
  const inOrder = members.every(({ indices }, offset) => `${indices}` === `${indicesAt(inner, offset)}`);
  if (!inOrder || members.length !== entryCount(inner)) return incomplete(file, name, members.length, inner);
  const [times, width] = [table.shape[0]!, table.shape[1]!];
  const data = new Float64Array(times * members.length);
  members.forEach(({ column }, offset) => {
    for (let k = 0; k < times; k++) data[k * members.length + offset] = table.data[k * width + column]!;
  });
  return succeed({ shape: [times, ...inner], data });
}

function incomplete(file: string, name: string, found: number, inner: readonly number[]): Result<never> {
  return fail(
    "csv-header",
    `${file} has ${found} columns for "${name}", not exactly one for each of the ${entryCount(inner)} entries of ` +
      `shape ${showShape(inner)} in order.`,
    "Give every component one column, first index slowest, or rename the first column from t to read a plain table.",
  );
}
