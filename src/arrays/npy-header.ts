/** In: the bytes of a `.npy` file. Out: its dtype, order, shape and where its entries start, or why not. */
import { largestRank } from "./numeric-array.js";
import { fail, type Result, succeed } from "./result.js";

export interface NpyHeader {
  /** As written, `<f8`: byte order, kind, bytes. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Offset in bytes of the first entry. */
  readonly dataStart: number;
}

export const npyMagic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, k) => bytes[k] === byte);
}

function showFirstBytes(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** The header of format versions 1, 2 and 3 (numpy.lib.format). `name` is used in messages only. */
export function readNpyHeader(name: string, bytes: Uint8Array): Result<NpyHeader> {
  if (!startsWith(bytes, npyMagic)) return wrongMagic(name, bytes);
  const text = headerText(name, bytes);
  return text.ok ? parseHeader(name, text.value.text, text.value.end) : text;
}

function wrongMagic(name: string, bytes: Uint8Array): Result<never> {
  return fail(
    "npy-magic",
    `${name} starts with the bytes ${showFirstBytes(bytes)}; a .npy file starts with 93 4e 55 4d 50 59.`,
    "Write the file with numpy.save, or rename it to its true format (.npz, .json, .csv).",
  );
}

function headerText(name: string, bytes: Uint8Array): Result<{ text: string; end: number }> {
  const version = bytes[6];
  if (version !== undefined && (version < 1 || version > 3)) return unknownVersion(name, version);
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) return truncated(name, start, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < end) return truncated(name, end, bytes.length);
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(start, end));
  return succeed({ text, end });
}

function unknownVersion(name: string, version: number): Result<never> {
  return fail(
    "npy-version",
    `${name} has .npy format version ${version}; versions 1, 2 and 3 are known.`,
    "Save the array again with numpy.save.",
  );
}

function truncated(name: string, needed: number, found: number): Result<never> {
  return fail(
    "npy-header",
    `${name} ends inside its header: ${needed} bytes needed, ${found} found.`,
    "The file was cut short; copy or save it again.",
  );
}

const quoted = `(?:'([^']*)'|"([^"]*)")`;
const descrPattern = new RegExp(`['"]descr['"]\\s*:\\s*${quoted}`);
const structuredPattern = /['"]descr['"]\s*:\s*\[/;
const orderPattern = /['"]fortran_order['"]\s*:\s*(True|False)/;
const shapePattern = /['"]shape['"]\s*:\s*\(\s*((?:\d+L?\s*,\s*)*(?:\d+L?\s*)?)\)/;

/** The header is a Python dictionary with exactly three keys, printed by numpy; not a general literal. */
function parseHeader(name: string, text: string, dataStart: number): Result<NpyHeader> {
  if (structuredPattern.test(text)) return structured(name);
  const descr = descrPattern.exec(text);
  const order = orderPattern.exec(text);
  const sizes = shapePattern.exec(text);
  if (!descr || !order || !sizes) return unreadable(name, text);
  const shape = sizes[1]!.match(/\d+/g)?.map(Number) ?? [];
  if (shape.length > largestRank) return unreadable(name, text);
  return succeed({ descr: descr[1] ?? descr[2] ?? "", fortranOrder: order[1] === "True", shape, dataStart });
}

function structured(name: string): Result<never> {
  return fail(
    "npy-dtype",
    `${name} holds structured records (several named fields per entry); expected plain real numbers.`,
    "Save each field as an array of its own, for example with numpy.savez.",
  );
}

function unreadable(name: string, text: string): Result<never> {
  return fail(
    "npy-header",
    `${name} has the header ${JSON.stringify(text.trim().slice(0, 80))}; expected a dictionary with descr, ` +
      `fortran_order and shape (at most ${largestRank} sizes).`,
    "Save the array again with numpy.save.",
  );
}
