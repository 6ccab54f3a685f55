/** Intervals with doubles as ends. */
import { doubleLine } from "./double-line.js";
import type { Interval, IntervalArithmetic } from "./interval.js";
import { intervalArithmetic } from "./interval-algebra.js";

export type DoubleInterval = Interval<number>;

export const doubleIntervals: IntervalArithmetic<DoubleInterval> = intervalArithmetic(doubleLine);
