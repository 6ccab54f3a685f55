/** Which loops a C compiler may reorder: those whose iterations share sums alone. Every other kind gets no pragma. */
import { expect, it } from "vitest";
import { simdPragma } from "../../src/codegen/c/vectorise.js";
import {
  type Affine,
  affineConstant,
  affineLocal,
  affineShift,
  assign,
  type Buffer,
  constant,
  type Local,
  letReal,
  load,
  loopTo,
  plus,
  read,
  type Statement,
  type StatementOf,
  times,
} from "../../src/ir/index.js";

const local = (name: string, type: Local["type"] = "real"): Local => ({ type, name });
const buffer = (name: string): Buffer => ({ kind: "work", name, size: 100 });
const [i, sum, x] = [local("i", "int"), local("sum"), local("x")];
const [a, b] = [buffer("a"), buffer("b")];
const at = affineLocal(i);
const element = load(a, at);

function pragma(body: readonly Statement[], count = 100): string[] {
  const loop = loopTo(i, count, body);
  if (loop.kind !== "for") throw new Error("no loop");
  return simdPragma(loop, (l) => l.name);
}

const add: Statement = assign(sum, plus(read(sum), element));
const store: Statement = { kind: "store", buffer: b, at, value: element };

it("sums and stores at places of their own", () => {
  expect(pragma([store])).toEqual(["#pragma omp simd"]);
  expect(pragma([add, store])).toEqual(["#pragma omp simd reduction(+:sum)"]);
  expect(pragma([letReal(x, element), assign(x, times(read(x), read(x)))])).toEqual(["#pragma omp simd"]);
  expect(pragma([{ kind: "accumulate", buffer: b, at, value: element }])).toEqual(["#pragma omp simd"]);
});

it.each<[string, readonly Statement[]]>([
  ["a product", [assign(sum, times(read(sum), element))]],
  ["a sum that is read", [add, { ...store, value: read(sum) } as Statement]],
  ["a sum of itself", [assign(sum, plus(read(sum), times(read(sum), element)))]],
  ["one place for all", [{ ...store, at: affineConstant(3) } as Statement]],
  ["the place of the last iteration", [{ ...store, value: load(b, affineShift(at, -1)) } as Statement]],
  ["two places", [store, { ...store, at: affineShift(at, 1) } as Statement]],
  ["a loop inside", [loopTo(local("j", "int"), 4, [store])]],
  ["a last value", [assign(sum, constant(1))]],
])("not %s", (_, body) => {
  expect(pragma(body)).toEqual([]);
});

it("not what is unrolled anyway, nor a loop of several bounds", () => {
  expect(pragma([store], 7)).toEqual([]);
  const upTo = (to: readonly Affine[]): string[] => {
    const loop = loopTo(i, 100, [store]);
    return simdPragma({ ...(loop as StatementOf<"for">), to }, (l) => l.name);
  };
  expect(upTo([affineConstant(100)])).toHaveLength(1);
  expect(upTo([affineConstant(100), affineLocal(local("j", "int"))])).toEqual([]);
  expect(upTo([affineLocal(local("j", "int"))])).toEqual([]);
});
