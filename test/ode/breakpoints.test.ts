import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Breakpoints,
  breakpointsAt,
  type Field,
  integrate,
  periodicBreakpoints,
} from "../../src/ode/index.js";
import { GENERAL_METHODS } from "./problems.js";

/** x' = u − x with u piecewise constant: inputs[k] from times[k−1] to times[k]. */
function relay(times: readonly number[], inputs: readonly number[]) {
  let input = inputs[0]!;
  let [from, to] = [Number.NEGATIVE_INFINITY, times[0] ?? Number.POSITIVE_INFINITY];
  const arrivals: number[] = [];
  const strays: number[] = [];
  const field: Field = {
    size: 1,
    rhs(t, state, out) {
      if (t < from || t > to) strays.push(t);
      out[0] = input - state[0]!;
    },
  };
  const breakpoints = breakpointsAt(times, (t, index) => {
    arrivals.push(t);
    input = inputs[index + 1]!;
    from = times[index]!;
    to = times[index + 1] ?? Number.POSITIVE_INFINITY;
  });
  return { field, breakpoints, arrivals, strays };
}

function exactly(times: readonly number[], inputs: readonly number[], until: number, x0: number): number {
  let [x, t] = [x0, 0];
  for (const [k, input] of inputs.entries()) {
    const stop = Math.min(times[k] ?? until, until);
    x = input + (x - input) * Math.exp(-(stop - t));
    t = stop;
  }
  return x;
}

const times = [0.3, 0.7, 0.7000001, 2, 2.5, 6];
const inputs = [1, -2, 5, 0.5, 3, -1, 2];
const initial = Float64Array.of(0.25);

describe("piecewise constant inputs", () => {
  it.each([1e-6, 1e-9, 1e-12])("the exact solution is reached at rtol %s", (rtol) => {
    const { field, breakpoints } = relay(times, inputs);
    const run = integrate(field, { initial, until: 8, rtol, atol: rtol, breakpoints });
    expect(run.status).toBe("finished");
    expect(Math.abs(run.state[0]! - exactly(times, inputs, 8, 0.25))).toBeLessThan(rtol);
  });

  it.each(GENERAL_METHODS)("%s integrates x' = u(t) to rounding", (method) => {
    const { breakpoints, field } = relay(times, inputs);
    const drift: Field = {
      size: 1,
      rhs(t, state, out) {
        field.rhs(t, state, out);
        out[0]! += state[0]!;
      },
    };
    const run = integrate(drift, { initial, until: 8, method, dt: 0.11, breakpoints });
    const expected = inputs.reduce((x, u, k) => x + u * ((times[k] ?? 8) - (times[k - 1] ?? 0)), 0.25);
    expect(Math.abs(run.state[0]! - expected)).toBeLessThan(1e-13);
  });

  it.each(GENERAL_METHODS)("%s never looks across a switch", (method) => {
    const { field, breakpoints, strays, arrivals } = relay(times, inputs);
    integrate(field, { initial, until: 8, method, dt: 0.31, breakpoints });
    expect(strays).toEqual([]);
    expect(arrivals).toEqual(times);
  });

  it.each(["tsit5", "dopri5", "dop853", "bosh3", "rk4"] as const)(
    "%s: not even by rounding t + h",
    (method) => {
      const pairs = Array.from(
        { length: 300 },
        (_, k) => [-3 * Math.abs(Math.sin(k)), Math.cos(k) ** 2 / 10] as const,
      );
      const rounded = pairs.filter(([from, to]) => from + (to - from) > to);
      expect(rounded.length).toBeGreaterThan(10);
      for (const [t0, stop] of rounded) {
        const { field, breakpoints, strays } = relay([stop], [1, 2]);
        integrate(field, { initial, t0, until: stop + 1, method, stepping: "fixed", dt: 100, breakpoints });
        expect(strays).toEqual([]);
      }
    },
  );

  it("nor does the automatic first step", () => {
    const { field, breakpoints, strays } = relay([1e-9, 2], [0, 1, 2]);
    integrate(field, { initial, until: 8, breakpoints });
    expect(strays).toEqual([]);
  });

  it("planted fault: without breakpoints the same run looks across, and is wrong", () => {
    const { field, strays } = relay(times, inputs);
    const run = integrate(field, { initial, until: 8, rtol: 1e-9 });
    expect(strays.length).toBeGreaterThan(0);
    expect(Math.abs(run.state[0]! - exactly(times, inputs, 8, 0.25))).toBeGreaterThan(0.1);
  });

  it("an input switched by the clock inside the field is survived, at a price", () => {
    const square: Field = { size: 1, rhs: (t, x, out) => void (out[0] = (Math.floor(t) % 2) - x[0]!) };
    const run = integrate(square, { initial, until: 10, rtol: 1e-8 });
    expect(run.status).toBe("finished");
    expect(run.rejected).toBeGreaterThan(20);
  });
});

describe("landing", () => {
  const tenths = Array.from({ length: 1000 }, (_, k) => (k + 1) * 0.1);
  const still: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = -x[0]!) };

  it.each([
    ["euler", 0.1, 1000],
    ["euler", 0.05, 2000],
    ["rk4", 0.03, 4000],
    ["rk4", 7, 1000],
  ] as const)("%s, dt %s: times k·0.1 bit for bit, in %i steps: no slivers", (method, dt, steps) => {
    const arrivals: number[] = [];
    const breakpoints = breakpointsAt(tenths, (t) => arrivals.push(t));
    const run = integrate(still, { initial, until: 100, method, dt, breakpoints, record: "steps" });
    expect(arrivals).toEqual(tenths);
    expect(run.steps).toBe(steps);
    const lengths = run.record.t.slice(1).map((t, k) => t - run.record.t[k]!);
    expect(Math.min(...lengths)).toBeGreaterThan(Math.min(dt, 0.1) * 0.3);
  });

  it("adaptive steps leave no slivers either", () => {
    const arrivals: number[] = [];
    const breakpoints = breakpointsAt(tenths, (t) => arrivals.push(t));
    const run = integrate(still, {
      initial,
      until: 100,
      rtol: 1e-9,
      atol: 1e-12,
      breakpoints,
      record: "steps",
    });
    expect(arrivals).toEqual(tenths);
    const lengths = run.record.t.slice(1).map((t, k) => t - run.record.t[k]!);
    expect(Math.min(...lengths.slice(10))).toBeGreaterThan(0.005);
  });

  it("a grid of fixed steps that rounding keeps off `until` still ends on it", () => {
    for (const until of [0.3, 0.7, 1e6 * 0.1, 1.1]) {
      const run = integrate(still, { initial, until, method: "euler", dt: 0.1 });
      expect(run).toMatchObject({ t: until, steps: Math.round(until / 0.1) });
    }
  });

  it("a dt with the last digits of 1/3 left out still takes three steps", () => {
    expect(integrate(still, { initial, until: 1, method: "euler", dt: 0.333333333333 }).steps).toBe(3);
  });

  it("late on the clock, where rounding is coarse, switches still fall on the grid", () => {
    const late = Array.from({ length: 50 }, (_, k) => 1e6 + (k + 1) * 0.1);
    const breakpoints = breakpointsAt(late, () => {});
    const run = integrate(still, {
      initial,
      t0: 1e6,
      until: 1e6 + 5,
      method: "euler",
      dt: 1e-3,
      breakpoints,
    });
    expect(run.steps).toBe(5000);
  });

  it("one time computed in two ways is two arrivals and no step between", () => {
    const pair = [0.3, 0.1 + 0.2, 0.8, 0.8 + 2 ** -53];
    expect(new Set(pair).size).toBe(4);
    const arrivals: number[] = [];
    const breakpoints = breakpointsAt(pair, (t) => arrivals.push(t));
    const run = integrate(still, { initial, until: 1, method: "euler", dt: 0.1, breakpoints });
    expect(arrivals).toEqual(pair);
    expect(run.steps).toBe(10);
  });

  it("a pulse that is short beside the step before it is not hopped over", () => {
    let input = 0;
    const field: Field = { size: 1, rhs: (_t, _x, out) => void (out[0] = input) };
    const breakpoints = breakpointsAt([0, 1e-10], (_t, k) => void (input = k === 0 ? 1e10 : 0));
    const run = integrate(field, { initial: Float64Array.of(0), t0: -1e6, until: 1, breakpoints });
    expect(run.state[0]).toBeCloseTo(1, 12);
  });

  it("rounding near t = 0 makes no sliver", () => {
    const nearZero = -0.3 + 3 * 0.1;
    expect(nearZero).toBeGreaterThan(0);
    const breakpoints = breakpointsAt([0, nearZero], () => {});
    const run = integrate(still, { initial, t0: -0.3, until: 0.3, method: "euler", dt: 0.1, breakpoints });
    expect(run.steps).toBe(6);
  });

  it("a switch at `until` is arrived at, one at t0 is the caller's", () => {
    const arrivals: number[] = [];
    const breakpoints = breakpointsAt([0, 1, 2, 3], (t) => arrivals.push(t));
    integrate(still, { initial, until: 2, breakpoints });
    expect(arrivals).toEqual([1, 2]);
  });

  it("a million switches with explicit Euler", () => {
    let input = 0;
    const field: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = input - x[0]!) };
    const breakpoints = periodicBreakpoints(0.1, (_t, k) => void (input = k % 2));
    const run = integrate(field, { initial, until: 1e5, method: "euler", dt: 0.1, breakpoints });
    expect(run).toMatchObject({ status: "finished", steps: 1e6, t: 1e5 });
    // Two steps of x ← 0.9 x + 0.1 u, with u = 0 and then 1, contract to x = 0.81 x + 0.1.
    expect(run.state[0]).toBeCloseTo(0.1 / (1 - 0.81), 9);
  });

  it("a million switches from a list with tsit5, steps longer than the period", () => {
    const list = Float64Array.from({ length: 1e6 }, (_, k) => (k + 1) * 0.001);
    let arrivals = 0;
    const breakpoints = breakpointsAt(list, () => void arrivals++);
    const run = integrate(still, { initial, until: 2000, breakpoints });
    expect(run.status).toBe("finished");
    expect(arrivals).toBe(1e6);
  });
});

describe("breakpoints from a list or a period", () => {
  const ascending = fc
    .uniqueArray(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 0, maxLength: 20 })
    .map((list) => list.sort((x, y) => x - y));

  it("next is the first time strictly after, in whatever order it is asked", () => {
    fc.assert(
      fc.property(ascending, fc.array(fc.double({ min: -120, max: 120, noNaN: true })), (list, asked) => {
        const breakpoints = breakpointsAt(list, () => {});
        for (const after of [...asked, ...list]) {
          const expected = list.find((time) => time > after) ?? Number.POSITIVE_INFINITY;
          expect(breakpoints.next(after)).toBe(expected);
        }
      }),
      { seed: 1 },
    );
  });

  it("a period gives start + k·period bit for bit, and its k", () => {
    for (const { period, start } of [
      { period: 0.1, start: 0 },
      { period: 0.3, start: -7.7 },
      { period: 1e-3, start: 5 },
    ]) {
      const seen: [number, number][] = [];
      const breakpoints = periodicBreakpoints(period, (t, k) => seen.push([t, k]), start);
      let t = start;
      for (let k = 1; k <= 2000; k++) {
        t = breakpoints.next(t);
        breakpoints.arrive(t);
      }
      expect(seen).toEqual(Array.from({ length: 2000 }, (_, k) => [start + (k + 1) * period, k + 1]));
    }
  });

  it.each([0, -1, Number.NaN, 1e-30])("a period of %s is refused, not looped over", (period) => {
    const breakpoints = periodicBreakpoints(period, () => {}, 0);
    const field: Field = { size: 1, rhs: (_t, _x, out) => void (out[0] = 1) };
    const run = integrate(field, { initial, t0: 1, until: 2, method: "euler", dt: 0.1, breakpoints });
    expect(run.failure?.code).toBe("bad-breakpoint");
  });

  it.each([
    ["the same time again", (t: number) => t],
    ["an earlier time", () => -1],
    ["NaN", () => Number.NaN],
  ])("a `next` that returns %s is a failure, not an endless loop", (_name, next) => {
    const broken: Breakpoints = { next: (t) => (t < 0.5 ? 0.5 : next(t)), arrive: () => {} };
    const field: Field = { size: 1, rhs: (_t, _x, out) => void (out[0] = 1) };
    const run = integrate(field, { initial, until: 1, breakpoints: broken });
    expect(run).toMatchObject({ status: "failed", t: 0.5, failure: { code: "bad-breakpoint", t: 0.5 } });
    expect(integrate(field, { initial, t0: 0.6, until: 1, breakpoints: broken }).failure?.code).toBe(
      "bad-breakpoint",
    );
  });
});
