/** A flow with its energy comes in; the obligation `bounded-below`, proved, refuted by a ray, or undecided, goes out. */
import type { Flow, LayeredTheory, LayerTheory, StateTheory } from "../../derivation/index.js";
import { showR } from "../../index-notation/index.js";
import type { Model } from "../../model/index.js";
import type { Obligation } from "../verify.js";
import { layeredBound } from "./bounded.js";
import { fallingRay } from "./ray.js";
import { stateBound } from "./scalar-bound.js";

const name = "bounded-below";

export function layeredBoundedBelow(
  theory: LayeredTheory,
  flow: Flow,
  layers: readonly LayerTheory[],
  allConvex: boolean,
): Obligation {
  const potential = flow === theory.full ? theory.potential : theory.reducedPotential;
  const argument = allConvex ? layeredBound(layers, potential) : undefined;
  return argument === undefined
    ? refutation(flow, theory.model)
    : { name, verdict: "proved", method: argument };
}

export function stateBoundedBelow(theory: StateTheory, flow: Flow): Obligation {
  const motions = [...flow.motions.values()];
  const argument =
    flow.energy && stateBound(flow.energy, new Map(motions.map((m) => [m.state, m.over])), theory.model);
  const isContinuous = [...theory.states.values()].every((s) => s.values === undefined);
  if (argument !== undefined) return { name, verdict: "proved", method: argument };
  return isContinuous ? refutation(flow, theory.model) : UNDECIDED;
}

const UNDECIDED: Obligation = {
  name,
  verdict: "undecided",
  method:
    "no bound is shown by ranges or growth, and no ray of small integers was proved along which the energy falls without bound",
};

/** A ray along which E → −∞, at allowed values of the parameters. */
function refutation(flow: Flow, model: Model): Obligation {
  const states = [...flow.motions.values()].map((m) => m.state);
  const ray = flow.energy && states.length > 0 ? fallingRay(flow.energy, states, model) : undefined;
  if (ray === undefined) return UNDECIDED;
  const { counterexample, rate, power, from } = ray;
  const law = `E <= -${showR(rate)}*s${power === 1 ? "" : `^${power}`}`;
  const atValues = model.parameters.size + model.inputs.size > 0 ? "at these parameters, " : "";
  return {
    name,
    verdict: "refuted",
    method: `${atValues}${law} for all s >= ${from} along the ray values + s*direction: the proof was replayed`,
    counterexample,
  };
}
