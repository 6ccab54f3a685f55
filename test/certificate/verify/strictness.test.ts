/** Flat directions are named exactly: softmax gauge, layernorm mean, scale of a norm, dead and saturated units. */
import { describe, expect, test } from "vitest";
import { verifyTheory } from "../../../src/certificate/index.js";
import { deadIntervals } from "../../../src/certificate/obligations/dead-units.js";
import type { LayeredTheory } from "../../../src/derivation/index.js";
import { num, renameIndices } from "../../../src/index-notation/index.js";
import { obligation, theoryOf, valueOn } from "./theories.js";

const layer = (generator: object): object => ({
  indices: { i: "N", j: "N" },
  parameters: { b: { over: ["i"] }, th: {}, eps: { sign: "positive" } },
  layers: { v: { over: ["i"], ...generator } },
  synapses: { U: "-sum(i, b[i]*g[i])" },
});
const of = (lagrangian: string): object => layer({ lagrangian, activation: "g" });
const flatOf = (source: object): string[] =>
  (obligation(verifyTheory(theoryOf(source)), "strictness").flatDirections ?? []).map((f) => f.direction);

const clipped = layer({ activation: { name: "g", function: "min(max(v[i], 0), 1)" } });

describe("flat directions", () => {
  test.each([
    ["the softmax gauge", of("logsumexp(i, v[i])"), ["1"]],
    ["the layernorm mean", of("sqrt(sum(i, (v[i] - sum(j, v[j])/N)^2) + eps)"), ["1"]],
    ["layernorm without epsilon", of("sqrt(sum(i, (v[i] - sum(j, v[j])/N)^2))"), ["1", "v"]],
    ["the scale of a norm", of("sqrt(sum(i, v[i]^2))"), ["v"]],
    ["a norm with epsilon", of("sqrt(sum(i, v[i]^2) + eps)"), []],
    [
      "softmax and layernorm together",
      of("logsumexp(i, v[i]) + sqrt(sum(i, (v[i] - sum(j, v[j])/N)^2) + 1)"),
      ["1"],
    ],
    ["relu units", of("sum(i, relu(v[i])^2)/2"), ["every unit of v below 0"]],
    [
      "thresholds of two relus",
      of("sum(i, relu(v[i])^2)/2 + sum(i, relu(v[i] + 2)^2)"),
      ["every unit of v below -2"],
    ],
    [
      "a threshold of no known value",
      of("sum(i, relu(v[i] - th)^3)"),
      ["every unit of v below its threshold"],
    ],
    ["a mirrored threshold", of("sum(i, relu(th - v[i])^3)"), ["every unit of v above its threshold"]],
    [
      "a ramp",
      of("sum(i, relu(v[i])^2 - relu(v[i] - 1)^2)/2"),
      ["every unit of v below 0", "every unit of v above 1"],
    ],
    ["clipped units", clipped, ["every unit of v below 0", "every unit of v above 1"]],
    ["a dead zone", of("sum(i, relu(v[i] - 1)^2 + relu(-1 - v[i])^2)"), ["every unit of v between -1 and 1"]],
    ["relu beside linear units", of("sum(i, v[i]^2/2 + relu(v[i])^2)"), []],
    ["softmax beside linear units", of("logsumexp(i, v[i]) + sum(i, v[i]^2)/2"), []],
    ["tanh units", of("sum(i, logcosh(v[i]))"), []],
  ])("of %s", (_, source, directions) => {
    expect(flatOf(source)).toEqual(directions);
  });

  test("a dead interval is one: the diagonal is 0 on it and not beside it", () => {
    const theory = theoryOf(of("sum(i, relu(v[i] - 1)^2 + relu(-1 - v[i])^2)")) as LayeredTheory;
    const l = theory.layers.get("v")!;
    const diagonal = renameIndices(l.hessian.expr, l.hessian.over.slice(1), l.layer.over);
    expect(deadIntervals(diagonal, l.layer.state, l.layer.over)).toEqual(["between -1 and 1"]);
    const at = (x: string): number => valueOn(diagonal, { N: 1 }, { v: [x] }, {}, 0, l.layer.over);
    expect(["-2", "-1/2", "1/2", "2"].map((x) => at(x) === 0)).toEqual([false, true, true, false]);
    expect(deadIntervals(num(1), l.layer.state, l.layer.over)).toEqual([]);
  });
});
