/** Laws: what is lowered, with and without temporaries and loop passes, equals the definition of the expression. */
import { describe, expect, it } from "vitest";
import { javascript, wasm } from "../../src/codegen/index.js";
import { check } from "./random-check.js";

const SEEDS = Number(process.env.SEEDS ?? 400);

describe("random expressions", () => {
  it(`equal their definition, ${SEEDS} seeds`, () => {
    const results = Array.from({ length: SEEDS }, (_, k) => check(k + 1));
    const wrong = results.filter((r) => r.startsWith("seed"));
    expect(wrong).toEqual([]);
    expect(results.filter((r) => r === "fine").length).toBeGreaterThan(SEEDS / 2);
  }, 120_000);

  it("with roots of increasing functions, on both backends", () => {
    const results = [javascript, wasm].flatMap((backend) =>
      Array.from({ length: 150 }, (_, k) => check(k + 1, backend, true)),
    );
    expect(results.filter((r) => r.startsWith("seed"))).toEqual([]);
    expect(results.filter((r) => r === "fine").length).toBeGreaterThan(100);
  }, 120_000);
});
