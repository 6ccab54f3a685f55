/** Temporaries, contraction order and what is prepared, read off the printed plan. */
import { describe, expect, it } from "vitest";
import {
  at,
  binder,
  type Expr,
  mul,
  neg,
  num,
  power,
  sub2,
  sum,
  TRUE,
  unary,
} from "../../src/index-notation/index.js";
import { costOf } from "../../src/ir/index.js";
import { eliminationOrder } from "../../src/lower/contract.js";
import { type EntryRequest, type LowerOptions, lower } from "../../src/lower/index.js";
import { h, i, inverseTemperature, j, memory, mu, nu, over, request, v } from "../bench/models.js";
import { programFor } from "./harness.js";

function planOf(
  nv: number,
  nh: number,
  entries: EntryRequest[],
  options: Partial<LowerOptions> = {},
): string[] {
  let plan = "";
  const trace = (pass: string, text: string): void => {
    if (pass === "plan") plan = text;
  };
  lower(request(nv, nh, entries), { ...options, trace });
  return plan.split("\n").map((line) => line.trim());
}

const g = (k: typeof i): Expr => unary("tanh", at(v, [k]));
const entry = (value: Expr, indices = [i]): EntryRequest => ({
  name: "f",
  outputs: [{ name: "y", over: indices, value }],
});

describe("contraction order", () => {
  const coupled = sum([j, mu], TRUE, mul([memory(mu, i), memory(mu, j), g(j)]));

  it("few memories: Ξᵀ(Ξ g)", () => {
    expect(planOf(100, 20, [entry(coupled)])).toEqual([
      "entry f",
      "t1[$0] = tanh(v[$0])",
      "t2[$0] = sum(#1, t1[#1]*Xi[$0,#1])",
      "t3[$0] = sum(#1, t2[#1]*Xi[#1,$0])",
      "f.y[i] = t3[i]",
    ]);
  });

  it("many memories: J g, with J prepared", () => {
    const plan = planOf(100, 200, [entry(coupled)]);
    expect(plan.slice(0, 3)).toEqual(["prepare", "t1[$0,$1] = sum(#1, Xi[#1,$0]*Xi[#1,$1])", "entry f"]);
  });

  it("never prepares more than the cap allows", () => {
    expect(planOf(100, 200, [entry(coupled)], { preparedBytes: 70_000 })[0]).toBe("entry f");
  });

  it("costs 2·N_h·N_v a call for 20,000 × 500", () => {
    const zeros = (s: number): Float64Array => new Float64Array(s);
    const asked = request(2, 2, [entry(coupled)]);
    const [Xi, beta] = [...asked.parameters.keys()];
    const large = {
      ...asked,
      dimensions: new Map([
        ["N_v", 20_000],
        ["N_h", 500],
      ]),
      states: [
        { symbol: v, offset: 0 },
        { symbol: h, offset: 20_000 },
      ],
      parameters: new Map([
        [Xi!, zeros(1e7)],
        [beta!, zeros(1)],
      ]),
    };
    const cost = costOf(programFor(large).entries[0]!.body);
    expect(cost.flops).toBeLessThan(4.1e7);
    expect(cost.calls).toBe(20_000);
  });

  it("is optimal: a chain of matrices from the cheap end", () => {
    const sizes = new Map([
      ["a", 10],
      ["b", 100],
      ["c", 5],
      ["d", 50],
    ]);
    const factor = (...s: string[]) => ({ indices: new Set(s), constant: false });
    const order = eliminationOrder({
      bound: ["b", "c"],
      factors: [factor("a", "b"), factor("b", "c"), factor("c", "d")],
      size: (x) => sizes.get(x)!,
      cost: (volume) => volume,
    });
    // (AB)C costs 10·100·5 + 10·5·50, A(BC) costs 100·5·50 + 10·100·50.
    expect(order).toEqual([["b"], ["c"]]);
  });
});

describe("temporaries", () => {
  it("one tanh for equal values over other index names, across outputs", () => {
    const plan = planOf(7, 3, [
      {
        name: "f",
        outputs: [
          { name: "a", over: [i], value: mul([num(2), g(i)]) },
          { name: "b", over: [], value: over(j, mul([at(v, [j]), g(j)])) },
        ],
      },
    ]);
    expect(plan.filter((line) => line.includes("tanh"))).toEqual(["t1[$0] = tanh(v[$0])"]);
  });

  it("logsumexp and softmax share their exponent", () => {
    const exponent = (m: typeof mu): Expr =>
      mul([inverseTemperature, over(j, mul([memory(m, j), at(v, [j])]))]);
    const energy = sub2(num(0), binder("logsumexp", [mu], TRUE, exponent(mu)));
    const plan = planOf(7, 3, [
      {
        name: "f",
        outputs: [
          { name: "E", over: [], value: energy },
          { name: "w", over: [nu], value: exponent(nu) },
        ],
      },
    ]);
    expect(plan.filter((line) => line.includes("Xi"))).toHaveLength(1);
  });

  it("what depends on parameters only is prepared", () => {
    const plan = planOf(7, 3, [
      entry(mul([at(v, [i]), unary("exp", neg(over(mu, power(memory(mu, i), num(2)))))])),
    ]);
    expect(plan.indexOf("entry f")).toBe(3);
    expect(plan.at(-1)).toContain("v[i]");
  });

  it("entries share what is prepared and reuse scratch", () => {
    const value = over(mu, mul([memory(mu, i), at(h, [mu])]));
    const one = programFor(request(7, 3, [entry(value)]));
    const two = programFor(request(7, 3, [entry(value), { ...entry(value), name: "again" }]));
    expect(two.buffers.length).toBe(one.buffers.length);
  });
});
