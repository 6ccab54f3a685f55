/** A polynomial in scalars comes in; the form yᵀ∇²e y as a sum of squares goes out. */
import { differentiate } from "../../../calculus/index.js";
import { add, type Expr, mul, type Rational, tensor, tensorSymbol } from "../../../index-notation/index.js";
import { type Exponents, type Polynomial, polynomialOf } from "../algebra/polynomial.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import { type Gram, gramMatrix } from "./gram.js";

/** Second derivatives in the given scalars. */
export function hessianOf(e: Expr, variables: readonly ScalarVariable[]): Expr[][] {
  const first = variables.map((v) => differentiate(e, v.symbol));
  return first.map((d) => variables.map((v) => differentiate(d, v.symbol)));
}

/** Monomials are in the variables followed by their directions. */
export function hessianSquares(e: Expr, variables: readonly ScalarVariable[]): Gram | undefined {
  const form = hessianForm(e, variables);
  if (form === undefined) return undefined;
  return gramMatrix(form, candidates(form, variables.length));
}

function hessianForm(e: Expr, variables: readonly ScalarVariable[]): Polynomial | undefined {
  const directions = variables.map((v) =>
    tensor(tensorSymbol({ name: `d_${v.symbol.name}`, role: "variable" })),
  );
  const h = hessianOf(e, variables);
  const form = add(h.flatMap((row, i) => row.map((c, j) => mul([c, directions[i]!, directions[j]!]))));
  return polynomialOf(form, [...variables.map((v) => v.expr), ...directions]);
}

/** One direction times a monomial whose square can occur: half of the degrees of the form in each variable. */
function candidates(form: Polynomial, n: number): Exponents[] {
  const all = [...form.terms.values()].map((t) => t.exponents.slice(0, n));
  const most = Array.from({ length: n }, (_, k) => Math.max(...all.map((e) => e[k]!)));
  const totals = all.map((e) => e.reduce((a, b) => a + b, 0));
  const [low, high] = [Math.min(...totals) / 2, Math.max(...totals) / 2];
  let monomials: number[][] = [[]];
  for (const m of most)
    monomials = monomials.flatMap((e) => Array.from({ length: Math.floor(m / 2) + 1 }, (_, k) => [...e, k]));
  const inside = monomials.filter((e) => {
    const total = e.reduce((a, b) => a + b, 0);
    return total >= Math.floor(low) && total <= high;
  });
  return inside.flatMap((e) =>
    Array.from({ length: n }, (_, k) => [...e, ...Array.from({ length: n }, (__, j) => (j === k ? 1 : 0))]),
  );
}

/** A sum of squares of monomials in the variables alone. */
export function plainSquares(e: Expr, variables: readonly ScalarVariable[]): Gram | undefined {
  const p = polynomialOf(
    e,
    variables.map((v) => v.expr),
  );
  if (p === undefined || p.terms.size === 0) return undefined;
  const all = [...p.terms.values()].map((t) => t.exponents);
  let monomials: number[][] = [[]];
  for (let k = 0; k < variables.length; k++) {
    const most = Math.floor(Math.max(...all.map((x) => x[k]!)) / 2);
    monomials = monomials.flatMap((x) => Array.from({ length: most + 1 }, (_, m) => [...x, m]));
    if (monomials.length > 400) return undefined;
  }
  const totals = all.map((x) => x.reduce((a, b) => a + b, 0));
  const [low, high] = [Math.floor(Math.min(...totals) / 2), Math.max(...totals) / 2];
  const inside = monomials.filter((x) => {
    const total = x.reduce((a, b) => a + b, 0);
    return total >= low && total <= high;
  });
  return gramMatrix(p, inside);
}

export const gramText = (g: Gram, show: (r: Rational) => string): string[][] =>
  g.matrix.map((row) => row.map(show));
