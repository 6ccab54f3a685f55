/**
 * The door of prover/: a convexity request comes in, a verdict with its certificate goes out, or the diagnostics
 * that say why the question makes no sense. Nothing is called proved that the checker has not accepted.
 */
import { fail, ok, type Result } from "../../model/index.js";
import { decide } from "./decide.js";
import { objections } from "./objections.js";
import type { ConvexityRequest, Outcome } from "./request.js";

export { type NonnegativeOutcome, type NonnegativeRequest, proveNonnegative } from "./nonnegative/index.js";
export { type Question, readQuestion } from "./question.js";
export type { ConvexityRequest, Counterexample, Curvature, Nested, Outcome } from "./request.js";

/** Never throws for bad input; deterministic, with limits on work, not on time. */
export function proveConvexity(request: ConvexityRequest): Result<Outcome> {
  const found = objections(request);
  return found.length > 0 ? fail(...found) : ok(decide(request));
}
