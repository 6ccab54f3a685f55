/** Measures the time to derive a two-layer network whose dimensions are integers from 2 to a million, or names. */
import { performance } from "node:perf_hooks";
import { derive } from "../../src/derivation/index.js";
import { defineModel } from "../../src/parser/index.js";

const ROUNDS = 15;

function model(visible: number | string, hidden: number | string) {
  const result = defineModel({
    legendre: 1,
    name: "two-layer",
    indices: { i: visible, mu: hidden },
    parameters: { beta: { sign: "positive", default: 1 }, Xi: { over: ["mu", "i"] } },
    layers: {
      v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g" },
      h: { over: ["mu"], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: "f", tau: "tau_h" },
    },
    synapses: { dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" },
    fast: ["h"],
  });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value;
}

const SIZES: readonly (readonly [number | string, number | string])[] = [
  [2, 3],
  [50, 4],
  [784, 100],
  [20_000, 500],
  [1_000_000, 1_000_000],
  ["N_v", "N_h"],
];

function measure(visible: number | string, hidden: number | string): number {
  const m = model(visible, hidden);
  const began = performance.now();
  const theory = derive(m);
  if (!theory.ok) throw new Error("the model does not derive");
  return performance.now() - began;
}

// Rounds are interleaved, so that a drift of the machine meets every size alike; the first warms up.
const times = new Map(SIZES.map((s) => [s, [] as number[]]));
for (let round = 0; round <= ROUNDS; round++)
  for (const size of SIZES) {
    const t = measure(...size);
    if (round > 0) times.get(size)!.push(t);
  }

const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
const median = (list: readonly number[]): number => sorted(list)[list.length >> 1]!;
const smallest = median(times.get(SIZES[0]!)!);

console.log("derive: two-layer network, tanh and softmax, with its adiabatic limit");
console.log(
  "N_v, N_h".padEnd(22),
  "median ms".padStart(10),
  "min – max".padStart(16),
  "ratio to (2, 3)".padStart(17),
);
for (const [size, list] of times) {
  const spread = `${Math.min(...list).toFixed(1)} – ${Math.max(...list).toFixed(1)}`;
  console.log(
    size.join(", ").padEnd(22),
    median(list).toFixed(2).padStart(10),
    spread.padStart(16),
    (median(list) / smallest).toFixed(2).padStart(17),
  );
}
