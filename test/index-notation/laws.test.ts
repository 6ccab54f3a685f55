import { test } from "vitest";
import { decimals, evaluate, toDecimal } from "../../src/index-notation/evaluate/index.js";
import { add, compareExpr, type Expr, mapChildren, printText } from "../../src/index-notation/index.js";
import { buildExpr, close, disguise, NoValue, naiveValue } from "./plain.js";
import { Chance, DECLARED, NAMING, randomEnvironment, randomPlain } from "./random-expression.js";

const show = (e: Expr): string => printText(e, NAMING, DECLARED.slice(0, 3)).text;
void compareExpr;
void add;
void mapChildren;
void toDecimal;
void decimals;
test("value", () => {
  let [checked, failed] = [0, 0];
  const t0 = Date.now();
  for (let seed = 1; seed <= Number(process.env.SEEDS ?? 2000); seed++) {
    const plain = randomPlain(seed, { depth: 1 + (seed % 4) });
    let e: Expr;
    try {
      e = buildExpr(plain);
    } catch (x) {
      console.log(
        "BUILD",
        seed,
        String(x).slice(0, 200),
        (x as Error).stack?.split("\n").slice(1, 4).join("|"),
      );
      continue;
    }
    for (let k = 0; k < 2; k++) {
      const env = randomEnvironment(seed * 10 + k);
      let v;
      try {
        v = naiveValue(plain, env);
      } catch (x) {
        if (x instanceof NoValue) continue;
        throw x;
      }
      checked++;
      const w = evaluate(e, env);
      if (!close(w, v)) {
        if (failed++ < 12)
          console.log(
            seed,
            JSON.stringify(plain, (_, y) => (typeof y === "bigint" ? y.toString() : y)).length,
            show(e),
            "\n   got",
            toDecimal(decimals(20), w).toString().slice(0, 30),
            "want",
            toDecimal(decimals(20), v).toString().slice(0, 30),
          );
        break;
      }
    }
    const d = buildExpr(disguise(plain, new Chance(seed)));
    if (d !== e) console.log("DISGUISE", seed, show(e), " | ", show(d));
  }
  console.log({ checked, failed, ms: Date.now() - t0 });
}, 600000);
