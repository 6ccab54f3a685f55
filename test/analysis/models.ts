/** Names come in; theories with known fixed points, and fields of them, go out. */
import { type FixedPointOptions, type FixedPoints, fixedPoints } from "../../src/analysis/index.js";
import type { CompiledField } from "../../src/simulation/index.js";
import { type Given, laboratory, must } from "../cases/compiled.js";
import { theoryOf } from "../cases/networks.js";

export const doubleWell = theoryOf("double-well", { state: { x: {} }, energy: "x^4/4 - x^2/2" });

export const pendulum = theoryOf("pendulum", {
  parameters: { damping: { default: 0.2 } },
  dynamics: { x: "y", y: "-sin(x) - damping*y" },
});

/** One saturating unit that excites itself: a pitchfork at w = 1. */
export const selfExciting = theoryOf("self-exciting", {
  parameters: { w: {} },
  layers: { v: { lagrangian: "logcosh(v)", activation: "g" } },
  synapses: { w: "-w*g^2/2" },
});

/** Saturating units with a symmetric coupling. */
export const hopfield = theoryOf("hopfield", {
  indices: { i: "N", j: "N" },
  parameters: { T: { over: ["i", "j"] }, gain: { default: 1 }, tau_v: { default: 1, sign: "positive" } },
  domain: ["T[i,j] = T[j,i]"],
  layers: {
    v: { over: ["i"], lagrangian: "sum(i, logcosh(gain*v[i]))/gain", activation: "g", tau: "tau_v" },
  },
  synapses: { T: "-sum(i, j, g[i]*T[i,j]*g[j])/2" },
});

/** Linear units with a symmetric coupling. */
export const linear = theoryOf("linear", {
  indices: { i: "N", j: "N" },
  parameters: { T: { over: ["i", "j"] } },
  domain: ["T[i,j] = T[j,i]"],
  layers: { v: { over: ["i"], lagrangian: "sum(i, v[i]^2)/2", activation: "g" } },
  synapses: { T: "-sum(i, j, g[i]*T[i,j]*g[j])/2" },
});

export const attention = theoryOf("attention", {
  indices: { i: "N_v", mu: "N_h" },
  parameters: {
    beta: { default: 1, sign: "positive" },
    Xi: { over: ["mu", "i"], default: { random: "rademacher" } },
  },
  layers: {
    v: { over: ["i"], lagrangian: "sum(i, v[i]^2)/2", activation: "g", tau: "tau_v" },
    h: { over: ["mu"], lagrangian: "logsumexp(mu, beta*h[mu])/beta", activation: "f", tau: "tau_h" },
  },
  synapses: { dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" },
  fast: ["h"],
});

/** Hebb's coupling of linear units, with the scale 1/N_h. */
export const hebb = theoryOf("hebb", {
  indices: { i: "N_v", mu: "N_h" },
  parameters: { Xi: { over: ["mu", "i"], default: { random: "rademacher" } } },
  layers: { v: { over: ["i"], lagrangian: "sum(i, v[i]^2)/2", activation: "g" } },
  generating: { of: "v", function: "sum(mu, sum(i, Xi[mu,i]*g[i])^2)/(2*N_h)" },
});

/** The same coupling of tanh units. */
export const saturatingHebb = theoryOf("saturating-hebb", {
  indices: { i: "N_v", mu: "N_h" },
  parameters: { Xi: { over: ["mu", "i"], default: { random: "rademacher" } }, gain: { default: 4 } },
  layers: {
    v: { over: ["i"], lagrangian: "sum(i, logcosh(gain*v[i]))/gain", activation: "g" },
    h: { over: ["mu"], lagrangian: "sum(mu, h[mu]^2)/(2*N_h)", activation: "f" },
  },
  synapses: { dense: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])" },
  fast: ["h"],
});

export const kuramoto = theoryOf("kuramoto", {
  indices: { i: "N", j: "N" },
  state: { theta: { over: ["i"] } },
  energy: "-sum(i, j, cos(theta[i] - theta[j]))/(2*N)",
});

type Theory = typeof doubleWell;

export const fieldOf = (theory: Theory, given: Given = {}): CompiledField => laboratory(theory, given).field;

export const search = (theory: Theory, given: Given = {}, options: FixedPointOptions = {}): FixedPoints =>
  must(fixedPoints(fieldOf(theory, given), options));
