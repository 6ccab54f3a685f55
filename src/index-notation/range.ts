/** An expression comes in, an interval that surely contains its values (where defined) goes out. */
import type { Expr, Kind, Node, Unary } from "./expr.js";
import {
  addR,
  compareR,
  divR,
  isInteger,
  MINUS_ONE,
  mulR,
  negR,
  ONE,
  type Rational,
  rational,
  signR,
  ZERO,
} from "./rational.js";
import { inRange } from "./subscript.js";
import type { Bounds } from "./symbols.js";

const ALL: Bounds = {};
const POSITIVE: Bounds = { low: ZERO, lowOpen: true };
const NONNEGATIVE: Bounds = { low: ZERO, lowOpen: false };

const closed = (low: Rational, high: Rational): Bounds => ({ low, high, lowOpen: false, highOpen: false });
const open = (low: Rational, high: Rational): Bounds => ({ low, high, lowOpen: true, highOpen: true });
const point = (value: Rational): Bounds => closed(value, value);

const UNARY_RANGE: { [F in Unary]: Bounds } = {
  exp: POSITIVE,
  log: ALL,
  abs: NONNEGATIVE,
  sign: closed(MINUS_ONE, ONE),
  sin: closed(MINUS_ONE, ONE),
  cos: closed(MINUS_ONE, ONE),
  tan: ALL,
  asin: ALL,
  acos: NONNEGATIVE,
  atan: ALL,
  sinh: ALL,
  cosh: { low: ONE },
  tanh: open(MINUS_ONE, ONE),
  asinh: ALL,
  acosh: NONNEGATIVE,
  atanh: ALL,
  sech: { low: ZERO, lowOpen: true, high: ONE },
  erf: open(MINUS_ONE, ONE),
  erfc: open(ZERO, rational(2)),
  gamma: ALL,
  lgamma: ALL,
  relu: NONNEGATIVE,
  step: closed(ZERO, ONE),
  sigmoid: open(ZERO, ONE),
  softplus: POSITIVE,
  logcosh: NONNEGATIVE,
};

const ODD_MONOTONE: ReadonlySet<Unary> = new Set([
  "asin",
  "atan",
  "sinh",
  "tanh",
  "asinh",
  "atanh",
  "erf",
  "relu",
]);

type Rules = { [K in Kind]: (e: Node<K>) => Bounds };

const rules: Rules = {
  number: (e) => point(e.value),
  pi: () => open(rational(3), rational(4)),
  dimension: () => ({ low: ONE }),
  position: () => NONNEGATIVE,
  tensor: (e) =>
    e.subs.every((s, k) => inRange(s, e.symbol.dims[k]!))
      ? e.symbol.bounds
      : hull(e.symbol.bounds, point(ZERO)),
  add: (e) => e.terms.map(rangeOf).reduce(addBounds),
  mul: (e) => e.factors.map(rangeOf).reduce(mulBounds),
  power: powerRange,
  unary: unaryRange,
  polygamma: (e) => (e.order > 0 && e.order % 2 === 1 && isPositive(e.arg) ? POSITIVE : ALL),
  extremum: (e) => e.args.map(rangeOf).reduce(e.fn === "max" ? maxBounds : minBounds),
  where: (e) => hull(whereHolds(e), rangeOf(e.else)),
  delta: () => closed(ZERO, ONE),
  binder: binderRange,
  softmax: () => closed(ZERO, ONE),
  integral: () => ALL,
  root: () => ALL,
};

const memo = new WeakMap<Expr, Bounds>();

/** An enclosure by sign and interval rules from the hypotheses on symbols; dimensions are at least 1. */
export function rangeOf(e: Expr): Bounds {
  const known = memo.get(e);
  if (known !== undefined) return known;
  const range = (rules[e.kind] as (x: Expr) => Bounds)(e);
  memo.set(e, range);
  return range;
}

export function isPositive(e: Expr): boolean {
  const { low, lowOpen } = rangeOf(e);
  return low !== undefined && (signR(low) > 0 || (signR(low) === 0 && lowOpen === true));
}

export function isNonNegative(e: Expr): boolean {
  const { low } = rangeOf(e);
  return low !== undefined && signR(low) >= 0;
}

export function isNonPositive(e: Expr): boolean {
  const { high } = rangeOf(e);
  return high !== undefined && signR(high) <= 0;
}

/** True when e is shown to be different from 0 everywhere. */
export function isNonZero(e: Expr): boolean {
  const { high, highOpen } = rangeOf(e);
  return (
    isPositive(e) || (high !== undefined && (signR(high) < 0 || (signR(high) === 0 && highOpen === true)))
  );
}

function addBounds(a: Bounds, b: Bounds): Bounds {
  return {
    ...(a.low && b.low && { low: addR(a.low, b.low), lowOpen: !!a.lowOpen || !!b.lowOpen }),
    ...(a.high && b.high && { high: addR(a.high, b.high), highOpen: !!a.highOpen || !!b.highOpen }),
  };
}

const negate = (a: Bounds): Bounds => ({
  ...(a.high && { low: negR(a.high), lowOpen: !!a.highOpen }),
  ...(a.low && { high: negR(a.low), highOpen: !!a.lowOpen }),
});

const isLow = (a: Bounds): boolean => a.low !== undefined && signR(a.low) >= 0;

function mulBounds(a: Bounds, b: Bounds): Bounds {
  if (!isLow(a) && isLow(negate(a))) return negate(mulBounds(negate(a), b));
  if (!isLow(b) && isLow(negate(b))) return negate(mulBounds(a, negate(b)));
  if (isLow(a) && isLow(b)) return productOfNonNegative(a, b);
  return boundedProduct(a, b);
}

function productOfNonNegative(a: Bounds, b: Bounds): Bounds {
  const zeroLow = (x: Bounds): boolean => signR(x.low!) === 0;
  const canBeZero = (x: Bounds): boolean => zeroLow(x) && !x.lowOpen;
  const low = mulR(a.low!, b.low!);
  const lowOpen = signR(low) === 0 ? !canBeZero(a) && !canBeZero(b) : !!a.lowOpen || !!b.lowOpen;
  if (!a.high || !b.high) return { low, lowOpen };
  const high = mulR(a.high, b.high);
  return { low, lowOpen, high, highOpen: signR(high) > 0 && (!!a.highOpen || !!b.highOpen) };
}

function boundedProduct(a: Bounds, b: Bounds): Bounds {
  if (!a.low || !a.high || !b.low || !b.high) return ALL;
  const corners = [mulR(a.low, b.low), mulR(a.low, b.high), mulR(a.high, b.low), mulR(a.high, b.high)].sort(
    compareR,
  );
  return closed(corners[0]!, corners[3]!);
}

function powerRange(e: Node<"power">): Bounds {
  const base = rangeOf(e.base);
  const k = e.exponent.kind === "number" ? e.exponent.value : undefined;
  if (isPositive(e.base)) return positivePower(base, k);
  if (k !== undefined && isInteger(k) && k.n % 2n === 0n) return k.n < 0n ? POSITIVE : NONNEGATIVE;
  if (isLow(base)) return NONNEGATIVE;
  if (k !== undefined && isInteger(k) && isNonPositive(e.base) && isNonZero(e.base))
    return { high: ZERO, highOpen: true };
  return k !== undefined && !isInteger(k) && k.d % 2n === 0n ? NONNEGATIVE : ALL;
}

function positivePower(base: Bounds, k: Rational | undefined): Bounds {
  if (k === undefined || !isInteger(k) || k.n > 64n || k.n < -1n) return POSITIVE;
  if (k.n === -1n) {
    const high =
      base.low && signR(base.low) > 0 ? { high: divR(ONE, base.low), highOpen: !!base.lowOpen } : {};
    return {
      low: base.high ? divR(ONE, base.high) : ZERO,
      lowOpen: base.high === undefined || !!base.highOpen,
      ...high,
    };
  }
  const up = (r: Rational): Rational => rational(r.n ** k.n, r.d ** k.n);
  return {
    low: up(base.low!),
    lowOpen: !!base.lowOpen,
    ...(base.high && { high: up(base.high), highOpen: !!base.highOpen }),
  };
}

function unaryRange(e: Node<"unary">): Bounds {
  const range = UNARY_RANGE[e.fn];
  if (!ODD_MONOTONE.has(e.fn)) return e.fn === "log" ? logRange(e.arg) : range;
  if (isPositive(e.arg)) return { ...range, low: ZERO, lowOpen: true };
  if (isNonNegative(e.arg)) return { ...range, low: ZERO, lowOpen: false };
  if (isNonPositive(e.arg)) return { ...range, high: ZERO, highOpen: false };
  return range;
}

/** The range of the first branch; `where(0 < x, x^p, …)` knows that its base is positive. */
function whereHolds(e: Node<"where">): Bounds {
  const { then, condition } = e;
  const positive = (x: Expr): boolean =>
    condition.all.some(
      (c) => c.op === "<" && c.right === x && c.left.kind === "number" && signR(c.left.value) >= 0,
    );
  return then.kind === "power" && positive(then.base) ? POSITIVE : rangeOf(then);
}

function logRange(arg: Expr): Bounds {
  const { low, high } = rangeOf(arg);
  if (low !== undefined && compareR(low, ONE) >= 0) return NONNEGATIVE;
  return high !== undefined && compareR(high, ONE) <= 0 ? { high: ZERO } : ALL;
}

function maxBounds(a: Bounds, b: Bounds): Bounds {
  const low = a.low && b.low ? (compareR(a.low, b.low) >= 0 ? a : b) : a.low ? a : b;
  const both = a.high && b.high;
  const high = both && compareR(a.high!, b.high!) >= 0 ? a : b;
  return {
    ...(low.low && { low: low.low, lowOpen: !!low.lowOpen }),
    ...(both && { high: high.high!, highOpen: !!a.highOpen && !!b.highOpen }),
  };
}

const minBounds = (a: Bounds, b: Bounds): Bounds => negate(maxBounds(negate(a), negate(b)));

function hull(a: Bounds, b: Bounds): Bounds {
  const lowSide = a.low && b.low ? (compareR(a.low, b.low) <= 0 ? a : b) : undefined;
  const highSide = a.high && b.high ? (compareR(a.high, b.high) >= 0 ? a : b) : undefined;
  return {
    ...(lowSide && { low: lowSide.low!, lowOpen: !!a.lowOpen && !!b.lowOpen }),
    ...(highSide && { high: highSide.high!, highOpen: !!a.highOpen && !!b.highOpen }),
  };
}

function binderRange(e: Node<"binder">): Bounds {
  if (e.op === "max" || e.op === "min") return e.guard.all.length === 0 ? rangeOf(e.body) : ALL;
  const guarded = e.guard.all.length > 0;
  if (e.op === "sum") {
    if (isPositive(e.body)) return guarded ? NONNEGATIVE : POSITIVE;
    if (isNonNegative(e.body)) return NONNEGATIVE;
    return isNonPositive(e.body) ? { high: ZERO } : ALL;
  }
  if (e.op === "prod") return isPositive(e.body) ? POSITIVE : isNonNegative(e.body) ? NONNEGATIVE : ALL;
  return ALL;
}
