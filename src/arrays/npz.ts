/** In: the bytes of a `.npz` archive, or named arrays. Out: the named arrays, or the archive, stored or deflated. */
import { unzipSync, type Zippable, zipSync } from "fflate";
import { decodeNpy, encodeNpy } from "./npy.js";
import type { NumericArray } from "./numeric-array.js";
import { collect, fail, type Result, succeed } from "./result.js";
import { crc32, type ZipEntry, zipEntries } from "./zip-directory.js";

/** Deflate cannot expand more than this (zlib's technical details); a larger claim is a damaged or hostile file. */
const largestExpansion = 1032;
const largestArchive = 2 ** 32 - 2 ** 16;

/** Every `.npy` in the archive, named without the extension. Fails on damage, also on a wrong checksum. */
export function decodeNpz(name: string, bytes: Uint8Array): Result<Map<string, NumericArray>> {
  const entries = zipEntries(bytes);
  if (!entries) return damaged(name, "its central directory is missing or unreadable");
  const wanted = requireArrays(name, entries);
  if (!wanted.ok) return wanted;
  const files = inflate(name, bytes, wanted.value);
  if (!files.ok) return files;
  const arrays = collect(wanted.value, (entry) => decodeEntry(name, entry, files.value.get(entry.name)));
  return arrays.ok ? succeed(new Map(arrays.value)) : arrays;
}

function damaged(name: string, reason: string): Result<never> {
  return fail(
    "npz-damaged",
    `${name} is not a whole zip archive: ${reason}.`,
    "Copy the file again, or save it again with numpy.savez.",
  );
}

function requireArrays(name: string, entries: readonly ZipEntry[]): Result<ZipEntry[]> {
  const arrays = entries.filter((entry) => entry.name.endsWith(".npy"));
  if (arrays.length === 0) return noArrays(name, entries);
  const names = new Set<string>();
  for (const entry of arrays) {
    if (names.has(entry.name)) return damaged(name, `"${entry.name}" occurs twice`);
    if (entry.bytes > largestExpansion * entry.compressedBytes + 1024) {
      return damaged(
        name,
        `"${entry.name}" claims ${entry.bytes} bytes out of ${entry.compressedBytes} compressed ones`,
      );
    }
    names.add(entry.name);
  }
  return succeed(arrays);
}

function noArrays(name: string, entries: readonly ZipEntry[]): Result<never> {
  const found = entries.slice(0, 3).map((entry) => `"${entry.name}"`);
  const holds = found.length === 0 ? "is empty" : `holds ${entries.length} files (${found.join(", ")})`;
  return fail(
    "npz-no-arrays",
    `${name} is a zip archive that ${holds}, none of which ends in .npy.`,
    "Write it with numpy.savez(file, name=array).",
  );
}

function inflate(
  name: string,
  bytes: Uint8Array,
  wanted: readonly ZipEntry[],
): Result<Map<string, Uint8Array>> {
  const names = new Set(wanted.map((entry) => entry.name));
  try {
    return succeed(new Map(Object.entries(unzipSync(bytes, { filter: (file) => names.has(file.name) }))));
  } catch (error) {
    return damaged(name, error instanceof Error ? error.message : String(error));
  }
}

function decodeEntry(
  archive: string,
  entry: ZipEntry,
  bytes: Uint8Array | undefined,
): Result<[string, NumericArray]> {
  const name = entry.name.slice(0, -".npy".length);
  if (!bytes || bytes.length !== entry.bytes) return damaged(archive, `"${entry.name}" has the wrong length`);
  if (crc32(bytes) !== entry.checksum) return damaged(archive, `"${entry.name}" fails its checksum`);
  if (bytes.length === 0) return damaged(archive, `"${entry.name}" is empty`);
  const array = decodeNpy(name, bytes);
  return array.ok ? succeed([name, array.value]) : array;
}

/** The same arrays always give the same bytes: the time stamps are the first that zip can write. */
export function encodeNpz(arrays: ReadonlyMap<string, NumericArray>, compress: boolean): Result<Uint8Array> {
  const nameless = [...arrays.keys()].find((name) => name === "" || name.includes("\0"));
  if (nameless !== undefined) return badName(nameless);
  const total = [...arrays.values()].reduce((sum, array) => sum + array.data.length * 8 + 1024, 0);
  if (total > largestArchive || arrays.size > 65535) return tooLarge(total);
  const files: Zippable = {};
  for (const [name, array] of arrays) files[`${name}.npy`] = encodeNpy(array);
  return succeed(zipSync(files, { level: compress ? 6 : 0, mtime: new Date(1980, 0, 1) }));
}

function badName(name: string): Result<never> {
  return fail(
    "npz-name",
    `${JSON.stringify(name)} cannot name an array in a .npz file.`,
    "Give every array a name without NUL characters.",
  );
}

function tooLarge(bytes: number): Result<never> {
  return fail(
    "too-large",
    `The arrays take ${bytes} bytes; a .npz file written here holds less than 4 GiB.`,
    "Record fewer times (--every), or save fewer arrays.",
  );
}
