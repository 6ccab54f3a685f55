/** The reverse problem: forces and dynamics without an energy get one that descends, or values that rule it out. */
import { describe, expect, test } from "vitest";
import { checkCertificate, verifyTheory } from "../../../src/certificate/index.js";
import { asymmetricPair, potentialOfField } from "../../../src/certificate/obligations/field.js";
import { reversalOf } from "../../../src/certificate/obligations/reverse.js";
import { energyOfDynamics } from "../../../src/certificate/obligations/state-energy.js";
import type { Theory } from "../../../src/derivation/index.js";
import { mul, num, symbolsOf, tensor, tensorSymbol, unary } from "../../../src/index-notation/index.js";
import { type Nested, obligation, scalars, theoryOf, valueOn } from "./theories.js";

const symmetric = { domain: ["W[i,j] = W[j,i]"] };

const network = (force: string, more: object = {}): object => ({
  indices: { i: "N", j: "N", mu: "M", nu: "M" },
  parameters: {
    W: { over: ["i", "j"] },
    Xi: { over: ["mu", "i"] },
    d: { over: ["i"], sign: "positive" },
    b: { over: ["i"] },
  },
  layers: { v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g" } },
  forces: { v: force },
  ...more,
});
const softmax = { layers: { v: { over: ["i"], lagrangian: "logsumexp(i, v[i])", activation: "g" } } };
const bam = (forward: string, backward: string): object => ({
  indices: { i: "N", j: "M" },
  parameters: { W: { over: ["i", "j"] }, B: { over: ["i", "j"] } },
  layers: {
    v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g" },
    h: { over: ["j"], lagrangian: "sum(j, softplus(h[j]))", activation: "f" },
  },
  forces: { v: forward, h: backward },
});

const FOUND: readonly (readonly [string, object])[] = [
  ["-sum(i, b[i]*g[i]) - sum(i, j, g[i]*W[i,j]*g[j])/2", network("sum(j, W[i,j]*g[j]) + b[i]", symmetric)],
  ["-sum(mu, logcosh(sum(i, Xi[mu,i]*g[i])))", network("sum(mu, Xi[mu,i]*tanh(sum(j, Xi[mu,j]*g[j])))")],
  ["logsumexp(mu", network("sum(mu, Xi[mu,i]*softmax(nu, sum(j, Xi[nu,j]*g[j]))[mu])")],
  ["-sum(i, g[i]^4)/4", network("g[i]^3")],
  ["integral(s, 0, 1", network("sum(mu, Xi[mu,i]*exp(-sum(j, Xi[mu,j]*g[j])^2))")],
  ["the activations are g[i]/d[i]", network("sum(j, d[i]*W[i,j]*g[j])", symmetric)],
  ["the activations are d[i]*g[i]", network("sum(j, W[i,j]*d[j]*g[j])", symmetric)],
  ["-sum(j, i, g[i]*W[i,j]*f[j])", bam("sum(j, W[i,j]*f[j])", "sum(i, W[i,j]*g[i])")],
  ["the activations are g[i]/2", bam("2*sum(j, W[i,j]*f[j])", "sum(i, W[i,j]*g[i])")],
  ["-2*g_x*g_y", scalars(["x", "y"], { dynamics: { x: "-x + 2*tanh(y)", y: "-y + 2*tanh(x)" } })],
  ["divided unit by unit", scalars(["x", "y"], { dynamics: { x: "-x + 2*tanh(y)", y: "-y + 3*tanh(x)" } })],
  ["E = x^2/2 + y^4/4 - x*y^2", scalars(["x", "y"], { dynamics: { x: "-x + y^2", y: "2*x*y - y^3" } })],
  [
    "divided by a positive factor",
    scalars(["x", "y"], { dynamics: { x: "(1 + x^2)*(-x + y)", y: "x - y^3" } }),
  ],
];

const foundBy = (theory: Theory): Theory | undefined => {
  const r = theory.kind === "layered" ? reversalOf(theory) : energyOfDynamics(theory);
  return r?.kind === "found" ? r.theory : undefined;
};

/** Values of every symbol of a theory at two units a dimension. */
function valuesOf(theory: Theory, seed: number): Record<string, Nested> {
  let state = seed;
  const entry = (): string => `${((state = (state * 7919 + 17) % 10007) % 13) - 4}/5`;
  const nested = (rank: number): Nested => (rank === 0 ? entry() : [nested(rank - 1), nested(rank - 1)]);
  const rates = [...theory.full.motions.values()].flatMap((m) => [...symbolsOf(m.rate)]);
  const values = Object.fromEntries([...new Set(rates)].map((s) => [s.name, nested(s.dims.length)]));
  if (values.d !== undefined) values.d = ["3/2", "1/3"];
  if (theory.model.domain.length > 0)
    values.W = [
      ["1", "2/3"],
      ["2/3", "-1/2"],
    ];
  return values;
}

const SIZES = { N: 2, M: 2 };

describe("a potential is found", () => {
  test.each(FOUND)("%s", (text, source) => {
    const v = verifyTheory(theoryOf(source));
    expect(obligation(v, "potential").verdict).toBe("proved");
    expect(obligation(v, "potential").method).toContain(text);
    expect(v.energy).toBeDefined();
  });

  test.each(FOUND)("and its motion is the declared one: %s", (text, source) => {
    const declared = theoryOf(source);
    const found = foundBy(declared)!;
    // A quadrature is slow to evaluate exactly: once is enough.
    const isQuadrature = text.startsWith("integral");
    for (const seed of isQuadrature ? [1] : [1, 2, 3]) {
      const values = valuesOf(declared, seed);
      for (const [name, m] of declared.full.motions) {
        const other = found.full.motions.get(name)!;
        for (const k of m.over.length === 0 || isQuadrature ? [0] : [0, 1]) {
          const rate = valueOn(m.rate, SIZES, values, {}, 0, m.over, k);
          expect(valueOn(other.rate, SIZES, values, {}, 0, other.over, k)).toBeCloseTo(rate, 9);
        }
      }
    }
  });

  test("and the energy falls along it, with a certificate", () => {
    for (const [, source] of FOUND.filter(([, s]) => "layers" in s)) {
      const v = verifyTheory(theoryOf(source));
      expect(v.verdict).toBe("proved");
      expect(checkCertificate(v.certificate)).toEqual({ accepted: true });
    }
  });
});

const NONE: readonly (readonly [string, object])[] = [
  ["a coupling of no symmetry", network("sum(j, W[i,j]*g[j])")],
  ["a coupling that no diagonal repairs", network("sum(j, d[i]*W[i,j]*g[j])")],
  ["two couplings", bam("sum(j, W[i,j]*f[j])", "sum(i, B[i,j]*g[i])")],
  ["a rotation", scalars(["x", "y"], { dynamics: { x: "-x + 2*tanh(y)", y: "-y - 3*tanh(x)" } })],
  ["a damped pendulum", scalars(["x", "y"], { dynamics: { x: "y", y: "-sin(x) - y" } })],
  [
    "Oja's rule",
    {
      indices: { i: "N", j: "N", k: "N" },
      parameters: { W: { over: ["i", "j"] } },
      state: { w: { over: ["i"] } },
      dynamics: { w: "sum(j, W[i,j]*w[j]) - w[i]*sum(j, k, w[j]*W[j,k]*w[k])" },
      ...symmetric,
    },
  ],
];

describe("no potential", () => {
  test.each(NONE)("for %s: values are given, and nothing is claimed to descend", (_, source) => {
    const v = verifyTheory(theoryOf(source));
    expect(obligation(v, "potential").verdict).toBe("refuted");
    expect(obligation(v, "potential").counterexample).toBeDefined();
    expect(v.verdict).toBe("undecided");
    expect([v.energy, v.dEdt, v.certificate]).toEqual([undefined, undefined, undefined]);
  });

  test("asymmetry that the Hessian annihilates refutes nothing", () => {
    const v = verifyTheory(theoryOf(network("b[i]*sum(j, g[j])", softmax)));
    expect(obligation(v, "potential").verdict).toBe("undecided");
    const seen = verifyTheory(theoryOf(network("b[i]*sum(j, g[j])")));
    expect(obligation(seen, "potential").verdict).toBe("refuted");
  });

  test("a softmax layer is not rescaled unit by unit", () => {
    const v = verifyTheory(theoryOf(network("sum(j, d[i]*W[i,j]*g[j])", { ...softmax, ...symmetric })));
    expect(obligation(v, "potential").verdict).not.toBe("proved");
  });

  test("a scale that may be negative is not used", () => {
    const v = verifyTheory(theoryOf(network("sum(j, b[i]*W[i,j]*g[j])", symmetric)));
    expect(obligation(v, "potential").verdict).toBe("refuted");
  });
});

test("a field that is no gradient has no potential, however smooth", () => {
  const [x, y] = ["x", "y"].map((name) => tensorSymbol({ name, role: "state" })) as [never, never];
  const part = (symbol: never, value: ReturnType<typeof num | typeof mul>) => ({ symbol, over: [], value });
  const curl = [part(x, mul([num(-1), tensor(y)])), part(y, tensor(x))];
  expect(asymmetricPair(curl)).toBeDefined();
  expect(potentialOfField(curl)).toBeUndefined();
  const bent = [part(x, unary("exp", tensor(y))), part(y, unary("exp", tensor(x)))];
  expect(potentialOfField(bent)).toBeUndefined();
});
