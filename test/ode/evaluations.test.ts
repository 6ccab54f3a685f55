import { describe, expect, it } from "vitest";
import { breakpointsAt, type Field, type IntegrateOptions, integrate, METHODS } from "../../src/ode/index.js";

/** A pendulum that counts its calls and remembers which buffers it was given. */
function watched() {
  const seen = { calls: 0, states: new Set<ArrayBufferLike>(), outs: new Set<Float64Array>() };
  const field: Field = {
    size: 2,
    rhs(_t, state, out) {
      seen.calls++;
      seen.states.add(state.buffer);
      seen.outs.add(out);
      out[0] = state[1]!;
      out[1] = -Math.sin(state[0]!);
    },
  };
  return { field, seen };
}

const base = { initial: Float64Array.of(1, 0), until: 10 };

function count(options: Omit<IntegrateOptions, "initial" | "until">) {
  const { field, seen } = watched();
  const run = integrate(field, { ...base, ...options });
  expect(run.status).toBe("finished");
  expect(run.evaluations).toBe(seen.calls);
  return run;
}

describe("evaluations of the right-hand side are exactly those the method needs", () => {
  it.each([
    ["tsit5", 6],
    ["dopri5", 6],
    ["dop853", 12],
    ["bosh3", 3],
  ] as const)("%s: %i a step and 1 to begin (first same as last)", (method, stages) => {
    expect(count({ method, stepping: "fixed", dt: 0.1 }).evaluations).toBe(1 + stages * 100);
  });

  it("a rejected step of a first-same-as-last pair costs one less than its stages", () => {
    for (const [method, stages] of [
      ["dop853", 12],
      ["bosh3", 3],
      ["heun", 1],
    ] as const) {
      const run = count({ method, rtol: 1e-10, dt: 0.5 });
      expect(run.rejected, method).toBeGreaterThan(0);
      const own = method === "heun" ? run.steps : 1;
      expect(run.evaluations, method).toBe(own + stages * (run.steps + run.rejected));
    }
  });

  it.each([
    ["rk4", 4],
    ["ssprk3", 3],
    ["midpoint", 2],
    ["euler", 1],
  ] as const)("%s: %i a step", (method, stages) => {
    expect(count({ method, dt: 0.1 }).evaluations).toBe(stages * 100);
  });

  it.each([
    [undefined, 2],
    [0.5, 1],
  ])("adaptive, dt %s: 6 a trial step, rejected or not, and %i to begin", (dt, first) => {
    const run = count({ method: "tsit5", rtol: 1e-10, ...(dt === undefined ? {} : { dt }) });
    if (dt !== undefined) expect(run.rejected).toBeGreaterThan(0);
    expect(run.evaluations).toBe(first + 6 * (run.steps + run.rejected));
  });

  it("a switch costs one: the derivative before it is of no use after it", () => {
    const breakpoints = breakpointsAt([2, 3.5, 7], () => {});
    const run = count({ method: "tsit5", stepping: "fixed", dt: 0.1, breakpoints });
    expect(run).toMatchObject({ steps: 100, evaluations: 1 + 6 * 100 + 3 });
  });

  it("free dense output is free; Hermite costs the derivative at the end of the last sampled step only", () => {
    const record = { every: 0.03 };
    expect(count({ method: "dopri5", stepping: "fixed", dt: 0.1, record }).evaluations).toBe(601);
    expect(count({ method: "bosh3", stepping: "fixed", dt: 0.1, record }).evaluations).toBe(301);
    expect(count({ method: "rk4", dt: 0.1, record }).evaluations).toBe(401);
  });

  it("dop853 pays three evaluations for dense output, in the steps that are sampled only, however often", () => {
    const fixed = { method: "dop853", stepping: "fixed", dt: 0.5 } as const;
    const samples = [0.7, 0.25, 0.1];
    const sampled = [14, 20, 20];
    const found = samples.map((every) => count({ ...fixed, record: { every } }).evaluations);
    // Multiples of 0.7 fall on the end of two steps (3.5 and 7), which needs no dense output.
    expect(found).toEqual(sampled.map((steps, k) => 1 + 12 * 20 + 3 * (k === 0 ? steps - 2 : steps)));
  });

  it("the steady-state test shares its derivative with the next step; the rate at the end is one more", () => {
    const steadyState = { rtol: 1e-12, atol: 1e-12 };
    expect(count({ method: "rk4", dt: 0.1, steadyState }).evaluations).toBe(401);
    expect(count({ method: "tsit5", stepping: "fixed", dt: 0.1, steadyState }).evaluations).toBe(601);
  });
});

/** Float64Arrays constructed while `body` runs. */
function allocations(body: () => void): number {
  const original = globalThis.Float64Array;
  let made = 0;
  globalThis.Float64Array = new Proxy(original, {
    construct(target, args, newTarget) {
      made++;
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    body();
  } finally {
    globalThis.Float64Array = original;
  }
  return made;
}

describe("no allocation per step", () => {
  const run = (until: number, field: Field) => () => {
    const monitors = [{ name: "speed", value: (_t: number, state: Float64Array) => 100 - state[1]! }];
    const energy = (_t: number, state: Float64Array) => state[1]! ** 2 / 2 - Math.cos(state[0]!);
    integrate(field, { initial: base.initial, until, monitors, energy });
  };

  it("the field sees the same buffers throughout", () => {
    const [short, long] = [watched(), watched()];
    run(1, short.field)();
    run(100, long.field)();
    expect(long.seen.calls).toBeGreaterThan(20 * short.seen.calls);
    expect(long.seen.outs.size).toBe(short.seen.outs.size);
    expect(long.seen.states.size).toBe(short.seen.states.size);
  });

  it.each(["tsit5", "rk4"] as const)("%s: as many arrays for 1000 steps as for 10", (method) => {
    const { field } = watched();
    const steps = (until: number) =>
      allocations(() => integrate(field, { ...base, until, method, dt: 0.1, stepping: "fixed" }));
    expect(steps(100)).toBe(steps(1));
    expect(steps(100)).toBeGreaterThan(0);
  });

  it("planted fault: a stepper that copies its state every step is counted", () => {
    const { field } = watched();
    const wasteful = {
      ...METHODS.rk4,
      create(inner: Field) {
        const stepper = METHODS.rk4.create(inner);
        const step = stepper.step.bind(stepper);
        const copying = (tNext: number) => step(tNext + new Float64Array(2)[0]!);
        return Object.assign(stepper, { step: copying });
      },
    };
    const steps = (until: number) =>
      allocations(() => integrate(field, { ...base, until, method: wasteful, dt: 0.1 }));
    expect(steps(100) - steps(1)).toBe(990);
  });
});
