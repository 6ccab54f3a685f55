import { test } from "vitest";
import { printText, type Expr, mapChildren } from "../../src/index-notation/index.js";
import { evaluate, toDecimal, decimals, isUndefined } from "../../src/index-notation/evaluate/index.js";
import { buildExpr, close, naiveValue, NoValue, disguise } from "./plain.js";
import { Chance, FREE, NAMING, randomPlain, randomEnvironment } from "./random-expression.js";
const show = (e: Expr): string => printText(e, NAMING, FREE).text;
test("exact", () => {
  let n = 0, bad = 0, und = 0, dis = 0, idem = 0;
  for (let seed = 1; seed < Number(process.env.SEEDS); seed++) {
    const plain = randomPlain(seed + 1000000, { depth: 2 + seed % 3, exact: true });
    let e: Expr;
    try { e = buildExpr(plain); } catch (x) { console.log("BUILD", seed, String(x).slice(0, 200)); continue; }
    const d = buildExpr(disguise(plain, new Chance(seed)));
    if (d !== e && dis++ < 12) console.log("DISGUISE", seed, show(e), " | ", show(d));
    if (mapChildren(e, (x) => x) !== e && idem++ < 12) console.log("IDEM", seed, show(e), "  |  ", show(mapChildren(e, (x) => x)));
    for (let k = 0; k < 3; k++) { const env = randomEnvironment(seed * 10 + k);
      let v; try { v = naiveValue(plain, env); } catch (x) { if (x instanceof NoValue) continue; throw x; }
      n++;
      const w = evaluate(e, env);
      if (!close(w, v)) { if (isUndefined(w)) { und++; continue; } if (bad++ < 25) console.log(seed, show(e), toDecimal(decimals(10), w).toString(), toDecimal(decimals(10), v).toString()); break; } }
  }
  console.log({ n, bad, und, dis, idem });
}, 1000000);
