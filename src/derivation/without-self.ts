/** A layered model and one of its derived couplings come in; the model without that self-interaction goes out. */
import { at, half, mul, square, sum, TRUE } from "../index-notation/index.js";
import type { LayeredModel } from "../model/index.js";
import type { Coupling } from "./theory.js";

/** No name of a user has this form. */
const NAME = "~without self-interaction";

/** Adds ½ Σ_i J_ii g_i² to the potential: the coupling loses its diagonal, and all that follows is derived anew. */
export function withoutSelfInteraction(model: LayeredModel, coupling: Coupling): LayeredModel {
  const { over, activation } = model.layers.get(coupling.layer)!;
  const term = mul([
    half,
    sum(over, TRUE, mul([coupling.selfInteraction.expr, square(at(activation, over))])),
  ]);
  return { ...model, synapses: new Map([...model.synapses, [NAME, term]]) };
}
