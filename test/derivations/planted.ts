/** Transcriptions that are wrong on purpose, each in one place. */
import type { PaperResult } from "./transcription.js";

interface Planted {
  readonly fault: string;
  readonly folder: string;
  readonly indices?: Readonly<Record<string, string>>;
  readonly result: PaperResult;
}

const kh = "krotov-hopfield-2020-two-layer";
const lotito = "lotito-2025-memory-dynamics";
const hebb = "lotito-2025-hebbian-coupling";
const at = "planted";

export const PLANTED: readonly Planted[] = [
  {
    fault: "one sign inside a sum",
    folder: kh,
    result: {
      at,
      model: "model-a.yaml",
      over: ["i"],
      formula: "(sum(mu, Xi[mu,i]*f[mu]) - v[i] - I[i])/tau_f",
      equals: "dynamics.v",
    },
  },
  {
    fault: "the time constant of the other layer",
    folder: kh,
    result: {
      at,
      model: "model-a.yaml",
      over: ["mu"],
      formula: "(sum(i, Xi[mu,i]*g[i]) - h[mu])/tau_f",
      equals: "dynamics.h",
    },
  },
  {
    fault: "the state in place of the activation",
    folder: kh,
    result: {
      at,
      model: "model-a.yaml",
      over: ["mu"],
      formula: "sum(i, Xi[mu,i]*v[i])",
      equals: "limit.h.stationary",
    },
  },
  {
    fault: "the power n in place of n - 1",
    folder: kh,
    result: { at, model: "model-a.yaml", over: ["mu"], formula: "relu(h[mu])^n", equals: "activation.h" },
  },
  {
    fault: "beta missing in front of the logarithm",
    folder: kh,
    result: {
      at,
      model: "model-b.yaml",
      formula: "sum(i, v[i]^2)/2 - logsumexp(mu, beta*sum(i, Xi[mu,i]*v[i]))",
      equals: "limit.h.energy",
    },
  },
  {
    fault: "a wrong index: the free index where the bound one belongs",
    folder: kh,
    indices: { j: "N_v" },
    result: {
      at,
      model: "model-b.yaml",
      over: ["i"],
      formula: "(sum(mu, Xi[mu,i]*softmax(nu, beta*sum(j, Xi[nu,i]*v[j]))[mu]) - v[i])/tau_f",
      equals: "limit.h.dynamics.v",
    },
  },
  {
    fault: "the rank-one part of the softmax Hessian missing",
    folder: kh,
    result: {
      at,
      model: "model-b.yaml",
      over: ["mu", "nu"],
      formula: "beta*delta[mu,nu]*exp(beta*h[mu])/sum(mu, exp(beta*h[mu]))",
      equals: "hessian.h",
    },
  },
  {
    fault: "the norm to the power 2 in place of 3",
    folder: kh,
    indices: { j: "N_v", k: "N_v" },
    result: {
      at,
      model: "model-c.yaml",
      over: ["i", "j"],
      formula: "delta[i,j]/sqrt(sum(k, v[k]^2)) - v[i]*v[j]/sum(k, v[k]^2)",
      equals: "hessian.v",
    },
  },
  {
    fault: "a wrong index in Hebb's rule",
    folder: hebb,
    indices: { j: "N_v" },
    result: {
      at,
      model: "model-generating.yaml",
      over: ["i", "j"],
      formula: "sum(mu, Xi[mu,i]*Xi[mu,i])/N_h",
      equals: "coupling.v",
    },
  },
  {
    fault: "N_v in place of N_h",
    folder: hebb,
    indices: { j: "N_v" },
    result: {
      at,
      model: "model-generating.yaml",
      over: ["i", "j"],
      formula: "sum(mu, Xi[mu,i]*Xi[mu,j])/N_v",
      equals: "coupling.v",
    },
  },
  {
    fault: "a decay that is not gated by w",
    folder: lotito,
    result: {
      at,
      model: "model-schedule.yaml",
      over: ["mu", "i"],
      formula: "(-Xi[mu,i] + softmax(nu, beta*sum(i, Xi[nu,i]*v[i]))[mu]*(Lambda[mu,i] + v[i]))/tau_Xi",
      equals: "dynamics.Xi",
    },
  },
  {
    fault: "the gate w left out",
    folder: lotito,
    result: {
      at,
      model: "model-schedule.yaml",
      over: ["mu", "i"],
      formula: "(Lambda[mu,i] + v[i] - Xi[mu,i])/tau_Xi",
      equals: "dynamics.Xi",
    },
  },
];
