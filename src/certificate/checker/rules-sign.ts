/** Rules for nonnegative and positive: range, sturm, exponential, squares. */
import { exact } from "./arithmetic/index.js";
import type { Proof } from "./format.js";
import { functionRange } from "./function-ranges.js";
import {
  type Component,
  definedRange,
  type Goal,
  parseIn,
  rangeOfComponent,
  requireKind,
  singleComponent,
} from "./goal.js";
import { isPositiveSemidefinite, type Matrix } from "./matrix.js";
import { coefficientsOf, powerOfAtom, powerOfExponential, withoutDenominators } from "./numerator.js";
import { shapeKey } from "./polynomial.js";
import { isNonnegative, isPositive, multiply, point, type Range } from "./range.js";
import { rangeOf } from "./ranges.js";
import { reject } from "./rejection.js";
import { bestRange } from "./rules-scalar.js";
import { type Term, times } from "./term.js";
import { readNumber } from "./tokens.js";
import { isNonnegativeOn, isPositiveOn, type Univariate } from "./univariate.js";

type ProofOf<R extends Proof["rule"]> = Extract<Proof, { readonly rule: R }>;

/** The range of the expression, or of its normal form, has the sign. */
export function byRange(goal: Goal): readonly Goal[] {
  requireKind(goal, "nonnegative", "positive");
  definedRange(goal);
  const found = bestRange(goal.e, goal.context);
  const holds = found !== undefined && (goal.kind === "positive" ? isPositive(found) : isNonnegative(found));
  if (!holds) reject("the range of the expression does not show its sign");
  return [];
}

function requireSignOf(goal: Goal, p: Univariate, r: Range): void {
  const { budget } = goal.context;
  const holds = goal.kind === "positive" ? isPositiveOn(p, r, budget) : isNonnegativeOn(p, r, budget);
  if (!holds) reject("the polynomial does not have the sign on the interval");
}

const keyOfComponent = (x: Component): string => shapeKey({ kind: "symbol", name: x.name, at: x.at });

/** e is a rational function of one variable with rational coefficients. */
export function sturm(goal: Goal): readonly Goal[] {
  requireKind(goal, "nonnegative", "positive");
  definedRange(goal);
  const { e, x } = singleComponent(goal);
  const p = withoutDenominators(goal.context.normal(e), goal.context, false);
  const key = keyOfComponent(x);
  const coefficients = coefficientsOf(p, (m) => powerOfAtom(m, key), false);
  requireSignOf(goal, coefficients, rangeOfComponent(x, goal.context));
  return [];
}

/** e is a rational function of t = exp(k·x) with rational coefficients; t runs over the exponentials of the domain. */
export function exponential(goal: Goal, proof: ProofOf<"exponential">): readonly Goal[] {
  requireKind(goal, "nonnegative", "positive");
  definedRange(goal);
  const { e, x } = singleComponent(goal);
  const k = readNumber(proof.k);
  if (exact.sign(k) === 0) reject("k is 0");
  const p = withoutDenominators(goal.context.normal(e, true), goal.context, true);
  const key = keyOfComponent(x);
  const coefficients = coefficientsOf(p, (m) => powerOfExponential(m, key, k), true);
  const exponents = multiply(point(k), rangeOfComponent(x, goal.context));
  requireSignOf(goal, coefficients, functionRange("exp", exponents) ?? reject("no range of exponentials"));
  return [];
}

/** Reads a Gram matrix: square, symmetric, positive semidefinite. */
export function readGram(rows: readonly (readonly string[])[], size: number, goal: Goal): Matrix {
  if (size === 0 || size > 60 || rows.length !== size) reject("the Gram matrix has the wrong size");
  const gram = rows.map((row) => {
    if (row.length !== size) reject("the Gram matrix is not square");
    return row.map(readNumber);
  });
  if (!isPositiveSemidefinite(gram, goal.context.budget))
    reject("the Gram matrix is not symmetric and positive semidefinite");
  return gram;
}

/** zᵀ G z, whatever the z are: nonnegative for G ⪰ 0. */
export function gramForm(z: readonly Term[], gram: Matrix): Term {
  const terms = gram.flatMap((row, i) =>
    row.map((c, j) => times({ kind: "number", value: c }, z[i]!, z[j]!)),
  );
  return { kind: "add", terms };
}

/** e = zᵀ G z with G ⪰ 0 exactly and every entry of z a real number on the domain. */
export function squares(goal: Goal, proof: ProofOf<"squares">): readonly Goal[] {
  requireKind(goal, "nonnegative");
  definedRange(goal);
  const z = proof.monomials.map((text) => parseIn(goal, text));
  if (z.some((t) => rangeOf(t, goal.context) === undefined)) reject("a monomial is not shown to be defined");
  const gram = readGram(proof.gram, z.length, goal);
  if (!goal.context.isEqual(goal.e, gramForm(z, gram))) reject("the sum of squares is not the expression");
  return [];
}
