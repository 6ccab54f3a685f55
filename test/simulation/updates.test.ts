/**
 * Updates of discrete states against the exact machine by which descent is judged: every order, every way in which energy
 * differences are found, models with integer data, where doubles are exact.
 */
import { describe, expect, test } from "vitest";
import { simulate } from "../../src/simulation/index.js";
import { laboratory, must } from "../cases/compiled.js";
import { theoryOf } from "../cases/networks.js";
import { disagreements, FIELD, hopfield, MODELS, mapped, ROUNDS, setting } from "./discrete.js";

describe("every visit of a sweep is the machine's", () => {
  const cases = MODELS.flatMap(([name, source]) =>
    (["ascending", "synchronous", "block"] as const).map((order) => [name, order, source] as const),
  );
  test.each(cases)("%s, %s", (_, order, source) => {
    const { wrong, compared } = disagreements(source, order);
    expect(wrong).toBe(0);
    expect(compared).toBeGreaterThan(ROUNDS);
  });

  test("planted fault: another sign of one value is seen", () => {
    expect(disagreements(hopfield, "ascending", (x) => -x).wrong).toBeGreaterThan(0);
  });

  test.each(MODELS)("%s: differences are found as they should be", (_, source, way) => {
    const { lab } = setting(source, 0);
    expect(must(simulate(lab.field, { until: 1 })).methodReason).toMatch(way);
  });
});

describe("energies", () => {
  test.each(MODELS.filter(([, s]) => s.update === undefined))(
    "%s: no visit raises the energy",
    (_, source) => {
      for (let round = 0; round < 6; round++) {
        const { lab } = setting(source, round);
        for (const method of ["ascending", "random"] as const) {
          const run = must(simulate(lab.field, { until: 50, method, record: { every: 0.1 } }));
          expect(run.status).toBe("fixed-point");
          expect(run.energy!.largestIncrease).toBe(0);
          const rises = run.record.energy.map((e, k) => e - (run.record.energy[k - 1] ?? e));
          expect(Math.max(...rises)).toBeLessThanOrEqual(0);
          expect(run.energy!.end).toBe(lab.field.energy!(0, run.state));
        }
      }
    },
  );

  test("a map against the energy is seen to raise it, at a visit inside the sweep", () => {
    // The first visit raises the energy by 4 and the last one lowers it by as much.
    const wrong = mapped(hopfield, `-sign(${FIELD})`);
    const data = {
      J: [
        [0, 1],
        [1, 0],
      ],
      s: [1, 1],
    };
    const lab = laboratory(theoryOf("wrong", wrong), { data });
    const run = must(simulate(lab.field, { until: 1 }));
    expect(run.energy).toEqual({ start: -1, end: 1, largestIncrease: 2 });
  });
});
