/**
 * Arithmetic of generalised polynomials: products, powers and logarithms.
 *
 * The law of every step: wherever the expression it replaces is defined, the result is defined and equal. Results may
 * be defined in more places (x·x^-1 becomes 1), so whoever compares two expressions by their normal forms must know
 * elsewhere that both are defined (`ranges.ts`).
 */
import { exact, type Rational } from "./arithmetic/index.js";
import { dependence } from "./dependence.js";
import {
  type Atom,
  addAll,
  constant,
  constantOf,
  difference,
  exponentOf,
  type Factor,
  integerOf,
  inverse,
  isZero,
  type Monomial,
  mergeMonomials,
  monomial,
  ONE,
  ofAtom,
  ofMonomial,
  type Polynomial,
  type Shape,
  scale,
  shapeKey,
  UNIT,
  ZERO,
} from "./polynomial.js";
import { numberPower, primePowers, requireShort } from "./prime-powers.js";
import { type Budget, reject } from "./rejection.js";

/** Powers of sums are multiplied out up to about this many terms. */
const MAX_TERMS = 3_000;
const MAX_POWER = 12n;

/** What is known of the sign of an atom wherever it is defined. */
export type SignOracle = (atom: Atom) => "positive" | "nonnegative" | "unknown";

export class Algebra {
  readonly #atoms = new Map<string, Atom>();
  readonly #signs = new Map<string, "positive" | "nonnegative" | "unknown">();
  #names = 0;
  readonly euler: Atom;

  /** `unfold` writes the hyperbolic functions, sigmoid, softplus and tan by exp, log, sin and cos. */
  constructor(
    readonly budget: Budget,
    readonly unfold: boolean,
    private readonly oracle: SignOracle,
  ) {
    this.euler = this.atom({ kind: "euler" });
  }

  /** A name for an index that occurs nowhere else. */
  freshName(): string {
    return `~${++this.#names}`;
  }

  atom(shape: Shape): Atom {
    const key = shapeKey(shape);
    this.budget.spend(1 + (key.length >> 6));
    const known = this.#atoms.get(key);
    if (known !== undefined) return known;
    const made = { key, shape, ...dependence(shape) };
    this.#atoms.set(key, made);
    return made;
  }

  of(shape: Shape): Polynomial {
    return ofAtom(this.atom(shape));
  }

  isPositive(atom: Atom): boolean {
    return this.#signOf(atom) === "positive";
  }

  isNonnegative(atom: Atom): boolean {
    return this.#signOf(atom) !== "unknown";
  }

  #signOf(atom: Atom): "positive" | "nonnegative" | "unknown" {
    const known = this.#signs.get(atom.key);
    if (known !== undefined) return known;
    this.#signs.set(atom.key, "unknown");
    const sign = this.#structuralSign(atom) ?? this.oracle(atom);
    this.#signs.set(atom.key, sign);
    return sign;
  }

  #structuralSign(atom: Atom): "positive" | undefined {
    const { shape } = atom;
    if (shape.kind === "euler" || shape.kind === "pi" || shape.kind === "prime") return "positive";
    if (shape.kind === "sum" && shape.guard.length === 0 && this.isPositiveMonomial(shape.body))
      return "positive";
    return shape.kind === "base" && this.isPositiveSum(shape.of) ? "positive" : undefined;
  }

  isPositiveMonomial(m: Monomial): boolean {
    return m.factors.every((f) => this.isPositive(f.atom));
  }

  isPositiveSum(p: Polynomial): boolean {
    return (
      p.terms.length > 0 &&
      p.terms.every((s) => exact.sign(s.coefficient) > 0 && this.isPositiveMonomial(s.monomial))
    );
  }

  // ---- products ---------------------------------------------------------------------------------------

  multiply(a: Polynomial, b: Polynomial): Polynomial {
    this.budget.spend(1 + a.terms.length * b.terms.length);
    const parts: Polynomial[] = [];
    for (const s of a.terms)
      for (const t of b.terms) {
        const c = exact.multiply(s.coefficient, t.coefficient);
        requireShort(c);
        parts.push(scale(this.settle(mergeMonomials(s.monomial, t.monomial)), c));
      }
    const sum = addAll(parts);
    this.budget.spend(sum.key.length >> 6);
    return sum;
  }

  product(factors: readonly Polynomial[]): Polynomial {
    return factors.reduce((a, b) => this.multiply(a, b), ONE);
  }

  /** Multiplies out the factors that are sums to a positive integer power, and splits roots of integers. */
  settle(m: Monomial): Polynomial {
    for (const f of m.factors) {
      const replaced = this.#settled(f);
      if (replaced === undefined) continue;
      return this.multiply(replaced, this.settle(monomial(m.factors.filter((g) => g !== f))));
    }
    return ofMonomial(m);
  }

  #settled({ atom, exponent }: Factor): Polynomial | undefined {
    const { shape } = atom;
    const k = integerOf(exponent);
    if (shape.kind === "base" && k !== undefined && k > 0n) return this.#expanded(shape.of, k);
    if (shape.kind === "prime") return this.#splitRoot(atom, shape.value, exponent);
    if (k === undefined || k < 2n) return undefined;
    if (shape.kind === "delta") return ofAtom(atom);
    if (shape.kind !== "function") return undefined;
    if (shape.name === "step") return ofAtom(atom);
    if (shape.name === "abs" && k % 2n === 0n) return this.power(shape.argument, constant(exact.rational(k)));
    if (k > MAX_POWER) return undefined;
    if (shape.name === "sin") return this.#squared(atom, k, "cos", shape.argument);
    return shape.name === "tanh" ? this.#squared(atom, k, "sech", shape.argument) : undefined;
  }

  /** sin^k = (1 - cos^2)·sin^(k-2), and tanh^k = (1 - sech^2)·tanh^(k-2). */
  #squared(f: Atom, k: bigint, partner: "cos" | "sech", argument: Polynomial): Polynomial {
    const other = this.atom({ kind: "function", name: partner, argument });
    const square = difference(ONE, ofAtom(other, constant(exact.rational(2))));
    return this.multiply(square, ofAtom(f, constant(exact.rational(k - 2n))));
  }

  /** n^(q + r) = n^q·n^r with q an integer and 0 <= r < 1. */
  #splitRoot(atom: Atom, n: bigint, exponent: Polynomial): Polynomial | undefined {
    const e = constantOf(exponent);
    if (e === undefined) return undefined;
    const whole = exact.floor(e);
    if (whole === 0n) return undefined;
    const rest = exact.subtract(e, exact.rational(whole));
    return scale(ofAtom(atom, constant(rest)), numberPower(exact.rational(n), whole));
  }

  /** p^k multiplied out, where that is not too long. */
  #expanded(p: Polynomial, k: bigint): Polynomial | undefined {
    if (p.terms.length === 1) return this.power(p, constant(exact.rational(k)));
    if (k > MAX_POWER) return undefined;
    let count = 1;
    for (let j = 1; j <= Number(k); j++) count *= (p.terms.length + j - 1) / j;
    if (count > MAX_TERMS) return undefined;
    let result = ONE;
    for (let j = 0n; j < k; j++) result = this.multiply(result, p);
    return result;
  }

  // ---- powers -----------------------------------------------------------------------------------------

  /** b^e. The language has 0^0 = 1; a real power of a negative number is undefined unless the exponent is an integer. */
  power(b: Polynomial, e: Polynomial): Polynomial {
    this.budget.spend();
    if (isZero(e) || b.key === ONE.key) return ONE;
    const k = integerOf(e);
    if (k === 1n) return b;
    if (b.terms.length === 0) return this.#powerOfZero(e);
    if (b.terms.length === 1) return this.#powerOfTerm(b.terms[0]!.coefficient, b.terms[0]!.monomial, e, k);
    if (k !== undefined && k > 0n) {
      const expanded = this.#expanded(b, k);
      if (expanded !== undefined) return expanded;
    }
    const { coefficient, content, rest } = this.#content(b);
    if (content.factors.length === 0 && exact.equal(coefficient, exact.ONE))
      return ofAtom(this.atom({ kind: "base", of: rest }), e);
    return this.product([
      this.#powerOfTerm(coefficient, content, e, k),
      ofAtom(this.atom({ kind: "base", of: rest }), e),
    ]);
  }

  #powerOfZero(e: Polynomial): Polynomial {
    const c = constantOf(e);
    if (c !== undefined && exact.sign(c) > 0) return ZERO;
    return reject("0 is raised to a power that is not shown to be positive");
  }

  /**
   * (c·Πa^f)^e. For integer e, and for c > 0 and all a >= 0, it is c^e·Πa^(f·e). Otherwise only positive factors leave
   * the base: with a = 0, (a·x)^e is 0 where x^e is undefined for a negative x.
   */
  #powerOfTerm(c: Rational, m: Monomial, e: Polynomial, k: bigint | undefined): Polynomial {
    const raised = (f: Factor): Polynomial => this.#raised(f, e);
    if (k !== undefined) return scale(this.product(m.factors.map(raised)), numberPower(c, k));
    const whole = exact.sign(c) > 0 && m.factors.every((f) => this.isNonnegative(f.atom));
    const free = whole ? m.factors : m.factors.filter((f) => this.isPositive(f.atom));
    const bound = m.factors.filter((f) => !free.includes(f));
    const parts = free.map(raised);
    if (bound.length === 0 && exact.sign(c) > 0) return this.product([this.#rationalPower(c, e), ...parts]);
    const [only] = bound;
    const alone = bound.length === 1 && only!.exponent.key === ONE.key && exact.sign(c) > 0;
    if (alone) return this.product([this.#rationalPower(c, e), ...parts, ofAtom(only!.atom, e)]);
    const sign = exact.rational(exact.sign(c));
    const base = this.atom({ kind: "base", of: ofMonomial(monomial(bound), sign) });
    return this.product([this.#rationalPower(exact.absolute(c), e), ...parts, ofAtom(base, e)]);
  }

  /** (a^f)^e = a^(f·e). */
  #raised(f: Factor, e: Polynomial): Polynomial {
    const exponent = this.multiply(f.exponent, e);
    return isZero(exponent) ? ONE : this.settle(monomial([{ atom: f.atom, exponent }]));
  }

  /** c^e for a rational c > 0, as a product of powers of integers. */
  #rationalPower(c: Rational, e: Polynomial): Polynomial {
    return this.product(
      primePowers(c).map(([p, k]) =>
        this.settle(
          monomial([{ atom: this.atom({ kind: "prime", value: p }), exponent: scale(e, exact.rational(k)) }]),
        ),
      ),
    );
  }

  /**
   * p = c·m·p0 with c > 0 and m a product of positive atoms, such that p0 does not change when p is multiplied by such
   * a factor: the power of e is that of the least term, other exponents are the least constants.
   */
  #content(p: Polynomial): { coefficient: Rational; content: Monomial; rest: Polynomial } {
    const euler = this.#leastEuler(p);
    const content = mergeMonomials(euler, this.#commonPowers(p));
    const divided = content.factors.length === 0 ? p : this.multiply(p, ofMonomial(inverse(content)));
    const coefficient = exact.absolute(divided.terms[0]?.coefficient ?? exact.ONE);
    return { coefficient, content, rest: scale(divided, exact.divide(exact.ONE, coefficient)) };
  }

  /** Exponents of e are compared by the sign of the first term of their difference: an order that shifts preserve. */
  #leastEuler(p: Polynomial): Monomial {
    const exponents = p.terms.map((s) => exponentOf(s.monomial, this.euler));
    const least = exponents.reduce((a, b) => {
      const first = difference(b, a).terms[0];
      return first !== undefined && exact.sign(first.coefficient) < 0 ? b : a;
    });
    return isZero(least) ? UNIT : monomial([{ atom: this.euler, exponent: least }]);
  }

  #commonPowers(p: Polynomial): Monomial {
    const atoms = new Map(
      p.terms.flatMap((s) => s.monomial.factors.map((f) => [f.atom.key, f.atom] as const)),
    );
    const common: Factor[] = [];
    for (const atom of atoms.values()) {
      if (atom === this.euler || !this.isPositive(atom)) continue;
      const exponents = p.terms.map((s) => constantOf(exponentOf(s.monomial, atom)));
      const least = exponents.reduce((a, b) =>
        a === undefined || b === undefined || exact.compare(a, b) <= 0 ? (b === undefined ? b : a) : b,
      );
      if (least !== undefined && exact.sign(least) !== 0) common.push({ atom, exponent: constant(least) });
    }
    return monomial(common);
  }

  /** p = c·p0 with c > 0 as large as is known. */
  splitPositive(p: Polynomial): { positive: Polynomial; rest: Polynomial } {
    const [only, ...others] = p.terms;
    if (only === undefined) return { positive: ONE, rest: ZERO };
    if (others.length > 0) {
      const { coefficient, content, rest } = this.#content(p);
      return { positive: ofMonomial(content, coefficient), rest };
    }
    const known = only.monomial.factors.filter((f) => this.isPositive(f.atom));
    const left = only.monomial.factors.filter((f) => !known.includes(f));
    return {
      positive: ofMonomial(monomial(known), exact.absolute(only.coefficient)),
      rest: ofMonomial(monomial(left), exact.rational(exact.sign(only.coefficient))),
    };
  }

  // ---- logarithms -------------------------------------------------------------------------------------

  /** log p = log c + Σ f·log a + log p0 for positive c and a, log e = 1. */
  log(p: Polynomial): Polynomial {
    if (isZero(p)) return reject("the logarithm of 0");
    if (p.terms.length > 1) {
      const { coefficient, content, rest } = this.#content(p);
      return addAll([
        this.#logOfNumber(coefficient),
        this.#logOfFactors(content.factors),
        this.#opaqueLog(rest),
      ]);
    }
    const { coefficient, monomial: m } = p.terms[0]!;
    const known = m.factors.filter((f) => this.isPositive(f.atom) || isFraction(f.exponent));
    const left = monomial(m.factors.filter((f) => !known.includes(f)));
    const rest = ofMonomial(left, exact.rational(exact.sign(coefficient)));
    const parts = [this.#logOfNumber(exact.absolute(coefficient)), this.#logOfFactors(known)];
    return addAll(rest.key === ONE.key ? parts : [...parts, this.#opaqueLog(rest)]);
  }

  #opaqueLog(p: Polynomial): Polynomial {
    const [only, ...others] = p.terms;
    const factor = only!.monomial.factors[0];
    const isBase =
      others.length === 0 && only!.monomial.factors.length === 1 && factor!.exponent.key === ONE.key;
    if (isBase && factor!.atom.shape.kind === "base" && exact.equal(only!.coefficient, exact.ONE))
      return this.of({ kind: "function", name: "log", argument: factor!.atom.shape.of });
    return this.of({ kind: "function", name: "log", argument: p });
  }

  #logOfNumber(c: Rational): Polynomial {
    return addAll(
      primePowers(c).map(([p, k]) => {
        const argument = constant(exact.rational(p));
        return scale(this.of({ kind: "function", name: "log", argument }), exact.rational(k));
      }),
    );
  }

  /** Each factor is positive: its atom is, or its exponent is no integer and the whole has a logarithm. */
  #logOfFactors(factors: readonly Factor[]): Polynomial {
    return addAll(
      factors.map((f) => {
        const { shape } = f.atom;
        if (shape.kind === "euler") return f.exponent;
        if (shape.kind === "prime")
          return this.multiply(f.exponent, this.#logOfNumber(exact.rational(shape.value)));
        return this.multiply(f.exponent, this.#opaqueLog(ofAtom(f.atom)));
      }),
    );
  }
}

/** A constant exponent that is no integer: the base is then nonnegative wherever the power is defined. */
const isFraction = (e: Polynomial): boolean => {
  const c = constantOf(e);
  return c !== undefined && !exact.isInteger(c);
};
