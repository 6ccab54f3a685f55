/** The functions below the interval algebra: few bits must enclose what many bits say. */
import { expect, test } from "vitest";
import * as constants from "../../../src/certificate/checker/arithmetic/constants.js";
import * as elementary from "../../../src/certificate/checker/arithmetic/elementary.js";
import {
  bitLength,
  divide,
  type Fixed,
  floorDivide,
  floorRoot,
  floorShift,
  multiply,
  type Point,
  rescale,
  squareRoot,
  toFixed,
} from "../../../src/certificate/checker/arithmetic/fixed-point.js";
import { positivePower } from "../../../src/certificate/checker/arithmetic/powers.js";
import * as special from "../../../src/certificate/checker/arithmetic/special.js";
import { order } from "./laws.js";
import { uniform } from "./points.js";

const u = uniform(99);
const whole = (bits: number): bigint => {
  let x = 0n;
  for (let k = 0; k < bits; k += 30) x = (x << 30n) | BigInt(Math.floor(u() * 2 ** 30));
  return x >> BigInt(Math.max(0, Math.ceil(bits / 30) * 30 - bits));
};
const signed = (bits: number): bigint => (u() < 0.5 ? -whole(bits) : whole(bits));

const low = (a: Fixed): Point =>
  a.scale >= 0 ? { n: a.lo, d: 1n << BigInt(a.scale) } : { n: a.lo << BigInt(-a.scale), d: 1n };
const high = (a: Fixed): Point => low({ ...a, lo: a.hi });
const encloses = (a: Fixed, x: Point): boolean => order(low(a), x) <= 0 && order(x, high(a)) <= 0;

test("integer helpers", () => {
  for (let k = 0; k < 3000; k++) {
    const [a, b] = [signed(1 + Math.floor(u() * 200)), whole(1 + Math.floor(u() * 90)) + 1n];
    const q = floorDivide(a, b);
    expect(q * b <= a && a < (q + 1n) * b).toBe(true);
    const s = Math.floor(u() * 40);
    expect(floorShift(a, s)).toBe(floorDivide(a, 1n << BigInt(s)));
    expect(bitLength(a)).toBe(a === 0n ? 0 : (a < 0n ? -a : a).toString(2).length);
    const degree = 1 + Math.floor(u() * 7);
    const n = whole(1 + Math.floor(u() * 300));
    const r = floorRoot(n, degree);
    expect(r ** BigInt(degree) <= n && n < (r + 1n) ** BigInt(degree)).toBe(true);
  }
});

test("fixed-point operations contain the exact results of the ends", () => {
  for (let k = 0; k < 3000; k++) {
    const make = (positive: boolean): Fixed => {
      const lo = positive ? whole(60) + 1n : signed(60);
      return { lo, hi: lo + whole(1 + Math.floor(u() * 40)), scale: Math.floor(u() * 120) - 30 };
    };
    const [a, b, c] = [make(false), make(false), make(true)];
    const scale = Math.floor(u() * 100) - 20;
    for (const x of [low(a), high(a)]) {
      expect(encloses(rescale(a, scale), x)).toBe(true);
      for (const y of [low(b), high(b)]) {
        expect(encloses(multiply(a, b, scale), { n: x.n * y.n, d: x.d * y.d })).toBe(true);
      }
      for (const y of [low(c), high(c)]) {
        expect(encloses(divide(a, c, scale), { n: x.n * y.d, d: x.d * y.n })).toBe(true);
      }
    }
    const root = squareRoot(c, 40);
    expect(order({ n: root.lo ** 2n, d: 1n << 80n }, low(c)) <= 0).toBe(true);
    expect(order({ n: root.hi ** 2n, d: 1n << 80n }, high(c)) >= 0).toBe(true);
    expect(encloses(toFixed({ n: a.lo, d: c.lo }, 50), { n: a.lo, d: c.lo })).toBe(true);
  }
});

test("pi, log 2 and the tables at 200 bits contain 1000 bits, and agree with printed digits", () => {
  const digits = "3141592653589793238462643383279502884197169399375105820974944592307816406286";
  expect(encloses(constants.pi(250), { n: BigInt(digits), d: 10n ** 75n })).toBe(false);
  expect(encloses(rescale(constants.pi(250), 240), { n: BigInt(digits), d: 10n ** 75n })).toBe(true);
  for (const f of [
    constants.pi,
    constants.log2,
    ...Array.from({ length: 25 }, (_, i) => (s: number) => constants.logSixteenths(i + 8, s)),
    ...Array.from({ length: 17 }, (_, i) => (s: number) => constants.arctanSixteenths(i, s)),
  ]) {
    const [coarse, fine] = [f(200), f(1000)];
    expect(encloses(coarse, low(fine)) && encloses(coarse, high(fine))).toBe(true);
    expect(coarse.hi - coarse.lo <= 3n && fine.hi - fine.lo <= 3n).toBe(true);
  }
});

test("Bernoulli numbers", () => {
  expect([0, 1, 2, 3, 4, 12, 20].map((m) => constants.bernoulli(m)).map(({ n, d }) => `${n}/${d}`)).toEqual([
    "1/1",
    "-1/2",
    "1/6",
    "0/1",
    "-1/30",
    "-691/2730",
    "-174611/330",
  ]);
});

const { exp, expm1, log, sin, cos, tan, atan, asin, acos, sinh, cosh, tanh, sech, asinh, acosh, atanh } =
  elementary;
const ALL = { exp, expm1, sin, cos, tan, atan, sinh, cosh, tanh, sech, asinh };
const MORE = { sigmoid: elementary.sigmoid, softplus: elementary.softplus, logcosh: elementary.logcosh };
const GROUPS: { name: string; kernels: Record<string, elementary.Kernel>; draw: () => Point }[] = [
  {
    name: "on the line",
    kernels: { ...ALL, ...MORE, erf: special.erf, erfc: special.erfc },
    draw: () => ({ n: signed(12), d: whole(1 + Math.floor(u() * 14)) + 200n }),
  },
  {
    name: "at tiny and large arguments",
    kernels: { ...ALL, ...MORE },
    draw: () => ({ n: signed(20), d: u() < 0.5 ? 10n ** BigInt(8 + Math.floor(u() * 60)) : 10000n }),
  },
  {
    name: "on x > 0",
    kernels: {
      log,
      gamma: special.gamma,
      lgamma: special.lgamma,
      digamma: special.digamma,
      trigamma: special.trigamma,
    },
    draw: () => ({ n: whole(12) + 1n, d: whole(1 + Math.floor(u() * 14)) + 1n }),
  },
  {
    name: "on |x| < 1",
    kernels: { asin, acos, atanh },
    draw: () => {
      const d = whole(20) + 2n;
      return { n: (signed(60) % d) as bigint, d };
    },
  },
  { name: "on x > 1", kernels: { acosh }, draw: () => ({ n: whole(20) + 10n ** 6n, d: 10n ** 6n }) },
];

for (const { name, kernels, draw } of GROUPS) {
  test(`an enclosure at few bits meets the one at many, ${name}`, () => {
    for (const [label, kernel] of Object.entries(kernels)) {
      for (let k = 0; k < 120; k++) {
        const x = draw();
        const fine = kernel(x, 400);
        for (const bits of [4, 12, 30, 53, 90, 200]) {
          const coarse = kernel(x, bits);
          const apart = order(high(coarse), low(fine)) < 0 || order(high(fine), low(coarse)) < 0;
          expect(apart, `${label}(${x.n}/${x.d}) at ${bits} bits`).toBe(false);
        }
      }
    }
  });
}

/**
 * Here a unit of the last place is coarse, so that a floor in the place of a ceiling, or a tail left out, shows:
 * the functions above have some 24 bits to hide it in.
 */
const SERIES: Record<string, { draw: () => Point; at: (x: Point, scale: number) => Fixed }> = {
  artanh: { draw: () => ratio(2n), at: (x, s) => constants.arcSeries(toFixed(x, s), false) },
  arctan: { draw: () => ratio(2n), at: (x, s) => constants.arcSeries(toFixed(x, s), true) },
  exp: { draw: () => ratio(2n), at: (x, s) => elementary.exponentialSeries(toFixed(x, s)) },
  sin: { draw: () => ratio(1n), at: (x, s) => elementary.circularSeries(toFixed(x, s), toFixed(x, s), 1n) },
  cos: {
    draw: () => ratio(1n),
    at: (x, s) => elementary.circularSeries(toFixed({ n: 1n, d: 1n }, s), toFixed(x, s), 0n),
  },
  "erf sum": { draw: () => ({ n: whole(9) + 1n, d: 200n }), at: special.erfSum },
  "log Gamma tail": {
    draw: () => ({ n: whole(9) + 100n, d: 10n }),
    at: (x, s) => special.stirlingTail(x, -1, (k) => BigInt(2 * k) * BigInt(2 * k - 1), s),
  },
  "digamma tail": {
    draw: () => ({ n: whole(9) + 100n, d: 10n }),
    at: (x, s) => special.stirlingTail(x, 0, (k) => BigInt(2 * k), s),
  },
  "trigamma tail": {
    draw: () => ({ n: whole(9) + 100n, d: 10n }),
    at: (x, s) => special.stirlingTail(x, 1, () => 1n, s),
  },
};
/** A fraction in (0, 1/k). */
function ratio(k: bigint): Point {
  const n = whole(16) + 1n;
  return { n, d: k * (n + whole(16) + 1n) };
}

test.each(Object.entries(SERIES))(
  "%s on a coarse grid contains itself on a fine one",
  (_name, { draw, at }) => {
    for (let k = 0; k < 1500; k++) {
      const [x, scale] = [draw(), 3 + Math.floor(u() * 25)];
      const [coarse, fine] = [at(x, scale), at(x, 60)];
      expect(order(low(coarse), low(fine)) <= 0, `${x.n}/${x.d} at ${scale}`).toBe(true);
      expect(order(high(fine), high(coarse)) <= 0, `${x.n}/${x.d} at ${scale}`).toBe(true);
    }
  },
);

test("the asymptotic series of erfc contains what the convergent one gives", () => {
  for (let k = 0; k < 600; k++) {
    const [x, scale] = [{ n: whole(8) + 100n, d: 50n }, 3 + Math.floor(u() * 12)];
    const coarse = special.erfcSum(x, scale);
    // R = erfc(x)·exp(x^2)·x·sqrt(pi), at 200 bits.
    const grown = rescale(elementary.exp({ n: x.n * x.n, d: x.d * x.d }, 400), 200);
    const root = multiply(squareRoot(constants.pi(400), 200), toFixed(x, 200), 200);
    const fine = multiply(multiply(rescale(special.erfc(x, 300), 300), grown, 200), root, 200);
    expect(order(low(coarse), low(fine)) <= 0, `${x.n}/${x.d} at ${scale}`).toBe(true);
    expect(order(high(fine), high(coarse)) <= 0, `${x.n}/${x.d} at ${scale}`).toBe(true);
  }
});

test("integer powers cut to few bits contain the exact power", () => {
  for (let k = 0; k < 3000; k++) {
    const x = { n: whole(1 + Math.floor(u() * 30)) + 1n, d: whole(1 + Math.floor(u() * 30)) + 1n };
    const n = 1 + Math.floor(u() * 20);
    const power = positivePower(x, n, 2 + Math.floor(u() * 12));
    expect(encloses(power, { n: x.n ** BigInt(n), d: x.d ** BigInt(n) }), `${x.n}/${x.d}^${n}`).toBe(true);
  }
});

test("the least value of log Gamma is below the one at a point nearer to the minimum (mpmath, 240 digits)", () => {
  const digits =
    "146163214496836234126265954232572132846819620400644635129598840859878644035380181024307499273372559" +
    "2750556793365533053341617365778466985829177168381645024652542618792044384381978333559773961976074" +
    "7194319349371754140594519301099637241665277";
  const better = special.lgamma({ n: BigInt(digits), d: 10n ** BigInt(digits.length - 1) }, 1200);
  const least = special.leastLogGamma(1000);
  expect(order(low(least), high(better))).toBe(-1);
  expect(order(low(better), high(least))).toBe(-1);
});

test("turns are counted exactly", () => {
  for (let k = 0; k < 2000; k++) {
    const x = signed(40);
    const d = whole(30) + 1n;
    const turns = elementary.halfTurns({ n: x, d });
    // floor(x/pi) = m means m·pi <= x < (m+1)·pi, with 300 bits of pi.
    const p = constants.pi(300);
    const scaled = (x << 300n) / d;
    const m = turns.cos;
    expect(m * p.lo <= scaled + 1n && scaled - 1n <= (m + 1n) * p.hi).toBe(true);
    const h = 2n * turns.sin + 1n;
    expect(h * p.lo <= 2n * scaled + 2n && 2n * scaled - 2n <= (h + 2n) * p.hi).toBe(true);
  }
});
