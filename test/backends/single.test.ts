/**
 * Single precision: functions against the decimal reference in units of the last place of a single number, random
 * expressions against their definition with a bound that follows every rounding.
 */
import { describe, expect, it } from "vitest";
import { generateWasm, type Instance, javascript, wasmWith } from "../../src/codegen/index.js";
import type { Unary } from "../../src/index-notation/index.js";
import { numbers, REDUCED, request, TWO_LAYER } from "../bench/models.js";
import { reference, signed, spread, ulps } from "../codegen/ulps.js";
import { programFor } from "../lower/harness.js";
import { SINGLE_ROUNDING, withRounding } from "../lower/naive.js";
import { check } from "../lower/random-check.js";
import { map, mapProgram } from "./map.js";

const SEEDS = Number(process.env.SEEDS ?? 2000);
const single = wasmWith({ precision: "f32" });

interface Case {
  readonly fn: Unary;
  readonly points: readonly number[];
  readonly ulps: number;
}

const CASES: readonly Case[] = [
  { fn: "exp", points: [...signed(spread(1e-9, 69, 120)), ...spread(69, 88, 20)], ulps: 1.5 },
  { fn: "log", points: [...spread(1e-30, 1e30, 80), ...spread(0.5, 2, 120)], ulps: 1.5 },
  { fn: "tanh", points: signed([...spread(1e-9, 12, 120), 1000]), ulps: 3 },
  { fn: "sigmoid", points: signed(spread(1e-9, 69, 120)), ulps: 3 },
  { fn: "sech", points: signed(spread(1e-9, 69, 120)), ulps: 3 },
  { fn: "softplus", points: signed(spread(1e-9, 69, 120)), ulps: 3 },
  { fn: "logcosh", points: signed([...spread(1e-9, 1000, 120), 0.749, 0.751]), ulps: 4 },
  { fn: "erf", points: signed([...spread(1e-9, 4.5, 160), ...spread(0.9, 1.1, 40), 1, 4]), ulps: 2 },
];

/** In units of the last place of a single number, of the smallest normal one where the value is smaller. */
const worst = (fn: Unary, points: readonly number[], values: Float64Array): number =>
  Math.max(...points.map((x, k) => ulps(values[k]!, reference(fn, x), 2 ** -126) / 2 ** 29));

const rounded = (points: readonly number[]): number[] => points.map(Math.fround);

describe("accuracy", () => {
  for (const c of CASES)
    it(`${c.fn}: ${c.ulps} ulp`, () => {
      const points = rounded(c.points);
      const values = map(c.fn, points, single);
      expect(worst(c.fn, points, values)).toBeLessThan(c.ulps);
      expect([...values].every((x) => x === Math.fround(x))).toBe(true);
    });
});

it("exp and what is made of it are 0 below 2^-100", () => {
  const points = rounded([-69.4, -80, -100, -1000]);
  for (const fn of ["exp", "sigmoid", "softplus"] as const)
    expect([...map(fn, points, single)]).toEqual([0, 0, 0, 0]);
});

describe("random expressions", () => {
  it(`equal their definition, ${SEEDS} seeds`, () => {
    const results = Array.from({ length: SEEDS }, (_, k) =>
      withRounding(SINGLE_ROUNDING, () => check(k + 1, single)),
    );
    expect(results.filter((r) => r.startsWith("seed"))).toEqual([]);
    expect(results.filter((r) => r === "fine").length).toBeGreaterThan(SEEDS / 3);
  }, 300_000);

  it("the bound of doubles is broken: what is measured is single precision", () => {
    const results = Array.from({ length: 200 }, (_, k) => check(k + 1, single));
    expect(results.filter((r) => r.startsWith("seed")).length).toBeGreaterThan(20);
  });
});

const EDGES = [
  0,
  -0,
  1000,
  -1000,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  2 ** -149,
  -(2 ** -149),
];

describe("ends and kinks are those of JavaScript, as far as single numbers reach", () => {
  const functions: readonly Unary[] = [
    ...CASES.map((c) => c.fn),
    ...(["relu", "step", "sign", "abs", "erfc", "sin", "gamma", "lgamma"] as const),
  ];
  for (const fn of functions)
    it(fn, () => {
      const [got, want] = [map(fn, EDGES, single), map(fn, EDGES, javascript).map(Math.fround)];
      for (const k of EDGES.keys()) {
        if (Object.is(got[k], want[k])) continue;
        expect(Math.abs(got[k]! - want[k]!), `${fn}(${EDGES[k]})`).toBeLessThanOrEqual(
          2 ** -22 * Math.abs(want[k]!),
        );
      }
    });
});

it("notices a coefficient that is off by a ten-thousandth", () => {
  const points = rounded(spread(0.1, 0.9, 20));
  const program = mapProgram("erf", points.length, single);
  const built = generateWasm(program, { precision: "f32" });
  const bytes = Buffer.from(built.bytes);
  const coefficient = Buffer.from(Float32Array.of(0.12837916612625122).buffer);
  let patched = 0;
  for (let at = bytes.indexOf(coefficient); at >= 0; at = bytes.indexOf(coefficient, at + 4)) {
    bytes[at + 1]! ^= 8;
    patched += 1;
  }
  expect(patched).toBeGreaterThan(0);
  const instance = single.compile(program, { ...built, bytes: Uint8Array.from(bytes) });
  const out = new Float64Array(points.length);
  instance.entries.get("all")!.evaluate(Float64Array.from(points), out);
  expect(worst("erf", points, out)).toBeGreaterThan(2);
});

const run = (instance: Instance, name: string, state: Float64Array): Float64Array => {
  const entry = instance.entries.get(name)!;
  const out = new Float64Array(entry.size).fill(Number.NaN);
  entry.evaluate(state, out);
  return out;
};

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.max(...a.map((x, k) => Math.abs(x - b[k]!) / (1 + Math.abs(b[k]!))));

describe("networks", () => {
  for (const entry of [TWO_LAYER, REDUCED])
    it(`${entry.name} at all small sizes`, () => {
      for (let nv = 1; nv <= 19; nv++)
        for (const nh of [1, 2, 3, 4, 5, 7, 8]) {
          const asked = request(nv, nh, [entry]);
          const state = numbers(nv + nh, 3);
          const got = run(single.compile(programFor(asked, single.lowering)), entry.name, state);
          const want = run(javascript.compile(programFor(asked)), entry.name, state);
          expect(distance(got, want), `${nv}, ${nh}`).toBeLessThan(2e-6);
        }
    });

  it("parameters, changed and prepared again, arrive", () => {
    const asked = request(9, 5, [TWO_LAYER]);
    const instance = single.compile(programFor(asked, single.lowering));
    const state = numbers(14, 3);
    const before = run(instance, "rhs", state);
    instance.parameters.get("beta")![0] = 5;
    instance.prepare();
    expect(distance(run(instance, "rhs", state), before)).toBeGreaterThan(1e-3);
  });

  it("take half the memory", () => {
    const program = programFor(request(400, 300, [TWO_LAYER]), single.lowering);
    const size = (precision: "f64" | "f32"): number => generateWasm(program, { precision }).interface.pages;
    expect(size("f32") / size("f64")).toBeLessThan(0.6);
  });
});

describe("what single numbers do not reach is refused", () => {
  const refusalOf = (value: number): string | undefined => {
    const asked = request(3, 2, [TWO_LAYER]);
    const [Xi] = asked.parameters.keys();
    const parameters = new Map(asked.parameters).set(Xi!, new Float64Array(6).fill(value));
    return single.refusal(programFor({ ...asked, parameters }, single.lowering))?.message;
  };

  it("parameters too large or too small, with their size", () => {
    expect(refusalOf(1e39)).toMatch(/largest entry of Xi is 1e\+39/);
    expect(refusalOf(1e-39)).toMatch(/largest entry of Xi is 1e-39/);
    expect(refusalOf(1e38)).toBeUndefined();
    expect(refusalOf(0)).toBeUndefined();
  });
});
