import { test } from "vitest";
import { printText, type Expr } from "../../src/index-notation/index.js";
import { evaluate, toDecimal, decimals, isUndefined } from "../../src/index-notation/evaluate/index.js";
import { buildExpr, close, naiveValue } from "./plain.js";
import { FREE, NAMING, randomPlain, randomEnvironment } from "./random-expression.js";
const show = (e: Expr): string => printText(e, NAMING, FREE).text;
const sb = (s: any): string => s.terms.map((t: any) => `${t.coefficient === 1 ? "" : t.coefficient + "*"}${t.index.name}`).concat(s.constant ? [s.constant] : []).join("+") + (s.mod ? ` mod ${s.mod.key}` : "");
const ts = (l: any): string => l.map((t: any) => `${pr(t.left)} ${t.op} ${pr(t.right)}`).join(", ");
const pr = (p: any): string => { switch (p.kind) {
  case "number": return `${p.value.n}/${p.value.d}`; case "pi": return "pi"; case "dimension": return p.dim.key; case "position": return `pos(${sb(p.at)})`;
  case "tensor": return `${p.symbol.name}[${p.subs.map(sb)}]`; case "add": return `(${p.args.map(pr).join(" + ")})`; case "mul": return `(${p.args.map(pr).join(" * ")})`;
  case "power": return `(${pr(p.base)})^${pr(p.exponent)}`; case "unary": return `${p.fn}(${pr(p.arg)})`; case "polygamma": return `pg${p.order}(${pr(p.arg)})`;
  case "extremum": return `${p.fn}{${p.args.map(pr)}}`; case "where": return `where(${ts(p.tests)}; ${pr(p.value)}; ${pr(p.otherwise)})`; case "delta": return `δ[${sb(p.left)},${sb(p.right)}]`;
  case "binder": return `${p.op}(${p.indices.map((i: any) => i.name + ":" + i.dim.key)} | ${ts(p.tests)} | ${pr(p.body)})`; case "softmax": return `softmax(${p.index.name}:${p.index.dim.key} | ${ts(p.tests)} | ${pr(p.body)})[${sb(p.at)}]`;
  default: return p.kind; } };
test("one", () => {
  let shown = 0;
  const seen = new Set<string>();
  for (let seed = 1; seed < Number(process.env.SEEDS) && shown < 40; seed++) {
    const plain = randomPlain(seed + 1000000, { depth: 2 + (seed % 3), exact: true });
    let found = false;
    for (let k = 0; k < 3 && !found; k++) {
      const env = randomEnvironment(seed * 10 + k);
      const walk = (p: any): void => {
        if (found || typeof p !== "object" || p === null) return;
        if (p.key !== undefined) return;
        for (const v of Object.values(p)) Array.isArray(v) ? v.forEach(walk) : walk(v);
        if (found || typeof p.kind !== "string" || p.role) return;
        try { const v = naiveValue(p, env); const e = buildExpr(p); const w = evaluate(e, env);
          if (!close(w, v) && !isUndefined(w)) { found = true; const line = pr(p); shown++; console.log(seed, line.slice(0, 300), "  ->  ", show(e).slice(0, 200), toDecimal(decimals(8), w).toString(), "want", toDecimal(decimals(8), v).toString(), JSON.stringify([...env.dimensions.values()]), JSON.stringify([...env.indices!.values()])); }
        } catch {}
      };
      walk(plain);
    }
  }
}, 1000000);
