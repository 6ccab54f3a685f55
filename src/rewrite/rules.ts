/**
 * The rewrite rules, as data: what the normal form does not know because it needs hypotheses on signs or the
 * taste of the field. Raw spellings of the stable primitives are recognised here, so that no later room ever
 * evaluates log(cosh(x)) as written.
 */
import { add, isNegated, neg, one, sub2, unary } from "../index-notation/index.js";
import { RuleSet, rule } from "./engine.js";
import { exponentials } from "./rules/exponentials.js";
import { hyperbolic } from "./rules/hyperbolic.js";
import { kinks } from "./rules/kinks.js";
import { logarithms } from "./rules/logarithms.js";
import { deltas, factoring } from "./rules/structure.js";

/**
 * Rules that help to see two expressions as equal but do not print well or lose digits when evaluated:
 * used by `shownEqual` only.
 */
export const EQUALITY_RULES = new RuleSet([
  rule("unary", "softplus-reflection", "softplus(-x) = softplus(x) - x", (e) =>
    e.fn === "softplus" && isNegated(e.arg) ? add([unary("softplus", neg(e.arg)), e.arg]) : undefined,
  ),
  rule("unary", "sigmoid-reflection", "sigmoid(-x) = 1 - sigmoid(x)", (e) =>
    e.fn === "sigmoid" && isNegated(e.arg) ? sub2(one, unary("sigmoid", neg(e.arg))) : undefined,
  ),
]);

/** Every rule of the toolkit; see docs/extending.md for adding one. */
export const RULES = new RuleSet([
  ...logarithms,
  ...exponentials,
  ...hyperbolic,
  ...kinks,
  ...deltas,
  ...factoring,
]);
