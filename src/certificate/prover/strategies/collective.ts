/** Functions of all components at once whose Hessian is diagonal plus rank one: one rule knows them. */
import { simplify } from "../../../rewrite/index.js";
import { unbounded } from "../problem.js";
import type { Strategy } from "./strategy.js";

export const collective: Strategy = function* (p) {
  yield { rule: "popoviciu" };
  const form = unbounded(p, simplify(p.bounded));
  if (form !== p.e) yield { rule: "rewrite", to: p.text(form), proof: { rule: "popoviciu" } };
};
