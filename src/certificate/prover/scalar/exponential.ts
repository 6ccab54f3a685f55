/** An expression in one scalar comes in; the rate k for which it is rational in exp(k·x) goes out, if there is one. */
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

/** How many steps of exp(k·x) each function of k·x needs: tanh x = (t² − 1)/(t² + 1) with t = exp(x). */
const IN_EXPONENTIALS: ReadonlySet<Unary> = new Set(["exp", "sinh", "cosh", "tanh", "sech", "sigmoid"]);

export function exponentialRate(e: Expr, x: TensorSymbol): string | undefined {
  const rates: Rational[] = [];
  if (!collect(e, x, rates) || rates.length === 0) return undefined;
  return showR(rates.reduce(common));
}

function collect(e: Expr, x: TensorSymbol, rates: Rational[]): boolean {
  if (!dependsOn(e, x)) return true;
  if (e.kind === "unary" && IN_EXPONENTIALS.has(e.fn)) return collectRates(e.arg, x, rates);
  if (e.kind === "add" || e.kind === "mul") return children(e).every((c) => collect(c, x, rates));
  if (e.kind === "power") {
    const k = asRational(e.exponent);
    return k !== undefined && k.d === 1n && collect(e.base, x, rates);
  }
  return false;
}

/** The coefficient of x in an affine argument. */
function collectRates(arg: Expr, x: TensorSymbol, rates: Rational[]): boolean {
  const terms = arg.kind === "add" ? arg.terms : [arg];
  for (const t of terms) {
    if (!dependsOn(t, x)) {
      if (asRational(t) === undefined) return false;
      continue;
    }
    const { coefficient, rest } = splitCoefficient(t);
    if (rest.kind !== "tensor") return false;
    rates.push(coefficient.n < 0n ? { n: -coefficient.n, d: coefficient.d } : coefficient);
  }
  return true;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
/** The largest rational of which both are multiples. */
const common = (a: Rational, b: Rational): Rational => rational(gcd(a.n * b.d, b.n * a.d), a.d * b.d);

