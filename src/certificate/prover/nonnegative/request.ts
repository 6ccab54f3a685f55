/** What is asked about the sign of an expression and what is answered: types only. */
import type { Certificate } from "../../checker/format.js";
import type { ConvexityRequest } from "../request.js";

/** Is the expression nonnegative for all values of the variables that meet the conditions? */
export type NonnegativeRequest = ConvexityRequest;

export interface NonnegativeOutcome {
  readonly verdict: "proved" | "refuted" | "undecided";
  /** How it was decided, in a phrase. */
  readonly method: string;
  /** For the verdict; none where undecided. */
  readonly certificate?: Certificate;
  /** Where it is refuted: values by name, at which the expression is negative. */
  readonly witness?: Readonly<Record<string, number>>;
  /** What is missing for a decision. */
  readonly missing?: string;
}
