/** Model certificates: the hypotheses of descent, one by one. */
import { describe, expect, test } from "vitest";
import { canonicalJson, checkCertificate, FORMAT, sha256 } from "../../../src/certificate/checker/index.js";
import { composition, reasonOf, separable } from "./certificates.js";

const layers: Record<string, Record<string, unknown>> = {
  v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", tau: "1", forced: false },
  h: { over: ["mu"], lagrangian: "logsumexp(mu, beta*h[mu])/beta", tau: "tau_h", forced: false },
};

const symbols: Record<string, Record<string, unknown>> = {
  v: { over: ["i"] },
  h: { over: ["mu"] },
  beta: { over: [], low: "0", lowOpen: true },
  n: { over: [], low: "1", lowOpen: true },
  tau_h: { over: [], low: "0", lowOpen: true },
  tau_i: { over: ["i"], low: "0", lowOpen: true },
  tau_mu: { over: ["mu"], low: "0", lowOpen: true },
  tau_0: { over: [], low: "0" },
  m: { over: ["i"], low: "0" },
  s: { over: ["i"] },
  seen: { over: ["i"], low: "0", high: "1" },
  eps: { over: [], low: "0", lowOpen: true },
  u: { over: ["i"] },
  level: { over: [], low: "0" },
  g: { over: ["i"] },
  fast: { over: ["mu"] },
};

/** `u` and `level` are inputs; `g` is the activation of `v`, `fast` the state of a layer that the limit has removed. */
const INPUTS = ["u", "level"];
const MOVING = ["v", "h", "g", "fast"];

interface Change {
  readonly v?: Record<string, unknown>;
  readonly h?: Record<string, unknown>;
  readonly symbols?: Record<string, Record<string, unknown>>;
  readonly convexity?: Record<string, unknown>;
  readonly parameters?: readonly string[];
  readonly inputs?: readonly string[];
}

const PARAMETERS = Object.keys(symbols).filter((name) => ![...INPUTS, ...MOVING].includes(name));

function model(change: Change = {}): Record<string, unknown> {
  const statement = {
    name: "a model",
    declarations: {
      indices: { i: "N_v", j: "N_v", mu: "N_h", nu: "N_h" },
      symbols: { ...symbols, ...change.symbols },
    },
    parameters: change.parameters ?? PARAMETERS,
    inputs: change.inputs ?? INPUTS,
    layers: { v: { ...layers.v, ...change.v }, h: { ...layers.h, ...change.h } },
  };
  const convexity = change.convexity ?? { v: composition, h: composition };
  const digest = sha256(canonicalJson(statement));
  return { format: FORMAT, subject: "model", digest, statement, verdict: "proved", convexity };
}

const lagrangian = (text: string): Change => ({ v: { lagrangian: text } });

const ACCEPTED: readonly (readonly [string, Change])[] = [
  ["the base", {}],
  ["a separable proof", { convexity: { v: separable(composition), h: composition } }],
  ["different time constants in a separable layer", { v: { tau: "tau_i[i]" } }],
  ["a mobility in a separable layer", { v: { mobility: "m[i]" } }],
  ["a mobility for the whole of a collective layer", { h: { mobility: "beta^2" } }],
  ["a softmax as mobility of a separable layer", { v: { mobility: "softmax(j, v[j])[i]" } }],
  ["clamped components", { v: { clamped: "seen[i]" } }],
  ["rectified powers", lagrangian("sum(i, relu(v[i])^n)/n")],
  ["a norm with eps", lagrangian("sqrt(sum(i, v[i]^2) + eps)")],
  ["a time constant that varies with the state", { v: { tau: "1 + exp(v[i])" } }],
  ["a time constant and a mobility of activations", { v: { tau: "1 + g[i]^2", mobility: "exp(g[i])" } }],
  ["a mobility of another layer's state and an input", { v: { mobility: "level*sum(mu, fast[mu]^2)" } }],
  ["a Lagrangian with an integral", lagrangian("sum(i, integral(t, 0, v[i], t))")],
];

const REJECTED: readonly (readonly [string, Change])[] = [
  ["a Lagrangian that is not convex", lagrangian("sum(i, v[i]^3)")],
  ["unequal time constants in a softmax layer", { h: { tau: "tau_mu[mu]" } }],
  ["a time constant that may be 0", { v: { tau: "tau_0" } }],
  ["a negative time constant", { v: { tau: "-1" } }],
  ["a mobility that may be negative", { v: { mobility: "s[i]" } }],
  ["a mobility that varies in a softmax layer", { h: { mobility: "softmax(nu, h[nu])[mu]" } }],
  ["a clamp beyond 0 and 1", { v: { clamped: "m[i]" } }],
  ["clamped components of a collective layer", { h: { clamped: "1" } }],
  ["a force", { v: { forced: true } }],
  ["another state in a Lagrangian", lagrangian("sum(i, v[i]^2) + sum(mu, h[mu]^2)")],
  ["a free index in a Lagrangian", lagrangian("v[i]^2")],
  ["a Lagrangian with a kink", lagrangian("sum(i, relu(v[i]))")],
  ["a norm that is not differentiable at 0", lagrangian("sqrt(sum(i, v[i]^2))")],
  ["an index of another layer in tau", { v: { tau: "tau_mu[mu]" } }],
  ["a state with bounds", { symbols: { v: { over: ["i"], low: "0" } } }],
  ["a state of integers", { symbols: { v: { over: ["i"], integer: true } } }],
  ["a state over other indices", { symbols: { v: { over: ["mu"] } } }],
  ["a proof that is missing", { convexity: { v: composition } }],
  ["a proof too many", { convexity: { v: composition, h: composition, w: composition } }],
  ["a prototype name as a proof", { convexity: { v: composition, constructor: composition } }],
  ["proofs that are exchanged", { convexity: { v: separable(composition, composition), h: composition } }],
  ["an undefined time constant", { v: { tau: "log(beta - beta)" } }],
];

/** As constants, each of these would keep the Lagrangian convex: what moves must not pass for a constant. */
const MOVED: readonly (readonly [string, Change, RegExp])[] = [
  [
    "an activation in a Lagrangian",
    lagrangian("sum(i, exp(g[i])*v[i]^2)"),
    /depends on g, which is no param/,
  ],
  ["a fast layer's state", lagrangian("sum(i, v[i]^2) + sum(mu, fast[mu])"), /depends on fast/],
  ["an input in a Lagrangian", lagrangian("sum(i, v[i]^2 + u[i]*v[i])"), /depends on u/],
  ["a state as a parameter", { parameters: [...PARAMETERS, "v"] }, /v is the state of a layer/],
  ["a state as an input", { inputs: [...INPUTS, "h"] }, /h is the state of a layer/],
  ["a parameter that is an input too", { parameters: [...PARAMETERS, "u"] }, /listed twice/],
  ["a parameter that is not declared", { parameters: [...PARAMETERS, "W"] }, /W is listed but not declared/],
  [
    "a mobility that rests on bounds of an activation",
    { v: { mobility: "g[i]" }, symbols: { g: { over: ["i"], low: "0" } } },
    /g has declared bounds/,
  ],
  ["an activation of integers", { symbols: { g: { over: ["i"], integer: true } } }, /g has declared bounds/],
];

describe("models", () => {
  test.each(ACCEPTED)("accepted: %s", (_, change) => {
    expect(reasonOf(checkCertificate(model(change)))).toBe("accepted");
  });
  test.each(REJECTED)("rejected: %s", (_, change) => {
    expect(checkCertificate(model(change)).accepted).toBe(false);
  });
  test.each(MOVED)("rejected: %s", (_, change, reason) => {
    expect(reasonOf(checkCertificate(model(change)))).toMatch(reason);
  });
  test("the same with what moves called a parameter is a statement about another model, and accepted", () => {
    const change = lagrangian("sum(i, exp(g[i])*v[i]^2)");
    const parameters = [...PARAMETERS, "g"];
    expect(reasonOf(checkCertificate(model({ ...change, parameters })))).toBe("accepted");
  });
  test("rejected: a digest of another statement", () => {
    const one = model();
    const other = model({ v: { tau: "2" } });
    expect(reasonOf(checkCertificate({ ...one, digest: other.digest }))).toMatch(/digest/);
    expect(checkCertificate({ ...one, statement: other.statement }).accepted).toBe(false);
  });
  test("rejected: no layers", () => {
    const { statement, ...rest } = model() as { statement: object };
    const empty = { ...statement, layers: {} };
    const value = { ...rest, statement: empty, digest: sha256(canonicalJson(empty)), convexity: {} };
    expect(checkCertificate(value).accepted).toBe(false);
  });
  test("the digest does not depend on the order of keys", () => {
    expect(canonicalJson({ b: 1, a: [true, "x"] })).toBe('{"a":[true,"x"],"b":1}');
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
