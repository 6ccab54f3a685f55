/** In: the bytes of a `.npy` file, or an array. Out: the array, or the bytes NumPy would write for it. */
import { describeKind, type EntryType, entryType } from "./dtypes.js";
import { type NpyHeader, npyMagic, readNpyHeader } from "./npy-header.js";
import { entryCount, type NumericArray, showEntry, showShape } from "./numeric-array.js";
import { fail, type Result, succeed } from "./result.js";

/**
 * Any rank, C or Fortran order, either byte order, dtypes f2 f4 f8, i1–i8, u1–u8, b1 (0 or 1), all as
 * doubles in C order. Fails on anything else, on a length that disagrees with the shape (nothing is
 * allocated before that check), and on a 64-bit integer that no double equals.
 */
export function decodeNpy(name: string, bytes: Uint8Array): Result<NumericArray> {
  const header = readNpyHeader(name, bytes);
  if (!header.ok) return header;
  const type = requireType(name, header.value.descr);
  if (!type.ok) return type;
  const length = requireLength(name, header.value, type.value, bytes.length);
  return length.ok ? readEntries(name, bytes, header.value, type.value) : length;
}

function requireType(name: string, descr: string): Result<EntryType> {
  const code = /^[<>=|]?(.*)$/s.exec(descr)![1]!;
  const type = entryType(code);
  if (type) return succeed(type);
  return fail(
    "npy-dtype",
    `${name} has dtype '${descr}' (${describeKind(code)}); expected real numbers: f2 f4 f8, i1 i2 i4 i8, ` +
      "u1 u2 u4 u8 or b1.",
    "Convert it in Python with array.astype('f8') before saving.",
  );
}

function requireLength(name: string, header: NpyHeader, type: EntryType, total: number): Result<null> {
  const found = total - header.dataStart;
  const needed = entryCount(header.shape) * type.bytes;
  if (found === needed) return succeed(null);
  return fail(
    "npy-length",
    `${name} has shape ${showShape(header.shape)} of '${header.descr}', which takes ${needed} bytes, but ` +
      `${found} bytes follow its header.`,
    found < needed
      ? "The file was cut short; copy or save it again."
      : "Save one array per .npy file; use .npz for several.",
  );
}

function readEntries(
  name: string,
  bytes: Uint8Array,
  header: NpyHeader,
  type: EntryType,
): Result<NumericArray> {
  const data = new Float64Array(entryCount(header.shape));
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.dataStart, data.length * type.bytes);
  const little = !header.descr.startsWith(">");
  for (let k = 0; k < data.length; k++) {
    const value = type.read(view, k * type.bytes, little);
    if (value === undefined) return inexact(name, header, k);
    data[k] = value;
  }
  return succeed({ shape: header.shape, data: header.fortranOrder ? toCOrder(header.shape, data) : data });
}

function inexact(name: string, header: NpyHeader, offset: number): Result<never> {
  const entry = header.fortranOrder ? `entry ${offset} of ${name}` : showEntry(name, header.shape, offset);
  return fail(
    "npy-integer",
    `${entry} is a 64-bit integer that no double equals; bound arrays are doubles.`,
    "Save array.astype('f8') if rounding is acceptable.",
  );
}

/** Fortran order is the C order of the reversed shape: walk C order, stepping through the source. */
function toCOrder(shape: readonly number[], source: Float64Array): Float64Array {
  const strides = shape.map((_, axis) => entryCount(shape.slice(0, axis)));
  const indices = shape.map(() => 0);
  let from = 0;
  return source.map((_, offset) => {
    if (offset > 0) from = advance(indices, shape, strides, from);
    return source[from]!;
  });
}

/** Adds one to `indices` in C order and returns the matching Fortran offset. */
function advance(
  indices: number[],
  shape: readonly number[],
  strides: readonly number[],
  from: number,
): number {
  let next = from;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    next += strides[axis]!;
    indices[axis]! += 1;
    if (indices[axis]! < shape[axis]!) return next;
    next -= shape[axis]! * strides[axis]!;
    indices[axis] = 0;
  }
  return next;
}

/** Format version 1.0, `<f8`, C order, entries from a multiple of 64 bytes on, as numpy.save writes it. */
export function encodeNpy(array: NumericArray): Uint8Array {
  const dictionary = `{'descr': '<f8', 'fortran_order': False, 'shape': ${showShape(array.shape)}, }`;
  const padded = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const header = `${dictionary.padEnd(padded - 1)}\n`;
  const bytes = new Uint8Array(10 + padded + array.data.length * 8);
  bytes.set([...npyMagic, 1, 0, padded & 255, padded >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  const view = new DataView(bytes.buffer, 10 + padded);
  array.data.forEach((value, k) => {
    view.setFloat64(8 * k, value, true);
  });
  return bytes;
}
