/** The domain of a claim: is the set of points that satisfy its conditions convex? */
import type { Context } from "./context.js";
import { curvatureOf, isAffine } from "./curvature.js";
import { Rejection, reject } from "./rejection.js";
import { mentions, minus, type Test } from "./term.js";

/**
 * Each condition cuts the convex set of the ones before: { right - left > 0 } (or >= 0) with a concave difference, or an
 * equality of affine terms; over all values of its free indices it is an intersection of such. Bounds of the variables
 * make a box, and integers are no convex set.
 */
export function requireConvexDomain(
  tests: readonly Test[],
  variables: ReadonlySet<string>,
  bare: Context,
): void {
  for (const name of variables)
    if (bare.all.integers.has(name)) reject(`${name} is an integer: its values are no convex set`);
  let context = bare;
  for (const test of tests) {
    if (mentions(test.left, variables) || mentions(test.right, variables)) {
      const shape = curvatureOf(minus(test.right, test.left), variables, context);
      if (shape === undefined) throw new Rejection("a condition is not shown to be defined");
      const equality = test.relation === "=" && isAffine(shape);
      const inequality = (test.relation === "<" || test.relation === "<=") && shape.concave;
      if (!equality && !inequality) reject("a condition is not shown to describe a convex set");
    }
    context = context.assume(test, true) ?? reject("the conditions leave nothing");
  }
}
