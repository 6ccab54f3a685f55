/** A layer comes in; whether its Lagrangian is convex on the whole space, with a proof the checker accepts, goes out. */
import type { LayeredTheory, LayerTheory } from "../../derivation/index.js";
import { type Certificate, checkCertificate, FORMAT, type Proof } from "../checker/index.js";
import { proveConvexity } from "../prover/index.js";
import { scribeOf } from "../statement.js";
import type { Counterexample } from "../verify.js";

export interface LagrangianVerdict {
  readonly verdict: "proved" | "refuted" | "undecided";
  readonly method: string;
  readonly proof?: Proof;
  readonly counterexample?: Counterexample;
}

/** Composition rules first, which settle the Lagrangians of the field; then the prover, which answers "proved" only with a certificate that the checker has accepted. */
export function proveLagrangian(theory: LayeredTheory, l: LayerTheory): LagrangianVerdict {
  const scribe = scribeOf(theory);
  const e = scribe.text(l.lagrangian);
  const proof: Proof = { rule: "composition" };
  const claim = { kind: "convex", e, variables: [l.layer.state.name], where: [] } as const;
  const declarations = scribe.declarations();
  if (
    checkCertificate({ format: FORMAT, subject: "expression", declarations, claim, verdict: "proved", proof })
      .accepted
  )
    return { verdict: "proved", method: "convex by composition of convex and affine pieces", proof };
  return searched(theory, l);
}

function searched(theory: LayeredTheory, l: LayerTheory): LagrangianVerdict {
  const indices = [...theory.model.indices.values(), ...theory.partners];
  const asked = proveConvexity({ expression: l.lagrangian, variables: [l.layer.state], where: [], indices });
  if (!asked.ok) return { verdict: "undecided", method: asked.errors.map((e) => e.message).join("; ") };
  const { verdict, method, missing, certificate } = asked.value;
  if (verdict === "refuted") return { verdict, method, ...witnessOf(certificate) };
  if (verdict === "proved" && certificate?.subject === "expression" && certificate.verdict === "proved")
    return { verdict, method, proof: certificate.proof };
  return { verdict: "undecided", method: missing ?? method };
}

function witnessOf(certificate: Certificate | undefined): { counterexample?: Counterexample } {
  if (certificate?.subject !== "expression" || certificate.verdict !== "refuted") return {};
  return { counterexample: certificate.witness };
}
