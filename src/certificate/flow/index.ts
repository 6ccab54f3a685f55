/**
 * The descent of an energy along a flow of states comes in; it goes out proved or refuted, with a certificate that the
 * checker accepted, or undecided.
 */
import type { Flow, StateTheory, Theory } from "../../derivation/index.js";
import type { FlowCertificate, NestedText, Witness } from "../checker/index.js";
import { proveFlow } from "./prove.js";
import { decideRate } from "./rate.js";
import { flowCertificate, stateFlow } from "./statement.js";

export type FlowVerdict =
  | { readonly verdict: "proved"; readonly method: string; readonly certificate: FlowCertificate }
  | {
      readonly verdict: "refuted";
      readonly certificate: FlowCertificate;
      readonly counterexample: {
        readonly dimensions: Readonly<Record<string, number>>;
        readonly values: Readonly<Record<string, NestedText>>;
        readonly dEdt: number;
      };
    }
  | { readonly verdict: "undecided"; readonly missing: string };

/** Forms that keep every index first; then dE/dt as it stands, where there are scalars only. */
export function decideFlow(theory: StateTheory, flow: Flow): FlowVerdict {
  const { energy } = flow;
  if (energy === undefined) return { verdict: "undecided", missing: "the model has no energy" };
  const found = proveFlow(theory, flow);
  if (found !== undefined) return { verdict: "proved", ...found };
  const answer = decideRate(theory, flow, energy);
  if (answer?.proof !== undefined) {
    const stated = stateFlow(theory, flow, energy, false);
    const certificate = flowCertificate(stated, { verdict: "proved", proof: answer.proof(stated) });
    if (certificate !== undefined) return { verdict: "proved", method: answer.method, certificate };
  }
  if (answer?.state !== undefined) {
    const { values, dEdt } = answer.state;
    const certificate = refutedFlow(theory, flow, { dimensions: {}, values });
    const counterexample = { dimensions: {}, values, dEdt };
    if (certificate !== undefined) return { verdict: "refuted", certificate, counterexample };
  }
  return { verdict: "undecided", missing: answer?.missing ?? "no form of dE/dt ≤ 0 was found" };
}

/** A certificate that dE/dt > 0 at the state; undefined where the checker does not confirm it. */
export function refutedFlow(theory: Theory, flow: Flow, witness: Witness): FlowCertificate | undefined {
  if (flow.energy === undefined) return undefined;
  return flowCertificate(stateFlow(theory, flow, flow.energy, false), { verdict: "refuted", witness });
}
