/**
 * The text of a model file comes in (YAML 1.2 core, or JSON), its tree goes out. Of YAML only what cannot
 * surprise is read: no tags, anchors, aliases, merges, directives, duplicate keys or second documents, and
 * numbers by their source text.
 */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Scalar } from "yaml";
import { parseDecimal } from "../index-notation/index.js";
import type { Diagnostic, Span } from "../model/index.js";
import { asName } from "./aliases.js";
import { align } from "./align.js";
import { type Locate, locator } from "./fault.js";
import { MAX_FILE, MAX_NESTING } from "./limits.js";
import { shorten } from "./suggest.js";
import type { MapEntry, Tree } from "./tree.js";

export type Document = { readonly tree: Tree } | { readonly errors: readonly Diagnostic[] };

const QUOTED = "into double quotes";
const QUOTES = `if this is an expression, put it ${QUOTED}: "-sum(i, v[i]^2)"`;

interface Conversion {
  readonly text: string;
  readonly locate: Locate;
  readonly errors: Diagnostic[];
}

/** Reads a file. On failure every violation, with its place; never throws. */
export function readDocument(text: string, file?: string): Document {
  const locate = locator(text, file);
  const start = locate({ start: 0, end: 0 });
  if (text.length > MAX_FILE) return { errors: [tooLarge(text, start)] };
  const parsed = parseYaml(text, locate);
  if ("errors" in parsed) return parsed;
  const c: Conversion = { text, locate, errors: [] };
  const tree = convert(parsed.contents, 0, start, c);
  return c.errors.length > 0 ? { errors: c.errors } : { tree };
}

const tooLarge = (text: string, span: Span): Diagnostic => ({
  code: "too-long",
  message: `the file has ${text.length} characters; the limit is ${MAX_FILE}`,
  span,
  hint: "bind large arrays as data",
});

/** JSON may be indented with tabs, YAML may not; in valid JSON every tab is white space. */
function withoutTabs(text: string): string {
  if (!text.includes("\t") || !/^\s*[[{]/.test(text)) return text;
  try {
    JSON.parse(text);
    return text.replaceAll("\t", " ");
  } catch {
    return text;
  }
}

function parseYaml(text: string, locate: Locate): { contents: unknown } | { errors: readonly Diagnostic[] } {
  try {
    const document = parseDocument(withoutTabs(text), {
      version: "1.2",
      schema: "core",
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "error",
    });
    const second = document.errors.find((e) => e.code === "MULTIPLE_DOCS");
    if (second !== undefined)
      return { errors: [feature("a second document", locate({ start: second.pos[0], end: second.pos[1] }))] };
    const directive = document.directives?.yaml.explicit === true;
    if (document.errors.length === 0 && !directive) return { contents: document.contents };
    if (directive) return { errors: [feature("a %YAML directive", locate({ start: 0, end: 5 }))] };
    return { errors: syntaxErrors(document.errors, text, locate) };
  } catch (error) {
    // The composer recurses: very deep nesting exhausts the stack, which is an answer about the input.
    const message = error instanceof RangeError ? "nested too deeply" : "not readable as YAML";
    return { errors: syntaxErrors([{ message, pos: [0, 0] }], text, locate) };
  }
}

/** The first error of each line: the others follow from it. */
function syntaxErrors(errors: readonly RawError[], text: string, locate: Locate): readonly Diagnostic[] {
  const lines = new Map<number, RawError>();
  for (const e of errors) {
    const { line } = locate({ start: e.pos[0], end: e.pos[1] });
    if (!lines.has(line)) lines.set(line, e);
  }
  return [...lines.values()].map((e) => syntaxError(e, text, locate));
}

interface RawError {
  readonly message: string;
  readonly pos: readonly [number, number];
}

function syntaxError({ message, pos }: RawError, text: string, locate: Locate): Diagnostic {
  const span = locate({ start: pos[0], end: pos[1] });
  const before = text.slice(text.lastIndexOf("\n", pos[0] - 1) + 1, pos[0]);
  const key = [...before.matchAll(/([\p{L}_][\p{L}\p{N}_]*)\s*:\s/gu)].at(-1)?.[1];
  const hint =
    key === undefined
      ? `expressions go ${QUOTED}`
      : `if ${key} holds an expression, put it ${QUOTED}: ${key}: "…"`;
  return { code: "yaml-syntax", message: `this is not valid YAML: ${message}`, span, hint };
}

const feature = (what: string, span: Span, hint = "write the value out"): Diagnostic => ({
  code: "yaml-feature",
  message: `found ${what}; model files use plain YAML without tags, anchors, aliases and directives`,
  span,
  hint,
});

interface RawNode {
  readonly range?: readonly [number, number, number] | null;
  readonly tag?: string;
  readonly anchor?: string;
}

const placeOf = (node: RawNode, parent: Span, c: Conversion): Span =>
  node.range ? c.locate({ start: node.range[0], end: node.range[1] }) : parent;

/** One node with what is below it; violations go to `c.errors`. */
function convert(node: unknown, depth: number, parent: Span, c: Conversion): Tree {
  const place = placeOf((node ?? {}) as RawNode, parent, c);
  if (depth > MAX_NESTING) return refuse(`more than ${MAX_NESTING} levels of nesting`, place, c);
  if (isAlias(node)) return refuse(`the alias *${node.source}`, place, c, QUOTES);
  const { tag, anchor } = (node ?? {}) as RawNode;
  if (anchor !== undefined) return refuse(`the anchor &${anchor}`, place, c, QUOTES);
  if (tag !== undefined) return refuse(`the tag ${tag}`, place, c, QUOTES);
  if (isMap(node)) return { kind: "map", place, entries: convertEntries(node.items, depth, place, c) };
  if (isSeq(node))
    return { kind: "list", place, items: node.items.map((i) => convert(i, depth + 1, place, c)) };
  return isScalar(node) ? convertScalar(node, place, c) : { kind: "null", place };
}

function refuse(what: string, place: Span, c: Conversion, hint?: string): Tree {
  c.errors.push(feature(what, place, hint));
  return { kind: "null", place };
}

function convertEntries(
  items: readonly { key: unknown; value: unknown }[],
  depth: number,
  parent: Span,
  c: Conversion,
): ReadonlyMap<string, MapEntry> {
  const entries = new Map<string, MapEntry>();
  for (const { key, value } of items) {
    const place = placeOf((key ?? {}) as RawNode, parent, c);
    const name = keyText(key, place, c);
    if (name === undefined) continue;
    if (name === "<<") refuse("a merge key <<", place, c);
    if (entries.has(name)) c.errors.push(duplicate(name, place));
    else entries.set(name, { key: place, value: convert(value, depth + 1, place, c) });
  }
  return entries;
}

const duplicate = (name: string, span: Span): Diagnostic => ({
  code: "duplicate-key",
  message: `the key ${name} occurs twice in this map`,
  span,
  hint: "remove or rename one of them",
});

/** Keys by their source text, so that `null`, `true` and `1e3` are no surprises; Greek letters are spelt out. */
function keyText(key: unknown, place: Span, c: Conversion): string | undefined {
  const raw = isScalar(key) ? (key as Scalar & RawNode) : undefined;
  const plain = raw !== undefined && raw.anchor === undefined && raw.tag === undefined;
  if (!plain) {
    c.errors.push(feature("a key that is not a plain name", place, QUOTES));
    return undefined;
  }
  const text = raw.source ?? String(raw.value);
  return asName(text) ?? text;
}

function convertScalar(node: Scalar, place: Span, c: Conversion): Tree {
  const { value } = node;
  if (value === null || value === undefined) return { kind: "null", place };
  if (typeof value === "boolean") return { kind: "boolean", value, place };
  if (typeof value === "number" || typeof value === "bigint") return convertNumber(node, place, c);
  return convertText(node, String(value), place, c);
}

function convertNumber(node: Scalar, place: Span, c: Conversion): Tree {
  const text = node.source ?? String(node.value);
  const value = parseDecimal(text);
  if (value !== undefined) return { kind: "number", value, text, place };
  c.errors.push({
    code: "bad-number",
    message: `found ${shorten(text, 20)} where a decimal number was expected`,
    span: place,
    hint: "write it as 12, 0.5 or 1e-3",
  });
  return { kind: "null", place };
}

function convertText(node: Scalar, text: string, place: Span, c: Conversion): Tree {
  const { start } = place;
  let offsets: readonly number[] | undefined;
  const locate: Locate = (range) => {
    offsets ??= align(c.text.slice(start, place.end), text);
    const at = (k: number): number => start + offsets![Math.min(k, text.length)]!;
    return c.locate({ start: at(range.start), end: at(range.end) });
  };
  return { kind: "text", text, place, plain: node.type === "PLAIN", locate };
}
