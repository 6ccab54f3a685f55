/** A snapshot of a run and what the run was made of come in, a file goes out; and back, refused for another run. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeBytes } from "../arrays/index.js";
import { refuse } from "../front/errors.js";
import type { Snapshot, Value } from "../ode/index.js";
import type { CompiledField } from "../simulation/index.js";

/** What two runs must share to make the same numbers: short values as they are, long ones as digests. */
export type Identity = Readonly<Record<string, string>>;

const digest = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

const bytesOf = (x: Float64Array): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);

/** A scalar as it is. */
const numbers = (x: Float64Array): string => (x.length === 1 ? String(x[0]) : digest(bytesOf(x)));

/** Version, model, numbers and options of a run; `options` are those that change the numbers. */
export function identityOf(
  version: string,
  modelText: string,
  field: CompiledField,
  options: Readonly<Record<string, unknown>>,
): Identity {
  const { bound } = field;
  const entries: [string, string][] = [
    ["version", version],
    ["the model", digest(modelText)],
    ["backend", field.backend.name],
    ...[...bound.dimensions].map(([n, x]): [string, string] => [`dimension ${n}`, String(x)]),
    ...[...bound.values].map(([n, x]): [string, string] => [`the value of ${n}`, numbers(x)]),
    ...[...bound.initial].map(([n, x]): [string, string] => [
      `the initial state of ${n}`,
      digest(bytesOf(x)),
    ]),
    ...field.scheduled.map(({ name, schedule }): [string, string] => [
      `the schedule of ${name}`,
      digest(JSON.stringify(schedule)),
    ]),
    ...Object.entries(options).map(([n, x]): [string, string] => [n, JSON.stringify(x) ?? "not given"]),
  ];
  // An input under a schedule holds what the schedule wrote last.
  const scheduled = new Set(field.scheduled.map(({ name }) => `the value of ${name}`));
  return Object.fromEntries(entries.filter(([name]) => !scheduled.has(name)));
}

// ---- the file -----------------------------------------------------------------------------------------------

const FORMAT = "legendre-checkpoint-1";

/** Doubles as they are: numbers that JSON has no word for, and arrays, are written as objects. */
function encode(value: Value): unknown {
  if (value instanceof Float64Array) return { f64: Buffer.from(bytesOf(value)).toString("base64") };
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { number: Object.is(value, -0) ? "-0" : String(value) };
  if (Array.isArray(value)) return value.map((x: number | string | Snapshot) => encode(x));
  if (typeof value !== "object") return value;
  return { map: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, encode(v)])) };
}

type Encoded =
  | number
  | string
  | boolean
  | readonly Encoded[]
  | { readonly f64?: string; readonly number?: string; readonly map?: Readonly<Record<string, Encoded>> };

function decode(value: Encoded): Value {
  if (Array.isArray(value)) return value.map((x: Encoded) => decode(x)) as Value;
  if (typeof value !== "object") return value as Value;
  const { f64, number, map } = value as Exclude<Encoded, readonly Encoded[] | number | string | boolean>;
  if (f64 !== undefined) return new Float64Array(Uint8Array.from(Buffer.from(f64, "base64")).buffer);
  if (number !== undefined) return Number(number);
  return Object.fromEntries(Object.entries(map ?? {}).map(([k, v]) => [k, decode(v)]));
}

/** Replaces the file in one step: a reader, or a run that is killed, leaves the old one or the whole new one. */
export function writeCheckpoint(file: string, identity: Identity, snapshot: Snapshot): void {
  const body = JSON.stringify(encode(snapshot));
  const text = JSON.stringify({ format: FORMAT, identity, digest: digest(body) });
  const written = writeBytes(file, new TextEncoder().encode(`${text}\n${body}\n`));
  if (!written.ok) refuse(written.error.code, written.error.message, written.error.hint);
}

/** The snapshot in the file. Throws LegendreError for a file that is none, or one of another run, with what differs. */
export function readCheckpoint(file: string, identity: Identity): Snapshot {
  const { head, body } = readParts(file);
  const names = [...new Set([...Object.keys(head.identity), ...Object.keys(identity)])];
  const different = names.filter((n) => head.identity[n] !== identity[n]);
  if (different.length > 0)
    refuse(
      "other-run",
      `the checkpoint ${file} is of another run: ${different.map((n) => difference(n, head.identity[n], identity[n])).join("; ")}`,
      "resume with the model, data and options that the run began with, or start it anew without --resume",
    );
  return decode(JSON.parse(body) as Encoded) as Snapshot;
}

const LONG = 40;

function difference(name: string, there: string | undefined, here: string | undefined): string {
  if (there === undefined || here === undefined)
    return `${name} is ${there === undefined ? "not there" : "there only"}`;
  return [there, here].some((x) => x.length > LONG)
    ? `${name} differs`
    : `${name} was ${there} and is ${here}`;
}

interface Head {
  readonly identity: Identity;
}

function readParts(file: string): { head: Head; body: string } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return refuse(
      "no-checkpoint",
      missing ? `the checkpoint ${file} does not exist` : `the checkpoint ${file} cannot be read`,
      "a run writes one with --checkpoint FILE, the first after --checkpoint-every seconds",
    );
  }
  const [first = "", body = ""] = text.split("\n");
  const head = parsed(first);
  if (head?.format !== FORMAT || typeof head.identity !== "object" || head.digest !== digest(body))
    return refuse(
      "bad-checkpoint",
      `${file} is not a whole checkpoint of this version`,
      "start the run anew without --resume",
    );
  return { head: head as unknown as Head, body };
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
