/** A layer, or a part of a model, comes in; what its expressions may see goes out (contract, "Scope"). */
import type { Index, TensorSymbol } from "../index-notation/index.js";
import type { Refusal, View } from "./scope.js";

/** The names of a layer that expressions are about. */
export interface LayerNames {
  readonly name: string;
  readonly over: readonly Index[];
  readonly state: TensorSymbol;
  readonly activation: TensorSymbol;
}

const isParameter = (s: TensorSymbol): boolean => s.role === "parameter" || s.role === "variable";

/** Mobility, tau, forces and claims see everything. */
export const everything = (what: string, over?: readonly Index[]): View =>
  over === undefined ? { what } : { what, over };

/** Of states and activations, a Lagrangian (or an activation function) sees its own state only. */
export const ownState = (what: string, layer: LayerNames, over: readonly Index[]): View => ({
  what,
  over,
  refuse: (s, subscripts) =>
    s === layer.state || isParameter(s)
      ? undefined
      : refuseInOwn(what, "state", layer.state, layer, s, subscripts),
});

/** A dual energy sees its own activation only. */
export const ownActivation = (what: string, layer: LayerNames, over?: readonly Index[]): View => ({
  what,
  ...(over === undefined ? {} : { over }),
  refuse: (s, subscripts) =>
    s === layer.activation || isParameter(s)
      ? undefined
      : refuseInOwn(what, "activation", layer.activation, layer, s, subscripts),
});

function refuseInOwn(
  what: string,
  kind: string,
  own: TensorSymbol,
  layer: LayerNames,
  s: TensorSymbol,
  subscripts: string,
): Refusal {
  const partner = s === layer.state || s === layer.activation;
  return {
    message: `found ${s.name}, ${article(s)}; ${what} sees its own ${kind} ${own.name} and parameters`,
    hint: partner ? `write ${own.name}${subscripts}` : "put terms that join layers or inputs into synapses",
  };
}

const article = (s: TensorSymbol): string =>
  s.role === "parameter" || s.role === "state" ? `a ${s.role}` : `an ${s.role}`;

/** Synapses see activations, parameters and inputs; a state is refused in favour of its activation. */
export const activations = (what: string, layers: readonly LayerNames[], except?: TensorSymbol): View => ({
  what,
  over: [],
  refuse: (s, subscripts) =>
    s.role !== "state" || s === except ? undefined : refuseState(what, layers, s, subscripts),
});

function refuseState(
  what: string,
  layers: readonly LayerNames[],
  s: TensorSymbol,
  subscripts: string,
): Refusal {
  const layer = layers.find((l) => l.state === s);
  const activation = layer?.activation.name ?? "the activation";
  return {
    message: `found ${s.name}, a state; ${what} is a function of activations`,
    hint: `write ${activation}${subscripts}, the activation of ${s.name}`,
  };
}
