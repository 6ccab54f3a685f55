/** One scalar variable: the second derivative, piece by piece where there are kinks. */
import { differentiate } from "../../../calculus/index.js";
import {
  type Bounds,
  type Expr,
  type Rational,
  replaceTensor,
  showR,
  tensor,
  tensorSymbol,
  toNumber,
} from "../../../index-notation/index.js";
import { simplify } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import { Unsupported } from "../../refuter/numeric/tape.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import type { Problem } from "../problem.js";
import { branchAt } from "../scalar/branch.js";
import { between, kinksOf } from "../scalar/kinks.js";
import { nonnegativeProofs } from "../scalar/nonnegative.js";
import { Curve } from "../scalar/piece.js";
import type { Segment } from "../scalar/pieces.js";
import type { Judge, Strategy } from "./strategy.js";

export const oneScalar: Strategy = function* (p, judge) {
  const [x, ...others] = p.scalars ?? [];
  const e = p.overScalars();
  if (x === undefined || others.length > 0 || e === undefined) return;
  yield* scalarProofs(p, judge, e, x);
};

/** Proofs that e, an expression in the scalar x and in nothing else that moves, is convex in x. */
export function* scalarProofs(p: Problem, judge: Judge, e: Expr, x: ScalarVariable): Generator<Proof> {
  for (const form of new Set([simplify(e), e])) {
    try {
      const at = kinksOf(form, x.symbol);
      if (at.length === 0) yield* smooth(p, form, x);
      else yield* kinked(p, judge, form, x, at);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
    }
  }
}

function* kinked(
  p: Problem,
  judge: Judge,
  e: Expr,
  x: ScalarVariable,
  at: readonly Rational[],
): Generator<Proof> {
  const found: Proof[] = [];
  for (const bounds of between(at, x.symbol.bounds)) {
    const part = narrowed(x, bounds);
    const branch = replaceTensor(branchAt(e, x.symbol, inside(bounds)), x.symbol, [], part.expr);
    const proof = firstAccepted(pieceProofs(p, branch, part), judge, branch, part);
    if (proof === undefined) return;
    found.push(proof);
  }
  yield { rule: "kinks", at: at.map(showR), proofs: found };
}

function* pieceProofs(p: Problem, branch: Expr, part: ScalarVariable): Generator<Proof> {
  yield { rule: "composition" };
  yield* smooth(p, branch, part);
}

function firstAccepted(
  proofs: Generator<Proof>,
  judge: Judge,
  e: Expr,
  x: ScalarVariable,
): Proof | undefined {
  for (const proof of proofs) if (judge.acceptsScalar(e, x.symbol, proof)) return proof;
  return undefined;
}

/** A number strictly between the bounds. */
function inside(bounds: Bounds): number {
  const { lo, hi } = segmentOf(bounds);
  if (Number.isFinite(lo) && Number.isFinite(hi)) return (lo + hi) / 2;
  return Number.isFinite(lo) ? lo + 1 : Number.isFinite(hi) ? hi - 1 : 0;
}

/** The same scalar with tighter bounds: rules on signs then see which side of the kink they are on. */
function narrowed(x: ScalarVariable, bounds: Bounds): ScalarVariable {
  const symbol = tensorSymbol({ name: x.symbol.name, role: x.symbol.role, bounds });
  return { ...x, symbol, expr: tensor(symbol) };
}

function* smooth(p: Problem, e: Expr, x: ScalarVariable): Generator<Proof> {
  const second = simplify(differentiate(differentiate(e, x.symbol), x.symbol));
  const f = new Curve(second, x.symbol);
  const goal = { f, segment: segmentOf(x.symbol.bounds), variable: x.symbol.name, text: p.text };
  for (const proof of nonnegativeProofs(goal)) yield { rule: "second-derivative", proof };
}

export function segmentOf({ low, lowOpen, high, highOpen }: Bounds): Segment {
  return {
    lo: low === undefined ? Number.NEGATIVE_INFINITY : toNumber(low),
    hi: high === undefined ? Number.POSITIVE_INFINITY : toNumber(high),
    loOpen: lowOpen ?? low === undefined,
    hiOpen: highOpen ?? high === undefined,
  };
}
