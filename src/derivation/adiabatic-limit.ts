/** A network and the name of a fast layer come in; the network that is left when that layer is at rest goes out. */
import {
  add,
  dependsOn,
  type Expr,
  mul,
  replaceTensor,
  sub2,
  sum,
  type TensorSymbol,
  TRUE,
  zero,
} from "../index-notation/index.js";
import type { Layer } from "../model/index.js";
import type { Journal } from "./journal.js";
import { forceKind, forceOf, type Network } from "./network.js";
import type { Formula, LayerTheory } from "./theory.js";

export type Elimination =
  | { readonly explicit: false; readonly reason: string }
  | {
      readonly explicit: true;
      /** x̂ of the activations that remain. */
      readonly stationary: Formula;
      /** f = ∇L(x̂). */
      readonly activation: Formula;
      readonly network: Network;
    };

/**
 * Sets a layer to its stationary state x̂ = −∂U/∂f (theory section 3). Solvable by substitution when U is
 * affine in f; then E_eff = E − (f·x̂ − L + …) = Σ_slow (x·g − L) + U(f = 0) − L(x̂).
 */
export function eliminate(network: Network, name: string, journal: Journal): Elimination {
  const theory = network.layers.get(name)!;
  const layer = network.declared.get(name)!;
  const stationary = journal.formula(layer.over, layer.force ?? forceOf(network.potential, layer));
  const reason = implicitReason(stationary.expr, layer);
  if (reason !== undefined) return { explicit: false, reason };
  const activation = journal.formula(
    layer.over,
    replaceTensor(theory.activation.expr, layer.state, layer.over, stationary.expr),
  );
  const put = (e: Expr): Expr => substituteLayer(e, layer, stationary.expr, activation.expr);
  const potential = journal.simplify(
    restrictedPotential(network, theory, layer, stationary.expr, activation.expr),
  );
  const layers = new Map([...network.layers].filter(([n]) => n !== name));
  const declared = new Map(
    [...network.declared].filter(([n]) => n !== name).map(([n, l]) => [n, mapLayer(l, put)]),
  );
  return { explicit: true, stationary, activation, network: { layers, declared, potential } };
}

function implicitReason(stationary: Expr, layer: Layer): string | undefined {
  const own = (symbol: TensorSymbol): boolean => dependsOn(stationary, symbol);
  if (own(layer.activation))
    return `the potential is not affine in ${layer.activation.name}: the stationary state of ${layer.name} depends on ${layer.activation.name} itself`;
  return own(layer.state) ? `the force on ${layer.name} depends on ${layer.name} itself` : undefined;
}

/** Replaces a layer's state and activation, given over its indices. */
function substituteLayer(e: Expr, layer: Layer, state: Expr, activation: Expr): Expr {
  return replaceTensor(
    replaceTensor(e, layer.activation, layer.over, activation),
    layer.state,
    layer.over,
    state,
  );
}

/** U on the slow manifold plus the neuron energy of the layer that is gone. */
function restrictedPotential(
  network: Network,
  theory: LayerTheory,
  layer: Layer,
  stationary: Expr,
  activation: Expr,
): Expr {
  const lagrangian = replaceTensor(theory.lagrangian, layer.state, layer.over, stationary);
  // f·x̂ cancels against the part of U that is linear in f.
  if (forceKind(network, layer) === "gradient")
    return sub2(replaceTensor(network.potential, layer.activation, layer.over, zero), lagrangian);
  const legendre = sub2(sum(layer.over, TRUE, mul([stationary, activation])), lagrangian);
  return add([replaceTensor(network.potential, layer.activation, layer.over, activation), legendre]);
}

function mapLayer(layer: Layer, put: (e: Expr) => Expr): Layer {
  const { mobility, clamped, force } = layer;
  return {
    ...layer,
    tau: put(layer.tau),
    ...(mobility !== undefined && { mobility: put(mobility) }),
    ...(clamped !== undefined && { clamped: put(clamped) }),
    ...(force !== undefined && { force: put(force) }),
  };
}
