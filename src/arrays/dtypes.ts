/** In: a NumPy dtype code such as `f4` or `u8`. Out: how many bytes an entry takes and how to read one as a double. */

/** `read` returns the entry as a double, or `undefined` when no double equals it (large 64-bit integers). */
export interface EntryType {
  readonly bytes: number;
  readonly read: (view: DataView, at: number, little: boolean) => number | undefined;
}

function exactly(value: bigint): number | undefined {
  const double = Number(value);
  return BigInt(double) === value ? double : undefined;
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits; every value is a double exactly. */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const entryTypes: ReadonlyMap<string, EntryType> = new Map([
  ["f8", { bytes: 8, read: (v: DataView, at: number, le: boolean) => v.getFloat64(at, le) }],
  ["f4", { bytes: 4, read: (v: DataView, at: number, le: boolean) => v.getFloat32(at, le) }],
  ["f2", { bytes: 2, read: (v: DataView, at: number, le: boolean) => halfPrecision(v.getUint16(at, le)) }],
  ["i1", { bytes: 1, read: (v: DataView, at: number) => v.getInt8(at) }],
  ["i2", { bytes: 2, read: (v: DataView, at: number, le: boolean) => v.getInt16(at, le) }],
  ["i4", { bytes: 4, read: (v: DataView, at: number, le: boolean) => v.getInt32(at, le) }],
  ["i8", { bytes: 8, read: (v: DataView, at: number, le: boolean) => exactly(v.getBigInt64(at, le)) }],
  ["u1", { bytes: 1, read: (v: DataView, at: number) => v.getUint8(at) }],
  ["u2", { bytes: 2, read: (v: DataView, at: number, le: boolean) => v.getUint16(at, le) }],
  ["u4", { bytes: 4, read: (v: DataView, at: number, le: boolean) => v.getUint32(at, le) }],
  ["u8", { bytes: 8, read: (v: DataView, at: number, le: boolean) => exactly(v.getBigUint64(at, le)) }],
  ["b1", { bytes: 1, read: (v: DataView, at: number) => (v.getUint8(at) === 0 ? 0 : 1) }],
]);

/** The entry type for a code without its byte-order mark, or undefined if it is not a real number type. */
export function entryType(code: string): EntryType | undefined {
  return entryTypes.get(code);
}

const kinds: ReadonlyMap<string, string> = new Map([
  ["O", "Python objects"],
  ["U", "text"],
  ["S", "byte strings"],
  ["c", "complex numbers"],
  ["V", "raw or structured records"],
  ["M", "dates"],
  ["m", "time differences"],
  ["f", "floating-point numbers of a width other than 2, 4 or 8 bytes"],
]);

/** What a refused dtype holds, in words. */
export function describeKind(code: string): string {
  return kinds.get(code[0] ?? "") ?? "entries of an unknown type";
}
