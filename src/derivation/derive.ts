/** A model comes in; everything that follows from it, with every step recorded, goes out. */
import { add, at, type Expr, neg, replaceTensor, symbolsOf, zero } from "../index-notation/index.js";
import { fail, type Layer, type LayeredModel, type Model, ok, type Result } from "../model/index.js";
import { eliminate } from "./adiabatic-limit.js";
import { flowOf } from "./flow.js";
import { couplingsOf } from "./hebbian.js";
import { Journal } from "./journal.js";
import { deriveLayers } from "./layers.js";
import { learningRules } from "./learning.js";
import { Namer } from "./names.js";
import { forceKind, forceOf, type Network, withStates } from "./network.js";
import { deriveStates } from "./states.js";
import type { Flow, Formula, LayeredTheory, LayerTheory, Limit, Theory } from "./theory.js";

/** Derives a model; fails with a diagnostic for what this version cannot derive (a dual of unknown form, an activation that is no gradient). */
export function derive(model: Model): Result<Theory> {
  return model.kind === "layered"
    ? deriveLayered(model)
    : ok(deriveStates(model, new Namer(model), new Journal()));
}

function deriveLayered(model: LayeredModel): Result<LayeredTheory> {
  const journal = new Journal();
  const namer = new Namer(model);
  const layers = deriveLayers(model.layers.values(), namer, journal);
  if (!layers.ok) return layers;
  const potential = potentialOf(model, layers.value, journal);
  if (!potential.ok) return potential;
  const network: Network = { layers: layers.value, declared: model.layers, potential: potential.value };
  const full = fullFlow(network, journal);
  const learning = learningRules(model, network, journal);
  for (const rule of learning)
    journal.step(
      `Learning rule of ${rule.parameter.name}`,
      "Minus the gradient of the energy with respect to the parameter, at given activations.",
      {
        [`−∂E/∂${rule.parameter.name}`]: rule.rule,
      },
    );
  const { limits, outputs, network: rest, activations } = takeLimits(network, model.fast, journal);
  const couplings = couplingsOf(rest, namer, journal);
  for (const c of couplings)
    journal.step(
      c.hebbian ? "Hebbian coupling" : `Coupling of ${c.layer}`,
      "The coupling is minus the second derivative of the potential in the activations.",
      {
        J: c.coupling,
        "self-interaction": c.selfInteraction,
      },
    );
  return ok({
    kind: "layered",
    model,
    layers: layers.value,
    potential: potential.value,
    reducedPotential: rest.potential,
    gradientForces: new Set(
      [...model.layers.values()].filter((l) => forceKind(network, l) === "gradient").map((l) => l.name),
    ),
    couplings,
    learning,
    full,
    limits,
    reduced: limits.findLast((l) => l.flow !== undefined)?.flow ?? full,
    outputs,
    activations,
    partners: [...namer.invented.values()],
    steps: journal.steps,
    notes: journal.notes,
  });
}

/** All synapses, and minus the generating function if there is one (theory section 3). */
function potentialOf(
  model: LayeredModel,
  layers: ReadonlyMap<string, LayerTheory>,
  journal: Journal,
): Result<Expr> {
  const generating =
    model.generating === undefined ? ok<Expr>(zero) : generatingTerm(model.generating, layers);
  if (!generating.ok) return generating;
  const potential = journal.simplify(add([...model.synapses.values(), neg(generating.value)]));
  journal.step("Potential", "The synapses, each a function of activations, add up to the potential U.", {
    U: { over: [], expr: potential },
  });
  return ok(potential);
}

/** 𝓛 written with the activation; a linear layer (g = v) may write its state instead. */
function generatingTerm(
  g: { of: string; function: Expr },
  layers: ReadonlyMap<string, LayerTheory>,
): Result<Expr> {
  const theory = layers.get(g.of)!;
  const { layer, activation } = theory;
  if (!symbolsOf(g.function).has(layer.state)) return ok(g.function);
  const linear = activation.expr.kind === "tensor" && activation.expr.symbol === layer.state;
  if (!linear)
    return fail({
      code: "generating-of-state",
      message: `the generating function uses the state ${layer.state.name}, but the activation of ${layer.name} is not its state`,
      hint: `write it with the activation ${layer.activation.name}`,
      ...(layer.span && { span: layer.span }),
    });
  return ok(replaceTensor(g.function, layer.state, layer.over, at(layer.activation, layer.over)));
}

function fullFlow(network: Network, journal: Journal): Flow {
  const flow = flowOf(network, journal);
  recordFlow(flow, isLinear(network), journal, "");
  for (const layer of network.declared.values())
    if (layer.force !== undefined) compareForces(network, layer, journal);
  return flow;
}

/** Records the force that the energy implies beside the declared one, and what their difference means. */
function compareForces(network: Network, layer: Layer, journal: Journal): void {
  const kind = forceKind(network, layer);
  if (kind === "gradient") {
    journal.note(`The declared force on ${layer.name} equals minus the derivative of the potential.`);
    return;
  }
  journal.step(
    `Force on ${layer.name} that the energy implies`,
    "Minus the derivative of the potential; the declared force differs from it.",
    {
      [`−∂U/∂${layer.activation.name}`]: journal.formula(layer.over, forceOf(network.potential, layer)),
    },
  );
  journal.note(
    kind === "flat"
      ? `The declared force on ${layer.name} differs from minus the derivative of the potential only along a flat direction of its Hessian: dE/dt is the same.`
      : `The declared force on ${layer.name} is not minus the derivative of the potential: descent of the energy does not follow from its form.`,
  );
}

/** With linear layers (g = v) the energy of states alone is the one that papers print. */
const isLinear = (network: Network): boolean =>
  [...network.layers.values()].every(
    ({ layer, activation }) => activation.expr === at(layer.state, layer.over),
  );

const FULL_ENERGY = "The neuron energies of all layers plus the potential.";
const REDUCED_ENERGY =
  "The energy where the fast layer is at rest: its neuron energy and its synapses leave minus its Lagrangian there.";

function recordFlow(flow: Flow, linear: boolean, journal: Journal, suffix: string): void {
  if (flow.energy !== undefined)
    journal.step(`Energy${suffix}`, suffix === "" ? FULL_ENERGY : REDUCED_ENERGY, {
      E: { over: [], expr: linear ? flow.energy : (flow.pairedEnergy ?? flow.energy) },
    });
  const motions = [...flow.motions.values()];
  journal.step(
    `Dynamics${suffix}`,
    "Each state follows minus the derivative of the energy with respect to its activation, divided by its time constant.",
    Object.fromEntries(motions.map((m) => [`d${m.state.name}/dt`, { over: m.over, expr: m.paired }])),
  );
  if (flow.descent !== undefined)
    journal.step(
      `Rate of change of the energy${suffix}`,
      flow.descent.terms.some((t) => t.shape === "chain-rule")
        ? "The chain rule; a layer with a declared force contributes no quadratic form."
        : "The chain rule; each layer contributes a quadratic form in its rates.",
      {
        "dE/dt": { over: [], expr: add(flow.descent.terms.map((t) => t.form)) },
      },
    );
}

interface Limits {
  limits: Limit[];
  outputs: Map<string, Formula>;
  activations: Map<string, Formula>;
  network: Network;
}

/** Eliminates the fast layers in order; stops at the first whose stationary state is not explicit. */
function takeLimits(full: Network, fast: readonly string[], journal: Journal): Limits {
  const limits: Limit[] = [];
  let network = full;
  let states = new Map<string, Formula>();
  let activations = new Map<string, Formula>();
  for (const name of fast) {
    const result = eliminate(network, name, journal);
    if (!result.explicit) {
      limits.push({ fast: name, explicit: false, reason: result.reason });
      journal.note(`The adiabatic limit of ${name} is not explicit: ${result.reason}.`);
      break;
    }
    const layer = network.declared.get(name)!;
    const put = (f: Formula): Formula =>
      journal.formula(f.over, replaceTensor(f.expr, layer.activation, layer.over, result.activation.expr));
    states = new Map([...mapFormulas(states, put), [name, result.stationary]]);
    activations = new Map([...mapFormulas(activations, put), [name, result.activation]]);
    network = result.network;
    const flow = flowOf(network, journal);
    journal.step(
      `Stationary ${name}`,
      "A fast layer rests where the energy is stationary in its activation.",
      { [name]: result.stationary },
    );
    recordFlow(flow, isLinear(network), journal, ` with ${name} at rest`);
    limits.push({
      fast: name,
      explicit: true,
      stationary: ofStates(result.stationary, network, journal),
      flow,
    });
  }
  const slow = [...network.layers].map(([name, l]) => [name, l.activation] as const);
  const finish = (f: Formula): Formula => ofStates(f, network, journal);
  return {
    limits,
    network,
    outputs: mapFormulas(states, finish),
    activations: new Map([...mapFormulas(activations, finish), ...slow]),
  };
}

const mapFormulas = (m: ReadonlyMap<string, Formula>, f: (x: Formula) => Formula): Map<string, Formula> =>
  new Map([...m].map(([k, v]) => [k, f(v)]));

const ofStates = (f: Formula, network: Network, journal: Journal): Formula =>
  journal.formula(f.over, withStates(f.expr, network.layers.values()));
