/**
 * A theory comes in; every obligation of energy descent, each proved, refuted or undecided, goes out, with a
 * certificate that the closed checker has accepted wherever descent is said to be proved.
 */
import {
  type Flow,
  inStates,
  type LayeredTheory,
  type LayerTheory,
  type Motion,
  type StateTheory,
  type Theory,
} from "../derivation/index.js";
import { type Expr, isNonNegative, isPositive, showR } from "../index-notation/index.js";
import type { Model } from "../model/index.js";
import { checkCertificate, type ModelCertificate, type NestedText, type Proof } from "./checker/index.js";
import { layeredBoundedBelow, stateBoundedBelow } from "./obligations/bounded-below.js";
import { type LagrangianVerdict, proveLagrangian } from "./obligations/convexity.js";
import { type FlatDirection, isDiagonal, strictnessOf } from "./obligations/hessian.js";
import { holdsEverywhere } from "./obligations/hypotheses.js";
import { reversalOf } from "./obligations/reverse.js";
import { energyOfDynamics } from "./obligations/state-energy.js";
import { trajectoryObligations } from "./obligations/trajectories.js";
import { type DescentWitness, findAscent } from "./refuter/descent.js";
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
  /** Along which the Lagrangian lies above its chord, for convexity. */
  readonly direction?: Readonly<Record<string, NestedText>>;
  readonly dEdt?: number;
}

export interface Verification {
  /** That of `descent`. */
  readonly verdict: Verdict;
  readonly obligations: readonly Obligation[];
  /** The energy, when it was found and not declared. */
  readonly energy?: Expr;
  /** dE/dt of states and parameters, when the model has an energy. */
  readonly dEdt?: Expr;
  readonly certificate?: ModelCertificate;
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
    ...motions.map(([name, m]) => timeConstantObligation(name, m, theory.layers.get(name)!)),
  ];
  const proofs = new Map(
    convexity.flatMap((c) => (c.proof === undefined ? [] : [[c.name, c.proof] as const])),
  );
  const certificate = premises.every((o) => o.verdict === "proved")
    ? certified(theory, flow, proofs)
    : undefined;
  const descent = descentObligation(theory.model, flow, certificate !== undefined, premises);
  const allConvex = convexity.every((c) => c.verdict === "proved");
  return {
    verdict: descent.verdict,
    obligations: [
      ...premises,
      descent,
      layeredBoundedBelow(theory, flow, layers, allConvex),
      strictness(layers),
    ],
    ...(flow.descent && { dEdt: flow.descent.total }),
    ...(certificate && descent.verdict === "proved" && { certificate }),
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

function mobilityObligation(theory: LayeredTheory, flow: Flow, m: Motion, l: LayerTheory): Obligation[] {
  if (m.mobility === undefined && m.clamped === undefined) return [];
  const name = l.layer.name;
  const scalar = [m.mobility, m.clamped].every((e) => e === undefined || !mentionsLayer(e, m));
  const fits = scalar || isDiagonal(l);
  const signed =
    m.mobility === undefined || isNonNegative(inStates(theory, m.mobility, flow === theory.full));
  const verdict = fits && signed ? "proved" : "undecided";
  const method = !signed
    ? "the mobility is not shown to be nonnegative"
    : scalar
      ? "a nonnegative mobility that is one number for the whole layer"
      : isDiagonal(l)
        ? "mobility and Hessian are both diagonal and nonnegative"
        : "the mobility varies within a layer whose Hessian is not diagonal: the symmetric part of HM decides";
  return [{ name: `mobility:${name}`, verdict, method }];
}

function timeConstantObligation(name: string, m: Motion, l: LayerTheory): Obligation {
  const label = `time-constants:${name}`;
  if (!isPositive(m.tau))
    return {
      name: label,
      verdict: "undecided",
      method: "the time constant is not shown to be positive: declare `sign: positive`",
    };
  if (!mentionsLayer(m.tau, m))
    return { name: label, verdict: "proved", method: "one positive time constant for the whole layer" };
  if (isDiagonal(l))
    return { name: label, verdict: "proved", method: "positive time constants, and the Hessian is diagonal" };
  return {
    name: label,
    verdict: "undecided",
    method:
      "time constants differ within a layer whose Hessian is not diagonal: the symmetric part of diag(tau) H must be nonnegative, which unequal time constants in one softmax break",
  };
}

const mentionsLayer = (e: Expr, m: Motion): boolean =>
  e.free.some((i) => m.over.some((o) => o.key === i.key));

function descentObligation(
  model: Model,
  flow: Flow,
  proved: boolean,
  premises: readonly Obligation[],
): Obligation {
  const name = "descent";
  if (flow.descent === undefined)
    return { name, verdict: "undecided", method: "the model has no energy whose descent could be checked" };
  if (proved)
    return {
      name,
      verdict: "proved",
      method:
        "dE/dt = −Σ τ ẋᵀ H ẋ with convex Lagrangians, positive time constants and nonnegative mobilities (theory section 2); the certificate was replayed",
    };
  const witness = findAscent(flow.descent.total, model.dimensions, (env) =>
    model.domain.every((d) => holdsEverywhere(d, env)),
  );
  if (witness !== undefined)
    return {
      name,
      verdict: "refuted",
      method: `a state at which dE/dt = ${witness.value} is positive`,
      counterexample: counterexampleOf(witness),
    };
  return {
    name,
    verdict: "undecided",
    method: `${missingFor(model, premises)}; no state with dE/dt > 0 was found`,
  };
}

/** What keeps descent from being proved. */
function missingFor(model: Model, premises: readonly Obligation[]): string {
  const open = premises.filter((o) => o.verdict !== "proved").map((o) => o.name);
  if (open.length > 0) return `not shown: ${open.join(", ")}`;
  return model.kind === "state"
    ? "this version proves descent for models with layers only"
    : "the checker did not accept the proof";
}

function strictness(layers: readonly LayerTheory[]): Obligation {
  const found = layers.map(strictnessOf);
  const flat = found.flatMap((s) => s.flat);
  const name = "strictness";
  if (found.every((s) => s.strict))
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
    method: "the Hessian is not shown to be positive definite, and no flat direction was found",
    flatDirections: [],
  };
}

// ---- states -------------------------------------------------------------------------------------------

function verifyStates(theory: StateTheory, flow: Flow): Verification {
  const energy = flow.energy;
  const descent = descentObligation(theory.model, flow, false, []);
  if (energy === undefined) return { verdict: descent.verdict, obligations: [descent] };
  const bound = stateBoundedBelow(theory, flow);
  return {
    verdict: descent.verdict,
    obligations: [descent, bound],
    ...(flow.descent && { dEdt: flow.descent.total }),
  };
}

// ---- witnesses ----------------------------------------------------------------------------------------

function counterexampleOf(w: DescentWitness): Counterexample {
  const values = [...w.values].map(([s, v]): [string, NestedText] => [
    s.name,
    nest(v.shape, v.data.map(showR)),
  ]);
  return { dimensions: Object.fromEntries(w.dimensions), values: Object.fromEntries(values), dEdt: w.value };
}

function nest(shape: readonly number[], data: readonly string[]): NestedText {
  const [n, ...rest] = shape;
  if (n === undefined) return data[0]!;
  const stride = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: n }, (_, k) => nest(rest, data.slice(k * stride, (k + 1) * stride)));
}
