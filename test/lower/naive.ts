/**
 * Expressions and values come in, doubles go out, by direct recursion over the nodes at every value of every
 * index: slow, and as close to the definitions as code can be. Shares nothing with src/lower but the
 * scalar primitives.
 */

import { runtime } from "../../src/codegen/javascript/runtime.js";
import {
  type Compare,
  type Condition,
  type Dimension,
  type Expr,
  evaluateD,
  type Index,
  type Kind,
  type Node,
  open,
  openIntegral,
  openRoot,
  openSoftmax,
  type Subscript,
  type TensorSymbol,
  toNumber,
  type Unary,
} from "../../src/index-notation/index.js";

export interface Values {
  readonly dimensions: ReadonlyMap<string, number>;
  readonly tensors: ReadonlyMap<TensorSymbol, Float64Array>;
  /** Values found before, by expression and values of its free indices; for expressions with many equal parts. */
  readonly memo?: Map<string, Approx>;
}

/** Each node is opened once, so that what stands in it is the same expression each time. */
function once<E extends Expr, T>(f: (e: E) => T): (e: E) => T {
  const known = new WeakMap<E, T>();
  return (e) => {
    let found = known.get(e);
    if (found === undefined) known.set(e, (found = f(e)));
    return found;
  };
}

const opened = { binder: once(open), softmax: once(openSoftmax), integral: once(openIntegral) };

type At = ReadonlyMap<string, number>;

const UNARY: { [F in Unary]: (x: number) => number } = {
  exp: Math.exp,
  log: Math.log,
  abs: Math.abs,
  sign: Math.sign,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  sech: runtime.sech,
  erf: runtime.erf,
  erfc: runtime.erfc,
  gamma: runtime.gamma,
  lgamma: runtime.lgamma,
  relu: (x) => (x > 0 ? x : Number.isNaN(x) ? x : 0),
  step: (x) => (x > 0 ? 1 : Number.isNaN(x) ? x : 0),
  sigmoid: runtime.sigmoid,
  softplus: runtime.softplus,
  logcosh: runtime.logcosh,
};

/** A value with a bound, to first order, on how far another order of rounding may lead away from it. */
export interface Approx {
  readonly v: number;
  readonly e: number;
}

/** A comparison that rounding could turn: nothing can be said about the value. */
export class Ambiguous extends Error {}

/** How numbers are rounded, and how large and small they may become. */
export interface Rounding {
  readonly eps: number;
  /** Of states and parameters, when they are stored. */
  readonly data: number;
  readonly largest: number;
  readonly smallest: number;
}

/** Four roundings: the primitives of JavaScript are off by up to 2.1 ulp. */
export const DOUBLE_ROUNDING: Rounding = {
  eps: 4 * 2 ** -52,
  data: 0,
  largest: Number.POSITIVE_INFINITY,
  smallest: 0,
};
/** Nothing is said about values near the ends of the range. */
export const SINGLE_ROUNDING: Rounding = {
  eps: 4 * 2 ** -23,
  data: 2 ** -24,
  largest: 1e36,
  smallest: 1e-30,
};

let rounding = DOUBLE_ROUNDING;

/** What the bounds of `approximate` and `agrees` are about while `run` runs. */
export function withRounding<T>(r: Rounding, run: () => T): T {
  const before = rounding;
  rounding = r;
  try {
    return run();
  } finally {
    rounding = before;
  }
}

function rounded(v: number, e: number): Approx {
  const size = Math.abs(v);
  if (size > rounding.largest || (size > 0 && size < rounding.smallest)) throw new Ambiguous();
  return { v, e: e + rounding.eps * size };
}
const exactly = (v: number): Approx => ({ v, e: 0 });

/** f within the bounds of its arguments, sampled at their corners. */
function through(f: (...x: number[]) => number, args: readonly Approx[]): Approx {
  const v = f(...args.map((a) => a.v));
  let e = 0;
  for (let corner = 0; corner < 2 ** args.length; corner++) {
    const x = args.map((a, k) => a.v + (corner & (1 << k) ? a.e : -a.e));
    e = Math.max(e, Math.abs(f(...x) - v));
  }
  return rounded(v, e);
}

const isInteger = (a: Approx): boolean => a.e === 0 && Number.isSafeInteger(a.v);

/** Sums and products of integers are exact: positions are compared without doubt. */
const combined = (a: Approx, b: Approx, v: number, e: number): Approx =>
  isInteger(a) && isInteger(b) && Number.isSafeInteger(v) ? exactly(v) : rounded(v, e);

const plus = (a: Approx, b: Approx): Approx =>
  combined(a, b, a.v + b.v, a.e + b.e + rounding.eps * (Math.abs(a.v) + Math.abs(b.v)));
const times = (a: Approx, b: Approx): Approx =>
  combined(a, b, a.v * b.v, a.e * Math.abs(b.v) + b.e * Math.abs(a.v) + a.e * b.e);

type Rules = { [K in Kind]: (e: Node<K>, at: At, values: Values) => Approx };

const sizeOf = (d: Dimension, v: Values): number => evaluateD(d, v.dimensions)!;

function subscript(s: Subscript, at: At, v: Values): number {
  const value = s.terms.reduce((n, t) => n + t.coefficient * at.get(t.index.key)!, sizeOf(s.constant, v));
  if (s.mod === undefined) return value;
  const m = sizeOf(s.mod, v);
  return ((value % m) + m) % m;
}

/** Every assignment of values to the indices under which the guard holds. */
function* points(indices: readonly Index[], guard: Condition, at: At, v: Values): Generator<At> {
  const [first, ...rest] = indices;
  if (first === undefined) {
    if (holds(guard, at, v)) yield at;
    return;
  }
  for (let k = 0; k < sizeOf(first.dim, v); k++) yield* points(rest, guard, new Map(at).set(first.key, k), v);
}

const COMPARE: { [O in Compare["op"]]: (a: number, b: number) => boolean } = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

function compares(c: Compare, at: At, v: Values): boolean {
  const [a, b] = [approximate(c.left, at, v), approximate(c.right, at, v)];
  if (a.e + b.e > 0 && !(Math.abs(a.v - b.v) > a.e + b.e)) throw new Ambiguous();
  return COMPARE[c.op](a.v, b.v);
}

const holds = (c: Condition, at: At, v: Values): boolean => c.all.every((x) => compares(x, at, v));

const largest = (list: readonly Approx[], f: (...x: number[]) => number): Approx => ({
  v: f(...list.map((x) => x.v)),
  e: Math.max(0, ...list.map((x) => x.e)),
});

/** log Σ exp of a list, by the largest element. */
function logSumExp(list: readonly Approx[]): Approx {
  const m = largest(list, Math.max);
  if (!Number.isFinite(m.v)) return m;
  const v = m.v + Math.log(list.reduce((s, x) => s + Math.exp(x.v - m.v), 0));
  return rounded(v, m.e + rounding.eps * (Math.abs(m.v) + list.length));
}

const REDUCE: { [O in Node<"binder">["op"]]: (list: readonly Approx[]) => Approx } = {
  sum: (l) => l.reduce(plus, exactly(0)),
  prod: (l) => l.reduce(times, exactly(1)),
  max: (l) => largest(l, Math.max),
  min: (l) => largest(l, Math.min),
  logsumexp: logSumExp,
};

const rules: Rules = {
  number: (e) => (e.value.d === 1n ? exactly : (v: number) => rounded(v, 0))(toNumber(e.value)),
  pi: () => rounded(Math.PI, 0),
  dimension: (e, _at, v) => exactly(sizeOf(e.dim, v)),
  position: (e, at, v) => exactly(subscript(e.at, at, v)),
  tensor: component,
  add: (e, at, v) => e.terms.map((t) => approximate(t, at, v)).reduce(plus),
  mul: (e, at, v) => e.factors.map((t) => approximate(t, at, v)).reduce(times),
  power: (e, at, v) => through(Math.pow, [approximate(e.base, at, v), exponentOf(e.exponent, at, v)]),
  unary: (e, at, v) => through(UNARY[e.fn], [approximate(e.arg, at, v)]),
  polygamma: (e, at, v) => through((x) => runtime.polygamma(e.order, x), [approximate(e.arg, at, v)]),
  extremum: (e, at, v) =>
    largest(
      e.args.map((a) => approximate(a, at, v)),
      Math[e.fn],
    ),
  where: (e, at, v) => approximate(holds(e.condition, at, v) ? e.then : e.else, at, v),
  delta: (e, at, v) => exactly(subscript(e.left, at, v) === subscript(e.right, at, v) ? 1 : 0),
  binder: (e, at, v) => {
    const b = opened.binder(e);
    return REDUCE[e.op]([...points(b.indices, b.guard, at, v)].map((p) => approximate(b.body, p, v)));
  },
  softmax: (e, at, v) => {
    const s = opened.softmax(e);
    const all = [...points([s.index], s.guard, at, v)];
    const mine = all.find((p) => p.get(s.index.key) === subscript(e.at, at, v));
    if (mine === undefined) return exactly(0);
    const [x, total] = [approximate(s.body, mine, v), logSumExp(all.map((p) => approximate(s.body, p, v)))];
    return through((a, b) => Math.exp(a! - b!), [x, total]);
  },
  integral: (e, at, v) => {
    const s = opened.integral(e);
    const [a, b] = [approximate(e.lower, at, v), approximate(e.upper, at, v)];
    const f = (x: number): Approx => approximate(s.body, at, withVariable(v, s.variable, x));
    const edges = a.e * Math.abs(f(a.v).v) + b.e * Math.abs(f(b.v).v);
    const inside = Math.abs(b.v - a.v) * (f((a.v + b.v) / 2).e + 1e-13);
    return rounded(
      romberg((x) => f(x).v, a.v, b.v),
      edges + inside,
    );
  },
  root: (e, at, v) => {
    const s = openRoot(e);
    const f = (x: number): Approx => approximate(s.body, at, withVariable(v, s.variable, x));
    const found = bisection((x) => f(x).v);
    const h = 1e-6 * (1 + Math.abs(found));
    const slope = (f(found + h).v - f(found - h).v) / (2 * h);
    return rounded(found, f(found).e / Math.abs(slope) + 4 * rounding.eps * Math.abs(found));
  },
};

/** Without what was found before, which holds for another value of the variable. */
const withVariable = ({ dimensions, tensors }: Values, variable: TensorSymbol, x: number): Values => ({
  dimensions,
  tensors: new Map(tensors).set(variable, Float64Array.of(x)),
});

/** Where a non-decreasing f changes sign, by halving alone; NaN where it does not. */
function bisection(f: (x: number) => number): number {
  let [low, high] = [-1, 1];
  while (f(low) > 0 && Number.isFinite(low)) low *= 2;
  while (f(high) < 0 && Number.isFinite(high)) high *= 2;
  if (!(f(low) <= 0 && f(high) >= 0)) return Number.NaN;
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}

/** Literal exponents are exact enough: 1/2 and 1/3 select the same function on both sides. */
const exponentOf = (e: Expr, at: At, v: Values): Approx =>
  e.kind === "number" ? exactly(toNumber(e.value)) : approximate(e, at, v);

function component(e: Node<"tensor">, at: At, v: Values): Approx {
  let offset = 0;
  for (const [k, s] of e.subs.entries()) {
    const [value, size] = [subscript(s, at, v), sizeOf(e.symbol.dims[k]!, v)];
    if (value < 0 || value >= size) return exactly(0);
    offset = offset * size + value;
  }
  const value = v.tensors.get(e.symbol)![offset]!;
  return { v: value, e: rounding.data * Math.abs(value) };
}

/** The trapezoidal rule, extrapolated; nothing in common with Gauss–Kronrod. */
function romberg(f: (x: number) => number, a: number, b: number): number {
  let row = [((b - a) * (f(a) + f(b))) / 2];
  for (let level = 1; level <= 14; level++) {
    const h = (b - a) / 2 ** level;
    let sum = 0;
    for (let k = 1; k < 2 ** level; k += 2) sum += f(a + k * h);
    const next = [row[0]! / 2 + h * sum];
    for (let m = 1; m <= level; m++) next.push(next[m - 1]! + (next[m - 1]! - row[m - 1]!) / (4 ** m - 1));
    const [last, before] = [next[level]!, row[level - 1]!];
    row = next;
    if (level > 4 && Math.abs(last - before) <= 1e-15 * Math.abs(last)) break;
  }
  return row.at(-1)!;
}

/** The value with its bound. Throws Ambiguous where a comparison is too close. */
export function approximate(e: Expr, at: At, values: Values): Approx {
  const rule = rules[e.kind] as (e: Expr, at: At, v: Values) => Approx;
  if (values.memo === undefined || e.size < WORTH) return rule(e, at, values);
  const key = `${e.id}:${e.free.map((i) => at.get(i.key)).join()}`;
  const known = values.memo.get(key);
  if (known !== undefined) return known;
  const found = rule(e, at, values);
  values.memo.set(key, found);
  return found;
}

/** Smaller expressions are faster computed than found. */
const WORTH = 6;

/** The values at every point of `over`, in C order. */
export const naiveField = (over: readonly Index[], e: Expr, values: Values): Approx[] =>
  [...points(over, { all: [], key: "", free: [], height: 0 }, new Map(), values)].map((at) =>
    approximate(e, at, values),
  );

/** True when a number lies within the bound (or both are not finite in the same way). */
export function agrees(got: number, want: Approx): boolean {
  if (Object.is(got, want.v) || got === want.v) return true;
  if (Number.isNaN(want.v) || Number.isNaN(want.e) || want.e === Number.POSITIVE_INFINITY) return true;
  // Next to a pole the bound says nothing, and rounding may land on it.
  if (want.e > 0.01 * (1 + Math.abs(want.v))) return true;
  return Math.abs(got - want.v) <= 4 * want.e + Math.max(1e-290, rounding.smallest);
}
