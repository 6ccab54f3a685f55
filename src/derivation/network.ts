/** The part of a network that is still dynamic, and the elementary questions asked of it. */
import { differentiate } from "../calculus/index.js";
import { div, type Expr, isZero, mul, neg, one, replaceTensor, sub2, zero } from "../index-notation/index.js";
import type { Layer } from "../model/index.js";
import { shownEqual } from "../rewrite/index.js";
import type { LayerTheory } from "./theory.js";

/** The part of a network that is still dynamic: its layers, and U of their activations. */
export interface Network {
  readonly layers: ReadonlyMap<string, LayerTheory>;
  /** Layers with everything eliminated substituted in tau, mobility, clamped and force. */
  readonly declared: ReadonlyMap<string, Layer>;
  readonly potential: Expr;
}

/** Replaces every activation by its formula: what is left depends on states and parameters only. */
export function withStates(e: Expr, layers: Iterable<LayerTheory>): Expr {
  let result = e;
  for (const l of layers) result = replaceTensor(result, l.layer.activation, l.layer.over, l.activation.expr);
  return result;
}

/** −∂U/∂g of one layer, of activations. */
export const forceOf = (potential: Expr, layer: Layer): Expr =>
  neg(differentiate(potential, layer.activation, layer.over));

/** mobility·drive/τ, and 0 where clamped. */
export function rateOf(drive: Expr, m: { tau: Expr; mobility?: Expr; clamped?: Expr }): Expr {
  const free = m.clamped === undefined ? one : sub2(one, m.clamped);
  return mul([free, m.mobility ?? one, div(drive, m.tau)]);
}

/** True when a declared force is the gradient of the potential after all. */
export function isGradient(network: Network, layer: Layer): boolean {
  if (layer.force === undefined) return true;
  const difference = sub2(layer.force, forceOf(network.potential, layer));
  return isZero(difference) || shownEqual(withStates(difference, network.layers.values()), zero);
}
