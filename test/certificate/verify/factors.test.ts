/** Time constants and mobilities of layers whose Hessian is not diagonal: proved on blocks, refuted by a direction. */
import { describe, expect, test } from "vitest";
import { type Counterexample, verifyTheory } from "../../../src/certificate/index.js";
import { catalogTheory, theoryOf } from "../../cases/networks.js";

type Source = Parameters<typeof theoryOf>[1];

const layer = (over: readonly string[], lagrangian: string, more: object): Source => ({
  indices: { a: "A", b: "A", i: "N", j: "N" },
  parameters: {
    W: { over },
    T: { over: ["i"], sign: "positive" },
    S: { over: ["a"], sign: "positive" },
    eps: { sign: "positive" },
  },
  layers: { v: { over, lagrangian, activation: "g", ...more } },
  synapses: { W: over.length === 1 ? "-sum(i, W[i]*g[i])" : "-sum(a, i, W[a,i]*g[a,i])" },
});

const obligation = (source: Source, name: string) =>
  verifyTheory(theoryOf("factors", source)).obligations.find((o) => o.name === name)!;

const SOFTMAX = "logsumexp(i, v[i])";
const NORM = "sqrt(sum(i, v[i]^2) + eps)";
const BLOCKS = "sum(a, logsumexp(i, v[a,i]))";

const numbers = (nested: unknown): number[] =>
  Array.isArray(nested) ? nested.flatMap(numbers) : [fraction(nested as string)];
function fraction(text: string): number {
  const [n, d = "1"] = text.split("/");
  return Number(n) / Number(d);
}

/** yᵀ D (diag(p) − ppᵀ) y for one softmax, from its definition. */
function softmaxForm(w: Counterexample, factor: readonly number[]): number {
  const [v, y] = [numbers(w.values.v), numbers(w.direction!.v)];
  const total = v.reduce((s, x) => s + Math.exp(x), 0);
  const p = v.map((x) => Math.exp(x) / total);
  const mean = p.reduce((s, x, k) => s + x * y[k]!, 0);
  return p.reduce((s, x, k) => s + y[k]! * factor[k]! * x * (y[k]! - mean), 0);
}

describe("time constants", () => {
  test("unequal in one softmax are refuted by a direction that the definition confirms", () => {
    const o = obligation(layer(["i"], SOFTMAX, { tau: "T[i]" }), "time-constants:v");
    expect(o.verdict).toBe("refuted");
    const value = softmaxForm(o.counterexample!, numbers(o.counterexample!.values.T));
    expect(value).toBeLessThan(-1e-3);
    expect(Number(o.counterexample!.value)).toBeCloseTo(value, 5);
  });

  test("the direction is none where the time constants are made equal", () => {
    const o = obligation(layer(["i"], SOFTMAX, { tau: "T[i]" }), "time-constants:v");
    expect(
      softmaxForm(
        o.counterexample!,
        numbers(o.counterexample!.values.T).map(() => 1),
      ),
    ).toBeGreaterThanOrEqual(0);
  });

  test.each([
    ["a norm", layer(["i"], NORM, { tau: "T[i]" }), "refuted"],
    ["softmax over i, τ over a", layer(["a", "i"], BLOCKS, { tau: "S[a]" }), "proved"],
    ["softmax over i, τ over i", layer(["a", "i"], BLOCKS, { tau: "T[i]" }), "refuted"],
    ["softmax over i, τ over both", layer(["a", "i"], BLOCKS, { tau: "S[a]*T[i]" }), "refuted"],
    ["a softmax and one number", layer(["i"], SOFTMAX, { tau: "eps" }), "proved"],
    ["a separable layer", layer(["i"], "sum(i, logcosh(v[i]))", { tau: "T[i]" }), "proved"],
  ] as const)("%s", (_, source, verdict) =>
    expect(obligation(source, "time-constants:v").verdict).toBe(verdict),
  );

  test("two of five units in one log(exp + exp)", () => {
    const o = verifyTheory(catalogTheory("general")).obligations.find((x) => x.name === "time-constants:x")!;
    expect(o.verdict).toBe("refuted");
    const tau = numbers(o.counterexample!.values.tau);
    expect(tau[3]).not.toBe(tau[4]);
  });
});

describe("mobilities", () => {
  test.each([
    ["of each unit in a softmax", layer(["i"], SOFTMAX, { mobility: "T[i]" }), "refuted"],
    ["of each unit in a norm", layer(["i"], NORM, { mobility: "v[i]^2" }), "refuted"],
    ["of each block", layer(["a", "i"], BLOCKS, { mobility: "S[a]" }), "proved"],
    ["of each block and unit", layer(["a", "i"], BLOCKS, { mobility: "S[a]*T[i]" }), "refuted"],
    ["one number of the whole state", layer(["i"], SOFTMAX, { mobility: "sum(i, v[i]^2)" }), "proved"],
    ["clamped units of a softmax", layer(["i"], SOFTMAX, { clamped: "step(W[i])" }), "refuted"],
    [
      "clamped units of a separable layer",
      layer(["i"], "sum(i, v[i]^2)/2", { clamped: "step(W[i])" }),
      "proved",
    ],
  ] as const)("%s", (_, source, verdict) => expect(obligation(source, "mobility:v").verdict).toBe(verdict));

  test("a witness clamps with 0 and 1 only", () => {
    const o = obligation(layer(["i"], SOFTMAX, { clamped: "W[i]" }), "mobility:v");
    expect(o.verdict).toBe("refuted");
    for (const w of numbers(o.counterexample!.values.W)) expect([0, 1]).toContain(w);
  });

  test("softmaxes in the rows of a memory matrix, mobility per row and per entry", () => {
    const memories = (mobility: string): Source => ({
      indices: { mu: "K", i: "N" },
      parameters: { m: { over: ["mu", "i"], sign: "nonnegative" }, r: { over: ["mu"], sign: "nonnegative" } },
      layers: {
        Xi: {
          over: ["mu", "i"],
          lagrangian: "sum(mu, sqrt(sum(i, Xi[mu,i]^2) + 1))",
          activation: "X",
          mobility,
        },
      },
      synapses: { X: "-sum(mu, i, X[mu,i])" },
    });
    expect(obligation(memories("r[mu]"), "mobility:Xi").verdict).toBe("proved");
    expect(obligation(memories("m[mu,i]"), "mobility:Xi").verdict).toBe("refuted");
  });
});

test("a draw keeps every declared bound", () => {
  const source = layer(["i"], SOFTMAX, { tau: "T[i]" });
  const bounded: Source = { ...source, domain: ["W[i] < 0", "T[i] <= 1/2"] };
  const o = obligation(bounded, "time-constants:v");
  expect(o.verdict).toBe("refuted");
  for (const t of numbers(o.counterexample!.values.T)) {
    expect(t).toBeGreaterThan(0);
    expect(t).toBeLessThanOrEqual(0.5);
  }
  for (const w of numbers(o.counterexample!.values.W)) expect(w).toBeLessThan(0);
});
