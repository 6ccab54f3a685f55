/**
 * A theory and a flow come in; for each method of steps, whether a step can raise the energy goes out: proved with a
 * certificate that the closed checker has accepted, or undecided with the hypothesis that is missing.
 */
import { type Flow, jumpsOf, type LayeredTheory, structureOf, type Theory } from "../../derivation/index.js";
import { type Expr, isNonNegative, neg, printText } from "../../index-notation/index.js";
import { checkCertificate, type Proof, type StepCertificate, type StepMethod } from "../checker/index.js";
import { proveLagrangian } from "../obligations/convexity.js";
import { proveConvexity } from "../prover/index.js";
import { activationsOf, potentialOf, stepCertificate, stepStatement, withActivations } from "./statement.js";

/** Whether no step of a method raises the energy, at any step size and constant inputs. */
export interface StepVerdict {
  readonly method: StepMethod;
  readonly verdict: "proved" | "undecided";
  /** The theorem in a sentence, or what is missing for it. */
  readonly because: string;
  readonly certificate?: StepCertificate;
}

export const STEP_METHODS: readonly StepMethod[] = ["alternating", "one-sided", "discrete-gradient"];

/** Of the reduced flow, or of the full one. */
export function verifySteps(
  theory: Theory,
  full = false,
  methods: readonly StepMethod[] = STEP_METHODS,
): readonly StepVerdict[] {
  const flow = full ? theory.full : theory.reduced;
  return theory.kind === "layered" ? ofLayers(theory, flow, methods) : ofStates(theory, flow, methods);
}

const THEOREMS: { readonly [M in StepMethod]: string } = {
  alternating:
    "the potential is affine in each layer's activation, so each layer's exact flow with the others held cannot raise the energy; the certificate was replayed",
  "one-sided":
    "the potential is concave in the activations, so the relaxation of all layers towards −∂U/∂g at the start of a step cannot raise the energy; the certificate was replayed",
  "discrete-gradient":
    "E' − E = −(g' − g)·(x' − x)/(h m) by the discrete gradient in the activations, which are monotone; the certificate was replayed",
};

const undecided = (method: StepMethod, because: string): StepVerdict => ({
  method,
  verdict: "undecided",
  because,
});

// ---- layers -------------------------------------------------------------------------------------------

function ofLayers(theory: LayeredTheory, flow: Flow, methods: readonly StepMethod[]): readonly StepVerdict[] {
  const premise = premises(theory, flow);
  if ("missing" in premise) return methods.map((m) => undecided(m, premise.missing));
  const { convexity } = premise;
  const relaxation = notRelaxing(theory, flow);
  return methods.map((method) => {
    const missing =
      (method === "discrete-gradient" ? undefined : relaxation) ??
      (method === "alternating" ? notAffine(theory, flow) : undefined);
    if (missing !== undefined) return undecided(method, missing);
    return method === "one-sided"
      ? oneSided(theory, flow, convexity)
      : replayed(theory, flow, method, convexity);
  });
}

type Convexity = StepCertificate["convexity"];

/** What every method needs of every layer: a force from the potential, and a convex Lagrangian with an activation. */
function premises(theory: LayeredTheory, flow: Flow): { missing: string } | { convexity: Convexity } {
  const proofs: Record<string, Proof> = {};
  for (const name of flow.motions.keys()) {
    const l = theory.layers.get(name)!;
    if (l.layer.force !== undefined)
      return { missing: `${name} has a declared force in place of −∂U/∂g, and no step theorem covers it` };
    const [jump] = jumpsOf(l.layer, l.lagrangian);
    if (jump !== undefined)
      return { missing: `the activation of ${name} is not shown to be continuous at ${jump.place}` };
    const { verdict, method, proof } = proveLagrangian(theory, l);
    if (proof === undefined)
      return { missing: `the Lagrangian of ${name} is not shown to be convex (${verdict}): ${method}` };
    proofs[name] = proof;
  }
  return { convexity: proofs };
}

/** Why a layer is no relaxation with one constant rate. */
function notRelaxing(theory: LayeredTheory, flow: Flow): string | undefined {
  for (const { name, motion, constantDecay, uniform, hessian } of structureOf(theory, flow)!.layers) {
    if (motion.mobility !== undefined)
      return `${name} has a mobility: its step is no relaxation with one rate`;
    if (!constantDecay)
      return `the time constant of ${name} depends on states: it is not constant over a step`;
    if (!uniform && hessian.kind !== "diagonal")
      return `time constants or clamps differ between units of ${name} that its Hessian couples`;
  }
  return undefined;
}

function notAffine(theory: LayeredTheory, flow: Flow): string | undefined {
  const own = structureOf(theory, flow)!.layers.find((l) => l.reads.has(l.name));
  if (own === undefined) return undefined;
  return `the potential is not affine in ${theory.layers.get(own.name)!.layer.activation.name}: the drive of ${own.name} reads ${own.name} itself`;
}

function replayed(
  theory: LayeredTheory,
  flow: Flow,
  method: StepMethod,
  convexity: Convexity,
  concavity?: Proof,
  activations = activationsOf(theory, flow, false),
): StepVerdict {
  const statement = stepStatement(theory, flow, method, activations);
  const certificate = stepCertificate(statement, { convexity, ...(concavity && { concavity }) });
  const answer = checkCertificate(certificate);
  return answer.accepted
    ? { method, verdict: "proved", because: THEOREMS[method], certificate }
    : undecided(method, answer.reason);
}

/** Concave everywhere, or on the box of what the activations can be; by composition rules, then by the prover. */
function oneSided(theory: LayeredTheory, flow: Flow, convexity: Convexity): StepVerdict {
  const method = "one-sided";
  let reason = "";
  for (const bounded of [false, true]) {
    const activations = activationsOf(theory, flow, bounded);
    const plain = replayed(theory, flow, method, convexity, { rule: "composition" }, activations);
    if (plain.verdict === "proved") return plain;
    const minus = neg(withActivations(potentialOf(theory, flow), theory, activations));
    const found = concavityOf(minus, theory, [...activations.values()]);
    if (found.proof !== undefined) {
      const searched = replayed(theory, flow, method, convexity, found.proof, activations);
      if (searched.verdict === "proved") return searched;
    }
    reason ||= found.reason;
  }
  return undecided(method, `the potential is not shown to be concave in the activations: ${reason}`);
}

function concavityOf(
  minus: Expr,
  theory: LayeredTheory,
  variables: Parameters<typeof proveConvexity>[0]["variables"],
): { readonly proof?: Proof; readonly reason: string } {
  const indices = [...theory.model.indices.values(), ...theory.partners];
  const asked = proveConvexity({ expression: minus, variables, where: [], indices });
  if (!asked.ok) return { reason: asked.errors.map((e) => e.message).join("; ") };
  const { certificate, method, missing, verdict } = asked.value;
  if (certificate?.subject === "expression" && certificate.verdict === "proved" && verdict === "proved")
    return { proof: certificate.proof, reason: method };
  return { reason: verdict === "refuted" ? "a chord above it was found" : (missing ?? method) };
}

// ---- states -------------------------------------------------------------------------------------------

/** A gradient flow is a layer with g = x, L = x²/2: its steps follow the same theorem, for which there is no certificate. */
function ofStates(theory: Theory, flow: Flow, methods: readonly StepMethod[]): readonly StepVerdict[] {
  const structure = structureOf(theory, flow);
  const missing = "the motion is not shown to be the gradient flow of an energy";
  return methods.map((method) => {
    if (structure === undefined) return undecided(method, missing);
    if (method !== "discrete-gradient")
      return undecided(
        method,
        "the states of the model are given without layers: U is not known apart from ½|x|²",
      );
    const negative = structure.layers.find((l) => !isNonNegative(l.decay.expr));
    if (negative !== undefined)
      return undecided(
        method,
        `(1 − clamped)·mobility/τ of ${negative.name} is not shown to be nonnegative: ${printText(negative.decay.expr).text}`,
      );
    return {
      method,
      verdict: "proved",
      because:
        "E' − E = −Σ (x' − x)²/(h m) by the discrete gradient, with nonnegative mobilities; by the identity of the step, without a certificate",
    };
  });
}

/** By the name of an integrator's method: whether it promises that no step raises the energy, and why. Decided when asked. */
export function promisesOf(
  theory: Theory,
  full = false,
): (method: StepMethod | "strang") => { readonly holds: boolean; readonly because: string } {
  const known = new Map<StepMethod, StepVerdict>();
  return (name) => {
    // There and back is the same theorem: each part is the exact flow of one layer.
    const method = name === "strang" ? "alternating" : name;
    const found = known.get(method) ?? verifySteps(theory, full, [method])[0]!;
    known.set(method, found);
    return { holds: found.verdict === "proved", because: found.because };
  };
}
