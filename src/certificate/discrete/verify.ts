/** A theory of discrete states comes in; whether an update can raise the energy, and whether runs end, goes out. */
import type { StateTheory } from "../../derivation/index.js";
import type { Obligation, Verification } from "../verify.js";
import { isTotal } from "./regularity.js";
import { type Findings, findFaults } from "./search.js";
import { jointStep, type StepTheorem, singleStep } from "./step.js";
import { isJoint, type System, systemOf } from "./system.js";
import { givesValuesOnly } from "./values.js";

interface Step extends StepTheorem {
  readonly name: string;
}

/** Descent per update (docs/language.md): proved by a step theorem, refuted by an update, or undecided. */
export function verifyDiscrete(theory: StateTheory): Verification {
  const system = systemOf(theory.model);
  if (typeof system === "string") {
    const descent: Obligation = { name: "descent", verdict: "undecided", method: system };
    return { verdict: "undecided", obligations: [descent] };
  }
  const steps = stepsOf(system);
  const faults = findFaults(system, {
    rise: steps.some((t) => t.because === undefined),
    cycle: isJoint(system) && steps.some((t) => !t.strict),
    outside: system.states
      .filter((s) => s.map !== undefined && !givesValuesOnly(system, s))
      .map((s) => s.name),
  });
  const descent = descentOf(system, steps, faults);
  return {
    verdict: descent.verdict,
    obligations: [
      ...mapObligations(system, faults),
      ...steps.map(stepObligation),
      descent,
      boundOf(system),
      strictnessOf(system, steps, descent, faults),
    ],
  };
}

const PROVED: { readonly [O in System["order"]]: string } = {
  ascending: "no update of a single component raises the energy, by the step theorem of each state",
  random: "no update of a single component raises the energy, by the step theorem of each state",
  synchronous: "no synchronous update raises the energy, by the step theorem",
  block: "no update of all components of one state raises the energy, by the step theorem of each state",
};

const RAISED: { readonly [O in System["order"]]: string } = {
  ascending: "an update of one component",
  random: "an update of one component",
  synchronous: "a synchronous update",
  block: "an update of all components of one state",
};

function stepsOf(system: System): Step[] {
  if (system.order === "synchronous") return [{ name: "step", ...jointStep(system) }];
  return system.states.map((s) => ({
    name: `step:${s.name}`,
    ...(system.order === "block" ? jointStep(system, [s]) : singleStep(system, s)),
  }));
}

const stepObligation = ({ name, because, missing }: Step): Obligation =>
  because === undefined
    ? { name, verdict: "undecided", method: missing! }
    : { name, verdict: "proved", method: because };

function mapObligations(system: System, faults: Findings): Obligation[] {
  return system.states.flatMap((s): Obligation[] => {
    if (s.map === undefined) return [];
    const name = `map:${s.name}`;
    if (givesValuesOnly(system, s))
      return [{ name, verdict: "proved", method: `every value of the map is one of ${s.name}` }];
    const outside = faults.outside.get(s.name);
    if (outside === undefined)
      return [
        {
          name,
          verdict: "undecided",
          method: `the values of the map are not shown to be those of ${s.name}, and no other was found`,
        },
      ];
    const method = `the map gives ${outside.value}, which is no value of ${s.name}: the component then keeps its own`;
    return [{ name, verdict: "refuted", method, counterexample: outside }];
  });
}

function descentOf(system: System, steps: readonly Step[], faults: Findings): Obligation {
  const name = "descent";
  if (steps.every((t) => t.because !== undefined))
    return {
      name,
      verdict: "proved",
      method: PROVED[system.order],
    };
  if (faults.rise !== undefined)
    return {
      name,
      verdict: "refuted",
      method: `${RAISED[system.order]} raises the energy by ${faults.rise.value}`,
      counterexample: faults.rise,
    };
  const open = steps.filter((t) => t.because === undefined).map((t) => t.name);
  return {
    name,
    verdict: "undecided",
    method: `not shown: ${open.join(", ")}; no update that raises the energy was found at dimensions 1 to 4`,
  };
}

const boundOf = ({ energy }: System): Obligation =>
  isTotal(energy)
    ? {
        name: "bounded-below",
        verdict: "proved",
        method: "finitely many states at fixed dimensions and parameters, with a finite energy at each",
      }
    : {
        name: "bounded-below",
        verdict: "undecided",
        method: "the energy is not shown to have a value at every state",
      };

function strictnessOf(
  system: System,
  steps: readonly Step[],
  descent: Obligation,
  faults: Findings,
): Obligation {
  const name = "strictness";
  if (descent.verdict === "proved" && steps.every((t) => t.strict)) {
    const visiting = isJoint(system) ? "" : " that keeps visiting every component";
    return {
      name,
      verdict: "proved",
      method: `every update that changes the state lowers the energy, and there are finitely many states: a run${visiting} ends in a fixed point`,
      flatDirections: [],
    };
  }
  if (faults.cycle !== undefined)
    return {
      name,
      verdict: "refuted",
      method: "two states follow each other for ever: the run ends in a cycle and not in a fixed point",
      counterexample: faults.cycle,
      flatDirections: [],
    };
  return {
    name,
    verdict: "undecided",
    method: "an update may change the state and leave the energy as it is; no cycle of two states was found",
    flatDirections: [],
  };
}
