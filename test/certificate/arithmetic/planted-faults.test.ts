/** Each law of `laws.ts` is broken on purpose once: a suite that cannot fail proves nothing. */
import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import { nextDown, nextUp } from "../../../src/certificate/checker/arithmetic/binary64.js";
import { decimalLine } from "../../../src/certificate/checker/arithmetic/decimal-line.js";
import type { DoubleInterval } from "../../../src/certificate/checker/arithmetic/double-interval.js";
import { doubleLine } from "../../../src/certificate/checker/arithmetic/double-line.js";
import { roundFixed } from "../../../src/certificate/checker/arithmetic/endpoints.js";
import {
  doubleIntervals as I,
  type IntervalArithmetic,
} from "../../../src/certificate/checker/arithmetic/index.js";
import { intervalArithmetic } from "../../../src/certificate/checker/arithmetic/interval-algebra.js";
import type { NumberLine } from "../../../src/certificate/checker/arithmetic/number-line.js";
import { pointsOf } from "./domains.js";
import {
  boxViolations,
  containmentViolations,
  coverViolations,
  directedViolations,
  neighbours,
  OPERATIONS,
} from "./laws.js";
import { anyMagnitude, uniform } from "./points.js";

type Doubles = IntervalArithmetic<DoubleInterval>;
const SEED = 5;

const pairs = (() => {
  const u = uniform(SEED);
  const draw = anyMagnitude(-4, 4);
  return Array.from({ length: 200 }, (): [number, number] => [draw(u), draw(u)]);
})();
const boxes = (() => {
  const u = uniform(SEED);
  return Array.from({ length: 200 }, (): [number, number] => {
    const c = 8 * u() - 4;
    return [c - 2 * u(), c + 2 * u()];
  });
})();

/** The number of violations, and that the real thing has none. */
function isCaught<T>(law: (subject: T) => string[], real: T, faulty: T): void {
  expect(law(real)).toEqual([]);
  expect(law(faulty).length).toBeGreaterThan(0);
}

describe("faults in a number line", () => {
  const inward: NumberLine<number>["add"] = (x, _y, toward) => (toward < 0 ? nextUp(x) : nextDown(x));

  test.each(OPERATIONS)("%s one ulp too tight", (op) => {
    const law = (line: NumberLine<number>) => directedViolations(line, op, pairs, neighbours(line));
    isCaught(law, doubleLine, {
      ...doubleLine,
      [op]: (a: number, b: number, t: -1 | 1) => inward(doubleLine[op](a, b, t), 0, t),
    });
  });

  test.each(OPERATIONS)("%s one ulp too wide", (op) => {
    const law = (line: NumberLine<number>) => directedViolations(line, op, pairs, neighbours(line));
    const outward = (a: number, b: number, t: -1 | 1) => (t < 0 ? nextDown : nextUp)(doubleLine[op](a, b, t));
    isCaught(law, doubleLine, { ...doubleLine, [op]: outward });
  });

  test("products rounded to nearest", () => {
    const faulty = { ...doubleLine, multiply: (a: number, b: number) => a * b };
    isCaught((line) => directedViolations(line, "multiply", pairs, neighbours(line)), doubleLine, faulty);
    isCaught((a) => boxViolations(a, "mul", boxes), I, intervalArithmetic(faulty));
  });

  test("an error term that underflows: two-product without its range check", () => {
    const split = (x: number) => {
      const c = 134217729 * x;
      const high = c - (c - x);
      return [high, x - high] as const;
    };
    const unchecked = (a: number, b: number, toward: -1 | 1) => {
      const p = a * b;
      const [[ah, al], [bh, bl]] = [split(a), split(b)];
      const e = ah * bh - p + ah * bl + al * bh + al * bl;
      return toward < 0 ? (e < 0 ? nextDown(p) : p) : e > 0 ? nextUp(p) : p;
    };
    const u = uniform(SEED);
    const small = Array.from({ length: 300 }, (): [number, number] => [
      anyMagnitude(-540, -500)(u),
      anyMagnitude(-540, -500)(u),
    ]);
    const law = (line: NumberLine<number>) => directedViolations(line, "multiply", small, neighbours(line));
    isCaught(law, doubleLine, { ...doubleLine, multiply: unchecked });
  });

  test("Decimals rounded half even", () => {
    const line = decimalLine(12);
    const Even = Decimal.clone({ defaults: true, precision: 12, rounding: Decimal.ROUND_HALF_EVEN });
    const faulty = { ...line, divide: (a: Decimal, b: Decimal) => new Even(a).dividedBy(b) };
    const list = pairs.map(([a, b]): [Decimal, Decimal] => [new Decimal(a), new Decimal(b)]);
    isCaught((l) => directedViolations(l, "divide", list, () => true), line, faulty);
  });

  test("enclosures rounded inward: the lower end up, the upper down", () => {
    const faulty: NumberLine<number> = {
      ...doubleLine,
      round: (m, scale, toward) => doubleLine.round(m, scale, toward < 0 ? 1 : -1),
    };
    expect(roundFixed(faulty, { lo: 1n, hi: 1n, scale: 0 }, 1)).toBe(1);
    const law = (a: Doubles) => containmentViolations(a, "exp", pointsOf("exp", SEED, 60));
    isCaught(law, I, intervalArithmetic(faulty));
  });
});

describe("faults in a function", () => {
  const widened = (f: (x: number) => number) => (a: DoubleInterval) => ({
    lo: nextDown(f(a.lo)),
    hi: nextUp(f(a.hi)),
  });

  test("Math.tanh with one ulp to either side", () => {
    const law = (a: Doubles) => containmentViolations(a, "tanh", [0.2349870500330864]);
    isCaught(law, I, { ...I, tanh: widened((x) => Math.tanh(x)) });
    const many = (a: Doubles) => containmentViolations(a, "tanh", pointsOf("tanh", SEED, 2000));
    isCaught(many, I, { ...I, tanh: widened((x) => Math.tanh(x)) });
  });

  test("a sine that looks at its ends only", () => {
    const sin = (a: DoubleInterval) => I.hull(I.sin({ lo: a.lo, hi: a.lo }), I.sin({ lo: a.hi, hi: a.hi }));
    isCaught((a) => coverViolations(a, a.sin, "sin", boxes), I, { ...I, sin });
  });

  test("a tangent that jumps its pole", () => {
    const tan = (a: DoubleInterval) => I.hull(I.tan({ lo: a.lo, hi: a.lo }), I.tan({ lo: a.hi, hi: a.hi }));
    isCaught((a) => coverViolations(a, a.tan, "tan", boxes), I, { ...I, tan });
  });

  test.each(["cosh", "sqr", "abs", "logcosh", "sech", "gamma", "lgamma"] as const)(
    "%s by its ends, turn forgotten",
    (f) => {
      const ends = (a: DoubleInterval) => I.hull(I[f]({ lo: a.lo, hi: a.lo }), I[f]({ lo: a.hi, hi: a.hi }));
      isCaught((a) => coverViolations(a, a[f], f, boxes), I, { ...I, [f]: ends });
    },
  );

  test("a division that does not see the zero", () => {
    const div = (a: DoubleInterval, b: DoubleInterval): DoubleInterval => {
      const corners = [a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi];
      return { lo: nextDown(Math.min(...corners)), hi: nextUp(Math.max(...corners)) };
    };
    isCaught((a) => boxViolations(a, "div", boxes), I, { ...I, div });
  });

  test("a product of the like ends only", () => {
    const mul = (a: DoubleInterval, b: DoubleInterval): DoubleInterval => ({
      lo: doubleLine.multiply(a.lo, b.lo, -1),
      hi: doubleLine.multiply(a.hi, b.hi, 1),
    });
    isCaught((a) => boxViolations(a, "mul", boxes), I, { ...I, mul });
  });

  test("a difference of the like ends", () => {
    const sub = (a: DoubleInterval, b: DoubleInterval): DoubleInterval => ({
      lo: doubleLine.add(a.lo, -b.lo, -1),
      hi: doubleLine.add(a.hi, -b.hi, 1),
    });
    isCaught((a) => boxViolations(a, "sub", boxes), I, { ...I, sub });
  });
});
