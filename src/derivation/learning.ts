/** A network with matrices of memories comes in; the rule that the energy implies for each goes out. */
import { differentiate } from "../calculus/index.js";
import { type Index, neg } from "../index-notation/index.js";
import type { LayeredModel } from "../model/index.js";
import type { Journal } from "./journal.js";
import type { Network } from "./network.js";
import type { LearningRule } from "./theory.js";

/**
 * −∂E/∂Ξ for every parameter of rank 2 or more in the potential: for U = −f·Ξg it is f gᵀ, Hebb's term
 * (theory section 5). With a decay κ(Ξ − Λ) the joint energy is E + (κ/2)|Ξ − Λ|².
 */
export function learningRules(model: LayeredModel, network: Network, journal: Journal): LearningRule[] {
  const rules: LearningRule[] = [];
  for (const p of model.parameters.values()) {
    if (p.over.length < 2) continue;
    const over: readonly Index[] = p.over;
    const rule = journal.formula(over, neg(differentiate(network.potential, p.symbol, over)));
    if (rule.expr.kind !== "number") rules.push({ parameter: p.symbol, rule });
  }
  return rules;
}
