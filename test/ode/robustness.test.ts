import { describe, expect, it } from "vitest";
import { breakpointsAt, type Field, integrate, METHODS, type MethodName } from "../../src/ode/index.js";
import { GENERAL_METHODS } from "./problems.js";

const methods = GENERAL_METHODS;
const decay: Field = { size: 2, rhs: (_t, x, out) => out.set([-x[0]!, -2 * x[1]!]) };
const initial = Float64Array.of(1, 2);
/** Steps of a tenth where steps are fixed. */
const stepFor = (method: MethodName, dt = 0.1) => ({
  method,
  ...(METHODS[method].errorOrder === undefined && { dt }),
});

describe("a field that throws", () => {
  /** Throws from its n-th call on. */
  const throwing = (n: number): Field => {
    let calls = 0;
    return {
      size: 2,
      rhs(t, x, out) {
        calls++;
        if (calls >= n) throw new Error("no such state");
        decay.rhs(t, x, out);
      },
    };
  };

  it.each(methods)("%s: a failure with the last good state, whenever it throws", (method) => {
    for (const n of [1, 2, 3, 4, 7, 15, 40]) {
      const run = integrate(throwing(n), { initial, until: 10, ...stepFor(method), record: { every: 0.07 } });
      expect(run).toMatchObject({ status: "failed", failure: { code: "field-threw", t: run.t } });
      expect(run.failure!.message).toContain("no such state");
      expect(run.failure!.cause).toBeInstanceOf(Error);
      expect(run.t).toBeLessThan(10);
      for (const state of [run.state, ...run.record.states]) expect(state.every(Number.isFinite)).toBe(true);
      expect(run.state[0]).toBeCloseTo(Math.exp(-run.t), 1);
    }
  });

  it("an energy or a monitor that throws ends the run too", () => {
    const broken = (t: number) => {
      if (t > 0.5) throw new RangeError("beyond the table");
      return 1;
    };
    for (const watched of [{ energy: broken }, { monitors: [{ name: "m", value: broken }] }]) {
      const run = integrate(decay, { initial, until: 10, ...watched });
      expect(run.failure).toMatchObject({ code: "field-threw" });
      expect(run.t).toBeLessThan(0.6);
    }
  });

  it("in the finish of a steady state: the state of the run, as a failure", () => {
    const field: Field = {
      ...decay,
      jvp: () => {
        throw new Error("no Jacobian here");
      },
    };
    const run = integrate(field, { initial, until: 100, steadyState: { rtol: 0, atol: 1e-3 } });
    expect(run).toMatchObject({ status: "failed", failure: { code: "field-threw" } });
    expect(run.state[0]).toBeLessThan(1e-2);
  });

  it("what the caller's callbacks throw is the caller's", () => {
    const stop = new Error("stop");
    const throws = () => {
      throw stop;
    };
    expect(() => integrate(decay, { initial, until: 1, cancel: throws })).toThrow(stop);
    expect(() => integrate(decay, { initial, until: 1, onProgress: throws })).toThrow(stop);
    expect(() => integrate(decay, { initial, until: 1, breakpoints: breakpointsAt([0.5], throws) })).toThrow(
      stop,
    );
  });
});

describe("tolerances that no double can meet", () => {
  const far: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = x[0]! / 10) };

  it.each([
    [1e-20, 1e-300],
    [0, 1e-18],
    [1e-17, 0],
  ])("rtol %s, atol %s: refused at the start, at once", (rtol, atol) => {
    const run = integrate(far, { initial: Float64Array.of(1), until: 10, rtol, atol });
    expect(run).toMatchObject({ status: "failed", t: 0, steps: 0, failure: { code: "bad-tolerance" } });
    expect(run.failure!.hint).toContain("1e-15");
  });

  it("an absolute tolerance that the state outgrows: met until then, and said", () => {
    const run = integrate(far, { initial: Float64Array.of(1e-6), until: 400, rtol: 0, atol: 1e-12 });
    expect(run).toMatchObject({ status: "failed", failure: { code: "bad-tolerance", t: run.t } });
    expect(run.state[0]).toBeGreaterThan(1e3);
    expect(run.state[0]).toBeLessThan(1e4);
  });

  it("the finest that can be met is met", () => {
    const run = integrate(far, { initial: Float64Array.of(1), until: 10, rtol: 1e-15, atol: 0 });
    expect(run.status).toBe("finished");
    expect(Math.abs(run.state[0]! / Math.E - 1)).toBeLessThan(4e-15);
  });
});

describe("finite escape and overflow", () => {
  it.each(methods)("%s: x' = x² has a clear end at or after t = 1, in bounded work", (method) => {
    const field: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = x[0]! ** 2) };
    const run = integrate(field, { initial: Float64Array.of(1), until: 2, ...stepFor(method, 0.01) });
    expect(run.status).toBe("failed");
    expect(["blow-up", "rhs-not-finite", "state-not-finite"]).toContain(run.failure!.code);
    expect(run.t).toBeLessThan(1.2);
    expect(run.evaluations).toBeLessThan(100_000);
    expect(run.state.every(Number.isFinite)).toBe(true);
  });

  it("a pole that is no growth is not called a blow-up", () => {
    const field: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = -1 / x[0]!) };
    const run = integrate(field, { initial: Float64Array.of(1), until: 2 });
    expect(run.failure!.code).toBe("step-underflow");
    expect(run.t).toBeCloseTo(0.5, 6);
  });

  it("exponential growth to the largest double ends with the component and its value", () => {
    const field: Field = { size: 2, rhs: (_t, x, out) => out.set([0, 100 * x[1]!]) };
    const run = integrate(field, { initial, until: 100, describe: (j) => `v[${j}]` });
    expect(run.failure).toMatchObject({ name: "v[1]" });
    expect(run.t).toBeGreaterThan(7);
    expect(run.t).toBeLessThan(7.2);
  });
});

describe("runs of no length, no size, or no sense", () => {
  it.each(methods)("%s: until = t0 is finished, and costs nothing", (method) => {
    const run = integrate(decay, { initial, t0: 3, until: 3, ...stepFor(method), record: { every: 1 } });
    expect(run).toMatchObject({ status: "finished", t: 3, steps: 0, evaluations: 0 });
    expect(run.record.t).toEqual([3]);
  });

  it.each(methods)("%s: negative times are times like others", (method) => {
    const run = integrate(decay, { initial, t0: -2, until: -1, ...stepFor(method, 0.001) });
    expect(run.state[0]).toBeCloseTo(Math.exp(-1), 2);
  });

  it("backward in time is refused, with the way to do it", () => {
    const { failure } = integrate(decay, { initial, t0: 1, until: 0 });
    expect(failure).toMatchObject({
      code: "bad-interval",
      hint: expect.stringContaining("negate the field"),
    });
    const back: Field = {
      size: 2,
      rhs: (_t, x, out) => out.set([x[0]!, 2 * x[1]!]),
    };
    const run = integrate(back, { initial, t0: -1, until: 0, rtol: 1e-10 });
    expect(run.state[0]).toBeCloseTo(Math.E, 8);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("a field of size %s", (size) => {
    expect(integrate({ ...decay, size }, { initial, until: 1 }).failure?.code).toBe("wrong-length");
  });
});

describe("dense output beside a place without a value", () => {
  it("samples of the last step before it are finite, and near the solution", () => {
    // The derivative has no value from t = 0.5 on, where no step looks except at its end.
    const field: Field = { size: 1, rhs: (t, x, out) => void (out[0] = t >= 0.5 ? Number.NaN : -x[0]!) };
    const run = integrate(field, {
      initial: Float64Array.of(1),
      until: 1,
      method: "midpoint",
      dt: 0.25,
      record: { every: 0.1 },
    });
    expect(run.failure?.code).toBe("rhs-not-finite");
    expect(run.record.t.length).toBeGreaterThan(4);
    for (const [k, t] of run.record.t.entries())
      expect(run.record.states[k]![0]).toBeCloseTo(Math.exp(-t), 2);
  });
});
