/** Laws: WebAssembly computes what the definition says, on random expressions and on the networks at sizes with every remainder. */
import { describe, expect, it } from "vitest";
import { generateWasm, type Instance, javascript, wasm } from "../../src/codegen/index.js";
import { numbers, REDUCED, request, TWO_LAYER } from "../bench/models.js";
import { programFor } from "../lower/harness.js";
import { check } from "../lower/random-check.js";
import { mapProgram, WASM } from "./map.js";

const SEEDS = Number(process.env.SEEDS ?? 2000);

it.each(WASM)(
  `random expressions equal their definition on %s, ${SEEDS} seeds`,
  (_, wasm) => {
    const results = Array.from({ length: SEEDS }, (_, k) => check(k + 1, wasm));
    expect(results.filter((r) => r.startsWith("seed"))).toEqual([]);
    expect(results.filter((r) => r === "fine").length).toBeGreaterThan(SEEDS / 2);
  },
  300_000,
);

const run = (instance: Instance, name: string, state: Float64Array): Float64Array => {
  const entry = instance.entries.get(name)!;
  const out = new Float64Array(entry.size).fill(Number.NaN);
  entry.evaluate(state, out);
  return out;
};

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.max(...a.map((x, k) => Math.abs(x - b[k]!) / (1 + Math.abs(b[k]!))));

describe.each(WASM)("networks on %s", (_, wasm) => {
  for (const entry of [TWO_LAYER, REDUCED])
    it(`${entry.name} at all small sizes`, () => {
      for (let nv = 1; nv <= 19; nv++)
        for (const nh of [1, 2, 3, 4, 5, 7, 8]) {
          const asked = request(nv, nh, [entry]);
          const state = numbers(nv + nh, 3);
          const got = run(wasm.compile(programFor(asked, wasm.lowering)), entry.name, state);
          const want = run(javascript.compile(programFor(asked)), entry.name, state);
          expect(distance(got, want), `${nv}, ${nh}`).toBeLessThan(1e-13);
        }
    });

  it("a dropped last iteration is seen", () => {
    const program = mapProgram("tanh", 9, wasm);
    const shorter = {
      ...program,
      entries: program.entries.map((e) => ({
        ...e,
        body: e.body.map((s) =>
          s.kind === "for" ? { ...s, to: s.to.map((a) => ({ ...a, constant: a.constant - 1 })) } : s,
        ),
      })),
    };
    const state = numbers(9, 3);
    const [got, want] = [shorter, program].map((p) => run(wasm.compile(p), "all", state));
    expect(distance(got!, want!)).toBeGreaterThan(1e-3);
  });
});

describe("modules", () => {
  it("the same program gives the same bytes", () => {
    const bytes = (): Uint8Array =>
      generateWasm(programFor(request(50, 7, [TWO_LAYER]), wasm.lowering)).bytes;
    expect(bytes()).toEqual(bytes());
  });

  it("hold no name of a model", () => {
    const text = new TextDecoder("latin1").decode(generateWasm(programFor(request(5, 3, [TWO_LAYER]))).bytes);
    expect(text).not.toMatch(/rhs|Xi|beta|state/);
  });

  it("a program too large for memory is refused with the number of bytes", () => {
    const program = programFor(request(50, 4, [TWO_LAYER]));
    expect(wasm.refusal(program)).toBeUndefined();
    expect(wasm.refusal(program, 1000)?.message).toMatch(/needs \d+ bytes/);
  });
});
