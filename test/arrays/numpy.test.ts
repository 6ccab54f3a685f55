/** In: files that NumPy wrote (fixtures/make.py). Out: that every dtype, order and version reads as NumPy meant it. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatArrays, type NumericArray, parseArrays, readArrays } from "../../src/arrays/index.js";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

function readOne(name: string): NumericArray {
  const arrays = readArrays(fixture(`${name}.npy`));
  if (!arrays.ok) throw new Error(arrays.error.message);
  expect([...arrays.value.keys()]).toEqual([name]);
  return arrays.value.get(name)!;
}

const x = [0.1, -2.5, 3, 1e-300, -0, 12345.678];
const cube = Array.from({ length: 24 }, (_, k) => k);

describe(".npy as NumPy writes it", () => {
  it.each<[string, readonly number[], readonly number[]]>([
    ["f8-little", [2, 3], x],
    ["f8-big", [2, 3], x],
    ["f4-big", [2, 3], x.map(Math.fround)],
    ["f2-little", [2, 3], [0.0999755859375, -2.5, 3, 0, -0, 12344]],
    ["f2-values", [6], [0, 1, -2, 2 ** -24, 65504, 0.333251953125]],
    ["b1", [3], [1, 0, 1]],
    ["cube-fortran", [2, 3, 4], cube],
    ["scalar", [], [3.5]],
    ["empty", [0, 3], []],
    ["version-1", [2, 3], x],
    ["version-2", [2, 3], x],
    ["version-3", [2, 3], x],
  ])("%s", (name, shape, values) => {
    const array = readOne(name);
    expect(array.shape).toEqual(shape);
    expect([...array.data]).toEqual(values);
  });

  it.each([1, 2, 4, 8].flatMap((width) => ["little", "big"].map((order) => [width, order] as const)))(
    "integers of %i bytes, %s end first",
    (width, order) => {
      expect([...readOne(`i${width}-${order}`).data]).toEqual([-5, 0, 7]);
      expect([...readOne(`u${width}-${order}`).data]).toEqual([5, 0, 200]);
    },
  );

  it("our bytes are NumPy's bytes", () => {
    const ours = formatArrays("npy", new Map([["x", { shape: [2, 3], data: Float64Array.from(x) }]]));
    expect(ours.ok && Buffer.from(ours.value)).toEqual(readFileSync(fixture("f8-little.npy")));
  });
});

describe(".npz as NumPy writes it", () => {
  it("stored", () => {
    const arrays = readArrays(fixture("stored.npz"));
    if (!arrays.ok) throw new Error(arrays.error.message);
    expect([...arrays.value.keys()]).toEqual(["Xi", "n", "cube"]);
    expect(arrays.value.get("n")).toEqual({ shape: [], data: Float64Array.of(4) });
    expect([...arrays.value.get("cube")!.data]).toEqual(cube);
  });

  it("deflated, with a Greek name", () => {
    const arrays = readArrays(fixture("deflated.npz"));
    if (!arrays.ok) throw new Error(arrays.error.message);
    expect([...arrays.value.keys()]).toEqual(["Xi", "zeros", "Ξ"]);
    expect([...arrays.value.get("Ξ")!.data]).toEqual([0, 1, 2]);
    expect(arrays.value.get("zeros")!.shape).toEqual([64, 64]);
  });

  it("content wins over a wrong extension", () => {
    const arrays = parseArrays("run.json", readFileSync(fixture("stored.npz")));
    expect(arrays.ok && arrays.value.size).toBe(3);
  });
});

describe("what NumPy can write and an energy model cannot bind", () => {
  it.each([
    ["object", "npy-dtype", /dtype '\|O' \(Python objects\); expected real numbers/],
    ["complex", "npy-dtype", /dtype '<c16' \(complex numbers\)/],
    ["structured", "npy-dtype", /structured records/],
    ["text", "npy-dtype", /dtype '<U3' \(text\)/],
    ["big-integer", "npy-integer", /^big-integer\[1\] is a 64-bit integer that no double equals/],
    ["not-finite", "not-finite", /^not-finite\[0,1\] is NaN/],
  ])("%s", (name, code, message) => {
    const arrays = readArrays(fixture(`${name}.npy`));
    expect(arrays).toMatchObject({ ok: false, error: { code, message: expect.stringMatching(message) } });
  });
});
