import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Expr, namesIn, namingOf, printText, symbolsOf } from "../../src/index-notation/index.js";
import type { Model } from "../../src/model/index.js";
import { defineModel, parseExpression, parseModel, scopeOf } from "../../src/parser/index.js";
import { catalogTexts, expressionsOf, value } from "./support.js";

const TEXTS = catalogTexts();
const MODELS = new Map([...TEXTS].map(([name, text]) => [name, value(parseModel(text))]));

const naming = (m: Model) => namingOf(m.indices.values(), scopeOf(m).names.keys());

const bounds = (s: { bounds: object }): string =>
  JSON.stringify(s.bounds, (_, x) => (typeof x === "bigint" ? Number(x) : x));

/** What an expression is about; how it is ordered and printed is index-notation's concern. */
const mentions = (e: Expr): string =>
  `${e.kind} over [${e.free.map((i) => i.name).sort()}] of ${[...symbolsOf(e)]
    .map((s) => s.name)
    .sort()
    .join(" ")}`;

function summary(m: Model): string {
  const lines = [`${m.name} (${m.kind})`, `  dimensions ${m.dimensions.join(" ")}`];
  for (const [n, p] of [...m.parameters, ...m.inputs]) {
    const flags = [p.symbol.symmetric ? "symmetric" : "", p.symbol.hollow ? "hollow" : ""];
    const over = p.over.map((i) => i.name).join(",");
    lines.push(
      `  ${p.symbol.role} ${n}[${over}] ${bounds(p.symbol)} ${flags.join(" ")} ${p.default?.kind ?? ""}`,
    );
  }
  for (const d of m.domain) lines.push(`  domain ${d.about} [${d.over.map((i) => i.name)}] ${d.text}`);
  if (m.kind === "state")
    for (const s of m.states.values())
      lines.push(`  state ${s.name}[${s.over.map((i) => i.name)}] ${s.values ?? ""}`);
  else
    lines.push(
      `  layers ${[...m.layers.values()].map((l) => `${l.name}→${l.activation.name}`)} fast ${m.fast}`,
    );
  for (const [name, e] of expressionsOf(m)) lines.push(`  ${name}: ${mentions(e)}`);
  return lines.map((l) => l.trimEnd()).join("\n");
}

test("there are twenty-six models", () => expect(MODELS.size).toBe(26));

test("what they declare is pinned", async () => {
  const text = `${[...MODELS.values()].map(summary).join("\n\n")}\n`;
  await expect(text).toMatchFileSnapshot("models.summary.txt");
});

describe.each([...TEXTS])("%s", (name, text) => {
  const model = MODELS.get(name)!;

  test("the same as a TypeScript object", () => {
    const object = parse(text) as Parameters<typeof defineModel>[0];
    expect(summary(value(defineModel(object)))).toBe(summary(model));
    const { legendre: _, ...bare } = object;
    expect(summary(value(defineModel(bare)))).toBe(summary(model));
  });

  test("the same as JSON, indented with tabs", () => {
    const json = JSON.stringify(parse(text), null, "\t");
    expect(summary(value(parseModel(json)))).toBe(summary(model));
  });

  test("printed expressions read back as the same objects", () => {
    for (const [, e] of expressionsOf(model)) expect(roundTrip(e, model)).toBe(e);
  });
});

function roundTrip(e: Expr, m: Model, spoil = (t: string): string => t): Expr {
  const { text, invented } = printText(e, naming(m));
  return value(parseExpression(spoil(text), scopeOf(m, invented)));
}

test("the round trip catches a printer that loses parentheses", () => {
  const spoil = (t: string): string => t.replace(/\((theta\[\w\] - theta\[\w\])\)/, "$1");
  const m = MODELS.get("kuramoto")!;
  const lost = [...expressionsOf(m)].some(([, e]) => {
    try {
      return roundTrip(e, m, spoil) !== e;
    } catch {
      return true;
    }
  });
  expect(lost).toBe(true);
});

test("every name of a model is visible in its scope", () => {
  for (const m of MODELS.values())
    for (const [, e] of expressionsOf(m))
      for (const n of namesIn(e)) if (!n.startsWith("#")) expect(scopeOf(m).names.has(n), n).toBe(true);
});
