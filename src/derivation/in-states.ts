/** An expression of states and activations comes in; the same of the states of a flow goes out. */
import { type Expr, replaceTensor } from "../index-notation/index.js";
import { simplify } from "../rewrite/index.js";
import type { Theory } from "./theory.js";

/** Replaces activations, and in the reduced flow also eliminated states, by their formulas. */
export function inStates(theory: Theory, e: Expr, full: boolean): Expr {
  if (theory.kind !== "layered") return simplify(e);
  let result = e;
  for (const [name, l] of theory.layers) {
    const activation = full ? l.activation : (theory.activations.get(name) ?? l.activation);
    const state = full ? undefined : theory.outputs.get(name);
    result = replaceTensor(result, l.layer.activation, l.layer.over, activation.expr);
    if (state !== undefined) result = replaceTensor(result, l.layer.state, l.layer.over, state.expr);
  }
  return simplify(result);
}
