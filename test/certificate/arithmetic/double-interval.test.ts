import { describe, expect, test } from "vitest";
import { nextDown } from "../../../src/certificate/checker/arithmetic/binary64.js";
import { doubleLine } from "../../../src/certificate/checker/arithmetic/double-line.js";
import { doubleIntervals as I, UNARY } from "../../../src/certificate/checker/arithmetic/index.js";
import { pointsOf } from "./domains.js";
import {
  boxViolations,
  containmentViolations,
  contains,
  coverViolations,
  directedViolations,
  median,
  neighbours,
  OPERATIONS,
  ulps,
} from "./laws.js";
import { D } from "./oracle.js";
import { anyMagnitude, EDGES, randomDoubles, uniform } from "./points.js";

const SEED = 20240611;

/** Random pairs of similar and of unrelated magnitude, and all pairs of edges. */
function pairs(count: number): [number, number][] {
  const u = uniform(SEED);
  const draws = [
    anyMagnitude(-1074, 1023),
    anyMagnitude(-3, 3),
    anyMagnitude(-540, 540),
    anyMagnitude(-1074, -960),
  ];
  const drawn = Array.from({ length: count }, (_, k): [number, number] => {
    const a = draws[k % draws.length]!(u);
    return [a, k % 5 === 0 ? a * (1 + (u() - 0.5) * 2 ** -40) : draws[(k >> 2) % draws.length]!(u)];
  });
  return [...drawn, ...EDGES.flatMap((a) => EDGES.map((b): [number, number] => [a, b]))];
}

describe("rounding of one operation", () => {
  test.each(OPERATIONS)("%s is the tightest on both sides, against exact fractions", (op) => {
    expect(directedViolations(doubleLine, op, pairs(20000), neighbours(doubleLine))).toEqual([]);
  });

  test("square roots are the tightest on both sides", () => {
    for (const x of randomDoubles(SEED, 20000, anyMagnitude(-1074, 1023)).map(Math.abs)) {
      const [down, up] = [doubleLine.squareRoot(x, -1), doubleLine.squareRoot(x, 1)];
      const [low, high, square] = [doubleLine.exact(down), doubleLine.exact(up), doubleLine.exact(x)];
      expect(low.n * low.n * square.d <= square.n * low.d * low.d).toBe(true);
      expect(high.n * high.n * square.d >= square.n * high.d * high.d).toBe(true);
      expect(ulps(down, up)).toBeLessThanOrEqual(1);
    }
  });

  test("integers times powers of two round to the nearest double on the given side", () => {
    const u = uniform(SEED);
    for (let k = 0; k < 20000; k++) {
      const m = BigInt(Math.floor(u() * 2 ** 53)) * BigInt(Math.floor(u() * 2 ** 50)) + 1n;
      const scale = Math.floor(u() * 2400) - 1100;
      const [down, up] = [doubleLine.round(m, scale, -1), doubleLine.round(m, scale, 1)];
      const value = scale >= 0 ? { n: m, d: 1n << BigInt(scale) } : { n: m << BigInt(-scale), d: 1n };
      expect([doubleLine.ratio(value, -1), doubleLine.ratio(value, 1)]).toEqual([down, up]);
      expect(neighbours(doubleLine)(down, up, value)).toBe(true);
      const low = doubleLine.exact(down);
      expect(low.n * value.d <= value.n * low.d).toBe(true);
      expect(doubleLine.round(-m, scale, 1)).toBe(0 - down);
    }
  });
});

const WIDTHS: string[] = [];

describe("functions at a point, against 50 and more digits", () => {
  test.each(UNARY)(
    "%s",
    (name) => {
      const points = pointsOf(name, SEED, 2000);
      expect(containmentViolations(I, name, points)).toEqual([]);
      const widths = points.map((x) => I[name](I.fromDouble(x))).map((y) => ulps(y.lo, y.hi));
      const finite = widths.filter(Number.isFinite);
      WIDTHS.push(
        `${name.padEnd(9)} ${points.length} points, width in ulp: median ${median(finite)}, largest ${Math.max(...finite)}`,
      );
      expect(median(finite)).toBeLessThanOrEqual(1);
      expect(finite.filter((w) => w > 2).length).toBe(0);
    },
    120_000,
  );

  test("widths", () => {
    console.log(WIDTHS.join("\n"));
    expect(WIDTHS.length).toBe(UNARY.length);
  });
});

/** Boxes around zero, thin, wide, one-sided. */
function boxes(seed: number, count: number, scale: number): [number, number][] {
  const u = uniform(seed);
  return Array.from({ length: count }, (_, k): [number, number] => {
    const centre = (2 * u() - 1) * scale;
    const width = scale * 2 ** -Math.floor(12 * u());
    if (k % 7 === 0) return [0, width];
    if (k % 7 === 1) return [-width, 0];
    return [centre - width * u(), centre + width * u()];
  });
}

describe("functions of an interval contain their values at points in it", () => {
  test.each(UNARY)("%s", (name) => {
    expect(
      coverViolations(I, I[name], name, [...boxes(SEED, 200, 1.2), ...boxes(SEED + 1, 200, 12)]),
    ).toEqual([]);
  });

  test.each(["add", "sub", "mul", "div"] as const)("%s", (op) => {
    expect(boxViolations(I, op, [...boxes(SEED, 1000, 3), ...boxes(SEED, 300, 1e200)])).toEqual([]);
  });

  test.each([-7, -4, -1, 0, 1, 2, 3, 8, 33])("pown %d and root", (n) => {
    const tried = boxes(SEED, 300, 2);
    expect(coverViolations(I, (x) => I.pown(x, n), `pown ${n}`, tried)).toEqual([]);
    if (n > 0) expect(coverViolations(I, (x) => I.root(x, n), `root ${n}`, tried)).toEqual([]);
  });

  test("real powers at points, against decimal.js", () => {
    const u = uniform(SEED);
    const widths: number[] = [];
    for (let k = 0; k < 2000; k++) {
      const x = Math.abs(anyMagnitude(k % 3 === 0 ? -300 : -5, k % 3 === 0 ? 300 : 5)(u));
      const y = anyMagnitude(-20, k % 3 === 0 ? 0 : 6)(u);
      const z = I.pow(I.fromDouble(x), I.fromDouble(y));
      const value = new D(x).pow(0).times(D.exp(exactDecimal(x).ln().times(exactDecimal(y))));
      expect(contains(I, z, value), `${x}^${y}`).toBe(true);
      widths.push(ulps(z.lo, z.hi));
    }
    expect(median(widths)).toBe(1);
  });

  test("real powers of boxes", () => {
    const list = boxes(SEED, 300, 3);
    list.forEach(([low, high], k) => {
      const exponent = I.hull(I.fromDouble(list[(k + 1) % 300]![0]), I.fromDouble(list[(k + 1) % 300]![1]));
      const whole = I.pow(I.hull(I.fromDouble(low), I.fromDouble(high)), exponent);
      for (const x of [low, (low + high) / 2, high].filter((v) => v > 0)) {
        for (const y of [exponent.lo, exponent.hi]) {
          const inner = I.pow(I.fromDouble(x), I.fromDouble(y));
          expect(I.isEmpty(I.intersection(inner, whole))).toBe(false);
        }
      }
    });
  });
});

const exactDecimal = (x: number) => {
  const { n, d } = doubleLine.exact(x);
  return new D(n.toString()).dividedBy(d.toString());
};

describe("sets", () => {
  const span = (lo: number, hi: number) => ({ lo, hi });
  const [INF, NEG] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  test("empty in, empty out", () => {
    for (const f of UNARY) expect(I.isEmpty(I[f](I.empty)), f).toBe(true);
    for (const f of ["add", "sub", "mul", "div", "min", "max", "pow"] as const) {
      expect(I.isEmpty(I[f](I.empty, I.entire)), f).toBe(true);
      expect(I.isEmpty(I[f](I.entire, I.empty)), f).toBe(true);
    }
  });

  test("outside the domain is empty, across its end is cut", () => {
    expect(I.log(span(-2, 0))).toEqual(I.empty);
    expect(I.log(span(-2, 1))).toEqual(span(NEG, 0));
    expect(I.sqrt(span(-4, 9))).toEqual(span(0, 3));
    expect(I.atanh(span(1, 2))).toEqual(I.empty);
    expect(I.acosh(span(-3, 1))).toEqual(span(0, 0));
    expect(I.gamma(span(-1, 0))).toEqual(I.empty);
    expect(I.digamma(span(-1, 1)).lo).toBe(NEG);
    expect(I.recip(span(0, 0))).toEqual(I.empty);
  });

  test("unbounded arguments give limits", () => {
    expect(I.exp(I.entire)).toEqual(span(0, INF));
    expect(I.tanh(I.entire)).toEqual(span(-1, 1));
    expect(I.sech(I.entire)).toEqual(span(0, 1));
    expect(I.erfc(I.entire)).toEqual(span(0, 2));
    expect(I.sin(I.entire)).toEqual(span(-1, 1));
    expect(I.tan(I.entire)).toEqual(I.entire);
    expect(I.logcosh(I.entire)).toEqual(span(0, INF));
    const least = I.gamma(I.entire);
    expect(
      contains(
        I,
        { lo: least.lo, hi: least.lo + 1e-15 },
        new D("0.88560319441088870027881590058258873320795153366990"),
      ),
    ).toBe(true);
    expect(least.hi).toBe(INF);
  });

  test("division through zero comes in two pieces", () => {
    expect(I.divide(span(1, 2), span(-1, 1))).toEqual([span(NEG, -1), span(1, INF)]);
    expect(I.div(span(1, 2), span(-1, 1))).toEqual(I.entire);
    expect(I.divide(span(-1, 2), span(-1, 1))).toEqual([I.entire]);
    expect(I.divide(span(1, 1), span(0, 0))).toEqual([]);
    expect(I.divide(span(0, 0), span(-1, 1))).toEqual([span(0, 0)]);
    expect(I.divide(span(1, 2), span(0, 4))).toEqual([span(0.25, INF)]);
  });

  test("kinks: step and sign are 0 at 0", () => {
    expect(I.step(span(0, 0))).toEqual(span(0, 0));
    expect(I.step(span(0, 1))).toEqual(span(0, 1));
    expect(I.sign(span(-2, 0))).toEqual(span(-1, 0));
    expect(I.relu(span(-2, 3))).toEqual(span(0, 3));
  });

  test("huge arguments stay enclosed", () => {
    for (const x of [1e4, 1e6, 1e22, 1e300, Number.MAX_VALUE]) {
      const [p, m] = [I.fromDouble(x), I.fromDouble(-x)];
      expect(I.exp(p)).toEqual(span(Number.MAX_VALUE, INF));
      expect(I.exp(m)).toEqual(span(0, Number.MIN_VALUE));
      expect(I.tanh(p)).toEqual(span(1 - 2 ** -53, 1));
      expect(I.erfc(p)).toEqual(span(0, Number.MIN_VALUE));
      expect(I.gamma(p)).toEqual(span(Number.MAX_VALUE, INF));
      expect(I.softplus(p).lo).toBe(x);
      expect(I.logcosh(p).hi <= x && I.logcosh(p).lo >= nextDown(x - 1)).toBe(true);
      expect(I.sigmoid(m)).toEqual(span(0, Number.MIN_VALUE));
    }
  });

  test("the sign of an enclosure, and halves that cover it", () => {
    expect([span(1, 2), span(-2, -1), span(0, 1), I.empty].map(I.decide)).toEqual([
      "positive",
      "negative",
      "zero-containing",
      "empty",
    ]);
    for (const a of [
      I.entire,
      span(0, INF),
      span(NEG, -1e300),
      span(1, 2),
      span(1, 1 + 2 ** -52),
      span(-1, 1),
    ]) {
      const parts = I.bisect(a);
      expect(parts.reduce(I.hull)).toEqual(a);
      expect(parts[0]!.hi).toBe(parts.at(-1)!.lo);
    }
  });
});
