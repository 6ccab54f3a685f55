/** An expression comes in; whether it has a value everywhere, and whether its gradient exists, is shown or not. */
import {
  asRational,
  type Condition,
  children,
  dependsOn,
  type Expr,
  isInteger,
  isNonNegative,
  isPositive,
  isTrue,
  type Kind,
  type Node,
  one,
  signR,
  sub2,
  type TensorSymbol,
  type Unary,
} from "../../index-notation/index.js";

/** What the argument of a function must be shown to satisfy; the others are defined on all numbers. */
const ARGUMENT: { readonly [F in Unary]?: (x: Expr) => boolean } = {
  log: isPositive,
  gamma: isPositive,
  lgamma: isPositive,
  acosh: (x) => isNonNegative(sub2(x, one)),
  asin: () => false,
  acos: () => false,
  atanh: () => false,
  tan: () => false,
};

const OWN: { readonly [K in Kind]?: (e: Node<K>) => boolean } = {
  power: (e) => {
    const k = asRational(e.exponent);
    if (k !== undefined && signR(k) >= 0) return isInteger(k) || isNonNegative(e.base);
    return isPositive(e.base);
  },
  unary: (e) => ARGUMENT[e.fn]?.(e.arg) ?? true,
  polygamma: (e) => isPositive(e.arg),
  // An empty range has no finite maximum.
  binder: (e) => e.op === "sum" || e.op === "prod" || isTrue(e.guard),
  integral: () => false,
  root: () => false,
};

/** True when e is shown to have a finite value at all values of its symbols that their hypotheses allow. */
export function isTotal(e: Expr): boolean {
  const own = OWN[e.kind] as ((x: Expr) => boolean) | undefined;
  return (own?.(e) ?? true) && children(e).every(isTotal);
}

const KINKED: ReadonlySet<Unary> = new Set(["abs", "sign", "relu", "step"]);

/** True when e is shown to be continuously differentiable in the symbols; a power of relu above 1 is. */
export function isSmooth(e: Expr, symbols: readonly TensorSymbol[]): boolean {
  if (!symbols.some((s) => dependsOn(e, s))) return true;
  if (e.kind === "power") return smoothPower(e, symbols);
  if (e.kind === "unary" && KINKED.has(e.fn)) return false;
  if (e.kind === "extremum" || e.kind === "where" || e.kind === "integral" || e.kind === "root") return false;
  if (e.kind === "binder" && (e.op === "max" || e.op === "min")) return false;
  if ((e.kind === "binder" || e.kind === "softmax") && asks(e.guard, symbols)) return false;
  return children(e).every((c) => isSmooth(c, symbols));
}

/** A guard that hangs on the symbols jumps with them. */
const asks = (c: Condition, symbols: readonly TensorSymbol[]): boolean =>
  c.all.some((x) => [x.left, x.right].some((side) => symbols.some((s) => dependsOn(side, s))));

function smoothPower(e: Node<"power">, symbols: readonly TensorSymbol[]): boolean {
  const k = asRational(e.exponent);
  const above = k !== undefined && signR(k) > 0 && k.n > k.d;
  if (e.base.kind === "unary" && e.base.fn === "relu" && above) return isSmooth(e.base.arg, symbols);
  const natural = k !== undefined && isInteger(k) && k.n >= 0n;
  return (natural || isPositive(e.base)) && children(e).every((c) => isSmooth(c, symbols));
}
