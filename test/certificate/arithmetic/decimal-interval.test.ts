import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import { decimalLine } from "../../../src/certificate/checker/arithmetic/decimal-line.js";
import type { Point } from "../../../src/certificate/checker/arithmetic/fixed-point.js";
import {
  decideSign,
  decimalIntervals,
  exact,
  UNARY,
} from "../../../src/certificate/checker/arithmetic/index.js";
import { pointsOf } from "./domains.js";
import {
  boxViolations,
  containmentViolations,
  coverViolations,
  directedViolations,
  OPERATIONS,
} from "./laws.js";
import { uniform } from "./points.js";

const SEED = 77;

/** Random decimals of up to `digits` digits, of similar and of unrelated magnitude. */
function decimals(digits: number, count: number): Decimal[] {
  const u = uniform(SEED + digits);
  const Long = Decimal.clone({ defaults: true, precision: 1000 });
  return Array.from({ length: count }, (_, k) => {
    const length = k % 4 === 0 ? 1 + Math.floor(u() * 8) : 1 + Math.floor(u() * digits);
    let text = String(1 + Math.floor(9 * u()));
    while (text.length < length) text += k % 6 === 1 ? (u() < 0.9 ? "9" : "0") : String(Math.floor(10 * u()));
    const e = k % 3 === 0 ? Math.floor(u() * 400) - 200 : Math.floor(u() * 30) - 15;
    return new Long(`${u() < 0.5 ? "-" : ""}${text}e${e - length}`);
  });
}

/** At most one unit in the last place between the two sides. */
const isTight = (digits: number) => (down: Decimal, up: Decimal, _value: Point) => {
  const gap = up.minus(down);
  return gap.isZero() || gap.e <= Math.max(down.e, up.e) - digits + 1;
};

describe.each([1, 7, 15, 30, 101])("%d digits: what is relied upon of decimal.js", (digits) => {
  const line = decimalLine(digits);
  const xs = decimals(digits, 1500);
  const pairs = xs.map((x, k): [Decimal, Decimal] => [x, xs[(k * 7 + 1) % xs.length]!]);
  const close = xs.slice(0, 300).map((x): [Decimal, Decimal] => [x, x.negated().times("1.0000000000000001")]);

  test.each(OPERATIONS)("%s errs to the side asked for, by less than a unit", (op) => {
    expect(directedViolations(line, op, [...pairs, ...close], isTight(digits))).toEqual([]);
  });

  test("square roots and quotients of integers", () => {
    for (const x of xs.map((v) => v.abs())) {
      const [down, up, value] = [line.squareRoot(x, -1), line.squareRoot(x, 1), line.exact(x)];
      const [low, high] = [line.exact(down), line.exact(up)];
      expect(low.n * low.n * value.d <= value.n * low.d * low.d).toBe(true);
      expect(high.n * high.n * value.d >= value.n * high.d * high.d).toBe(true);
      const [below, above] = [line.ratio(value, -1), line.ratio(value, 1)];
      expect(below.lessThanOrEqualTo(x) && above.greaterThanOrEqualTo(x)).toBe(true);
    }
  });
});

test("a digit far behind the last one kept still counts", () => {
  const line = decimalLine(20);
  const [above, below] = [
    { n: 10n ** 60n + 1n, d: 10n ** 60n },
    { n: 10n ** 60n - 1n, d: 10n ** 60n },
  ];
  expect([line.ratio(above, -1), line.ratio(above, 1)].map(String)).toEqual(["1", "1.0000000000000000001"]);
  expect([line.ratio(below, -1), line.ratio(below, 1)].map(String)).toEqual(["0.99999999999999999999", "1"]);
  expect(
    [line.round(-1n - (1n << 300n), 300, -1), line.round(-1n - (1n << 300n), 300, 1)].map(String),
  ).toEqual(["-1.0000000000000000001", "-1"]);
  const [one, tiny] = [line.one, line.ratio({ n: 1n, d: 10n ** 5000n }, 1)];
  expect([line.add(one, tiny, -1), line.add(one, tiny, 1)].map(String)).toEqual([
    "1",
    "1.0000000000000000001",
  ]);
  expect(line.add(one, line.negate(tiny), -1).toString()).toBe("0.99999999999999999999");
  expect(line.squareRoot(new Decimal(4), 1).toString()).toBe("2");
});

test("beyond 10^±10000 endpoints are moved outward, never to the wrong side of 0 or infinity", () => {
  const line = decimalLine(20);
  const [huge, small] = [
    line.ratio({ n: 10n ** 9000n, d: 1n }, 1),
    line.ratio({ n: 1n, d: 10n ** 9000n }, 1),
  ];
  expect(line.multiply(huge, huge, -1).toString()).toBe("1e+10000");
  expect(line.isFinite(line.multiply(huge, huge, 1))).toBe(false);
  expect(line.multiply(small, small, -1).isZero()).toBe(true);
  expect(line.multiply(small, small, 1).toString()).toBe("1e-10000");
  expect(line.multiply(line.negate(small), small, -1).toString()).toBe("-1e-10000");
  expect(line.multiply(line.negate(huge), huge, 1).toString()).toBe("-1e+10000");
  const A = decimalIntervals(20);
  const far = A.fromRational(exact.rational(10n ** 6n));
  expect(A.show(A.exp(far))).toBe("[1e+10000, Infinity]");
  expect(A.show(A.exp(A.neg(far)))).toBe("[0, 1e-10000]");
  for (const e of [9999n, 10000n, 10001n, 10002n, 30000n]) {
    const tiny = exact.rational(3n, 10n ** e);
    const y = A.fromRational(tiny);
    expect(A.contains(y, tiny)).toBe(true);
    expect(A.contains(A.recip(y), exact.divide(exact.ONE, tiny))).toBe(true);
  }
});

describe.each([18, 34])("%d digits: functions at points and over intervals", (digits) => {
  const A = decimalIntervals(digits);
  test.each(UNARY)(
    "%s",
    (name) => {
      const points = pointsOf(name, SEED, 150);
      expect(containmentViolations(A, name, points)).toEqual([]);
      const u = uniform(SEED);
      const boxes = Array.from({ length: 40 }, (): [number, number] => {
        const c = 6 * u() - 3;
        return [c - u(), c + u()];
      });
      expect(coverViolations(A, A[name], name, boxes)).toEqual([]);
    },
    60_000,
  );

  test.each(["add", "sub", "mul", "div"] as const)("%s", (op) => {
    const u = uniform(SEED);
    const boxes = Array.from({ length: 150 }, (): [number, number] => {
      const c = 4 * u() - 2;
      return [c - u(), c + u()];
    });
    expect(boxViolations(A, op, boxes)).toEqual([]);
  });
});

test("more digits give narrower enclosures, inside the wider ones", () => {
  for (const name of UNARY) {
    const x = exact.rational(3, name === "acosh" ? 2 : 7);
    let [outer, A] = [decimalIntervals(10)[name](decimalIntervals(10).fromRational(x)), decimalIntervals(10)];
    for (const digits of [20, 60, 150]) {
      const finer = decimalIntervals(digits);
      const inner = finer[name](finer.fromRational(x));
      expect(finer.subset(inner, outer), `${name} ${A.show(outer)} ${finer.show(inner)}`).toBe(true);
      [outer, A] = [inner, finer];
    }
  }
});

describe("signs by raising the precision", () => {
  test("decided where doubles cannot", () => {
    // exp(pi·sqrt(163)) misses an integer by 7.5e-13 at the size 2.6e17.
    const sign = decideSign((a) =>
      a.sub(
        a.exp(a.mul(a.pi, a.sqrt(a.fromRational(exact.rational(163))))),
        a.fromRational(exact.rational(262537412640768744n)),
      ),
    );
    expect(sign).toBe("negative");
  });

  test("a true zero stays undecided", () => {
    const third = exact.rational(1, 3);
    expect(
      decideSign((a) => a.sub(a.sqr(a.fromRational(third)), a.fromRational(exact.rational(1, 9))), 100),
    ).toBe("zero-containing");
  });

  test("digits outside 1…10000 are refused", () => {
    expect(() => decimalIntervals(0)).toThrow(RangeError);
    expect(() => decimalIntervals(2.5)).toThrow(RangeError);
  });
});
