/** In: a path. Out: its arrays; or arrays and a path, and the file stands there whole or not at all. The only file access. */
import {
  type ArrayFormat,
  formatArrays,
  formatOf,
  parseArrays,
  type ReadOptions,
  type WriteOptions,
} from "./formats.js";
import type { WritableArray } from "./nested.js";
import type { NumericArray } from "./numeric-array.js";
import { fail, type Result, succeed } from "./result.js";

/** Node hands out its modules at run time, so that a browser can load this room without a bundler's help. */
function fileSystem(): typeof import("node:fs") | undefined {
  return globalThis.process?.getBuiltinModule?.("node:fs");
}

/**
 * Every array in a `.npy`, `.npz`, JSON or CSV file, by name (see `parseArrays`). Returns a failure, never
 * throws: for a missing, empty, unreadable or malformed file, and for NaN or infinite entries unless
 * `allowNonFinite`.
 */
export function readArrays(path: string, options: ReadOptions = {}): Result<Map<string, NumericArray>> {
  const bytes = readBytes(path);
  return bytes.ok ? parseArrays(path, bytes.value, options) : bytes;
}

/**
 * Writes named arrays to a `.npz`, `.json`, `.csv` or (one array) `.npy` file, the extension deciding
 * unless `format` is given; see `formatArrays`. The file is replaced in one step: a reader sees the old
 * one or the whole new one. Returns the number of bytes written.
 */
export function writeArrays(
  path: string,
  entries: ReadonlyMap<string, WritableArray>,
  options: WriteOptions & { readonly format?: ArrayFormat } = {},
): Result<number> {
  const format = options.format ? succeed(options.format) : formatOf(path);
  if (!format.ok) return format;
  const bytes = formatArrays(format.value, entries, options);
  return bytes.ok ? writeBytes(path, bytes.value) : bytes;
}

function readBytes(path: string): Result<Uint8Array> {
  const fs = fileSystem();
  if (!fs) return noFileSystem(path);
  try {
    return succeed(fs.readFileSync(path));
  } catch (error) {
    return readFailure(path, error);
  }
}

function noFileSystem(path: string): Result<never> {
  return fail(
    "file-unreadable",
    `${path} cannot be opened: there is no file system here.`,
    "Pass the bytes of the file to parseArrays, or take them from formatArrays.",
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

function readFailure(path: string, error: unknown): Result<never> {
  const code = codeOf(error);
  if (code === "ENOENT")
    return fail(
      "file-missing",
      `${path} does not exist.`,
      "Check the path; it is taken from the current folder.",
    );
  if (code === "EISDIR")
    return fail("file-is-directory", `${path} is a folder; expected a file.`, "Name one file in it.");
  return fail(
    "file-unreadable",
    `${path} cannot be read: ${code}.`,
    "Check that you may read it, and its size (at most 2 GiB).",
  );
}

/** Bytes to a temporary file beside `path`, then renamed onto it; the temporary file never stays behind. */
export function writeBytes(path: string, bytes: Uint8Array): Result<number> {
  const fs = fileSystem();
  if (!fs) return noFileSystem(path);
  const temporary = `${path}.${process.pid}-${Math.random().toString(36).slice(2, 10)}.tmp`;
  try {
    fs.writeFileSync(temporary, bytes, { flag: "wx", flush: true });
    fs.renameSync(temporary, path);
    return succeed(bytes.length);
  } catch (error) {
    removeQuietly(() => fs.rmSync(temporary, { force: true }));
    return writeFailure(path, codeOf(error));
  }
}

/** The first failure is the one to report, not that of cleaning up after it. */
function removeQuietly(remove: () => void): void {
  try {
    remove();
  } catch {}
}

function writeFailure(path: string, code: string): Result<never> {
  if (code === "ENOENT")
    return fail("file-missing", `The folder of ${path} does not exist.`, "Create the folder first.");
  if (code === "EISDIR")
    return fail("file-is-directory", `${path} is a folder; expected a file.`, "Name a file in it.");
  return fail(
    "file-unwritable",
    `${path} cannot be written: ${code}.`,
    "Check that you may write there and that the disk is not full.",
  );
}
