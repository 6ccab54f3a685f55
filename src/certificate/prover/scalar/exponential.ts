/**
 * An expression in one scalar comes in; whether it is a rational function of it, or the rate k for which it is one of
 * exp(k·x), goes out.
 */
import {
  asRational,
  children,
  dependsOn,
  type Expr,
  type Rational,
  rational,
  showR,
  splitCoefficient,
  type TensorSymbol,
  type Unary,
} from "../../../index-notation/index.js";

/** True for sums, products and integer powers of x and numbers. */
export function isRationalIn(e: Expr, x: TensorSymbol): boolean {
  if (e.kind === "number" || e.kind === "tensor") return true;
  return isRing(e) && children(e).every((c) => isRationalIn(c, x));
}

/** A sum, a product or an integer power. */
function isRing(e: Expr): boolean {
  return e.kind === "add" || e.kind === "mul" || (e.kind === "power" && asRational(e.exponent)?.d === 1n);
}

const EXPONENTIAL: ReadonlySet<Unary> = new Set(["exp", "sinh", "cosh", "tanh", "sech", "sigmoid"]);

export function exponentialRate(e: Expr, x: TensorSymbol): string | undefined {
  const rates: Rational[] = [];
  if (!collect(e, x, rates) || rates.length === 0) return undefined;
  return showR(rates.reduce(common));
}

function collect(e: Expr, x: TensorSymbol, rates: Rational[]): boolean {
  if (!dependsOn(e, x)) return true;
  if (e.kind === "unary" && EXPONENTIAL.has(e.fn)) return collectRate(e.arg, rates);
  return isRing(e) && children(e).every((c) => collect(c, x, rates));
}

/** The coefficient of x in c·x; a shift would bring in powers of e, which are not rational. */
function collectRate(arg: Expr, rates: Rational[]): boolean {
  const { coefficient, rest } = splitCoefficient(arg);
  if (rest.kind !== "tensor") return false;
  rates.push(coefficient.n < 0n ? { n: -coefficient.n, d: coefficient.d } : coefficient);
  return true;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
/** The largest rational of which both are multiples. */
const common = (a: Rational, b: Rational): Rational => rational(gcd(a.n * b.d, b.n * a.d), a.d * b.d);
