/** A non-decreasing function of a Decimal comes in; the place where it changes sign goes out. */
import type { Decimal, Decimals } from "./precision.js";

type Fn = (x: Decimal) => Decimal;

interface Bracket {
  /** f ≤ 0 here. */
  readonly low: Decimal;
  /** f ≥ 0 here. */
  readonly high: Decimal;
}

/** Largest power of two that is tried as an end: beyond the range of doubles there is nothing to find. */
const MAX_DOUBLINGS = 1030;

/** Ends 0 and ±2^k around the sign change; undefined where f keeps its sign or has no value. */
function bracket(D: Decimals, f: Fn): Bracket | undefined {
  const first = f(new D(0));
  if (first.isNaN()) return undefined;
  const right = first.isNegative();
  let [near, far] = [new D(0), new D(right ? 1 : -1)];
  for (let k = 0; k < MAX_DOUBLINGS; k++) {
    const value = f(far);
    if (value.isNaN()) return undefined;
    if (value.isZero() || value.isNegative() !== right)
      return right ? { low: near, high: far } : { low: far, high: near };
    [near, far] = [far, D.mul(2, far)];
  }
  return undefined;
}

/**
 * The zero of f to the digits of D less three, by bisection with false position (the side that is kept twice is
 * halved: the Illinois rule, Dowell & Jarratt 1971); NaN where f does not change sign. Where f is 0 on an
 * interval any point of it may come out.
 */
export function findRoot(D: Decimals, f: Fn): Decimal {
  const ends = bracket(D, f);
  if (ends === undefined) return new D(Number.NaN);
  let { low, high } = ends;
  let [fLow, fHigh] = [f(low), f(high)];
  const narrow = D.pow(10, 3 - D.precision);
  let kept: "low" | "high" | undefined;
  for (let turn = 0; turn < 20 * D.precision; turn++) {
    if (fLow.isZero()) return low;
    if (fHigh.isZero()) return high;
    const width = D.sub(high, low);
    if (width.lessThanOrEqualTo(D.mul(narrow, D.max(low.abs(), high.abs())))) break;
    const middle = D.add(low, D.div(width, 2));
    // Now and then halve, so that a flat end cannot hold the search up.
    const x = turn % 8 === 7 ? middle : between(D, { low, high }, fLow, fHigh, middle);
    const value = f(x);
    if (value.isNaN()) return value;
    if (value.isNegative()) {
      [low, fLow] = [x, value];
      if (kept === "high") fHigh = D.div(fHigh, 2);
      kept = "high";
    } else {
      [high, fHigh] = [x, value];
      if (kept === "low") fLow = D.div(fLow, 2);
      kept = "low";
    }
  }
  return D.add(low, D.div(D.sub(high, low), 2));
}

/** Where the chord is 0; the middle where a value is infinite. */
function between(D: Decimals, { low, high }: Bracket, a: Decimal, b: Decimal, middle: Decimal): Decimal {
  const x = D.div(D.sub(D.mul(low, b), D.mul(high, a)), D.sub(b, a));
  return x.isFinite() && x.greaterThan(low) && x.lessThan(high) ? x : middle;
}
