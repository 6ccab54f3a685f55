/** In: the bytes of a zip archive. Out: what its central directory promises about each file, checksums included. */

/** fflate inflates without checking the checksum, so the promise is read here and checked by the caller. */
export interface ZipEntry {
  readonly name: string;
  readonly checksum: number;
  readonly compressedBytes: number;
  readonly bytes: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/** The entries in directory order (APPNOTE 4.3.12), or undefined when there is no readable directory. */
export function zipEntries(bytes: Uint8Array): ZipEntry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return undefined;
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > end || view.getUint32(at, true) !== entrySignature) return undefined;
    const nameLength = view.getUint16(at + 28, true);
    if (at + 46 + nameLength > end) return undefined;
    entries.push(entryAt(view, bytes, at, nameLength));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function entryAt(view: DataView, bytes: Uint8Array, at: number, nameLength: number): ZipEntry {
  return {
    name: entryName(
      bytes.subarray(at + 46, at + 46 + nameLength),
      (view.getUint16(at + 8, true) & 0x800) !== 0,
    ),
    checksum: view.getUint32(at + 16, true),
    compressedBytes: view.getUint32(at + 20, true),
    bytes: view.getUint32(at + 24, true),
  };
}

/** Bit 11 of the flags promises UTF-8; without it fflate takes each byte as a character, and so must this. */
function entryName(bytes: Uint8Array, utf8: boolean): string {
  return utf8
    ? new TextDecoder().decode(bytes)
    : Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The end record stands last, before a comment of at most 65535 bytes. */
function findEnd(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - 22 - 65535);
  for (let at = view.byteLength - 22; at >= first; at--) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  return undefined;
}

const checksumTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 with the polynomial of zip and PNG. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let k = 0; k < bytes.length; k++) {
    value = checksumTable[(value ^ bytes[k]!) & 255]! ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}
