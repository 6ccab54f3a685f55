/**
 * A theory comes in; every obligation of energy descent, each proved, refuted or undecided, goes out, with a
 * certificate that the closed checker has accepted wherever descent of a flow is said to be proved or refuted.
 */
import {
  type Flow,
  jumpsOf,
  type LayeredTheory,
  type LayerTheory,
  type StateTheory,
  type Theory,
} from "../derivation/index.js";
import { type Expr, symbolsOf } from "../index-notation/index.js";
import {
  type Certificate,
  checkCertificate,
  type ModelCertificate,
  type NestedText,
  type Proof,
} from "./checker/index.js";
import { isDiscrete, verifyDiscrete } from "./discrete/index.js";
import { decideFlow, refutedFlow } from "./flow/index.js";
import { proveLayeredFlow } from "./flow/layered.js";
import { layeredBoundedBelow, stateBoundedBelow } from "./obligations/bounded-below.js";
import { type LagrangianVerdict, proveLagrangian } from "./obligations/convexity.js";
import { type FlatDirection, strictnessOf } from "./obligations/hessian.js";
import { mobilityObligation } from "./obligations/mobility.js";
import { reversalOf } from "./obligations/reverse.js";
import { energyOfDynamics } from "./obligations/state-energy.js";
import { timeConstantObligation } from "./obligations/time-constants.js";
import { trajectoryObligations } from "./obligations/trajectories.js";
import { counterexampleOf, hypothesesOf } from "./obligations/witness.js";
import { findAscent } from "./refuter/descent.js";
import { digestOf, statementOf } from "./statement.js";

export type Verdict = "proved" | "refuted" | "undecided";

/** One thing that descent rests on, or that follows from it (theory section 2). */
export interface Obligation {
  readonly name: string;
  readonly verdict: Verdict;
  /** How it was decided, or what is missing. */
  readonly method: string;
  readonly counterexample?: Counterexample;
  /** Directions along which energy stays constant while the state may move. */
  readonly flatDirections?: readonly FlatDirection[];
}

/** Values by name, as fractions nested by index, and the value there of what should have had the other sign. */
export interface Counterexample {
  readonly dimensions: Readonly<Record<string, number>>;
  readonly values: Readonly<Record<string, NestedText>>;
  /** Along which the Lagrangian lies above its chord, or a quadratic form is negative. */
  readonly direction?: Readonly<Record<string, NestedText>>;
  readonly dEdt?: number;
  /** What has the wrong sign, as a fraction or to six digits, where it is not dE/dt. */
  readonly value?: string;
  /** The state after the update, for discrete states. */
  readonly next?: Readonly<Record<string, NestedText>>;
  /** Energies before and after the update. */
  readonly energies?: readonly [string, string];
}

export interface Verification {
  /** That of `descent`. */
  readonly verdict: Verdict;
  readonly obligations: readonly Obligation[];
  /** The energy, when it was found and not declared. */
  readonly energy?: Expr;
  /** dE/dt of states and parameters, when the model has an energy. */
  readonly dEdt?: Expr;
  /** That descent holds, or that it fails at the state of the counterexample; accepted by the checker. */
  readonly certificate?: Certificate;
}

/** Verifies the reduced flow of a theory, or the full one. */
export function verifyTheory(theory: Theory, full = false): Verification {
  const reversal = theory.kind === "layered" ? reversalOf(theory) : energyOfDynamics(theory);
  if (reversal === undefined) return verifyDeclared(theory, full);
  const { kind, method } = reversal;
  const potential: Obligation = {
    name: "potential",
    verdict: kind === "found" ? "proved" : kind === "none" ? "refuted" : "undecided",
    method,
    ...(kind === "none" && { counterexample: reversal.counterexample }),
  };
  if (kind === "found") {
    const { energy } = full ? reversal.theory.full : reversal.theory.reduced;
    return { ...withPotential(verifyDeclared(reversal.theory, full), potential), ...(energy && { energy }) };
  }
  const declared = withPotential(verifyDeclared(theory, full), potential);
  const { model } = theory;
  const claims = model.kind === "layered" && (model.synapses.size > 0 || model.generating !== undefined);
  return claims ? declared : withoutEnergy(declared);
}

const verifyDeclared = (theory: Theory, full: boolean): Verification => {
  const flow = full ? theory.full : theory.reduced;
  if (theory.kind === "state" && isDiscrete(theory.model)) return verifyDiscrete(theory);
  const v = theory.kind === "layered" ? verifyLayered(theory, flow) : verifyStates(theory, flow);
  return { ...v, obligations: [...v.obligations, ...trajectoryObligations(theory, flow, v.obligations)] };
};

const withPotential = (v: Verification, potential: Obligation): Verification => ({
  ...v,
  obligations: [potential, ...v.obligations.filter((o) => o.name !== "potential")],
});

/** Nothing is claimed of an energy that nobody declared and that was not found. */
function withoutEnergy({ obligations }: Verification): Verification {
  const descent: Obligation = {
    name: "descent",
    verdict: "undecided",
    method: "no energy is claimed, and none was found: see potential",
  };
  const others = obligations.filter((o) => o.name !== "bounded-below");
  return { verdict: "undecided", obligations: others.map((o) => (o.name === "descent" ? descent : o)) };
}

// ---- layers -------------------------------------------------------------------------------------------

function verifyLayered(theory: LayeredTheory, flow: Flow): Verification {
  const layers = [...flow.motions.keys()].map((name) => theory.layers.get(name)!);
  const convexity = layers.map((l) => ({ name: l.layer.name, ...proveLagrangian(theory, l) }));
  const motions = [...flow.motions];
  const premises: Obligation[] = [
    potentialObligation(theory, flow),
    ...convexity.map(convexityObligation),
    ...motions.flatMap(([name, m]) => mobilityObligation(theory, flow, m, theory.layers.get(name)!)),
    ...motions.map(([name, m]) => timeConstantObligation(theory, flow, m, theory.layers.get(name)!)),
  ];
  const proofs = new Map(
    convexity.flatMap((c) => (c.proof === undefined ? [] : [[c.name, c.proof] as const])),
  );
  const proved = premises.every((o) => o.verdict === "proved") ? certified(theory, flow, proofs) : undefined;
  const jumps = layers.flatMap((l) => jumpText(l));
  const { obligation: descent, certificate } =
    proved !== undefined
      ? { obligation: DESCENDS, certificate: proved }
      : (descentOfForces(theory, flow) ??
        ascentOr(theory, flow, () => [...jumps, ...missingFor(premises, jumps)].join("; ")));
  const allConvex = convexity.every((c) => c.verdict === "proved");
  return {
    verdict: descent.verdict,
    obligations: [
      ...premises,
      descent,
      layeredBoundedBelow(theory, flow, layers, allConvex),
      strictness(layers, jumps),
    ],
    ...(flow.descent && { dEdt: flow.descent.total }),
    ...(certificate && { certificate }),
  };
}

function certified(
  theory: LayeredTheory,
  flow: Flow,
  proofs: ReadonlyMap<string, Proof>,
): ModelCertificate | undefined {
  const statement = statementOf(theory, flow);
  const certificate: ModelCertificate = {
    format: "legendre-certificate/1",
    subject: "model",
    digest: digestOf(statement),
    statement,
    verdict: "proved",
    convexity: Object.fromEntries(proofs),
  };
  return checkCertificate(certificate).accepted ? certificate : undefined;
}

function potentialObligation(theory: LayeredTheory, flow: Flow): Obligation {
  const name = "potential";
  const forced = [...flow.motions.keys()].filter((n) => theory.layers.get(n)!.layer.force !== undefined);
  if (forced.length === 0)
    return {
      name,
      verdict: "proved",
      method: "every force is minus the derivative of one potential, by construction",
    };
  const differing = forced.filter((n) => !theory.gradientForces.has(n));
  if (differing.length === 0)
    return {
      name,
      verdict: "proved",
      method: `the declared force on ${forced.join(", ")} equals minus the derivative of the potential`,
    };
  return {
    name,
    verdict: "refuted",
    method: `the declared force on ${differing.join(", ")} is not minus the derivative of the declared potential; this refutes this form of the energy only`,
  };
}

function convexityObligation(c: LagrangianVerdict & { readonly name: string }): Obligation {
  const { verdict, method, counterexample } = c;
  return { name: `convexity:${c.name}`, verdict, method, ...(counterexample && { counterexample }) };
}

interface Descent {
  readonly obligation: Obligation;
  readonly certificate?: Certificate;
}

const DESCENT = "descent";

const DESCENDS: Obligation = {
  name: DESCENT,
  verdict: "proved",
  method:
    "dE/dt = −Σ τ ẋᵀ H ẋ with convex Lagrangians, positive time constants and nonnegative mobilities (Krotov and Hopfield 2020); the certificate was replayed",
};

/** Declared forces need not be minus the derivative of the potential where the Hessian does not see the difference. */
function descentOfForces(theory: LayeredTheory, flow: Flow): Descent | undefined {
  const forced = [...flow.motions.keys()].some((n) => theory.layers.get(n)!.layer.force !== undefined);
  const certificate = forced ? proveLayeredFlow(theory, flow) : undefined;
  if (certificate === undefined) return undefined;
  const method =
    "∇E = −∇²L dx/dt along the declared forces, with L = Σ τ L_a convex: dE/dt = −ẋᵀ∇²L ẋ (Krotov and Hopfield 2020); the certificate was replayed";
  return { obligation: { name: DESCENT, verdict: "proved", method }, certificate };
}

/** A state at which dE/dt > 0, confirmed by the checker; else what is missing for a proof. */
function ascentOr(theory: Theory, flow: Flow, missing: () => string): Descent {
  const { model } = theory;
  if (flow.descent === undefined || flow.energy === undefined) {
    const method = "the model has no energy whose descent could be checked";
    return { obligation: { name: DESCENT, verdict: "undecided", method } };
  }
  const { symbols, hold } = hypothesesOf(model);
  const mentioned = [flow.energy, ...[...flow.motions.values()].map((m) => m.rate)].flatMap((e) => [
    ...symbolsOf(e),
  ]);
  let certificate: Certificate | undefined;
  const witness = findAscent(
    flow.descent.total,
    model.dimensions,
    { symbols: new Set([...symbols, ...mentioned]), hold },
    (w) => {
      const { dimensions, values } = counterexampleOf(w);
      certificate = refutedFlow(theory, flow, { dimensions, values });
      return certificate !== undefined;
    },
  );
  if (witness === undefined || certificate === undefined) {
    const method = `${missing()}; no state with dE/dt > 0 was found`;
    return { obligation: { name: DESCENT, verdict: "undecided", method } };
  }
  return { obligation: refuted({ ...counterexampleOf(witness), dEdt: witness.value }), certificate };
}

const refuted = (counterexample: Counterexample): Obligation => ({
  name: DESCENT,
  verdict: "refuted",
  method: `a state at which dE/dt = ${counterexample.dEdt} is positive; the certificate was replayed`,
  counterexample,
});

/** Where the activation of a layer is not shown to be continuous, and what that means. */
function jumpText({ layer, lagrangian }: LayerTheory): string[] {
  const places = jumpsOf(layer, lagrangian).map((k) => k.place);
  if (places.length === 0) return [];
  return [
    `the activation of ${layer.name} is not shown to be continuous at ${places.join(", ")}: where it jumps, the dynamics is a differential inclusion`,
  ];
}

/** What keeps descent from being proved, jumps aside. */
function missingFor(premises: readonly Obligation[], jumps: readonly string[]): string[] {
  const open = premises.filter((o) => o.verdict !== "proved").map((o) => o.name);
  if (open.length > 0) return [`not shown: ${open.join(", ")}`];
  return jumps.length > 0 ? [] : ["the checker did not accept the proof"];
}

/** A jump of an activation leaves flat directions flat, but positive entries of the Hessian show nothing across it. */
function strictness(layers: readonly LayerTheory[], jumps: readonly string[]): Obligation {
  const found = layers.map(strictnessOf);
  const flat = found.flatMap((s) => s.flat);
  const name = "strictness";
  if (jumps.length === 0 && found.every((s) => s.strict))
    return {
      name,
      verdict: "proved",
      method: "every Hessian is diagonal with positive entries: energy is constant only at equilibria",
      flatDirections: [],
    };
  if (flat.length > 0)
    return {
      name,
      verdict: "refuted",
      method: "the Hessian is singular: energy can stay constant while the state moves",
      flatDirections: flat,
    };
  return {
    name,
    verdict: "undecided",
    method:
      jumps.join("; ") || "the Hessian is not shown to be positive definite, and no flat direction was found",
    flatDirections: [],
  };
}

// ---- states -------------------------------------------------------------------------------------------

function verifyStates(theory: StateTheory, flow: Flow): Verification {
  const { obligation: descent, certificate } = descentOfStates(theory, flow);
  if (flow.energy === undefined) return { verdict: descent.verdict, obligations: [descent] };
  return {
    verdict: descent.verdict,
    obligations: [descent, stateBoundedBelow(theory, flow)],
    ...(flow.descent && { dEdt: flow.descent.total }),
    ...(certificate && { certificate }),
  };
}

function descentOfStates(theory: StateTheory, flow: Flow): Descent {
  const found = decideFlow(theory, flow);
  if (found.verdict === "proved") {
    const method = `${found.method}; the certificate was replayed`;
    return { obligation: { name: DESCENT, verdict: "proved", method }, certificate: found.certificate };
  }
  if (found.verdict === "refuted")
    return { obligation: refuted(found.counterexample), certificate: found.certificate };
  return ascentOr(theory, flow, () => found.missing);
}
