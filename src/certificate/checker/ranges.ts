/**
 * The values of a term under assumptions: a range that holds them all, for every value of the free indices and every
 * dimension; or undefined where the term is not shown to be a finite real everywhere. Sound because each rule is the
 * exact range of one operation applied to supersets of its arguments.
 */
import { exact, type Rational } from "./arithmetic/index.js";
import type { Context, Fact } from "./context.js";
import { functionRange, generalPower, product, rationalPower } from "./function-ranges.js";
import { isInRange } from "./functions.js";
import { constantOf, difference as minusPolynomial, type Polynomial, scale } from "./polynomial.js";
import { quadraticLowerBound } from "./quadratic.js";
import {
  add,
  closedEnd,
  hull,
  INFINITE,
  intersect,
  isNonnegative,
  isPositive,
  isWithin,
  larger,
  multiply,
  NONNEGATIVE,
  negate,
  onlyValue,
  openEnd,
  POSITIVE,
  point,
  type Range,
  REALS,
  range,
  smaller,
} from "./range.js";
import { sameSize } from "./size.js";
import {
  atIndex,
  freeIndices,
  keyOf,
  type Subscript,
  some,
  substituteIndex,
  type Term,
  type TermOf,
  type Test,
} from "./term.js";

const UNIT = range(closedEnd(0), closedEnd(1));

export function rangeOf(t: Term, context: Context): Range | undefined {
  const known = context.ranges.get(t);
  if (known !== undefined) return known.values;
  const values = computed(t, context);
  context.ranges.set(t, { values });
  return values;
}

function computed(t: Term, context: Context): Range | undefined {
  context.budget.spend();
  switch (t.kind) {
    case "number":
      return point(t.value);
    case "pi":
      return PI;
    case "size":
      return context.sizeRange(t.size);
    case "position":
      return positionRange(t.at, context);
    case "symbol":
      return context.symbolRange(t);
    case "add":
      return refined(t, sumRange(t, context), context);
    case "multiply":
      return productRange(t, context);
    case "power":
      return powerRange(t, context);
    case "function": {
      const argument = rangeOf(t.argument, context);
      return argument === undefined ? undefined : functionRange(t.name, argument);
    }
    case "extremum":
      return folded(t.terms, context, t.name === "max" ? larger : smaller);
    case "where":
      return whereRange(t, context);
    case "delta":
      return UNIT;
    case "binder":
      return t.name === "sum" && context.all.facts.length > 0
        ? refined(t, binderRange(t, context), context)
        : binderRange(t, context);
    case "softmax":
      return softmaxRange(t, context);
    case "integral":
      return integralRange(t, context);
  }
}

/** 3.14159265358979 < pi < 3.14159265358980. */
const PI = range(
  openEnd(exact.rational(314159265358979n, 10n ** 14n)),
  openEnd(exact.rational(314159265358980n, 10n ** 14n)),
);

// ---- arithmetic ---------------------------------------------------------------------------------------

function folded(
  terms: readonly Term[],
  context: Context,
  by: (a: Range, b: Range) => Range,
): Range | undefined {
  let total: Range | undefined;
  for (const t of terms) {
    const next = rangeOf(t, context);
    if (next === undefined) return undefined;
    total = total === undefined ? next : by(total, next);
  }
  return total;
}

const sumRange = (t: TermOf<"add">, context: Context): Range | undefined => folded(t.terms, context, add);

/** Equal factors are counted together: x·x >= 0. Each must be defined by itself. */
function productRange(t: TermOf<"multiply">, context: Context): Range | undefined {
  const apart = folded(t.factors, context, multiply);
  if (apart === undefined) return undefined;
  const powers = new Map<string, { base: Term; exponent: Rational }>();
  for (const f of t.factors) {
    const [base, exponent] = basePower(f);
    const before = powers.get(keyOf(base))?.exponent ?? exact.ZERO;
    powers.set(keyOf(base), { base, exponent: exact.add(before, exponent) });
  }
  if (powers.size === t.factors.length) return apart;
  const ranges: Range[] = [];
  for (const { base, exponent } of powers.values()) {
    const values = rangeOf(base, context);
    const raised = values === undefined ? undefined : rationalPower(values, exponent);
    if (raised === undefined) return apart;
    ranges.push(raised);
  }
  return intersect(apart, product(ranges)) ?? apart;
}

function basePower(t: Term): [Term, Rational] {
  return t.kind === "power" && t.exponent.kind === "number" ? [t.base, t.exponent.value] : [t, exact.ONE];
}

function powerRange(t: TermOf<"power">, context: Context): Range | undefined {
  const base = rangeOf(t.base, context);
  const exponent = rangeOf(t.exponent, context);
  if (base === undefined || exponent === undefined) return undefined;
  const fixed = t.exponent.kind === "number" ? t.exponent.value : onlyValue(exponent);
  if (fixed !== undefined) return rationalPower(base, fixed);
  return generalPower(base, exponent, context.isInteger(t.exponent));
}

// ---- indices ------------------------------------------------------------------------------------------

/** An index runs from 0 to its dimension minus 1. */
function positionRange(s: Subscript, context: Context): Range {
  const below = (high: Range): Range => range(closedEnd(0), add(high, point(-1)).high);
  if (s.modulus !== undefined) {
    const inside = below(context.sizeRange(s.modulus));
    return isWithin(inside, NONNEGATIVE) ? inside : NONNEGATIVE;
  }
  const terms = s.terms.map(({ index, coefficient }) =>
    multiply(point(exact.rational(coefficient)), below(context.sizeRange(index.size))),
  );
  return [...terms, context.sizeRange(s.constant)].reduce(add, point(0));
}

/** Are the comparisons meaningful for every value of the indices? */
const testsDefined = (tests: readonly Test[], context: Context): boolean =>
  tests.every((c) => rangeOf(c.left, context) !== undefined && rangeOf(c.right, context) !== undefined);

function binderRange(t: TermOf<"binder">, context: Context): Range | undefined {
  const body = rangeOf(t.body, context);
  if (body === undefined || !testsDefined(t.guard, context)) return undefined;
  const guarded = t.guard.length > 0;
  const sizes = t.indices.map((i) => intersect(context.sizeRange(i.size), AT_LEAST_ONE) ?? AT_LEAST_ONE);
  const count = sizes.reduce(multiply, point(1));
  switch (t.name) {
    case "sum":
      return multiply(guarded ? range(closedEnd(0), count.high) : count, body);
    case "prod":
      return productOverRange(body, guarded);
    case "max":
    case "min":
      return guarded ? undefined : body;
    case "logsumexp": {
      const many = functionRange("log", count);
      return guarded || many === undefined ? undefined : add(body, many);
    }
  }
}
const AT_LEAST_ONE = range(closedEnd(1), INFINITE);

/** A product of one or more numbers of the range; of none, 1. */
function productOverRange(body: Range, guarded: boolean): Range {
  if (isWithin(body, UNIT)) return guarded ? hull(UNIT, point(1)) : UNIT;
  if (isPositive(body)) return POSITIVE;
  return isNonnegative(body) ? NONNEGATIVE : REALS;
}

/** Between 0 and 1; positive where it is read at an index of its own, below 1 where there are two or more. */
function softmaxRange(t: TermOf<"softmax">, context: Context): Range | undefined {
  if (rangeOf(t.body, context) === undefined || !testsDefined(t.guard, context)) return undefined;
  if (t.guard.length > 0 || !isInRange(t.at, t.index.size)) return UNIT;
  const several = isWithin(context.sizeRange(t.index.size), range(closedEnd(2), INFINITE));
  return range(openEnd(0), several ? openEnd(1) : closedEnd(1));
}

// ---- choices ------------------------------------------------------------------------------------------

/** A branch that contradicts what is known is not taken; each branch is looked at under its condition. */
function whereRange(t: TermOf<"where">, context: Context): Range | undefined {
  if (!testsDefined(t.tests, context)) return undefined;
  let inside: Context | undefined = context;
  for (const c of t.tests) inside = inside?.assume(c, false);
  const [only] = t.tests;
  const opposite = t.tests.length === 1 ? negation(only!) : undefined;
  const outside = opposite === undefined ? context : context.assume(opposite, false);
  const values: Range[] = [];
  for (const [branch, branchContext] of [
    [t.yes, inside],
    [t.no, outside],
  ] as const) {
    if (branchContext === undefined) continue;
    const found = rangeOf(branch, branchContext);
    if (found === undefined) return undefined;
    values.push(found);
  }
  return values.length === 0 ? undefined : values.reduce(hull);
}

/** The comparison that holds where this one does not; for = and != nothing useful. */
export function negation(c: Test): Test | undefined {
  if (c.relation === "<") return { relation: "<=", left: c.right, right: c.left };
  if (c.relation === "<=") return { relation: "<", left: c.right, right: c.left };
  return c.relation === "!=" ? { ...c, relation: "=" } : undefined;
}

/** Functions that jump; everything else in the language is continuous where it is defined. */
export const jumps = (t: Term): boolean =>
  some(
    t,
    (u) =>
      u.kind === "where" ||
      u.kind === "delta" ||
      (u.kind === "function" && (u.name === "sign" || u.name === "step")),
  );

/**
 * ∫_a^b f = (b - a)·f(ξ) with ξ between a and b, for f continuous there. An exponent that depends on the variable could
 * meet 0^0, so it is not accepted with a base that may be 0.
 */
function integralRange(t: TermOf<"integral">, context: Context): Range | undefined {
  const [low, high] = [rangeOf(t.low, context), rangeOf(t.high, context)];
  if (low === undefined || high === undefined || jumps(t.body)) return undefined;
  const inner = context.withScalar(t.variable, hull(low, high));
  const variable = new Set([t.variable]);
  const risky = some(
    t.body,
    (u) => u.kind === "power" && dependsOn(u.exponent, variable) && !baseIsPositive(u, inner),
  );
  const body = risky ? undefined : rangeOf(t.body, inner);
  return body === undefined ? undefined : multiply(add(high, negate(low)), body);
}

const dependsOn = (t: Term, names: ReadonlySet<string>): boolean =>
  some(t, (u) => u.kind === "symbol" && names.has(u.name));

function baseIsPositive(t: TermOf<"power">, context: Context): boolean {
  const base = rangeOf(t.base, context);
  return base !== undefined && isPositive(base);
}

// ---- facts --------------------------------------------------------------------------------------------

const MAX_INSTANCES = 16;

/** A quadratic form knows its least value; where the term is c·(difference of a fact) + d for numbers c and d, the fact bounds it. */
function refined(t: Term, found: Range | undefined, context: Context): Range | undefined {
  if (found === undefined) return found;
  const open = !isNonnegative(found) && found.high.at === undefined;
  if (context.all.facts.length === 0 && !open) return found;
  const p = context.normal(t);
  const least = open ? quadraticLowerBound(p, context) : undefined;
  let best = least === undefined ? found : (intersect(found, range(closedEnd(least), INFINITE)) ?? found);
  for (const fact of context.all.facts) {
    for (const instance of instancesOf(fact, t)) {
      const bound = boundFrom(p, context.normal(instance), fact.strict);
      if (bound !== undefined) best = intersect(best, bound) ?? best;
    }
  }
  return best;
}

/** The fact for every choice of the term's indices that its own may take. */
function instancesOf(fact: Fact, t: Term): readonly Term[] {
  const free = [...freeIndices(t).values()];
  let instances: Term[] = [fact.difference];
  for (const i of fact.over) {
    const choices = free.filter((j) => sameSize(i.size, j.size));
    instances = instances.flatMap((d) => choices.map((j) => substituteIndex(d, i.name, atIndex(j))));
    if (instances.length > MAX_INSTANCES) return [];
  }
  return instances;
}

function boundFrom(p: Polynomial, q: Polynomial, strict: boolean): Range | undefined {
  const lead = q.terms.find((s) => s.monomial.factors.length > 0);
  const match = p.terms.find((s) => s.monomial.key === lead?.monomial.key);
  if (lead === undefined || match === undefined) return undefined;
  const c = exact.divide(match.coefficient, lead.coefficient);
  const d = constantOf(minusPolynomial(p, scale(q, c)));
  if (d === undefined) return undefined;
  return add(point(d), multiply(point(c), strict ? POSITIVE : NONNEGATIVE));
}
