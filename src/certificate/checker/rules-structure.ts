/** Rules that take an expression apart: composition, rewrite, sum, separable, split. Each returns the premises it needs. */
import { exact, type Rational } from "./arithmetic/index.js";
import { toTerm } from "./back.js";
import type { Context } from "./context.js";
import { curvatureOf, isAffine } from "./curvature.js";
import type { Proof } from "./format.js";
import { definedRange, type Goal, parseIn, requireKind } from "./goal.js";
import { closedEnd, INFINITE, range } from "./range.js";
import { reject } from "./rejection.js";
import {
  atIndex,
  freeIndices,
  freshCopy,
  type Index,
  keyOf,
  mentions,
  plainIndex,
  plus,
  scalar,
  substituteIndex,
  substituteSymbols,
  type Term,
  type TermOf,
  type Test,
  times,
  walk,
} from "./term.js";
import { readNumber } from "./tokens.js";

type ProofOf<R extends Proof["rule"]> = Extract<Proof, { readonly rule: R }>;

/** Curvature of e, or of its normal form (equal where e is defined, and e is). */
export function composition(goal: Goal): readonly Goal[] {
  requireKind(goal, "convex");
  definedRange(goal);
  const isConvex = (t: Term): boolean => curvatureOf(t, goal.variables, goal.context)?.convex === true;
  if (!isConvex(goal.e) && !isConvex(toTerm(goal.context.normal(goal.e))))
    reject("the composition rules do not show that the expression is convex");
  return [];
}

/** e = to wherever both are defined; e is, and the premise says that `to` is. */
export function rewrite(goal: Goal, proof: ProofOf<"rewrite">): readonly Goal[] {
  definedRange(goal);
  const to = parseIn(goal, proof.to);
  if (!goal.context.isEqual(goal.e, to)) reject(`not shown to be equal: ${proof.to.slice(0, 120)}`);
  return [{ ...goal, e: to }];
}

/** A sum of convex functions is convex; of nonnegative ones nonnegative, and positive if the first one is. */
export function sum(goal: Goal, proof: ProofOf<"sum">): readonly Goal[] {
  definedRange(goal);
  const parts = proof.parts.map((text) => parseIn(goal, text));
  if (parts.length === 0) reject("a sum needs parts");
  if (!goal.context.isEqual(goal.e, { kind: "add", terms: parts }))
    reject("the parts do not add up to the expression");
  return parts.map((e, k) => ({
    ...goal,
    e,
    kind: goal.kind === "positive" && k > 0 ? "nonnegative" : goal.kind,
  }));
}

// ---- split --------------------------------------------------------------------------------------------

/**
 * Cut at numbers a_1 < a_2 < … into x <= a_1, a_1 <= x <= a_2, …, which cover the line. For a convexity claim x must not
 * be one of the variables: it is then a parameter, and every value of it lies in some piece.
 */
export function split(goal: Goal, proof: ProofOf<"split">): readonly Goal[] {
  const x = parseIn(goal, proof.variable);
  if (x.kind !== "symbol") return reject("split takes a name or one component of it");
  if (goal.kind === "convex" && goal.variables.has(x.name))
    return reject("convexity on pieces is not convexity on the whole: use kinks");
  return pieces(proof.at).map(([low, high]) => {
    const values = range(
      low === undefined ? INFINITE : closedEnd(low),
      high === undefined ? INFINITE : closedEnd(high),
    );
    const context = goal.context.withComponent(x, values);
    return context === undefined ? reject("a piece of the split is empty") : { ...goal, context };
  });
}

/** The intervals between numbers in rising order, from -infinity to infinity. */
export function pieces(
  at: readonly string[],
): readonly (readonly [Rational | undefined, Rational | undefined])[] {
  const cuts = at.map(readNumber);
  if (cuts.length === 0) reject("there is no number to cut at");
  if (cuts.some((c, k) => k > 0 && exact.compare(cuts[k - 1]!, c) >= 0)) reject("the numbers do not rise");
  return [undefined, ...cuts].map((low, k) => [low, cuts[k]]);
}

// ---- separable ----------------------------------------------------------------------------------------

/** Σ over indices (that meet the guard) of the product of coefficients and a leaf that is no sum. */
export interface Piece {
  readonly indices: readonly Index[];
  readonly guard: readonly Test[];
  readonly coefficients: readonly Term[];
  readonly leaf: Term;
}

/** The term as a sum of pieces: c·(a + b) = c·a + c·b, and sums over indices are linear. */
export function piecesOf(t: Term, variables: ReadonlySet<string>): readonly Piece[] {
  const leaf = (): readonly Piece[] => [{ indices: [], guard: [], coefficients: [], leaf: t }];
  switch (t.kind) {
    case "add":
      return t.terms.flatMap((u) => piecesOf(u, variables));
    case "multiply": {
      const moving = t.factors.filter((f) => mentions(f, variables));
      if (moving.length !== 1) return leaf();
      const fixed = t.factors.filter((f) => f !== moving[0]);
      return piecesOf(moving[0]!, variables).map((p) => ({
        ...p,
        coefficients: [...fixed.map(freshCopy), ...p.coefficients],
      }));
    }
    case "binder": {
      const plain = t.guard.every((c) => !mentions(c.left, variables) && !mentions(c.right, variables));
      if (t.name !== "sum" || !plain) return leaf();
      return piecesOf(t.body, variables).map((p) => ({
        ...p,
        indices: [...t.indices, ...p.indices],
        guard: [...t.guard, ...p.guard],
      }));
    }
    default:
      return leaf();
  }
}

export const pieceTerm = (p: Piece, indices: readonly Index[] = p.indices): Term => {
  const body = times(...p.coefficients, p.leaf);
  if (indices.length === 0 && p.guard.length === 0) return body;
  return freshCopy({ kind: "binder", name: "sum", indices, guard: p.guard, body });
};

/**
 * e = Σ_i f(x_i, i) for each variable x, plus terms affine in the variables: f(·, i) convex for every i makes e convex. In
 * the premise for x (in the order of the claim's variables, those that occur in no other than affine terms left out) the
 * scalar is called x, and its index keeps the name it has in the first sum over it.
 */
export function separable(goal: Goal): readonly Goal[] {
  requireKind(goal, "convex");
  definedRange(goal);
  const { variables, context } = goal;
  const found = new Map<string, Term[]>();
  const names = new Map<string, readonly Index[]>();
  for (const piece of piecesOf(goal.e, variables)) {
    if (!mentions(piece.leaf, variables)) continue;
    const shape = curvatureOf(pieceTerm(piece), variables, context);
    if (shape !== undefined && isAffine(shape)) continue;
    const { name, place, rest } = alone(piece, goal);
    const known = names.get(name) ?? place.map((i) => ({ name: i.name.split("'")[0]!, size: i.size }));
    if (new Set(known.map((i) => i.name)).size !== known.length) reject("two indices share a name");
    names.set(name, known);
    const scalarPiece = { ...rest, leaf: scalarLeaf(piece.leaf, name) };
    const f = place.reduce(
      (u, i, k) => substituteIndex(u, i.name, atIndex(known[k]!)),
      pieceTerm(scalarPiece, rest.indices),
    );
    found.set(name, [...(found.get(name) ?? []), f]);
  }
  const free = freeIndices(goal.e);
  for (const i of [...names.values()].flat())
    if (free.has(i.name)) reject(`the index ${i.name} is free already`);
  return [...variables].flatMap((name): Goal[] => {
    const terms = found.get(name);
    if (terms === undefined) return [];
    return [
      {
        kind: "convex",
        e: plus(...terms),
        variables: new Set([name]),
        context: scalarContext(context, name),
      },
    ];
  });
}

const scalarLeaf = (leaf: Term, name: string): Term =>
  substituteSymbols(leaf, (u) => (u.name === name ? scalar(name) : undefined));

/** One entry of the symbol as a scalar; what was assumed of the entries together is forgotten. */
function scalarContext(context: Context, name: string): Context {
  const facts = context.all.facts.filter((f) => !mentions(f.difference, new Set([name])));
  const values = context.all.symbols.get(name) ?? reject(`${name} has no range`);
  return context.with({ facts }).withScalar(name, values);
}

/**
 * The only variable of a piece, read at one place x[i, j] whose subscripts are distinct bound indices without a guard, so
 * that every component occurs in exactly one term of the sum over them. The other indices stay bound.
 */
function alone(piece: Piece, goal: Goal): { name: string; place: readonly Index[]; rest: Piece } {
  const found = new Map<string, TermOf<"symbol">>();
  walk(piece.leaf, (u) => {
    if (u.kind === "symbol" && goal.variables.has(u.name)) found.set(keyOf(u), u);
    return true;
  });
  const [x] = found.values();
  if (x === undefined || found.size !== 1) return reject("a term joins several components");
  const bound = new Set(piece.indices.map((i) => i.name));
  const place = x.at.map((s) => {
    const i = plainIndex(s);
    return i !== undefined && bound.has(i.name)
      ? i
      : reject("a term is not a sum over the index of its variable");
  });
  const names = new Set(place.map((i) => i.name));
  if (names.size !== place.length) reject("a variable is read on a diagonal");
  for (const c of piece.guard)
    if ([c.left, c.right].some((t) => [...freeIndices(t).keys()].some((i) => names.has(i))))
      reject("a guard restricts the index of the variable");
  const rest = { ...piece, indices: piece.indices.filter((i) => !names.has(i.name)) };
  return { name: x.name, place, rest };
}
