/**
 * A flow of states and an energy come in; a certificate that the energy never rises goes out, when one of the forms of
 * dE/dt <= 0 is found and the checker accepts it. The search is not trusted.
 */
import { differentiate } from "../../calculus/index.js";
import type { Flow, Motion, StateTheory, Theory } from "../../derivation/index.js";
import {
  add,
  type Expr,
  freshIndex,
  mul,
  neg,
  num,
  power,
  renameIndices,
  sub2,
  symbolsOf,
} from "../../index-notation/index.js";
import { shownEqual, simplify } from "../../rewrite/index.js";
import type { FlowCertificate, FlowProof, Proof } from "../checker/index.js";
import { proveConvexity } from "../prover/index.js";
import { valueAt } from "../refuter/numeric/jet.js";
import { compile, Layout, Unsupported } from "../refuter/numeric/tape.js";
import { type ComponentProof, componentProof } from "./components.js";
import { asLogSumExp } from "./log-sum-exp.js";
import { orientations } from "./orientation.js";
import { isZero, quotient } from "./quotient.js";
import { flowCertificate, type StatedFlow, stateFlow } from "./statement.js";

export interface FlowFinding {
  readonly certificate: FlowCertificate;
  /** The form of the proof, in a phrase. */
  readonly method: string;
}

const RANGE: Proof = { rule: "range" };

/** The states' names, with the gradient of the energy with respect to each. */
interface Situation {
  readonly theory: Theory;
  readonly flow: Flow;
  readonly energy: Expr;
  readonly gradient: ReadonlyMap<string, Expr>;
}

/** A candidate writes its texts before the statement is made. */
interface Candidate {
  readonly method: string;
  readonly asGradient?: boolean;
  proof(stated: StatedFlow): FlowProof | undefined;
}

/** The forms in which every dimension is kept. */
export function proveFlow(theory: StateTheory, flow: Flow): FlowFinding | undefined {
  const { energy } = flow;
  if (energy === undefined || flow.motions.size === 0) return undefined;
  const gradient = new Map([...flow.motions].map(([n, m]) => [n, gradientOf(energy, m)]));
  const situation: Situation = { theory, flow, energy, gradient };
  for (const candidate of candidates(situation, theory)) {
    const stated = stateFlow(theory, flow, energy, candidate.asGradient === true);
    const proof = candidate.proof(stated);
    const certificate = proof && flowCertificate(stated, { verdict: "proved", proof });
    if (certificate !== undefined) return { certificate, method: candidate.method };
  }
  return undefined;
}

/** Forms in which every component lowers the energy by itself. */
function* componentwise(s: Situation): Generator<Candidate> {
  const force = [...s.flow.motions].every(
    ([n, m]) => s.gradient.get(n) !== undefined && m.rate !== undefined,
  );
  if (force) yield forceForm(s);
  const weights = dissipationWeights(s);
  if (weights !== undefined) yield dissipation(s, weights);
  const parts = componentForm(s);
  if (parts !== undefined) yield parts;
}

function gradientOf(energy: Expr, m: Motion): Expr {
  const fresh = m.over.map((i) => freshIndex(i.dim));
  return simplify(renameIndices(differentiate(energy, m.state, fresh), fresh, m.over));
}

function* candidates(s: Situation, theory: StateTheory): Generator<Candidate> {
  if (theory.model.dynamics === undefined) {
    yield gradientFlow(s);
    return;
  }
  if (!someComponentRises(s)) yield* componentwise(s);
  yield* lagrangianForms(s);
}

// ---- the gradient itself --------------------------------------------------------------------------------

const record = <T>(s: Situation, of: (name: string, m: Motion) => T): Record<string, T> =>
  Object.fromEntries([...s.flow.motions].map(([n, m]) => [n, of(n, m)]));

const gradientFlow = (s: Situation): Candidate => ({
  method: "the gradient flow of the energy, with a nonnegative mobility: dE/dt = −Σ (M/τ) (∂E/∂x)²",
  asGradient: true,
  proof: () => ({ rule: "gradient", proofs: record(s, () => RANGE) }),
});

/** (1 − clamped)·mobility/τ as declared. */
function declaredWeight(m: Motion): Expr {
  const open = m.clamped === undefined ? num(1) : sub2(num(1), m.clamped);
  return simplify(mul([open, m.mobility ?? num(1), power(m.tau, num(-1))]));
}

/** dx/dt = −w·∂E/∂x with w declared, or the quotient of the two. */
const forceForm = (s: Situation): Candidate => ({
  method: "the dynamics are minus the gradient of the energy, each component times a nonnegative number",
  proof(stated) {
    const weights = new Map<string, Expr>();
    for (const [n, m] of s.flow.motions) {
      const w = weightOf(m, s.gradient.get(n)!);
      if (w === undefined) return undefined;
      weights.set(n, w);
    }
    return {
      rule: "force",
      gradient: record(s, (n, m) => stated.text(s.gradient.get(n)!, m.over)),
      weights: record(s, (n, m) => stated.text(weights.get(n)!, m.over)),
      proofs: record(s, () => RANGE),
    };
  },
});

function weightOf(m: Motion, gradient: Expr): Expr | undefined {
  const declared = declaredWeight(m);
  if (shownEqual(m.rate, neg(mul([declared, gradient])))) return declared;
  return quotient(neg(m.rate), gradient);
}

// ---- dissipation ----------------------------------------------------------------------------------------

/** a in ∂E/∂x = −a·dx/dt, for every state. */
function dissipationWeights(s: Situation): ReadonlyMap<string, Expr> | undefined {
  const weights = new Map<string, Expr>();
  for (const [n, m] of s.flow.motions) {
    const g = s.gradient.get(n)!;
    const a = isZero(g) ? num(0) : quotient(neg(g), m.rate);
    if (a === undefined) return undefined;
    weights.set(n, a);
  }
  return weights;
}

const dissipation = (s: Situation, weights: ReadonlyMap<string, Expr>): Candidate => ({
  method: "∂E/∂x = −a·dx/dt with a ≥ 0 for every component: dE/dt = −Σ a·(dx/dt)²",
  proof: (stated) => ({
    rule: "dissipation",
    weights: record(s, (n, m) => stated.text(weights.get(n)!, m.over)),
    proofs: record(s, () => RANGE),
  }),
});

// ---- component by component -----------------------------------------------------------------------------

function componentForm(s: Situation): Candidate | undefined {
  const domain = s.theory.model.domain.map((d) => d.condition);
  const parts = new Map<string, { gradient: Expr; proof: ComponentProof }>();
  for (const [n, m] of s.flow.motions) {
    const found = orientations(s.gradient.get(n)!, domain)
      .map((gradient) => ({ gradient, proof: componentProof(m, gradient, weightOf(m, gradient)) }))
      .find((part) => part.proof !== undefined);
    if (found?.proof === undefined) return undefined;
    parts.set(n, { gradient: found.gradient, proof: found.proof });
  }
  return {
    method: "every component lowers the energy by itself: −∂E/∂x·dx/dt is a square or a monotone pair",
    proof: (stated) => ({
      rule: "components",
      gradient: record(s, (n, m) => stated.text(parts.get(n)!.gradient, m.over)),
      proofs: record(s, (n, m) => parts.get(n)!.proof((e) => stated.text(e, m.over))),
    }),
  };
}

// ---- the Lagrangian form --------------------------------------------------------------------------------

const MAX_TERMS = 12;
const DENOMINATORS = Array.from({ length: 60 }, (_, k) => k + 1);
/** First coordinates of points that are looked at. */
const POINTS = [0.37, -0.81, 1.13, -1.7, 2.9];
const COMPOSITION: Proof = { rule: "composition" };

/**
 * E = x·g − L + U(g): L is looked for among the terms of E. Where ∇E = −∇²L·dx/dt, dE/dt = −ẋᵀ∇²L ẋ.
 */
function* lagrangianForms(s: Situation): Generator<Candidate> {
  for (const { lagrangian: found, scale } of lagrangiansIn(s)) {
    const exponentials = asLogSumExp(found);
    const lagrangian = exponentials ?? found;
    const proof = exponentials === undefined ? convexityProof(s, found) : COMPOSITION;
    if (proof === undefined) continue;
    yield {
      method: "E = x·g − L + U(g) with a convex Lagrangian L found in the energy: dE/dt = −ẋᵀ∇²L ẋ",
      proof: (stated) => ({ rule: "lagrangian", lagrangian: stated.text(lagrangian), scale, proof }),
    };
  }
}

interface Scaled {
  readonly lagrangian: Expr;
  readonly scale: string;
}

/**
 * Sums l of terms of −E with ∇E = −c·∇²l·dx/dt at a point: the equations are linear in the choice of terms, so that each term
 * is differentiated once.
 */
function lagrangiansIn(s: Situation): Scaled[] {
  const motions = [...s.flow.motions];
  const terms = s.energy.kind === "add" ? s.energy.terms : [s.energy];
  if (terms.length > MAX_TERMS || motions.some(([, m]) => m.over.length > 0)) return [];
  const forms = terms.map((t) => motions.map(([, m]) => hessianTimesRate(neg(t), m, motions)));
  const target = motions.map(([n]) => neg(s.gradient.get(n)!));
  const at = numbersAt([...forms.flat(), ...target]);
  if (at === undefined) return [];
  const rows = forms.map((row) => row.map(at));
  const goal = target.map(at);
  const found: Scaled[] = [];
  for (let chosen = 1; chosen < 2 ** terms.length && found.length < 3; chosen++) {
    const picked = terms.map((_, k) => k).filter((k) => chosen & (1 << k));
    const sums = goal.map((_, j) => picked.reduce((a, k) => a + rows[k]![j]!, 0));
    const scale = proportion(goal, sums);
    if (scale === undefined) continue;
    found.push({ lagrangian: simplify(neg(add(picked.map((k) => terms[k]!)))), scale });
  }
  return found;
}

/** A fraction c > 0 with goal = c·sums; a single equation says nothing unless c is 1. */
function proportion(goal: readonly number[], sums: readonly number[]): string | undefined {
  const isNear = (c: number): boolean =>
    goal.every((g, j) => Math.abs(c * sums[j]! - g) <= 1e-9 * (1 + Math.abs(g)));
  if (isNear(1)) return "1";
  if (goal.length < 2) return undefined;
  const dot = (a: readonly number[]): number => a.reduce((t, x, j) => t + x * sums[j]!, 0);
  const c = dot(goal) / dot(sums);
  const d = DENOMINATORS.find((k) => Math.abs(c * k - Math.round(c * k)) < 1e-8);
  if (d === undefined || !(c > 0) || !isNear(Math.round(c * d) / d)) return undefined;
  return `${Math.round(c * d)}/${d}`;
}

/** Σ_i ∂²l/∂x_i∂x_j · dx_i/dt for one j. */
function hessianTimesRate(l: Expr, by: Motion, motions: readonly (readonly [string, Motion])[]): Expr {
  const slope = differentiate(l, by.state);
  return add(motions.map(([, m]) => mul([differentiate(slope, m.state), m.rate])));
}

/** Does ∂E/∂x·dx/dt > 0 hold for one scalar at a point? Asked only where every point is in the domain. */
function someComponentRises(s: Situation): boolean {
  const motions = [...s.flow.motions];
  const { model } = s.theory;
  const isOpen = model.domain.length + model.parameters.size + model.inputs.size > 0;
  if (isOpen || motions.some(([, m]) => m.over.length > 0)) return false;
  const gains = motions.map(([n, m]) => mul([s.gradient.get(n)!, m.rate]));
  return POINTS.some((shift) => {
    const at = numbersAt(gains, shift);
    return at !== undefined && gains.some((g) => at(g) > 1e-6);
  });
}

/** Values at one point in general position; undefined where the search has no program for an expression. */
function numbersAt(all: readonly Expr[], shift = 0.37): ((e: Expr) => number) | undefined {
  try {
    const layout = new Layout(new Map());
    const tapes = new Map(all.map((e) => [e, compile(e, layout)]));
    const x = layout.components.map((_, k) => shift + 0.61803398875 * k - Math.floor(k / 2));
    return (e) => valueAt(tapes.get(e)!, x);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

function convexityProof(s: Situation, expression: Expr): Proof | undefined {
  const variables = [...s.flow.motions.values()]
    .map((m) => m.state)
    .filter((v) => symbolsOf(expression).has(v));
  const outcome = proveConvexity({ expression, variables, where: [], indices: [] });
  const certificate = outcome.ok ? outcome.value.certificate : undefined;
  return certificate?.subject === "expression" && certificate.verdict === "proved"
    ? certificate.proof
    : undefined;
}
