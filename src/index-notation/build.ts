/**
 * Smart constructors without binders: children in normal form come in, a node in normal form goes out.
 *
 * The normal form knows the axioms of a commutative ring with exact coefficients, integer powers, exp of
 * sums, parity and the values of functions at 0. What needs hypotheses or taste is a named rule in rewrite/.
 */
import { constantD, type Dimension, dimensionName } from "./dimension.js";
import { type Expr, type Node, node, type Unary } from "./expr.js";
import { compareExpr } from "./order.js";
import { isNonNegative, isNonPositive, isPositive } from "./range.js";
import {
  addR,
  compareR,
  divR,
  floorR,
  fromNumber,
  isInteger,
  mulR,
  negR,
  ONE,
  powR,
  type Rational,
  rational,
  signR,
  subR,
  ZERO,
} from "./rational.js";
import { asInteger, type Index, type Subscript, sub } from "./subscript.js";
import type { TensorSymbol } from "./symbols.js";

export const num = (value: number | bigint | Rational): Node<"number"> =>
  node.number(
    typeof value === "number" ? fromNumber(value) : typeof value === "bigint" ? rational(value) : value,
  );
export const zero = num(0);
export const one = num(1);
export const minusOne = num(-1);
export const half = num(rational(1, 2));
export const minusHalf = num(rational(-1, 2));
export const pi = node.pi();

export const isZero = (e: Expr): boolean => e === zero;
export const isOne = (e: Expr): boolean => e === one;
export const asRational = (e: Expr): Rational | undefined => (e.kind === "number" ? e.value : undefined);

/** A dimension as a number: `N_v`, or the polynomial of such. */
export function dim(d: Dimension): Expr {
  const value = constantD(d);
  if (value !== undefined) return num(value);
  const monomial = (m: string, c: Rational): Expr =>
    mul([
      num(c),
      ...m
        .split("*")
        .filter((n) => n !== "")
        .map((n) => node.dimension(dimensionName(n))),
    ]);
  return add([...d.terms].map(([m, c]) => monomial(m, c)));
}

/** An index expression as a number, 0-based. */
export function position(at: Subscript): Expr {
  if (at.mod !== undefined) return node.position(at);
  return add([
    ...at.terms.map((t) => mul([num(t.coefficient), node.position(sub(t.index))])),
    dim(at.constant),
  ]);
}

/** A component of a tensor. Out of range by a constant reads 0; symmetric subscripts are sorted. */
export function tensor(symbol: TensorSymbol, subs: readonly Subscript[] = []): Expr {
  if (subs.length !== symbol.dims.length)
    throw new Error(`${symbol.name} has ${symbol.dims.length} subscripts, got ${subs.length}`);
  if (subs.some((s, k) => surelyOutside(s, symbol.dims[k]!))) return zero;
  if (symbol.hollow && subs[0]!.key === subs[1]!.key) return zero;
  if (!symbol.symmetric) return node.tensor(symbol, subs);
  const [a, b] = [node.tensor(symbol, subs), node.tensor(symbol, [...subs].reverse())];
  return compareExpr(a, b) <= 0 ? a : b;
}

export const at = (symbol: TensorSymbol, indices: readonly Index[]): Expr => tensor(symbol, indices.map(sub));

function surelyOutside(s: Subscript, d: Dimension): boolean {
  const [k, size] = [asInteger(s), constantD(d)];
  return k !== undefined && (k < 0 || (size !== undefined && compareR(rational(k), size) >= 0));
}

// ---- sums ------------------------------------------------------------------------------------------

/** coefficient · rest, with rest free of a numeric factor. */
export function splitCoefficient(e: Expr): { coefficient: Rational; rest: Expr } {
  if (e.kind === "number") return { coefficient: e.value, rest: one };
  const [head, ...tail] = e.kind === "mul" ? e.factors : [];
  if (head === undefined || head.kind !== "number") return { coefficient: ONE, rest: e };
  return { coefficient: head.value, rest: tail.length === 1 ? tail[0]! : node.mul(tail) };
}

export function add(terms: readonly Expr[]): Expr {
  const collected = new Map<Expr, Rational>();
  const visit = (e: Expr): void => {
    if (e.kind === "add") {
      for (const t of e.terms) visit(t);
      return;
    }
    const { coefficient, rest } = splitCoefficient(e);
    collected.set(rest, addR(collected.get(rest) ?? ZERO, coefficient));
  };
  for (const t of terms) visit(t);
  const kept = [...collected].filter(([, c]) => signR(c) !== 0).map(([rest, c]) => scaled(c, rest));
  if (kept.length < 2) return kept[0] ?? zero;
  return node.add(kept.sort(compareTerms));
}

/** Terms are ordered by what they are, then by their coefficient, so that 2a and a stay neighbours. */
function compareTerms(a: Expr, b: Expr): number {
  const [x, y] = [splitCoefficient(a), splitCoefficient(b)];
  return compareExpr(x.rest, y.rest) || compareR(x.coefficient, y.coefficient);
}

/** c·rest where rest has no numeric factor and is no sum. */
function scaled(c: Rational, rest: Expr): Expr {
  if (rest === one) return num(c);
  if (c.n === 1n && c.d === 1n) return rest;
  return node.mul([num(c), ...(rest.kind === "mul" ? rest.factors : [rest])]);
}

export const sub2 = (a: Expr, b: Expr): Expr => add([a, neg(b)]);
export const neg = (e: Expr): Expr => mul([minusOne, e]);

// ---- products --------------------------------------------------------------------------------------

interface Product {
  coefficient: Rational;
  /** base → exponent terms */
  readonly powers: Map<Expr, Expr[]>;
  readonly exps: Expr[];
}

export function mul(factors: readonly Expr[]): Expr {
  const product: Product = { coefficient: ONE, powers: new Map(), exps: [] };
  for (const f of factors) gather(product, f);
  if (signR(product.coefficient) === 0) return zero;
  const parts = [...product.powers].flatMap(([base, exponents]) => mergePowers(base, exponents));
  if (product.exps.length > 0) parts.push(unary("exp", add(product.exps)));
  return assemble(product.coefficient, parts);
}

function gather(product: Product, f: Expr): void {
  if (f.kind === "mul") for (const g of f.factors) gather(product, g);
  else if (f.kind === "number") product.coefficient = mulR(product.coefficient, f.value);
  else if (f.kind === "unary" && f.fn === "exp") product.exps.push(f.arg);
  else {
    const [base, exponent] = f.kind === "power" ? [f.base, f.exponent] : [primitive(product, f), one];
    const known = product.powers.get(base);
    if (known === undefined) product.powers.set(base, [exponent]);
    else known.push(exponent);
  }
}

/** A sum leaves its numeric content in the coefficient, so that (2a + 2b)·c is 2·(a + b)·c. */
function primitive(product: Product, f: Expr): Expr {
  if (f.kind !== "add") return f;
  const c = signedContent(f);
  product.coefficient = mulR(product.coefficient, c);
  return timesNumber(divR(ONE, c), f);
}

/** Nodes that are 0 on whole intervals: there a^p·a^(-q) = a^(p-q) would turn 0·∞ into a number. */
const vanishesOnIntervals = (base: Expr): boolean =>
  (base.kind === "unary" && (base.fn === "relu" || base.fn === "step")) ||
  base.kind === "where" ||
  base.kind === "delta";

function mergePowers(base: Expr, exponents: readonly Expr[]): Expr[] {
  if (exponents.length === 1) return [power(base, exponents[0]!)];
  if (vanishesOnIntervals(base)) {
    const down = exponents.filter((e) => isNonPositive(e));
    const up = exponents.filter((e) => !isNonPositive(e));
    return [up, down].filter((es) => es.length > 0).map((es) => power(base, add(es)));
  }
  return [power(base, add(exponents))];
}

function assemble(coefficient: Rational, parts: readonly Expr[]): Expr {
  let c = coefficient;
  const flat: Expr[] = [];
  let again = false;
  for (const p of parts) {
    if (p.kind === "number") c = mulR(c, p.value);
    else if (p.kind === "mul") {
      again = true;
      flat.push(...p.factors);
    } else flat.push(p);
  }
  if (again) return mul([num(c), ...flat]);
  if (signR(c) === 0) return zero;
  if (flat.length === 0) return num(c);
  if (flat.length === 1) return timesNumber(c, flat[0]!);
  const sorted = flat.sort(compareExpr);
  return c.n === 1n && c.d === 1n ? node.mul(sorted) : node.mul([num(c), ...sorted]);
}

/** A number goes into a sum, so that -(a - b) is b - a. */
function timesNumber(c: Rational, e: Expr): Expr {
  if (c.n === 1n && c.d === 1n) return e;
  return e.kind === "add" ? add(e.terms.map((t) => mul([num(c), t]))) : scaled(c, e);
}

export const div = (a: Expr, b: Expr): Expr => mul([a, power(b, minusOne)]);

// ---- powers ----------------------------------------------------------------------------------------

export const square = (e: Expr): Expr => power(e, num(2));
export const sqrt = (e: Expr): Expr => power(e, half);

export function power(base: Expr, exponent: Expr): Expr {
  if (isZero(exponent)) return one;
  if (isOne(exponent)) return base;
  const k = asRational(exponent);
  if (base.kind === "number") return numberPower(base.value, exponent, k);
  if (base.kind === "unary" && base.fn === "exp" && k !== undefined)
    return unary("exp", mul([exponent, base.arg]));
  if (k !== undefined && idempotent(base)) return signR(k) > 0 ? base : node.power(base, minusOne);
  if (base.kind === "power") return powerOfPower(base, exponent, k);
  if (base.kind === "mul") return powerOfProduct(base, exponent, k);
  if (base.kind === "add" && k !== undefined) return powerOfSum(base, exponent, k);
  if (k !== undefined && isInteger(k) && k.n % 2n === 0n && base.kind === "unary" && base.fn === "abs")
    return power(base.arg, exponent);
  return node.power(base, exponent);
}

/** Nodes whose values are 0 and 1 only. */
const idempotent = (e: Expr): boolean => e.kind === "delta" || (e.kind === "unary" && e.fn === "step");

/** A power of a number with more bits than this stays a power. */
const MAX_BITS = 65_536n;
const bitsOf = (b: Rational): bigint => BigInt(b.n.toString(2).length + b.d.toString(2).length);

function numberPower(b: Rational, exponent: Expr, k: Rational | undefined): Expr {
  if (b.n === 1n && b.d === 1n) return one;
  if (k === undefined) return node.power(num(b), exponent);
  if (signR(b) === 0) return signR(k) > 0 ? zero : node.power(zero, exponent);
  if (isInteger(k) && bitsOf(b) * (k.n < 0n ? -k.n : k.n) <= MAX_BITS) return num(powR(b, k.n));
  return signR(b) > 0 && !isInteger(k) ? root(b, k) : node.power(num(b), exponent);
}

/** b^k for positive b and fractional k: whole powers taken out, so that 1/sqrt(2) and sqrt(2)/2 agree. */
function root(b: Rational, k: Rational): Expr {
  const numerator = integerRoot(b.n, k);
  const denominator = b.d === 1n ? { outside: ONE, inside: [] } : integerRoot(b.d, negR(k));
  const inside = [...numerator.inside, ...denominator.inside];
  const outside = mulR(numerator.outside, denominator.outside);
  if (inside.length === 0) return num(outside);
  if (outside.n === 1n && outside.d === 1n && inside.length === 1) return inside[0]!;
  return assembleRoots(outside, inside);
}

const assembleRoots = (c: Rational, roots: readonly Expr[]): Expr =>
  c.n === 1n && c.d === 1n
    ? node.mul([...roots].sort(compareExpr))
    : node.mul([num(c), ...[...roots].sort(compareExpr)]);

function integerRoot(n: bigint, k: Rational): { outside: Rational; inside: Expr[] } {
  if (n === 1n) return { outside: ONE, inside: [] };
  let outside = ONE;
  const inside = new Map<string, { prime: bigint; fraction: Rational }>();
  for (const [prime, count] of factorise(n)) {
    const total = mulR(k, rational(count));
    const whole = floorR(total);
    outside = mulR(outside, powR(rational(prime), whole));
    const fraction = subR(total, rational(whole));
    if (signR(fraction) === 0) continue;
    // Equal fractions share one root: 6^(1/2), not 2^(1/2)·3^(1/2).
    const key = `${fraction.n}/${fraction.d}`;
    inside.set(key, { prime: (inside.get(key)?.prime ?? 1n) * prime, fraction });
  }
  return { outside, inside: [...inside.values()].map((r) => node.power(num(r.prime), num(r.fraction))) };
}

/** Trial division up to 1000; what is left counts as one prime. */
function factorise(n: bigint): [bigint, bigint][] {
  const found: [bigint, bigint][] = [];
  let left = n;
  for (let p = 2n; p <= 1000n && p * p <= left; p++) {
    let count = 0n;
    for (; left % p === 0n; left /= p) count++;
    if (count > 0n) found.push([p, count]);
  }
  if (left > 1n) found.push([left, 1n]);
  return found;
}

function powerOfPower(base: Node<"power">, exponent: Expr, k: Rational | undefined): Expr {
  if (k !== undefined && isInteger(k)) return power(base.base, mul([base.exponent, exponent]));
  if (isNonNegative(base.base)) return power(base.base, mul([base.exponent, exponent]));
  const inner = asRational(base.exponent);
  // (x^2)^(1/2) = |x|, and likewise for every even inner exponent.
  if (inner !== undefined && isInteger(inner) && inner.n % 2n === 0n && k !== undefined)
    return power(unary("abs", base.base), mul([base.exponent, exponent]));
  return node.power(base, exponent);
}

function powerOfProduct(base: Node<"mul">, exponent: Expr, k: Rational | undefined): Expr {
  if (k !== undefined && isInteger(k)) return mul(base.factors.map((f) => power(f, exponent)));
  if (base.factors.every((f) => isNonNegative(f))) return mul(base.factors.map((f) => power(f, exponent)));
  // A factor that can be 0 stays beside one that can be negative: sqrt(0·x) is 0, not 0·NaN.
  const out = base.factors.filter((f) => isPositive(f));
  const rest = base.factors.filter((f) => !isPositive(f));
  if (out.length === 0) return negatedRoot(base, exponent);
  return mul([...out.map((f) => power(f, exponent)), power(mul(rest), exponent)]);
}

/** (-2x)^p keeps its sign inside but sends the magnitude outside. */
function negatedRoot(base: Node<"mul">, exponent: Expr): Expr {
  const { coefficient, rest } = splitCoefficient(base);
  if (signR(coefficient) >= 0 || (coefficient.n === -1n && coefficient.d === 1n))
    return node.power(base, exponent);
  return mul([power(num(negR(coefficient)), exponent), node.power(mul([minusOne, rest]), exponent)]);
}

/** The content of a sum goes out of its powers: (2a + 2b)^(-1) = (a + b)^(-1)/2. */
function powerOfSum(base: Node<"add">, exponent: Expr, k: Rational): Expr {
  const c = isInteger(k) ? signedContent(base) : contentOf(base);
  if (c.n === 1n && c.d === 1n) return node.power(base, exponent);
  return mul([power(num(c), exponent), node.power(timesNumber(divR(ONE, c), base), exponent)]);
}

/** The content with the sign of the leading term. */
function signedContent(e: Node<"add">): Rational {
  const leading = splitCoefficient(e.terms[0]!).coefficient;
  return signR(leading) < 0 ? negR(contentOf(e)) : contentOf(e);
}

/** gcd of the coefficients' numerators over lcm of their denominators; 1 for coefficients like 1 and x. */
function contentOf(e: Node<"add">): Rational {
  const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
  let [n, d] = [0n, 1n];
  for (const t of e.terms) {
    const c = splitCoefficient(t).coefficient;
    n = gcd(n, c.n < 0n ? -c.n : c.n);
    d = (d * c.d) / gcd(d, c.d);
  }
  return rational(n, d);
}

// ---- functions -------------------------------------------------------------------------------------

type Parity = "odd" | "even";
const PARITY: { [F in Unary]?: Parity } = {
  abs: "even",
  sign: "odd",
  sin: "odd",
  cos: "even",
  tan: "odd",
  asin: "odd",
  atan: "odd",
  sinh: "odd",
  cosh: "even",
  tanh: "odd",
  asinh: "odd",
  atanh: "odd",
  sech: "even",
  erf: "odd",
  logcosh: "even",
};

const AT_ZERO: { [F in Unary]?: Expr } = {
  exp: one,
  abs: zero,
  sign: zero,
  sin: zero,
  cos: one,
  tan: zero,
  asin: zero,
  acos: mul([half, pi]),
  atan: zero,
  sinh: zero,
  cosh: one,
  tanh: zero,
  asinh: zero,
  atanh: zero,
  sech: one,
  erf: zero,
  erfc: one,
  relu: zero,
  step: zero,
  sigmoid: half,
  softplus: node.unary("log", num(2)),
  logcosh: zero,
};

const AT_ONE: { [F in Unary]?: Expr } = {
  log: zero,
  abs: one,
  sign: one,
  relu: one,
  step: one,
  gamma: one,
  lgamma: zero,
};

const INVERSE: { [F in Unary]?: Unary } = {
  log: "exp",
  sinh: "asinh",
  asinh: "sinh",
  tanh: "atanh",
  atanh: "tanh",
  sin: "asin",
  tan: "atan",
};

/** True when e is -f for a simpler f: its leading coefficient is negative. */
export function isNegated(e: Expr): boolean {
  const lead = e.kind === "add" ? e.terms[0]! : e;
  return signR(splitCoefficient(lead).coefficient) < 0;
}

export function unary(fn: Unary, arg: Expr): Expr {
  const known = isZero(arg) ? AT_ZERO[fn] : isOne(arg) ? AT_ONE[fn] : undefined;
  if (known !== undefined) return known;
  if (arg.kind === "unary" && INVERSE[fn] !== undefined && arg.fn === INVERSE[fn]) return arg.arg;
  if (fn === "exp") return exponential(arg);
  const parity = PARITY[fn];
  if (parity !== undefined && isNegated(arg))
    return parity === "odd" ? neg(unary(fn, neg(arg))) : unary(fn, neg(arg));
  return kinked(fn, arg) ?? node.unary(fn, arg);
}

/** exp(log x) = x wherever the left side is defined; also inside sums: exp(a + log x) = x·exp(a). */
function exponential(arg: Expr): Expr {
  const terms = arg.kind === "add" ? arg.terms : [arg];
  const logs = terms.filter((t) => t.kind === "unary" && t.fn === "log");
  if (logs.length === 0) return node.unary("exp", arg);
  const rest = add(terms.filter((t) => !logs.includes(t)));
  return mul([...logs.map((l) => (l as Node<"unary">).arg), isZero(rest) ? one : node.unary("exp", rest)]);
}

/** abs, sign, relu and step of a value whose sign is known. */
function kinked(fn: Unary, arg: Expr): Expr | undefined {
  if (fn !== "abs" && fn !== "sign" && fn !== "relu" && fn !== "step") return undefined;
  if (isPositive(arg)) return fn === "abs" || fn === "relu" ? arg : one;
  if (isNonNegative(arg) && (fn === "abs" || fn === "relu")) return arg;
  if (isNonPositive(arg) && (fn === "relu" || fn === "step")) return zero;
  if (arg.kind === "number") return fn === "abs" ? num(negR(arg.value)) : minusOne;
  return undefined;
}

export const polygamma = (order: number, arg: Expr): Expr => node.polygamma(order, arg);

export function extremum(fn: "max" | "min", args: readonly Expr[]): Expr {
  const flat = args.flatMap((a) => (a.kind === "extremum" && a.fn === fn ? a.args : [a]));
  const numbers = flat.flatMap((a) => (a.kind === "number" ? [a.value] : []));
  const best = numbers.reduce<Rational | undefined>(
    (m, r) => (m === undefined || compareR(r, m) * (fn === "max" ? 1 : -1) > 0 ? r : m),
    undefined,
  );
  const symbolic = [...new Set(flat.filter((a) => a.kind !== "number"))];
  const rest = [...(best === undefined ? [] : [num(best)]), ...symbolic].sort(compareExpr);
  return rest.length === 1 ? rest[0]! : node.extremum(fn, rest);
}
