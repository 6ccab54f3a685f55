/**
 * A function of one scalar on an interval comes in; proofs that it is nonnegative go out, the likeliest first,
 * built from what numbers suggest. The checker judges them.
 */
import { asRational, type Expr, mul } from "../../../index-notation/index.js";
import { expand } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import { factorsOf } from "../algebra/factor.js";
import { polynomialOf } from "../algebra/polynomial.js";
import { exponentialRate } from "./exponential.js";
import { type Curve } from "./piece.js";
import { type Segment, pieces } from "./pieces.js";

/** Where the claim is made, and how its formulas are written. */
export interface ScalarGoal {
  readonly f: Curve;
  readonly segment: Segment;
  /** The name of the scalar in the certificate. */
  readonly variable: string;
  readonly text: (e: Expr) => string;
}

const rewriteTo = (g: ScalarGoal, to: Expr, proof: Proof): Proof => ({ rule: "rewrite", to: g.text(to), proof });

/** Different ways to write the function, the product form first. */
function forms(g: ScalarGoal): Expr[] {
  const { product, simple, e } = g.f;
  return [...new Set([product, simple, e, expand(simple)])];
}

export function* nonnegativeProofs(g: ScalarGoal): Generator<Proof> {
  yield* byRange(g);
  yield* byAlgebra(g);
  for (const form of forms(g).slice(0, 2)) {
    const cut = pieces(g, form);
    if (cut !== undefined) yield rewriteTo(g, form, cut);
  }
}

function* byRange(g: ScalarGoal): Generator<Proof> {
  const range: Proof = { rule: "range" };
  for (const form of forms(g)) yield rewriteTo(g, form, range);
  yield range;
}

/** Polynomials by Sturm; rational functions of exp by substitution. */
function* byAlgebra(g: ScalarGoal): Generator<Proof> {
  const variable = g.f.variable;
  const { product } = g.f;
  const polynomial = polynomialOf(g.f.simple, [variable]);
  if (polynomial !== undefined) yield rewriteTo(g, expand(g.f.simple), { rule: "sturm" });
  for (const form of forms(g)) {
    const k = exponentialRate(form, g.f.x);
    if (k === undefined) continue;
    yield rewriteTo(g, form, { rule: "exponential", k });
  }
  // A product whose other factors are positive: the polynomial factor alone.
  const sums = factorsOf(product).filter((f) => f.kind === "add");
  if (sums.length === 1 && asRational(product) === undefined && polynomialOf(sums[0]!, [variable]) !== undefined)
    yield rewriteTo(g, mul([product]), { rule: "sturm" });
}
