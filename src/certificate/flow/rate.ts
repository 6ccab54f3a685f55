/** A flow of scalars and an energy come in; whether dE/dt ≤ 0 as it stands goes out: proved, refuted by a state, or open. */
import { differentiate } from "../../calculus/index.js";
import type { Flow, StateTheory } from "../../derivation/index.js";
import { decimals, evaluate, isUndefined, toDecimal } from "../../index-notation/evaluate/index.js";
import { add, type Condition, type Expr, fromNumber, mul, neg } from "../../index-notation/index.js";
import { simplify } from "../../rewrite/index.js";
import type { FlowProof, NestedText } from "../checker/index.js";
import { proveNonnegative } from "../prover/nonnegative/index.js";
import type { StatedFlow } from "./statement.js";

export interface RateAnswer {
  readonly method: string;
  /** When it is proved. */
  readonly proof?: (stated: StatedFlow) => FlowProof;
  /** When it is refuted: a value of each state, and dE/dt there. */
  readonly state?: { readonly values: Readonly<Record<string, NestedText>>; readonly dEdt: number };
  readonly missing?: string;
}

/** Undefined for states over indices, and for parameters without a value. */
export function decideRate(theory: StateTheory, flow: Flow, energy: Expr): RateAnswer | undefined {
  const motions = [...flow.motions.values()];
  const { model } = theory;
  if (motions.some((m) => m.over.length > 0)) return undefined;
  if (model.parameters.size + model.inputs.size > 0) return undefined;
  const expression = simplify(neg(add(motions.map((m) => mul([differentiate(energy, m.state), m.rate])))));
  const where = model.domain.map((d): Condition => d.condition);
  const variables = motions.map((m) => m.state);
  const outcome = proveNonnegative({ expression, variables, where, indices: [] });
  const { certificate } = outcome;
  if (certificate?.subject !== "expression")
    return { method: outcome.method, missing: outcome.missing ?? "" };
  if (certificate.verdict === "refuted") {
    const dEdt = -valueAt(expression, outcome.witness ?? {});
    return { method: outcome.method, state: { values: certificate.witness.values, dEdt } };
  }
  const { proof } = certificate;
  return {
    method: `−dE/dt is nonnegative by ${outcome.method}`,
    proof: (stated) => ({ rule: "rate", proof: { rule: "rewrite", to: stated.text(expression), proof } }),
  };
}

/** To six digits, for people: the certificate holds the sign. */
function valueAt(e: Expr, values: Readonly<Record<string, number>>): number {
  const found = evaluate(e, {
    dimensions: new Map(),
    tensor: (symbol) => fromNumber(values[symbol.name] ?? 0),
    precision: DIGITS,
  });
  return isUndefined(found) ? Number.NaN : Number(toDecimal(decimals(DIGITS), found).toPrecision(6));
}

const DIGITS = 20;
