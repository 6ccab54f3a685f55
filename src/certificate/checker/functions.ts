/** A function of the language and the normal form of its argument come in; the normal form of the value goes out. */
import type { Algebra } from "./algebra.js";
import { exact } from "./arithmetic/index.js";
import {
  addAll,
  constant,
  constantOf,
  difference,
  isZero,
  negated,
  ONE,
  ofAtom,
  ofMonomial,
  type Polynomial,
  scale,
  ZERO,
} from "./polynomial.js";
import { constantSize, type Size, sizeKey } from "./size.js";
import { plainIndex, type Subscript, subscriptKey } from "./term.js";
import type { FunctionName } from "./vocabulary.js";

const HALF = constant(exact.rational(1, 2));
const MINUS_ONE = constant(exact.rational(-1));

/** A dimension as a polynomial in its names. */
export function sizePolynomial(algebra: Algebra, size: Size): Polynomial {
  return addAll(
    size.map(({ names, coefficient }) =>
      scale(algebra.product(names.map((name) => algebra.of({ kind: "dimension", name }))), coefficient),
    ),
  );
}

/** A subscript as a number. */
export function positionOf(algebra: Algebra, at: Subscript): Polynomial {
  if (at.modulus !== undefined) return algebra.of({ kind: "position", at });
  const indices = at.terms.map(({ index, coefficient }) =>
    scale(
      algebra.of({ kind: "position", at: { terms: [{ index, coefficient: 1n }], constant: [] } }),
      exact.rational(coefficient),
    ),
  );
  return addAll([...indices, sizePolynomial(algebra, at.constant)]);
}

export function deltaOf(algebra: Algebra, left: Subscript, right: Subscript): Polynomial {
  const [a, b] = [subscriptKey(left), subscriptKey(right)];
  if (a === b) return ONE;
  const [m, n] = [left, right].map((s) => (s.terms.length === 0 ? constantSize(s.constant) : undefined));
  if (m !== undefined && n !== undefined && left.modulus === undefined && right.modulus === undefined)
    return exact.equal(m, n) ? ONE : ZERO;
  return algebra.of(a < b ? { kind: "delta", left, right } : { kind: "delta", left: right, right: left });
}

const startsNegative = (p: Polynomial): boolean => {
  const first = p.terms[0];
  return first !== undefined && exact.sign(first.coefficient) < 0;
};

export function applyFunction(algebra: Algebra, name: FunctionName, p: Polynomial): Polynomial {
  switch (name) {
    case "exp":
      return exponential(algebra, p);
    case "log":
      return algebra.log(p);
    case "sin":
      return algebra.unfold ? angles(algebra, p).sine : odd(algebra, name, p);
    case "cos":
      return algebra.unfold ? angles(algebra, p).cosine : even(algebra, name, p, ONE);
    case "asin":
    case "atan":
    case "asinh":
    case "atanh":
    case "erf":
      return odd(algebra, name, p);
    case "abs":
    case "relu":
    case "sign":
    case "step":
      return kinked(algebra, name, p);
    case "erfc":
      return difference(ONE, odd(algebra, "erf", p));
    case "acos":
    case "acosh":
    case "gamma":
    case "lgamma":
    case "digamma":
    case "trigamma":
      return opaque(algebra, name, p);
    case "tan":
    case "sinh":
    case "tanh":
    case "cosh":
    case "sech":
    case "logcosh":
    case "sigmoid":
    case "softplus":
      return algebra.unfold ? unfolded(algebra, name, p) : folded(algebra, name, p);
  }
}

/** e^(c·log q + r) = q^c·e^r: where the logarithm is defined, q is positive. */
function exponential(algebra: Algebra, p: Polynomial): Polynomial {
  const powers = p.terms.flatMap((s) => {
    const q = argumentOf("log", ofMonomial(s.monomial));
    return q === undefined ? [] : [{ s, power: algebra.power(q, constant(s.coefficient)) }];
  });
  if (powers.length === 0) return ofAtom(algebra.euler, p);
  const logs = addAll(powers.map(({ s }) => ofMonomial(s.monomial, s.coefficient)));
  return algebra.product([...powers.map((x) => x.power), ofAtom(algebra.euler, difference(p, logs))]);
}

type Unfoldable = "tan" | "sinh" | "tanh" | "cosh" | "sech" | "logcosh" | "sigmoid" | "softplus";

const opaque = (algebra: Algebra, name: FunctionName, argument: Polynomial): Polynomial =>
  algebra.of({ kind: "function", name, argument });

function odd(algebra: Algebra, name: FunctionName, p: Polynomial): Polynomial {
  if (isZero(p)) return ZERO;
  return startsNegative(p) ? negated(opaque(algebra, name, negated(p))) : opaque(algebra, name, p);
}

function even(algebra: Algebra, name: FunctionName, p: Polynomial, atZero: Polynomial): Polynomial {
  if (isZero(p)) return atZero;
  return opaque(algebra, name, startsNegative(p) ? negated(p) : p);
}

/** Angles of more terms, and larger multiples of one, stay together. */
const MAX_ANGLES = 6;

/** By the addition theorems: sums of angles, and integer multiples, become products of single ones. */
function angles(algebra: Algebra, p: Polynomial): { readonly sine: Polynomial; readonly cosine: Polynomial } {
  const parts = p.terms.flatMap((s) => {
    const k = exact.isInteger(s.coefficient) ? Number(s.coefficient.n) : 1;
    const times = Math.abs(k) <= MAX_ANGLES ? Math.abs(k) : 1;
    const one = scale(ofMonomial(s.monomial), exact.divide(s.coefficient, exact.rational(times)));
    return Array.from({ length: times }, () => one);
  });
  const single = (q: Polynomial): { sine: Polynomial; cosine: Polynomial } => ({
    sine: odd(algebra, "sin", q),
    cosine: even(algebra, "cos", q, ONE),
  });
  if (parts.length < 2 || parts.length > MAX_ANGLES) return single(p);
  return parts.map(single).reduce((a, b) => ({
    sine: addAll([algebra.multiply(a.sine, b.cosine), algebra.multiply(a.cosine, b.sine)]),
    cosine: difference(algebra.multiply(a.cosine, b.cosine), algebra.multiply(a.sine, b.sine)),
  }));
}

/** q where p = inverse(q): tanh(atanh(q)) = q wherever atanh(q) is defined. */
function argumentOf(inverse: FunctionName, { terms: [only, ...others] }: Polynomial): Polynomial | undefined {
  const [factor, ...more] = only?.monomial.factors ?? [];
  if (only === undefined || factor === undefined || others.length + more.length > 0) return undefined;
  const { shape } = factor.atom;
  if (shape.kind !== "function" || shape.name !== inverse || factor.exponent.key !== ONE.key)
    return undefined;
  return exact.equal(exact.absolute(only.coefficient), exact.ONE)
    ? scale(shape.argument, only.coefficient)
    : undefined;
}

function folded(algebra: Algebra, name: Unfoldable, p: Polynomial): Polynomial {
  switch (name) {
    case "tan":
    case "sinh":
    case "tanh":
      return name === "tanh" ? (argumentOf("atanh", p) ?? odd(algebra, name, p)) : odd(algebra, name, p);
    case "cosh":
    case "sech":
      return even(algebra, name, p, ONE);
    case "logcosh":
      return even(algebra, name, p, ZERO);
    case "sigmoid":
      return isZero(p) ? HALF : opaque(algebra, name, p);
    case "softplus":
      return opaque(algebra, name, p);
  }
}

/** By the definitions; cosh(x) = (e^x + e^-x)/2 and so on. All denominators are positive, but for tan = sin/cos. */
function unfolded(algebra: Algebra, name: Unfoldable, p: Polynomial): Polynomial {
  const up = exponential(algebra, p);
  const down = exponential(algebra, negated(p));
  const half = (q: Polynomial): Polynomial => algebra.multiply(HALF, q);
  const inverse = (q: Polynomial): Polynomial => algebra.power(q, MINUS_ONE);
  switch (name) {
    case "tan":
      return algebra.multiply(odd(algebra, "sin", p), inverse(even(algebra, "cos", p, ONE)));
    case "sinh":
      return half(difference(up, down));
    case "cosh":
      return half(addAll([up, down]));
    case "tanh":
      return algebra.multiply(difference(up, down), inverse(addAll([up, down])));
    case "sech":
      return inverse(half(addAll([up, down])));
    case "sigmoid":
      return inverse(addAll([ONE, down]));
    case "softplus":
      return algebra.log(addAll([ONE, up]));
    case "logcosh":
      return algebra.log(half(addAll([up, down])));
  }
}

/** abs, relu, sign and step with positive factors taken out: abs(c·x) = c·abs(x), sign(c·x) = sign(x) for c > 0. */
function kinked(algebra: Algebra, name: "abs" | "relu" | "sign" | "step", p: Polynomial): Polynomial {
  if (isZero(p)) return ZERO;
  const { positive, rest } = algebra.splitPositive(p);
  const scaled = name === "abs" || name === "relu";
  const times = (q: Polynomial): Polynomial => (scaled ? algebra.multiply(positive, q) : q);
  const known = constantOf(rest);
  if (known !== undefined) return times(kinkedNumber(name, exact.sign(known)));
  if (isNonnegative(algebra, rest) && scaled) return times(rest);
  // relu(u) = u·step(u), also at 0 where both are 0.
  if (name === "relu" && algebra.unfold) return times(algebra.multiply(rest, opaque(algebra, "step", rest)));
  if (name === "abs") return times(even(algebra, name, rest, ZERO));
  return times(name === "sign" ? odd(algebra, name, rest) : opaque(algebra, name, rest));
}

/** The value at a number of absolute value 1 or 0. */
function kinkedNumber(name: "abs" | "relu" | "sign" | "step", sign: -1 | 0 | 1): Polynomial {
  if (name === "abs") return constant(exact.rational(sign * sign));
  if (name === "sign") return constant(exact.rational(sign));
  return sign > 0 ? ONE : ZERO;
}

function isNonnegative(algebra: Algebra, p: Polynomial): boolean {
  return p.terms.every(
    (s) => exact.sign(s.coefficient) > 0 && s.monomial.factors.every((f) => algebra.isNonnegative(f.atom)),
  );
}

/** Does the subscript surely lie between 0 and size - 1? */
export function isInRange(s: Subscript, size: Size): boolean {
  const index = plainIndex(s);
  if (index !== undefined) return sizeKey(index.size) === sizeKey(size);
  if (s.modulus !== undefined) return sizeKey(s.modulus) === sizeKey(size);
  const [k, n] = [s.terms.length === 0 ? constantSize(s.constant) : undefined, constantSize(size)];
  return k !== undefined && n !== undefined && exact.sign(k) >= 0 && exact.compare(k, n) < 0;
}
