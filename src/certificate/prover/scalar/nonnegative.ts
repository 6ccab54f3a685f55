/**
 * A function of one scalar on an interval comes in; proofs that it is nonnegative go out, the likeliest first,
 * built from what numbers suggest. The checker judges them.
 */
import type { Expr } from "../../../index-notation/index.js";
import { expand } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import { baseExpansion } from "./base-expansion.js";
import { exponentialRate, isRationalIn } from "./exponential.js";
import { Curve } from "./piece.js";
import { pieces, type Segment } from "./pieces.js";
import { shifted } from "./shifted.js";

/** Where the claim is made, and how its formulas are written. */
export interface ScalarGoal {
  readonly f: Curve;
  readonly segment: Segment;
  /** The name of the scalar in the certificate. */
  readonly variable: string;
  readonly text: (e: Expr) => string;
}

const rewriteTo = (g: ScalarGoal, to: Expr, proof: Proof): Proof => ({
  rule: "rewrite",
  to: g.text(to),
  proof,
});

/** Different ways to write the function, the product form first. */
function forms(g: ScalarGoal): Expr[] {
  const { product, simple, e } = g.f;
  const ends = [g.segment.lo, g.segment.hi].filter(Number.isFinite);
  const around = ends.map((a) => shifted(product, g.f.variable, a));
  const divided = baseExpansion(expand(simple), g.f.variable) ?? product;
  return [...new Set([product, simple, e, expand(simple), divided, ...around])];
}

export function* nonnegativeProofs(g: ScalarGoal): Generator<Proof> {
  const all = forms(g);
  const likely = all.filter((form) => rangeForecast(g, form) >= 0);
  if (likely.includes(g.f.e)) yield RANGE;
  for (const form of likely) yield rewriteTo(g, form, RANGE);
  yield* byAlgebra(g, all);
  for (const form of g.f.isClosed ? all.slice(0, 2) : []) {
    const cut = pieces(g, form);
    if (cut !== undefined) yield rewriteTo(g, form, cut);
  }
  yield RANGE;
}

const RANGE: Proof = { rule: "range" };

const rangeForecast = (g: ScalarGoal, form: Expr): number =>
  new Curve(form, g.f.x, g.f.work).over(g.segment).lo;

/** Rational functions by Sturm; rational functions of exp by substitution. */
function* byAlgebra(g: ScalarGoal, all: readonly Expr[]): Generator<Proof> {
  if (isRationalIn(g.f.simple, g.f.x)) yield { rule: "sturm" };
  const rates = new Set(all.flatMap((form) => exponentialRate(form, g.f.x) ?? []));
  for (const k of rates) yield { rule: "exponential", k };
}
