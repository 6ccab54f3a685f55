/** A network case comes in; its model in our language and its data go out. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { WritableArray } from "../../src/arrays/nested.js";
import { derive, type Theory } from "../../src/derivation/index.js";
import { defineModel, type ModelSource } from "../../src/parser/index.js";
import type { Case, Nested } from "./am-cases.js";
import { must } from "./compiled.js";

export interface Setup {
  readonly theory: Theory;
  readonly data: Readonly<Record<string, WritableArray>>;
  readonly set: Readonly<Record<string, number>>;
}

type Sources = Readonly<Record<string, Omit<ModelSource, "legendre" | "name">>>;
export const CATALOG = parse(
  readFileSync(new URL("../parser/models.yaml", import.meta.url), "utf8"),
) as Sources;

export const theoryOf = (name: string, source: Omit<ModelSource, "legendre" | "name">): Theory =>
  must(derive(must(defineModel({ legendre: 1, name, ...source }))));

export const catalogNames = (): string[] => Object.keys(CATALOG);
export const catalogTheory = (name: string): Theory => theoryOf(name, CATALOG[name]!);

/** A JSON value as an array to bind. */
export const array = (x: Nested): WritableArray => x as WritableArray;

/** The two layers of Krotov & Hopfield with the given Lagrangians. */
function twoLayer(c: Case, v: string, h: string): Setup {
  const theory = theoryOf(c.id, {
    indices: { i: "N_v", mu: "N_h" },
    parameters: { xi: { over: ["mu", "i"] }, beta: { sign: "positive", default: 1 } },
    inputs: { I: { over: ["i"] } },
    layers: {
      v: { over: ["i"], lagrangian: v, activation: "g", tau: "tau_f" },
      h: { over: ["mu"], lagrangian: h, activation: "f", tau: "tau_h" },
    },
    synapses: { xi: "-sum(mu, i, f[mu]*xi[mu,i]*g[i])", I: "-sum(i, I[i]*g[i])" },
    fast: ["h"],
  });
  const { xi, I, tau_f, tau_h, beta } = c.parameters as Record<string, number>;
  return {
    theory,
    data: {
      xi: array(xi!),
      I: array(I!),
      v: array(c.inputs.v!),
      ...(c.inputs.h && { h: array(c.inputs.h) }),
    },
    set: { tau_f: tau_f!, tau_h: tau_h!, ...(beta !== undefined && { beta }) },
  };
}

/** Model B with h at rest: attention. */
function attention(c: Case): Setup {
  const beta = c.parameters.beta as number;
  const data = { Xi: array(c.parameters.xi!), v: array(c.inputs.v!) };
  return { theory: catalogTheory("kh-b"), data, set: { beta } };
}

/** As `attention`, with some visible units held. */
function clamped(c: Case): Setup {
  const { Xi, v } = attention(c).data as { Xi: WritableArray; v: readonly number[] };
  const held = c.parameters.clamped as readonly number[];
  const seen = v.map((_, i) => (held.includes(i) ? 1 : 0));
  const { layers, parameters, ...rest } = CATALOG["kh-b"]!;
  const theory = theoryOf(c.id, {
    ...rest,
    parameters: { ...parameters, seen: { over: ["i"] } },
    layers: { ...layers, v: { ...layers!.v!, clamped: "seen[i]" } },
  });
  return { theory, data: { Xi, v, seen }, set: { beta: c.parameters.beta as number } };
}

function hopfield(c: Case, gain: string): Setup {
  const theory = theoryOf(c.id, {
    indices: { i: "N", j: "N" },
    parameters: { T: { over: ["i", "j"] }, gain: { sign: "positive" } },
    inputs: { I: { over: ["i"] } },
    domain: ["T[i,j] = T[j,i]"],
    layers: { v: { over: ["i"], activation: { name: "g", function: gain } } },
    synapses: { T: "-sum(i, j, g[i]*T[i,j]*g[j])/2", I: "-sum(i, I[i]*g[i])" },
  });
  const { T, I, gain: slope } = c.parameters;
  return {
    theory,
    data: { T: array(T!), I: array(I!), v: array(c.inputs.v!) },
    set: { gain: slope as number },
  };
}

/** A model of the catalog file whose parameters and states are called as in the case. */
function fromCatalog(c: Case, model: string): Setup {
  const theory = catalogTheory(model);
  const all = Object.entries({ ...c.parameters, ...c.inputs }).filter(([n]) => isDeclared(theory, n));
  return {
    theory,
    data: Object.fromEntries(all.filter(([, v]) => typeof v !== "number").map(([n, v]) => [n, array(v)])),
    set: Object.fromEntries(all.filter(([, v]) => typeof v === "number")) as Record<string, number>,
  };
}

function isDeclared({ model }: Theory, name: string): boolean {
  const states = model.kind === "layered" ? model.layers : model.states;
  return model.parameters.has(name) || model.inputs.has(name) || states.has(name);
}

/** The three layers of a case are given as one list x. */
function threeBody(c: Case): Setup {
  const [x1, x2, x3] = c.inputs.x as readonly Nested[];
  return fromCatalog({ ...c, inputs: { x1: x1!, x2: x2!, x3: x3! } }, "three-body");
}

const LINEAR = "sum(i, v[i]^2)/2";
const TANH = "sum(i, logcosh(v[i]))";

const SETUPS: Readonly<Record<string, (c: Case) => Setup>> = {
  N01: (c) => twoLayer(c, TANH, "sum(mu, relu(h[mu])^3)/3"),
  N02: (c) => twoLayer(c, LINEAR, "logsumexp(mu, beta*h[mu])/beta"),
  N04: attention,
  N09: (c) => hopfield(c, "tanh(gain*v[i])"),
  N10: (c) => hopfield(c, "sigmoid(gain*v[i])"),
  N15: (c) => twoLayer(c, "sum(i, logcosh(beta*v[i]))/beta", "sum(mu, logcosh(beta*h[mu]))/beta"),
  N27: (c) => fromCatalog(c, "general"),
  N28: threeBody,
  N31: (c) => fromCatalog(c, "cohen-grossberg"),
  N37: (c) => fromCatalog(c, "kuramoto"),
  N39: clamped,
  X05: (c) => fromCatalog(c, "asymmetric"),
};

export const setupOf = (c: Case): Setup | undefined => SETUPS[c.id]?.(c);
