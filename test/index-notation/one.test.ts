import { test } from "vitest";
import { dimensionName, type Expr, type Index, index, printText } from "../../src/index-notation/index.js";
import { type Entry, parseExpression } from "../../src/parser/index.js";
import { buildExpr } from "./plain.js";
import { DECLARED, FREE, NAMING, randomPlain, SYMBOLS } from "./random-expression.js";

test("round", () => {
  const names = new Map<string, Entry>();
  for (const i of DECLARED) names.set(i.name, { kind: "index", index: i });
  for (const d of ["N", "M"]) names.set(d, { kind: "dimension", dim: dimensionName(d) });
  for (const s of SYMBOLS)
    names.set(s.name, {
      kind: "tensor",
      symbol: s,
      over: s.dims.map((d, k) => index(`q${k}`, d)),
      what: "x",
    });
  let bad = 0,
    n = 0;
  for (let seed = 1; seed < Number(process.env.SEEDS ?? 3000); seed++) {
    const e: Expr = buildExpr(randomPlain(seed, { depth: 1 + (seed % 4), language: true }));
    const p = printText(e, NAMING, FREE);
    const all = new Map(names);
    for (const i of p.invented) all.set(i.name, { kind: "index", index: i });
    let r;
    try {
      r = parseExpression(p.text, { names: all }, { over: [...FREE] });
    } catch (x) {
      console.log("THROW", seed, p.text, String(x).slice(0, 200));
      continue;
    }
    n++;
    if (!r.ok) {
      if (bad++ < 25)
        console.log(
          seed,
          p.text.slice(0, 300),
          "\n   ",
          r.errors
            .map((d: any) => d.message)
            .join("; ")
            .slice(0, 300),
        );
    } else if (r.value !== e) {
      if (bad++ < 25)
        console.log(
          seed,
          "DIFF",
          p.text.slice(0, 500),
          "\n      ",
          printText(r.value, NAMING, FREE).text.slice(0, 500),
        );
    }
  }
  console.log({ n, bad });
}, 100000);
