/** Every model that runs, to its steady state: found by default options, finished to the last digits, and judged. */
import { describe, expect, it } from "vitest";
import { simulate } from "../../src/simulation/index.js";
import { must } from "./compiled.js";
import { DISCRETE, models, prepare, small } from "./runnable.js";

/** Its memories grow for ever. */
const RESTLESS = ["lotito-live"];
/** Oscillators may all turn by one angle. */
const NEUTRAL: Readonly<Record<string, number>> = { kuramoto: 1 };
const HELD: Readonly<Record<string, number>> = { "predictive-coding": 2 };

const runnable = models.filter(([name]) => !DISCRETE.includes(name));

describe.each(runnable)("%s", (name, theoryFor) => {
  const { field } = prepare(name, theoryFor());
  const options = { initial: small(field.initial), until: Number.POSITIVE_INFINITY, maxSteps: 2000 };
  const run = must(simulate(field, { ...options, steadyState: { rtol: 0, atol: 1e-6 } }));

  it(
    RESTLESS.includes(name) ? "does not come to rest, and says so" : "comes to rest at a fixed point",
    () => {
      if (RESTLESS.includes(name)) {
        expect(run.failure).toMatchObject({ code: "too-many-steps" });
        expect(run.steady).toBeUndefined();
        // Nor do the large steps of an implicit method make it rest where rounding hides that it moves.
        const far = must(
          simulate(field, { ...options, method: "bdf", steadyState: { rtol: 0, atol: 1e-6 } }),
        );
        expect(far.status).toBe("failed");
        return;
      }
      expect(run).toMatchObject({ status: "steady", steady: { finish: "newton" } });
      expect(run.steady!.residual).toBeLessThan(1e-14 * Math.max(1, ...run.state.map(Math.abs)));
      const neutral = NEUTRAL[name] ?? 0;
      expect(run.steady!.neutralDirections).toHaveLength(neutral);
      expect(run.steady!.jacobian).toBe(neutral > 0 ? "singular" : "regular");
      expect(run.steady!.held).toHaveLength(HELD[name] ?? 0);
    },
  );
});
