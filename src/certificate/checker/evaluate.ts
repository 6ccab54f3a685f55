/**
 * A ground term over a box, in interval arithmetic of any kind: an enclosure of its values goes out, or undefined where
 * some point of the box is not shown to have a value.
 */
import { exact, type IntervalArithmetic, type Rational } from "./arithmetic/index.js";
import { keyOf, type Relation, type Term, type TermOf, type Test } from "./term.js";

/** The interval of a component (by `keyOf`), of a dimension name; undefined where it is not known. */
export interface Box<I> {
  readonly component: (t: TermOf<"symbol">) => I | undefined;
  readonly size: (t: TermOf<"size">) => I | undefined;
}

export class Evaluator<I> {
  constructor(
    private readonly a: IntervalArithmetic<I>,
    private readonly box: Box<I>,
    private readonly spend: () => void,
  ) {}

  evaluate(t: Term): I | undefined {
    this.spend();
    const { a } = this;
    switch (t.kind) {
      case "number":
        return a.fromRational(t.value);
      case "pi":
        return a.pi;
      case "size":
        return this.box.size(t);
      case "symbol":
        return this.box.component(t);
      case "add":
        return this.#fold(t.terms, a.add);
      case "multiply":
        return this.#product(t.factors);
      case "power":
        return this.#power(t);
      case "function":
        return this.#function(t);
      case "extremum":
        return this.#fold(t.terms, t.name === "max" ? a.max : a.min);
      case "where":
        return this.#where(t);
      case "position":
      case "delta":
      case "binder":
      case "softmax":
      case "integral":
        return undefined;
    }
  }

  #fold(terms: readonly Term[], by: (x: I, y: I) => I): I | undefined {
    let total: I | undefined;
    for (const t of terms) {
      const next = this.evaluate(t);
      if (next === undefined) return undefined;
      total = total === undefined ? next : by(total, next);
    }
    return total;
  }

  /** Equal factors side by side are a power. */
  #product(factors: readonly Term[]): I | undefined {
    let total: I | undefined;
    for (let k = 0; k < factors.length; ) {
      let count = 1;
      while (k + count < factors.length && keyOf(factors[k + count]!) === keyOf(factors[k]!)) count++;
      const value = this.evaluate(factors[k]!);
      if (value === undefined) return undefined;
      const raised = count === 1 ? value : this.a.pown(value, count);
      total = total === undefined ? raised : this.a.mul(total, raised);
      k += count;
    }
    return total ?? this.a.one;
  }

  #isPositive(x: I): boolean {
    return this.a.decide(x) === "positive";
  }
  #excludesZero(x: I): boolean {
    return !this.a.contains(x, exact.ZERO);
  }

  /** The language's powers: integer exponents everywhere (0 excluded where negative), others of x > 0, and 0^y = 0. */
  #power(t: TermOf<"power">): I | undefined {
    const base = this.evaluate(t.base);
    if (base === undefined) return undefined;
    if (t.exponent.kind === "number") return this.#fixedPower(base, t.exponent.value);
    const exponent = this.evaluate(t.exponent);
    if (exponent === undefined) return undefined;
    const value = this.a.isPoint(exponent) ? this.a.lower(exponent) : undefined;
    if (value !== undefined) return this.#fixedPower(base, value);
    return this.#isPositive(base) ? this.a.pow(base, exponent) : undefined;
  }

  #fixedPower(base: I, k: Rational): I | undefined {
    const { a } = this;
    if (exact.isInteger(k) && k.n >= -1024n && k.n <= 1024n) {
      if (k.n < 0n && !this.#excludesZero(base)) return undefined;
      return a.pown(base, Number(k.n));
    }
    const allowed = exact.sign(k) > 0 ? a.isNonnegative(base) : this.#isPositive(base);
    if (!allowed) return undefined;
    return exact.equal(k, exact.rational(1, 2)) ? a.sqrt(base) : a.pow(base, a.fromRational(k));
  }

  #function(t: TermOf<"function">): I | undefined {
    const x = this.evaluate(t.argument);
    return x === undefined || !this.#isInDomain(t.name, x) ? undefined : this.a[t.name](x);
  }

  #isInDomain(name: TermOf<"function">["name"], x: I): boolean {
    const { a } = this;
    const within = (low: number, high: number): boolean =>
      a.subset(x, a.fromBounds(exact.rational(low), exact.rational(high)));
    switch (name) {
      case "log":
      case "gamma":
      case "lgamma":
      case "digamma":
      case "trigamma":
        return this.#isPositive(x);
      case "asin":
      case "acos":
        return within(-1, 1);
      case "atanh":
        return within(-1, 1) && this.#excludesZero(a.sub(a.one, x)) && this.#excludesZero(a.add(a.one, x));
      case "acosh":
        return a.isNonnegative(a.sub(x, a.one));
      case "tan":
        return this.#excludesZero(a.cos(x));
      default:
        return true;
    }
  }

  /** Every branch that the box does not rule out. */
  #where(t: TermOf<"where">): I | undefined {
    const truths = t.tests.map((c) => this.#truth(c));
    if (truths.includes("unknown")) return undefined;
    if (truths.includes(false)) return this.evaluate(t.no);
    if (!truths.includes(undefined)) return this.evaluate(t.yes);
    const [yes, no] = [this.evaluate(t.yes), this.evaluate(t.no)];
    return yes === undefined || no === undefined ? undefined : this.a.hull(yes, no);
  }

  /** True or false on the whole box, undefined where it varies or is not decided, "unknown" where a side has no value. */
  #truth(c: Test): boolean | undefined | "unknown" {
    const [left, right] = [this.evaluate(c.left), this.evaluate(c.right)];
    if (left === undefined || right === undefined) return "unknown";
    return truthOf(this.a, c.relation, this.a.sub(right, left));
  }
}

/** Whether 0 < d, 0 <= d, d = 0 or d != 0 holds for all, or fails for all, of an interval. */
export function truthOf<I>(a: IntervalArithmetic<I>, relation: Relation, d: I): boolean | undefined {
  const sign = a.decide(d);
  if (sign === "empty") return undefined;
  const zero = a.isNonnegative(d) && a.isNonpositive(d);
  switch (relation) {
    case "<":
      return sign === "positive" ? true : a.isNonpositive(d) ? false : undefined;
    case "<=":
      return a.isNonnegative(d) ? true : sign === "negative" ? false : undefined;
    case "=":
      return zero ? true : sign !== "zero-containing" ? false : undefined;
    case "!=":
      return zero ? false : sign !== "zero-containing" ? true : undefined;
  }
}
