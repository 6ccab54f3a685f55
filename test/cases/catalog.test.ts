/**
 * Every model of the catalog that this version runs: compiled rates and energies against the 20-digit evaluator,
 * dE/dt against a difference of energies along the flow, and a run along which the energy of a gradient flow
 * does not rise.
 */
import { describe, expect, it } from "vitest";
import type { Formula, Theory } from "../../src/derivation/index.js";
import { simulate } from "../../src/simulation/index.js";
import { type Laboratory, must } from "./compiled.js";
import { DISCRETE, flowOf, models, prepare, reference, small } from "./runnable.js";

function quantities(theory: Theory): Record<string, Formula> {
  const { energy, motions } = flowOf(theory);
  const rates = [...motions].map(([n, m]) => [`d${n}/dt`, { over: m.over, expr: m.rate }] as const);
  return { ...Object.fromEntries(rates), ...(energy && { E: { over: [], expr: energy } }) };
}

/** (E(x + hẋ) − E(x − hẋ))/2h, compiled. */
function energyDifference({ field }: Laboratory, state: Float64Array): number {
  const [h, rate] = [1e-5, new Float64Array(field.size)];
  field.rhs(0, state, rate);
  const shifted = (by: number): number =>
    field.energy!(
      0,
      state.map((x, k) => x + by * rate[k]!),
    );
  return (shifted(h) - shifted(-h)) / (2 * h);
}

describe.each(models)("%s", (name, theoryFor) => {
  const theory = theoryFor();

  const lab = prepare(name, theory);
  if (DISCRETE.includes(name)) {
    it("updates end in a fixed point, and none raises the energy", () => {
      const run = must(simulate(lab.field, { until: 100 }));
      expect(run.status).toBe("fixed-point");
      expect(run.energy!.largestIncrease).toBe(0);
      expect(run.energy!.end).toBe(lab.field.energy!(0, run.state));
    });
    return;
  }
  const state = small(lab.field.initial);

  it("compiled values are those of the reference evaluator", () => {
    const formulas = quantities(theory);
    const found = lab.values(formulas, state);
    for (const [key, f] of Object.entries(formulas)) {
      const expected = reference(f, lab.field, state);
      const scale = Math.max(1, ...expected.map(Math.abs));
      for (const [k, x] of expected.entries())
        expect(Math.abs(found[key]![k]! - x), `${key}[${k}]`).toBeLessThan(1e-12 * scale);
    }
  });

  it("dE/dt is the slope of the energy along the flow", () => {
    const { descent } = flowOf(theory);
    if (descent === undefined) return;
    const derived = lab.values({ d: { over: [], expr: descent.total } }, state).d![0]!;
    expect(Math.abs(derived - energyDifference(lab, state))).toBeLessThan(1e-6 * (1 + Math.abs(derived)));
  });

  it("runs, and the energy of a gradient flow does not rise", () => {
    const run = must(simulate(lab.field, { initial: state, until: 0.5, rtol: 1e-9, atol: 1e-11 }));
    expect(run.failure?.message).toBeUndefined();
    const shapes = theory.reduced.descent?.terms.map((t) => t.shape) ?? [];
    if (shapes.length > 0 && shapes.every((s) => s !== "chain-rule") && hasPlainTau(name))
      expect(run.energy!.largestIncrease).toBeLessThan(1e-9 * (1 + Math.abs(run.energy!.start)));
  });
});

/** `general` has two time constants inside one softmax: nothing is promised. */
const hasPlainTau = (name: string): boolean => name !== "general";
