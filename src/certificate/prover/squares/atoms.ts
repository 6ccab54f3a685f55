/**
 * A sum of products comes in; a polynomial in independent quantities goes out: scalars, roots of what is
 * nonnegative, exponentials exp(k·x/2), and whatever else occurs, each taken as a variable of its own.
 */
import {
  asRational,
  divR,
  type Expr,
  isNonNegative,
  mul,
  num,
  ONE,
  power,
  type Rational,
  rational,
  signR,
  splitCoefficient,
  unary,
} from "../../../index-notation/index.js";
import { type Exponents, type Polynomial, polynomialFrom } from "../algebra/polynomial.js";

/** A polynomial and what its variables stand for. */
export interface Encoded {
  readonly polynomial: Polynomial;
  readonly variables: readonly Expr[];
}

/** What a term is made of: quantity → rational exponent. */
interface Term {
  readonly coefficient: Rational;
  readonly powers: Map<string, Rational>;
}

/** A quantity: positive ones may have any exponent, others only whole ones. */
interface Quantity {
  readonly expr: Expr;
  readonly exponential: boolean;
  readonly positive: boolean;
}

const MAX_EXPONENT = 24n;

/** `rooted`: squares may use roots of nonnegative quantities; otherwise only of what has fractional powers. */
export function encode(e: Expr, rooted: boolean): Encoded | undefined {
  const quantities = new Map<string, Quantity>();
  const terms: Term[] = [];
  for (const t of e.kind === "add" ? e.terms : [e]) {
    const term = termOf(t, quantities);
    if (term === undefined) return undefined;
    terms.push(term);
  }
  const steps = new Map([...quantities].map(([key, q]) => [key, stepOf(key, q, terms, rooted)]));
  if ([...steps.values()].includes(undefined)) return undefined;
  const keys = [...quantities.keys()];
  const least = keys.map((k) => lowest(k, terms));
  const encoded = terms.map((t) => ({
    coefficient: t.coefficient,
    exponents: keys.map((k, n) => {
      const shift = quantities.get(k)!.positive ? least[n]! : rational(0);
      return whole(difference(t.powers.get(k) ?? rational(0), shift), steps.get(k)!);
    }),
  }));
  if (encoded.some((t) => t.exponents.some((x) => x === undefined))) return undefined;
  return {
    polynomial: polynomialFrom(encoded as { coefficient: Rational; exponents: Exponents }[]),
    variables: keys.map((k) => raised(quantities.get(k)!, steps.get(k)!)),
  };
}

/** What was divided out: the least powers of the positive quantities. */
export function commonPowers(e: Expr): Expr {
  const quantities = new Map<string, Quantity>();
  const terms = (e.kind === "add" ? e.terms : [e]).map((t) => termOf(t, quantities));
  if (terms.includes(undefined)) return num(1);
  const positive = [...quantities].filter(([, q]) => q.positive);
  return mul(positive.map(([key, q]) => raised(q, lowest(key, terms as Term[]))));
}

function raised(q: Quantity, k: Rational): Expr {
  if (q.exponential) return unary("exp", mul([num(k), q.expr]));
  return power(q.expr, num(k));
}

const difference = (a: Rational, b: Rational): Rational => rational(a.n * b.d - b.n * a.d, a.d * b.d);

function lowest(key: string, terms: readonly Term[]): Rational {
  return terms
    .map((t) => t.powers.get(key) ?? rational(0))
    .reduce((a, b) => (signR(difference(b, a)) < 0 ? b : a));
}

/** The exponent that one unit stands for: half of the common denominator where roots exist. */
function stepOf(key: string, q: Quantity, terms: readonly Term[], rooted: boolean): Rational | undefined {
  const exponents = terms.map((t) => t.powers.get(key) ?? rational(0));
  const denominator = exponents.reduce((d, k) => lcm(d, k.d), 1n);
  if (!q.positive) return denominator === 1n ? ONE : undefined;
  const fine = rooted || denominator > 1n || q.exponential;
  return rational(1n, fine ? 2n * denominator : 1n);
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
const lcm = (a: bigint, b: bigint): bigint => (a * b) / gcd(a, b);

function whole(k: Rational, step: Rational): number | undefined {
  const n = divR(k, step);
  return n.d === 1n && n.n >= 0n && n.n <= MAX_EXPONENT ? Number(n.n) : undefined;
}

function termOf(e: Expr, quantities: Map<string, Quantity>): Term | undefined {
  const { coefficient, rest } = splitCoefficient(e);
  const powers = new Map<string, Rational>();
  const put = (expr: Expr, k: Rational, exponential: boolean): void => {
    const key = `${exponential ? "exp" : ""}${expr.id}`;
    quantities.set(key, { expr, exponential, positive: exponential || isNonNegative(expr) });
    powers.set(key, k);
  };
  for (const f of rest.kind === "mul" ? rest.factors : [rest]) {
    if (f.kind === "number") continue;
    if (f.kind === "unary" && f.fn === "exp") {
      for (const t of f.arg.kind === "add" ? f.arg.terms : [f.arg]) {
        const part = splitCoefficient(t);
        put(part.rest, part.coefficient, true);
      }
      continue;
    }
    const k = f.kind === "power" ? asRational(f.exponent) : ONE;
    if (k === undefined) return undefined;
    put(f.kind === "power" ? f.base : f, k, false);
  }
  return { coefficient, powers };
}
