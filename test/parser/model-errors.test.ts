import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { showDiagnostic } from "../../src/model/index.js";
import { defineModel, parseModel, scheduleFromValue } from "../../src/parser/index.js";
import { codes, errors, modelText, value, withLayer, withSynapse } from "./support.js";

const state = (more: string): string => `legendre: 1\nindices: { i: N }\nparameters: { k: {} }\n${more}`;

/** A broken file by what is wrong with it; the answers are pinned in errors.pinned.txt, to be read. */
const BROKEN: ReadonlyMap<string, string> = new Map([
  // YAML
  ["a list", "- a\n- b\n"],
  ["an empty file", ""],
  ["a tag", modelText({ reference: "!foo bar" })],
  ["an anchor", modelText({ reference: "&a bar" })],
  ["a merge", modelText({ "<<": "{ a: 1 }" })],
  ["an alias for an expression", modelText({ synapses: "{ s: *g }" })],
  ["a duplicate key", `${modelText()}synapses: {}\n`],
  ["two documents", `${modelText()}---\na: 1\n`],
  ["a directive", `%YAML 1.1\n---\n${modelText()}`],
  ["a hexadecimal number", modelText({ indices: "{ i: 0x10 }" })],
  ["an unquoted expression in a flow map", modelText({ synapses: "{ s: -sum(i, g[i]), t: 1 }" })],
  [
    "an unquoted expression that becomes a key",
    modelText({ layers: "{ v: { activation: g, lagrangian: max(v, 0) } }" }),
  ],
  ["an unquoted list of conditions", modelText({ domain: "[beta > 0, Xi[mu,i] < 1]" })],
  ["an unquoted leading bracket", modelText({ synapses: "\n  s: [i]" })],
  ["an unquoted leading minus", modelText({ synapses: "\n  s: - sum(i, g[i])" })],
  ["a key that is a list", modelText({ synapses: "{ [a]: 1 }" })],
  // the schema
  ["no version", modelText({ legendre: "" })],
  ["another version", modelText({ legendre: "2" })],
  ["a misspelt key of the model", modelText({ synapsis: "{}" })],
  [
    "a misspelt key of a layer, and an unclosed parenthesis",
    withLayer('{ over: [i], lagrangain: "sum(i, v[i]", activation: g }'),
  ],
  ["a bad name", modelText({ parameters: "{ 2x: {} }" })],
  ["a number for a parameter", modelText({ parameters: "{ beta: 2 }" })],
  ["a text for a list", modelText({ domain: "beta > 1" })],
  ["a bad choice", modelText({ parameters: "{ beta: { sign: positiv } }" })],
  ["no entries", modelText({ layers: "{}" })],
  ["an empty label", modelText({ name: '""' })],
  ["a boolean", modelText({ synapses: "{ s: true }" })],
  ["one value of a discrete state", state("state: { s: { values: [1] } }\nenergy: s")],
  // declarations
  [
    "dimensions that are none",
    modelText({
      indices: '{ i: 0, mu: "N^2/x", j: "1/2", l: "(" }',
      parameters: "",
      inputs: "",
      layers: "{ v: { activation: g, lagrangian: v } }",
      synapses: "",
    }),
  ],
  ["a name declared twice", modelText({ inputs: "{ beta: {} }" })],
  ["an unknown index", modelText({ inputs: "{ I: { over: [nu] } }" })],
  ["a repeated index", modelText({ inputs: "{ I: { over: [i, i] } }" })],
  ["a function of the language defined", modelText({ define: "{ exp: { of: [x], as: x } }" })],
  ["an argument twice", modelText({ define: "{ F: { of: [x, x], as: x } }" })],
  [
    "a cycle of definitions",
    modelText({ define: '{ A: { as: "B + 1" }, B: { as: "2*C" }, C: { as: "A^2" } }' }),
  ],
  [
    "a function without argument",
    modelText({ define: '{ F: { of: [x], as: x }, A: { as: F }, B: { as: "F(1, 2)" } }' }),
  ],
  ["contradictions", modelText({ domain: '["beta < 0", "N_v < 1"]' })],
  ["no condition", modelText({ domain: '["beta"]' })],
  // values
  [
    "values of wrong shapes",
    modelText({
      inputs:
        "{ I: { over: [i], default: [[1]] }, J: { over: [c], default: [1, 2] }, K: { over: [i, c], default: [[1, 2, 3], [1]] } }",
    }),
  ],
  [
    "values that are no numbers",
    modelText({
      inputs:
        '{ I: { default: beta }, J: { over: [i], default: [x] }, K: { over: [i], default: [".inf", .inf] } }',
    }),
  ],
  [
    "a random default with a foreign parameter",
    modelText({
      inputs:
        "{ I: { default: { random: normal, low: 1 } }, J: { default: { random: rademacher, std: 1 } } }",
    }),
  ],
  [
    "schedules",
    modelText({
      inputs:
        "{ I: { over: [i], schedule: { times: [0, 1], values: [[1, 2]] } }, J: { schedule: { times: [1, 0], values: [1, 2] } }, K: { schedule: { every: 0, cycle: [1] } }, L: { schedule: { times: [0] } }, M: { over: [i], schedule: { every: 1, cycle: [[1], [1, 2]] } } }",
    }),
  ],
  // layers
  ["a free index in a Lagrangian", withLayer('{ over: [i], lagrangian: "v[i]^2/2", activation: g }')],
  ["a state in a synapse", withSynapse("-sum(mu, i, f[mu]*Xi[mu,i]*v[i])")],
  [
    "a state in a synapse, in a definition",
    modelText({ define: '{ m: { as: "sum(i, v[i])" } }', synapses: "{ s: m^2 }" }),
  ],
  [
    "another layer in a Lagrangian",
    withLayer('{ over: [i], lagrangian: "sum(i, v[i]*I[i] + g[i])", activation: g }'),
  ],
  ["nothing that generates a layer", withLayer("{ over: [i], activation: g }")],
  [
    "two generators",
    withLayer('{ over: [i], lagrangian: "sum(i, v[i]^2)", dual: "sum(i, g[i]^2)", activation: g }'),
  ],
  [
    "on without dual",
    withLayer('{ over: [i], lagrangian: "sum(i, v[i]^2)", on: ["g[i] > 0"], activation: g }'),
  ],
  ["fast layers that are none", modelText({ fast: "[f, k, h, h]" })],
  ["no slow layer", modelText({ fast: "[h, v]" })],
  ["a force on no layer", modelText({ forces: "{ w: 1 }" })],
  ["noise in no layer", modelText({ noise: "{ w: 1 }" })],
  [
    "a tau of an unknown name",
    withLayer('{ over: [i], lagrangian: "sum(i, v[i]^2)", activation: g, tau: "2*tau_v" }'),
  ],
  ["a generating function of no layer", modelText({ generating: "{ of: u, function: 1 }" })],
  ["a generating function of a state", modelText({ generating: '{ of: h, function: "sum(mu, h[mu]^2)" }' })],
  ["energy with layers", modelText({ energy: "1" })],
  ["dynamics and a state with layers", modelText({ state: "{ x: {} }", dynamics: "{ x: 1 }" })],
  // states
  ["synapses without layers", state("state: { x: {} }\nenergy: x^2\nsynapses: { s: 1 }\nfast: [x]")],
  ["neither layers nor state", state("")],
  ["a state without a law", state("state: { x: {}, y: {} }\ndynamics: { x: y }")],
  ["a state with nothing", state("state: { x: {} }")],
  ["a free index in an energy", state('state: { x: { over: [i] } }\nenergy: "x[i]^2"')],
  ["dynamics of a parameter", state("dynamics: { k: 1 }")],
  [
    "an update of no discrete state",
    state("state: { x: {} }\nenergy: x^2\nupdate: { order: random, map: { y: 1 } }"),
  ],
  ["a value twice", state("state: { s: { values: [1, 1] } }\nenergy: s")],
]);

const answers = new Map(
  [...BROKEN].map(([what, text]) => [what, errors(parseModel(text, { file: "m.yaml" }))]),
);

test("answers to broken files are pinned", async () => {
  const text = [...answers].map(([what, found]) => {
    const shown = found.map((e) => `[${e.code}] ${showDiagnostic(e)}`);
    return `# ${what}\n${shown.join("\n")}\n`;
  });
  await expect(text.join("\n")).toMatchFileSnapshot("errors.pinned.txt");
});

test.each([...answers])("%s is refused at a line and column of the file", (what, found) => {
  expect(found.length, what).toBeGreaterThan(0);
  const lines = BROKEN.get(what)!.split("\n");
  for (const e of found) {
    expect(e.span?.file).toBe("m.yaml");
    expect(e.span!.line).toBeLessThanOrEqual(lines.length);
    expect(e.span!.column).toBeLessThanOrEqual(lines[e.span!.line - 1]!.length + 1);
  }
});

test("an unbroken file is not refused: the table would otherwise prove nothing", () => {
  expect(errors(parseModel(modelText()))).toEqual([]);
  expect(errors(parseModel(state("state: { x: {} }\nenergy: x^2")))).toEqual([]);
});

/** Codes as the sources write them: a call of fault, complain or report, or a code property. */
function codesInSources(): ReadonlySet<string> {
  const dir = new URL("../../src/parser/", import.meta.url);
  const sources = readdirSync(dir).filter((f) => f.endsWith(".ts"));
  const text = sources.map((f) => readFileSync(new URL(f, dir), "utf8")).join("\n");
  const calls =
    /(?:fault|complain|report|problem|whole)\(\s*(?:[^"`()]*(?:\([^()]*\))?[^"`()]*),\s*"([a-z-]+)"/g;
  const fields = /code: "([a-z-]+)"/g;
  return new Set([...text.matchAll(calls), ...text.matchAll(fields)].map((m) => m[1]!));
}

test("every code of the room occurs in a pinned example", () => {
  const pinned = new Set([...answers.values()].flat().map((e) => e.code));
  const elsewhere = readFileSync(new URL("expression-errors.test.ts", import.meta.url), "utf8");
  const scopes = readFileSync(new URL("scope.test.ts", import.meta.url), "utf8");
  const missing = [...codesInSources()].filter(
    (c) => !pinned.has(c) && !elsewhere.includes(`"${c}"`) && !scopes.includes(`"${c}"`),
  );
  expect(missing).toEqual([]);
  expect(codesInSources().size).toBeGreaterThan(40);
});

test("all errors of a file are reported, in its order", () => {
  const text = modelText({ forces: '{ v: "foo" }', fast: "[k]", synapses: '{ s: "bar + qux", t: "g" }' });
  expect(codes(parseModel(text))).toEqual([
    "unknown-name",
    "unknown-name",
    "subscript-count",
    "unknown-name",
    "unknown-layer",
  ]);
});

test("errors of objects name the path and the place in the text", () => {
  const found = errors(
    defineModel({
      indices: { i: "N" },
      layers: { v: { over: ["i"], lagrangian: "sum(i, v[i]^2)\n + foo", activation: "g", tau: Number.NaN } },
    }),
  );
  expect(found[0]).toMatchObject({ code: "wrong-type", span: { file: "layers.v.tau" } });
  const [second] = errors(
    defineModel({
      indices: { i: "N" },
      layers: { v: { over: ["i"], lagrangian: "sum(i, v[i]^2)\n + foo", activation: "g" } },
    }),
  );
  expect(second).toMatchObject({
    code: "unknown-name",
    span: { file: "layers.v.lagrangian", line: 2, column: 4 },
  });
});

test("an object that contains itself is refused", () => {
  const loop: { layers?: unknown } = {};
  loop.layers = loop;
  expect(codes(defineModel(loop as never))).toContain("wrong-type");
});

test("schedules from data", () => {
  const read = value(scheduleFromValue("v", { every: 0.5, cycle: [[1, -1], new Float64Array([-1, 1])] }));
  expect(read).toEqual({
    kind: "cycle",
    every: 0.5,
    shape: [2],
    values: [
      [1, -1],
      [-1, 1],
    ],
  });
  expect(codes(scheduleFromValue("v", { every: 0.5 }))).toEqual(["wrong-value"]);
  expect(codes(scheduleFromValue("v", { evry: 0.5 }))).toEqual(["unknown-key"]);
  expect(codes(scheduleFromValue("v", 3))).toEqual(["wrong-type"]);
});
