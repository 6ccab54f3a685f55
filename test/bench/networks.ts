/** A size comes in; the two networks of the benchmarks with memories of that size, as theories and as fields, go out. */
import { derive, type Theory } from "../../src/derivation/index.js";
import { defineModel } from "../../src/parser/index.js";
import { type CompiledField, compileField, type FieldOptions } from "../../src/simulation/index.js";
import { numbers } from "./models.js";
import type { Size } from "./rounds.js";

/** Softmax hidden units, and visible units that are tanh, or linear as in the reduced network of the literature. */
function theory(name: string, visible: string): Theory {
  const model = defineModel({
    legendre: 1,
    name,
    indices: { i: "N_v", mu: "N_h" },
    parameters: { beta: { sign: "positive", default: 2 }, Xi: { over: ["mu", "i"] } },
    layers: {
      v: { over: ["i"], lagrangian: visible, activation: "g" },
      h: { over: ["mu"], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: "f" },
    },
    synapses: { dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" },
    fast: ["h"],
  });
  if (!model.ok) throw new Error(JSON.stringify(model.errors));
  const derived = derive(model.value);
  if (!derived.ok) throw new Error(JSON.stringify(derived.errors));
  return derived.value;
}

const FULL = theory("two-layer", "sum(i, logcosh(v[i]))");
const REDUCED = theory("reduced", "sum(i, v[i]^2)/2");

/** The network in which hidden units have dynamics, or the one in which they are at rest. */
export const theoryOf = (full: boolean): Theory => (full ? FULL : REDUCED);

export function bindings({ nv, nh }: Size, full: boolean, data = numbers(nv * nh)): FieldOptions {
  const value = (x: number): { value: number; source: string } => ({ value: x, source: "benchmark" });
  return {
    arrays: new Map([["Xi", { value: { shape: [nh, nv], data }, source: "benchmark" }]]),
    set: new Map([
      ["N_v", value(nv)],
      ["N_h", value(nh)],
    ]),
    full,
  };
}

export function compiled(
  size: Size,
  full: boolean,
  backend: NonNullable<FieldOptions["backend"]>,
): CompiledField {
  const field = compileField(theoryOf(full), { ...bindings(size, full), backend });
  if (!field.ok) throw new Error(JSON.stringify(field.errors));
  return field.value;
}
