/** A sum: the terms that are convex by composition, and the rest by other strategies. */
import { add, type Expr } from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import { type Problem, unbounded } from "../problem.js";
import type { Judge, Strategy } from "./strategy.js";

const COMPOSITION: Proof = { rule: "composition" };
const MAX_TERMS = 12;

/** `others` prove what is left when the terms convex by composition are taken away. */
export const parts = (others: readonly Strategy[]): Strategy =>
  function* (p, judge) {
    for (const form of new Set([p.e, simplify(p.bounded), expand(p.bounded)])) {
      const own = unbounded(p, form);
      if (own.kind !== "add" || own.terms.length > MAX_TERMS) continue;
      const easy = own.terms.filter((t) => judge.accepts(p.writer.claimAbout("convex", t), COMPOSITION));
      const hard = add(own.terms.filter((t) => !easy.includes(t)));
      if (easy.length === 0 || easy.length === own.terms.length) continue;
      const rest = p.about(hard);
      const proof = firstAccepted(rest, others, judge);
      if (proof !== undefined)
        yield {
          rule: "sum",
          parts: [add(easy), hard].map((e: Expr) => p.text(e)),
          proofs: [COMPOSITION, proof],
        };
    }
  };

function firstAccepted(p: Problem, strategies: readonly Strategy[], judge: Judge): Proof | undefined {
  const claim = p.writer.claimAbout("convex", p.e);
  for (const strategy of strategies)
    for (const proof of strategy(p, judge)) if (judge.accepts(claim, proof)) return proof;
  return undefined;
}
