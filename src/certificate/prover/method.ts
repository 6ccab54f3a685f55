/** A proof comes in; the phrase that names its idea goes out. */
import type { Proof } from "../checker/format.js";

const PHRASES: { readonly [R in Proof["rule"]]: string } = {
  composition: "composition rules",
  rewrite: "an equal form",
  sum: "a sum of convex parts",
  separable: "one function of each component",
  "second-derivative": "second derivative",
  kinks: "slopes that rise at every kink",
  "hessian-minors": "principal minors of the Hessian",
  "hessian-squares": "the Hessian as a sum of squares",
  "hessian-boxes": "interval bounds of the Hessian",
  popoviciu: "variance bound for a diagonal plus rank-one Hessian",
  range: "ranges",
  sturm: "Sturm's theorem",
  exponential: "a polynomial in an exponential",
  squares: "a sum of squares",
  boxes: "interval bisection",
  split: "cases",
  interval: "intervals",
  touches: "a touched zero",
  monotone: "monotonicity",
  product: "a product of nonnegative factors",
  "monotone-product": "a nondecreasing function",
  within: "bounds of a variable",
  minimum: "a minimum of a convex function",
};

/** The rules from the root to the first leaf that says something, without repetitions. */
export function methodOf(proof: Proof): string {
  const steps: string[] = [];
  const visit = (p: Proof): void => {
    const phrase = PHRASES[p.rule];
    if (p.rule !== "rewrite" && !steps.includes(phrase)) steps.push(phrase);
    if ("proof" in p) visit(p.proof);
    if ("proofs" in p) p.proofs.forEach(visit);
  };
  visit(proof);
  return steps
    .slice(0, 4)
    .join(": ")
    .replace(/: (?=.*: )/g, ", ")
    .replace(", ", ": ");
}
