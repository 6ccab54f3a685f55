/**
 * An expression that should be nonnegative, or whose Hessian form should be, comes in; entries z and a matrix
 * G ⪰ 0 with zᵀGz equal to it go out.
 */
import { differentiate } from "../../../calculus/index.js";
import {
  add,
  type Expr,
  mul,
  num,
  power,
  type Rational,
  sqrt,
  tensor,
  tensorSymbol,
} from "../../../index-notation/index.js";
import { simplify } from "../../../rewrite/index.js";
import { factored, factorsOf } from "../algebra/factor.js";
import { pythagorean } from "../algebra/inside.js";
import type { Exponents, Polynomial } from "../algebra/polynomial.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import { commonPowers, type Encoded, encode } from "./atoms.js";
import { awayFromEnds } from "./ends.js";
import { gramMatrix } from "./gram.js";
import { inQuantities, putBack } from "./quantities.js";

export interface SumOfSquares {
  readonly entries: readonly Expr[];
  readonly gram: readonly (readonly Rational[])[];
}

/** Second derivatives in the given scalars. */
export function hessianOf(e: Expr, variables: readonly ScalarVariable[]): Expr[][] {
  const first = variables.map((v) => differentiate(e, v.symbol));
  return first.map((d) => variables.map((v) => differentiate(d, v.symbol)));
}

/** `d_x` for x, `d_x[0]` for x[0]. */
const directionOf = (v: ScalarVariable): Expr =>
  tensor(tensorSymbol({ name: `d_${v.symbol.name}`, role: "variable" }));

/** The Hessian form Σ ∂_i∂_j e · d_i d_j as a sum of squares. */
export function hessianSquares(
  e: Expr,
  variables: readonly ScalarVariable[],
  rooted: boolean,
): SumOfSquares | undefined {
  const directions = variables.map(directionOf);
  const h = hessianOf(e, variables);
  const form = add(h.flatMap((row, i) => row.map((c, j) => mul([c, directions[i]!, directions[j]!]))));
  return sumOfSquares(form, variables, rooted);
}

/** In the quantities as they are, or with roots of what is nonnegative on the domain. */
export function sumOfSquares(
  e: Expr,
  variables: readonly ScalarVariable[],
  rooted: boolean,
): SumOfSquares | undefined {
  if (!rooted) return attempt(factored(e), (x) => x, false);
  const { e: inner, quantities } = inQuantities(pythagorean(simplify(e)), variables);
  const { outer, sum } = split(factored(inner));
  const { e: moved, back } = awayFromEnds(sum, quantities);
  if (moved.kind === "number" && moved !== sum) return undefined;
  return attempt(mul([...outer, moved]), (x) => putBack(back(x), quantities), true, { outer, sum: moved });
}

interface Split {
  readonly outer: readonly Expr[];
  readonly sum: Expr;
}

/** The last sum of a product with the number in front, which may be its sign; and the other factors. */
function split(product: Expr): Split {
  const last = factorsOf(product)
    .filter((f) => f.kind === "add")
    .at(-1);
  if (last === undefined) return { outer: [], sum: product };
  const others = factorsOf(product).filter((f) => f !== last);
  return {
    outer: others.filter((f) => f.kind !== "number"),
    sum: mul([...others.filter((f) => f.kind === "number"), last]),
  };
}

/** Each entry takes the root of what stands before the sum. */
function attempt(
  product: Expr,
  back: (x: Expr) => Expr,
  rooted: boolean,
  { outer, sum }: Split = split(product),
): SumOfSquares | undefined {
  const encoded = encode(sum, rooted);
  const gram = encoded && gramMatrix(encoded.polynomial, halves(encoded));
  if (encoded === undefined || gram === undefined) return undefined;
  const root = sqrt(back(mul([...outer, commonPowers(sum)])));
  return {
    entries: gram.monomials.map((m) => mul([root, back(monomialOf(m, encoded.variables))])),
    gram: gram.matrix,
  };
}

const monomialOf = (m: Exponents, variables: readonly Expr[]): Expr =>
  mul(m.map((k, n) => power(variables[n]!, num(k))));

const MAX_CANDIDATES = 600;

/** Monomials whose squares can occur: half of the degrees in each variable, and half of the total. */
function halves({ polynomial, variables }: Encoded): Exponents[] {
  const all = exponentsOf(polynomial);
  let monomials: number[][] = [[]];
  for (let k = 0; k < variables.length; k++) {
    const [least, most] = [Math.min, Math.max].map((pick) => pick(...all.map((x) => x[k]!))) as [
      number,
      number,
    ];
    const range = Array.from({ length: Math.floor(most / 2) + 1 }, (_, m) => m).filter((m) => 2 * m >= least);
    monomials = monomials.flatMap((x) => range.map((m) => [...x, m]));
    if (monomials.length > MAX_CANDIDATES) return [];
  }
  const total = (x: Exponents): number => x.reduce((a, b) => a + b, 0);
  const totals = all.map(total);
  const [low, high] = [Math.min(...totals) / 2, Math.max(...totals) / 2];
  return monomials.filter((x) => total(x) >= low && total(x) <= high);
}

const exponentsOf = (p: Polynomial): Exponents[] => [...p.terms.values()].map((t) => t.exponents);
