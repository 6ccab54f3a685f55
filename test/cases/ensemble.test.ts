/**
 * Members that step together, on every model that runs: each run equals the one that the member has alone, in its steps
 * to the number and in its states up to rounding. A kernel that mixes members up is seen.
 */
import { describe, expect, it } from "vitest";
import {
  type EnsembleRun,
  type Field,
  integrate,
  integrateEnsemble,
  type MethodName,
  type Run,
} from "../../src/ode/index.js";
import { type CompiledField, uniformStream } from "../../src/simulation/index.js";
import { models, prepare, REFUSED, small } from "./runnable.js";

/** More than two groups, the last of which is not full. */
const MEMBERS = 11;

const METHODS: readonly (readonly [MethodName, number | undefined])[] = [
  ["tsit5", undefined],
  ["dop853", undefined],
  ["rk4", 0.02],
];

function initialsOf(field: CompiledField, name: string): Float64Array[] {
  const next = uniformStream(5, name);
  return Array.from({ length: MEMBERS }, () =>
    small(field.initial).map((x) => x * (0.5 + next() / 2) + (next() - 0.5) / 1000),
  );
}

/** Relative to the larger of 1 and the second. */
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, k) => Math.max(most, Math.abs(x - b[k]!) / (1 + Math.abs(b[k]!))), 0);

const counts = ({ status, steps, rejected, evaluations }: Run) => ({ status, steps, rejected, evaluations });

function farthest(ensemble: EnsembleRun, alone: readonly Run[]): number {
  return Math.max(...ensemble.runs.map((r, k) => distance(r.state, alone[k]!.state)));
}

/** The field with a kernel that gives the last member the step length of the first. */
const mixed = (field: CompiledField): Field => ({
  ...field,
  memberKernel: (tableau) => {
    const kernel = field.memberKernel!(tableau);
    const advance = (): void => {
      kernel!.h[kernel!.members - 1] = kernel!.h[0]!;
      kernel!.advance();
    };
    return kernel && { ...kernel, advance };
  },
});

const fields = models.filter(([name]) => !(name in REFUSED));

describe.each(fields)("%s", (name, theory) => {
  const field = prepare(name, theory()).field;
  const initials = initialsOf(field, name);
  const energy = field.energy && { energy: field.energy };

  it.each(METHODS)("%s", (method, dt) => {
    const options = { until: 1, method, ...(dt !== undefined && { dt }), ...energy };
    const ensemble = integrateEnsemble(field, { initials, ...options });
    const alone = initials.map((initial) => integrate(field, { initial, ...options }));
    expect(ensemble.together).toBe(4);
    expect(ensemble.runs.map(counts)).toEqual(alone.map(counts));
    // Step lengths follow error estimates, sums that nearly cancel: their last digits are rounding.
    expect(farthest(ensemble, alone)).toBeLessThan(1e-9);
    ensemble.runs.forEach((run, k) => {
      for (const key of ["start", "end", "largestIncrease"] as const)
        expect(distance([run.energy?.[key] ?? 0], [alone[k]!.energy?.[key] ?? 0])).toBeLessThan(1e-9);
    });
  });

  it("a member's step length is its own", () => {
    const options = { until: 1, rtol: 1e-9 };
    const alone = initials.map((initial) => integrate(field, { initial, ...options }));
    const spread = new Set(alone.map((r) => r.steps)).size;
    const wrong = integrateEnsemble(mixed(field), { initials, ...options });
    if (spread > 1) expect(farthest(wrong, alone)).toBeGreaterThan(1e-7);
  });

  it("dense output of a member is its own", () => {
    const options = { until: 1, record: { every: 0.1 } };
    const ensemble = integrateEnsemble(field, { initials, ...options });
    initials.forEach((initial, k) => {
      const { t, states } = integrate(field, { initial, ...options }).record;
      expect(ensemble.runs[k]!.record.t).toEqual(t);
      states.forEach((x, j) => {
        expect(distance(ensemble.runs[k]!.record.states[j]!, x)).toBeLessThan(1e-10);
      });
    });
  });
});
