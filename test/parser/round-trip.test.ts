import fc from "fast-check";
import { expect, test } from "vitest";
import { type Expr, namingOf, printText } from "../../src/index-notation/index.js";
import { type Entry, parseExpression } from "../../src/parser/index.js";
import { randomText } from "./random-text.js";
import { errors, SCOPE, value } from "./support.js";

const INDICES = [...SCOPE.names.values()].flatMap((e) => (e.kind === "index" ? [e.index] : []));

/** Prints and reads; `spoil` plants a fault. */
function back(e: Expr, spoil = (t: string): string => t): Expr {
  const { text, invented } = printText(e, namingOf(INDICES, SCOPE.names.keys()));
  const extra = invented.map((i): [string, Entry] => [i.name, { kind: "index", index: i }]);
  return value(parseExpression(spoil(text), { names: new Map([...SCOPE.names, ...extra]) }));
}

const settings = { seed: 2025, numRuns: 2_000 };

test("random expressions are read", () =>
  fc.assert(
    fc.property(randomText, (text) => {
      expect(errors(parseExpression(text, SCOPE)), text).toEqual([]);
    }),
    settings,
  ));

test("what is read prints, and what is printed reads back as the same object", () =>
  fc.assert(
    fc.property(randomText, (text) => {
      const e = value(parseExpression(text, SCOPE));
      expect(back(e)).toBe(e);
    }),
    settings,
  ));

test.each([
  ["parentheses", (t: string) => t.replace(/\(([^()]*)\)\^/, "$1^")],
  ["a sign", (t: string) => t.replace(" - ", " + ")],
  ["a guard", (t: string) => t.replace(/\((\w) (<|>|!=) \w, /, "($1, ")],
])("the law notices a printer that loses %s", (_, spoil) => {
  const kept = fc.check(
    fc.property(randomText, (text) => {
      const e = value(parseExpression(text, SCOPE));
      return back(e, spoil) === e;
    }),
    settings,
  );
  expect(kept.failed).toBe(true);
});
