/** Every model that runs, by every method: one trajectory, and one energy, within the accuracy of the method. */
import { describe, expect, it } from "vitest";
import { METHODS, type MethodName } from "../../src/ode/index.js";
import { type SimulateOptions, simulate } from "../../src/simulation/index.js";
import { must } from "./compiled.js";
import { models, prepare, REFUSED, small } from "./runnable.js";

const UNTIL = 0.5;
const SAMPLES = { every: UNTIL / 3 };
/** Tolerance for pairs, step for the others; and how far from the reference a trajectory may be. */
const PRECISION: Readonly<
  Partial<Record<MethodName, { readonly options: Partial<SimulateOptions>; readonly within: number }>>
> = {
  dop853: { options: { rtol: 1e-10, atol: 1e-10 }, within: 1e-8 },
  tsit5: { options: { rtol: 1e-10, atol: 1e-10 }, within: 1e-8 },
  dopri5: { options: { rtol: 1e-10, atol: 1e-10 }, within: 1e-8 },
  bosh3: { options: { rtol: 1e-8, atol: 1e-8 }, within: 1e-6 },
  heun: { options: { rtol: 1e-6, atol: 1e-6 }, within: 1e-4 },
  // Where an activation has a corner (sparsemax) fixed steps lose an order at the crossing.
  rk4: { options: { dt: 0.005 }, within: 1e-5 },
  ssprk3: { options: { dt: 0.005 }, within: 1e-5 },
  midpoint: { options: { dt: 0.002 }, within: 1e-4 },
  euler: { options: { dt: 2e-4 }, within: 2e-2 },
  imex3: { options: { rtol: 1e-7, atol: 1e-7 }, within: 1e-5 },
  imex4: { options: { rtol: 1e-8, atol: 1e-8 }, within: 1e-5 },
  bdf: { options: { rtol: 1e-7, atol: 1e-8 }, within: 1e-4 },
};

const runnable = models.filter(([name]) => REFUSED[name] === undefined);

describe.each(runnable)("%s", (name, theoryFor) => {
  const { field } = prepare(name, theoryFor());
  const initial = small(field.initial);
  const run = (options: Partial<SimulateOptions>) =>
    must(simulate(field, { initial, until: UNTIL, record: SAMPLES, ...options }));
  const reference = run({ method: "dop853", rtol: 1e-13, atol: 1e-14 });

  // Energy-safe methods have tests of their own: they trade accuracy for descent.
  const suited = (Object.keys(PRECISION) as MethodName[]).filter(
    (method) => METHODS[method].unsuited?.(field) === undefined,
  );

  it.each(suited)("%s", (method) => {
    const { options, within } = PRECISION[method]!;
    const found = run({ method, ...options });
    expect(found.status).toBe("finished");
    expect(found.record.t).toEqual(reference.record.t);
    for (const [k, expected] of reference.record.states.entries())
      for (const [j, value] of expected.entries())
        expect(
          Math.abs(found.record.states[k]![j]! - value),
          `${field.describe(j)} at sample ${k}`,
        ).toBeLessThan(within * (1 + Math.abs(value)));
    const [end, expected] = [found.energy?.end ?? 0, reference.energy?.end ?? 0];
    expect(Math.abs(end - expected)).toBeLessThan(10 * within * (1 + Math.abs(expected)));
  });
});
