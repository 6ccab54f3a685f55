/** Conditions that bound the scalars together, such as x² + y² ≤ 1, come in; bounds of each scalar with their proof go out. */
import {
  add,
  type Expr,
  fromNumber,
  mul,
  neg,
  num,
  printText,
  type Rational,
  showR,
  square,
  sub2,
  type TensorSymbol,
  tensor,
} from "../../../index-notation/index.js";
import { expand } from "../../../rewrite/index.js";
import type { Proof } from "../../checker/format.js";
import { polynomialOf } from "../algebra/polynomial.js";
import type { NonnegativeRequest } from "./request.js";

export interface Bound {
  readonly symbol: TensorSymbol;
  readonly reach: Rational;
  /** That x + reach ≥ 0 and reach − x ≥ 0. */
  readonly proofs: readonly [Proof, Proof];
}

/**
 * From g = c − Σ a_k·x_k² ≥ 0 with a_k ≥ 0: for r with a·r² ≥ c, r ± x = (g + Σ_{others} a·x² + a·(r ± x)² + (a·r² − c))/(2·a·r).
 */
export function discBounds(r: NonnegativeRequest): Bound[] {
  const found = new Map<TensorSymbol, Bound>();
  for (const { op, left, right } of r.where.flatMap((c) => c.all)) {
    if (op !== "<" && op !== "<=") continue;
    const g = expand(sub2(right, left));
    for (const [symbol, bound] of boundsOf(g, r)) if (!found.has(symbol)) found.set(symbol, bound);
  }
  return [...found.values()];
}

function boundsOf(g: Expr, r: NonnegativeRequest): [TensorSymbol, Bound][] {
  const xs = r.variables.map((v) => tensor(v));
  const p = r.variables.every((v) => v.dims.length === 0) ? polynomialOf(g, xs) : undefined;
  if (p === undefined) return [];
  const terms = [...p.terms.values()];
  const constant = terms.find((t) => t.exponents.every((k) => k === 0))?.coefficient;
  const weights = xs.map((_, n) => terms.find((t) => t.exponents.every((k, m) => k === (m === n ? 2 : 0))));
  const used = weights.filter((w) => w !== undefined);
  if (constant === undefined || constant.n <= 0n || used.length + 1 !== terms.length) return [];
  if (used.some((w) => w.coefficient.n >= 0n)) return [];
  return r.variables.flatMap((symbol, n): [TensorSymbol, Bound][] => {
    const w = weights[n]?.coefficient;
    if (w === undefined) return [];
    const a = num({ n: -w.n, d: w.d });
    const radius = Math.sqrt((-Number(constant.n) * Number(w.d)) / (Number(constant.d) * Number(w.n)));
    const reach = fromNumber(Number((Math.ceil(radius * 1e4 - 1e-9) / 1e4).toPrecision(12)));
    const slack = sub2(mul([a, square(num(reach))]), num(constant));
    const proofOf = (side: Expr): Proof => {
      const others = xs.flatMap((x, m) => {
        const c = m === n ? undefined : weights[m]?.coefficient;
        return c === undefined ? [] : [mul([num({ n: -c.n, d: c.d }), square(x)])];
      });
      const scale = mul([num({ n: 2n, d: 1n }), a, num(reach)]);
      const part = (e: Expr): string => `(${printText(e).text})/(${printText(scale).text})`;
      const parts = [g, add([...others, mul([a, square(side)]), slack])].map(part);
      return { rule: "sum", parts, proofs: parts.map(() => ({ rule: "range" })) };
    };
    const x = xs[n]!;
    const proofs = [proofOf(add([x, num(reach)])), proofOf(add([num(reach), neg(x)]))] as const;
    return [[symbol, { symbol, reach, proofs }]];
  });
}

/** The proof with all bounds assumed around it. */
export const withinBounds = (bounds: readonly Bound[], proof: Proof): Proof =>
  bounds.reduce<Proof>(
    (inner, { symbol, reach, proofs }) => ({
      rule: "within",
      variable: symbol.name,
      low: `-${showR(reach)}`,
      high: showR(reach),
      proofs: [...proofs, inner],
    }),
    proof,
  );
