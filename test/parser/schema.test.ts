import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readObject } from "../../src/parser/object.js";
import { modelSchema, type Schema } from "../../src/parser/schema.js";
import { validate, validateAs } from "../../src/parser/validate.js";
import { catalogTexts } from "./support.js";

const ajv = new Ajv2020({ strict: false, allErrors: false });
const byAjv = ajv.compile(modelSchema);

const accepts = (value: unknown, schema: Schema = modelSchema): boolean => {
  const read = readObject(value);
  return "tree" in read && validateAs(read.tree, schema, "the model").length === 0;
};

const OBJECTS = [...catalogTexts().values()].map((text) => parse(text) as Record<string, unknown>);

/** Values to put anywhere into a model. */
const JUNK: readonly unknown[] = [
  1,
  0,
  -2.5,
  "",
  "x",
  "sum(i, v[i])",
  "2x",
  true,
  null,
  [],
  ["i"],
  [[1], [2, 3]],
  {},
  { random: "normal" },
  { name: "g", function: "x" },
  { default: 1, sign: "positive" },
  { over: ["i"], as: 1 },
  { random: "other" },
];
const KEYS = [
  "over",
  "default",
  "sign",
  "legendre",
  "of",
  "as",
  "layers",
  "x",
  "",
  "2x",
  "β",
  "__proto__",
  "dual",
  "on",
  "schedule",
  "values",
];

/** Walks a random path into a copy of the value and replaces, removes or adds what is there. */
function mutate(value: unknown, path: readonly number[], junk: unknown, key: string, how: number): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return junk;
  const entries = Object.entries(value);
  const at = step % (entries.length + 1);
  if (at === entries.length) entries.push([key, junk]);
  else if (rest.length === 0 && how === 0) entries.splice(at, 1);
  else entries[at] = [entries[at]![0], mutate(entries[at]![1], rest, junk, key, how)];
  return Array.isArray(value) ? entries.map(([, v]) => v) : Object.fromEntries(entries);
}

const mutants = fc
  .tuple(
    fc.constantFrom(...OBJECTS),
    fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
    fc.constantFrom(...JUNK),
    fc.constantFrom(...KEYS),
    fc.nat(2),
  )
  .map(([object, path, junk, key, how]) => mutate(object, path, junk, key, how));

const settings = { seed: 20_08_06_996, numRuns: 4_000 };

describe("the validator agrees with the published schema", () => {
  test("on the models of the catalog", () => {
    for (const o of OBJECTS) expect([accepts(o), byAjv(o)]).toEqual([true, true]);
  });

  test("on mutated models", () => {
    let rejected = 0;
    fc.assert(
      fc.property(mutants, (m) => {
        rejected += byAjv(m) ? 0 : 1;
        expect(accepts(m)).toBe(byAjv(m));
      }),
      settings,
    );
    expect(rejected).toBeGreaterThan(1_000);
    expect(rejected).toBeLessThan(3_900);
  });

  test.each([
    ["unknown keys", { additionalProperties: {} }],
    ["missing keys", { required: [] }],
    ["a wrong constant", { properties: { ...modelSchema.properties, legendre: {} } }],
    [
      "bad names",
      {
        properties: {
          ...modelSchema.properties,
          indices: { additionalProperties: { type: ["string", "integer"] } },
        },
      },
    ],
  ] as const)("and the comparison notices one that lets %s pass", (_, change) => {
    const lax = { ...modelSchema, ...change } as Schema;
    const noticed = fc.check(
      fc.property(mutants, (m) => accepts(m, lax) === byAjv(m)),
      settings,
    );
    expect(noticed.failed).toBe(true);
  });
});

const KNOWN = new Set([
  ..."$ref type const enum anyOf pattern minLength items minItems properties required".split(" "),
  ..."propertyNames additionalProperties minProperties title description examples".split(" "),
  ..."$schema $id $defs".split(" "),
]);

function* schemasIn(s: Schema): Iterable<Schema> {
  yield s;
  const maps = [s.properties, (s as typeof modelSchema).$defs].flatMap((m) => Object.values(m ?? {}));
  const single = [s.items, s.propertyNames, s.additionalProperties].filter((x) => typeof x === "object");
  for (const below of [...maps, ...single, ...(s.anyOf ?? [])]) yield* schemasIn(below as Schema);
}

test("the schema uses only keywords that the validator knows", () => {
  for (const s of schemasIn(modelSchema)) for (const k of Object.keys(s)) expect(KNOWN).toContain(k);
});

test("every key of the schema is described, for editors", () => {
  for (const s of schemasIn(modelSchema))
    for (const [key, p] of Object.entries(s.properties ?? {})) {
      const target = p.$ref === undefined ? p : modelSchema.$defs[p.$ref.slice("#/$defs/".length)];
      expect(p.description ?? target?.description, key).toBeTruthy();
    }
});

/** A part of the schema that can be compiled by itself. */
const alone = (s: Schema): object =>
  Object.fromEntries(
    Object.entries({ ...s, $defs: modelSchema.$defs }).filter(([k]) => k !== "$id" && k !== "$schema"),
  );

test("examples of the schema satisfy it", () => {
  for (const s of schemasIn(modelSchema))
    for (const example of (s as { examples?: unknown[] }).examples ?? [])
      expect(ajv.validate(alone(s), example)).toBe(true);
});

test("whatever is not a map is refused", () => {
  for (const v of [1, "x", [], null, true]) {
    const read = readObject(v);
    expect("tree" in read && validate(read.tree).map((e) => e.code)).toEqual(["wrong-type"]);
  }
});
