/** A model written as a TypeScript object comes in, the same tree that its YAML would give goes out. */
import { fromNumber, rational } from "../index-notation/index.js";
import type { Diagnostic, Span } from "../model/index.js";
import { asName } from "./aliases.js";
import { locator } from "./fault.js";
import { MAX_NESTING } from "./limits.js";
import type { MapEntry, Tree } from "./tree.js";

/** In place of a file, spans of an object name the path: `layers.v.lagrangian:1:5`. */
const spanAt = (path: string): Span => ({
  file: path === "" ? "model" : path,
  line: 1,
  column: 1,
  start: 0,
  end: 0,
});

const within = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** Reads an object. On failure what cannot be part of a model, each with its path; never throws. */
export function readObject(
  value: unknown,
  path = "",
): { readonly tree: Tree } | { readonly errors: readonly Diagnostic[] } {
  const errors: Diagnostic[] = [];
  const tree = convert(value, path, 0, errors);
  return errors.length > 0 ? { errors } : { tree };
}

function convert(value: unknown, path: string, depth: number, errors: Diagnostic[]): Tree {
  const place = spanAt(path);
  if (value === null || value === undefined) return { kind: "null", place };
  if (typeof value === "string") return convertText(value, path);
  if (typeof value === "boolean") return { kind: "boolean", value, place };
  if (typeof value === "bigint")
    return { kind: "number", value: rational(value), text: String(value), place };
  if (typeof value === "number" && Number.isFinite(value))
    return { kind: "number", value: fromNumber(value), text: String(value), place };
  if (typeof value === "object" && depth <= MAX_NESTING) return convertObject(value, path, depth, errors);
  errors.push(unreadable(value, place));
  return { kind: "null", place };
}

const unreadable = (value: unknown, span: Span): Diagnostic => ({
  code: "wrong-type",
  message:
    typeof value === "object"
      ? `found more than ${MAX_NESTING} levels of nesting; is the object part of itself?`
      : `found ${typeof value === "number" ? value : `a ${typeof value}`} where text, a finite number, a list or an object was expected`,
  span,
});

function convertText(text: string, path: string): Tree {
  const place = { ...spanAt(path), end: text.length };
  return { kind: "text", text, place, plain: false, locate: locator(text, place.file) };
}

/** The items of an array or a typed array. */
function asList(value: object): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const typed = ArrayBuffer.isView(value) && Symbol.iterator in value;
  return typed ? [...(value as unknown as Iterable<unknown>)] : undefined;
}

function convertObject(value: object, path: string, depth: number, errors: Diagnostic[]): Tree {
  const place = spanAt(path);
  const list = asList(value);
  if (list !== undefined)
    return {
      kind: "list",
      place,
      items: list.map((item, k) => convert(item, `${path}[${k}]`, depth + 1, errors)),
    };
  const entries = new Map<string, MapEntry>();
  const pairs: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
  for (const [key, item] of pairs) {
    if (item === undefined) continue;
    const name = asName(String(key)) ?? String(key);
    const below = within(path, name);
    entries.set(name, { key: spanAt(below), value: convert(item, below, depth + 1, errors) });
  }
  return { kind: "map", place, entries };
}
