/** In: CSV text, or arrays. Out: one table (or the arrays of a saved run), or CSV text that reads back to the last bit. */
import Papa from "papaparse";
import { gatherRun, spreadRun } from "./csv-run.js";
import { type NumericArray, showNumber } from "./numeric-array.js";
import { fail, type Result, succeed } from "./result.js";

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * A rectangular table of numbers, called `name`: shape (rows, columns), or (rows,) for one column. Lines
 * that are blank or start with # are left out; the first row may be a header of words. A header that
 * starts with `t` is a saved run, which gives one array per name: `t`, `v[0]`, `v[1]`, …, `energy`.
 */
export function decodeCsv(name: string, text: string): Result<Map<string, NumericArray>> {
  const rows = readRows(name, text);
  if (!rows.ok) return rows;
  const first = rows.value[0];
  if (!first) return noRows(name);
  const header = first.cells.every((cell) => parseNumber(cell) === undefined) ? first : undefined;
  const body = header ? rows.value.slice(1) : rows.value;
  const isRun = header?.cells[0]?.trim() === "t";
  if (body.length === 0 && !isRun) return noRows(name);
  const table = readTable(name, body, first);
  if (!table.ok) return table;
  return isRun
    ? gatherRun(name, header.cells, table.value)
    : succeed(new Map([[name, dropColumnAxis(table.value)]]));
}

function dropColumnAxis(table: NumericArray): NumericArray {
  return table.shape[1] === 1 ? { shape: [table.shape[0]!], data: table.data } : table;
}

function readRows(name: string, text: string): Result<Row[]> {
  const parsed = Papa.parse<string[]>(text, { delimiter: delimiterOf(text) });
  const broken = parsed.errors.find((error) => error.type === "Quotes");
  if (broken) return badQuotes(name, (broken.row ?? 0) + 1);
  const rows = parsed.data.map((cells, k) => ({ cells, line: k + 1 }));
  return succeed(
    rows.filter(({ cells }) => cells.join("").trim() !== "" && !cells[0]!.trimStart().startsWith("#")),
  );
}

/**
 * The first separator that occurs in the first row. Papaparse's own guess weighs rows against each other
 * and falls back to the comma for two rows with a line end after them.
 */
function delimiterOf(text: string): string {
  const row =
    /^[ \t]*(?!#)\S.*$/m
      .exec(text)?.[0]
      .trim()
      .replace(/"[^"]*"/g, "") ?? "";
  return [",", "\t", ";", "|", " "].find((separator) => row.includes(separator)) ?? ",";
}

function badQuotes(name: string, line: number): Result<never> {
  return fail(
    "csv-quotes",
    `line ${line} of ${name} has a quotation mark that is not closed.`,
    "Close it, or remove it: numbers need no quotes.",
    { line, column: 1 },
  );
}

function noRows(name: string): Result<never> {
  return fail(
    "csv-empty",
    `${name} holds no row of numbers; expected at least one.`,
    "Write one row per line, numbers separated by commas.",
  );
}

function readTable(name: string, rows: readonly Row[], first: Row): Result<NumericArray> {
  const columns = first.cells.length;
  const data = new Float64Array(rows.length * columns);
  for (const [k, row] of rows.entries()) {
    if (row.cells.length !== columns) return ragged(name, row, first);
    for (let column = 0; column < columns; column++) {
      const value = parseNumber(row.cells[column]!);
      if (value === undefined) return notNumber(name, row, column);
      data[k * columns + column] = value;
    }
  }
  return succeed({ shape: [rows.length, columns], data });
}

function ragged(name: string, row: Row, first: Row): Result<never> {
  return fail(
    "csv-ragged",
    `line ${row.line} of ${name} has ${row.cells.length} columns where line ${first.line} has ${first.cells.length}.`,
    "Complete or shorten that line; every row must have the same number of columns.",
    { line: row.line, column: 1 },
  );
}

function notNumber(name: string, row: Row, column: number): Result<never> {
  const cell = row.cells[column]!.trim();
  const found = cell === "" ? "empty" : JSON.stringify(cell.slice(0, 40));
  return fail(
    "csv-number",
    `line ${row.line}, column ${column + 1} of ${name} is ${found}; expected a number.`,
    row.line === 1
      ? "Correct that cell; a header row must consist of words only."
      : "Write a number such as -0.5 or 1e-3, with a decimal point, columns separated by commas.",
    { line: row.line, column: column + 1 },
  );
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const words: ReadonlyMap<string, number> = new Map([
  ["nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
]);

function parseNumber(cell: string): number | undefined {
  const text = cell.trim();
  if (decimal.test(text)) return Number(text);
  const word = words.get(text.replace(/^[+-]/, "").toLowerCase());
  return word !== undefined && text.startsWith("-") ? -word : word;
}

/** A saved run (arrays with time first, one of them `t`), or one array of rank at most 2 without a header. */
export function encodeCsv(arrays: ReadonlyMap<string, NumericArray>): Result<string> {
  if (arrays.get("t")?.shape.length === 1) return spreadRun(arrays);
  const [first] = arrays;
  if (!first || arrays.size > 1 || first[1].shape.length > 2 || first[1].data.length === 0)
    return notTable(arrays);
  return succeed(encodeTable(first[1]));
}

function notTable(arrays: ReadonlyMap<string, NumericArray>): Result<never> {
  const found = [...arrays].slice(0, 4).map(([name, { shape }]) => `${name} of rank ${shape.length}`);
  return fail(
    "cannot-write",
    `A CSV file holds one nonempty table, or a run with t; found ${found.join(", ") || "no array"}.`,
    "Save as .npz or .json instead.",
  );
}

function encodeTable(array: NumericArray): string {
  const columns = array.shape.length === 2 ? array.shape[1]! : 1;
  const rows = Array.from({ length: array.data.length / columns }, (_, k) =>
    Array.from(array.data.subarray(k * columns, (k + 1) * columns), showNumber).join(","),
  );
  return `${rows.join("\n")}\n`;
}
