/**
 * A function of a Decimal and two limits come in; its integral goes out, by bisection with Gauss–Legendre
 * rules whose order grows with the digits. Pieces of an integrand that is smooth but for kinks or endpoint
 * singularities shrink geometrically towards those.
 */
import { type Decimal, type Decimals, decimals, exponentOf } from "./precision.js";

interface Rule {
  readonly nodes: readonly Decimal[];
  readonly weights: readonly Decimal[];
}

const rules = new Map<number, Rule>();

/** Gauss–Legendre on [-1, 1]: roots of P_n by Newton's iteration from the cosine estimate. */
function gaussLegendre(digits: number): Rule {
  const known = rules.get(digits);
  if (known !== undefined) return known;
  const D = decimals(digits + 10);
  const n = Math.max(20, Math.ceil(0.6 * digits));
  const pairs = Array.from({ length: n }, (_, k) => root(D, n, k));
  const rule = { nodes: pairs.map((p) => p.x), weights: pairs.map((p) => p.weight) };
  rules.set(digits, rule);
  return rule;
}

function root(D: Decimals, n: number, k: number): { x: Decimal; weight: Decimal } {
  let x = new D(Math.cos((Math.PI * (k + 0.75)) / (n + 0.5)));
  for (;;) {
    const { value, slope } = legendre(D, n, x);
    const step = D.div(value, slope);
    x = D.sub(x, step);
    if (exponentOf(step) < -D.precision / 2 - 2) {
      const at = legendre(D, n, x).slope;
      return { x, weight: D.div(2, D.mul(D.sub(1, D.mul(x, x)), D.mul(at, at))) };
    }
  }
}

/** P_n(x) and P_n'(x) by the three-term recurrence. */
function legendre(D: Decimals, n: number, x: Decimal): { value: Decimal; slope: Decimal } {
  let [before, value] = [new D(1), x];
  for (let m = 2; m <= n; m++) {
    const next = D.div(D.sub(D.mul(D.mul(2 * m - 1, x), value), D.mul(m - 1, before)), m);
    [before, value] = [value, next];
  }
  const slope = D.div(D.mul(n, D.sub(D.mul(x, value), before)), D.sub(D.mul(x, x), 1));
  return { value, slope };
}

interface Estimate {
  readonly value: Decimal;
  /** The same rule on |f|: what the tolerance is relative to. */
  readonly size: Decimal;
}

/** Beyond so many pieces the integrand is too rough for the digits asked for. */
const MAX_PIECES = 4000;

/** ∫ f from a to b, with an error estimated below the digits of D less ten, relative to ∫ |f|; NaN if that fails. */
export function integrate(D: Decimals, f: (x: Decimal) => Decimal, a: Decimal, b: Decimal): Decimal {
  if (!a.isFinite() || !b.isFinite()) return new D(Number.NaN);
  const rule = gaussLegendre(D.precision);
  const estimate = (from: Decimal, to: Decimal): Estimate => {
    const [half, middle] = [D.div(D.sub(to, from), 2), D.div(D.add(from, to), 2)];
    let [value, size] = [new D(0), new D(0)];
    for (const [k, x] of rule.nodes.entries()) {
      const term = D.mul(rule.weights[k]!, f(D.add(middle, D.mul(half, x))));
      value = D.add(value, term);
      size = D.add(size, term.abs());
    }
    return { value: D.mul(half, value), size: D.mul(half.abs(), size) };
  };
  const whole = estimate(a, b);
  const tolerance = D.mul(whole.size, D.pow(10, 5 - D.precision));
  let pieces = 0;
  const refine = (from: Decimal, to: Decimal, coarse: Estimate, depth: number): Decimal => {
    const middle = D.div(D.add(from, to), 2);
    const [left, right] = [estimate(from, middle), estimate(middle, to)];
    const sum = D.add(left.value, right.value);
    if (sum.isNaN() || ++pieces > MAX_PIECES) return new D(Number.NaN);
    if (depth === 0 || D.sub(sum, coarse.value).abs().lessThanOrEqualTo(tolerance)) return sum;
    return D.add(refine(from, middle, left, depth - 1), refine(middle, to, right, depth - 1));
  };
  return refine(a, b, whole, 4 * D.precision);
}
