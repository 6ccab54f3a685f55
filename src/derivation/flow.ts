/** Layers, a potential and declared forces come in; energy and equations of motion go out. */
import { add, at, mul, sub2, sum, TRUE } from "../index-notation/index.js";
import type { Layer } from "../model/index.js";
import { descentOf } from "./descent.js";
import type { Journal } from "./journal.js";
import { forceOf, type Network, rateOf, withStates } from "./network.js";
import type { Flow, Motion } from "./theory.js";

/** τ dx/dt = M(−x − ∂U/∂g), or M(−x + F) with a declared force (theory section 1, docs/language.md). */
function motionOf(network: Network, layer: Layer, journal: Journal): Motion {
  const force = layer.force ?? forceOf(network.potential, layer);
  const drive = journal.simplify(sub2(force, at(layer.state, layer.over)));
  const paired = journal.simplify(rateOf(drive, layer));
  const rate = journal.simplify(withStates(paired, network.layers.values()));
  const { tau, mobility, clamped } = layer;
  return {
    state: layer.state,
    over: layer.over,
    tau,
    drive,
    paired,
    rate,
    ...(mobility !== undefined && { mobility }),
    ...(clamped !== undefined && { clamped }),
  };
}

/** Energy, motions and dE/dt of a network. */
export function flowOf(network: Network, journal: Journal): Flow {
  const layers = [...network.layers.values()];
  const paired = layers.map((l) =>
    sub2(
      sum(l.layer.over, TRUE, mul([at(l.layer.state, l.layer.over), at(l.layer.activation, l.layer.over)])),
      l.lagrangian,
    ),
  );
  const pairedEnergy = journal.simplify(add([...paired, network.potential]));
  const energy = journal.simplify(
    add([...layers.map((l) => l.energy), withStates(network.potential, layers)]),
  );
  const motions = new Map<string, Motion>();
  for (const [name, layer] of network.declared) motions.set(name, motionOf(network, layer, journal));
  const flow = { energy, pairedEnergy, motions };
  return { ...flow, descent: descentOf(network, motions, journal) };
}
