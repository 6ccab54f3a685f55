/** A function of one scalar with bounds comes in; whether the checker accepts a proof that it is nonnegative goes out. */
import type { Expr, TensorSymbol } from "../../index-notation/index.js";
import { simplify } from "../../rewrite/index.js";
import { checkCertificate } from "../checker/index.js";
import { Writer } from "../prover/claim.js";
import { nonnegativeProofs } from "../prover/scalar/nonnegative.js";
import { Curve } from "../prover/scalar/piece.js";
import { segmentOf } from "../prover/strategies/one-scalar.js";
import { Unsupported } from "../refuter/numeric/tape.js";

/** Proofs that are put to the checker before the search gives up. */
const MAX_PROOFS = 12;

/** True only when the checker has accepted a proof of e ≥ 0 (> 0 when strict) for every x between its bounds. */
export function isShownNonnegative(e: Expr, x: TensorSymbol, strict = false): boolean {
  try {
    return [...new Set([simplify(e), e])].some((form) => provesForm(form, x, strict));
  } catch (error) {
    if (error instanceof Unsupported) return false;
    throw error;
  }
}

function provesForm(e: Expr, x: TensorSymbol, strict: boolean): boolean {
  const writer = new Writer({ expression: e, variables: [x], where: [], indices: [] });
  const claim = writer.claimAbout(strict ? "positive" : "nonnegative", e);
  const goal = {
    f: new Curve(e, x),
    segment: segmentOf(x.bounds),
    variable: x.name,
    text: (f: Expr) => writer.text(f),
  };
  let left = MAX_PROOFS;
  for (const proof of nonnegativeProofs(goal)) {
    if (checkCertificate(writer.proved(claim, proof)).accepted) return true;
    if (--left === 0) return false;
  }
  return false;
}
