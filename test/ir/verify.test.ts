/** The verifier accepts what is right and names what is wrong, with the statement. */
import { describe, expect, it } from "vitest";
import {
  affineLocal,
  all,
  assign,
  atLeastZero,
  call,
  constant,
  letReal,
  load,
  loop,
  loopTo,
  type Program,
  plus,
  print,
  read,
  type Statement,
  select,
  store,
  times,
  verify,
  when,
} from "../../src/ir/index.js";
import { affine, buffer, int, matrix, out, programOf, real, state, work } from "./programs.js";

const [i, j, s] = [int("i"), int("j"), real("s")];

/** y = A x as rows of four. */
const product = (width = 4, stride = 4): Statement[] => [
  loopTo(i, 3, [
    letReal(s, constant(0)),
    loopTo(j, width, [
      assign(
        s,
        plus(read(s), times(load(matrix, affine(0, [stride, i], [1, j])), load(state, affineLocal(j)))),
      ),
    ]),
    store(out, affineLocal(i), read(s)),
  ]),
];

const codes = (p: Program): string[] => verify(p).map((c) => c.code);
const complaints = (body: readonly Statement[]): string[] => codes(programOf(body));

describe("a correct program", () => {
  it("has no complaints and prints", () => {
    expect(verify(programOf(product()))).toEqual([]);
    expect(print(programOf(product()))).toBe(`state state[4]
param A[12]
work t[3]
entry f: out out[3] = y@0[3]
  for i in 0..3
    let s = 0
    for j in 0..4
      s = s + A[4*i + j] * state[j]
    out[i] = s`);
  });
});

describe("planted faults", () => {
  it("one column too many", () => {
    const found = verify(programOf(product(5)));
    expect(found.map((c) => c.code)).toEqual(["bounds", "bounds"]);
    expect(found[0]!.message).toBe("A[4*i + j] may leave 0..11");
    expect(found[0]!.statement).toBe("s = s + A[4*i + j] * state[j]");
  });

  it("a wrong stride", () => expect(complaints(product(4, 5))).toEqual(["bounds"]));

  it("a store below 0", () =>
    expect(complaints([loopTo(i, 3, [store(out, affine(-1, [1, i]), constant(0))])])).toEqual(["bounds"]));

  it("an undefined local", () => expect(complaints([store(out, affine(0), read(s))])).toEqual(["undefined"]));

  it("a local used after its loop", () => {
    const body = [loopTo(i, 3, [letReal(s, constant(1))]), store(out, affine(0), read(s))];
    expect(complaints(body)).toEqual(["undefined"]);
  });

  it("a loop variable read as a real", () =>
    expect(complaints([loopTo(i, 3, [store(out, affine(0), read(i))])])).toEqual(["type"]));

  it("a real used as a subscript", () => {
    const body = [letReal(s, constant(1)), store(out, affine(0, [1, s]), constant(0))];
    expect(complaints(body)).toContain("type");
  });

  it("a fraction in a subscript", () =>
    expect(complaints([loopTo(i, 1, [store(out, affine(0, [0.5, i]), constant(0))])])).toContain("type"));

  it("a write to a parameter and to the state", () => {
    expect(complaints([store(matrix, affine(0), constant(1))])).toEqual(["write"]);
    expect(complaints([store(state, affine(0), constant(1))])).toEqual(["write"]);
  });

  it("prepare that reads the state", () => {
    const body = [store(work, affine(0), load(state, affine(0)))];
    expect(codes(programOf([], body))).toEqual(["write"]);
  });

  it("a buffer that is not declared", () =>
    expect(complaints([store(buffer("work", "u", 3), affine(0), constant(1))])).toEqual(["buffer"]));

  it("too many arguments", () =>
    expect(complaints([store(out, affine(0), call("exp", constant(1), constant(2)))])).toEqual(["arity"]));

  it("data of another size than declared", () => {
    const p = programOf([]);
    const wrong = { ...matrix, data: new Float64Array(3) };
    expect(codes({ ...p, buffers: [wrong, work] })).toEqual(["data"]);
  });

  it("a local defined twice", () =>
    expect(complaints([letReal(s, constant(1)), letReal(s, constant(2))])).toEqual(["redefined"]));
});

describe("proofs of bounds", () => {
  const k = int("k");
  const shifted = load(state, affine(0, [1, i], [1, k]));

  it("a triangle: j from i+1", () => {
    const body = [
      loopTo(i, 3, [
        loop(
          j,
          [affine(1, [1, i])],
          [affine(4)],
          [store(out, affineLocal(i), load(state, affine(-1, [1, j], [-1, i])))],
        ),
      ]),
    ];
    expect(complaints(body)).toEqual([]);
  });

  it("a window: k from max(0, -i) to min(3, 4-i)", () => {
    const inside = loop(
      k,
      [affine(0), affine(1, [-1, i])],
      [affine(3), affine(4, [-1, i])],
      [store(out, affineLocal(k), shifted)],
    );
    expect(complaints([loopTo(i, 4, [inside])])).toEqual([]);
    const wrong = loop(
      k,
      [affine(0)],
      [affine(3), affine(5, [-1, i])],
      [store(out, affineLocal(k), shifted)],
    );
    expect(complaints([loopTo(i, 4, [wrong])])).toEqual(["bounds"]);
  });

  it("a test around a statement or a value", () => {
    const test = all([atLeastZero(affine(-2, [1, i])), atLeastZero(affine(5, [-1, i]))]);
    const value = load(state, affine(-2, [1, i]));
    expect(complaints([loopTo(i, 9, [when(test, [store(out, affine(0), value)])])])).toEqual([]);
    expect(complaints([loopTo(i, 9, [store(out, affine(0), select(test, value, constant(0)))])])).toEqual([]);
    expect(complaints([loopTo(i, 9, [store(out, affine(0), select(test, constant(0), value))])])).toEqual([
      "bounds",
    ]);
  });

  it("a remainder lies below its modulus", () => {
    const wrap = (mod: number): Statement[] => [
      loopTo(i, 9, [
        { kind: "index", local: k, value: affine(-5, [3, i]), mod },
        store(out, affineLocal(k), constant(0)),
      ]),
    ];
    expect(complaints(wrap(3))).toEqual([]);
    expect(complaints(wrap(4))).toEqual(["bounds"]);
  });
});
