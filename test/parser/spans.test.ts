import { expect, test } from "vitest";
import { align } from "../../src/parser/align.js";
import { parseModel } from "../../src/parser/index.js";
import { errors, modelText } from "./support.js";

/** Ways to write a synapse in YAML; the unknown name stands where the error must point. */
const WRITTEN: readonly (readonly [string, string])[] = [
  ["plain", "\n  s: 1 + wrong"],
  ["double quotes", '{ s: "1 + wrong" }'],
  ["single quotes", "{ s: '1 + wrong' }"],
  ["escapes before it", '{ s: "beta\\u0020+\\x20\\t wrong" }'],
  ["Greek before it", '{ s: "β·2 + wrong" }'],
  ["a plain text over lines", "\n  s: 1 +\n     beta\n\n     + wrong"],
  ["double quotes over lines", '\n  s: "1 +\n    beta +\n      wrong"'],
  ["a line continued with a backslash", '\n  s: "1 + \\\n    wrong"'],
  ["a literal block", "\n  s: |\n    1 +\n      beta\n    + wrong\n"],
  ["a folded block", "\n  s: >-\n    1 +\n    beta\n\n    + wrong\n"],
  ["an indented block", "\n  s: |2\n      1\n    + wrong\n"],
  ["a comment before it", "\n  # wrong\n  s: 1 + wrong"],
];

test.each(WRITTEN)("%s", (_, synapses) => {
  for (const newline of ["\n", "\r\n"]) {
    const text = modelText({ synapses }).replaceAll("\n", newline);
    const [first] = errors(parseModel(text));
    const at = text.lastIndexOf("wrong");
    expect(first).toMatchObject({ code: "unknown-name", span: { start: at, end: at + 5 } });
    const before = text.slice(0, at).split("\n");
    expect(first!.span).toMatchObject({ line: before.length, column: before.at(-1)!.length + 1 });
  }
});

test("in JSON", () => {
  const text = '{\n\t"legendre": 1,\n\t"dynamics": {"x": "1 + wrong"}\n}';
  const [first] = errors(parseModel(text));
  expect(first!.span).toMatchObject({ line: 3, column: 25, start: text.indexOf("wrong") });
});

test("alignment maps the end of a text to the end of its source", () => {
  expect(align('"ab"', "ab")).toEqual([1, 2, 3]);
  expect(align("'a''b'", "a'b")).toEqual([1, 2, 4, 5]);
  expect(align('"a\\u0062c"', "abc")).toEqual([1, 2, 8, 9]);
  expect(align("|\n  a\n  b\n", "a\nb\n")).toEqual([4, 5, 8, 9, 10]);
});

test("the check catches a locator that is off by one", () => {
  const text = modelText({ synapses: '{ s: "1 + wrong" }' });
  const [first] = errors(parseModel(text));
  expect({ ...first!.span, start: first!.span!.start + 1 }).not.toMatchObject({
    start: text.indexOf("wrong"),
  });
});
