/**
 * The interval operations, written once for every number line: sets come in, a set that contains every value goes
 * out. Each function states which points of its arguments carry the extremes; the endpoint operations do the
 * rounding. Sets are those of IEEE 1788: closed, of finite reals, possibly empty or unbounded.
 */

import { pointOfDouble } from "./binary64.js";
import { pi } from "./constants.js";
import { cos, halfTurns, sin, tan } from "./elementary.js";
import { bracketOf, enclose, integerEnd, monotoneAt, roundFixed } from "./endpoints.js";
import { exponent } from "./fixed-point.js";
import type { Interval, IntervalArithmetic, SignDecision } from "./interval.js";
import type { NumberLine } from "./number-line.js";
import { cornerPower, integerPower, integerRoot } from "./powers.js";
import { compare, type Rational, rational } from "./rational.js";
import { EVEN, MONOTONE, type Monotone, VALLEYS, type Valley } from "./shapes.js";
import { digamma } from "./special.js";

export function intervalArithmetic<N>(line: NumberLine<N>): IntervalArithmetic<Interval<N>> {
  type I = Interval<N>;
  const { zero, one, infinity, negativeInfinity } = line;
  const empty: I = { lo: infinity, hi: negativeInfinity };
  const entire: I = { lo: negativeInfinity, hi: infinity };
  const point = (x: N): I => ({ lo: x, hi: x });

  const less = (a: N, b: N): boolean => line.compare(a, b) < 0;
  const least = (a: N, b: N): N => (less(b, a) ? b : a);
  const most = (a: N, b: N): N => (less(a, b) ? b : a);

  const isEmpty = (a: I): boolean => less(a.hi, a.lo);
  /** Lifts a rule for nonempty sets. */
  const unary =
    (f: (a: I) => I) =>
    (a: I): I =>
      isEmpty(a) ? empty : f(a);
  const binary =
    (f: (a: I, b: I) => I) =>
    (a: I, b: I): I =>
      isEmpty(a) || isEmpty(b) ? empty : f(a, b);

  function intersection(a: I, b: I): I {
    const both = { lo: most(a.lo, b.lo), hi: least(a.hi, b.hi) };
    return isEmpty(both) ? empty : both;
  }
  function hull(a: I, b: I): I {
    if (isEmpty(a)) return b;
    return isEmpty(b) ? a : { lo: least(a.lo, b.lo), hi: most(a.hi, b.hi) };
  }

  const neg = (a: I): I => ({ lo: line.negate(a.hi), hi: line.negate(a.lo) });
  const add = (a: I, b: I): I => ({ lo: line.add(a.lo, b.lo, -1), hi: line.add(a.hi, b.hi, 1) });
  const sub = (a: I, b: I): I => add(a, neg(b));
  const abs = (a: I): I => {
    if (line.sign(a.lo) >= 0) return a;
    return line.sign(a.hi) <= 0 ? neg(a) : { lo: zero, hi: most(line.negate(a.lo), a.hi) };
  };

  /** Bilinear, so extreme at corners; which ones depends on the signs. */
  function mul(a: I, b: I): I {
    if (line.sign(a.hi) <= 0) return neg(mulRight(neg(a), b));
    if (line.sign(a.lo) >= 0) return mulRight(a, b);
    if (line.sign(b.hi) <= 0) return neg(mulRight(neg(b), a));
    if (line.sign(b.lo) >= 0) return mulRight(b, a);
    return {
      lo: least(line.multiply(a.lo, b.hi, -1), line.multiply(a.hi, b.lo, -1)),
      hi: most(line.multiply(a.lo, b.lo, 1), line.multiply(a.hi, b.hi, 1)),
    };
  }
  /** a·b for a >= 0: the lower end takes the largest a where b is negative, the smallest where it is positive. */
  const mulRight = (a: I, b: I): I => ({
    lo: line.multiply(line.sign(b.lo) < 0 ? a.hi : a.lo, b.lo, -1),
    hi: line.multiply(line.sign(b.hi) < 0 ? a.lo : a.hi, b.hi, 1),
  });

  /** a/b for b > 0, except that b.lo = 0 stands for the open end (0, b.hi]. */
  function divideByPositive(a: I, b: I): I {
    const [lowDivisor, highDivisor] = [line.sign(a.lo) < 0 ? b.lo : b.hi, line.sign(a.hi) < 0 ? b.hi : b.lo];
    return {
      lo:
        line.sign(a.lo) === 0
          ? zero
          : isZero(lowDivisor)
            ? negativeInfinity
            : line.divide(a.lo, lowDivisor, -1),
      hi: line.sign(a.hi) === 0 ? zero : isZero(highDivisor) ? infinity : line.divide(a.hi, highDivisor, 1),
    };
  }
  const isZero = (x: N): boolean => line.sign(x) === 0;

  /** b without 0 is a negative and a positive part; each gives one interval, and 0/b = 0 joins them. */
  function divide(a: I, b: I): readonly I[] {
    if (isEmpty(a) || isEmpty(b)) return [];
    const parts: I[] = [];
    if (line.sign(b.lo) < 0) {
      const negative = { lo: line.negate(least(b.hi, zero)), hi: line.negate(b.lo) };
      parts.push(neg(divideByPositive(a, negative)));
    }
    if (line.sign(b.hi) > 0) parts.push(divideByPositive(a, { lo: most(b.lo, zero), hi: b.hi }));
    const [first, second] = parts;
    if (first === undefined || second === undefined) return parts;
    if (!isEmpty(intersection(first, second))) return [hull(first, second)];
    return less(first.lo, second.lo) ? [first, second] : [second, first];
  }
  const div = (a: I, b: I): I => divide(a, b).reduce(hull, empty);

  const sqr = (a: I): I => {
    const { lo, hi } = abs(a);
    return { lo: line.multiply(lo, lo, -1), hi: line.multiply(hi, hi, 1) };
  };
  const nonnegative: I = { lo: zero, hi: infinity };
  const sqrt = (a: I): I => {
    const { lo, hi } = intersection(a, nonnegative);
    return less(hi, lo) ? empty : { lo: line.squareRoot(lo, -1), hi: line.squareRoot(hi, 1) };
  };

  /** A rising function that takes finitely many exact values, or is one of its argument: by endpoints. */
  const stepwise = (f: (x: N) => N) => unary((a) => ({ lo: f(a.lo), hi: f(a.hi) }));
  const signOf = (x: N): N => [line.negate(one), zero, one][line.sign(x) + 1]!;

  /** Extremes at the ends of a, cut to the domain; an end of the domain that is open yields no value of its own. */
  const monotone = (f: Monotone) => {
    const end = (k: number): N =>
      k === Number.POSITIVE_INFINITY
        ? infinity
        : k === Number.NEGATIVE_INFINITY
          ? negativeInfinity
          : integerEnd(line, k);
    const domain = { lo: end(f.low.at), hi: end(f.high.at) };
    return (whole: I): I => {
      const a = intersection(whole, domain);
      if (isEmpty(a)) return empty;
      if (f.low.open === true && line.compare(a.hi, domain.lo) === 0) return empty;
      if (f.high.open === true && line.compare(a.lo, domain.hi) === 0) return empty;
      const left = monotoneAt(line, f, a.lo);
      const right = line.compare(a.lo, a.hi) === 0 ? left : monotoneAt(line, f, a.hi);
      return f.direction === "rising" ? { lo: left.down, hi: right.up } : { lo: right.down, hi: left.up };
    };
  };
  const even = (f: Monotone) => {
    const half = monotone(f);
    return unary((a) => half(abs(a)));
  };

  /** Convex on x > 0: the upper end at an end of a; the lower one there too if the slope, of the sign of psi, says so. */
  function valley(f: Valley) {
    const at = (x: N) => {
      if (isZero(x) || !line.isFinite(x)) return { down: infinity, up: infinity };
      const exact = line.exact(x);
      const far = f.horizon === undefined ? undefined : { n: BigInt(f.horizon), d: 1n };
      if (far === undefined || exact.n < far.n * exact.d) return bracketOf(line, f.kernel, exact);
      return { down: bracketOf(line, f.kernel, far).down, up: infinity };
    };
    /** The sign of psi: certain away from its zero 1.4616…, 0 close to it. */
    const slope = (x: N): -1 | 0 | 1 => {
      if (isZero(x)) return -1;
      if (!line.isFinite(x)) return 1;
      const { n, d } = line.exact(x);
      if (n <= d) return -1;
      if (n >= 2n * d) return 1;
      const y = enclose(line, (bits) => digamma({ n, d }, bits));
      return y.lo > 0n ? 1 : y.hi < 0n ? -1 : 0;
    };
    return (whole: I): I => {
      const a = intersection(whole, nonnegative);
      if (isEmpty(a) || isZero(a.hi)) return empty;
      const [left, right] = [at(a.lo), at(a.hi)];
      const hi = most(left.up, right.up);
      if (slope(a.lo) > 0) return { lo: left.down, hi };
      if (slope(a.hi) < 0) return { lo: right.down, hi };
      return { lo: roundFixed(line, f.least(line.bits + 8), -1), hi };
    };
  }

  /** Beyond 2^1100 the turns are not counted (no double is that large). */
  const isCountable = (a: I): boolean =>
    [a.lo, a.hi].every((x) => line.isFinite(x) && (isZero(x) || exponent(line.exact(x)) < 1100));

  /**
   * sin or cos: the number of extrema passed before each end is exact. Equal numbers: monotone between the ends. One more:
   * a single extremum in between, a maximum iff its number is even. Two or more: the whole range.
   */
  const wave = (name: "sin" | "cos") => {
    const [kernel, bound] = [name === "sin" ? sin : cos, { lo: line.negate(one), hi: one }];
    return (a: I): I => {
      if (isEmpty(a)) return empty;
      if (!isCountable(a)) return bound;
      const [low, high] = [line.exact(a.lo), line.exact(a.hi)];
      const last = halfTurns(high)[name];
      const passed = last - halfTurns(low)[name];
      if (passed > 1n) return bound;
      const left = bracketOf(line, kernel, low);
      const right = line.compare(a.lo, a.hi) === 0 ? left : bracketOf(line, kernel, high);
      const between = { lo: least(left.down, right.down), hi: most(left.up, right.up) };
      if (passed === 0n) return intersection(between, bound);
      const reached =
        last % 2n === 0n ? { lo: between.lo, hi: one } : { lo: line.negate(one), hi: between.hi };
      return intersection(reached, bound);
    };
  };

  /** tan rises between its poles, which sit where sin has its extrema. */
  function tangent(a: I): I {
    if (isEmpty(a)) return empty;
    if (!isCountable(a)) return entire;
    const [low, high] = [line.exact(a.lo), line.exact(a.hi)];
    if (halfTurns(low).sin !== halfTurns(high).sin) return entire;
    const left = bracketOf(line, tan, low);
    const right = line.compare(a.lo, a.hi) === 0 ? left : bracketOf(line, tan, high);
    return { lo: left.down, hi: right.up };
  }

  /**
   * a^n: for odd n > 0 rising; for even n > 0 rising in |a|. For n < 0 falling on each side of the pole at 0; odd n
   * goes from -infinity to infinity across it.
   */
  function pown(whole: I, n: number): I {
    if (!Number.isSafeInteger(n)) throw new RangeError(`integer power with exponent ${n}`);
    if (isEmpty(whole)) return empty;
    if (n === 0) return point(one);
    const a = n % 2 === 0 ? abs(whole) : whole;
    const at = (x: N) => integerPower(line, x, n);
    if (n > 0) return { lo: at(a.lo).down, hi: at(a.hi).up };
    if (isZero(a.lo) && isZero(a.hi)) return empty;
    if (isZero(a.lo)) return { lo: at(a.hi).down, hi: infinity };
    if (isZero(a.hi)) return { lo: negativeInfinity, hi: at(a.lo).up };
    if (line.sign(a.lo) !== line.sign(a.hi)) return entire;
    return { lo: at(a.hi).down, hi: at(a.lo).up };
  }

  function root(whole: I, n: number): I {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`root of degree ${n}`);
    const a = n % 2 === 0 ? intersection(whole, nonnegative) : whole;
    if (isEmpty(a)) return empty;
    return { lo: integerRoot(line, a.lo, n).down, hi: integerRoot(line, a.hi, n).up };
  }

  /**
   * x^y for x >= 0 rises or falls in each variable alone, so x^y lies between its limits at the four corners
   * (`cornerPower`, along x first). For x = 0 alone the domain is y > 0, and the value 0.
   */
  function pow(whole: I, b: I): I {
    const a = intersection(whole, nonnegative);
    if (isEmpty(a) || isEmpty(b)) return empty;
    if (isZero(a.hi)) return line.sign(b.hi) > 0 ? point(zero) : empty;
    const corners = [a.lo, a.hi].flatMap((x) => [b.lo, b.hi].map((y) => cornerPower(line, x, y)));
    return { lo: corners.map((c) => c.down).reduce(least), hi: corners.map((c) => c.up).reduce(most) };
  }

  const piEnclosure = enclose(line, pi);
  const exactEnd = (x: N, a: I): Rational | undefined => {
    if (isEmpty(a) || !line.isFinite(x)) return undefined;
    const { n, d } = line.exact(x);
    return rational(n, d);
  };
  const down = (x: Rational | undefined): N => (x === undefined ? negativeInfinity : line.ratio(x, -1));
  const up = (x: Rational | undefined): N => (x === undefined ? infinity : line.ratio(x, 1));

  function decide(a: I): SignDecision {
    if (isEmpty(a)) return "empty";
    if (line.sign(a.lo) > 0) return "positive";
    return line.sign(a.hi) < 0 ? "negative" : "zero-containing";
  }

  function bisect(a: I): readonly I[] {
    if (isEmpty(a) || line.compare(a.lo, a.hi) === 0) return [a];
    const middle = line.between(a.lo, a.hi);
    return [
      { lo: a.lo, hi: middle },
      { lo: middle, hi: a.hi },
    ];
  }

  return {
    name: line.name,
    empty,
    entire,
    zero: point(zero),
    one: point(one),
    pi: { lo: roundFixed(line, piEnclosure, -1), hi: roundFixed(line, piEnclosure, 1) },

    fromRational: (x) => ({ lo: down(x), hi: up(x) }),
    fromBounds: (low, high) => {
      if (low !== undefined && high !== undefined && compare(low, high) > 0) return empty;
      return { lo: down(low), hi: up(high) };
    },
    fromDouble: (x) => {
      if (!Number.isFinite(x)) throw new RangeError(`no real number: ${x}`);
      return { lo: line.ratio(pointOfDouble(x), -1), hi: line.ratio(pointOfDouble(x), 1) };
    },

    neg: unary(neg),
    add: binary(add),
    sub: binary(sub),
    mul: binary(mul),
    divide,
    div,
    recip: (a) => div(point(one), a),
    min: binary((a, b) => ({ lo: least(a.lo, b.lo), hi: least(a.hi, b.hi) })),
    max: binary((a, b) => ({ lo: most(a.lo, b.lo), hi: most(a.hi, b.hi) })),
    pow,
    pown,
    root,
    sqr: unary(sqr),
    sqrt,
    abs: unary(abs),
    sign: stepwise(signOf),
    step: stepwise((x) => (line.sign(x) > 0 ? one : zero)),
    relu: stepwise((x) => most(x, zero)),

    exp: monotone(MONOTONE.exp),
    expm1: monotone(MONOTONE.expm1),
    log: monotone(MONOTONE.log),
    sin: wave("sin"),
    cos: wave("cos"),
    tan: tangent,
    asin: monotone(MONOTONE.asin),
    acos: monotone(MONOTONE.acos),
    atan: monotone(MONOTONE.atan),
    sinh: monotone(MONOTONE.sinh),
    cosh: even(EVEN.cosh),
    tanh: monotone(MONOTONE.tanh),
    sech: even(EVEN.sech),
    asinh: monotone(MONOTONE.asinh),
    acosh: monotone(MONOTONE.acosh),
    atanh: monotone(MONOTONE.atanh),
    sigmoid: monotone(MONOTONE.sigmoid),
    softplus: monotone(MONOTONE.softplus),
    logcosh: even(EVEN.logcosh),
    erf: monotone(MONOTONE.erf),
    erfc: monotone(MONOTONE.erfc),
    gamma: valley(VALLEYS.gamma),
    lgamma: valley(VALLEYS.lgamma),
    digamma: monotone(MONOTONE.digamma),
    trigamma: monotone(MONOTONE.trigamma),

    hull,
    intersection,
    isEmpty,
    isPoint: (a) => line.compare(a.lo, a.hi) === 0,
    isBounded: (a) => !isEmpty(a) && line.isFinite(a.lo) && line.isFinite(a.hi),
    equal: (a, b) => line.compare(a.lo, b.lo) === 0 && line.compare(a.hi, b.hi) === 0,
    subset: (a, b) => isEmpty(a) || (!less(a.lo, b.lo) && !less(b.hi, a.hi)),
    contains: (a, x) => {
      const [low, high] = [exactEnd(a.lo, a), exactEnd(a.hi, a)];
      if (isEmpty(a)) return false;
      return (low === undefined || compare(low, x) <= 0) && (high === undefined || compare(x, high) <= 0);
    },
    decide,
    isNonnegative: (a) => isEmpty(a) || line.sign(a.lo) >= 0,
    isNonpositive: (a) => isEmpty(a) || line.sign(a.hi) <= 0,
    lower: (a) => exactEnd(a.lo, a),
    upper: (a) => exactEnd(a.hi, a),
    bisect,
    show: (a) => (isEmpty(a) ? "[empty]" : `[${line.show(a.lo)}, ${line.show(a.hi)}]`),
  };
}
