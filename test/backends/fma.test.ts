/**
 * Multiply-add instructions: the tests of kernels and conformance, at their own bounds, in a Node that has them. Where
 * this Node has them only behind a flag, they run in another one with the flag.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generateWasm, hasFma, wasmWith } from "../../src/codegen/index.js";
import { numbers, request, TWO_LAYER } from "../bench/models.js";
import { programFor } from "../lower/harness.js";
import { map, mapProgram } from "./map.js";

const FLAG = "--experimental-wasm-relaxed-simd";
const root = fileURLToPath(new URL("../..", import.meta.url));
const flagged = process.env.LEGENDRE_FMA_CHILD === "1";
const knowsFlag = spawnSync(process.execPath, [FLAG, "-e", ""]).status === 0;

const program = programFor(request(51, 7, [TWO_LAYER]), wasmWith().lowering);

it("a module without them is generated unless they are asked for", () => {
  expect(generateWasm(program).options.fma).toBe(false);
  expect(wasmWith({ fma: false }).compile(program).execution.fma).toBe(false);
  expect(wasmWith().compile(program).execution.fma).toBe(hasFma());
});

it.runIf(flagged)("this Node has them", () => expect(hasFma()).toBe(true));

describe.runIf(hasFma())("with multiply-add", () => {
  const MULTIPLY_ADD = [0xfd, 0x87, 0x02];
  const NEGATED = [0xfd, 0x88, 0x02];
  /** So large that the reduction of every argument subtracts something. */
  const state = numbers(58, 3).map((x) => x + Math.sign(x));

  const run = (fma: boolean, change: (bytes: Uint8Array) => void = () => {}): Float64Array => {
    const built = generateWasm(program, { fma });
    change(built.bytes);
    const entry = wasmWith({ fma }).compile(program, built).entries.get("rhs")!;
    const out = new Float64Array(entry.size);
    entry.evaluate(state, out);
    return out;
  };

  const distance = (a: Float64Array, b: Float64Array): number =>
    Math.max(...a.map((x, k) => Math.abs(x - b[k]!)));

  const places = (bytes: Uint8Array, code: readonly number[]): number[] =>
    [...bytes.keys()].filter((k) => code.every((b, n) => bytes[k + n] === b));

  it("the field agrees with the one without to rounding", () => {
    expect(distance(run(true), run(false))).toBeLessThan(1e-14);
  });

  it("products and sums are joined", () => {
    expect(places(generateWasm(program, { fma: true }).bytes, MULTIPLY_ADD).length).toBeGreaterThan(20);
  });

  it("a wrong sign in any of them is seen", () => {
    const found = places(generateWasm(program, { fma: true }).bytes, NEGATED);
    expect(found.length).toBeGreaterThan(0);
    for (const at of found)
      expect(
        distance(
          run(true, (b) => b.set(MULTIPLY_ADD, at)),
          run(false),
        ),
      ).toBeGreaterThan(1e-9);
  });

  it("every value of a map is the same wherever it stands", () => {
    const points = numbers(37, 5);
    const all = map("tanh", points as unknown as number[], wasmWith());
    expect(mapProgram("tanh", 37, wasmWith()).entries.length).toBe(1);
    for (const k of [0, 17, 36]) expect(map("tanh", [points[k]!], wasmWith())[0]).toBe(all[k]);
  });
});

if (!hasFma() && !knowsFlag)
  console.warn("skipped: multiply-add instructions, because this Node neither has them nor a flag for them");

it.runIf(!hasFma() && knowsFlag)(
  "kernels and conformance hold at the same bounds in a Node that has them",
  () => {
    const files = ["kernels", "conformance", "fma"].map((f) => `test/backends/${f}.test.ts`);
    const ran = spawnSync(
      process.execPath,
      [FLAG, "node_modules/vitest/vitest.mjs", "run", `--execArgv=${FLAG}`, ...files],
      {
        cwd: root,
        encoding: "utf8",
        timeout: 280_000,
        env: { ...process.env, LEGENDRE_FMA_CHILD: "1", NO_COLOR: "1", SEEDS: process.env.SEEDS ?? "500" },
      },
    );
    expect(ran.status, `${ran.stdout}\n${ran.stderr}`).toBe(0);
    expect(ran.stdout).toMatch(/Test Files.* 3 passed/);
  },
  300_000,
);
