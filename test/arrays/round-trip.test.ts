/** In: seeded random arrays. Out: that each format gives back the same bits, and that planted faults are caught. */
import { describe, expect, it } from "vitest";
import {
  type ArrayFormat,
  formatArrays,
  type NumericArray,
  parseArrays,
  type Result,
  toNested,
  type WriteOptions,
} from "../../src/arrays/index.js";
import { randomArray, sameBits } from "./random-arrays.js";

const seeds = Array.from({ length: 200 }, (_, k) => k + 1);

type Arrays = Map<string, NumericArray>;
type Trip = (arrays: Arrays) => Result<Arrays>;

function through(format: ArrayFormat, options: WriteOptions = {}): Trip {
  return (arrays) => {
    const bytes = formatArrays(format, arrays, options);
    return bytes.ok ? parseArrays(`x.${format}`, bytes.value) : bytes;
  };
}

/** The law: names, shapes and bits survive. Returns the seeds that break it. */
function broken(trip: Trip, make: (seed: number) => Arrays): number[] {
  return seeds.filter((seed) => {
    const before = make(seed);
    const after = trip(before);
    if (!after.ok || after.value.size !== before.size) return true;
    return [...before].some(([name, array]) => !sameBits(array, after.value.get(name) ?? array0));
  });
}

const array0: NumericArray = { shape: [0, 0, 0, 0, 0, 0], data: new Float64Array(0) };
const several = (seed: number): Arrays =>
  new Map([
    ["Xi", randomArray(seed)],
    ["shape", randomArray(seed + 1000, [seed % 4])],
    ["__proto__", randomArray(seed + 2000)],
  ]);
const single = (seed: number): Arrays => new Map([["x", randomArray(seed)]]);
const table = (seed: number): Arrays => new Map([["x", randomArray(seed, [1 + (seed % 7), 2 + (seed % 3)])]]);
const column = (seed: number): Arrays => new Map([["x", randomArray(seed, [1 + (seed % 7)])]]);
const shapeAndData = (seed: number): Arrays =>
  new Map([
    ["shape", { shape: [2], data: Float64Array.of(2, seed) }],
    ["data", randomArray(seed)],
  ]);
const run = (seed: number): Arrays =>
  new Map([
    ["energy", randomArray(seed + 1, [seed % 6])],
    ["t", randomArray(seed, [seed % 6])],
    ["v", randomArray(seed + 2, [seed % 6, 3])],
    ["one", randomArray(seed + 3, [seed % 6, 1])],
    ["Xi", randomArray(seed + 4, [seed % 6, 2, 12])],
    ["x", randomArray(seed + 5, [seed % 6])],
  ]);

describe("round trips keep every bit", () => {
  it.each<[string, Trip, (seed: number) => Arrays]>([
    ["npy", through("npy"), single],
    ["npz stored", through("npz"), several],
    ["npz deflated", through("npz", { compress: true }), several],
    ["json", through("json"), several],
    ["json with the names shape and data", through("json"), shapeAndData],
    ["csv table", through("csv"), table],
    ["csv column", through("csv"), column],
    ["csv run", through("csv"), run],
  ])("%s", (_, trip, make) => {
    expect(broken(trip, make)).toEqual([]);
  });

  it("keeps NaN and infinite entries when asked", () => {
    const x = {
      shape: [2, 2],
      data: Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1),
    };
    for (const format of ["npy", "npz", "json", "csv"] as const) {
      const bytes = formatArrays(format, new Map([["x", x]]));
      expect(bytes.ok).toBe(true);
      if (!bytes.ok) continue;
      const arrays = parseArrays(`x.${format}`, bytes.value, { allowNonFinite: true });
      expect(arrays.ok && sameBits(arrays.value.get("x")!, x)).toBe(true);
      expect(parseArrays(`x.${format}`, bytes.value)).toMatchObject({
        ok: false,
        error: { code: "not-finite", message: "x[0,0] is NaN; every entry must be a finite number." },
      });
    }
  });
});

describe("the law catches planted faults", () => {
  const change = (edit: (array: NumericArray) => NumericArray): Trip => {
    return (arrays) => ({
      ok: true,
      value: new Map([...arrays].map(([name, array]) => [name, edit(array)])),
    });
  };
  it.each<[string, (array: NumericArray) => NumericArray]>([
    [
      "rounding to 16 digits",
      ({ shape, data }) => ({ shape, data: data.map((x) => Number(x.toPrecision(16))) }),
    ],
    ["losing the sign of zero", ({ shape, data }) => ({ shape, data: data.map((x) => x + 0) })],
    ["single precision", ({ shape, data }) => ({ shape, data: data.map(Math.fround) })],
    [
      "flushing subnormals",
      ({ shape, data }) => ({ shape, data: data.map((x) => (Math.abs(x) < 2 ** -1022 ? 0 : x)) }),
    ],
    ["reversing the axes", ({ shape, data }) => ({ shape: shape.toReversed(), data })],
    [
      "dropping an axis of size 1",
      ({ shape, data }) => ({ shape: shape.filter((size) => size !== 1), data }),
    ],
    ["reading backwards", ({ shape, data }) => ({ shape, data: data.toReversed() })],
  ])("%s", (_, edit) => {
    expect(broken(change(edit), several).length).toBeGreaterThan(10);
  });

  it("any flipped bit of an archive is a failure, never other numbers", () => {
    const before = several(7);
    const bytes = formatArrays("npz", before, { compress: true });
    if (!bytes.ok) throw new Error(bytes.error.message);
    for (let bit = 0; bit < bytes.value.length * 8; bit += 5) {
      const flipped = bytes.value.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const after = parseArrays("x.npz", flipped, { allowNonFinite: true });
      const changed =
        after.ok &&
        [...after.value].some(([name, array]) => before.has(name) && !sameBits(array, before.get(name)!));
      expect(changed).toBe(false);
    }
  });
});

describe("nested numbers", () => {
  it("go in and come out", () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const bytes = formatArrays("npy", new Map([["x", rows]]));
    const arrays = bytes.ok ? parseArrays("x.npy", bytes.value) : bytes;
    expect(arrays.ok && toNested(arrays.value.get("x")!)).toEqual(rows);
  });
});
