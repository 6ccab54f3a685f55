/**
 * An expression, sizes of its dimensions and values of its tensors come in; the same with every binder written
 * out goes out: an expression in the scalars that the values mention.
 */
import {
  add,
  asRational,
  both,
  type Compare,
  type Condition,
  compare,
  type Dimension,
  type Expr,
  evaluateD,
  extremum,
  type Index,
  integral,
  isNonNegative,
  isNonPositive,
  isPositive,
  isTrue,
  type Kind,
  mul,
  type Node,
  node,
  num,
  one,
  open,
  openIntegral,
  openRoot,
  openSoftmax,
  pi,
  polygamma,
  power,
  rangeOf,
  root,
  type Subscript,
  signR,
  sub2,
  type TensorSymbol,
  type Unary,
  unary,
  where,
  zero,
} from "../../index-notation/index.js";
import { Unsupported } from "../refuter/numeric/tape.js";

export type Sizes = ReadonlyMap<string, number>;
/** The value of a component; undefined keeps the symbol (a bound variable of integration). */
export type ValueOf = (symbol: TensorSymbol, at: readonly number[]) => Expr | undefined;

/** Every value of the indices, the last fastest. */
export function* placesOf(indices: readonly Index[], sizes: Sizes): Generator<ReadonlyMap<string, number>> {
  const [first, ...rest] = indices;
  if (first === undefined) return yield new Map();
  for (let k = 0; k < sizeOf(first.dim, sizes); k++)
    for (const place of placesOf(rest, sizes)) yield new Map([[first.key, k], ...place]);
}

export function sizeOf(d: Dimension, sizes: Sizes): number {
  const size = evaluateD(d, sizes);
  if (size === undefined || !Number.isInteger(size) || size < 1)
    throw new Unsupported("a dimension without a value");
  return size;
}

/** Throws Unsupported where a guard or a subscript is not decided by the values. */
export function ground(e: Expr, sizes: Sizes, readValue: ValueOf, at: Sizes = new Map()): Expr {
  return new Grounder(sizes, readValue).visit(e, at);
}

/** The same for a condition. */
export const groundCondition = (c: Condition, sizes: Sizes, readValue: ValueOf, at: Sizes): Condition =>
  new Grounder(sizes, readValue).condition(c, at);

type Rules = { readonly [K in Kind]: (e: Node<K>, at: Sizes) => Expr };

class Grounder {
  constructor(
    readonly sizes: Sizes,
    readonly readValue: ValueOf,
  ) {}

  visit(e: Expr, at: Sizes): Expr {
    return (this.#rules[e.kind] as (x: Expr, at: Sizes) => Expr)(e, at);
  }

  condition(c: Condition, at: Sizes): Condition {
    const side = (x: Compare): Condition => compare(x.op, this.visit(x.left, at), this.visit(x.right, at));
    return both(...c.all.map(side));
  }

  readonly #rules: Rules = {
    number: (e) => e,
    pi: () => pi,
    dimension: (e) => num(sizeOf(e.dim, this.sizes)),
    position: (e, at) => num(this.#place(e.at, at)),
    tensor: (e, at) => this.#component(e, at),
    add: (e, at) => add(e.terms.map((t) => this.visit(t, at))),
    mul: (e, at) => mul(e.factors.map((f) => this.visit(f, at))),
    power: (e, at) => power(this.visit(e.base, at), this.visit(e.exponent, at)),
    unary: (e, at) => onOneSide(e.fn, this.visit(e.arg, at)),
    polygamma: (e, at) => polygamma(e.order, this.visit(e.arg, at)),
    extremum: (e, at) =>
      largest(
        e.fn,
        e.args.map((a) => this.visit(a, at)),
      ),
    where: (e, at) => where(this.condition(e.condition, at), this.visit(e.then, at), this.visit(e.else, at)),
    delta: (e, at) => (this.#place(e.left, at) === this.#place(e.right, at) ? one : zero),
    binder: (e, at) => this.#binder(e, at),
    softmax: (e, at) => this.#softmax(e, at),
    integral: (e, at) => {
      const { variable, body } = openIntegral(e);
      return integral(variable, this.visit(e.lower, at), this.visit(e.upper, at), this.visit(body, at));
    },
    root: (e, at) => {
      const { variable, body } = openRoot(e);
      return root(variable, this.visit(body, at));
    },
  };

  #place(s: Subscript, at: Sizes): number {
    const start = evaluateD(s.constant, this.sizes);
    if (start === undefined) throw new Unsupported("a subscript without a value");
    const value = s.terms.reduce((n, t) => n + t.coefficient * valueAt(t.index, at), start);
    if (s.mod === undefined) return value;
    const modulus = sizeOf(s.mod, this.sizes);
    return ((value % modulus) + modulus) % modulus;
  }

  #component(e: Node<"tensor">, at: Sizes): Expr {
    const place = e.subs.map((s) => this.#place(s, at));
    const isOutside = place.some((k, axis) => k < 0 || k >= sizeOf(e.symbol.dims[axis]!, this.sizes));
    return isOutside ? zero : (this.readValue(e.symbol, place) ?? node.tensor(e.symbol, []));
  }

  #binder(e: Node<"binder">, at: Sizes): Expr {
    const { op, indices, guard, body } = open(e);
    const bodies: Expr[] = [];
    for (const place of placesOf(indices, this.sizes)) {
      const here = new Map([...at, ...place]);
      if (this.#admits(guard, here)) bodies.push(this.visit(body, here));
    }
    if (op === "sum") return add(bodies);
    if (op === "prod") return mul(bodies);
    if (bodies.length === 0) throw new Unsupported("an empty range");
    return op === "logsumexp" ? logsumexp(bodies) : largest(op, bodies);
  }

  #softmax(e: Node<"softmax">, at: Sizes): Expr {
    const { index, guard, body } = openSoftmax(e);
    const read = this.#place(e.at, at);
    const weights = new Map<number, Expr>();
    for (let k = 0; k < sizeOf(index.dim, this.sizes); k++) {
      const here = new Map([...at, [index.key, k]]);
      if (this.#admits(guard, here)) weights.set(k, unary("exp", this.visit(body, here)));
    }
    const own = weights.get(read);
    return own === undefined ? zero : mul([own, power(add([...weights.values()]), num(-1))]);
  }

  #admits(guard: Condition, at: Sizes): boolean {
    const decided = this.condition(guard, at);
    if (isTrue(decided)) return true;
    if (decided.all.some((c) => asRational(c.left) === undefined || asRational(c.right) === undefined))
      throw new Unsupported("a guard that the values do not decide");
    return false;
  }
}

function valueAt(i: Index, at: Sizes): number {
  const value = at.get(i.key);
  if (value === undefined) throw new Unsupported("a free index");
  return value;
}

const logsumexp = (terms: readonly Expr[]): Expr =>
  terms.length === 1 ? terms[0]! : unary("log", add(terms.map((t) => unary("exp", t))));

/** relu, abs, sign and step without their kink where the argument keeps its sign. */
export function onOneSide(fn: Unary, x: Expr): Expr {
  if (fn === "relu" && isNonNegative(x)) return x;
  if (fn === "relu" && isNonPositive(x)) return zero;
  if (fn === "abs" && isNonNegative(x)) return x;
  if (fn === "abs" && isNonPositive(x)) return mul([num(-1), x]);
  if ((fn === "step" || fn === "sign") && isPositive(x)) return one;
  if (fn === "step" && isPositive(mul([num(-1), x]))) return zero;
  if (fn === "sign" && isPositive(mul([num(-1), x]))) return num(-1);
  return unary(fn, x);
}

/** max or min without the values that another one is never below (above). */
function largest(fn: "max" | "min", values: readonly Expr[]): Expr {
  const beats = (a: Expr, b: Expr): boolean => {
    const { low } = rangeOf(fn === "max" ? sub2(a, b) : sub2(b, a));
    return low !== undefined && signR(low) >= 0;
  };
  const kept = values.filter(
    (v, k) => !values.some((w, l) => l !== k && beats(w, v) && !(beats(v, w) && l > k)),
  );
  return kept.length === 1 ? kept[0]! : extremum(fn, kept);
}
