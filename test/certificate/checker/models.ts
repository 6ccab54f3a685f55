/** Model certificates: a base, changes that keep every hypothesis of descent, and changes that break one. */
import { canonicalJson, FORMAT, sha256 } from "../../../src/certificate/checker/index.js";
import { composition, separable } from "./certificates.js";

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
export const INPUTS = ["u", "level"];
const MOVING = ["v", "h", "g", "fast"];

export interface Change {
  readonly v?: Record<string, unknown>;
  readonly h?: Record<string, unknown>;
  readonly symbols?: Record<string, Record<string, unknown>>;
  readonly convexity?: Record<string, unknown>;
  readonly parameters?: readonly string[];
  readonly inputs?: readonly string[];
}

export const PARAMETERS = Object.keys(symbols).filter((name) => ![...INPUTS, ...MOVING].includes(name));

export function model(change: Change = {}): Record<string, unknown> {
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

export const lagrangian = (text: string): Change => ({ v: { lagrangian: text } });

export const SOUND_MODELS: readonly (readonly [string, Change])[] = [
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

export const FLAWED_MODELS: readonly (readonly [string, Change])[] = [
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
