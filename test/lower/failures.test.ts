/** Requests that cannot be lowered say what was found, what was expected and what to do. */
import { expect, it } from "vitest";
import { at, tensorSymbol } from "../../src/index-notation/index.js";
import { type LowerFailure, lower, type ProgramRequest } from "../../src/lower/index.js";
import { beta, i, j, REDUCED, request, v, Xi } from "../bench/models.js";

const good = request(5, 3, [REDUCED]);

function failure(change: Partial<ProgramRequest>): LowerFailure {
  const lowered = lower({ ...good, ...change });
  if (lowered.kind !== "failure") throw new Error("lowered");
  return lowered;
}

it("a good request is lowered", () => expect(lower(good).kind).toBe("program"));

it("a dimension without a value", () => {
  const f = failure({ dimensions: new Map([["N_v", 5]]) });
  expect([f.code, f.message]).toEqual(["unbound-dimension", "dimension N_h has no value"]);
});

it("a dimension that is no integer", () =>
  expect(
    failure({
      dimensions: new Map([
        ["N_v", 5],
        ["N_h", 2.5],
      ]),
    }).code,
  ).toBe("dimension-value"));

it("an array of the wrong size", () => {
  const f = failure({
    parameters: new Map([
      [Xi, new Float64Array(14)],
      [beta, new Float64Array(1)],
    ]),
  });
  expect(f.message).toBe("Xi has 14 entries, expected 15 (shape 3 × 5)");
});

it("a symbol without values", () => {
  const f = failure({ parameters: new Map([[Xi, new Float64Array(15)]]) });
  expect([f.code, f.message]).toEqual(["unbound-symbol", "v reads beta, which has no values"]);
});

it("a stray free index", () => {
  const f = failure({ entries: [{ name: "e", outputs: [{ name: "y", over: [j], value: at(v, [i]) }] }] });
  expect([f.code, f.message]).toEqual(["free-index", "y leaves the index i free, expected only j"]);
});

it("a name given twice", () => {
  expect(failure({ entries: [REDUCED, REDUCED] }).code).toBe("duplicate-name");
  const out = { name: "y", over: [], value: at(tensorSymbol({ name: "q", role: "state" }), []) };
  expect(failure({ entries: [{ name: "e", outputs: [out, out] }] }).code).toBe("duplicate-name");
});
