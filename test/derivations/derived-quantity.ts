/** A theory and the name of a derived quantity come in (`dynamics.v`, `limit.h.energy`); its formula goes out. */
import type { Coupling, Flow, Formula, LayeredTheory, Theory } from "../../src/derivation/index.js";
import { type Expr, one } from "../../src/index-notation/index.js";

const scalar = (expr: Expr): Formula => ({ over: [], expr });

const ofFlow: Record<string, (flow: Flow, state: string) => Formula> = {
  energy: (flow) => scalar(flow.energy!),
  dEdt: (flow) => scalar(flow.descent!.total),
  dynamics: (flow, state) => {
    const motion = flow.motions.get(state)!;
    return { over: motion.over, expr: motion.rate };
  },
  mobility: (flow, state) => {
    const motion = flow.motions.get(state)!;
    return { over: motion.over, expr: motion.mobility ?? one };
  },
};

const ofLayer: Record<string, (theory: LayeredTheory, layer: string) => Formula> = {
  lagrangian: (t, l) => scalar(t.layers.get(l)!.lagrangian),
  activation: (t, l) => t.layers.get(l)!.activation,
  hessian: (t, l) => t.layers.get(l)!.hessian,
  "neuron-energy": (t, l) => scalar(t.layers.get(l)!.energy),
  coupling: (t, l) => couplingOf(t, l).coupling,
  "self-interaction": (t, l) => couplingOf(t, l).selfInteraction,
  "energy-difference": (t, l) => scalar(couplingOf(t, l).energyDifference),
  "drive-without": (t, l) => couplingOf(t, l).driveWithout,
  learning: (t, p) => t.learning.find((r) => r.parameter.name === p)!.rule,
};

const couplingOf = (t: LayeredTheory, layer: string): Coupling => t.couplings.find((c) => c.layer === layer)!;

export function derivedQuantity(theory: Theory, name: string): Formula {
  const [head, second, ...rest] = name.split(".") as [string, string?, ...string[]];
  if (head === "limit") {
    const limit = theory.limits.find((l) => l.fast === second)!;
    return rest[0] === "stationary" ? limit.stationary! : ofFlow[rest[0]!]!(limit.flow!, rest[1] ?? "");
  }
  const flow = ofFlow[head];
  if (flow !== undefined) return flow(theory.full, second ?? "");
  return ofLayer[head]!(theory as LayeredTheory, second!);
}
