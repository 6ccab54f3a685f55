/**
 * A layer and its motion come in; whether its time constants leave descent standing goes out: with a different τ per
 * unit the symmetric part of diag(τ)H must be ⪰ 0 (theory section 2, obligation 4).
 */
import {
  type Flow,
  inStates,
  type LayeredTheory,
  type LayerTheory,
  type Motion,
} from "../../derivation/index.js";
import { isPositive } from "../../index-notation/index.js";
import type { Obligation } from "../verify.js";
import { couplesOnlyEqual, mentionsLayer, negativeDirection } from "./factor.js";
import { isDiagonal } from "./hessian.js";

export function timeConstantObligation(
  theory: LayeredTheory,
  flow: Flow,
  m: Motion,
  l: LayerTheory,
): Obligation {
  const name = `time-constants:${l.layer.name}`;
  const proved = (method: string): Obligation => ({ name, verdict: "proved", method });
  if (!isPositive(m.tau))
    return {
      name,
      verdict: "undecided",
      method: "the time constant is not shown to be positive: declare `sign: positive`",
    };
  if (!mentionsLayer(m.tau, m)) return proved("one positive time constant for the whole layer");
  if (isDiagonal(l)) return proved("positive time constants, and the Hessian is diagonal");
  const tau = inStates(theory, m.tau, flow === theory.full);
  if (couplesOnlyEqual(l, tau))
    return proved(
      "positive time constants that are equal wherever the Hessian couples two units: τ_i H_ij = τ_j H_ij",
    );
  const counterexample = negativeDirection(theory.model, l, tau);
  if (counterexample === undefined)
    return {
      name,
      verdict: "undecided",
      method:
        "time constants differ between units that the Hessian couples: the symmetric part of diag(tau) H must be nonnegative, and no direction was found along which it is negative",
    };
  return {
    name,
    verdict: "refuted",
    method: `unequal time constants between units that the Hessian couples: yᵀ diag(tau) H y = ${counterexample.value} is negative; energy rises only where the drive points along such a y`,
    counterexample,
  };
}
