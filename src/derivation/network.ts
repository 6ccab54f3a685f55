/** The part of a network that is still dynamic, and the elementary questions asked of it. */
import { differentiate } from "../calculus/index.js";
import {
  div,
  type Expr,
  mul,
  neg,
  one,
  renameIndices,
  replaceTensor,
  sub2,
  sum,
  TRUE,
  zero,
} from "../index-notation/index.js";
import type { Layer } from "../model/index.js";
import { shownEqual, simplify } from "../rewrite/index.js";
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

/**
 * `gradient`: the force is −∂U/∂g. `flat`: it differs by a vector that the Hessian annihilates, which energy
 * does not notice (Krotov & Hopfield, model C: any decay along the state of a norm). `other`: neither is shown.
 */
export type ForceKind = "gradient" | "flat" | "other";

/** What a layer's force, as declared in this network, is to the potential. */
export function forceKind(network: Network, layer: Layer): ForceKind {
  if (layer.force === undefined) return "gradient";
  const raw = sub2(layer.force, forceOf(network.potential, layer));
  const difference = simplify(withStates(raw, network.layers.values()));
  if (shownEqual(difference, zero)) return "gradient";
  const theory = network.layers.get(layer.name)!;
  const [over, partners] = [layer.over, theory.hessian.over.slice(layer.over.length)];
  const along = sum(partners, TRUE, mul([theory.hessian.expr, renameIndices(difference, over, partners)]));
  return shownEqual(simplify(along), zero) ? "flat" : "other";
}
