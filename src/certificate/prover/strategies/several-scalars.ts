/** A few scalar components: sums of squares of the Hessian form, its principal minors, boxes. */
import { add, type Expr, mul, neg, showR } from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import { rangeOver } from "../../refuter/numeric/interval.js";
import { compile, Layout, Unsupported } from "../../refuter/numeric/tape.js";
import { factored, factorsOf } from "../algebra/factor.js";
import { differenceOfSquares } from "../algebra/inside.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import type { Problem } from "../problem.js";
import { nonnegativeProofs } from "../scalar/nonnegative.js";
import { Curve } from "../scalar/piece.js";
import { hessianOf, hessianSquares, type SumOfSquares, sumOfSquares } from "../squares/hessian.js";
import { segmentOf } from "./one-scalar.js";
import type { Judge, Strategy } from "./strategy.js";

/** In the quantities as they are. */
export const squares: Strategy = (p) => squaresIn(p, false);

/** With roots of what is nonnegative on the domain: larger searches. */
export const rootedSquares: Strategy = (p) => squaresIn(p, true);

function* squaresIn(p: Problem, rooted: boolean): Generator<Proof> {
  const e = p.overScalars();
  if (e === undefined || p.scalars === undefined) return;
  for (const form of new Set([e, simplify(e)])) {
    const found = hessianSquares(form, p.scalars, rooted);
    if (found === undefined) continue;
    yield { rule: "hessian-squares", ...squaresText(found, p) };
    return;
  }
}

const squaresText = (s: SumOfSquares, p: Problem): { monomials: string[]; gram: string[][] } => ({
  monomials: s.entries.map(p.text),
  gram: s.gram.map((row) => row.map(showR)),
});

// ---- principal minors -----------------------------------------------------------------------------------

/** There are 2ⁿ − 1 minors; beyond this only of matrices of numbers. */
const MAX_MINOR_SIZE = 4;

export const minors: Strategy = function* (p, judge) {
  const e = p.overScalars();
  if (e === undefined || p.scalars === undefined) return;
  if (p.scalars.length < 2) return;
  const scalars = inOrder(p.scalars, p.text(p.e));
  const h = hessianOf(e, scalars).map((row) => row.map(factored));
  if (scalars.length > MAX_MINOR_SIZE && !h.flat().every((c) => c.kind === "number")) return;
  const proofs: Proof[] = [];
  for (const chosen of subsets(scalars.length)) {
    const minor = determinant(chosen.map((i) => chosen.map((j) => h[i]![j]!)));
    const proof = nonnegative(p, judge, minor, scalars);
    if (proof === undefined) return;
    proofs.push({ rule: "rewrite", to: p.text(minor), proof });
  }
  yield { rule: "hessian-minors", proofs };
};

/** The checker numbers components as they first occur in the text, where a sum stands for all of its index. */
function inOrder(scalars: readonly ScalarVariable[], text: string): ScalarVariable[] {
  const place = (pattern: string): number => {
    const found = text.search(new RegExp(`(?<![A-Za-z0-9_])${pattern}(?![A-Za-z0-9_])`));
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  };
  const first = (v: ScalarVariable): number =>
    v.at.length === 0
      ? place(v.name)
      : Math.min(place(`${v.name}\\[${v.at.join(",")}\\]`), place(`${v.name}\\[[A-Za-z_]\\w*`));
  return [...scalars].sort((a, b) => first(a) - first(b));
}

/** By size, then lexicographic. */
function subsets(n: number): number[][] {
  const all = Array.from({ length: 2 ** n - 1 }, (_, k) =>
    Array.from({ length: n }, (__, i) => i).filter((i) => (k + 1) & (1 << i)),
  );
  return all.sort((a, b) => a.length - b.length || compareLists(a, b));
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const k = a.findIndex((v, n) => v !== b[n]);
  return k < 0 ? 0 : a[k]! - b[k]!;
}

function determinant(m: readonly (readonly Expr[])[]): Expr {
  const [row, ...rest] = m;
  if (rest.length === 0) return row![0]!;
  return add(
    row!.map((c, j) => {
      const minor = determinant(rest.map((r) => r.filter((_, k) => k !== j)));
      return mul([j % 2 === 0 ? c : neg(c), minor]);
    }),
  );
}

/** A proof of e ≥ 0 over the box of the scalars that the checker accepts on its own. */
function nonnegative(
  p: Problem,
  judge: Judge,
  e: Expr,
  scalars: readonly ScalarVariable[],
): Proof | undefined {
  const claim = p.writer.claimAbout("nonnegative", e);
  for (const proof of signProofs(p, e, scalars)) if (judge.accepts(claim, proof)) return proof;
  return undefined;
}

/** Proofs that e ≥ 0 over the box of the scalars: ranges, one scalar, sums of squares. */
export function* signProofs(p: Problem, e: Expr, scalars: readonly ScalarVariable[]): Generator<Proof> {
  const forms = [...new Set([factored(e), e, simplify(e), simplify(expand(e)), ...factoredDifference(e)])];
  for (const f of forms)
    if (forecast(f, scalars) >= 0) yield { rule: "rewrite", to: p.text(f), proof: { rule: "range" } };
  const [only, ...others] = scalars.filter((v) => dependsOnScalar(e, v));
  if (only !== undefined && others.length === 0) {
    const f = new Curve(simplify(e), only.symbol);
    yield* nonnegativeProofs({
      f,
      segment: segmentOf(only.symbol.bounds),
      variable: only.symbol.name,
      text: p.text,
    });
  }
  for (const rooted of [false, true]) {
    const found = sumOfSquares(e, scalars, rooted);
    if (found === undefined) continue;
    yield { rule: "squares", ...squaresText(found, p) };
    return;
  }
}

function dependsOnScalar(e: Expr, v: ScalarVariable): boolean {
  const layout = new Layout(new Map());
  compile(e, layout);
  return layout.components.some((c) => c.symbol === v.symbol);
}

const factoredDifference = (e: Expr): Expr[] => {
  const product = differenceOfSquares(e);
  return product === undefined ? [] : [mul(factorsOf(product).map((f) => simplify(f)))];
};

function forecast(e: Expr, scalars: readonly ScalarVariable[]): number {
  try {
    const layout = new Layout(new Map());
    for (const v of scalars) layout.slot(v.symbol, []);
    const box = scalars.map((v) => segmentOf(v.symbol.bounds));
    return rangeOver(compile(e, layout), box).lo;
  } catch (error) {
    if (error instanceof Unsupported) return Number.NEGATIVE_INFINITY;
    throw error;
  }
}

// ---- boxes ------------------------------------------------------------------------------------------------

export const boxes: Strategy = function* (p) {
  const scalars = p.scalars;
  const compact = scalars?.every(
    (v) => v.symbol.bounds.low !== undefined && v.symbol.bounds.high !== undefined,
  );
  if (scalars === undefined || !compact) return;
  for (const depth of [2, 5, 8]) yield { rule: "hessian-boxes", depth };
};
