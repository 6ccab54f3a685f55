/** In: the bytes of a file and its name, or named arrays and a format. Out: the named arrays, or the bytes. No file system. */
import { decodeCsv, encodeCsv } from "./csv.js";
import { decodeJson, encodeJson } from "./json.js";
import { asNumericArray, type WritableArray } from "./nested.js";
import { decodeNpy, encodeNpy } from "./npy.js";
import { npyMagic, startsWith } from "./npy-header.js";
import { decodeNpz, encodeNpz } from "./npz.js";
import { type NumericArray, requireConsistent, requireFinite } from "./numeric-array.js";
import { collect, fail, type Result, succeed } from "./result.js";

export type ArrayFormat = "npy" | "npz" | "json" | "csv";

export interface ReadOptions {
  /** Accept NaN and infinite entries; refused by default. */
  readonly allowNonFinite?: boolean;
}

export interface WriteOptions {
  /** Deflate a `.npz` (as numpy.savez_compressed); stored by default. */
  readonly compress?: boolean;
}

const extensions: ReadonlyMap<string, ArrayFormat> = new Map([
  ["npy", "npy"],
  ["npz", "npz"],
  ["json", "json"],
  ["csv", "csv"],
  ["tsv", "csv"],
  ["txt", "csv"],
  ["dat", "csv"],
]);

/** More entries than this would not fit into one JavaScript string. */
const largestText = 2e7;

function splitPath(path: string): { base: string; extension: string } {
  const file = path.split(/[/\\]/).at(-1)!;
  const dot = file.lastIndexOf(".");
  return dot > 0
    ? { base: file.slice(0, dot), extension: file.slice(dot + 1).toLowerCase() }
    : { base: file, extension: "" };
}

/**
 * The arrays in the bytes of the file called `path`, by name; the one unnamed array of a `.npy`, CSV or
 * nested JSON file takes the file's base name. The content decides where it is unmistakable (NumPy, zip),
 * then the extension, then the first character. Fails on every malformed file and, unless
 * `allowNonFinite`, on the first NaN or infinite entry.
 */
export function parseArrays(
  path: string,
  bytes: Uint8Array,
  options: ReadOptions = {},
): Result<Map<string, NumericArray>> {
  const { base, extension } = splitPath(path);
  if (bytes.length === 0) return emptyFile(path);
  const arrays = decode(base, path, bytes, extensions.get(extension));
  if (!arrays.ok || options.allowNonFinite) return arrays;
  const checked = collect(arrays.value, ([name, array]) => requireFinite(name, array));
  return checked.ok ? arrays : checked;
}

function emptyFile(path: string): Result<never> {
  return fail(
    "file-empty",
    `${path} is empty; expected an array.`,
    "Write the file again; it may have been cut short.",
  );
}

function decode(
  base: string,
  path: string,
  bytes: Uint8Array,
  named: ArrayFormat | undefined,
): Result<Map<string, NumericArray>> {
  const format = binaryFormat(bytes) ?? named;
  if (format === "npz") return decodeNpz(path, bytes);
  if (format === "npy") {
    const array = decodeNpy(base, bytes);
    return array.ok ? succeed(new Map([[base, array.value]])) : array;
  }
  const text = decodeText(path, bytes);
  if (!text.ok) return text;
  const isJson = format === "json" || (!format && /^\s*[[{]/.test(text.value));
  return isJson ? decodeJson(base, text.value) : decodeCsv(base, text.value);
}

function binaryFormat(bytes: Uint8Array): ArrayFormat | undefined {
  if (startsWith(bytes, npyMagic)) return "npy";
  return startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0x50, 0x4b, 5, 6]) ? "npz" : undefined;
}

function decodeText(path: string, bytes: Uint8Array): Result<string> {
  try {
    return succeed(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return fail(
      "not-text",
      `${path} is neither .npy, .npz nor UTF-8 text.`,
      "Save it as .npy or .npz with NumPy, or as UTF-8 encoded CSV or JSON.",
    );
  }
}

/** The format that the extension of `path` asks for when writing, or a `format-unknown` failure. */
export function formatOf(path: string): Result<ArrayFormat> {
  const { extension } = splitPath(path);
  const format = extensions.get(extension);
  if (format === extension) return succeed(format);
  return fail(
    "format-unknown",
    `${path} ends in ${extension ? `.${extension}` : "no extension"}; arrays are written to .npz, .npy, .json or .csv.`,
    "Choose one of these extensions.",
  );
}

/**
 * The bytes of a file of that format. `.npy` takes one array; CSV one table or a run (`t` and arrays with
 * time first). NaN and infinite entries are written: as words in CSV, as quoted words in JSON.
 */
export function formatArrays(
  format: ArrayFormat,
  entries: ReadonlyMap<string, WritableArray>,
  options: WriteOptions = {},
): Result<Uint8Array> {
  const arrays = collect(entries, ([name, value]): Result<[string, NumericArray]> => {
    const array = asNumericArray(name, value);
    const checked = array.ok ? requireConsistent(name, array.value) : array;
    return checked.ok ? succeed([name, checked.value]) : checked;
  });
  return arrays.ok ? encode(format, new Map(arrays.value), options.compress ?? false) : arrays;
}

function encode(
  format: ArrayFormat,
  arrays: ReadonlyMap<string, NumericArray>,
  compress: boolean,
): Result<Uint8Array> {
  if (arrays.size === 0) return nothing();
  if (format === "npz") return encodeNpz(arrays, compress);
  if (format === "npy") return encodeSingle(arrays);
  const entries = [...arrays.values()].reduce((sum, { data }) => sum + data.length, 0);
  if (entries > largestText) return tooLong(format, entries);
  const text = format === "json" ? succeed(encodeJson(arrays)) : encodeCsv(arrays);
  return text.ok ? succeed(new TextEncoder().encode(text.value)) : text;
}

function nothing(): Result<never> {
  return fail(
    "cannot-write",
    "There is no array to write; expected at least one.",
    "Pass a map from names to arrays.",
  );
}

function encodeSingle(arrays: ReadonlyMap<string, NumericArray>): Result<Uint8Array> {
  if (arrays.size === 1) return succeed(encodeNpy([...arrays.values()][0]!));
  return fail(
    "cannot-write",
    `A .npy file holds one array; found ${arrays.size} (${[...arrays.keys()].slice(0, 4).join(", ")}).`,
    "Save them as .npz.",
  );
}

function tooLong(format: ArrayFormat, entries: number): Result<never> {
  return fail(
    "too-large",
    `${entries} entries are too many for a .${format} file (at most ${largestText}).`,
    "Save as .npz.",
  );
}
