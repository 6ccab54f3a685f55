/** The scalar functions of generated JavaScript against the decimal reference, in units of the last place. */
import { describe, expect, it } from "vitest";
import { runtime } from "../../src/codegen/javascript/runtime.js";
import { node, polygamma, type Unary } from "../../src/index-notation/index.js";
import { exact, reference, signed, spread, ulps } from "./ulps.js";

interface Case {
  readonly fn: keyof typeof runtime & Unary;
  readonly points: readonly number[];
  readonly ulps: number;
  /** Near zeros away from 0 the error is absolute. */
  readonly floor?: number;
}

const CASES: readonly Case[] = [
  { fn: "tanh", points: signed([...spread(1e-9, 30, 60), 0.6249, 0.6251, 21.9, 22.1, 1000]), ulps: 2.5 },
  { fn: "logcosh", points: signed([...spread(1e-9, 1000, 60), 0.749, 0.751]), ulps: 4 },
  { fn: "softplus", points: signed(spread(1e-9, 700, 60)), ulps: 3 },
  { fn: "sigmoid", points: signed(spread(1e-9, 700, 60)), ulps: 3.5 },
  { fn: "sech", points: signed(spread(1e-9, 700, 60)), ulps: 4 },
  {
    fn: "erf",
    points: signed([...spread(1e-9, 7, 80), 0.8437, 0.8438, 1.2499, 1.2501, 2.857, 2.858]),
    ulps: 1.5,
  },
  {
    fn: "erfc",
    points: signed([...spread(1e-9, 26, 80), 0.2499, 0.2501, 0.8437, 1.2499, 1.2501, 2.858]),
    ulps: 4,
  },
  { fn: "gamma", points: [...spread(1e-6, 171, 80), -0.5, -1.5, -2.25, -10.1, -100.3], ulps: 10 },
  { fn: "lgamma", points: [...spread(1e-6, 1e6, 80), -0.5, -1.5, -10.1], ulps: 12, floor: 1 },
];

describe("accuracy", () => {
  for (const c of CASES)
    it(`${c.fn}: ${c.ulps} ulp`, () => {
      const errors = c.points.map((x) => ulps(runtime[c.fn](x), reference(c.fn, x), c.floor));
      expect(Math.max(...errors)).toBeLessThan(c.ulps);
    });

  for (const order of [0, 1, 2, 5])
    it(`polygamma of order ${order}: 1e-14 relative`, () => {
      const points = [...spread(0.01, 1e4, 40), -0.3, -1.7, -5.5];
      for (const x of points) {
        const want = polygamma(order, node.number(exact(x)));
        expect(ulps(runtime.polygamma(order, x), want, order === 0 ? 1 : 0)).toBeLessThan(64);
      }
    });

  it("notices an error of 3 ulp", () => {
    expect(ulps(Math.tanh(0.5) * (1 + 3 * 2 ** -52), reference("tanh", 0.5))).toBeGreaterThan(2.5);
  });
});

describe("ends", () => {
  it("large arguments neither overflow nor lose the limit", () => {
    const { tanh, logcosh, softplus, sigmoid, sech, erf, erfc } = runtime;
    expect([tanh(1e6), tanh(-1e6), sigmoid(1e6), sigmoid(-1e6), sech(1e6), sech(-1e6)]).toEqual([
      1, -1, 1, 0, 0, 0,
    ]);
    expect([logcosh(1000), logcosh(-1000)]).toEqual([1000 - Math.LN2, 1000 - Math.LN2]);
    expect([softplus(1000), softplus(-1000)]).toEqual([1000, 0]);
    expect([erf(100), erf(-100), erfc(100), erfc(-100)]).toEqual([1, -1, 0, 2]);
  });

  it("NaN stays NaN, −0 stays −0", () => {
    for (const fn of [
      "tanh",
      "logcosh",
      "softplus",
      "sigmoid",
      "sech",
      "relu",
      "step",
      "erf",
      "erfc",
      "gamma",
      "lgamma",
    ] as const)
      expect(runtime[fn](Number.NaN)).toBeNaN();
    expect(Object.is(runtime.tanh(-0), -0)).toBe(true);
    expect(Object.is(runtime.erf(-0), -0)).toBe(true);
  });

  it("poles", () => {
    expect(runtime.gamma(-2)).toBeNaN();
    expect(runtime.lgamma(-2)).toBe(Number.POSITIVE_INFINITY);
    expect(runtime.polygamma(1, 0)).toBeNaN();
  });
});
