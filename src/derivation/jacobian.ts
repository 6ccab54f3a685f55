/** A flow comes in; the derivative of its rates along a direction of the states goes out. */
import { alongDirections } from "../calculus/index.js";
import { type TensorSymbol, tensorSymbol } from "../index-notation/index.js";
import { simplify } from "../rewrite/index.js";
import type { Flow, Formula } from "./theory.js";

/** The product J·d of the Jacobian of a flow with a direction, by name of the state. */
export interface JacobianProduct {
  /** The symbol that stands for the direction of each state, of the same dimensions. */
  readonly directions: ReadonlyMap<string, TensorSymbol>;
  /** d/dt of dx/dt at x + t·d, of states, directions and parameters. */
  readonly products: ReadonlyMap<string, Formula>;
}

/** A name that no model can declare. */
const directionOf = (state: TensorSymbol): TensorSymbol =>
  tensorSymbol({ name: `d(${state.name})`, role: "input", dims: state.dims });

/**
 * J·d in forward mode, simplified: dimensions stay symbolic and no Jacobian is formed. At a kink the derivative is
 * the one of the language (relu′ = abs′ = 0 at 0).
 */
export function jacobianProduct(flow: Flow): JacobianProduct {
  const motions = [...flow.motions];
  const along = new Map(motions.map(([, m]) => [m.state, directionOf(m.state)]));
  return {
    directions: new Map(motions.map(([name, m]) => [name, along.get(m.state)!])),
    products: new Map(
      motions.map(([name, m]) => [name, { over: m.over, expr: simplify(alongDirections(m.rate, along)) }]),
    ),
  };
}
