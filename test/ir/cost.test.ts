/** Costs are exact for loops with constant bounds. */
import { describe, expect, it } from "vitest";
import {
  accumulate,
  affineLocal,
  call,
  costOf,
  load,
  loopTo,
  plus,
  predict,
  type Real,
  type Statement,
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

describe("predicted bottlenecks of a product of matrix and vector", () => {
  const [A, x, y] = [1, 2, 3].map(() => ({ kind: "work" as const, name: "b", size: 0 }));
  const product = (rows: number, columns: number, loads = 1): Statement => {
    const large = { ...A!, size: rows * columns };
    const entry = load(large, affine(0, [columns, i], [1, j]));
    const terms = Array.from({ length: loads - 1 }, () => entry).reduce<Real>(plus, entry);
    const add = accumulate(
      { ...y!, size: rows },
      affineLocal(i),
      times(terms, load({ ...x!, size: columns }, affineLocal(j))),
    );
    return loopTo(i, rows, [loopTo(j, columns, [add])]);
  };

  it("arithmetic while the matrix is near, memory beyond", () => {
    expect(predict([product(100, 100)])).toMatchObject({ bottleneck: "arithmetic", level: "L2" });
    expect(predict([product(2000, 2000)])).toMatchObject({ bottleneck: "memory", level: "L3" });
    expect(predict([product(4000, 4000)])).toMatchObject({ bottleneck: "memory", level: "memory" });
  });

  it("two loops are two passes, one that reads twice is one", () => {
    const passes = (...body: Statement[]): number[] => [...predict(body).passes.values()];
    expect(passes(product(30, 30, 2))[0]).toBe(1);
    const one = product(30, 30);
    expect(passes(one, one)[0]).toBe(2);
  });

  it("functions where there are many, entering where there is little", () => {
    const x0 = load(state, affineLocal(i));
    const many = (n: number): Statement => loopTo(i, n, [store(out, affineLocal(i), call("exp", x0))]);
    expect(predict([many(4)]).bottleneck).toBe("functions");
    expect(predict([store(out, affine(0), load(state, affine(0)))]).bottleneck).toBe("entering");
  });
});
