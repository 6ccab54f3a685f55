/** The functions of WebAssembly modules against the decimal reference: bounds in units of the last place, and ends. */
import { describe, expect, it } from "vitest";
import { generateWasm, javascript } from "../../src/codegen/index.js";
import type { Unary } from "../../src/index-notation/index.js";
import { reference, signed, spread, ulps } from "../codegen/ulps.js";
import { map, mapProgram, WASM } from "./map.js";

interface Case {
  readonly fn: Unary;
  readonly points: readonly number[];
  readonly ulps: number;
}

const CASES: readonly Case[] = [
  { fn: "exp", points: signed(spread(1e-9, 700, 80)), ulps: 1.1 },
  { fn: "log", points: [...spread(1e-20, 1e20, 50), ...spread(0.5, 2, 60)], ulps: 1 },
  { fn: "tanh", points: signed([...spread(1e-9, 30, 80), 1000]), ulps: 2.5 },
  { fn: "sigmoid", points: signed(spread(1e-9, 700, 80)), ulps: 2 },
  { fn: "sech", points: signed(spread(1e-9, 700, 80)), ulps: 2.5 },
  { fn: "softplus", points: signed(spread(1e-9, 700, 80)), ulps: 2 },
  { fn: "logcosh", points: signed([...spread(1e-9, 1000, 80), 0.749, 0.751]), ulps: 3.5 },
  { fn: "erf", points: signed([...spread(1e-9, 6.5, 120), ...spread(0.9, 1.1, 40), 1, 5.999, 6]), ulps: 1.5 },
];

const worst = (fn: Unary, points: readonly number[], values: Float64Array): number =>
  Math.max(...points.map((x, k) => ulps(values[k]!, reference(fn, x))));

describe.each(WASM)("accuracy of %s", (_, wasm) => {
  for (const c of CASES)
    it(`${c.fn}: ${c.ulps} ulp`, () => {
      expect(worst(c.fn, c.points, map(c.fn, c.points, wasm))).toBeLessThan(c.ulps);
    });

  const faults = [
    { fn: "exp", coefficient: 1 / 6 - 1.5e-16, points: spread(0.01, 0.3, 20) },
    { fn: "erf", coefficient: 0.12837916709551256, points: spread(0.01, 0.3, 20) },
    { fn: "erf", coefficient: 0.17900115118135376, points: spread(1, 2, 20) },
  ] as const;
  for (const { fn, coefficient, points } of faults)
    it(`notices that the coefficient ${coefficient} of ${fn} is off by a millionth`, () => {
      const program = mapProgram(fn, points.length, wasm);
      const { execution } = wasm.compile(program);
      const built = generateWasm(program, execution);
      const bytes = Buffer.from(built.bytes);
      const upper = Buffer.from(Float64Array.of(coefficient).buffer).subarray(4);
      let patched = 0;
      for (let at = bytes.indexOf(upper); at >= 0; at = bytes.indexOf(upper, at + 4)) {
        bytes[at + 1]! ^= 1;
        patched += 1;
      }
      expect(patched).toBeGreaterThan(0);
      const instance = wasm.compile(program, { ...built, bytes: Uint8Array.from(bytes) });
      const out = new Float64Array(points.length);
      instance.entries.get("all")!.evaluate(Float64Array.from(points), out);
      expect(worst(fn, points, out)).toBeGreaterThan(CASES.find((c) => c.fn === fn)!.ulps);
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
  5e-324,
  -5e-324,
];

describe.each(WASM)("ends and kinks of %s are those of JavaScript", (_, wasm) => {
  const functions: readonly Unary[] = [
    ...CASES.map((c) => c.fn),
    ...(["relu", "step", "sign", "abs", "erfc", "sin", "gamma", "lgamma"] as const),
  ];
  for (const fn of functions)
    it(fn, () => {
      const [got, want] = [map(fn, EDGES, wasm), map(fn, EDGES, javascript)];
      for (const k of EDGES.keys()) {
        if (Object.is(got[k], want[k])) continue;
        expect(Math.abs(got[k]! - want[k]!), `${fn}(${EDGES[k]})`).toBeLessThanOrEqual(
          4e-16 * Math.abs(want[k]!),
        );
      }
    });
});

it.each(WASM)("an entry of %s has the same value in a pair, alone and at the end of a loop", (_, wasm) => {
  const points = spread(0.1, 10, 41);
  for (const { fn } of CASES) {
    const together = map(fn, points, wasm);
    for (const k of [0, 1, 39, 40]) expect(map(fn, [points[k]!], wasm)[0]).toBe(together[k]);
  }
});
