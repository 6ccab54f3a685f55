/** Dual energies: printed, equal to x·g − L by value at the activation, and conjugate back to the Lagrangian. */
import { describe, expect, test } from "vitest";
import { type DualEnergy, derive, type LayerTheory } from "../../src/derivation/index.js";
import { decimals, evaluate, type Scalar, toDecimal } from "../../src/index-notation/evaluate/index.js";
import {
  type Expr,
  namingOf,
  printText,
  rational,
  sub2,
  type TensorSymbol,
} from "../../src/index-notation/index.js";
import { defineModel } from "../../src/parser/index.js";
import { identity } from "../../src/rewrite/index.js";
import { Chance } from "../index-notation/random-expression.js";

const D = decimals(40);

function layerOf(generator: object): LayerTheory {
  const model = defineModel({
    legendre: 1,
    name: "dual",
    indices: { i: "N", j: "N" },
    parameters: {
      beta: { sign: "positive" },
      eps: { sign: "positive" },
      m: {},
      b: { over: ["i"] },
    },
    layers: { x: { over: ["i"], activation: "f", ...generator } },
    synapses: { none: "-sum(i, f[i])" },
    domain: ["m > 1"],
  } as never);
  if (!model.ok) throw new Error(JSON.stringify(model.errors));
  const theory = derive(model.value);
  if (!theory.ok) throw new Error(theory.errors[0]!.message);
  if (theory.value.kind !== "layered") throw new Error("no layers");
  return theory.value.layers.get("x")!;
}

const text = (e: Expr, layer: LayerTheory): string =>
  printText(e, namingOf(layer.layer.over, []), e.free).text;
const domainOf = ({ domain }: DualEnergy, layer: LayerTheory): string[] =>
  domain.map((r) => `${text(r.left, layer)} ${r.op} ${text(r.right, layer)}`);

/** Lagrangian, dual energy, domain. */
const ROWS: readonly (readonly [string, string, readonly string[]])[] = [
  ["sum(i, x[i]^2)/2", "sum(i, f[i]^2)/2", []],
  ["sum(i, x[i]^2)/2 + sum(i, b[i]*x[i])", "", []],
  ["sum(i, logcosh(beta*x[i]))/beta", "", ["-1 <= f[i]", "f[i] <= 1"]],
  ["sum(i, softplus(beta*x[i] + b[i]))/beta", "", ["0 <= f[i]", "f[i] <= 1"]],
  ["sum(i, exp(beta*x[i]))/beta", "", ["0 <= f[i]"]],
  ["sum(i, relu(x[i])^2)/2", "sum(i, f[i]^2)/2", ["0 <= f[i]"]],
  ["sum(i, relu(x[i])^4)/4", "3*sum(i, f[i]^(4/3))/4", ["0 <= f[i]"]],
  ["sum(i, relu(x[i])^m)/m", "", ["0 <= f[i]"]],
  ["sum(i, cosh(x[i]))", "sum(i, f[i]*asinh(f[i])) - sum(i, sqrt(1 + f[i]^2))", []],
  ["logsumexp(i, beta*x[i])/beta", "sum(i, f[i]*log(f[i]))/beta", ["0 <= f[i]", "sum(i, f[i]) = 1"]],
  ["logsumexp(i, beta*x[i] + b[i])/beta", "", ["0 <= f[i]", "sum(i, f[i]) = 1"]],
  ["beta*sqrt(eps + sum(i, x[i]^2))", "", ["sum(i, f[i]^2) <= beta^2"]],
];

/** L*(g(x)) − x·g + L at random states. */
function gap(layer: LayerTheory, dual: Expr, seed: number): number {
  const chance = new Chance(seed);
  const draws = new Map<string, Scalar>();
  const n = chance.int(1, 4);
  const base = (s: TensorSymbol, place: readonly number[]): Scalar => {
    const key = `${s.name}${place}`;
    if (!draws.has(key)) {
      // Every relu is active: an inactive unit has the activation 0, where log and roots are at the end of their domain.
      const low = s.name === "m" ? 12 : 1;
      draws.set(key, rational(chance.int(low, 25), 10));
    }
    return draws.get(key)!;
  };
  const value = (e: Expr, at = 0) =>
    toDecimal(
      D,
      evaluate(e, {
        dimensions: new Map([["N", n]]),
        tensor: (s, place) => (s.name === "f" ? g[place[0]!]! : base(s, place)),
        indices: new Map(e.free.map((i) => [i.key, at])),
        precision: 30,
      }),
    );
  const g: Scalar[] = [];
  for (let k = 0; k < n; k++) g.push(value(layer.activation.expr, k));
  return D.sub(value(dual), value(layer.energy)).abs().toNumber();
}

describe("the dual energy", () => {
  test.each(ROWS)("of %s", (lagrangian, expected, domain) => {
    const layer = layerOf({ lagrangian });
    const { dual } = layer;
    if (dual === undefined) throw new Error("no closed form");
    if (expected !== "") expect(text(dual.expr, layer)).toBe(expected);
    expect(domainOf(dual, layer)).toEqual(domain);
    for (let seed = 1; seed <= 5; seed++) expect(gap(layer, dual.expr, seed)).toBeLessThan(1e-24);
  });

  test("the check catches a dual that is a thousandth off", () => {
    const layer = layerOf({ lagrangian: "sum(i, logcosh(beta*x[i]))/beta" });
    const off = sub2(layer.dual!.expr, layerOf({ lagrangian: "sum(i, x[i]^2)/2" }).dual!.expr);
    expect(gap(layer, off, 1)).toBeGreaterThan(1e-3);
  });

  test.each([
    "sum(i, logcosh(beta*x[i]))/beta",
    "sum(i, softplus(beta*x[i]))/beta",
    "sum(i, exp(beta*x[i]))/beta",
    "sum(i, x[i]^2)/2",
    "sum(i, relu(x[i])^2)/2",
    "sum(i, relu(x[i])^4)/4",
    "logsumexp(i, beta*x[i])/beta",
  ])("L** = L for %s", (lagrangian) => {
    const layer = layerOf({ lagrangian });
    const { dual } = layer;
    const back = layerOf({ dual: text(dual!.expr, layer), on: domainOf(dual!, layer) });
    expect(identity(back.lagrangian, layer.lagrangian)).toBeDefined();
    expect(identity(back.activation.expr, layer.activation.expr)).toBeDefined();
  });

  test("a layer given by its dual shows it; what has no closed form has none", () => {
    const given = layerOf({ dual: "sum(i, f[i]^2)/2", on: ["f[i] >= 0", "sum(i, f[i]) = 1"] });
    expect(text(given.dual!.expr, given)).toBe("sum(i, f[i]^2)/2");
    expect(layerOf({ lagrangian: "sum(i, x[i]^2/2 + logcosh(x[i]))" }).dual).toBeUndefined();
    expect(layerOf({ lagrangian: "sum(i, x[i]*erf(x[i]) + exp(-x[i]^2)/sqrt(pi))" }).dual).toBeUndefined();
  });
});
