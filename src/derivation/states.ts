/** A model of states with energy or dynamics comes in; its theory goes out. */
import { differentiate } from "../calculus/index.js";
import { add, type Expr, neg } from "../index-notation/index.js";
import type { StateModel, StateVariable } from "../model/index.js";
import { shownEqual } from "../rewrite/index.js";
import { stateDescent } from "./descent.js";
import type { Journal } from "./journal.js";
import type { Namer } from "./names.js";
import { rateOf } from "./network.js";
import type { Flow, Formula, Motion, StateTheory } from "./theory.js";

/** τ dx/dt = −M ∂E/∂x, or the declared dynamics with the claimed energy beside it (docs/language.md). */
export function deriveStates(model: StateModel, namer: Namer, journal: Journal): StateTheory {
  const energy = model.energy === undefined ? undefined : journal.simplify(model.energy);
  const motions = new Map<string, Motion>();
  const gradient = new Set<string>();
  for (const [name, v] of model.states) {
    if (v.values !== undefined) continue;
    const { motion, isGradient } = motionOf(v, energy, model.dynamics?.get(name), journal);
    motions.set(name, motion);
    if (isGradient) gradient.add(name);
  }
  noteDiscrete(model, journal);
  const flow = record(model, energy, motions, gradient, journal);
  return {
    kind: "state",
    model,
    states: model.states,
    full: flow,
    reduced: flow,
    limits: [],
    outputs: new Map(),
    activations: new Map<string, Formula>(),
    partners: [...namer.invented.values()],
    steps: journal.steps,
    notes: journal.notes,
  };
}

function motionOf(
  v: StateVariable,
  energy: Expr | undefined,
  declared: Expr | undefined,
  journal: Journal,
): { motion: Motion; isGradient: boolean } {
  const drive =
    energy === undefined ? undefined : journal.simplify(neg(differentiate(energy, v.symbol, v.over)));
  const descent = drive === undefined ? undefined : journal.simplify(rateOf(drive, v));
  const rate = declared === undefined ? descent! : journal.simplify(declared);
  const isGradient = descent !== undefined && (declared === undefined || shownEqual(rate, descent));
  if (declared !== undefined && isGradient)
    journal.note(`The dynamics of ${v.name} are the gradient flow of the energy.`);
  const { mobility, clamped } = v;
  const motion: Motion = {
    state: v.symbol,
    over: v.over,
    tau: v.tau,
    drive: isGradient ? drive! : rate,
    paired: rate,
    rate,
    ...(mobility !== undefined && { mobility }),
    ...(clamped !== undefined && { clamped }),
  };
  return { motion, isGradient };
}

function noteDiscrete(model: StateModel, journal: Journal): void {
  const discrete = [...model.states.values()].filter((v) => v.values !== undefined).map((v) => v.name);
  if (discrete.length > 0)
    journal.note(
      `${discrete.join(", ")} takes discrete values: it has updates in place of a differential equation.`,
    );
}

function record(
  model: StateModel,
  energy: Expr | undefined,
  motions: Map<string, Motion>,
  gradient: Set<string>,
  journal: Journal,
): Flow {
  if (energy !== undefined)
    journal.step("Energy", model.dynamics === undefined ? "As declared." : "As claimed.", {
      E: { over: [], expr: energy },
    });
  const rates = Object.fromEntries(
    [...motions].map(([n, m]) => [`d${n}/dt`, { over: m.over, expr: m.rate }]),
  );
  const because =
    model.dynamics === undefined
      ? "The gradient flow of the energy with the declared time constants and mobilities."
      : "As declared, simplified.";
  if (motions.size > 0) journal.step("Dynamics", because, rates);
  if (energy === undefined || motions.size === 0) return { motions, ...(energy !== undefined && { energy }) };
  const descent = stateDescent(energy, motions, gradient, journal);
  journal.step("Rate of change of the energy", "The chain rule along the flow.", {
    "dE/dt": { over: [], expr: add(descent.terms.map((t) => t.form)) },
  });
  return { energy, motions, descent };
}
