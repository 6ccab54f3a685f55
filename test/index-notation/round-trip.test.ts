import { describe, expect, test } from "vitest";
import type { TensorSymbol } from "../../src/index-notation/index.js";
import { dimensionName, type Expr, type Index, index, printText } from "../../src/index-notation/index.js";
import { type Entry, parseExpression } from "../../src/parser/index.js";
import { i, j, MODELS, mu, naming, nu, symbols } from "./models.js";
import { buildExpr } from "./plain.js";
import { DECLARED, FREE, NAMING, randomPlain, SYMBOLS } from "./random-expression.js";

function names(
  indices: readonly Index[],
  tensors: readonly TensorSymbol[],
  dims: readonly string[],
): Map<string, Entry> {
  const all = new Map<string, Entry>();
  for (const x of indices) all.set(x.name, { kind: "index", index: x });
  for (const d of dims) all.set(d, { kind: "dimension", dim: dimensionName(d) });
  for (const s of tensors)
    all.set(s.name, {
      kind: "tensor",
      symbol: s,
      over: s.dims.map((d, k) => index(`o${k}`, d)),
      what: "a tensor",
    });
  return all;
}

/** What parsing the text gives, or the messages. */
function parsed(
  text: string,
  table: Map<string, Entry>,
  invented: readonly Index[],
  over: readonly Index[],
): Expr | string {
  const all = new Map(table);
  for (const x of invented) all.set(x.name, { kind: "index", index: x });
  const result = parseExpression(text, { names: all }, { over: [...over] });
  return result.ok ? result.value : result.errors.map((e) => e.message).join("; ");
}

const table = names(DECLARED, SYMBOLS, ["N", "M"]);

function lost(count: number, change: (text: string) => string, roots = false): string[] {
  const found: string[] = [];
  for (let seed = 1; seed <= count; seed++) {
    const e = buildExpr(randomPlain(seed, { depth: 1 + (seed % 4), language: true, roots }));
    const { text, invented } = printText(e, NAMING, FREE);
    const back = parsed(change(text), table, invented, FREE);
    if (back !== e)
      found.push(
        `seed ${seed}: ${text} -> ${typeof back === "string" ? back : printText(back, NAMING, FREE).text}`,
      );
  }
  return found;
}

describe("printed text parses back to the same object", () => {
  test("random expressions", () => expect(lost(6000, (t) => t)).toEqual([]));

  test("with roots", () => expect(lost(1000, (t) => t, true)).toEqual([]));

  test("the models of the literature", () => {
    const own = names([i, j, mu, nu], symbols, ["N_v", "N_h"]);
    for (const [name, e] of Object.entries(MODELS)) {
      const { text, invented } = printText(e, naming);
      expect(parsed(text, own, invented, [i, j, mu, nu]), name).toBe(e);
    }
  });

  test("planted faults: a lost minus, lost parentheses", () => {
    expect(lost(300, (t) => t.replace(" - ", " + ")).length).toBeGreaterThan(0);
    expect(lost(300, (t) => t.replace(/\*\(([^()]*)\)/, "*$1")).length).toBeGreaterThan(0);
  });
});
