/** Rules about the Hessian: hessian-minors, hessian-squares, hessian-boxes, popoviciu. */
import { doubleIntervals, exact, type Interval } from "./arithmetic/index.js";
import { toTerm } from "./back.js";
import { type Cell, CellEvaluator, cellOf, onEveryCell, unknownsOf } from "./boxes.js";
import { curvatureOf, isAffine } from "./curvature.js";
import { derivative } from "./derivative.js";
import type { Proof } from "./format.js";
import {
  boxed,
  componentsOf,
  definedRange,
  type Goal,
  groundedIfNeeded,
  parseIn,
  requireKind,
} from "./goal.js";
import { isNonnegative, isNonpositive, REALS } from "./range.js";
import { rangeOf } from "./ranges.js";
import { type Budget, reject } from "./rejection.js";
import { gramForm, readGram } from "./rules-sign.js";
import { type Piece, piecesOf, pieceTerm } from "./rules-structure.js";
import { isSmooth } from "./smooth.js";
import {
  freeIndices,
  freshCopy,
  freshName,
  type Index,
  keyOf,
  mentions,
  negative,
  number,
  plainIndex,
  plus,
  raise,
  scalar,
  substituteSymbols,
  type Term,
  type TermOf,
  times,
  walk,
  zero,
} from "./term.js";

type ProofOf<R extends Proof["rule"]> = Extract<Proof, { readonly rule: R }>;

const MAX_MINORS = 6;

/** The Hessian of e in its components, which must be smooth on the domain. */
function hessianOf(
  goal: Goal,
  most: number,
): { readonly e: Term; readonly entries: readonly (readonly Term[])[] } {
  requireKind(goal, "convex");
  definedRange(goal);
  const e = groundedIfNeeded(goal.e, goal.variables);
  const components = componentsOf(e, goal.variables);
  if (components.length === 0 || components.length > most)
    reject(`the rule is for 1 to ${most} components; there are ${components.length}`);
  if (!isSmooth(e, goal.variables, goal.context))
    reject("the expression is not shown to be smooth on the domain");
  const slopes = components.map((x) => derivative(e, x, goal.context.budget));
  const entries = slopes.map((g, i) =>
    components.map((y, j) => (j < i ? zero : derivative(g, y, goal.context.budget))),
  );
  return { e, entries: entries.map((row, i) => row.map((t, j) => (j < i ? entries[j]![i]! : t))) };
}

/** Subsets of 0 … n-1 by size, then in lexicographic order. */
function subsets(n: number): readonly (readonly number[])[] {
  const grow = (s: readonly number[], size: number): (readonly number[])[] =>
    s.length === size
      ? [s]
      : Array.from({ length: n }, (_, k) => k)
          .filter((k) => k > (s.at(-1) ?? -1))
          .flatMap((k) => grow([...s, k], size));
  return Array.from({ length: n }, (_, k) => k + 1).flatMap((size) => grow([], size));
}

/** By cofactors along the first row. */
function determinant(m: readonly (readonly Term[])[]): Term {
  const [first, ...rest] = m;
  if (first === undefined) return number(1);
  const minors = first.map((t, k) => {
    const d = determinant(rest.map((row) => row.toSpliced(k, 1)));
    return k % 2 === 0 ? times(t, d) : negative(times(t, d));
  });
  return plus(...minors);
}

/**
 * A symmetric matrix is positive semidefinite iff all its principal minors are nonnegative (Horn & Johnson, Matrix
 * Analysis, 7.2.5; the leading ones do not suffice). Components are ordered as they first occur in e.
 */
export function hessianMinors(goal: Goal): readonly Goal[] {
  const { entries } = hessianOf(goal, MAX_MINORS);
  return subsets(entries.length).map((s) => ({
    ...goal,
    kind: "nonnegative",
    e: determinant(s.map((i) => s.map((j) => entries[i]![j]!))),
  }));
}

/** d²/dt² e(x + t·y) at t = 0, with y written d_x for the variable x: the Hessian form in index notation. */
function secondVariation(goal: Goal): Term {
  const t = scalar(freshName("t"));
  const moved = substituteSymbols(goal.e, (u) =>
    goal.variables.has(u.name) ? plus(u, times(t, { ...u, name: `d_${u.name}` })) : undefined,
  );
  const { budget } = goal.context;
  const second = derivative(derivative(moved, t, budget), t, budget);
  return substituteSymbols(second, (u) => (u.name === t.name ? zero : undefined));
}

/** yᵀ∇²e y = zᵀ G z with G ⪰ 0 exactly, for any dimension; the entries of z may use the variables and d_x. */
export function hessianSquares(goal: Goal, proof: ProofOf<"hessian-squares">): readonly Goal[] {
  requireKind(goal, "convex");
  definedRange(goal);
  if (!isSmooth(goal.e, goal.variables, goal.context))
    reject("the expression is not shown to be smooth on the domain");
  let context = goal.context;
  for (const name of goal.variables) {
    const sizes = context.scope.symbols.get(name) ?? reject(`${name} is not declared`);
    const direction = `d_${name}`;
    if (
      context.scope.symbols.has(direction) ||
      context.scope.indices.has(direction) ||
      context.scope.sizes.has(direction)
    )
      reject(`the name ${direction} is taken`);
    const symbols = new Map(context.scope.symbols).set(direction, sizes);
    context = context.with({
      scope: { ...context.scope, symbols },
      symbols: new Map(context.all.symbols).set(direction, REALS),
    });
  }
  const inner = { ...goal, context };
  const z = proof.monomials.map((text) => parseIn(inner, text));
  if (z.some((t) => rangeOf(t, context) === undefined)) reject("a monomial is not shown to be defined");
  const gram = readGram(proof.gram, z.length, inner);
  if (!context.isEqual(secondVariation(inner), gramForm(z, gram)))
    reject("the sum of squares is not the Hessian form");
  return [];
}

// ---- boxes --------------------------------------------------------------------------------------------

/** On every cell of a compact box the Hessian, as a matrix of intervals, is positive semidefinite. */
export function hessianBoxes(goal: Goal, proof: ProofOf<"hessian-boxes">): readonly Goal[] {
  const context = boxed(goal);
  const { e, entries } = hessianOf({ ...goal, context }, MAX_MINORS);
  const unknowns = unknownsOf(e);
  const evaluator = new CellEvaluator(unknowns, context);
  const isProved = (cell: Cell): boolean => {
    const m = entries.map((row) => row.map((t) => evaluator.evaluate(doubleIntervals, t, cell)));
    const known = m.every((row) => row.every((x) => x !== undefined && !doubleIntervals.isEmpty(x)));
    return known && isSemidefinite(m as Interval<number>[][]);
  };
  onEveryCell(cellOf(unknowns, context), proof.depth, isProved, "the Hessian");
  return [];
}

/** Every symmetric matrix within the intervals is positive semidefinite: by Gershgorin's rows, or by interval LDLᵀ. */
function isSemidefinite(m: readonly (readonly Interval<number>[])[]): boolean {
  const a = doubleIntervals;
  const dominant = m.every((row, i) => {
    const others = row.filter((_, j) => j !== i).reduce((sum, x) => a.add(sum, a.abs(x)), a.zero);
    return a.isNonnegative(a.sub(row[i]!, others));
  });
  return dominant || eliminates(m);
}

/** Interval elimination: all pivots positive means that every matrix within is positive definite. */
function eliminates(m: readonly (readonly Interval<number>[])[]): boolean {
  const a = doubleIntervals;
  const rows = m.map((row) => [...row]);
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows[k]![k]!;
    const last = k === rows.length - 1;
    if (last ? !a.isNonnegative(pivot) || a.isEmpty(pivot) : a.decide(pivot) !== "positive") return false;
    for (let i = k + 1; i < rows.length; i++) {
      for (let j = i; j < rows.length; j++) {
        const product = i === j ? a.sqr(rows[k]![i]!) : a.mul(rows[k]![i]!, rows[k]![j]!);
        rows[i]![j] = a.sub(rows[i]![j]!, a.div(product, pivot));
      }
    }
  }
  return true;
}

// ---- popoviciu ----------------------------------------------------------------------------------------

/**
 * -k·log Σ_i exp(b·x_i + c_i) with k >= 0 and b, c free of the variables: its Hessian form is -k·Var_p(b·y), and Popoviciu's
 * inequality bounds the variance of numbers by (max - min)²/4 <= (2·y_i² + 2·y_j²)/4 <= Σ y²/2. So adding (k·b²/4)·Σ_i x_i²,
 * whose Hessian form is (k·b²/2)·Σ y², makes it convex; what remains of e after taking that away must be convex.
 */
export function popoviciu(goal: Goal): readonly Goal[] {
  requireKind(goal, "convex");
  definedRange(goal);
  const rest: Term[] = [];
  let found = false;
  for (const piece of piecesOf(goal.e, goal.variables)) {
    const balance = compensation(piece, goal);
    if (balance === undefined) rest.push(pieceTerm(piece));
    else rest.push(negative(balance));
    found ||= balance !== undefined;
  }
  if (!found) reject("there is no -logsumexp in the expression");
  const remainder = { kind: "add", terms: rest } as const;
  const candidates: readonly Term[] = [remainder, toTerm(goal.context.normal(remainder))];
  if (!candidates.some((t) => curvatureOf(t, goal.variables, goal.context)?.convex === true))
    reject("what remains beside the logsumexp is not shown to be convex");
  return [];
}

/** (k·b²/4)·Σ x_i² for a piece -k·logsumexp(i, b·x_i + c_i), as a sum over all its indices; undefined for other pieces. */
function compensation(piece: Piece, goal: Goal): Term | undefined {
  const { leaf } = piece;
  const k = rangeOf(times(...piece.coefficients), goal.context);
  if (k === undefined || !isNonpositive(k) || isNonnegative(k)) return undefined;
  const inner = logSumExp(leaf);
  if (inner === undefined) return undefined;
  const x = singlePlace(inner, goal);
  if (x === undefined) return undefined;
  const shape = curvatureOf(inner.body, goal.variables, goal.context);
  if (shape === undefined || !isAffine(shape)) return undefined;
  const b = slopeAlong(inner.body, x, goal.context.budget);
  const square = times(number(exact.rational(1, 4)), raise(b, number(2)), raise(x, number(2)));
  const sum: Term = { kind: "binder", name: "sum", indices: inner.indices, guard: [], body: square };
  return pieceTerm({ ...piece, coefficients: [...piece.coefficients, number(-1)], leaf: freshCopy(sum) });
}

interface LogSumExp {
  readonly indices: readonly Index[];
  readonly body: Term;
}

/** logsumexp(i, u) or log(sum(i, exp(u))), without a guard. */
function logSumExp(t: Term): LogSumExp | undefined {
  if (t.kind === "binder" && t.name === "logsumexp" && t.guard.length === 0)
    return { indices: t.indices, body: t.body };
  if (t.kind !== "function" || t.name !== "log") return undefined;
  const sum = t.argument;
  if (sum.kind !== "binder" || sum.name !== "sum" || sum.guard.length > 0) return undefined;
  if (sum.body.kind !== "function" || sum.body.name !== "exp") return undefined;
  return { indices: sum.indices, body: sum.body.argument };
}

/** The one component in the body, whose subscripts are distinct and include every index of the sum: each is another one. */
function singlePlace({ indices, body }: LogSumExp, goal: Goal): TermOf<"symbol"> | undefined {
  const found = new Map<string, TermOf<"symbol">>();
  walk(body, (u) => {
    if (u.kind === "symbol" && goal.variables.has(u.name)) found.set(keyOf(u), u);
    return true;
  });
  const [x] = found.values();
  if (x === undefined || found.size !== 1) return undefined;
  const places = x.at.map((s) => plainIndex(s)?.name);
  if (places.includes(undefined) || new Set(places).size !== places.length) return undefined;
  const free = freeIndices(body);
  const bare = places.every((name) => free.has(name!));
  return bare && indices.every((i) => places.includes(i.name)) ? x : undefined;
}

/** The derivative of an affine term by the one component that occurs in it; free of that component, or a rejection. */
function slopeAlong(body: Term, x: TermOf<"symbol">, budget: Budget): Term {
  const by = scalar(freshName(x.name));
  const plain = substituteSymbols(body, (u) => (keyOf(u) === keyOf(x) ? by : undefined));
  const slope = derivative(plain, by, budget);
  if (mentions(slope, new Set([by.name, x.name])))
    reject("the slope of an affine term is not written as a constant");
  return slope;
}
