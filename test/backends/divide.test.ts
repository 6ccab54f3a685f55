/**
 * Laws of dividing loops into parts, without threads: the divided program is well formed and computes the same, parts
 * in any order; what iterations share is not divided.
 */
import { describe, expect, it } from "vitest";
import { type Backend, type Instance, javascript, wasmWith } from "../../src/codegen/index.js";
import { divide } from "../../src/codegen/wasm/divide/index.js";
import {
  affineConstant,
  affineLocal,
  affineScale,
  affineShift,
  assign,
  type Buffer,
  constant,
  type Local,
  letReal,
  load,
  loopTo,
  type Program,
  plus,
  print,
  read,
  type Statement,
  store,
  times,
  verify,
} from "../../src/ir/index.js";
import { numbers, REDUCED, request, TWO_LAYER } from "../bench/models.js";
import { programFor } from "../lower/harness.js";
import { check } from "../lower/random-check.js";

const SEEDS = Number(process.env.SEEDS ?? 2000);
const EVERYTHING = { parts: 3, smallest: 0 };

/** The program on the backend after it has been divided, as far as that goes. */
const divided = (backend: Backend, seen: (loops: number) => void = () => {}): Backend => ({
  ...backend,
  compile: (program) => {
    const { program: result, parallel } = divide(program, EVERYTHING);
    seen(parallel.size);
    const complaints = verify(result);
    if (complaints.length > 0) throw new Error(complaints.map((c) => c.message).join("\n"));
    return backend.compile(result);
  },
});

it(`random expressions equal their definition when every loop is divided, ${SEEDS} seeds`, () => {
  let loops = 0;
  const backend = divided(wasmWith({ fma: false }), (n) => {
    loops += n;
  });
  const results = Array.from({ length: SEEDS }, (_, k) => check(k + 1, backend));
  expect(results.filter((r) => r.startsWith("seed"))).toEqual([]);
  expect(loops).toBeGreaterThan(SEEDS / 2);
}, 300_000);

const run = (instance: Instance, name: string, state: Float64Array): Float64Array => {
  const entry = instance.entries.get(name)!;
  const out = new Float64Array(entry.size).fill(Number.NaN);
  entry.evaluate(state, out);
  return out;
};

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.max(...a.map((x, k) => Math.abs(x - b[k]!) / (1 + Math.abs(b[k]!))));

/** Parts in the opposite order. */
function backwards(body: readonly Statement[], parallel: ReadonlySet<Statement>): Statement[] {
  return body.flatMap((s): Statement[] => {
    if (!parallel.has(s) || s.kind !== "for") return [s];
    const count = s.to[0]!.constant;
    return Array.from({ length: count }, (_, k) => ({
      ...s,
      from: [affineConstant(count - 1 - k)],
      to: [affineConstant(count - k)],
    }));
  });
}

/** All parts but one. */
function leftOut(part: number, body: readonly Statement[], parallel: ReadonlySet<Statement>): Statement[] {
  return body.flatMap((s): Statement[] => {
    if (!parallel.has(s) || s.kind !== "for") return [s];
    return [
      { ...s, to: [affineConstant(part)] },
      { ...s, from: [affineConstant(part + 1)] },
    ];
  });
}

describe.each([
  ["full", TWO_LAYER, 40, 24],
  ["reduced", REDUCED, 40, 24],
  ["reduced, online softmax", REDUCED, 1100, 260],
] as const)("%s", (_, entry, nv, nh) => {
  const program = programFor(request(nv, nh, [entry]), wasmWith().lowering);
  const state = numbers(nv + nh, 3);
  const want = run(javascript.compile(program), entry.name, state);
  const made = divide(program, { parts: 4, smallest: 1000 });

  it(`${entry.name} (${nv}, ${nh}): a loop over memories is divided, and computes the same`, () => {
    expect(made.parallel.size).toBeGreaterThan(0);
    expect(distance(run(javascript.compile(made.program), entry.name, state), want)).toBeLessThan(1e-13);
  });

  it(`${entry.name} (${nv}, ${nh}): a part left out would be seen`, () => {
    const without = (part: number): number => {
      const shorter = {
        ...made.program,
        entries: made.program.entries.map((e) => ({ ...e, body: leftOut(part, e.body, made.parallel) })),
      };
      const found = distance(run(javascript.compile(shorter), entry.name, state), want);
      return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found;
    };
    expect(Math.max(...[0, 1, 2, 3].map(without))).toBeGreaterThan(1e-3);
  });

  it(`${entry.name} (${nv}, ${nh}): the order of the parts changes nothing`, () => {
    const turned = {
      ...made.program,
      entries: made.program.entries.map((e) => ({ ...e, body: backwards(e.body, made.parallel) })),
    };
    const [a, b] = [made.program, turned].map((p) => run(javascript.compile(p), entry.name, state));
    expect(b).toEqual(a);
  });
});

it("prints as pinned", () => {
  const program = programFor(request(8, 8, [TWO_LAYER]), wasmWith().lowering);
  const { program: result } = divide(program, { parts: 2, smallest: 300 });
  expect(print(result)).toMatchInlineSnapshot(`
    "state state[16]
    param Xi[64]
    param beta[1]
    work t1[8]
    work t2[8]
    work t3[8]
    work t4[8]
    work t2.1[32]
    entry rhs: out out[16] = v@0[8] h@8[8]
      let largest = -Infinity
      let beta = beta[0]
      for i in 0..8
        largest = max(largest, beta * state[i + 8])
        t2[i] = 0
        t3[i] = tanh(state[i])
      let shift = select(abs(largest) < Infinity, largest, 0)
      let total = 0
      let beta.1 = beta[0]
      for i in 0..8
        let weight = exp(beta.1 * state[i + 8] - shift)
        t1[i] = weight
        total = total + weight
      for i in 0..8
        t1[i] = t1[i] / total
      for part in 0..2
        for i in 0..8
          t2.1[16*part + i] = 0
        for block in part..min(part + 1, 2)
          let t1 = t1[4*block]
          let t1.1 = t1[4*block + 1]
          let t1.2 = t1[4*block + 2]
          let t1.3 = t1[4*block + 3]
          let sum = 0
          let sum.1 = 0
          let sum.2 = 0
          let sum.3 = 0
          int row = 32*block
          int row.1 = 32*block + 8
          int row.2 = 32*block + 16
          int row.3 = 32*block + 24
          for j in 0..8
            let xi = Xi[row + j]
            let xi.1 = Xi[row.1 + j]
            let xi.2 = Xi[row.2 + j]
            let xi.3 = Xi[row.3 + j]
            let t3 = t3[j]
            t2.1[16*part + j] += t1 * xi + t1.1 * xi.1 + (t1.2 * xi.2 + t1.3 * xi.3)
            sum = sum + t3 * xi
            sum.1 = sum.1 + t3 * xi.1
            sum.2 = sum.2 + t3 * xi.2
            sum.3 = sum.3 + t3 * xi.3
          t4[4*block] = sum
          t4[4*block + 1] = sum.1
          t4[4*block + 2] = sum.2
          t4[4*block + 3] = sum.3
      for i in 0..8
        t2[i] += t2.1[i] + t2.1[i + 16]
      for i in 0..8
        out[i] = t2[i] - state[i]
      for mu in 0..8
        out[mu + 8] = t4[mu] - state[mu + 8]"
  `);
});

/** One loop over i in 0..8 with the given body, on a state of 32 and a scratch buffer of 32. */
function programOf(
  body: (i: Local, state: Buffer, work: Buffer) => Statement[],
  before: Statement[] = [],
): Program {
  const state: Buffer = { kind: "state", name: "state", size: 32 };
  const out: Buffer = { kind: "out", name: "out", size: 8 };
  const work: Buffer = { kind: "work", name: "t", size: 32 };
  const i: Local = { type: "int", name: "i" };
  const all = [
    ...before,
    loopTo(i, 8, body(i, state, work)),
    store(out, affineConstant(0), load(work, affineConstant(1))),
  ];
  return {
    state,
    buffers: [work],
    prepare: [],
    entries: [{ name: "all", out, outputs: [{ name: "q", offset: 0, shape: [8] }], body: all }],
  };
}

describe("is divided only where parts are independent:", () => {
  const at = (i: Local, scale = 1, shift = 0) => affineShift(affineScale(affineLocal(i), scale), shift);
  const parallel = (p: Program): number => divide(p, EVERYTHING).parallel.size;

  it("entries of their own are", () => {
    expect(parallel(programOf((i, s, t) => [store(t, at(i), load(s, at(i)))]))).toBe(1);
    expect(
      parallel(programOf((i, s, t) => [0, 1, 2, 3].map((k) => store(t, at(i, 4, k), load(s, at(i)))))),
    ).toBe(1);
  });

  it("windows that overlap are not", () => {
    expect(
      parallel(programOf((i, s, t) => [0, 1, 2, 3].map((k) => store(t, at(i, 3, k), load(s, at(i)))))),
    ).toBe(0);
  });

  it("an entry that the iteration before has written is not", () => {
    expect(
      parallel(programOf((i, s, t) => [store(t, at(i, 1, 1), plus(load(t, at(i)), load(s, at(i))))])),
    ).toBe(0);
  });

  it("one entry that all write is not", () => {
    expect(parallel(programOf((i, s, t) => [store(t, affineConstant(1), load(s, at(i)))]))).toBe(0);
  });

  it("a sum is, a recurrence is not", () => {
    const x: Local = { type: "real", name: "x" };
    const before = [letReal(x, constant(0))];
    const sum = programOf((i, s) => [assign(x, plus(read(x), load(s, at(i))))], before);
    expect(parallel(sum)).toBe(1);
    const recurrence = programOf(
      (i, s) => [assign(x, plus(times(read(x), read(x)), load(s, at(i))))],
      before,
    );
    expect(parallel(recurrence)).toBe(0);
    const seen = programOf(
      (i, s, t) => [assign(x, plus(read(x), load(s, at(i)))), store(t, at(i), read(x))],
      before,
    );
    expect(parallel(seen)).toBe(0);
  });
});
