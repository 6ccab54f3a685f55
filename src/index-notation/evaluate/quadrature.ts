/**
 * A function of a Decimal and two limits come in; its integral goes out, by Gauss–Legendre rules whose order
 * grows with the digits, bisected towards kinks, and by tanh-sinh where an end is singular.
 */
import { type Decimal, type Decimals, decimals, exponentOf, piOf } from "./precision.js";

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

/** Pieces after which bisection gives way to the rule for singular ends, and after which it gives up. */
const FEW_PIECES = 24;
const MAX_PIECES = 2000;

type Integrand = (x: Decimal) => Decimal;

/**
 * ∫ f from a to b, with an error estimated below the digits of D less five, relative to ∫ |f|; NaN where that
 * is out of reach. Smooth integrands need few pieces; singular ends go to tanh-sinh; kinks inside to bisection.
 */
export function integrate(D: Decimals, f: Integrand, a: Decimal, b: Decimal): Decimal {
  if (!a.isFinite() || !b.isFinite()) return new D(Number.NaN);
  const found = bisected(D, f, a, b, FEW_PIECES) ?? tanhSinh(D, f, a, b) ?? bisected(D, f, a, b, MAX_PIECES);
  return found ?? new D(Number.NaN);
}

const toleranceOf = (D: Decimals, size: Decimal): Decimal => D.mul(size, D.pow(10, 5 - D.precision));

function bisected(D: Decimals, f: Integrand, a: Decimal, b: Decimal, limit: number): Decimal | undefined {
  const rule = gaussLegendre(D.precision);
  const whole = estimate(D, rule, f, a, b);
  const tolerance = toleranceOf(D, whole.size);
  let pieces = 0;
  // A jump is resolved once the piece around it is narrower than the last digit.
  const refine = (from: Decimal, to: Decimal, coarse: Decimal, depth: number): Decimal | undefined => {
    const middle = D.div(D.add(from, to), 2);
    const [left, right] = [estimate(D, rule, f, from, middle), estimate(D, rule, f, middle, to)];
    const sum = D.add(left.value, right.value);
    if (sum.isNaN() || ++pieces > limit || depth === 0) return undefined;
    if (D.sub(sum, coarse).abs().lessThanOrEqualTo(tolerance)) return sum;
    const first = refine(from, middle, left.value, depth - 1);
    const second = first && refine(middle, to, right.value, depth - 1);
    return first && second && D.add(first, second);
  };
  return refine(a, b, whole.value, 4 * D.precision);
}

function estimate(D: Decimals, rule: Rule, f: Integrand, from: Decimal, to: Decimal): Estimate {
  const [half, middle] = [D.div(D.sub(to, from), 2), D.div(D.add(from, to), 2)];
  let [value, size] = [new D(0), new D(0)];
  for (const [k, x] of rule.nodes.entries()) {
    const term = D.mul(rule.weights[k]!, f(D.add(middle, D.mul(half, x))));
    value = D.add(value, term);
    size = D.add(size, term.abs());
  }
  return { value: D.mul(half, value), size: D.mul(half.abs(), size) };
}

// ---- singular ends --------------------------------------------------------------------------------------

const MAX_LEVEL = 8;
/** From this level on the digits double; an integrand that is not there yet has a kink inside. */
const SETTLED_LEVEL = 5;

/**
 * x = tanh(π/2·sinh t) and the trapezoidal rule in t (Takahasi & Mori 1974), the step halved until two sums
 * agree. Points near an end are formed from that end, so that a singularity at 0 is approached without loss.
 */
function tanhSinh(D: Decimals, f: Integrand, a: Decimal, b: Decimal): Decimal | undefined {
  const width = D.sub(b, a);
  // Where 1 - x falls below 10^(-2·digits) even an inverse root has lost its weight.
  const reach = Math.asinh((2 * D.precision * Math.LN10) / Math.PI);
  let [sum, size, before] = [new D(0), new D(0), new D(Number.NaN)];
  const visit = (t: Decimal): void => {
    const { gap, weight } = point(D, t.abs());
    const x = t.isNegative() ? D.add(a, D.mul(width, gap)) : D.sub(b, D.mul(width, gap));
    if (x.equals(a) || x.equals(b)) return;
    const term = D.mul(weight, f(x));
    sum = D.add(sum, term);
    size = D.add(size, term.abs());
  };
  for (let level = 1; level <= MAX_LEVEL; level++) {
    const steps = Math.ceil(reach * 2 ** level);
    for (let k = -steps; k <= steps; k++) if (level === 1 || k % 2 !== 0) visit(D.div(k, 2 ** level));
    const value = D.div(D.mul(sum, width), 2 ** level);
    if (value.isNaN()) return undefined;
    const scale = D.div(D.mul(size, width).abs(), 2 ** level);
    const change = D.sub(value, before).abs();
    if (change.lessThanOrEqualTo(toleranceOf(D, scale))) return value;
    if (level >= SETTLED_LEVEL && change.greaterThan(D.mul(scale, 1e-8))) return undefined;
    before = value;
  }
  return undefined;
}

const points = new Map<string, { gap: Decimal; weight: Decimal }>();

function point(D: Decimals, t: Decimal): { gap: Decimal; weight: Decimal } {
  const key = `${D.precision}:${t}`;
  let known = points.get(key);
  if (known === undefined) points.set(key, (known = makePoint(D, t)));
  return known;
}

/** At t ≥ 0, as fractions of the interval: the gap (1 - x)/2 to its end, and the weight dx/dt/2. */
function makePoint(D: Decimals, t: Decimal): { gap: Decimal; weight: Decimal } {
  const [up, down] = [D.exp(t), D.exp(t.neg())];
  const quarter = D.div(piOf(D), 4);
  const u = D.mul(quarter, D.sub(up, down));
  const small = D.exp(D.mul(-2, u));
  const gap = D.div(small, D.add(1, small));
  // dx/dt = π/2·cosh t/cosh²u, and 1/cosh²u = 4·small/(1 + small)²
  const slope = D.div(D.mul(4, small), D.pow(D.add(1, small), 2));
  return { gap, weight: D.div(D.mul(D.mul(quarter, D.add(up, down)), slope), 2) };
}
