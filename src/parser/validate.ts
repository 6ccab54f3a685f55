/**
 * A tree and the published schema come in, diagnostics with places and suggestions go out.
 *
 * This small interpreter of the schema's own keywords stands in for ajv: loading ajv and compiling the schema
 * takes longer than loading the rest of the library, and its errors name pointers, not places. A test demands
 * that both accept the same documents.
 */
import { compareR, fromNumber, isInteger } from "../index-notation/index.js";
import type { Diagnostic, Span } from "../model/index.js";
import { modelSchema, referenced, type Schema } from "./schema.js";
import { didYouMean, nearest, oneOf, shorten } from "./suggest.js";
import { found, type MapEntry, type MapTree, type TextTree, type Tree } from "./tree.js";

/** Every violation of the schema; none: the tree has the shape of a model. */
export function validate(tree: Tree): readonly Diagnostic[] {
  return validateAs(tree, modelSchema, "the model");
}

/** The same for a part of a model; `what` names it in messages. */
export const validateAs = (tree: Tree, schema: Schema, what: string): readonly Diagnostic[] => [
  ...check(tree, schema, what),
];

type Found = Iterable<Diagnostic>;

const problem = (span: Span, code: string, message: string, hint?: string): Diagnostic => ({
  code,
  message,
  span,
  ...(hint === undefined ? {} : { hint }),
});

/** `what` names the value in messages: `the key tau`. */
function* check(tree: Tree, schema: Schema, what: string): Found {
  if (schema.$ref !== undefined) yield* check(tree, referenced(schema.$ref), what);
  if (!hasType(tree, schema)) {
    yield wrongType(tree, schema, what);
    return;
  }
  if (schema.anyOf !== undefined) yield* checkChoice(tree, schema.anyOf, schema, what);
  yield* checkScalar(tree, schema, what);
  if (tree.kind === "map") yield* checkMap(tree, schema, what);
  if (tree.kind === "list") yield* checkList(tree.items, tree.place, schema, what);
}

const EXPRESSIONS: ReadonlySet<string | undefined> = new Set(["#/$defs/expression", "#/$defs/condition"]);

/** Every text that the schema says is an expression or a condition, whatever else is wrong. */
export function* expressionsIn(tree: Tree, schema: Schema = modelSchema): Iterable<TextTree> {
  if (EXPRESSIONS.has(schema.$ref) && tree.kind === "text") yield tree;
  const own = direct(schema);
  const branch = own.anyOf?.find((b) => hasType(tree, direct(b)));
  if (branch !== undefined) yield* expressionsIn(tree, branch);
  if (tree.kind === "list" && own.items !== undefined)
    for (const item of tree.items) yield* expressionsIn(item, own.items);
  if (tree.kind !== "map") return;
  const known = new Map(Object.entries(own.properties ?? {}));
  for (const [key, { value }] of tree.entries) {
    const below = known.get(key) ?? own.additionalProperties;
    if (below) yield* expressionsIn(value, below);
  }
}

// ---- types -----------------------------------------------------------------------------------------

const JSON_TYPE: { readonly [K in Tree["kind"]]: string } = {
  map: "object",
  list: "array",
  text: "string",
  number: "number",
  boolean: "boolean",
  null: "null",
};

function hasType(tree: Tree, schema: Schema): boolean {
  if (schema.type === undefined) return true;
  const types = typeof schema.type === "string" ? [schema.type] : schema.type;
  const integer = tree.kind === "number" && isInteger(tree.value);
  return types.some((t) => t === JSON_TYPE[tree.kind] || (t === "integer" && integer));
}

/** The type as the schema resolves to it through one reference. */
const direct = (schema: Schema): Schema => (schema.$ref === undefined ? schema : referenced(schema.$ref));

const titleOf = (schema: Schema): string => {
  const { title, anyOf } = direct(schema);
  return title ?? (anyOf === undefined ? "another value" : oneOf(anyOf.map(titleOf)));
};

const wrongType = (tree: Tree, schema: Schema, what: string): Diagnostic =>
  problem(
    tree.place,
    "wrong-type",
    `found ${found(tree)} where ${what} is ${titleOf(schema)}`,
    adviceOnType(tree, schema),
  );

const takesText = (schema: Schema): boolean => [schema.type].flat().includes("string");

function adviceOnType(tree: Tree, schema: Schema): string | undefined {
  if (takesText(schema) && (tree.kind === "map" || tree.kind === "list"))
    return `YAML reads [ ] and { } as lists and maps: put an expression into double quotes, "v[i]^2"`;
  if (takesText(schema) && (tree.kind === "number" || tree.kind === "boolean"))
    return "put it into quotes if it is meant as text";
  if (schema.type === "array" && tree.kind === "text") return `write a list: ["${shorten(tree.text, 20)}"]`;
  if (schema.title === "a parameter" && tree.kind === "number") return `write { default: ${tree.text} }`;
  if (schema.title === "a definition" && tree.kind === "text")
    return `write { as: "${shorten(tree.text, 40)}" }; with indices { over: [i], as: … }, as a function { of: [x], as: … }`;
  return undefined;
}

/** The branches of an anyOf have different types, so at most one is meant; its errors are reported. */
function* checkChoice(tree: Tree, branches: readonly Schema[], schema: Schema, what: string): Found {
  const meant = branches.find((b) => hasType(tree, direct(b)));
  if (meant !== undefined) yield* check(tree, meant, what);
  else yield wrongType(tree, schema, what);
}

// ---- scalars ---------------------------------------------------------------------------------------

function* checkScalar(tree: Tree, schema: Schema, what: string): Found {
  if (schema.const !== undefined) yield* checkConstant(tree, schema.const, what);
  if (schema.enum !== undefined) yield* checkChoiceOfWords(tree, schema.enum, what);
  if (tree.kind !== "text") return;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(tree.text))
    yield problem(tree.place, "bad-name", badName(tree.text), NAME_RULE);
  if (schema.minLength !== undefined && tree.text.length < schema.minLength)
    yield problem(tree.place, "wrong-value", `found an empty text where ${what} has ${titleOf(schema)}`);
}

const NAME_RULE = "names have letters, digits and underscores and do not start with a digit";
const badName = (text: string): string => `${JSON.stringify(shorten(text))} is not a name`;

function* checkConstant(tree: Tree, expected: number, what: string): Found {
  if (tree.kind === "number" && compareR(tree.value, fromNumber(expected)) === 0) return;
  yield problem(
    tree.place,
    "wrong-value",
    `found ${found(tree)} where ${what} is ${expected}`,
    `this version reads format ${expected}`,
  );
}

function* checkChoiceOfWords(tree: Tree, words: readonly string[], what: string): Found {
  if (tree.kind === "text" && words.includes(tree.text)) return;
  const near = tree.kind === "text" ? nearest(tree.text, words) : undefined;
  yield problem(
    tree.place,
    "wrong-value",
    `found ${found(tree)} where ${what} is ${oneOf(words)}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}

// ---- lists and maps --------------------------------------------------------------------------------

function* checkList(items: readonly Tree[], place: Span, schema: Schema, what: string): Found {
  const least = schema.minItems ?? 0;
  if (items.length < least)
    yield problem(
      place,
      "wrong-value",
      `${what} has ${items.length} item${items.length === 1 ? "" : "s"} where at least ${least} were expected`,
    );
  if (schema.items === undefined) return;
  for (const item of items)
    yield* check(item, schema.items, `each item of ${what.replace(/^each item of /, "")}`);
}

function* checkMap(tree: MapTree, schema: Schema, what: string): Found {
  for (const key of schema.required ?? []) if (!tree.entries.has(key)) yield missing(tree, key, what);
  if (tree.entries.size < (schema.minProperties ?? 0))
    yield problem(tree.place, "wrong-value", `found no entries where ${what} has at least one`);
  const known = new Map(Object.entries(schema.properties ?? {}));
  let previous: MapEntry | undefined;
  for (const [key, entry] of tree.entries) {
    yield* checkEntry(key, entry, previous, known, schema, what);
    previous = entry;
  }
}

const missing = (tree: MapTree, key: string, what: string): Diagnostic =>
  problem(
    tree.place,
    "missing-key",
    `${what} has no ${key}`,
    key === "legendre" ? "start the file with the format version: legendre: 1" : `add ${key}: …`,
  );

function* checkEntry(
  key: string,
  entry: MapEntry,
  previous: MapEntry | undefined,
  known: ReadonlyMap<string, Schema>,
  schema: Schema,
  what: string,
): Found {
  const own = known.get(key);
  if (own !== undefined) yield* check(entry.value, own, `the key ${key}`);
  else if (schema.additionalProperties === false) yield unknownKey(key, entry, previous, known, what);
  else {
    if (schema.propertyNames !== undefined) yield* checkName(key, entry, previous, schema.propertyNames);
    if (schema.additionalProperties !== undefined)
      yield* check(entry.value, schema.additionalProperties, key);
  }
}

function* checkName(key: string, entry: MapEntry, previous: MapEntry | undefined, schema: Schema): Found {
  const { pattern, minLength } = direct(schema);
  if ((pattern === undefined || new RegExp(pattern, "u").test(key)) && key.length >= (minLength ?? 0)) return;
  yield problem(entry.key, "bad-name", badName(key), cutShort(key, previous) ?? NAME_RULE);
}

function unknownKey(
  key: string,
  entry: MapEntry,
  previous: MapEntry | undefined,
  known: ReadonlyMap<string, Schema>,
  what: string,
): Diagnostic {
  const hint =
    cutShort(key, previous) ?? didYouMean(key, known.keys(), `known keys: ${[...known.keys()].join(", ")}`);
  return problem(entry.key, "unknown-key", `${what} has no key ${shorten(key)}`, hint);
}

/** Inside { } an unquoted expression ends at the first comma or bracket; what follows looks like a key. */
function cutShort(key: string, previous: MapEntry | undefined): string | undefined {
  const before = previous?.value.kind === "text" && previous.value.plain ? previous.value.text : "";
  const open = before.split("(").length > before.split(")").length;
  if (!open && !/[()[\]^*+/]/.test(key)) return undefined;
  return `this looks like part of an unquoted expression: put the expression before it into double quotes`;
}
