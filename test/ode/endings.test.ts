import { describe, expect, it } from "vitest";
import {
  breakpointsAt,
  type FailureCode,
  type Field,
  type IntegrateOptions,
  integrate,
  METHODS,
  type Method,
  rk4,
  tsit5,
} from "../../src/ode/index.js";

const decay: Field = { size: 2, rhs: (_t, x, out) => out.set([-x[0]!, -2 * x[1]!]) };
const initial = Float64Array.of(1, 2);

describe("failures are values", () => {
  const refusals: [FailureCode, Partial<IntegrateOptions>, RegExp][] = [
    ["wrong-length", { initial: new Float64Array(3) }, /3 entries, the field has 2/],
    ["initial-not-finite", { initial: Float64Array.of(0, Number.NaN) }, /v\[1\] is NaN/],
    ["initial-not-finite", { initial: Float64Array.of(Number.NEGATIVE_INFINITY, 0) }, /v\[0\] is -Infinity/],
    ["bad-interval", { until: -1 }, /t0 = 0 to until = -1/],
    ["bad-interval", { until: Number.NaN }, /until = NaN/],
    ["bad-interval", { until: Number.POSITIVE_INFINITY }, /until = Infinity/],
    ["bad-interval", { t0: Number.NEGATIVE_INFINITY }, /t0 = -Infinity/],
    ["bad-step", { dt: 0 }, /dt is 0/],
    ["bad-step", { dt: -0.1 }, /dt is -0.1/],
    ["bad-step", { dt: Number.NaN }, /dt is NaN/],
    ["bad-step", { method: "euler" }, /no dt was given/],
    ["bad-step", { stepping: "fixed" }, /no dt was given/],
    ["bad-tolerance", { rtol: -1e-6 }, /rtol = -0.000001/],
    ["wrong-length", { initial: new Float64Array(0) }, /0 entries, the field has 2/],
    ["bad-tolerance", { rtol: 0, atol: 0 }, /not both 0/],
    ["bad-tolerance", { atol: Number.NaN }, /atol = NaN/],
    ["bad-tolerance", { steadyState: { rtol: 0, atol: 0 } }, /steadyState/],
    ["bad-option", { record: { every: 0 } }, /record.every is 0/],
    ["bad-option", { maxSteps: 0 }, /maxSteps is 0/],
    ["bad-option", { method: "rk45" as "rk4" }, /no method "rk45"; expected one of auto, tsit5/],
    ["bad-option", { method: "constructor" as "rk4" }, /no method "constructor"/],
    ["bad-option", { method: "rk4", stepping: "adaptive" }, /no error estimate/],
    ["bad-option", { method: "rk4", tableau: rk4, dt: 1 }, /both a method and a tableau/],
    ["bad-tableau", { tableau: { ...tsit5, b: rk4.b } }, /breaks its shape/],
    ["bad-tableau", { tableau: { ...rk4, b: [0.25, 0.25, 0.25, 0.25] }, dt: 1 }, /breaks its weights at/],
    ["bad-tableau", { tableau: { ...rk4, b: ["1/6", "one third", "1/3", "1/6"] }, dt: 1 }, /"one third"/],
  ];

  it.each(refusals)("%s %o", (code, options, message) => {
    const calls = { rhs: 0 };
    const field: Field = { size: 2, rhs: () => void calls.rhs++ };
    const run = integrate(field, { initial, until: 1, describe: (j) => `v[${j}]`, ...options });
    expect(run).toMatchObject({ status: "failed", steps: 0, evaluations: 0, failure: { code } });
    expect(run.failure?.message).toMatch(message);
    expect(run.failure?.hint.length).toBeGreaterThan(10);
    expect(calls.rhs).toBe(0);
  });

  const brokenAt = (time: number, value: number): Field => ({
    size: 2,
    rhs(t, x, out) {
      decay.rhs(t, x, out);
      if (t >= time) out[1] = value;
    },
  });

  it.each([
    ["tsit5", Number.NaN],
    ["dopri5", Number.POSITIVE_INFINITY],
    ["rk4", Number.NEGATIVE_INFINITY],
    ["euler", Number.NaN],
  ] as const)("rhs-not-finite: %s meets %s, and names component and time", (method, value) => {
    const field = brokenAt(0.5, value);
    const run = integrate(field, { initial, until: 1, method, dt: 0.01, describe: (j) => `h[${j}]` });
    expect(run).toMatchObject({
      status: "failed",
      failure: { code: "rhs-not-finite", component: 1, name: "h[1]", t: expect.closeTo(0.5, 12) },
    });
    expect(run.failure?.message).toContain(`h[1] is ${value} at t = 0.5`);
    expect(run.t).toBeGreaterThan(0.48);
    expect(run.state.every(Number.isFinite)).toBe(true);
  });

  it("rhs-not-finite at the very start, and after a switch, at once", () => {
    const run = integrate(brokenAt(0, Number.NaN), { initial, until: 1 });
    expect(run).toMatchObject({ t: 0, steps: 0, rejected: 1, failure: { code: "rhs-not-finite", t: 0 } });
    let broken = false;
    const field: Field = { size: 1, rhs: (_t, _x, out) => void (out[0] = broken ? Number.NaN : 1) };
    const breakpoints = breakpointsAt([0.25], () => void (broken = true));
    const switched = integrate(field, { initial: Float64Array.of(0), until: 1, breakpoints });
    expect(switched).toMatchObject({ t: 0.25, failure: { code: "rhs-not-finite", t: 0.25 } });
  });

  it("a NaN met only by a trial step that is too long is not a failure", () => {
    const root: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = -Math.sqrt(x[0]! - 0.5) * 20) };
    const run = integrate(root, { initial: Float64Array.of(1), until: 0.07, dt: 0.07, rtol: 1e-8 });
    expect(run.status).toBe("finished");
    expect(run.rejected).toBeGreaterThan(0);
    // √(x − ½) falls at the constant rate 10 from √½ until it reaches 0 at t = 0.0707.
    expect(run.state[0]).toBeCloseTo(0.5 + (Math.SQRT1_2 - 0.7) ** 2, 5);
  });

  it("a component that no weight of the error sees is watched too", () => {
    const field: Field = { size: 1, rhs: (t, _x, out) => void (out[0] = t === 0.2 ? Number.NaN : 0) };
    const run = integrate(field, {
      initial: Float64Array.of(0),
      until: 1,
      method: "dopri5",
      dt: 1,
      stepping: "fixed",
    });
    expect(run.failure).toMatchObject({ code: "rhs-not-finite", t: 0.2 });
  });

  it("state-not-finite: a saturated derivative cannot hide an overflowing state", () => {
    const field: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = x[0]! > 1e300 ? 1 : 10 * x[0]!) };
    const big = Float64Array.of(1e300);
    const run = integrate(field, { initial: big, until: 1e10, method: "euler", dt: 1e9 });
    expect(run.failure).toMatchObject({ code: "state-not-finite", component: 0, t: 1e9 });
    expect(run.state).toEqual(big);
  });

  it("blow-up: a solution that leaves every bound at t = 1", () => {
    const field: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = x[0]! ** 2) };
    const run = integrate(field, { initial: Float64Array.of(1), until: 2, rtol: 1e-9 });
    expect(run.failure).toMatchObject({ code: "blow-up", component: 0, name: "component 0" });
    expect(run.failure?.message).toMatch(/blows up: at t = 1\.0000.*component 0 is \d/);
    expect(run.t).toBeCloseTo(1, 6);
  });

  it("step-underflow: a fixed step below the rounding of the clock", () => {
    const run = integrate(decay, { initial, t0: 1e6, until: 2e6, method: "euler", dt: 1e-12 });
    expect(run).toMatchObject({ t: 1e6, steps: 0, failure: { code: "step-underflow" } });
  });

  it("too-many-steps, rejected ones included", () => {
    const kinked: Field = { size: 2, rhs: (t, x, out) => out.set([Math.max(0, Math.sin(9 * t)) - x[0]!, 0]) };
    const run = integrate(kinked, { initial, until: 1e6, maxSteps: 50 });
    expect(run.rejected).toBeGreaterThan(3);
    expect(run.failure).toMatchObject({ code: "too-many-steps", t: run.t });
    expect(run.steps + run.rejected).toBe(50);
    expect(run.state[0]).toBeGreaterThan(0);
  });
});

describe("a stepper from elsewhere", () => {
  /** Implicit Euler for x' = −x whose inner solve fails for steps beyond a limit. */
  const implicit = (limit: number, adaptive: boolean): Method => ({
    name: "implicit",
    order: 1,
    errorOrder: adaptive ? 1 : undefined,
    create(field) {
      const stepper = METHODS.euler.create(field);
      return Object.assign(stepper, {
        step(this: { tNext: number }, tNext: number) {
          const h = tNext - stepper.t;
          this.tNext = tNext;
          stepper.next[0] = stepper.state[0]! / (1 + h);
          return h > limit ? ("no-convergence" as const) : ("ok" as const);
        },
        errorNorm: () => 0.5,
      });
    },
  });
  const field: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = -x[0]!) };

  it("runs in the same loop", () => {
    const run = integrate(field, {
      initial: Float64Array.of(1),
      until: 1,
      method: implicit(1, false),
      dt: 0.5,
    });
    expect(run).toMatchObject({ status: "finished", steps: 2, method: "implicit" });
    expect(run.state[0]).toBeCloseTo(1 / 2.25, 14);
  });

  it("no-convergence shortens an adaptive step and ends a fixed one", () => {
    const start = { initial: Float64Array.of(1), until: 1, dt: 0.5 };
    const adapted = integrate(field, { ...start, method: implicit(0.1, true) });
    expect(adapted.status).toBe("finished");
    expect(adapted.rejected).toBeGreaterThan(0);
    const fixed = integrate(field, { ...start, method: implicit(0.1, false) });
    expect(fixed.failure).toMatchObject({ code: "no-convergence", t: 0 });
    const never = integrate(field, { ...start, t0: 0.5, method: implicit(0, true) });
    expect(never.failure?.code).toBe("no-convergence");
  });
});

describe("steady state", () => {
  const pull: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = 3 - x[0]!) };
  const start = Float64Array.of(0);
  const steadyState = { rtol: 0, atol: 1e-4 };

  it.each(["tsit5", "rk4", "euler"] as const)("%s stops when the scaled derivative is below 1", (method) => {
    const run = integrate(pull, { initial: start, until: 1e6, method, dt: 0.01, steadyState });
    expect(run.status).toBe("steady");
    expect(Math.abs(3 - run.state[0]!)).toBeLessThan(1e-4);
    expect(run.t).toBeGreaterThan(Math.log(3e4) - 0.1);
    expect(run.t).toBeLessThan(13);
  });

  it("has no end of its own to wait for", () => {
    const run = integrate(pull, { initial: start, until: Number.POSITIVE_INFINITY, steadyState });
    expect(run.status).toBe("steady");
  });

  it("at a fixed point there is nothing to do", () => {
    expect(integrate(pull, { initial: Float64Array.of(3), until: 9, steadyState })).toMatchObject({
      status: "steady",
      t: 0,
      steps: 0,
    });
  });

  it("waits for the last switch before `until`", () => {
    let target = 3;
    const field: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = target - x[0]!) };
    const breakpoints = breakpointsAt([100, 2000], () => void (target = -1));
    const run = integrate(field, { initial: start, until: 1000, steadyState, breakpoints });
    expect(run.status).toBe("steady");
    expect(run.t).toBeGreaterThan(100);
    expect(run.state[0]).toBeCloseTo(-1, 3);
  });

  it("planted fault: motion that only looks slow is not steady", () => {
    const orbit: Field = { size: 2, rhs: (_t, x, out) => out.set([x[1]!, -x[0]!]) };
    expect(integrate(orbit, { initial, until: 50, steadyState: { rtol: 0, atol: 1e-3 } }).status).toBe(
      "finished",
    );
  });
});

describe("other endings", () => {
  it("cancel is asked before every step", () => {
    let asked = 0;
    const run = integrate(decay, { initial, until: 1, method: "euler", dt: 0.1, cancel: () => ++asked > 3 });
    expect(run).toMatchObject({ status: "cancelled", steps: 3, t: expect.closeTo(0.3, 12) });
  });

  it("until = t0 is a finished run without a step or an evaluation", () => {
    for (const method of ["tsit5", "euler"] as const) {
      const run = integrate(decay, { initial, t0: 2, until: 2, method, dt: 1, energy: (_t, x) => x[0]! });
      expect(run).toMatchObject({ status: "finished", t: 2, steps: 0, evaluations: 0, state: initial });
      expect(run.energy).toEqual({ start: 1, end: 1, largestIncrease: 0 });
    }
    expect(integrate(decay, { initial, until: 0 })).toMatchObject({ status: "finished", evaluations: 0 });
  });

  it("an empty field is integrated", () => {
    const run = integrate({ size: 0, rhs: () => {} }, { initial: new Float64Array(0), until: 1 });
    expect(run).toMatchObject({ status: "finished", t: 1 });
  });

  it("components that rest at 0 need no absolute tolerance", () => {
    const run = integrate(decay, { initial: Float64Array.of(1, 0), until: 1, atol: 0, rtol: 1e-8 });
    expect(run.status).toBe("finished");
    expect(run.state[0]).toBeCloseTo(Math.exp(-1), 8);
  });

  it("the caller's initial state is left alone and the run's state is its own", () => {
    const mine = Float64Array.of(1, 2);
    const run = integrate(decay, { initial: mine, until: 1 });
    expect(mine).toEqual(Float64Array.of(1, 2));
    expect(run.state).not.toBe(mine);
  });
});

describe("the method and its reason", () => {
  it.each([
    [{}, "tsit5", /^auto: the cheapest pair.*adaptive steps by its error estimate of order 4$/],
    [{ dt: 0.1 }, "rk4", /^auto: dt was given without tolerances.*fixed steps of 0.1$/],
    [{ dt: 0.1, rtol: 1e-4 }, "tsit5", /the first step is 0.1$/],
    [{ dt: 0.1, stepping: "fixed", rtol: 1e-3 }, "rk4", /tolerances are not used$/],
    [{ dt: 0.1, stepping: "adaptive" }, "tsit5", /first step is 0.1$/],
    [{ method: "dopri5" }, "dopri5", /^dopri5 was asked for; adaptive/],
    [{ method: "euler", dt: 0.5 }, "euler", /^euler was asked for; fixed steps of 0.5$/],
    [{ tableau: { ...tsit5, name: "mine" } }, "mine", /^the tableau "mine" was given; adaptive/],
    [{ tableau: { ...rk4, name: "mine" }, dt: 0.5 }, "mine", /^the tableau "mine" was given; fixed/],
    [{ method: METHODS.rk4, dt: 0.5 }, "rk4", /^the method "rk4" was given; fixed/],
  ] as const)("%o", (options, method, reason) => {
    const run = integrate(decay, { initial, until: 1, ...options });
    expect(run).toMatchObject({ status: "finished", method });
    expect(run.methodReason).toMatch(reason);
    expect(run.wallSeconds).toBeGreaterThanOrEqual(0);
  });
});
