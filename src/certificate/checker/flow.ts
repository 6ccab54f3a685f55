/**
 * Descent of an energy along a flow given by states: a flow certificate comes in; `checkFlow` returns only if
 * dE/dt = Σ ∂E/∂x·dx/dt <= 0 is verified on the whole domain, or is confirmed to be positive at the witness.
 *
 * Along an absolutely continuous solution, an energy that is made of C¹ functions and of abs, relu, max and min is absolutely
 * continuous, and the chain rule with any convention at the kinks holds at almost every time: where u(x(t)) = 0 on a set of
 * times of positive measure, du/dt = 0 at almost all of them. So the formal derivative decides.
 */
import type { Context } from "./context.js";
import { assumeAll, contextOf } from "./declarations.js";
import { derivative } from "./derivative.js";
import { canonicalJson, sha256 } from "./digest.js";
import type { FlowCertificate, FlowProof, FlowStatement } from "./format.js";
import { isInRange } from "./functions.js";
import type { Goal } from "./goal.js";
import { isAbsolutelyContinuous } from "./lipschitz.js";
import { parseTerm } from "./parse.js";
import { isPositive, isWithin, REALS } from "./range.js";
import { type Budget, reject } from "./rejection.js";
import { verify } from "./rules.js";
import { bestRange } from "./rules-scalar.js";
import { sameSize } from "./size.js";
import { isSmooth } from "./smooth.js";
import { symmetricPart } from "./symmetry.js";
import {
  atIndex,
  freeIndices,
  freshCopy,
  freshName,
  type Index,
  minus,
  negative,
  one,
  over,
  plus,
  type Subscript,
  scalar,
  substituteIndex,
  substituteSymbols,
  type Term,
  type Test,
  times,
  zero,
} from "./term.js";
import { confirmAwayFromKinks } from "./witness.js";

interface Motion {
  readonly over: readonly Index[];
  /** dx/dt; absent for a gradient flow. */
  readonly rate?: Term;
  /** (1 - clamped)·mobility/τ of a gradient flow dx/dt = -w·∂E/∂x. */
  readonly weight?: Term;
}

interface Flow {
  readonly energy: Term;
  readonly motions: ReadonlyMap<string, Motion>;
  readonly tests: readonly Test[];
  /** With the conditions assumed. */
  readonly context: Context;
  /** Of the declarations alone. */
  readonly bare: Context;
}

export function checkFlow(certificate: FlowCertificate, budget: Budget): void {
  const { statement } = certificate;
  if (sha256(canonicalJson(statement)) !== certificate.digest)
    reject("the digest is not that of the statement");
  const flow = read(statement, budget);
  if (certificate.verdict === "proved") prove(flow, certificate.proof);
  else refute(flow, certificate.witness);
}

// ---- the statement --------------------------------------------------------------------------------------

function read(statement: FlowStatement, budget: Budget): Flow {
  const bare = contextOf(statement.declarations, budget);
  const { context, tests } = assumeAll(bare, statement.where);
  const energy = parseTerm(statement.energy, bare.scope);
  if (freeIndices(energy).size > 0) reject("the energy leaves an index free");
  if (bestRange(energy, context) === undefined) reject("the energy is not shown to be defined on the domain");
  const states = Object.entries(statement.states);
  if (states.length === 0) reject("the flow has no states");
  const motions = new Map(states.map(([name, s]) => [name, readMotion(name, s, bare, context)]));
  return { energy, motions, tests, context, bare };
}

function readMotion(
  name: string,
  s: FlowStatement["states"][string],
  bare: Context,
  context: Context,
): Motion {
  const sizes = bare.scope.symbols.get(name) ?? reject(`the state ${name} is not declared`);
  const indices = s.over.map((i) => bare.scope.indices.get(i) ?? reject(`the index ${i} is not declared`));
  const same = sizes.length === indices.length && indices.every((i, k) => sameSize(i.size, sizes[k]!));
  if (!same || new Set(s.over).size !== s.over.length) reject(`${name} is declared over other indices`);
  if (bare.all.integers.has(name)) reject(`${name} is an integer: it does not move continuously`);
  const term = (text: string): Term => readOver(text, indices, context);
  if (s.rate !== undefined) {
    if (s.tau !== undefined || s.mobility !== undefined || s.clamped !== undefined)
      reject(`${name} has a rate and the time constant or mobility of a gradient flow`);
    return { over: indices, rate: term(s.rate) };
  }
  const tau = term(s.tau ?? "1");
  const found = bestRange(tau, context);
  if (found === undefined || !isPositive(found))
    reject(`the time constant of ${name} is not shown to be positive`);
  const open = s.clamped === undefined ? one : minus(one, term(s.clamped));
  const mobility = s.mobility === undefined ? one : term(s.mobility);
  return { over: indices, weight: over(times(open, mobility), tau) };
}

/** An expression that is defined on the domain and free in nothing but the given indices. */
function readOver(text: string, indices: readonly Index[], context: Context): Term {
  const t = parseTerm(text, context.scope);
  for (const i of freeIndices(t).keys())
    if (!indices.some((own) => own.name === i)) reject(`the index ${i} is free`);
  if (bestRange(t, context) === undefined)
    reject(`${text.slice(0, 60)} is not shown to be defined on the domain`);
  return t;
}

// ---- derivatives along directions -----------------------------------------------------------------------

/** A displacement of every state: over the state's indices. */
type Direction = (name: string, motion: Motion) => Term;

const namesOf = (flow: Flow): ReadonlySet<string> => new Set(flow.motions.keys());

/** The term at other places than the indices it is written over. */
function placed(t: Term, from: readonly Index[], to: readonly Subscript[]): Term {
  const apart = from.map((i) => ({ ...i, name: freshName(i.name) }));
  const renamed = from.reduce((u, i, k) => substituteIndex(u, i.name, atIndex(apart[k]!)), freshCopy(t));
  return apart.reduce((u, i, k) => substituteIndex(u, i.name, to[k]!), renamed);
}

/** e(x + s·d) as a function of the scalar s. */
function moved(e: Term, flow: Flow, s: Term, direction: Direction): Term {
  const along = new Map([...flow.motions].map(([name, m]) => [name, direction(name, m)]));
  return substituteSymbols(e, (u) => {
    const d = along.get(u.name);
    if (d === undefined) return undefined;
    const { over } = flow.motions.get(u.name)!;
    // A component out of range is the number 0 and does not move.
    if (!u.at.every((a, k) => isInRange(a, over[k]!.size))) reject(`${u.name} may be out of range`);
    return plus(u, times(s, placed(d, over, u.at)));
  });
}

const atZero = (t: Term, name: string): Term =>
  substituteSymbols(t, (u) => (u.name === name ? zero : undefined));

/** d/ds e(x + s·d) at s = 0. */
function along(e: Term, flow: Flow, direction: Direction): Term {
  const s = scalar(freshName("s"));
  return atZero(derivative(moved(e, flow, s, direction), s, flow.context.budget), s.name);
}

/** d²/ds dt L(x + s·c + t·d) at 0: the Hessian form of two directions. */
function bilinear(e: Term, flow: Flow, c: Direction, d: Direction): Term {
  const [s, t] = [scalar(freshName("s")), scalar(freshName("t"))];
  const both: Direction = (name, m) => plus(times(s, c(name, m)), times(t, d(name, m)));
  const { budget } = flow.context;
  const first = atZero(derivative(moved(e, flow, one, both), s, budget), s.name);
  return atZero(derivative(first, t, budget), t.name);
}

const rateOf: Direction = (name, m) =>
  m.rate ?? reject(`${name} follows the gradient of the energy: the rule needs its rate`);

/** dE/dt along declared rates. */
const alongFlow = (flow: Flow): Term => along(flow.energy, flow, rateOf);

/** A direction of its own for each state, named `d_x`: every real value. */
function withDirections(flow: Flow): { readonly flow: Flow; readonly direction: Direction } {
  let context = flow.context;
  for (const name of flow.motions.keys()) {
    const sizes = context.scope.symbols.get(name)!;
    const { symbols, indices, sizes: dimensions } = context.scope;
    const own = `d_${name}`;
    if (symbols.has(own) || indices.has(own) || dimensions.has(own)) reject(`the name ${own} is taken`);
    context = context.with({
      scope: { ...context.scope, symbols: new Map(symbols).set(own, sizes) },
      symbols: new Map(context.all.symbols).set(own, REALS),
    });
  }
  const direction: Direction = (name, m) => ({
    kind: "symbol",
    name: `d_${name}`,
    at: m.over.map(atIndex),
  });
  return { flow: { ...flow, context }, direction };
}

/** Σ over the indices of the state. */
function total(m: Motion, body: Term): Term {
  if (m.over.length === 0) return body;
  const indices = m.over.map((i) => ({ ...i, name: freshName(i.name) }));
  const inner = placed(body, m.over, indices.map(atIndex));
  return { kind: "binder", name: "sum", indices, guard: [], body: inner };
}

// ---- proofs ---------------------------------------------------------------------------------------------

function prove(flow: Flow, proof: FlowProof): void {
  if (!isAbsolutelyContinuous(flow.energy, namesOf(flow), flow.context))
    reject("the energy is not shown to be absolutely continuous along solutions");
  switch (proof.rule) {
    case "gradient":
      gradient(flow, proof);
      break;
    case "dissipation":
      dissipation(flow, proof);
      break;
    case "force":
      force(flow, proof);
      break;
    case "components":
      components(flow, proof);
      break;
    case "lagrangian":
      lagrangian(flow, proof);
      break;
    case "rate":
      verify(nonnegative(flow, negative(alongFlow(flow))), proof.proof);
      break;
    default:
      reject(`unknown rule ${JSON.stringify((proof as { rule?: unknown }).rule)}`);
  }
}

const nonnegative = (flow: Flow, e: Term): Goal => ({
  kind: "nonnegative",
  e,
  variables: namesOf(flow),
  context: flow.context,
});

type ProofOf<R extends FlowProof["rule"]> = Extract<FlowProof, { readonly rule: R }>;

/** dx/dt = -w·∂E/∂x for every state, by definition: dE/dt = -Σ w·(∂E/∂x)² <= 0 with w >= 0. */
function gradient(flow: Flow, proof: ProofOf<"gradient">): void {
  requireKeys(flow, proof.proofs);
  for (const [name, m] of flow.motions)
    verify(nonnegative(flow, m.weight ?? reject(`${name} has a rate of its own`)), proof.proofs[name]!);
}

/** ∂E/∂x = -a·dx/dt with a >= 0: dE/dt = -Σ a·(dx/dt)². The equality is checked along every direction d. */
function dissipation(flow: Flow, proof: ProofOf<"dissipation">): void {
  requireKeys(flow, proof.weights);
  requireKeys(flow, proof.proofs);
  const { flow: wide, direction } = withDirections(flow);
  const terms = [...flow.motions].map(([name, m]) => {
    const weight = readOver(proof.weights[name]!, m.over, flow.context);
    verify(nonnegative(flow, weight), proof.proofs[name]!);
    return total(m, times(weight, rateOf(name, m), direction(name, m)));
  });
  requireEqual(wide, along(flow.energy, wide, direction), negative(plus(...terms)));
}

/** ∂E/∂x = G (checked along every direction) and dx/dt = -w·G with w >= 0: dE/dt = -Σ w·G². */
function force(flow: Flow, proof: ProofOf<"force">): void {
  for (const record of [proof.gradient, proof.weights, proof.proofs]) requireKeys(flow, record);
  const { flow: wide, direction } = withDirections(flow);
  const terms = [...flow.motions].map(([name, m]) => {
    const g = readOver(proof.gradient[name]!, m.over, flow.context);
    const weight = readOver(proof.weights[name]!, m.over, flow.context);
    verify(nonnegative(flow, weight), proof.proofs[name]!);
    requireEqual(flow, rateOf(name, m), negative(times(weight, g)));
    return total(m, times(g, direction(name, m)));
  });
  requireEqual(wide, along(flow.energy, wide, direction), plus(...terms));
}

/** ∂E/∂x = G (checked along every direction) and -G·dx/dt >= 0, component by component: dE/dt is the sum of all G·dx/dt. */
function components(flow: Flow, proof: ProofOf<"components">): void {
  for (const record of [proof.gradient, proof.proofs]) requireKeys(flow, record);
  const { flow: wide, direction } = withDirections(flow);
  const terms = [...flow.motions].map(([name, m]) => {
    const g = readOver(proof.gradient[name]!, m.over, flow.context);
    verify(nonnegative(flow, negative(times(g, rateOf(name, m)))), proof.proofs[name]!);
    return total(m, times(g, direction(name, m)));
  });
  requireEqual(wide, along(flow.energy, wide, direction), plus(...terms));
}

/**
 * ∂E/∂x_j = -c·Σ_i ∂²L/∂x_i∂x_j·dx_i/dt with a smooth convex L of the states and a number c >= 0 of the domain:
 * dE/dt = -c·ẋᵀ∇²L ẋ <= 0 (theory of the pair (x, g): ∂E/∂g = -τ·dx/dt).
 */
function lagrangian(flow: Flow, proof: ProofOf<"lagrangian">): void {
  const { flow: wide, direction } = withDirections(flow);
  const l = readOver(proof.lagrangian, [], flow.context);
  const scale = readOver(proof.scale, [], flow.context);
  const found = bestRange(scale, flow.context);
  if (found === undefined || !isPositive(found)) reject("the scale is not shown to be positive");
  // Convexity is shown on the whole space: conditions may leave a set that is not convex.
  const goal: Goal = { kind: "convex", e: l, variables: namesOf(flow), context: flow.bare };
  for (const name of flow.motions.keys())
    if (!isWithin(REALS, flow.bare.all.symbols.get(name)!))
      reject(`${name} has declared bounds: it is not the whole space`);
  if (!isSmooth(l, namesOf(flow), flow.context)) reject("the Lagrangian is not shown to be smooth");
  verify(goal, proof.proof);
  const form = negative(times(scale, bilinear(l, wide, rateOf, direction)));
  requireEqual(wide, along(flow.energy, wide, direction), form);
}

function requireKeys(flow: Flow, record: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(record);
  const same = names.length === flow.motions.size && names.every((n) => flow.motions.has(n));
  if (!same) reject("a proof does not name exactly the states of the flow");
}

/** Under the conditions; those that say that a matrix is symmetric are put into both sides first. */
function requireEqual(flow: Flow, a: Term, b: Term): void {
  const difference = symmetricPart(minus(a, b), flow.tests);
  if (!flow.context.isEqual(difference, zero))
    reject("an equation of the flow does not hold by normal forms");
}

// ---- refutations ----------------------------------------------------------------------------------------

/** At a point of the domain away from every kink, the formal derivative is the derivative: dE/dt > 0 there. */
function refute(flow: Flow, witness: Extract<FlowCertificate, { verdict: "refuted" }>["witness"]): void {
  if (witness.direction !== undefined) reject("a state needs no direction");
  const e = negative(alongFlow(flow));
  const goal: Goal = { kind: "nonnegative", e, variables: namesOf(flow), context: flow.bare };
  confirmAwayFromKinks(goal, flow.tests, witness, [flow.energy, e]);
}
