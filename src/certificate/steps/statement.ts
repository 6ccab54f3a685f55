/** A layered theory, a flow and a method of steps come in; the statement that a step certificate carries goes out. */
import type { Flow, LayeredTheory } from "../../derivation/index.js";
import {
  at,
  type Bounds,
  type Expr,
  type Index,
  rangeOf,
  replaceTensor,
  type TensorSymbol,
  tensorSymbol,
} from "../../index-notation/index.js";
import {
  canonicalJson,
  type StepCertificate,
  type StepMethod,
  type StepStatement,
  sha256,
} from "../checker/index.js";
import { givenNames, Scribe, statedLayers, symbolsOfTheory } from "../statement.js";

/** U of the activations that move in a flow. */
export const potentialOf = (theory: LayeredTheory, flow: Flow): Expr =>
  flow === theory.full ? theory.potential : theory.reducedPotential;

/** The activations of a flow by layer: as they are, or with the bounds of their formulas declared. */
export type Activations = ReadonlyMap<string, TensorSymbol>;

export function activationsOf(theory: LayeredTheory, flow: Flow, bounded: boolean): Activations {
  return new Map(
    [...flow.motions.keys()].map((name) => {
      const { layer, activation } = theory.layers.get(name)!;
      const { name: own, role, dims } = layer.activation;
      const bounds: Bounds = bounded ? rangeOf(activation.expr) : {};
      return [name, tensorSymbol({ name: own, role, dims, bounds })];
    }),
  );
}

/** The potential written with these activations. */
export function withActivations(e: Expr, theory: LayeredTheory, activations: Activations): Expr {
  let result = e;
  for (const [name, symbol] of activations) {
    const { layer } = theory.layers.get(name)!;
    result = replaceTensor(result, layer.activation, layer.over, at(symbol, layer.over));
  }
  return result;
}

export function stepStatement(
  theory: LayeredTheory,
  flow: Flow,
  method: StepMethod,
  activations: Activations,
): StepStatement {
  const original = new Map([...activations].map(([n, a]) => [theory.layers.get(n)!.layer.activation, a]));
  const symbols = new Map(
    [...symbolsOfTheory(theory)].map(([s, over]): [TensorSymbol, readonly Index[]] => [
      original.get(s) ?? s,
      over,
    ]),
  );
  const scribe = new Scribe(
    [...theory.model.indices.values(), ...theory.partners],
    symbols,
    theory.model.dimensions,
  );
  const layers = Object.entries(statedLayers(theory, flow, scribe)).map(([n, l]) => [
    n,
    { ...l, activation: activations.get(n)!.name },
  ]);
  const potential = scribe.text(withActivations(potentialOf(theory, flow), theory, activations));
  return {
    name: theory.model.name,
    method,
    declarations: scribe.declarations(),
    ...givenNames(theory),
    layers: Object.fromEntries(layers),
    potential,
  };
}

export const stepCertificate = (
  statement: StepStatement,
  proofs: Pick<StepCertificate, "convexity" | "concavity">,
): StepCertificate => ({
  format: "legendre-certificate/1",
  subject: "step",
  digest: sha256(canonicalJson(statement)),
  statement,
  verdict: "proved",
  ...proofs,
});
