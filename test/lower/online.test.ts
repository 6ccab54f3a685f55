/**
 * Law: the online softmax computes what the two passes compute, whatever the exponents and however they grow; each
 * of its parts is needed. And when it is used.
 */
import { describe, expect, it } from "vitest";
import { type Backend, javascript, wasm } from "../../src/codegen/index.js";
import { mapStatement, type Program, type Statement } from "../../src/ir/index.js";
import { type EntryRequest, lower, type ProgramRequest } from "../../src/lower/index.js";
import { beta, mu, numbers, REDUCED, request, WEIGHTS, Xi } from "../bench/models.js";
import { programFor } from "./harness.js";

const ONE_PASS = { onePassBytes: 0 };
const TWO_PASSES = { onePassBytes: Number.POSITIVE_INFINITY };

/** Numbers whose rows differ in size by powers of ten, so that exponents of later rows dwarf earlier ones. */
function asked(seed: number): { request: ProgramRequest; state: Float64Array } {
  const draw = numbers(8, seed);
  const pick = (k: number, n: number): number => Math.floor(((draw[k]! + 1) / 2) * n);
  const [nv, nh] = [1 + pick(0, 12), 1 + pick(1, 14)];
  const rows = numbers(nh, seed + 1).map((x) => 10 ** (3 * x));
  const memories = numbers(nv * nh, seed + 2).map((x, k) => x * rows[Math.floor(k / nv)]!);
  const plain = request(nv, nh, [REDUCED]);
  const parameters = new Map([
    [Xi, memories],
    [beta, Float64Array.of(10 ** (2 * draw[2]!))],
  ]);
  return { request: { ...plain, parameters }, state: numbers(nv + nh, seed + 3) };
}

function run(program: Program, state: Float64Array, backend: Backend): Float64Array {
  const entry = backend.compile(program).entries.get("reduced")!;
  const out = new Float64Array(entry.size).fill(Number.NaN);
  entry.evaluate(state, out);
  return out;
}

/** Largest difference, relative to the largest entry of the memories: weighted means of them are compared. */
function distance(a: Float64Array, b: Float64Array, r: ProgramRequest): number {
  const scale = r.parameters.get(Xi)!.reduce((m, x) => Math.max(m, Math.abs(x)), 1);
  return a.reduce((m, x, k) => {
    const d = Math.abs(x - b[k]!);
    return Math.max(m, Object.is(x, b[k]) ? 0 : Number.isNaN(d) ? Number.POSITIVE_INFINITY : d / scale);
  }, 0);
}

/**
 * An exponent of size e is rounded by e·2^-53 for each of its terms, in another order in the two programs, and a weight
 * changes by as much relative to itself.
 */
function bound(r: ProgramRequest): number {
  const size = r.parameters.get(Xi)!.reduce((m, x) => Math.max(m, Math.abs(x)), 1);
  return 1e-14 + 12 * 2 * size * r.parameters.get(beta)![0]! * 2 ** -52;
}

const SEEDS = 150;

/** Seeds at which the two programs differ. */
function failures(backend: Backend, change: (p: Program) => Program = (p) => p): number[] {
  const seeds = Array.from({ length: SEEDS }, (_, k) => 100 * k + 1);
  return seeds.filter((seed) => {
    const { request: r, state } = asked(seed);
    const online = change(programFor(r, { ...backend.lowering, ...ONE_PASS }));
    const plain = programFor(r, { ...backend.lowering, ...TWO_PASSES });
    return !(distance(run(online, state, backend), run(plain, state, backend), r) <= bound(r));
  });
}

describe(`one pass equals two, ${SEEDS} seeds`, () => {
  for (const backend of [javascript, wasm]) it(backend.name, () => expect(failures(backend)).toEqual([]));
});

describe("infinite exponents and NaN give what the definition gives", () => {
  const ends = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e308, -1e308, 0];
  for (const backend of [javascript, wasm])
    for (const end of ends)
      it(`${backend.name}, a state of ${end}`, () => {
        for (const nh of [1, 3, 4, 9]) {
          const plain = request(3, nh, [REDUCED]);
          const state = Float64Array.of(0.5, end, -0.25, ...numbers(nh, 4));
          const programs = [ONE_PASS, TWO_PASSES].map((o) =>
            programFor(plain, { ...backend.lowering, ...o }),
          );
          const [one, two] = programs.map((p) => [...run(p, state, backend)]);
          expect(one!.map(Number.isNaN)).toEqual(two!.map(Number.isNaN));
          if (!two!.some(Number.isNaN))
            expect(distance(Float64Array.from(one!), Float64Array.from(two!), plain)).toBeLessThan(1e-13);
        }
      });

  it("rows of exponent −∞ before finite ones weigh nothing", () => {
    const plain = request(2, 6, [REDUCED]);
    const memories = Float64Array.of(-1, -1, -1, -1, -1, -1, -1, -1, 0.5, 0, 0, 0.5);
    const r = { ...plain, parameters: new Map([...plain.parameters, [Xi, memories]]) };
    const state = Float64Array.of(Number.MAX_VALUE, 1, 0, 0, 0, 0, 0, 0);
    const [one, two] = [ONE_PASS, TWO_PASSES].map((o) => run(programFor(r, o), state, javascript));
    expect(two!.every(Number.isFinite)).toBe(true);
    expect([...one!]).toEqual([...two!]);
  });
});

/** The program with the statements of the block that rescales changed. */
function rescaling(program: Program, change: (body: readonly Statement[]) => readonly Statement[]): Program {
  const block = (b: readonly Statement[]): readonly Statement[] =>
    b.map((s) =>
      s.kind === "if" ? { ...s, yes: change(s.yes) } : mapStatement(s, { real: (e) => e, block }),
    );
  return { ...program, entries: program.entries.map((e) => ({ ...e, body: block(e.body) })) };
}

describe("planted faults are seen", () => {
  const without =
    (is: (s: Statement) => boolean) =>
    (p: Program): Program =>
      rescaling(p, (b) => b.filter((s) => !is(s)));
  const faults: Record<string, (s: Statement) => boolean> = {
    "the total is not scaled down": (s) => s.kind === "assign" && s.local.name === "total",
    "the sums are not scaled down": (s) => s.kind === "for",
    "the largest exponent stays": (s) => s.kind === "assign" && s.local.name === "largest",
  };
  for (const [name, is] of Object.entries(faults))
    it(name, () => expect(failures(javascript, without(is)).length).toBeGreaterThan(SEEDS / 20));
});

const plan = (r: ProgramRequest, options: object): string => {
  let text = "";
  lower(r, {
    ...options,
    trace: (pass, t) => {
      if (pass === "plan") text = t;
    },
  });
  return text;
};

describe("when", () => {
  it("the plan of the reduced network with large memories", () => {
    expect(plan(request(1024, 1024, [REDUCED]), {})).toMatchInlineSnapshot(`
      "entry reduced
        t3[$0] = online sum(#1, softmax(beta*sum(#1.0, v[#1.0]*Xi[#1,#1.0]))*Xi[#1,$0])
        reduced.v[i] = (t3[i] + -1*v[i])"
    `);
  });

  it("not while the memories are near", () => {
    expect(plan(request(784, 100, [REDUCED]), {})).not.toContain("online");
  });

  it("not when the weights are wanted too", () => {
    const both: EntryRequest = {
      name: "reduced",
      outputs: [...REDUCED.outputs, { name: "w", over: [mu], value: WEIGHTS }],
    };
    expect(plan(request(6, 5, [both]), ONE_PASS)).not.toContain("online");
  });
});
