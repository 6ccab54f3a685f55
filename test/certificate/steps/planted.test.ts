/** A certificate of steps with one thing changed comes in; the checker must reject it. The digest is made anew each time. */
import { describe, expect, test } from "vitest";
import {
  canonicalJson,
  type StepCertificate,
  type StepStatement,
  sha256,
} from "../../../src/certificate/checker/index.js";
import { checkCertificate, type STEP_METHODS, verifySteps } from "../../../src/certificate/index.js";
import { theoryOf } from "../../cases/networks.js";

const theory = theoryOf("planted", {
  indices: { i: "N", mu: "K", nu: "K" },
  parameters: { Xi: { over: ["mu", "i"] }, a: { sign: "positive" } },
  inputs: { I: { over: ["i"] } },
  layers: {
    v: { over: ["i"], lagrangian: "sum(i, softplus(v[i]))", activation: "g", tau: 2 },
    h: { over: ["mu"], lagrangian: "logsumexp(mu, h[mu])", activation: "f", tau: "a" },
  },
  synapses: { Xi: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])", I: "-sum(i, I[i]*g[i])" },
  fast: ["h"],
});

const proved = (method: (typeof STEP_METHODS)[number]): StepCertificate =>
  verifySteps(theory, method !== "one-sided", [method])[0]!.certificate!;

type Layers = StepStatement["layers"];

function changed(
  c: StepCertificate,
  change: Partial<StepStatement>,
  more: Partial<StepCertificate> = {},
): unknown {
  const statement = { ...c.statement, ...change };
  return { ...c, statement, digest: sha256(canonicalJson(statement)), ...more };
}

const layer = (
  c: StepCertificate,
  name: string,
  change: Partial<Layers[string]>,
): Partial<StepStatement> => ({
  layers: { ...c.statement.layers, [name]: { ...c.statement.layers[name]!, ...change } },
});

const symbol = (c: StepCertificate, name: string, change: object): Partial<StepStatement> => {
  const { declarations } = c.statement;
  const symbols = { ...declarations.symbols, [name]: { ...declarations.symbols[name]!, ...change } };
  return { declarations: { ...declarations, symbols } };
};

const reason = (certificate: unknown): string => {
  const answer = checkCertificate(certificate);
  return answer.accepted ? "ACCEPTED" : answer.reason;
};

const [alternating, oneSided, discrete] = [
  proved("alternating"),
  proved("one-sided"),
  proved("discrete-gradient"),
];

test("the certificates are accepted as they are", () => {
  for (const c of [alternating, oneSided, discrete]) expect(reason(c)).toBe("ACCEPTED");
  expect(reason(changed(alternating, {}))).toBe("ACCEPTED");
});

describe("rejected:", () => {
  test.each<[string, unknown, RegExp]>([
    ["another digest", { ...alternating, digest: "0".repeat(64) }, /digest/],
    [
      "a potential that is not affine",
      changed(alternating, { potential: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i]^2)" }),
      /affine in g/,
    ],
    ["a potential of pairs", changed(alternating, { potential: "-sum(mu, nu, f[mu]*f[nu])" }), /affine in f/],
    ["a potential of a state", changed(alternating, { potential: "-sum(i, v[i]*g[i])" }), /depends on v/],
    ["a potential with a kink", changed(discrete, { potential: "-sum(i, abs(g[i]))" }), /differentiable/],
    ["a potential with a free index", changed(discrete, { potential: "-I[i]*g[i]" }), /free/],
    ["a potential of an unknown name", changed(discrete, { potential: "-sum(i, q[i])" }), /q/],
    ["a mobility", changed(alternating, layer(alternating, "v", { mobility: "1" })), /mobility/],
    ["a negative mobility", changed(discrete, layer(discrete, "v", { mobility: "-1" })), /nonnegative/],
    [
      "a mobility that varies in a softmax",
      changed(discrete, layer(discrete, "h", { mobility: "exp(h[mu])" })),
      /Hessian is not diagonal/,
    ],
    [
      "a time constant of a state",
      changed(alternating, layer(alternating, "v", { tau: "1 + sum(mu, h[mu]^2)" })),
      /depends on h/,
    ],
    [
      "a time constant of an activation",
      changed(oneSided, layer(oneSided, "v", { tau: "1 + sum(i, g[i]^2)" })),
      /depends on g/,
    ],
    [
      "a time constant that may be negative",
      changed(discrete, layer(discrete, "v", { tau: "sum(i, I[i])" })),
      /positive/,
    ],
    [
      "two time constants in a softmax",
      changed(alternating, layer(alternating, "h", { tau: "1 + mu" })),
      /diagonal/,
    ],
    ["a force", changed(discrete, layer(discrete, "v", { forced: true })), /force/],
    [
      "a Lagrangian that is not convex",
      changed(discrete, layer(discrete, "v", { lagrangian: "-sum(i, v[i]^2)" })),
      /layer v/,
    ],
    [
      "a Lagrangian of two layers",
      changed(discrete, layer(discrete, "v", { lagrangian: "sum(i, softplus(v[i])) + sum(mu, h[mu])" })),
      /depends on h/,
    ],
    [
      "no proof of convexity",
      changed(discrete, {}, { convexity: { v: { rule: "composition" } } }),
      /no proof/,
    ],
    [
      "a proof for a layer that is none",
      changed(discrete, {}, { convexity: { ...discrete.convexity, w: { rule: "composition" } } }),
      /not a layer/,
    ],
    [
      "one activation for two layers",
      changed(discrete, layer(discrete, "h", { activation: "g" })),
      /something else|indices/,
    ],
    ["a state as activation", changed(discrete, layer(discrete, "v", { activation: "v" })), /something else/],
    [
      "a parameter as activation",
      changed(discrete, layer(discrete, "v", { activation: "I" })),
      /something else/,
    ],
    [
      "an activation that is not declared",
      changed(discrete, layer(discrete, "v", { activation: "q" })),
      /not declared/,
    ],
    ["bounds that the activation leaves", changed(discrete, symbol(discrete, "g", { low: "1/2" })), /bounds/],
    [
      "an activation that is an integer",
      changed(discrete, symbol(discrete, "g", { integer: true })),
      /integer|bounds/,
    ],
    ["bounds of a state", changed(discrete, symbol(discrete, "v", { low: "0" })), /bounds/],
    ["a convex potential", changed(oneSided, { potential: "sum(i, g[i]^2)" }), /convex|composition/],
    ["no proof of concavity", changed(oneSided, {}, { concavity: undefined as never }), /plain JSON|concave/],
    [
      "a proof of concavity that no rule needs",
      changed(alternating, {}, { concavity: { rule: "composition" } }),
      /no rule needs/,
    ],
    ["an unknown method", changed(alternating, { method: "euler" as never }), /unknown method/],
    ["an unknown key", { ...alternating, note: "trust me" }, /unknown key/],
    ["a refutation", { ...alternating, verdict: "refuted" }, /proves/],
    ["no layers", changed(discrete, { layers: {} }, { convexity: {} }), /no layers/],
  ])("%s", (_, certificate, expected) => {
    expect(reason(certificate)).toMatch(expected);
  });

  test("the method of one certificate on the model of another", () => {
    // U is bilinear in the full network: not concave. It is not affine in the reduced one.
    expect(
      reason(changed(alternating, { method: "one-sided" }, { concavity: { rule: "composition" } })),
    ).toMatch(/composition/);
    const { concavity: _, ...rest } = oneSided;
    expect(reason(changed(rest, { method: "alternating" }))).toMatch(/affine/);
  });

  test("bounds that are true are accepted", () => {
    expect(reason(changed(discrete, symbol(discrete, "g", { low: "0", high: "1" })))).toBe("ACCEPTED");
  });
});
