/**
 * An expression comes in; the same in quantities that are independent for the search goes out: scalars, square
 * roots of sums, and functions with a bounded range, each with its bounds.
 */
import {
  asRational,
  type Bounds,
  compareR,
  type Expr,
  floorR,
  isNonPositive,
  mapChildren,
  mulR,
  num,
  ONE,
  power,
  rangeOf,
  rational,
  replaceTensor,
  sqrt,
  symbolsOf,
  type TensorSymbol,
  tensor,
  tensorSymbol,
  ZERO,
} from "../../../index-notation/index.js";
import type { ScalarVariable } from "../algebra/scalars.js";

/** A symbol of the search and what it stands for. */
export interface Quantity {
  readonly symbol: TensorSymbol;
  readonly stands: Expr;
}

export interface InQuantities {
  readonly e: Expr;
  readonly quantities: readonly Quantity[];
}

/** Scalars that still occur, and one new symbol for each root, bounded function and falling exponential. */
export function inQuantities(e: Expr, variables: readonly ScalarVariable[]): InQuantities {
  const found = new Map<Expr, Quantity>();
  const name = (stands: Expr, bounds: Bounds): Expr => {
    const known = found.get(stands);
    if (known !== undefined) return tensor(known.symbol);
    const symbol = tensorSymbol({ name: `quantity ${found.size}`, role: "variable", bounds });
    found.set(stands, { symbol, stands });
    return tensor(symbol);
  };
  const roots = rootsIn(e);
  const visit = (x: Expr): Expr => {
    if (x.kind === "power" && x.base.kind === "add" && roots.has(x.base)) {
      const k = asRational(x.exponent)!;
      return power(name(sqrt(x.base), rootBounds(x.base)), num(mulR(k, rational(2))));
    }
    const bounds = x.kind === "unary" ? boundsOf(x, x.fn, x.arg) : undefined;
    return bounds === undefined ? mapChildren(x, visit) : name(x, bounds);
  };
  const seen = visit(e);
  const left = variables.filter((v) => symbolsOf(seen).has(v.symbol));
  return {
    e: seen,
    quantities: [...left.map((v) => ({ symbol: v.symbol, stands: v.expr })), ...found.values()],
  };
}

/** Sums under a square root somewhere in e. */
function rootsIn(e: Expr): ReadonlySet<Expr> {
  const found = new Set<Expr>();
  const visit = (x: Expr): Expr => {
    if (x.kind === "power" && x.base.kind === "add" && asRational(x.exponent)?.d === 2n) found.add(x.base);
    return mapChildren(x, visit);
  };
  visit(e);
  return found;
}

/** The root of the least integer that the base surely reaches. */
function rootBounds(base: Expr): Bounds {
  const { low } = rangeOf(base);
  if (low === undefined || compareR(low, ZERO) <= 0) return { low: ZERO };
  let root = 0n;
  while ((root + 1n) * (root + 1n) <= floorR(low) && root < 1000n) root++;
  return { low: rational(root) };
}

const UNIT: Bounds = { low: ZERO, high: ONE };
const BOTH: Bounds = { low: rational(-1), high: ONE };

/** Bounds on both sides, for the functions that have them. */
function boundsOf(x: Expr, fn: string, arg: Expr): Bounds | undefined {
  if (fn === "exp") return isNonPositive(arg) ? UNIT : undefined;
  if (fn === "sech" || fn === "sigmoid") return UNIT;
  if (fn === "tanh" || fn === "erf" || fn === "sin" || fn === "cos") {
    const { low } = rangeOf(x);
    return low !== undefined && compareR(low, ZERO) >= 0 ? UNIT : BOTH;
  }
  return undefined;
}

/** What the quantities stand for, put back. */
export const putBack = (e: Expr, quantities: readonly Quantity[]): Expr =>
  quantities.reduce((x, q) => replaceTensor(x, q.symbol, [], q.stands), e);
