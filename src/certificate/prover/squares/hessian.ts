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
  replaceTensor,
  sqrt,
  square,
  sub2,
  type TensorSymbol,
  tensor,
  tensorSymbol,
} from "../../../index-notation/index.js";
import { expand, simplify } from "../../../rewrite/index.js";
import { factored, factorsOf } from "../algebra/factor.js";
import type { Exponents, Polynomial } from "../algebra/polynomial.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import { commonPowers, type Encoded, encode } from "./atoms.js";
import { gramMatrix } from "./gram.js";

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
  const product = factored(e);
  const sums = factorsOf(product).filter((f) => f.kind === "add");
  const last = sums.at(-1) ?? product;
  const others = last === product ? [] : factorsOf(product).filter((f) => f !== last);
  // The number in front may be the sign of the sum.
  const inner = mul([...others.filter((f) => f.kind === "number"), last]);
  const outer = others.filter((f) => f.kind !== "number");
  if (!rooted) return attempt(inner, outer, false);
  const { moved, back } = awayFromEnds(inner, variables);
  const found = attempt(simplify(expand(moved)), outer, true);
  return found && { ...found, entries: found.entries.map(back) };
}

/** Each entry takes the root of what stands before the sum. */
function attempt(inner: Expr, outer: readonly Expr[], rooted: boolean): SumOfSquares | undefined {
  const encoded = encode(inner, rooted);
  const gram = encoded && gramMatrix(encoded.polynomial, halves(encoded));
  if (encoded === undefined || gram === undefined) return undefined;
  const root = sqrt(mul([...outer, commonPowers(inner)]));
  return {
    entries: gram.monomials.map((m) => mul([root, monomialOf(m, encoded.variables)])),
    gram: gram.matrix,
  };
}

const monomialOf = (m: Exponents, variables: readonly Expr[]): Expr =>
  mul(m.map((k, n) => power(variables[n]!, num(k))));

/** x = low + s² or high − s² for each scalar with one end that is not 0; `back` puts the root in place of s. */
function awayFromEnds(
  e: Expr,
  variables: readonly ScalarVariable[],
): { moved: Expr; back: (x: Expr) => Expr } {
  const roots: { s: TensorSymbol; root: Expr }[] = [];
  let moved = e;
  for (const v of variables) {
    const { low, high } = v.symbol.bounds;
    const end = low ?? high;
    if (end === undefined || (low !== undefined && end.n === 0n)) continue;
    const s = tensorSymbol({ name: `root of ${v.symbol.name}`, role: "variable" });
    const [far, distance] =
      low === undefined
        ? [sub2(num(end), square(tensor(s))), sub2(num(end), v.expr)]
        : [add([num(end), square(tensor(s))]), sub2(v.expr, num(end))];
    moved = replaceTensor(moved, v.symbol, [], far);
    roots.push({ s, root: sqrt(distance) });
  }
  return { moved, back: (x) => roots.reduce((y, { s, root }) => replaceTensor(y, s, [], root), x) };
}

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
