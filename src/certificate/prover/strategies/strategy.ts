/** What a strategy is: a problem comes in, candidate proofs go out, the likeliest first. */
import type { Expr, TensorSymbol } from "../../../index-notation/index.js";
import type { Claim, Proof } from "../../checker/format.js";
import type { Problem } from "../problem.js";

/** Asks the checker. The prover believes nothing else. */
export interface Judge {
  /** True when the checker accepts the proof of the claim; false when it rejects it or the budget is spent. */
  accepts(claim: Claim, proof: Proof): boolean;
  /** The same for "e is convex in the scalar x" between the bounds that x carries. */
  acceptsScalar(e: Expr, x: TensorSymbol, proof: Proof): boolean;
}

export type Strategy = (p: Problem, judge: Judge) => Generator<Proof>;
