/** Products of several factors that depend on the variables, where a theorem says how they bend. */
import { exact } from "./arithmetic/index.js";
import { toTerm } from "./back.js";
import type { Context } from "./context.js";
import type { Curvature, Variables } from "./curvature.js";
import { constant } from "./polynomial.js";
import {
  add,
  closedEnd,
  INFINITE,
  isNonnegative,
  isNonpositive,
  isPositive,
  isWithin,
  onlyValue,
  point,
  type Range,
  range,
} from "./range.js";
import { rangeOf } from "./ranges.js";
import { keyOf, mentions, number, type Term } from "./term.js";

type Look = (t: Term) => Curvature | undefined;
const isAffine = (c: Curvature): boolean => c.convex && c.concave;
const NOTHING = { convex: false, concave: false, rootConvex: false };

/**
 * u·log w with u > 0 affine. If u/w = r is affine and positive it is u·log(u/r): the relative entropy, convex (r constant:
 * the entropy). If u·w = r is affine and positive it is -u·log(u/r): concave.
 */
export function entropyProduct(
  factors: readonly Term[],
  context: Context,
  look: Look,
): { convex?: boolean; concave?: boolean } {
  const [a, b] = factors;
  const logarithm = [a, b].find((f) => f?.kind === "function" && f.name === "log");
  const u = [a, b].find((f) => f !== logarithm);
  if (factors.length !== 2 || u === undefined || logarithm?.kind !== "function") return {};
  const first = look(u);
  if (first === undefined || !isAffine(first) || !isPositive(first.range)) return {};
  const { algebra } = context.normalizer(false);
  const w = context.normal(logarithm.argument);
  const isReference = (power: number): boolean => {
    const r = algebra.multiply(context.normal(u), algebra.power(w, constant(exact.rational(power))));
    const found = look(toTerm(r));
    return found !== undefined && isAffine(found) && isPositive(found.range);
  };
  return isReference(-1) ? { convex: true } : isReference(1) ? { concave: true } : {};
}

interface Factor {
  readonly base: Term;
  exponent: Range;
}

/**
 * u_0^(a_0)·u_1^(a_1)·… with exponents free of the variables. With all u_k >= 0:
 *
 *   concave   if all a_k >= 0, Σ a_k <= 1 and every u_k is concave: the weighted geometric mean is concave and
 *             nondecreasing (Boyd & Vandenberghe 3.1.5, 3.2.4).
 *   convex    if a_0 >= 0, the other a_k <= 0, Σ a_k >= 1, u_0 is convex and the other u_k > 0 are concave. With
 *             q = -Σ_{k>0} a_k, w = Πu_k^(-a_k/q) is concave by the first rule; p = a_0 >= q + 1; u^p·w^-q is
 *             (u^s/w^(s-1))^(p-q) with s = p/(p-q) >= 1: the perspective of u^s (ibid. 3.2.6), nonnegative and convex, to
 *             a power >= 1. It rises in u and falls in w. An affine u_0 of any sign may stand under an even power:
 *             |u_0| is convex. q = 0 is the power of a convex function.
 */
export function monomialProduct(
  terms: readonly Term[],
  variables: Variables,
  context: Context,
  look: Look,
): { convex: boolean; concave: boolean; rootConvex: boolean } {
  const factors = collect(terms, variables, context);
  if (factors === undefined) return NOTHING;
  const shapes = factors.map((f) => look(f.base));
  if (shapes.includes(undefined)) return NOTHING;
  const total = factors.map((f) => f.exponent).reduce(add, point(0));
  const all = factors.map((f, k) => ({ ...f, shape: shapes[k]! }));
  const concave = all.every(({ exponent, shape }) => isNonnegative(exponent) && rises(shape));
  if (concave && isWithin(total, range(INFINITE, closedEnd(1)))) return { ...NOTHING, concave: true };
  const leading = all.filter(({ exponent }) => !isNonpositive(exponent));
  const [u] = leading;
  if (u === undefined || leading.length > 1 || !isNonnegative(u.exponent)) return NOTHING;
  const numerator =
    (u.shape.convex && isNonnegative(u.shape.range)) || (isAffine(u.shape) && isEven(u.exponent));
  const others = all.filter((f) => f !== u).every(({ shape }) => shape.concave && isPositive(shape.range));
  const convex = numerator && others && isWithin(total, range(closedEnd(1), INFINITE));
  return { ...NOTHING, convex };
}

const rises = (c: Curvature): boolean => c.concave && isNonnegative(c.range);

function isEven(k: Range): boolean {
  const value = onlyValue(k);
  return value !== undefined && exact.isInteger(value) && value.n % 2n === 0n;
}

/** The factors as powers, those with one base together; undefined where an exponent depends on the variables. */
function collect(terms: readonly Term[], variables: Variables, context: Context): Factor[] | undefined {
  const found = new Map<string, Factor>();
  for (const t of terms) {
    const [base, exponent] = t.kind === "power" ? [t.base, t.exponent] : [t, number(1)];
    const values = mentions(exponent, variables) ? undefined : rangeOf(exponent, context);
    if (values === undefined) return undefined;
    const before = found.get(keyOf(base));
    if (before === undefined) found.set(keyOf(base), { base, exponent: values });
    else before.exponent = add(before.exponent, values);
  }
  return [...found.values()];
}
