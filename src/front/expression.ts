/** Text and a theory come in; the expression it denotes, and whether two are shown equal, go out. */

import { inStates } from "../derivation/index.js";
import type { Expr } from "../index-notation/index.js";
import { parseExpression as parseCore, scopeOf } from "../parser/index.js";
import { shownEqual as shownEqualCore } from "../rewrite/index.js";
import { unwrap } from "./errors.js";
import type { DerivedTheory } from "./theory.js";

/**
 * Reads an expression in the scope of a derived model: states, activations, parameters, dimensions, and every
 * index that printed formulas use. Whatever the toolkit prints reads back as the same object.
 * Throws LegendreError with line and column.
 */
export function parseExpression(text: string, theory: DerivedTheory): Expr {
  const known = new Set(theory.model.indices.keys());
  const extra = [...theory.indices.values()].filter((i) => !known.has(i.name));
  return unwrap(parseCore(text, scopeOf(theory.model, extra)));
}

/**
 * True when two expressions are shown equal by the rules of the toolkit once activations are replaced by their
 * formulas; false means "not shown". Both may be text.
 */
export function shownEqual(a: Expr | string, b: Expr | string, theory: DerivedTheory): boolean {
  const read = (e: Expr | string): Expr =>
    inStates(theory.theory, typeof e === "string" ? parseExpression(e, theory) : e, true);
  return shownEqualCore(read(a), read(b));
}
