/**
 * A theory comes in; every obligation of energy descent, each proved, refuted or undecided, goes out, with a
 * certificate that the closed checker has accepted wherever descent is said to be proved.
 */
import {
  type Flow,
  inStates,
  jumpsOf,
  type LayeredTheory,
  type LayerTheory,
  type Motion,
  type StateTheory,
  type Theory,
} from "../derivation/index.js";
import { type Environment, evaluate, holds, isUndefined } from "../index-notation/evaluate/index.js";
import { type Expr, evaluateD, isNonNegative, isPositive, showR } from "../index-notation/index.js";
import type { DomainCondition, Model } from "../model/index.js";
import { checkCertificate, type ModelCertificate, type NestedText, type Proof } from "./checker/index.js";
import { layeredBound, stateBound } from "./obligations/bounded.js";
import { type LagrangianVerdict, proveLagrangian } from "./obligations/convexity.js";
import { type FlatDirection, isDiagonal, strictnessOf } from "./obligations/hessian.js";
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
  /** dE/dt of states and parameters, when the model has an energy. */
  readonly dEdt?: Expr;
  readonly certificate?: ModelCertificate;
}

/** Verifies the reduced flow of a theory, or the full one. */
export function verifyTheory(theory: Theory, full = false): Verification {
  const flow = full ? theory.full : theory.reduced;
  return theory.kind === "layered" ? verifyLayered(theory, flow) : verifyStates(theory, flow);
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
  const jumps = layers.flatMap((l) => jumpText(l));
  const descent = descentObligation(theory.model, flow, certificate !== undefined, premises, jumps);
  const allConvex = convexity.every((c) => c.verdict === "proved");
  return {
    verdict: descent.verdict,
    obligations: [
      ...premises,
      descent,
      boundObligation(allConvex ? layeredBound(layers, potentialOf(theory, flow)) : undefined),
      strictness(layers, jumps),
    ],
    ...(flow.descent && { dEdt: flow.descent.total }),
    ...(certificate && descent.verdict === "proved" && { certificate }),
  };
}

/** The potential of what still moves: with fast layers gone it is that of the last limit. */
const potentialOf = (theory: LayeredTheory, flow: Flow): Expr =>
  flow === theory.full ? theory.potential : theory.reducedPotential;

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
  jumps: readonly string[] = [],
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
  const { total } = flow.descent;
  const witness = findAscent(
    total,
    model.dimensions,
    (env) => hasEnergy(flow, env) && model.domain.every((d) => holdsEverywhere(d, env)),
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
    method: `${[...jumps, ...missingFor(model, premises, jumps)].join("; ")}; no state with dE/dt > 0 was found`,
  };
}

/** A formula for dE/dt can have a value where the energy itself has none: that is no state of the model. */
const hasEnergy = (flow: Flow, env: Environment): boolean =>
  flow.energy === undefined || !isUndefined(evaluate(flow.energy, env));

/** Where the activation of a layer is not shown to be continuous, and what that means. */
function jumpText({ layer, lagrangian }: LayerTheory): string[] {
  const places = jumpsOf(layer, lagrangian).map((k) => k.place);
  if (places.length === 0) return [];
  return [
    `the activation of ${layer.name} is not shown to be continuous at ${places.join(", ")}: where it jumps, the dynamics is a differential inclusion`,
  ];
}

/** What keeps descent from being proved, jumps aside. */
function missingFor(model: Model, premises: readonly Obligation[], jumps: readonly string[]): string[] {
  const open = premises.filter((o) => o.verdict !== "proved").map((o) => o.name);
  if (open.length > 0) return [`not shown: ${open.join(", ")}`];
  if (model.kind === "state") return ["this version proves descent for models with layers only"];
  return jumps.length > 0 ? [] : ["the checker did not accept the proof"];
}

function boundObligation(argument: string | undefined): Obligation {
  const name = "bounded-below";
  return argument === undefined
    ? {
        name,
        verdict: "undecided",
        method: "no bound is shown by growth: compare the potential with the neuron energies",
      }
    : { name, verdict: "proved", method: argument };
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
  const energy = flow.energy;
  const motions = [...flow.motions.values()];
  const descent = descentObligation(theory.model, flow, false, []);
  if (energy === undefined) return { verdict: descent.verdict, obligations: [descent] };
  const bound = boundObligation(stateBound(energy, new Map(motions.map((m) => [m.state, m.over]))));
  return {
    verdict: descent.verdict,
    obligations: [descent, bound],
    ...(flow.descent && { dEdt: flow.descent.total }),
  };
}

// ---- witnesses ----------------------------------------------------------------------------------------

/** A condition at every value of its free indices. */
function holdsEverywhere(
  d: DomainCondition,
  env: Environment,
  indices: ReadonlyMap<string, number> = new Map(),
): boolean {
  const next = d.over[indices.size];
  if (next === undefined) return holds(d.condition, { ...env, indices }) === true;
  const size = evaluateD(next.dim, env.dimensions)!;
  return Array.from({ length: size }, (_, k) => k).every((k) =>
    holdsEverywhere(d, env, new Map([...indices, [next.key, k]])),
  );
}

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
