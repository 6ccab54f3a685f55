import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { namingOf, printText } from "../../src/index-notation/index.js";
import type { Diagnostic } from "../../src/model/index.js";
import { defineModel, parseCondition, parseExpression, parseModel } from "../../src/parser/index.js";
import { catalogTexts, errors, SCOPE } from "./support.js";

const EXPRESSIONS = [...catalogTexts().values()].flatMap((t) =>
  [...t.matchAll(/"([^"]+)"/g)].map((m) => m[1]!),
);
const FILES = [...catalogTexts().values()];
const PIECES = [
  ..."+-*/^()[],<>=!".split(""),
  ..."x v[i] u[0] sum( max( where( softmax( )[i] delta[ mod( integral(s, 0, 1, 2 0.1 1e9 i j k N pi exp( log( gamma".split(
    " ",
  ),
  ..."² β · ≤ − \u0000 \ud800 😀 ' \" \\ # : { } & ! % @ ` ~ __proto__ constructor toString".split(" "),
  " ",
  "\n",
];

const piece = fc.constantFrom(...PIECES);
const soup = fc.array(piece, { maxLength: 40 }).map((p) => p.join(" "));

/** A text with some stretches removed, repeated or replaced. */
const mutated = (texts: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...texts),
      fc.array(fc.tuple(fc.nat(5_000), fc.nat(9), piece, fc.nat(2)), { maxLength: 4 }),
    )
    .map(([text, changes]) =>
      changes.reduce((t, [at, length, p, how]) => {
        const k = at % (t.length + 1);
        const cut = t.slice(k, k + length);
        return (
          t.slice(0, k) + (how === 0 ? p : how === 1 ? cut + cut : "") + t.slice(k + (how === 1 ? 0 : length))
        );
      }, text),
    );

const settings = { seed: 41, numRuns: 1_500 };

/** A failure is a list of diagnostics, each complete and inside the text. */
function sound(found: readonly Diagnostic[], ok: boolean, text: string): void {
  expect(found.length > 0).toBe(!ok);
  for (const e of found) {
    expect(e.code).toMatch(/^[a-z-]+$/);
    expect(e.message).not.toBe("");
    expect(e.span!.start).toBeGreaterThanOrEqual(0);
    expect(e.span!.end).toBeLessThanOrEqual(text.length);
    expect(e.span!.start).toBeLessThanOrEqual(e.span!.end);
  }
}

function readsExpression(text: string): void {
  for (const parse of [parseExpression, parseCondition]) {
    const r = parse(text, SCOPE);
    sound(errors(r as ReturnType<typeof parseExpression>), r.ok, text);
  }
}

function readsModel(text: string): void {
  const r = parseModel(text);
  sound(errors(r), r.ok, text);
}

describe("any text is answered: by an expression, or by diagnostics inside the text", () => {
  test("random characters", () =>
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), readsExpression), settings));
  test("random tokens", () => fc.assert(fc.property(soup, readsExpression), settings));
  test("mutated expressions", () => fc.assert(fc.property(mutated(EXPRESSIONS), readsExpression), settings));
});

describe("any file is answered", () => {
  test("random characters", () =>
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), readsModel), settings));
  test("mutated models", () =>
    fc.assert(fc.property(mutated(FILES), readsModel), { ...settings, numRuns: 500 }));
  test("any object", () =>
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
        (o) => {
          const r = defineModel(o as never);
          expect(errors(r).length > 0).toBe(!r.ok);
        },
      ),
      settings,
    ));
});

const LONG: readonly (readonly [string, string])[] = [
  ["terms", "x+".repeat(49_999)],
  ["factors", "x*".repeat(49_999)],
  ["different terms", Array.from({ length: 9_000 }, (_, k) => `x^${k % 97}*y`).join("+")],
  ["parentheses", "(".repeat(100_000)],
  ["closed parentheses", `${"(".repeat(190)}x${")".repeat(190)}`],
  ["brackets", "v[".repeat(50_000)],
  ["signs", "-".repeat(100_000)],
  ["powers", "x^".repeat(50_000)],
  ["calls", "exp(".repeat(25_000)],
  ["a name", "x".repeat(100_000)],
  ["a number", "1".repeat(100_000)],
  ["decimals", "0.7*".repeat(25_000)],
  ["commas", `max(${"x,".repeat(49_000)}x)`],
  ["white space", " ".repeat(99_999)],
  ["comparisons", "x<".repeat(50_000)],
  ["subscripts", `v[${"i+".repeat(40_000)}i]`],
  ["products of dimensions", `v[mod(i, ${"(N + K)*".repeat(5_000)}1)]`],
  ["binders", `${"sum(i, ".repeat(150)}x${")".repeat(150)}`],
  ["conditions", `where(${"x > y, ".repeat(5_000)}1, 2)`],
];

describe("long and deep inputs neither hang nor overflow the stack", () => {
  test.each(LONG)("%s", (_, text) => readsExpression(text));
  test.each([
    ["lists", "[".repeat(100_000)],
    ["maps", "{a: ".repeat(25_000)],
    ["block lists", "- ".repeat(50_000)],
    ["nested blocks", Array.from({ length: 300 }, (_, k) => `${" ".repeat(k)}a:`).join("\n")],
    ["keys", Array.from({ length: 10_000 }, (_, k) => `a${k}: 1`).join("\n")],
    ["equal keys", "a: 1\n".repeat(10_000)],
    ["a long line", `name: ${"x ".repeat(50_000)}`],
    ["quotes", '"'.repeat(100_000)],
    ["aliases", `a: &a [1]\n${"b: [*a, *a]\n".repeat(1_000)}`],
    ["definitions", chain(400)],
    ["doubling definitions", doubling(60)],
  ])("%s in a file", (_, text) => readsModel(text));
});

/** Each definition uses the next. */
function chain(n: number): string {
  const body = Array.from({ length: n }, (_, k) => `  d${k}: { as: "d${k + 1} + 1" }`).join("\n");
  return `legendre: 1\ndefine:\n${body}\n  d${n}: { as: 1 }\ndynamics: { x: d0 }\n`;
}

/** Each definition uses the next twice, so that writing it all out would take 2^n places. */
function doubling(n: number): string {
  const body = Array.from({ length: n }, (_, k) => `  d${k}: { as: "exp(d${k + 1}) + sin(d${k + 1})" }`).join(
    "\n",
  );
  return `legendre: 1\ndefine:\n${body}\n  d${n}: { as: x }\ndynamics: { x: d0 }\n`;
}

test("what is read from mutated expressions prints and reads back as itself", () => {
  let read = 0;
  fc.assert(
    fc.property(soup, (text) => {
      const r = parseExpression(text, SCOPE);
      if (!r.ok) return;
      read++;
      const indices = [...SCOPE.names.values()].flatMap((e) => (e.kind === "index" ? [e.index] : []));
      const printed = printText(r.value, namingOf(indices, SCOPE.names.keys()));
      const invented = printed.invented.map((i) => [i.name, { kind: "index", index: i }] as const);
      const back = parseExpression(printed.text, { names: new Map([...SCOPE.names, ...invented]) });
      expect(errors(back), printed.text).toEqual([]);
      expect(back.ok && back.value, `${text} → ${printed.text}`).toBe(r.value);
    }),
    { seed: 43, numRuns: 5_000 },
  );
  expect(read).toBeGreaterThan(50);
});

describe("the fuzzing notices", () => {
  test("a reader that throws", () => {
    const throws = (text: string): void => {
      if (text.includes("^")) throw new Error("planted");
      readsExpression(text);
    };
    expect(fc.check(fc.property(soup, throws), settings).failed).toBe(true);
  });
  test("a diagnostic outside the text", () => {
    const beyond = (text: string): void => {
      const found = errors(parseExpression(text, SCOPE));
      sound(
        found.map((e) => ({ ...e, span: { ...e.span!, end: e.span!.end + 1 } })),
        found.length === 0,
        text,
      );
    };
    expect(fc.check(fc.property(soup, beyond), settings).failed).toBe(true);
  });
});
