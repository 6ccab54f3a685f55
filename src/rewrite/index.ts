/** The door of rewrite/: named rules and the engine that applies them. */
import type { Expr } from "../index-notation/index.js";
import { rewrite, type Trace } from "./engine.js";
import { RULES } from "./rules.js";

export { type Rule, RuleSet, rewrite, rule, type Trace } from "./engine.js";
export { expand, shownEqual } from "./expand.js";
export { identity } from "./identity.js";
export { EQUALITY_RULES, RULES } from "./rules.js";

/** e in the form a paper would print, by every rule of the toolkit; the names of the rules used go to `trace`. */
export const simplify = (e: Expr, trace?: Trace): Expr => rewrite(e, RULES, trace);
