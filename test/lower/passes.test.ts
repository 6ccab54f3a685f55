/** Each loop pass changes programs as it should and only when it may; broken programs are noticed. */
import { describe, expect, it } from "vitest";
import { javascript } from "../../src/codegen/index.js";
import {
  accumulate,
  affineLocal,
  assign,
  constant,
  letReal,
  load,
  loopTo,
  mapReal,
  mapStatement,
  neg,
  type Program,
  plus,
  printBlock,
  type Real,
  type Rewrite,
  read,
  type Statement,
  store,
  times,
} from "../../src/ir/index.js";
import { splitSums } from "../../src/lower/loops/accumulators.js";
import { hoistAddresses } from "../../src/lower/loops/address.js";
import { fuse } from "../../src/lower/loops/fuse.js";
import { jam } from "../../src/lower/loops/jam.js";
import { numbers, REDUCED, request, TWO_LAYER } from "../bench/models.js";
import { affine, buffer, int, real } from "../ir/programs.js";
import { programFor } from "./harness.js";

const [i, j, k] = [int("i"), int("j"), int("k")];
const [A, x, y, z] = [
  buffer("param", "A", 1000),
  buffer("param", "x", 100),
  buffer("work", "y", 100),
  buffer("work", "z", 100),
];
const lines = (b: readonly Statement[]): string[] => printBlock(b).split("\n");
const at = affineLocal;
const copy = (to: typeof y, from: typeof y, l = i, shift = 0): Statement =>
  loopTo(l, 10, [store(to, at(l), load(from, affine(shift, [1, l])))]);

describe("fuse", () => {
  it("joins equal ranges, reading what was just written", () => {
    expect(lines(fuse([copy(y, x), copy(z, y, j)]))).toEqual([
      "for i in 0..10",
      "  y[i] = x[i]",
      "  z[i] = y[i]",
    ]);
  });

  it("not when a later iteration is needed", () => {
    expect(fuse([copy(y, x), copy(z, y, j, 1)])).toHaveLength(2);
  });

  it("not when a sum must be complete", () => {
    const s = real("s");
    const block = [
      letReal(s, constant(0)),
      loopTo(i, 10, [assign(s, plus(read(s), load(x, at(i))))]),
      loopTo(j, 10, [store(y, at(j), read(s))]),
    ];
    expect(fuse(block)).toHaveLength(3);
  });

  it("not across a statement that must stay between", () => {
    const between = accumulate(y, affine(3), load(y, affine(5)));
    expect(fuse([copy(y, x), between, copy(z, y, j)])).toHaveLength(3);
  });

  it("moves past what it does not conflict with", () => {
    expect(
      fuse([copy(y, x), store(buffer("work", "q", 1), affine(0), constant(1)), copy(z, y, j)]),
    ).toHaveLength(2);
  });

  it("different ranges stay apart", () => {
    expect(fuse([copy(y, x), loopTo(j, 9, [store(z, at(j), load(y, at(j)))])])).toHaveLength(2);
  });
});

const s = real("s");
const dots = (rows: number): Statement =>
  loopTo(i, rows, [
    letReal(s, constant(0)),
    loopTo(j, 20, [assign(s, plus(read(s), times(load(A, affine(0, [20, i], [1, j])), load(x, at(j)))))]),
    store(y, at(i), read(s)),
  ]);

describe("jam", () => {
  it("takes four rows at a time, and what is left together", () => {
    const text = lines(jam([dots(10)]));
    expect(text.slice(0, 2)).toEqual(["for block in 0..2", "  let s = 0"]);
    expect(text.slice(-8)).toEqual([
      "let s = 0",
      "let s.1 = 0",
      "for j in 0..20",
      "  let x = x[j]",
      "  s = s + A[j + 160] * x",
      "  s.1 = s.1 + A[j + 180] * x",
      "y[8] = s",
      "y[9] = s.1",
    ]);
  });

  it("writes out rows that are few", () => {
    expect(lines(jam([dots(1)]))).toEqual(lines([dots(1)]));
    expect(lines(jam([dots(3)])).filter((l) => l.startsWith("y["))).toEqual([
      "y[0] = s",
      "y[1] = s.1",
      "y[2] = s.2",
    ]);
  });

  it("not when rows depend on each other", () => {
    const chained = loopTo(i, 8, [loopTo(j, 20, [store(y, affine(1, [1, i]), load(y, at(i)))])]);
    expect(jam([chained])).toEqual([chained]);
  });

  it("not when one sum runs over all rows", () => {
    const block = [
      letReal(s, constant(0)),
      loopTo(i, 8, [loopTo(j, 20, [assign(s, plus(read(s), load(A, affine(0, [20, i], [1, j]))))])]),
    ];
    expect(lines(jam(block))).toEqual(lines(block));
  });
});

describe("split sums", () => {
  const dot = (n: number): Statement[] => [
    letReal(s, constant(0)),
    loopTo(k, n, [assign(s, plus(read(s), load(x, at(k))))]),
  ];

  it("four partial sums and a rest", () => {
    expect(lines(splitSums(dot(18)))).toEqual([
      "let s = 0",
      "let part = 0",
      "let part.1 = 0",
      "let part.2 = 0",
      "let part.3 = 0",
      "for block in 0..4",
      "  part = part + x[4*block]",
      "  part.1 = part.1 + x[4*block + 1]",
      "  part.2 = part.2 + x[4*block + 2]",
      "  part.3 = part.3 + x[4*block + 3]",
      "s = s + (part + part.1 + (part.2 + part.3))",
      "for k in 16..18",
      "  s = s + x[k]",
    ]);
  });

  it("short sums stay", () => expect(splitSums(dot(8))).toHaveLength(2));
});

it("addresses: what does not move with the loop is computed before it", () => {
  expect(lines(hoistAddresses([dots(3)]))[2]).toBe("  int row = 20*i");
});

/** Every real of a program rewritten. */
function mutated(program: Program, change: (e: Real) => Real): Program {
  const rewrite: Rewrite = {
    real: (e) => change(mapReal(e, rewrite)),
    block: (b) => b.map((x) => mapStatement(x, rewrite)),
  };
  return { ...program, entries: program.entries.map((e) => ({ ...e, body: rewrite.block!(e.body) })) };
}

describe("planted faults change the numbers", () => {
  const program = programFor(request(23, 9, [TWO_LAYER, REDUCED]));
  const state = numbers(32, 5);
  const run = (p: Program): number[] =>
    [...javascript.compile(p).entries.values()].flatMap((e) => {
      const out = new Float64Array(e.size);
      e.evaluate(state, out);
      return [...out];
    });
  const good = run(program);
  const differs = (p: Program): boolean => run(p).some((v, n) => Math.abs(v - good[n]!) > 1e-9);

  const faults: Record<string, (e: Real) => Real> = {
    "a sign": (e) => (e.kind === "binary" && e.op === "-" ? { ...e, op: "+" } : e),
    "tanh dropped": (e) => (e.kind === "call" && e.fn === "tanh" ? e.args[0]! : e),
    "another row": (e) =>
      e.kind === "load" && e.buffer.name === "Xi" ? { ...e, at: { ...e.at, terms: e.at.terms.slice(1) } } : e,
    "exp of the opposite": (e) =>
      e.kind === "call" && e.fn === "exp" ? { ...e, args: [neg(e.args[0]!)] } : e,
  };
  for (const [name, change] of Object.entries(faults))
    it(name, () => expect(differs(mutated(program, change))).toBe(true));

  it("and no fault does not", () => expect(differs(mutated(program, (e) => e))).toBe(false));
});
