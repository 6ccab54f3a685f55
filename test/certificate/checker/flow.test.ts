/** Descent of flows: certificates of every rule that hold, and edits of them that must not. */
import { describe, expect, test } from "vitest";
import { canonicalJson, sha256 } from "../../../src/certificate/checker/index.js";
import { range } from "./certificates.js";
import {
  at,
  components,
  dissipation,
  each,
  force,
  gradient,
  type Json,
  lagrangian,
  linear,
  monotone,
  type Parts,
  POSITIVE,
  product,
  proved,
  rate,
  refuted,
  rotor,
  TWO,
  verdict,
} from "./flows.js";

// ---- certificates that hold -----------------------------------------------------------------------------

/** Energy transformer's ancestor: E = Σ x·g − L − gᵀWg/2 with g = softmax(x). */
const attention: Parts = {
  energy:
    "x*exp(x)/(exp(x)+exp(y)) + y*exp(y)/(exp(x)+exp(y)) - log(exp(x)+exp(y)) - exp(x)*exp(y)/(exp(x)+exp(y))^2",
  states: { x: at("-x + exp(y)/(exp(x)+exp(y))"), y: at("-y + exp(x)/(exp(x)+exp(y))") },
};

const plastic: Parts = {
  indices: TWO,
  symbols: { beta: POSITIVE, h: { over: ["i"] } },
  energy:
    "-sum(i, j, s[i]*J[i,j]*s[j])/2 - sum(i, h[i]*s[i]) + sum(i, s[i]*atanh(s[i]) + log(1 - s[i]^2)/2)/beta + sum(i, j, J[i,j]^2)/4",
  where: ["J[i,j] = J[j,i]", "s[i]^2 < 1"],
  states: {
    s: each("-s[i] + tanh(beta*(sum(j, J[i,j]*s[j]) + h[i]))", "i"),
    J: each("-J[i,j] + s[i]*s[j]", "i", "j"),
  },
};
const FIELD = "beta*(sum(j, J[i,j]*s[j]) + h[i])";
const PLASTIC_GRADIENT = {
  s: "atanh(s[i])/beta - h[i] - sum(j, J[i,j]*s[j])",
  J: "J[i,j]/2 - s[i]*s[j]/2",
};
const PLASTIC_PROOFS = {
  s: product(
    ["1/beta", `(atanh(s[i]) - ${FIELD})*(s[i] - tanh(${FIELD}))`],
    range,
    monotone("tanh(t)", FIELD, "atanh(s[i])"),
  ),
  J: product(["(J[i,j] - s[i]*s[j])^2/2"], range),
};

const clampedFlow: Parts = {
  indices: { i: "N" },
  symbols: { c: { over: ["i"] }, tau: POSITIVE },
  energy: "max(i, x[i]) + sum(i, relu(x[i])^2)",
  where: ["c[i]*(1 - c[i]) = 0"],
  states: { x: { over: ["i"], tau: "tau", clamped: "c[i]" } },
};

const hopfield: Parts = {
  energy: "x*tanh(x) - logcosh(x) + y*tanh(y) - logcosh(y) - tanh(x)*tanh(y)",
  states: { x: at("-x + tanh(y)"), y: at("-y + tanh(x)") },
};

const ACCEPTED: Readonly<Record<string, Json>> = {
  "a gradient flow": proved(clampedFlow, gradient("x")),
  "dissipation over an index": proved(linear, dissipation({ x: "1" })),
  "dissipation by scalars": proved(hopfield, dissipation({ x: "1 - tanh(x)^2", y: "1 - tanh(y)^2" })),
  force: proved(linear, force({ x: "x[i] - sum(j, (W[i,j] + W[j,i])*x[j])/2" }, { x: "1" }) as Json),
  components: proved(plastic, components(PLASTIC_GRADIENT, PLASTIC_PROOFS)),
  lagrangian: proved(attention, lagrangian("log(exp(x)+exp(y))")),
  rate: proved(rotor, rate(product(["2*x^2"], range))),
  "a kink": proved({ energy: "relu(x)", states: { x: at("-x") } }, rate(product(["relu(x)"], range))),
};

describe("accepted", () => {
  test.each(Object.entries(ACCEPTED))("%s", (_, certificate) => {
    expect(verdict(certificate)).toBe("accepted");
  });

  test("a refutation", () => {
    const parts: Parts = { energy: "x^2 + abs(y)", states: { x: at("y"), y: at("-x") } };
    expect(verdict(refuted(parts, { x: "1", y: "2" }))).toBe("accepted");
  });
});

// ---- edits of certificates that hold --------------------------------------------------------------------

/** Texts that are replaced, with a digest that fits; each makes the claim false or takes away what it needs. */
const EDITS: readonly (readonly [keyof typeof ACCEPTED, string, string])[] = [
  ["a gradient flow", "c[i]*(1 - c[i]) = 0", "c[i]*(1 + c[i]) = 0"],
  ["a gradient flow", "c[i]*(1 - c[i]) = 0", "c[i]*(2 - c[i]) = 0"],
  ["a gradient flow", '"lowOpen":true', '"lowOpen":false'],
  ["a gradient flow", "relu(x[i])^2", "step(x[i])"],
  ["a gradient flow", "relu(x[i])^2", "sqrt(relu(x[i]))"],
  ["a gradient flow", "max(i, x[i])", "prod(i, abs(x[i]))"],
  ["dissipation over an index", '"W[i,j] = W[j,i]"', ""],
  ["dissipation over an index", '"W[i,j] = W[j,i]"', '"W[i,i] = W[i,i]"'],
  ["dissipation over an index", '"W[i,j] = W[j,i]"', '"W[i,j] <= W[j,i]"'],
  ["dissipation over an index", '"x":"1"', '"x":"-1"'],
  ["dissipation over an index", "-x[i] + sum", "x[i] + sum"],
  ["dissipation by scalars", "-x + tanh(y)", "-x + 1.0001*tanh(y)"],
  ["dissipation by scalars", "1 - tanh(y)^2", "1 - tanh(x)^2"],
  ["force", "(W[i,j] + W[j,i])", "(W[i,j] - W[j,i])"],
  ["force", '"weights":{"x":"1"}', '"weights":{"x":"-1"}'],
  ["components", "s[i]^2 < 1", "s[i]^2 < 2"],
  ["components", '"s[i]^2 < 1"', '"s[i] < 1"'],
  ["components", "-J[i,j] + s[i]*s[j]", "J[i,j] - s[i]*s[j]"],
  ["components", "-s[i] + tanh", "s[i] - tanh"],
  ["components", "tanh(t)", "-tanh(t)"],
  ["components", "tanh(t)", "sin(t)"],
  ["components", '"J[i,j] = J[j,i]"', '"J[i,j] = J[i,j]"'],
  ["components", '"1/beta"', '"2/beta"'],
  ["components", "J[i,j]/2 - s[i]*s[j]/2", "J[i,j] - s[i]*s[j]"],
  ["lagrangian", '"scale":"1"', '"scale":"-1"'],
  ["lagrangian", '"scale":"1"', '"scale":"2"'],
  ["lagrangian", "-x + exp(y)", "-2*x + exp(y)"],
  ["lagrangian", '"log(exp(x)+exp(y))"', '"-log(exp(x)+exp(y))"'],
  ["lagrangian", '"log(exp(x)+exp(y))"', '"log(exp(x)+exp(y)) + x^2"'],
  ["rate", "-x - y", "x - y"],
  ["rate", '"x^2 + y^2"', '"x^2 + 2*y^2"'],
  ["a kink", '"relu(x)"', '"step(x)"'],
];

/** The edited certificate with the digest of what it now states. */
function edited(certificate: Json, from: string, to: string): Json {
  const before = JSON.stringify(certificate);
  const [a, b] = [JSON.stringify(from).slice(1, -1), JSON.stringify(to).slice(1, -1)];
  const raw = before.includes(from) ? before.replace(from, to) : before.replace(a, b);
  if (raw === before) throw new Error(`nothing to replace: ${from}`);
  const after = JSON.parse(raw) as { statement: Json };
  return { ...after, digest: sha256(canonicalJson(after.statement)) };
}

describe("rejected: edits", () => {
  test.each(EDITS)("%s: %s becomes %s", (name, from, to) => {
    expect(verdict(edited(ACCEPTED[name]!, from, to))).not.toBe("accepted");
  });

  test("a statement that is not the one of the digest", () => {
    for (const certificate of Object.values(ACCEPTED)) {
      const statement = { ...(certificate.statement as Json), name: "another" };
      expect(verdict({ ...certificate, statement })).toBe("the digest is not that of the statement");
    }
  });

  test("a state more or less, a key more, another verdict", () => {
    const certificate = ACCEPTED["dissipation by scalars"]!;
    const proof = certificate.proof as { weights: Json; proofs: Json };
    const { y: _, ...one } = proof.weights;
    for (const change of [
      { weights: one },
      { proofs: { x: range } },
      { weights: { ...proof.weights, z: "0" } },
      { proofs: { ...proof.proofs, z: range } },
      { note: "" },
      { rule: "rates" },
    ])
      expect(verdict({ ...certificate, proof: { ...proof, ...change } })).not.toBe("accepted");
    expect(verdict({ ...certificate, verdict: "refuted" })).not.toBe("accepted");
  });
});
