/**
 * Laws of conjugation: at the activation Fenchel–Young holds with equality, at every other feasible point with
 * inequality, and the activation is feasible; each by value with the reference evaluator, and with planted faults.
 */
import { describe, expect, test } from "vitest";
import { derive, type LayerTheory } from "../../src/derivation/index.js";
import { decimals, evaluate, type Scalar, toDecimal } from "../../src/index-notation/evaluate/index.js";
import { type Expr, printText, rational, type TensorSymbol } from "../../src/index-notation/index.js";
import { defineModel } from "../../src/parser/index.js";
import { Chance } from "../index-notation/random-expression.js";

const D = decimals(40);

interface Row {
  readonly dual: string;
  readonly on: readonly string[];
  /** A random feasible activation of n units. */
  readonly feasible: (n: number, chance: Chance) => number[];
  /** What is left of each constraint: zero for equations, at least zero for bounds. */
  readonly equation?: (f: readonly number[]) => number;
  readonly bounds: readonly [number, number];
  readonly activation: string;
}

const any = (n: number, c: Chance, low: number, high: number): number[] =>
  Array.from({ length: n }, () => low + ((high - low) * c.int(1, 99)) / 100);
const simplex = (n: number, c: Chance): number[] => {
  const f = any(n, c, 0, 1);
  const total = f.reduce((a, b) => a + b, 0);
  return f.map((x) => x / total);
};
const half = (n: number): number[] => Array.from({ length: n }, () => 1 / 2);
const one = (f: readonly number[]): number => f.reduce((a, b) => a + b, 0) - 1;
const mean = (f: readonly number[]): number => f.reduce((a, b) => a + b, 0) - f.length / 2;
const NONE: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const SIMPLEX = ["f[mu] >= 0", "sum(mu, f[mu]) = 1"];

const rows: Readonly<Record<string, Row>> = {
  identity: {
    dual: "sum(mu, f[mu]^2)/2",
    on: [],
    feasible: (n, c) => any(n, c, -3, 3),
    bounds: NONE,
    activation: "h[mu]",
  },
  "a square with a slope": {
    dual: "sum(mu, beta*f[mu]^2 - 3*f[mu]) + 2",
    on: [],
    feasible: (n, c) => any(n, c, -3, 3),
    bounds: NONE,
    activation: "(3 + h[mu])/(2*beta)",
  },
  relu: {
    dual: "sum(mu, f[mu]^2)/2",
    on: ["f[mu] >= 0"],
    feasible: (n, c) => any(n, c, 0, 3),
    bounds: [0, Number.POSITIVE_INFINITY],
    activation: "relu(h[mu])",
  },
  "hard tanh": {
    dual: "sum(mu, f[mu]^2)/2",
    on: ["-1 <= f[mu]", "f[mu] <= 1"],
    feasible: (n, c) => any(n, c, -1, 1),
    bounds: [-1, 1],
    activation: "relu(1 + h[mu]) - 1 - relu(h[mu] - 1)",
  },
  softplus: {
    dual: "sum(mu, f[mu]*log(f[mu]) + (1 - f[mu])*log(1 - f[mu]))/beta",
    on: ["f[mu] >= 0", "f[mu] <= 1"],
    feasible: (n, c) => any(n, c, 0, 1),
    bounds: [0, 1],
    activation: "sigmoid(beta*h[mu])",
  },
  logcosh: {
    dual: "sum(mu, (1 + f[mu])*log(1 + f[mu]) + (1 - f[mu])*log(1 - f[mu]))/(2*beta)",
    on: [],
    feasible: (n, c) => any(n, c, -1, 1),
    bounds: [-1, 1],
    activation: "tanh(beta*h[mu])",
  },
  atanh: {
    dual: "sum(mu, f[mu]*atanh(f[mu]) + log(1 - f[mu]^2)/2)",
    on: [],
    feasible: (n, c) => any(n, c, -1, 1),
    bounds: [-1, 1],
    activation: "tanh(h[mu])",
  },
  exponential: {
    dual: "sum(mu, f[mu]*log(f[mu]) - f[mu])",
    on: [],
    feasible: (n, c) => any(n, c, 0, 4),
    bounds: [0, Number.POSITIVE_INFINITY],
    activation: "exp(h[mu])",
  },
  "a capped exponential": {
    dual: "sum(mu, f[mu]*log(f[mu]) - f[mu])",
    on: ["f[mu] <= 2"],
    feasible: (n, c) => any(n, c, 0, 2),
    bounds: [0, 2],
    activation: "where(log(2) < h[mu], 2, exp(h[mu]))",
  },
  "a cube root": {
    dual: "sum(mu, f[mu]^4)/4",
    on: ["f[mu] >= 0"],
    feasible: (n, c) => any(n, c, 0, 3),
    bounds: [0, Number.POSITIVE_INFINITY],
    activation: "relu(h[mu])^(1/3)",
  },
  softmax: {
    dual: "sum(mu, f[mu]*log(f[mu]))/beta",
    on: SIMPLEX,
    feasible: simplex,
    equation: one,
    bounds: [0, 1],
    activation: "softmax(nu, beta*h[nu])[mu]",
  },
  sparsemax: {
    dual: "(sum(mu, f[mu]^2) - 1)/(2*beta)",
    on: SIMPLEX,
    feasible: simplex,
    equation: one,
    bounds: [0, 1],
    activation: "relu(beta*(h[mu] - root(s, 1 - sum(nu, relu(beta*(h[nu] - s))))))",
  },
  "entmax with exponent 3/2": {
    dual: "4*sum(mu, f[mu]^(3/2) - f[mu])/3",
    on: SIMPLEX,
    feasible: simplex,
    equation: one,
    bounds: [0, 1],
    activation: "relu(2/3 + h[mu]/2 - root(s, 1 - sum(nu, relu(2/3 - s/2 + h[nu]/2)^2))/2)^2",
  },
  "k-subsets": {
    dual: "sum(mu, f[mu]^2)/2",
    on: ["f[mu] >= 0", "f[mu] <= 1", "sum(mu, f[mu]) = K/2"],
    feasible: half,
    equation: mean,
    bounds: [0, 1],
    activation:
      "relu(h[mu] - root(s, K/2 + sum(nu, relu(h[nu] - 1 - s)) - sum(nu, relu(h[nu] - s)))) - relu(h[mu] - 1 - root(s, K/2 + sum(nu, relu(h[nu] - 1 - s)) - sum(nu, relu(h[nu] - s))))",
  },
  "a Fermi sea": {
    dual: "sum(mu, f[mu]*log(f[mu]) + (1 - f[mu])*log(1 - f[mu]))",
    on: ["sum(mu, f[mu]) = K/2"],
    feasible: half,
    equation: mean,
    bounds: [0, 1],
    activation: "sigmoid(h[mu] - root(s, K/2 - sum(nu, sigmoid(h[nu] - s))))",
  },
};

interface Conjugated {
  readonly layer: LayerTheory;
  readonly dual: Expr;
}

function conjugated({ dual, on }: Pick<Row, "dual" | "on">): Conjugated | string {
  const model = defineModel({
    legendre: 1,
    name: "dual",
    indices: { mu: "K", nu: "K", a: "M" },
    parameters: {
      beta: { sign: "positive" },
      w: { over: ["mu"], sign: "positive" },
      W: { over: ["mu", "nu"] },
    },
    layers: { h: { over: ["mu"], dual, on: [...on], activation: "f" } },
    synapses: { none: "-sum(mu, f[mu])" },
  } as never);
  if (!model.ok) throw new Error(JSON.stringify(model.errors));
  const theory = derive(model.value);
  if (!theory.ok) return theory.errors[0]!.message;
  if (theory.value.kind !== "layered" || model.value.kind !== "layered") throw new Error("no layers");
  const layer = theory.value.layers.get("h")!;
  const generator = layer.layer.generator;
  if (generator.kind !== "dual") throw new Error("no dual");
  return { layer, dual: generator.dual };
}

type Numbers = readonly Scalar[];

/** The value with h and f at these numbers, beta = 3/2. */
function at(e: Expr, h: Numbers, f: Numbers = [], place = 0) {
  const tensor = (s: TensorSymbol, [k = 0]: readonly number[]): Scalar =>
    s.name === "h" ? h[k]! : s.name === "f" ? f[k]! : rational(3, 2);
  const indices = new Map(e.free.map((i) => [i.key, place]));
  return toDecimal(
    D,
    evaluate(e, { dimensions: new Map([["K", h.length]]), tensor, indices, precision: 30 }),
  );
}

const exactly = (list: readonly number[]): Scalar[] => list.map((x) => new D(x));

/** L(x) + Φ(g) − x·g at the activation g, and the smallest of it over random feasible points. */
function gaps(row: Row, { layer, dual }: Conjugated, seed: number, change = (g: number) => g) {
  const chance = new Chance(seed);
  const n = chance.int(2, 5);
  const h: Scalar[] = Array.from({ length: n }, () => rational(chance.int(-30, 30), 10));
  const L = at(layer.lagrangian, h);
  const gap = (f: readonly number[]): number => {
    const inner = f.reduce((s, x, k) => D.add(s, D.mul(x, toDecimal(D, h[k]!))), new D(0));
    return D.sub(D.add(L, at(dual, h, exactly(f))), inner).toNumber();
  };
  const g = h.map((_, k) => change(at(layer.activation.expr, h, [], k).toNumber()));
  // Φ at the ends of its domain has terms 0·log 0.
  const inside = g.every((x) => x > row.bounds[0] + 1e-9 && x < row.bounds[1] - 1e-9);
  const others = Array.from({ length: 6 }, () => gap(row.feasible(n, chance)));
  return { g, atActivation: inside || !row.dual.includes("log") ? gap(g) : 0, least: Math.min(...others) };
}

describe("a layer given by its dual", () => {
  test.each(Object.entries(rows))("%s", (_, row) => {
    const found = conjugated(row);
    if (typeof found === "string") throw new Error(found);
    const { activation } = found.layer;
    expect(printText(activation.expr, undefined, activation.over).text.replaceAll("rho", "nu")).toBe(
      row.activation,
    );
    for (let seed = 1; seed <= 8; seed++) {
      const { g, atActivation, least } = gaps(row, found, seed);
      expect(Math.abs(atActivation)).toBeLessThan(1e-13);
      expect(least).toBeGreaterThan(-1e-13);
      for (const x of g) {
        expect(x).toBeGreaterThanOrEqual(row.bounds[0]);
        expect(x).toBeLessThanOrEqual(row.bounds[1] + 1e-15);
      }
      if (row.equation !== undefined) expect(Math.abs(row.equation(g))).toBeLessThan(1e-14);
    }
  });

  test("the laws catch an activation that is a thousandth off", () => {
    const row = rows.sparsemax!;
    const found = conjugated(row) as Conjugated;
    const off = Array.from({ length: 4 }, (_, k) => gaps(row, found, k + 1, (g) => g + 1e-3));
    expect(off.every(({ atActivation, g }) => Math.abs(atActivation) > 1e-7 && Math.abs(one(g)) > 1e-3)).toBe(
      true,
    );
  });

  test("sparsemax is the projection found by sorting (Martins & Astudillo 2016, algorithm 1)", () => {
    const { layer } = conjugated(rows.sparsemax!) as Conjugated;
    for (let seed = 1; seed <= 15; seed++) {
      const chance = new Chance(seed);
      const z = Array.from({ length: chance.int(1, 7) }, () => chance.int(-200, 200) / 100);
      const sorted = z.map((x) => 1.5 * x).sort((a, b) => b - a);
      let [sum, threshold] = [0, 0];
      sorted.forEach((x, k) => {
        sum += x;
        if (1 + (k + 1) * x > sum) threshold = (sum - 1) / (k + 1);
      });
      z.forEach((x, k) => {
        const p = at(layer.activation.expr, exactly(z), [], k).toNumber();
        expect(p).toBeCloseTo(Math.max(1.5 * x - threshold, 0), 14);
      });
    }
  });
});

describe("what is not conjugated is refused with the reason", () => {
  test.each([
    ["coupled units", "sum(mu, nu, f[mu]*W[mu,nu]*f[nu])/2", [], /couples units/],
    ["a concave dual", "-sum(mu, f[mu]^2)/2", [], /of no form whose conjugate is known/],
    ["an unbounded quartic", "sum(mu, f[mu]^4)/4", [], /of no form whose conjugate is known/],
    [
      "two equations",
      "sum(mu, f[mu]^2)/2",
      ["sum(mu, f[mu]) = 1", "sum(mu, w[mu]*f[mu]) = 0"],
      /second equation/,
    ],
    [
      "a ball",
      "sum(mu, f[mu]^2)/2",
      ["sum(mu, f[mu]^2) <= 1"],
      /neither a bound on every unit nor a linear equation/,
    ],
    ["a curved equation", "sum(mu, f[mu]^2)/2", ["sum(mu, f[mu]^2) = 1"], /neither a bound/],
  ])("%s", (_, dual, on, message) => {
    expect(conjugated({ dual, on })).toMatch(message);
  });
});

test("weights of the equation, and one equation for every row", () => {
  const weighted = conjugated({ dual: "sum(mu, f[mu]^2)/2", on: ["f[mu] >= 0", "sum(mu, w[mu]*f[mu]) = 1"] });
  if (typeof weighted === "string") throw new Error(weighted);
  const { activation } = weighted.layer;
  expect(printText(activation.expr, undefined, activation.over).text).toBe(
    "relu(h[mu] - w[mu]*root(s, 1 - sum(nu, w[nu]*relu(h[nu] - s*w[nu]))))",
  );
  const rowsOf = defineModel({
    legendre: 1,
    name: "rows",
    indices: { a: "M", mu: "K" },
    layers: {
      h: {
        over: ["a", "mu"],
        dual: "sum(a, mu, f[a,mu]^2)/2",
        on: ["f[a,mu] >= 0", "sum(mu, f[a,mu]) = 1"],
        activation: "f",
      },
    },
    synapses: { none: "-sum(a, mu, f[a,mu])" },
  } as never);
  if (!rowsOf.ok) throw new Error(JSON.stringify(rowsOf.errors));
  const theory = derive(rowsOf.value);
  if (!theory.ok || theory.value.kind !== "layered") throw new Error("not derived");
  const { expr, over } = theory.value.layers.get("h")!.activation;
  expect(printText(expr, undefined, over).text).toBe(
    "relu(h[a,mu] - root(s, 1 - sum(nu, relu(h[a,nu] - s))))",
  );
});
