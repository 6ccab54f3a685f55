/** Curvature by composition: the expression as written, and the forms that simplification makes of it. */
import type { Expr } from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import { factored } from "../algebra/factor.js";
import { byExponential, productsInside, withAbsoluteValues } from "../algebra/inside.js";
import { unbounded } from "../problem.js";
import type { Strategy } from "./strategy.js";

const COMPOSITION: Proof = { rule: "composition" };

export const asWritten: Strategy = function* () {
  yield COMPOSITION;
};

export const rewritten: Strategy = function* (p) {
  const seen = new Set<Expr>([p.e]);
  const forms = [
    simplify(p.e),
    simplify(p.bounded),
    expand(p.bounded),
    factored(p.bounded),
    byExponential(p.bounded),
    productsInside(p.bounded),
    withAbsoluteValues(p.bounded),
  ];
  for (const form of forms) {
    const own = unbounded(p, form);
    if (seen.has(form) || seen.has(own)) continue;
    seen.add(form);
    yield { rule: "rewrite", to: p.text(form), proof: COMPOSITION };
  }
};
