/**
 * Curvature by composition: is a term convex or concave, jointly in all components of the variables, on a convex set, for
 * all values of everything else? Rules of disciplined convex programming (Grant, Boyd & Ye 2006; Boyd & Vandenberghe,
 * Convex Optimization, 2004, section 3), extended by three properties that survive sums:
 *
 *   log-convex   f > 0 and log f convex; sums and products of such are such (ibid. 3.5.2)
 *   log-concave  f > 0 and log f concave; products of such are such
 *   root-convex  f >= 0 and sqrt f convex: sums are such, since sqrt(Σ g²) is the norm of a vector of nonnegative convex
 *                functions, and a norm is convex and nondecreasing where the components are nonnegative
 *
 * Each property implies f convex: exp is convex and rising, and so is the square on x >= 0.
 */
import { exact, type Rational } from "./arithmetic/index.js";
import type { Context } from "./context.js";
import { derivative } from "./derivative.js";
import { type Bends, bendsOf, bendsOfPower } from "./function-curvature.js";
import { functionRange } from "./function-ranges.js";
import { isInRange } from "./functions.js";
import { entropyProduct, monomialProduct } from "./products.js";
import { quadraticSum } from "./quadratic.js";
import {
  add,
  closedEnd,
  hull,
  INFINITE,
  isNonnegative,
  isNonpositive,
  isPositive,
  isWithin,
  negate as negateRange,
  onlyValue,
  type Range,
  range,
} from "./range.js";
import { negation, rangeOf } from "./ranges.js";
import { isSmooth } from "./smooth.js";
import { mentions, scalar, type Term, type TermOf, type Test, times } from "./term.js";

export interface Curvature {
  readonly range: Range;
  /** Free of the variables. */
  readonly constant: boolean;
  readonly convex: boolean;
  readonly concave: boolean;
  readonly logConvex: boolean;
  readonly logConcave: boolean;
  readonly rootConvex: boolean;
}

export type Variables = ReadonlySet<string>;

type Flags = Partial<Omit<Curvature, "range">>;

/** The flags with what they imply. */
function curvature(values: Range, flags: Flags): Curvature {
  const logConvex = flags.logConvex === true && isPositive(values);
  const rootConvex = (flags.rootConvex === true || logConvex) && isNonnegative(values);
  const concave = flags.concave === true;
  return {
    range: values,
    constant: flags.constant === true,
    convex: flags.convex === true || rootConvex,
    concave,
    logConvex,
    logConcave: (flags.logConcave === true || concave) && isPositive(values),
    rootConvex,
  };
}

const ALL: Flags = {
  constant: true,
  convex: true,
  concave: true,
  logConvex: true,
  logConcave: true,
  rootConvex: true,
};

export const isAffine = (c: Curvature): boolean => c.convex && c.concave;

/** Undefined where the term is not shown to be defined on the whole domain. */
export function curvatureOf(t: Term, variables: Variables, context: Context): Curvature | undefined {
  context.budget.spend();
  const values = rangeOf(t, context);
  if (values === undefined) return undefined;
  if (!mentions(t, variables)) return curvature(values, ALL);
  const flags = flagsOf(t, variables, context);
  return flags === undefined ? undefined : curvature(values, flags);
}

function flagsOf(t: Term, variables: Variables, context: Context): Flags | undefined {
  switch (t.kind) {
    case "number":
    case "pi":
    case "size":
    case "position":
    case "delta":
      return ALL;
    case "symbol":
      return { convex: true, concave: true };
    case "add":
      return sumFlags(t, variables, context);
    case "multiply":
      return productFlags(t, variables, context);
    case "power":
      return powerFlags(t, variables, context);
    case "function":
      return functionFlags(t, variables, context);
    case "extremum":
      return extremumFlags(t, variables, context);
    case "where":
      return whereFlags(t, variables, context);
    case "binder":
      return binderFlags(t, variables, context);
    case "softmax":
      return softmaxFlags(t, variables, context);
    case "integral":
      return integralFlags(t, variables, context);
  }
}

function allOf(terms: readonly Term[], variables: Variables, context: Context): Curvature[] | undefined {
  const found: Curvature[] = [];
  for (const t of terms) {
    const c = curvatureOf(t, variables, context);
    if (c === undefined) return undefined;
    found.push(c);
  }
  return found;
}

const every = (all: readonly Curvature[], name: keyof Omit<Curvature, "range">): boolean =>
  all.every((c) => c[name]);

// ---- sums and products --------------------------------------------------------------------------------

function sumFlags(t: TermOf<"add">, variables: Variables, context: Context): Flags | undefined {
  const parts = allOf(t.terms, variables, context);
  if (parts === undefined) return undefined;
  const flags: Flags = {
    convex: every(parts, "convex"),
    concave: every(parts, "concave"),
    logConvex: every(parts, "logConvex"),
    rootConvex: every(parts, "rootConvex"),
  };
  if (flags.convex || flags.concave) return flags;
  return { ...flags, ...quadraticSum(t, variables, context, curvatureOf) };
}

/** c·f with c free of the variables; or a product that a template knows. */
function productFlags(t: TermOf<"multiply">, variables: Variables, context: Context): Flags | undefined {
  const moving = t.factors.filter((f) => mentions(f, variables));
  const coefficient = rangeOf(times(...t.factors.filter((f) => !moving.includes(f))), context);
  const parts = allOf(moving, variables, context);
  if (coefficient === undefined || parts === undefined) return undefined;
  const [only] = parts;
  const flags = parts.length === 1 ? only! : manyFactors(t, moving, parts, variables, context);
  return scaledFlags(coefficient, flags);
}

function scaledFlags(c: Range, f: Flags): Flags {
  if (isPositive(c)) return { ...f, constant: false };
  const affine = f.convex === true && f.concave === true;
  if (isNonnegative(c))
    return { convex: f.convex === true, concave: f.concave === true, rootConvex: f.rootConvex === true };
  if (isNonpositive(c)) return { convex: f.concave === true, concave: f.convex === true };
  return { convex: affine, concave: affine };
}

function manyFactors(
  t: TermOf<"multiply">,
  moving: readonly Term[],
  parts: readonly Curvature[],
  variables: Variables,
  context: Context,
): Flags {
  const look = (u: Term): Curvature | undefined => curvatureOf(u, variables, context);
  const flags: Flags = {
    logConvex: every(parts, "logConvex"),
    logConcave: every(parts, "logConcave"),
    ...entropyProduct(moving, context, look),
  };
  if (flags.logConvex || flags.convex || flags.concave) return flags;
  const template = monomialProduct(moving, variables, context, look);
  if (template.convex || template.concave || template.rootConvex) return { ...flags, ...template };
  return { ...flags, ...quadraticSum({ ...t, factors: moving }, variables, context, curvatureOf) };
}

// ---- functions ----------------------------------------------------------------------------------------

/** f(u): convex if f is convex on the range of u and u is affine, or f rises and u is convex, or f falls and u is concave. */
function composed(f: Bends, u: Curvature): Flags {
  const affine = isAffine(u);
  return {
    convex: f.convex && (affine || (f.rising && u.convex) || (f.falling && u.concave)),
    concave: f.concave && (affine || (f.rising && u.concave) || (f.falling && u.convex)),
  };
}

function functionFlags(t: TermOf<"function">, variables: Variables, context: Context): Flags | undefined {
  const u = curvatureOf(t.argument, variables, context);
  if (u === undefined) return undefined;
  const flags = composed(bendsOf(t.name, u.range), u);
  switch (t.name) {
    case "exp":
      return { ...flags, logConvex: u.convex, logConcave: u.concave };
    case "log":
      return {
        convex: flags.convex === true || u.logConvex,
        concave: flags.concave === true || u.logConcave,
      };
    case "cosh":
    case "gamma":
      return { ...flags, logConvex: isAffine(u) };
    case "sech":
      return { ...flags, logConcave: isAffine(u) };
    case "sigmoid":
      return { ...flags, logConcave: u.concave };
    default:
      return flags;
  }
}

function powerFlags(t: TermOf<"power">, variables: Variables, context: Context): Flags | undefined {
  if (mentions(t.exponent, variables)) return exponentialFlags(t, variables, context);
  const base = curvatureOf(t.base, variables, context);
  const k = rangeOf(t.exponent, context);
  if (base === undefined || k === undefined) return undefined;
  return flagsOfPower(base, k);
}

/** u^k with k free of the variables. */
export function flagsOfPower(u: Curvature, k: Range): Flags {
  const whole = integerIn(k);
  const flags = composed(bendsOfPower(u.range, k, whole), u);
  const [up, down] = [isNonnegative(k), isNonpositive(k)];
  const atLeast = (low: Rational | number): boolean => isWithin(k, range(closedEnd(low), INFINITE));
  const even = whole !== undefined && whole > 0n && whole % 2n === 0n;
  const rootOfConvex = u.convex && isNonnegative(u.range) && atLeast(2);
  return {
    convex: flags.convex === true || (u.rootConvex && atLeast(exact.rational(1, 2))),
    concave: flags.concave === true,
    logConvex: (u.logConvex && up) || (u.logConcave && down),
    logConcave: (u.logConcave && up) || (u.logConvex && down),
    rootConvex: (u.rootConvex && atLeast(1)) || rootOfConvex || (isAffine(u) && even),
  };
}

export function integerIn(k: Range): bigint | undefined {
  const value = onlyValue(k);
  return value !== undefined && exact.isInteger(value) ? value.n : undefined;
}

/** b^u = exp(u·log b) for b > 0 free of the variables. */
function exponentialFlags(t: TermOf<"power">, variables: Variables, context: Context): Flags | undefined {
  const u = curvatureOf(t.exponent, variables, context);
  const base = rangeOf(t.base, context);
  if (u === undefined || base === undefined) return undefined;
  if (mentions(t.base, variables) || !isPositive(base)) return {};
  const slope = functionRange("log", base);
  if (slope === undefined) return {};
  const flags = scaledFlags(slope, u);
  return { logConvex: flags.convex === true, logConcave: flags.concave === true };
}

// ---- choices ------------------------------------------------------------------------------------------

function extremumFlags(t: TermOf<"extremum">, variables: Variables, context: Context): Flags | undefined {
  const parts = allOf(t.terms, variables, context);
  if (parts === undefined) return undefined;
  if (t.name === "min") return { concave: every(parts, "concave"), logConcave: every(parts, "logConcave") };
  return {
    convex: every(parts, "convex"),
    logConvex: every(parts, "logConvex"),
    rootConvex: every(parts, "rootConvex"),
  };
}

const testsMention = (tests: readonly Test[], variables: Variables): boolean =>
  tests.some((c) => mentions(c.left, variables) || mentions(c.right, variables));

/** A choice that does not depend on the variables: one branch or the other, for all of the domain. */
function whereFlags(t: TermOf<"where">, variables: Variables, context: Context): Flags | undefined {
  if (testsMention(t.tests, variables)) return {};
  let inside: Context | undefined = context;
  for (const c of t.tests) inside = inside?.assume(c, false);
  const opposite = t.tests.length === 1 ? negation(t.tests[0]!) : undefined;
  const outside = opposite === undefined ? context : context.assume(opposite, false);
  const parts: Curvature[] = [];
  for (const [branch, branchContext] of [
    [t.yes, inside],
    [t.no, outside],
  ] as const) {
    const found = branchContext === undefined ? undefined : curvatureOf(branch, variables, branchContext);
    if (found === undefined && branchContext !== undefined) return undefined;
    if (found !== undefined) parts.push(found);
  }
  return {
    convex: every(parts, "convex"),
    concave: every(parts, "concave"),
    logConvex: every(parts, "logConvex"),
    logConcave: every(parts, "logConcave"),
    rootConvex: every(parts, "rootConvex"),
  };
}

// ---- binders ------------------------------------------------------------------------------------------

/** Which terms a guard lets through must not depend on the variables; what may be empty is not log-convex. */
function binderFlags(t: TermOf<"binder">, variables: Variables, context: Context): Flags | undefined {
  if (testsMention(t.guard, variables)) return {};
  const body = curvatureOf(t.body, variables, context);
  if (body === undefined) return undefined;
  const guarded = t.guard.length > 0;
  const { convex, concave, logConvex, logConcave, rootConvex } = body;
  switch (t.name) {
    case "sum":
      return { convex, concave, rootConvex, logConvex: logConvex && !guarded };
    case "prod":
      return { logConvex, logConcave };
    case "max":
      return guarded ? {} : { convex, logConvex, rootConvex };
    case "min":
      return guarded ? {} : { concave, logConcave };
    case "logsumexp":
      return guarded ? {} : { convex };
  }
}

/** log softmax = u(at) - logsumexp(u): concave for affine u. */
function softmaxFlags(t: TermOf<"softmax">, variables: Variables, context: Context): Flags | undefined {
  if (testsMention(t.guard, variables)) return {};
  const body = curvatureOf(t.body, variables, context);
  if (body === undefined) return undefined;
  return { logConcave: isAffine(body) && t.guard.length === 0 && isInRange(t.at, t.index.size) };
}

/**
 * ∫_a^b f(s, x) ds is like a sum for a <= b free of x: convex, log-convex, root-convex (not log-concave). ∫_a^u f(s) ds with f nondecreasing and free
 * of x is convex in u (its derivative is f), so convex for affine u.
 */
function integralFlags(t: TermOf<"integral">, variables: Variables, context: Context): Flags | undefined {
  const [low, high] = [t.low, t.high].map((u) => curvatureOf(u, variables, context));
  if (low === undefined || high === undefined) return undefined;
  const inner = context.withScalar(t.variable, hull(low.range, high.range));
  if (low.constant && high.constant) {
    const body = curvatureOf(t.body, variables, inner);
    if (body === undefined) return undefined;
    const { convex, concave, logConvex, rootConvex } = body;
    return scaledFlags(add(high.range, negateRange(low.range)), { convex, concave, logConvex, rootConvex });
  }
  if (mentions(t.body, variables) || !low.constant || !isAffine(high)) return {};
  if (!isSmooth(t.body, new Set([t.variable]), inner)) return {};
  const slope = rangeOf(derivative(t.body, scalar(t.variable), context.budget), inner);
  if (slope === undefined) return {};
  return { convex: isNonnegative(slope), concave: isNonpositive(slope) };
}
