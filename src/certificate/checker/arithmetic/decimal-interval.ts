/** Intervals with Decimals as ends, and the loop that raises their precision until a sign is decided. */
import type { Decimal } from "decimal.js";
import { decimalLine } from "./decimal-line.js";
import { doubleIntervals } from "./double-interval.js";
import type { Interval, IntervalArithmetic, SignDecision } from "./interval.js";
import { intervalArithmetic } from "./interval-algebra.js";

export type DecimalInterval = Interval<Decimal>;

const made = new Map<number, IntervalArithmetic<DecimalInterval>>();

/** The arithmetic with so many significant decimal digits, 1 to 10000. */
export function decimalIntervals(digits: number): IntervalArithmetic<DecimalInterval> {
  if (!Number.isSafeInteger(digits) || digits < 1 || digits > 10000)
    throw new RangeError(`digits: ${digits}`);
  const known = made.get(digits) ?? intervalArithmetic(decimalLine(digits));
  made.set(digits, known);
  return known;
}

/** An expression as an algorithm on intervals of any kind. */
export type IntervalExpression = <I>(arithmetic: IntervalArithmetic<I>) => I;

/**
 * The sign of an expression: doubles first, then Decimals of 24, 48, … digits up to `maxDigits`. The answer
 * "zero-containing" means undecided at that precision; no amount of digits proves a zero.
 */
export function decideSign(expression: IntervalExpression, maxDigits = 200): SignDecision {
  const first = doubleIntervals.decide(expression(doubleIntervals));
  if (first !== "zero-containing") return first;
  for (let digits = 24; digits <= maxDigits; digits *= 2) {
    const arithmetic = decimalIntervals(digits);
    const sign = arithmetic.decide(expression(arithmetic));
    if (sign !== "zero-containing") return sign;
  }
  return "zero-containing";
}
