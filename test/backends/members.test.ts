/** Laws: what runs for several members at once computes the definition for each of them, on random expressions. */
import { describe, expect, it } from "vitest";
import { type Backend, type CompiledEntry, type Instance, wasm } from "../../src/codegen/index.js";
import { euler } from "../../src/ode/index.js";
import { compileTableau } from "../../src/ode/methods/tableau.js";
import { check } from "../lower/random-check.js";

const SEEDS = Number(process.env.SEEDS ?? 500);
const SCHEME = compileTableau(euler);

/** Runs an entry as the energy of members; the caller's state is that of one of them, the others stand elsewhere. */
function memberwise(
  instance: Instance,
  entry: CompiledEntry,
  mine: number,
  count: { together: number },
): CompiledEntry {
  const kernel = instance.membersOf!(entry.name, entry.name, SCHEME);
  const values = kernel?.energy;
  if (kernel === undefined || values === undefined) return entry;
  count.together += 1;
  const { members } = kernel;
  return {
    ...entry,
    evaluate: (state, out) => {
      kernel.refresh();
      for (let m = 0; m < members; m++)
        for (let j = 0; j < state.length; j++)
          kernel.next[j * members + m] = state[j]! + (m === mine ? 0 : 0.3 * (m + 1));
      kernel.evaluateEnergy();
      for (let j = 0; j < out.length; j++) out[j] = values[j * members + mine]!;
    },
  };
}

function backend(mine: number, count: { together: number }): Backend {
  return {
    ...wasm,
    compile: (program) => {
      const instance = wasm.compile(program);
      const entries = new Map(
        [...instance.entries].map(([name, e]) => [name, memberwise(instance, e, mine, count)]),
      );
      return { ...instance, entries };
    },
  };
}

describe("members", () => {
  it(`random expressions equal their definition, ${SEEDS} seeds`, () => {
    const count = { together: 0 };
    const results = Array.from({ length: SEEDS }, (_, k) => check(k + 1, backend(k % 4, count)));
    expect(results.filter((r) => r.startsWith("seed"))).toEqual([]);
    const fine = results.filter((r) => r === "fine").length;
    expect(fine).toBeGreaterThan(SEEDS / 2);
    // Integrals stay alone: each member halves the panels that its integrand asks for.
    expect(count.together).toBeGreaterThan(fine);
  }, 300_000);

  it("numbers of another member are seen", () => {
    const count = { together: 0 };
    const shifted: Backend = {
      ...wasm,
      compile: (program) => {
        const instance = wasm.compile(program);
        const wrong = [...instance.entries].map(([name, e]) => {
          const right = memberwise(instance, e, 1, count);
          const evaluate: CompiledEntry["evaluate"] = (state, out) =>
            right.evaluate(
              state.map((x) => x + 0.3),
              out,
            );
          return [name, { ...right, evaluate }] as const;
        });
        return { ...instance, entries: new Map(wrong) };
      },
    };
    const results = Array.from({ length: 200 }, (_, k) => check(k + 1, shifted));
    expect(results.filter((r) => r.startsWith("seed")).length).toBeGreaterThan(20);
  });
});
