/** What descent leads to: limits are claimed where theorems give them, and never where a trajectory escapes. */
import { describe, expect, test } from "vitest";
import { verifyTheory } from "../../../src/certificate/index.js";
import { obligation, theoryOf } from "./theories.js";

const network = (lagrangian: string, U: string, more: object = {}, layer: object = {}): object => ({
  indices: { i: "N", j: "N" },
  parameters: { W: { over: ["i", "j"] }, b: { over: ["i"] }, m: { over: ["i"], sign: "positive" }, c: {} },
  layers: { v: { over: ["i"], lagrangian, activation: "g", ...layer } },
  synapses: { U },
  ...more,
});
const W = "-sum(i, j, g[i]*W[i,j]*g[j])/2";
const tanh = "sum(i, logcosh(v[i]))";

const decided = (source: object): string[] => {
  const v = verifyTheory(theoryOf(source));
  return ["bounded-trajectories", "convergence"].map((name) => {
    const o = obligation(v, name);
    return o.method.includes("one equilibrium") ? "one" : o.method.includes("LaSalle") ? "set" : o.verdict;
  });
};

describe("limits of trajectories", () => {
  test.each([
    ["tanh units", network(tanh, W), ["proved", "one"]],
    ["softmax units", network("logsumexp(i, v[i])", W), ["proved", "one"]],
    [
      "relu units with bounded feedback",
      network("sum(i, relu(v[i])^2)/2", "-sum(i, b[i]*g[i])"),
      ["proved", "set"],
    ],
    ["cubic units", network("sum(i, relu(v[i])^3)/3", "-sum(i, b[i]*g[i])"), ["proved", "set"]],
    [
      "linear units with a quartic well",
      network("sum(i, v[i]^2)/2", "sum(i, g[i]^4)/4 - sum(i, b[i]*g[i])"),
      ["proved", "one"],
    ],
    ["linear units that may blow up", network("sum(i, v[i]^2)/2", W), ["undecided", "undecided"]],
    ["units that jump", network("sum(i, abs(v[i]))", W), ["proved", "undecided"]],
    ["a mobility", network(tanh, W, {}, { mobility: "m[i]" }), ["proved", "undecided"]],
    ["unequal time constants", network(tanh, W, {}, { tau: "m[i]" }), ["proved", "undecided"]],
    ["a time constant of no known sign", network(tanh, W, {}, { tau: "c" }), ["undecided", "undecided"]],
    [
      "an asymmetric force",
      network(tanh, W, { forces: { v: "sum(j, W[i,j]*g[j])" } }),
      ["proved", "undecided"],
    ],
  ])("of %s", (_, source, expected) => {
    expect(decided(source)).toEqual(expected);
  });

  test("energy that falls towards 0 while the state runs away is not called convergence", () => {
    // L = v²/2, U = −g²/2 + exp(−g): E = exp(−v), dv/dt = exp(−v), v → ∞ (theory section 2, item 3).
    const escaping = {
      layers: { v: { lagrangian: "v^2/2", activation: "g" } },
      synapses: { U: "-g^2/2 + exp(-g)" },
    };
    const v = verifyTheory(theoryOf(escaping));
    expect(v.verdict).toBe("proved");
    expect(decided(escaping)).toEqual(["undecided", "undecided"]);
  });

  test("energy that stays constant while dead units move is not called convergence either", () => {
    const method = obligation(
      verifyTheory(theoryOf(network("sum(i, relu(v[i])^2)/2", "-sum(i, b[i]*g[i])"))),
      "convergence",
    ).method;
    expect(method).toContain("the set of equilibria");
  });
});
