/** Sizes and time constants come in; the field of the two-layer network (tanh visible, softmax hidden) with seeded data goes out. */
import { derive } from "../../src/derivation/index.js";
import { defineModel } from "../../src/parser/index.js";
import { type CompiledField, compileField } from "../../src/simulation/index.js";

export interface TwoLayer {
  readonly field: CompiledField;
  /** Rows are memories. */
  readonly memories: Float64Array;
}

/** Memories are ±1; v starts at a noisy memory and h at rest, as when a memory is retrieved. */
export function twoLayer(visible: number, hidden: number, ratio: number, beta = 1): TwoLayer {
  const model = defineModel({
    legendre: 1,
    name: "two-layer",
    indices: { i: "N_v", mu: "N_h" },
    parameters: { Xi: { over: ["mu", "i"] }, beta: { default: beta } },
    layers: {
      v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g", tau: 1 },
      h: { over: ["mu"], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: "f", tau: "tau_h" },
    },
    synapses: { Xi: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" },
  });
  if (!model.ok) throw new Error(model.errors.map((e) => e.message).join("\n"));
  const theory = derive(model.value);
  if (!theory.ok) throw new Error(theory.errors.map((e) => e.message).join("\n"));
  return { ...bound(theory.value, visible, hidden, ratio) };
}

function bound(
  theory: Parameters<typeof compileField>[0],
  visible: number,
  hidden: number,
  ratio: number,
): TwoLayer {
  const next = generator(7);
  const memories = Float64Array.from(
    { length: visible * hidden },
    () => (next() < 0.5 ? -1 : 1) / Math.sqrt(visible),
  );
  const v = Float64Array.from(
    { length: visible },
    (_, i) => memories[i]! * Math.sqrt(visible) * 0.5 + (next() - 0.5),
  );
  const h = new Float64Array(hidden);
  const array = (shape: readonly number[], data: Float64Array) => ({
    value: { shape, data },
    source: "the benchmark",
  });
  const field = compileField(theory, {
    full: true,
    arrays: new Map([
      ["Xi", array([hidden, visible], memories)],
      ["v", array([visible], v)],
      ["h", array([hidden], h)],
    ]),
    set: new Map([["tau_h", { value: ratio, source: "the benchmark" }]]),
  });
  if (!field.ok) throw new Error(field.errors.map((e) => e.message).join("\n"));
  return { field: field.value, memories };
}

/** Uniform in [0, 1): a linear congruence of 32 bits, the same in the Python peer. */
function generator(seed: number): () => number {
  let s = seed;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}
