/** Polynomials in one variable with rational coefficients, and their sign on an interval by Sturm's theorem. */
import { exact, type Rational } from "./arithmetic/index.js";
import { contains, type End, type Range } from "./range.js";
import { type Budget, reject } from "./rejection.js";

/** Coefficients from the constant upwards; the last one is not zero. The empty list is 0. */
export type Univariate = readonly Rational[];

const MAX_DEGREE = 300;
const MAX_BITS = 20_000;

export function univariate(coefficients: readonly Rational[]): Univariate {
  let n = coefficients.length;
  while (n > 0 && exact.sign(coefficients[n - 1]!) === 0) n--;
  if (n > MAX_DEGREE) reject(`a polynomial of degree ${n - 1} is too much`);
  return coefficients.slice(0, n);
}

const leading = (p: Univariate): Rational => p.at(-1) ?? exact.ZERO;
const derivative = (p: Univariate): Univariate =>
  univariate(p.slice(1).map((c, k) => exact.multiply(c, exact.rational(k + 1))));

export function valueAt(p: Univariate, x: Rational): Rational {
  return p.reduceRight((sum, c) => exact.add(exact.multiply(sum, x), c), exact.ZERO);
}

const subtract = (p: Univariate, q: Univariate): Univariate =>
  univariate(
    Array.from({ length: Math.max(p.length, q.length) }, (_, k) =>
      exact.subtract(p[k] ?? exact.ZERO, q[k] ?? exact.ZERO),
    ),
  );

/** Divided by the size of the leading coefficient: the signs stay, the numbers stay small. */
function monic(p: Univariate, budget: Budget): Univariate {
  const size = exact.absolute(leading(p));
  if (exact.sign(size) === 0) return p;
  budget.spend(p.length * costOf(p));
  return p.map((c) => exact.divide(c, size));
}

/** What an operation on such numbers costs: reducing a fraction is quadratic in their length. */
export function costOf(numbers: readonly Rational[]): number {
  const digits = numbers.reduce(
    (most, c) => Math.max(most, c.n.toString(16).length, c.d.toString(16).length),
    0,
  );
  if (4 * digits > MAX_BITS) reject("exact numbers grow too long");
  return 1 + Math.ceil((digits / 100) ** 2);
}

function divide(p: Univariate, q: Univariate, budget: Budget): { quotient: Univariate; rest: Univariate } {
  let rest = [...p];
  const quotient: Rational[] = Array.from({ length: Math.max(0, p.length - q.length + 1) }, () => exact.ZERO);
  for (let k = p.length - q.length; k >= 0; k--) {
    budget.spend(q.length * costOf([rest[k + q.length - 1]!, leading(q)]));
    const factor = exact.divide(rest[k + q.length - 1]!, leading(q));
    quotient[k] = factor;
    rest = rest.map((c, j) =>
      j >= k && j - k < q.length ? exact.subtract(c, exact.multiply(factor, q[j - k]!)) : c,
    );
  }
  return { quotient: univariate(quotient), rest: univariate(rest) };
}

function commonDivisor(p: Univariate, q: Univariate, budget: Budget): Univariate {
  let [a, b] = [monic(p, budget), monic(q, budget)];
  while (b.length > 0) [a, b] = [b, monic(divide(a, b, budget).rest, budget)];
  return a;
}

const quotientOf = (p: Univariate, q: Univariate, budget: Budget): Univariate =>
  divide(p, q, budget).quotient;

const product = (p: Univariate, q: Univariate): Univariate =>
  univariate(
    Array.from({ length: p.length + q.length }, (_, n) =>
      p.reduce(
        (sum, c, k) => (n - k >= 0 && n - k < q.length ? exact.add(sum, exact.multiply(c, q[n - k]!)) : sum),
        exact.ZERO,
      ),
    ),
  );

/**
 * The product of the factors of odd multiplicity, each once, by Yun's algorithm: p = c·f_1·f_2²·f_3³… A polynomial
 * changes its sign exactly at the roots of this one.
 */
export function oddPart(p: Univariate, budget: Budget): Univariate {
  let result: Univariate = [exact.ONE];
  const slope = derivative(p);
  const common = commonDivisor(p, slope, budget);
  let b = quotientOf(p, common, budget);
  let d = subtract(quotientOf(slope, common, budget), derivative(b));
  for (let k = 1; b.length > 1; k++) {
    const factor = d.length === 0 ? monic(b, budget) : commonDivisor(b, d, budget);
    if (k % 2 === 1) result = product(result, factor);
    b = quotientOf(b, factor, budget);
    d = subtract(quotientOf(d, factor, budget), derivative(b));
  }
  return result;
}

/** p, p′, then minus the remainders: the chain of Sturm. */
function sturmChain(p: Univariate, budget: Budget): readonly Univariate[] {
  const chain = [monic(p, budget), monic(derivative(p), budget)];
  for (;;) {
    const [a, b] = chain.slice(-2);
    if (b!.length === 0) return chain.slice(0, -1);
    const { rest } = divide(a!, b!, budget);
    chain.push(monic(rest.map(exact.negate), budget));
  }
}

/** The sign at a point, or at an infinite end. */
function signAt(p: Univariate, x: Rational | "infinity" | "-infinity"): number {
  if (typeof x !== "string") return exact.sign(valueAt(p, x));
  const turn = x === "-infinity" && p.length % 2 === 0 ? -1 : 1;
  return turn * exact.sign(leading(p));
}

function variations(chain: readonly Univariate[], x: Rational | "infinity" | "-infinity"): number {
  const signs = chain.map((p) => signAt(p, x)).filter((s) => s !== 0);
  return signs.filter((s, k) => k > 0 && s !== signs[k - 1]).length;
}

/** The number of distinct roots of a square-free p in (low, high] (Sturm's theorem). */
function rootsBetween(
  p: Univariate,
  low: Rational | undefined,
  high: Rational | undefined,
  budget: Budget,
): number {
  if (p.length <= 1) return 0;
  const chain = sturmChain(p, budget);
  return variations(chain, low ?? "-infinity") - variations(chain, high ?? "infinity");
}

/** A number strictly inside the range. */
function inside(r: Range): Rational {
  const [low, high] = [r.low.at, r.high.at];
  if (low === undefined) return high === undefined ? exact.ZERO : exact.subtract(high, exact.ONE);
  return high === undefined
    ? exact.add(low, exact.ONE)
    : exact.divide(exact.add(low, high), exact.rational(2));
}

/** Is p >= 0 on the whole range? No sign change inside, and a positive value somewhere inside. */
export function isNonnegativeOn(p: Univariate, r: Range, budget: Budget): boolean {
  if (p.length === 0) return true;
  if (isPoint(r)) return exact.sign(valueAt(p, r.low.at!)) >= 0;
  const odd = oddPart(p, budget);
  const atEnd = r.high.at !== undefined && exact.sign(valueAt(odd, r.high.at)) === 0 ? 1 : 0;
  if (rootsBetween(odd, r.low.at, r.high.at, budget) - atEnd !== 0) return false;
  return hasPositiveValue(p, r);
}

/** p has finitely many roots, so one of degree + 1 points inside is none of them. */
function hasPositiveValue(p: Univariate, r: Range): boolean {
  let { low, high } = r;
  for (let k = 0; k <= p.length; k++) {
    const x = inside({ low, high });
    const sign = exact.sign(valueAt(p, x));
    if (sign !== 0) return sign > 0;
    [low, high] = [{ at: x, open: true }, high];
  }
  return false;
}

/** Is p > 0 on the whole range, with the ends that belong to it? */
export function isPositiveOn(p: Univariate, r: Range, budget: Budget): boolean {
  if (!isNonnegativeOn(p, r, budget) || p.length === 0) return false;
  if (isPoint(r)) return exact.sign(valueAt(p, r.low.at!)) > 0;
  const free = quotientOf(p, commonDivisor(p, derivative(p), budget), budget);
  const isRoot = (e: End): boolean => e.at !== undefined && exact.sign(valueAt(free, e.at)) === 0;
  const closedRoot = (e: End): boolean => isRoot(e) && !e.open;
  if (closedRoot(r.low) || closedRoot(r.high)) return false;
  return rootsBetween(free, r.low.at, r.high.at, budget) - (isRoot(r.high) ? 1 : 0) === 0;
}

const isPoint = (r: Range): boolean =>
  r.low.at !== undefined &&
  r.high.at !== undefined &&
  exact.equal(r.low.at, r.high.at) &&
  contains(r, r.low.at);
