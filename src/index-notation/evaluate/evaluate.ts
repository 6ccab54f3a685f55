/**
 * An expression and an environment come in, its value goes out: exact where only ring operations occur,
 * else to the requested digits. Slow on purpose; every other evaluator is held against this one.
 */
import { type Dimension, evaluateD, showD } from "../dimension.js";
import type { BinderOp, Condition, Expr, Kind, Node } from "../expr.js";
import { fromNumber, ONE, type Rational, rational, ZERO } from "../rational.js";
import type { Index, Subscript } from "../subscript.js";
import type { TensorSymbol } from "../symbols.js";
import { symbolsOf } from "../traverse.js";
import { exp, log1p } from "./elementary.js";
import { applyUnary } from "./functions.js";
import { polygamma } from "./gamma.js";
import { type Decimal, type Decimals, decimals, exponentOf, piOf } from "./precision.js";
import { integrate } from "./quadrature.js";
import { findRoot } from "./root.js";
import { addS, compareScalars, isExact, mulS, powS, type Scalar, toDecimal } from "./scalar.js";

/** Exact rational or Decimal; NaN where the expression is undefined. */
export type Value = Scalar;

/** Everything an expression needs to have a value. */
export interface Environment {
  /** Values of dimension names. */
  readonly dimensions: ReadonlyMap<string, number>;
  /** The component of a tensor; only asked for subscripts in range. */
  tensor(symbol: TensorSymbol, indices: readonly number[]): Scalar;
  /** Values of free indices, by their keys. */
  readonly indices?: ReadonlyMap<string, number>;
  /** Significant digits of what is not exact; 50 unless given. */
  readonly precision?: number;
}

const DEFAULT_DIGITS = 50;
const GUARD = 15;
const MAX_WORKING = 330;

/**
 * The value of e. What is not exact is computed twice, with more digits the second time, and again with twice
 * as many until both agree to the requested ones: digits lost to cancellation are noticed and bought back.
 * A result that shrinks with every digit added is rounding noise around 0; it is returned as that tiny number
 * once it is below 10^(-2·digits).
 */
export function evaluate(e: Expr, env: Environment): Value {
  const digits = env.precision ?? DEFAULT_DIGITS;
  let working = digits + GUARD;
  let known = valueAt(e, env, working);
  for (;;) {
    if (isExact(known) || !known.isFinite()) return known;
    const better = valueAt(e, env, working + GUARD + 10);
    if (isExact(better)) return better;
    const done = agree(known, better, digits) || isNoise(known, better, digits);
    if (done || working >= MAX_WORKING) return rounded(better, digits);
    working *= 2;
    known = valueAt(e, env, working);
  }
}

/** Whether a condition holds; undefined where a side has no value. */
export function holds(c: Condition, env: Environment): boolean | undefined {
  return new Evaluator(env, (env.precision ?? DEFAULT_DIGITS) + GUARD).holds(c);
}

const valueAt = (e: Expr, env: Environment, digits: number): Scalar => new Evaluator(env, digits).value(e);

const rounded = (x: Decimal, digits: number): Decimal =>
  new (decimals(digits))(x).toSignificantDigits(digits);

function agree(a: Decimal, b: Decimal, digits: number): boolean {
  if (!b.isFinite() || a.equals(b)) return true;
  const D = decimals(digits);
  return D.sub(a, b)
    .abs()
    .lessThanOrEqualTo(D.mul(b.abs(), D.pow(10, -digits)));
}

/** True where the value fell at least as much as the precision rose, far below what was asked for. */
function isNoise(known: Decimal, better: Decimal, digits: number): boolean {
  if (better.isZero()) return true;
  return exponentOf(better) < -2 * digits && exponentOf(better) < exponentOf(known) - GUARD;
}

const START: { [O in BinderOp]: Rational | number } = {
  sum: ZERO,
  prod: ONE,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
  logsumexp: Number.NEGATIVE_INFINITY,
};

/** One pass at one precision. Bound indices and variables are looked up by their canonical keys. */
class Evaluator {
  readonly #env: Environment;
  readonly #D: Decimals;
  readonly #indices: Map<string, number>;
  readonly #variables = new Map<string, Scalar>();
  readonly #roots = new Map<string, Decimal>();

  constructor(env: Environment, digits: number) {
    this.#env = env;
    this.#D = decimals(digits);
    this.#indices = new Map(env.indices);
  }

  value(e: Expr): Scalar {
    return (this.#rules[e.kind] as (x: Expr) => Scalar)(e);
  }

  holds(c: Condition): boolean | undefined {
    let all: boolean | undefined = true;
    for (const { op, left, right } of c.all) {
      const order = compareScalars(this.#D, this.value(left), this.value(right));
      if (order === undefined) all = undefined;
      else if (!RELATION[op](order)) return false;
    }
    return all;
  }

  readonly #rules: { [K in Kind]: (e: Node<K>) => Scalar } = {
    number: (e) => e.value,
    pi: () => piOf(this.#D),
    dimension: (e) => fromNumber(this.#size(e.dim)),
    position: (e) => fromNumber(this.#subscript(e.at)),
    tensor: (e) => this.#component(e),
    add: (e) => e.terms.map((t) => this.value(t)).reduce((a, b) => addS(this.#D, a, b)),
    mul: (e) => e.factors.map((f) => this.value(f)).reduce((a, b) => mulS(this.#D, a, b)),
    power: (e) => powS(this.#D, this.value(e.base), this.value(e.exponent)),
    unary: (e) => applyUnary(this.#D, e.fn, this.value(e.arg)),
    polygamma: (e) => this.#polygamma(e),
    extremum: (e) =>
      this.#extreme(
        e.fn,
        e.args.map((a) => this.value(a)),
      ),
    where: (e) => {
      const test = this.holds(e.condition);
      if (test === undefined) return new this.#D(Number.NaN);
      return this.value(test ? e.then : e.else);
    },
    delta: (e) => (this.#subscript(e.left) === this.#subscript(e.right) ? ONE : ZERO),
    binder: (e) => this.#fold(e.op, this.#range(e.indices, e.guard, e.body)),
    softmax: (e) => this.#softmax(e),
    integral: (e) => this.#integral(e),
    root: (e) => this.#root(e),
  };

  // ---- leaves -----------------------------------------------------------------------------------------

  #size(d: Dimension): number {
    const value = evaluateD(d, this.#env.dimensions);
    if (value === undefined) throw new Error(`evaluate: the dimension ${showD(d)} has no value`);
    return value;
  }

  #subscript(s: Subscript): number {
    let total = this.#size(s.constant);
    for (const { index: i, coefficient } of s.terms) {
      const at = this.#indices.get(i.key);
      if (at === undefined) throw new Error(`evaluate: the index ${i.name} has no value`);
      total += coefficient * at;
    }
    if (s.mod === undefined) return total;
    const size = this.#size(s.mod);
    return ((total % size) + size) % size;
  }

  /** Out of range reads 0. */
  #component(e: Node<"tensor">): Scalar {
    const bound = this.#variables.get(e.symbol.key);
    if (bound !== undefined) return bound;
    const at = e.subs.map((s) => this.#subscript(s));
    const inside = at.every((k, n) => Number.isInteger(k) && k >= 0 && k < this.#size(e.symbol.dims[n]!));
    return inside ? this.#env.tensor(e.symbol, at) : ZERO;
  }

  #polygamma(e: Node<"polygamma">): Scalar {
    const x = toDecimal(this.#D, this.value(e.arg));
    return x.isFinite() ? polygamma(this.#D, e.order, x) : new this.#D(Number.NaN);
  }

  // ---- binders ----------------------------------------------------------------------------------------

  /** The values of the body over all bound indices that meet the guard. */
  #range(indices: readonly Index[], guard: Condition, body: Expr): Scalar[] {
    const found: Scalar[] = [];
    const visit = (k: number): void => {
      const i = indices[k];
      if (i === undefined) read();
      else this.#each(i, () => visit(k + 1));
    };
    const read = (): void => {
      const test = this.holds(guard);
      if (test === undefined) found.push(new this.#D(Number.NaN));
      else if (test) found.push(this.value(body));
    };
    visit(0);
    return found;
  }

  #each(i: Index, visit: (at: number) => void): void {
    const before = this.#indices.get(i.key);
    for (let at = 0, size = this.#size(i.dim); at < size; at++) {
      this.#indices.set(i.key, at);
      visit(at);
    }
    if (before === undefined) this.#indices.delete(i.key);
    else this.#indices.set(i.key, before);
  }

  #fold(op: BinderOp, values: readonly Scalar[]): Scalar {
    const start = START[op];
    if (values.length === 0) return typeof start === "number" ? new this.#D(start) : start;
    if (op === "sum") return values.reduce((a, b) => addS(this.#D, a, b));
    if (op === "prod") return values.reduce((a, b) => mulS(this.#D, a, b));
    return op === "logsumexp" ? this.#logsumexp(values) : this.#extreme(op, values);
  }

  #extreme(fn: "max" | "min", values: readonly Scalar[]): Scalar {
    return values.reduce((best, v) => {
      const order = compareScalars(this.#D, v, best);
      if (order === undefined) return new this.#D(Number.NaN);
      return order * (fn === "max" ? 1 : -1) > 0 ? v : best;
    });
  }

  /** m + log(1 + Σ' e^(v - m)) with m the largest value, left out of Σ'. */
  #logsumexp(values: readonly Scalar[]): Decimal {
    const D = this.#D;
    const top = this.#extreme("max", values);
    const m = toDecimal(D, top);
    if (!m.isFinite()) return m;
    const rest = values.toSpliced(values.indexOf(top), 1);
    const shifted = rest.map((v) => exp(D, this.#difference(v, top)));
    return D.add(m, log1p(D, D.sum(0, ...shifted)));
  }

  #difference(a: Scalar, b: Scalar): Decimal {
    const minus = mulS(this.#D, b, rational(-1));
    return toDecimal(this.#D, addS(this.#D, a, minus));
  }

  /** e^(v - m)/Σ e^(v' - m) at the subscript; 0 where that is out of range or outside the guard. */
  #softmax(e: Node<"softmax">): Scalar {
    const D = this.#D;
    const chosen = this.#subscript(e.at);
    const values = new Map<number, Scalar>();
    this.#each(e.index, (at) => {
      const test = this.holds(e.guard);
      if (test !== false) values.set(at, test === undefined ? new D(Number.NaN) : this.value(e.body));
    });
    const own = values.get(chosen);
    if (own === undefined) return ZERO;
    const top = this.#extreme("max", [...values.values()]);
    if (!toDecimal(D, top).isFinite()) return new D(Number.NaN);
    const weight = (v: Scalar): Decimal => exp(D, this.#difference(v, top));
    return D.div(weight(own), D.sum(0, ...[...values.values()].map(weight)));
  }

  #integral(e: Node<"integral">): Scalar {
    const D = this.#D;
    const [a, b] = [this.value(e.lower), this.value(e.upper)].map((v) => toDecimal(D, v));
    return integrate(D, (x) => this.#bodyAt(e, x), a!, b!);
  }

  /** Found once for each place of its free indices, unless it depends on a variable that is bound outside. */
  #root(e: Node<"root">): Decimal {
    const key = `${e.id}:${e.free.map((i) => this.#indices.get(i.key)).join()}`;
    const known = this.#roots.get(key);
    if (known !== undefined) return known;
    const found = findRoot(this.#D, (x) => this.#bodyAt(e, x));
    if ([...symbolsOf(e)].every((s) => s === e.variable || !this.#variables.has(s.key)))
      this.#roots.set(key, found);
    return found;
  }

  #bodyAt(e: Node<"integral" | "root">, x: Decimal): Decimal {
    const before = this.#variables.get(e.variable.key);
    this.#variables.set(e.variable.key, x);
    const value = toDecimal(this.#D, this.value(e.body));
    if (before === undefined) this.#variables.delete(e.variable.key);
    else this.#variables.set(e.variable.key, before);
    return value;
  }
}

const RELATION = {
  "<": (order: number) => order < 0,
  "<=": (order: number) => order <= 0,
  "=": (order: number) => order === 0,
  "!=": (order: number) => order !== 0,
};
