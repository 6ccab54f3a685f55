/**
 * A plain evaluation of the checker's terms in doubles, for tests only: it shares no rule with the checker, and reads
 * components, dimensions and indices from tables.
 */
import type { Size } from "../../../src/certificate/checker/size.js";
import type { Index, Subscript, Term, Test } from "../../../src/certificate/checker/term.js";

export interface World {
  readonly dimensions: Readonly<Record<string, number>>;
  /** Scalars, or vectors and matrices by index. */
  readonly values: Readonly<Record<string, number | readonly number[] | readonly (readonly number[])[]>>;
  readonly indices: Readonly<Record<string, number>>;
}

const toNumber = (r: { n: bigint; d: bigint }): number => Number(r.n) / Number(r.d);

const sizeValue = (s: Size, w: World): number =>
  s.reduce((sum, t) => sum + toNumber(t.coefficient) * t.names.reduce((p, n) => p * w.dimensions[n]!, 1), 0);

function subscriptValue(s: Subscript, w: World): number {
  const at = s.terms.reduce(
    (sum, t) => sum + Number(t.coefficient) * w.indices[t.index.name]!,
    sizeValue(s.constant, w),
  );
  if (s.modulus === undefined) return at;
  const m = sizeValue(s.modulus, w);
  return ((at % m) + m) % m;
}

/** Undefined where a side has no value. */
const holds = (c: Test, w: World): boolean | undefined => {
  const [a, b] = [numeric(c.left, w), numeric(c.right, w)];
  if (Number.isNaN(a) || Number.isNaN(b)) return undefined;
  return { "<": a < b, "<=": a <= b, "=": a === b, "!=": a !== b }[c.relation];
};

function* places(indices: readonly Index[], guard: readonly Test[], w: World): Generator<World> {
  const [first, ...rest] = indices;
  if (first === undefined) {
    if (guard.every((c) => holds(c, w))) yield w;
    return;
  }
  for (let k = 0; k < sizeValue(first.size, w); k++)
    yield* places(rest, guard, { ...w, indices: { ...w.indices, [first.name]: k } });
}

// ---- special functions ----------------------------------------------------------------------------------

const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];

/** Stirling's series where x is large; the recurrences log Γ(x) = log Γ(x + 1) - log x and their derivatives bring x there. */
function lgamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x < 10) return lgamma(x + 1) - Math.log(x);
  const series = BERNOULLI.reduce((s, b, k) => s + b / ((2 * k + 2) * (2 * k + 1) * x ** (2 * k + 1)), 0);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
}

function digamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x < 10) return digamma(x + 1) - 1 / x;
  return (
    Math.log(x) - 1 / (2 * x) - BERNOULLI.reduce((s, b, k) => s + b / ((2 * k + 2) * x ** (2 * k + 2)), 0)
  );
}

function trigamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x < 10) return trigamma(x + 1) + 1 / x ** 2;
  return 1 / x + 1 / (2 * x ** 2) + BERNOULLI.reduce((s, b, k) => s + b / x ** (2 * k + 3), 0);
}

/** The Maclaurin series for small x, the continued fraction of erfc for large. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x > 2.5) {
    let tail = 0;
    for (let k = 60; k > 0; k--) tail = k / 2 / (x + tail);
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + tail));
  }
  let [term, sum] = [x, x];
  for (let k = 1; k < 60; k++) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * sum;
}

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  log: (x) => (x > 0 ? Math.log(x) : Number.NaN),
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
  atanh: (x) => (Math.abs(x) < 1 ? Math.atanh(x) : Number.NaN),
  sech: (x) => 1 / Math.cosh(x),
  relu: (x) => Math.max(x, 0),
  step: (x) => (x > 0 ? 1 : x <= 0 ? 0 : Number.NaN),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  lgamma,
  digamma,
  trigamma,
  erfc,
  erf: (x) => 1 - erfc(x),
  gamma: (x) => Math.exp(lgamma(x)),
  logcosh: (x) => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x))) - Math.LN2,
};

function power(b: number, e: number): number {
  if (e === 0) return 1;
  if (b === 0) return e > 0 ? 0 : Number.NaN;
  return b ** e;
}

/** Thrown where a finite value is too large for a double: nothing can be said there. */
export class Overflow extends Error {}

/** NaN where the term has no value. */
export function numeric(t: Term, w: World): number {
  const value = computed(t, w);
  if (Math.abs(value) === Number.POSITIVE_INFINITY) throw new Overflow();
  return value;
}

function computed(t: Term, w: World): number {
  const at = (u: Term): number => numeric(u, w);
  switch (t.kind) {
    case "number":
      return toNumber(t.value);
    case "pi":
      return Math.PI;
    case "size":
      return sizeValue(t.size, w);
    case "position":
      return subscriptValue(t.at, w);
    case "symbol": {
      let value: unknown = w.values[t.name];
      for (const s of t.at) value = (value as readonly unknown[])[subscriptValue(s, w)] ?? 0;
      return value as number;
    }
    case "add":
      return t.terms.reduce((sum, u) => sum + at(u), 0);
    case "multiply":
      return t.factors.reduce((p, u) => p * at(u), 1);
    case "power":
      return power(at(t.base), at(t.exponent));
    case "function":
      return FUNCTIONS[t.name]!(at(t.argument));
    case "extremum":
      return t.name === "max" ? Math.max(...t.terms.map(at)) : Math.min(...t.terms.map(at));
    case "where": {
      const truths = t.tests.map((c) => holds(c, w));
      if (truths.includes(undefined)) return Number.NaN;
      return at(truths.includes(false) ? t.no : t.yes);
    }
    case "delta":
      return subscriptValue(t.left, w) === subscriptValue(t.right, w) ? 1 : 0;
    case "binder": {
      const all = [...places(t.indices, t.guard, w)].map((v) => numeric(t.body, v));
      if (t.name === "sum") return all.reduce((a, b) => a + b, 0);
      if (t.name === "prod") return all.reduce((a, b) => a * b, 1);
      if (all.length === 0) return Number.NaN;
      if (t.name === "max") return Math.max(...all);
      if (t.name === "min") return Math.min(...all);
      const top = Math.max(...all);
      return top + Math.log(all.reduce((a, b) => a + Math.exp(b - top), 0));
    }
    case "softmax": {
      const chosen = subscriptValue(t.at, w);
      const cases = [...places([t.index], t.guard, w)];
      const bodies = cases.map((v) => numeric(t.body, v));
      const top = Math.max(...bodies);
      const weights = bodies.map((b) => Math.exp(b - top));
      const own = weights[cases.findIndex((v) => v.indices[t.index.name] === chosen)];
      return own === undefined ? 0 : own / weights.reduce((x, y) => x + y, 0);
    }
    case "integral": {
      const [a, b] = [at(t.low), at(t.high)];
      const n = 64;
      let sum = 0;
      for (let k = 0; k < n; k++) {
        const s = a + ((k + 0.5) * (b - a)) / n;
        sum += numeric(t.body, { ...w, values: { ...w.values, [t.variable]: s } });
      }
      return (sum * (b - a)) / n;
    }
  }
}
