/** Costs are exact for loops with constant bounds. */
import { expect, it } from "vitest";
import {
  accumulate,
  affineLocal,
  call,
  costOf,
  load,
  loopTo,
  plus,
  store,
  times,
} from "../../src/ir/index.js";
import { affine, int, matrix, out, state } from "./programs.js";

const [i, j] = [int("i"), int("j")];
const entry = load(matrix, affine(0, [4, i], [1, j]));

it("counts a product of matrix and vector", () => {
  const body = loopTo(i, 3, [
    loopTo(j, 4, [accumulate(out, affineLocal(i), times(entry, load(state, affineLocal(j))))]),
  ]);
  expect(costOf([body])).toEqual({ flops: 24, loads: 36, stores: 12, calls: 0 });
});

it("counts calls", () => {
  const x = load(state, affineLocal(i));
  const body = loopTo(i, 3, [store(out, affineLocal(i), plus(call("exp", x), call("abs", x)))]);
  expect(costOf([body])).toEqual({ flops: 6, loads: 6, stores: 3, calls: 3 });
});
