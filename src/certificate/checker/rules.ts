/**
 * Proofs are replayed: a goal and a proof come in, and `verify` returns only if every rule applies and every premise is
 * proved. A rule computes its premises from the goal; what the proof states about an expression is never believed.
 */
import { signOnBox } from "./boxes.js";
import type { Proof } from "./format.js";
import { definedRange, describe, type Goal, requireKind } from "./goal.js";
import { Rejection, reject } from "./rejection.js";
import { hessianBoxes, hessianMinors, hessianSquares, popoviciu } from "./rules-hessian.js";
import { kinks, monotone, secondDerivative, touches } from "./rules-scalar.js";
import { byRange, exponential, squares, sturm } from "./rules-sign.js";
import { minimum, monotoneProduct, product, within } from "./rules-signs-joint.js";
import { composition, rewrite, separable, split, sum } from "./rules-structure.js";

export function verify(goal: Goal, proof: Proof): void {
  goal.context.budget.spend(50);
  const premises = named(goal, proof);
  const proofs = proofsOf(proof);
  if (premises.length !== proofs.length)
    reject(`${proof.rule} needs ${premises.length} proofs and has ${proofs.length}`);
  premises.forEach((premise, k) => {
    verify(premise, proofs[k]!);
  });
}

/** The premises; a rejection says which rule and which goal it is about. */
function named(goal: Goal, proof: Proof): readonly Goal[] {
  try {
    return premisesOf(goal, proof);
  } catch (error) {
    if (error instanceof Rejection)
      throw new Rejection(`${proof.rule} (${describe(goal)}): ${error.message}`);
    throw error;
  }
}

/** One function a rule; there is no other way to a return. */
function premisesOf(goal: Goal, proof: Proof): readonly Goal[] {
  switch (proof.rule) {
    case "composition":
      return composition(goal);
    case "rewrite":
      return rewrite(goal, proof);
    case "sum":
      return sum(goal, proof);
    case "separable":
      return separable(goal);
    case "second-derivative":
      return secondDerivative(goal);
    case "kinks":
      return kinks(goal, proof);
    case "hessian-minors":
      return hessianMinors(goal);
    case "hessian-squares":
      return hessianSquares(goal, proof);
    case "hessian-boxes":
      return hessianBoxes(goal, proof);
    case "popoviciu":
      return popoviciu(goal);
    case "range":
    case "interval":
      return byRange(goal);
    case "sturm":
      return sturm(goal);
    case "exponential":
      return exponential(goal, proof);
    case "squares":
      return squares(goal, proof);
    case "boxes":
      return boxes(goal, proof.depth);
    case "split":
      return split(goal, proof);
    case "touches":
      return touches(goal, proof);
    case "monotone":
      return monotone(goal, proof);
    case "product":
      return product(goal, proof);
    case "monotone-product":
      return monotoneProduct(goal, proof);
    case "within":
      return within(goal, proof);
    case "minimum":
      return minimum(goal, proof);
    default:
      return reject(`unknown rule ${JSON.stringify((proof as { rule?: unknown }).rule)}`);
  }
}

function proofsOf(proof: Proof): readonly Proof[] {
  if ("proofs" in proof) return proof.proofs;
  return "proof" in proof ? [proof.proof] : [];
}

/** The sign on every cell of a bisection of the box of the declared bounds that may meet the domain. */
function boxes(goal: Goal, depth: number): readonly Goal[] {
  requireKind(goal, "nonnegative", "positive");
  definedRange(goal);
  const conditions = goal.context.all.facts.map((f) => f.difference);
  signOnBox(goal.e, goal.context.with({ facts: [] }), depth, goal.kind === "positive", conditions);
  return [];
}
