/**
 * Layers whose declared forces are not minus the derivative of the potential, but differ from it only where the Hessian is
 * flat (or not at all), come in; a flow certificate of descent goes out. With L = Σ τ_a·L_a over the layers,
 * ∇E = −∇²L·dx/dt then holds as an identity in the states.
 */
import type { Flow, LayeredTheory } from "../../derivation/index.js";
import { mul } from "../../index-notation/index.js";
import type { FlowCertificate, Proof } from "../checker/index.js";
import { flowCertificate, stateFlow } from "./statement.js";

const COMPOSITION: Proof = { rule: "composition" };

export function proveLayeredFlow(theory: LayeredTheory, flow: Flow): FlowCertificate | undefined {
  const motions = [...flow.motions];
  const isPlain = motions.every(
    ([, m]) => m.mobility === undefined && m.clamped === undefined && m.tau.free.length === 0,
  );
  if (flow.energy === undefined || !isPlain) return undefined;
  const stated = stateFlow(theory, flow, flow.energy, false);
  const parts = motions.map(([n, m]) => stated.text(mul([m.tau, theory.layers.get(n)!.lagrangian])));
  const proof: Proof =
    parts.length === 1 ? COMPOSITION : { rule: "sum", parts, proofs: parts.map(() => COMPOSITION) };
  const lagrangian = parts.map((p) => `(${p})`).join(" + ");
  return flowCertificate(stated, {
    verdict: "proved",
    proof: { rule: "lagrangian", lagrangian, scale: "1", proof },
  });
}
