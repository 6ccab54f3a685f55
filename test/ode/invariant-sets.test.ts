import { describe, expect, it } from "vitest";
import { type Field, integrate, type MethodName } from "../../src/ode/index.js";

/** Winner take all on the simplex x ≥ 0, Σx = 1: x_i' = x_i (s_i − Σ_j x_j s_j). Euler stays on it for dt·(max s − min s) ≤ 1. */
const strengths = [1, 0.6, 0.2, 0];
const replicator: Field = {
  size: 4,
  rhs(_t, x, out) {
    const mean = x.reduce((sum, value, j) => sum + value * strengths[j]!, 0);
    for (let i = 0; i < 4; i++) out[i] = x[i]! * (strengths[i]! - mean);
  },
};

/** x' = −sign-like decay to the edge of [0, 1] with a kink: Euler with dt ≤ 1/k never leaves the interval. */
const rate = 10;
const edge: Field = {
  size: 1,
  rhs: (_t, x, out) => void (out[0] = x[0]! > 0.5 ? rate * (1 - x[0]!) : -rate * x[0]!),
};

const lowest = (method: MethodName, dt: number) => {
  const run = integrate(edge, {
    initial: Float64Array.of(0.45),
    until: 5,
    ...{ method, stepping: "fixed", dt },
    record: "steps",
  });
  return Math.min(...run.record.states.map(([x]) => Math.min(x!, 1 - x!)));
};

describe("what Euler's method cannot leave, ssprk3 cannot leave", () => {
  it("at the longest step that Euler allows", () => {
    expect(lowest("euler", 1 / rate)).toBeGreaterThanOrEqual(0);
    expect(lowest("ssprk3", 1 / rate)).toBeGreaterThanOrEqual(0);
  });

  it("planted fault: at twice that step both leave", () => {
    expect(lowest("euler", 2.2 / rate)).toBeLessThan(0);
  });

  it("on the simplex", () => {
    const initial = Float64Array.of(0.1, 0.2, 0.3, 0.4);
    const run = integrate(replicator, { initial, until: 40, method: "ssprk3", dt: 1, record: "steps" });
    for (const state of run.record.states) {
      expect(Math.min(...state)).toBeGreaterThanOrEqual(0);
      expect(state.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }
    expect(run.state[0]).toBeGreaterThan(0.99);
  });
});
