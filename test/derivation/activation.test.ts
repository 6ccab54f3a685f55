/** From an activation to its Lagrangian: printed forms, the gradient by value, and refusals with the reason. */
import { describe, expect, test } from "vitest";
import { differentiate } from "../../src/calculus/index.js";
import { derive, type LayerTheory } from "../../src/derivation/index.js";
import { decimals, evaluate, toDecimal } from "../../src/index-notation/evaluate/index.js";
import {
  add,
  at,
  type Expr,
  mul,
  num,
  printText,
  rational,
  type TensorSymbol,
} from "../../src/index-notation/index.js";
import { defineModel } from "../../src/parser/index.js";
import { Chance } from "../index-notation/random-expression.js";

const D = decimals(40);

/** The derived layer, or the message of the refusal. */
function layerOf(activation: string, matrix = false): LayerTheory | string {
  const over = matrix ? ["a", "i"] : ["i"];
  const model = defineModel({
    legendre: 1,
    name: "activation",
    indices: { i: "N", j: "N", k: "N", a: "M" },
    parameters: {
      beta: { sign: "positive" },
      lambda: { sign: "positive" },
      eps: { sign: "positive" },
      d: { over: ["i"] },
      W: { over: ["i", "j"] },
      S: { over: ["i", "j"] },
    },
    layers: { x: { over, activation: { name: "f", function: activation } } },
    synapses: { none: matrix ? "-sum(a, i, f[a,i])" : "-sum(i, f[i])" },
    domain: ["S[i,j] = S[j,i]"],
  } as never);
  if (!model.ok) throw new Error(JSON.stringify(model.errors));
  const theory = derive(model.value);
  if (!theory.ok) return theory.errors[0]!.message;
  if (theory.value.kind !== "layered") throw new Error("no layers");
  return theory.value.layers.get("x")!;
}

/** The largest difference between ∂L/∂x and the activation at random places; entries of x are never 0. */
function fault({ lagrangian, activation, layer }: LayerTheory, change: (e: Expr) => Expr = (e) => e): number {
  const gradient = differentiate(change(lagrangian), layer.state, layer.over);
  const gap = add([gradient, mul([num(-1), activation.expr])]);
  let worst = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const chance = new Chance(seed);
    const draws = new Map<string, ReturnType<typeof rational>>();
    const tensor = (s: TensorSymbol, place: readonly number[]) => {
      const key = `${s.name}${s.symmetric ? [...place].sort() : place}`;
      const sign = s.name === "x" && chance.chance(0.5) ? -1 : 1;
      if (!draws.has(key)) draws.set(key, rational(sign * chance.int(1, 20), 13));
      return draws.get(key)!;
    };
    const dimensions = new Map([
      ["N", 3],
      ["M", 2],
    ]);
    const indices = new Map(gap.free.map((i) => [i.key, seed % 2]));
    const value = toDecimal(D, evaluate(gap, { dimensions, tensor, indices, precision: 25 }));
    worst = Math.max(worst, value.abs().toNumber());
  }
  return worst;
}

/** activation → Lagrangian as printed */
const ELEMENTWISE: readonly (readonly [string, string])[] = [
  ["x[i]", "sum(i, x[i]^2)/2"],
  ["relu(x[i])", "sum(i, relu(x[i])^2)/2"],
  ["relu(x[i] - d[i])^3", "sum(i, relu(x[i] - d[i])^4)/4"],
  [
    "relu(x[i] - lambda) - relu(-x[i] - lambda)",
    "sum(i, relu(x[i] - lambda)^2)/2 + sum(i, relu(-lambda - x[i])^2)/2",
  ],
  ["tanh(beta*x[i] + d[i])", "sum(i, logcosh(d[i] + beta*x[i]))/beta"],
  ["sigmoid(beta*x[i])", "sum(i, softplus(beta*x[i]))/beta"],
  ["erf(x[i])", "sum(i, exp(-x[i]^2))/sqrt(pi) + sum(i, x[i]*erf(x[i]))"],
  ["atan(x[i])", "sum(i, x[i]*atan(x[i])) - sum(i, log(1 + x[i]^2))/2"],
  ["x[i]/(1 + abs(x[i]))", "sum(i, abs(x[i])) - sum(i, log(1 + abs(x[i])))"],
  ["x[i]/sqrt(1 + x[i]^2)", "sum(i, sqrt(1 + x[i]^2))"],
  ["exp(beta*x[i])", "sum(i, exp(beta*x[i]))/beta"],
  ["relu(exp(x[i]) - 1)", ""],
  ["asinh(x[i])", "sum(i, x[i]*asinh(x[i])) - sum(i, sqrt(1 + x[i]^2))"],
  ["x[i]*(1 + erf(x[i]/sqrt(2)))/2", ""],
  ["x[i]*sigmoid(x[i])", ""],
  ["where(abs(x[i]) > lambda, x[i], 0)", ""],
];

const COLLECTIVE: readonly (readonly [string, string])[] = [
  ["softmax(j, beta*x[j])[i]", "logsumexp(i, beta*x[i])/beta"],
  ["softmax(j, beta*x[j] + d[j])[i] + x[i]", "logsumexp(i, d[i] + beta*x[i])/beta + sum(i, x[i]^2)/2"],
  ["x[i]/sqrt(eps + sum(j, x[j]^2))", "sqrt(eps + sum(i, x[i]^2))"],
  ["x[i]/(eps + sum(j, x[j]^2))", "log(eps + sum(i, x[i]^2))/2"],
  ["(x[i] - sum(j, x[j])/N)/sqrt(eps + sum(k, (x[k] - sum(j, x[j])/N)^2)/N)", ""],
  ["x[i]*tanh(sum(j, x[j]^2)/2)", "logcosh(sum(i, x[i]^2)/2)"],
  ["tanh(sum(j, x[j]))", "logcosh(sum(i, x[i]))"],
  ["sum(j, S[i,j]*x[j])", ""],
];

describe("an elementwise activation", () => {
  test.each(ELEMENTWISE)("%s", (activation, lagrangian) => {
    const layer = layerOf(activation);
    if (typeof layer === "string") throw new Error(layer);
    if (lagrangian !== "") expect(printText(layer.lagrangian).text).toBe(lagrangian);
    expect(fault(layer)).toBeLessThan(1e-20);
  });
});

describe("an activation that couples units", () => {
  test.each(COLLECTIVE)("%s", (activation, lagrangian) => {
    const layer = layerOf(activation);
    if (typeof layer === "string") throw new Error(layer);
    if (lagrangian !== "") expect(printText(layer.lagrangian).text).toBe(lagrangian);
    expect(fault(layer)).toBeLessThan(1e-20);
  });

  test("one softmax for every row", () => {
    const layer = layerOf("softmax(j, x[a,j])[i]", true);
    if (typeof layer === "string") throw new Error(layer);
    expect(printText(layer.lagrangian).text).toBe("sum(i, logsumexp(j, x[i,j]))");
    expect(fault(layer)).toBeLessThan(1e-20);
  });

  test("the check catches a Lagrangian with a stray term", () => {
    const layer = layerOf("softmax(j, beta*x[j])[i]");
    if (typeof layer === "string") throw new Error(layer);
    const { state } = layer.layer;
    const stray = mul([num(rational(1, 1000)), at(state, layer.layer.over)]);
    expect(fault(layer, (e) => add([e, stray]))).toBeGreaterThan(1e-4);
  });
});

describe("what is no gradient is refused with what its Jacobian lacks", () => {
  test.each([
    ["sum(j, W[i,j]*x[j])", "W[i,j] - W[j,i]"],
    ["x[i]*sum(j, x[j])", "x[i] - x[j]"],
    ["relu(x[i])/(1 + sum(j, relu(x[j])))", ""],
    ["softmax(j, x[j])[i]*exp(x[i])", ""],
  ])("%s", (activation, asymmetry) => {
    const message = layerOf(activation);
    expect(message).toMatch(
      /is not shown to be the gradient of a Lagrangian: ∂f\/∂x differs from its transpose by/,
    );
    expect(message).toContain(asymmetry);
  });
});
