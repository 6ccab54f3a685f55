/** Events on expressions of a model, located on the dense output; and inputs that switch a million times. */
import { describe, expect, test } from "vitest";
import { readEvents } from "../../src/front/events.js";
import { defineModel } from "../../src/front/model.js";
import { derive } from "../../src/front/theory.js";
import { breakpointsAt, integrate, periodicBreakpoints } from "../../src/ode/index.js";
import type { ModelSource } from "../../src/parser/index.js";
import { compileField, type SimulateOptions, simulate } from "../../src/simulation/index.js";
import { must } from "../cases/compiled.js";

type Source = Omit<ModelSource, "legendre" | "name">;
type When = Readonly<Record<string, string>>;

const decay: Source = { state: { x: {} }, energy: "x^2/2" };
const circle: Source = { dynamics: { q: "p", p: "-q" } };

/** A run from the given states; names that begin with "stop" end it. */
function run(
  source: Source,
  initial: Readonly<Record<string, number>>,
  events: When,
  options: SimulateOptions,
) {
  const theory = derive(defineModel({ legendre: 1, name: "watched", ...source }));
  const watched = Object.entries(events).map(([name, when]) => ({
    name,
    when,
    terminal: name.startsWith("stop"),
  }));
  const arrays = new Map(
    Object.entries(initial).map(([n, x]) => [
      n,
      { value: { shape: [], data: Float64Array.of(x) }, source: "test" },
    ]),
  );
  const field = must(compileField(theory.theory, { arrays, events: readEvents(theory, watched) }));
  return must(simulate(field, options));
}

const tight = { rtol: 1e-12, atol: 1e-12 };

describe("a crossing", () => {
  test.each(["x = 1/2", "x < 1/2", "x - 1/2", "1/2 - x", "x^2 - 1/4"])(
    "%s of a decay is at log 2",
    (half) => {
      const { events, steps } = run(decay, { x: 1 }, { half }, { until: 5, ...tight });
      expect(events.map((e) => e.name)).toEqual(["half"]);
      expect(Math.abs(events[0]!.t - Math.log(2))).toBeLessThan(1e-10);
      expect(events[0]!.state[0]).toBeCloseTo(0.5, 10);
      // Located within steps far longer than that.
      expect(5 / steps).toBeGreaterThan(1e-3);
    },
  );

  test("x > 1/2, which is true from the start and never becomes true, does not happen", () => {
    expect(run(decay, { x: 1 }, { half: "x > 1/2" }, { until: 5 }).events).toEqual([]);
  });

  test("becoming true is one direction, crossing both, in order of time", () => {
    const events = { up: "q > 0", down: "q < 0", through: "q = 0", peak: "p < 0" };
    const found = run(circle, { q: 1, p: 0 }, events, { until: 3.9 * Math.PI, ...tight }).events;
    const times = (name: string) => found.filter((e) => e.name === name).map((e) => e.t / Math.PI);
    for (const [name, expected] of [
      ["up", [1.5, 3.5]],
      ["down", [0.5, 2.5]],
      ["through", [0.5, 1.5, 2.5, 3.5]],
      // It starts at 0, and has then crossed nothing.
      ["peak", [2]],
    ] as const) {
      expect(times(name)).toHaveLength(expected.length);
      for (const [k, t] of expected.entries()) expect(times(name)[k]).toBeCloseTo(t, 9);
    }
    expect(found.map((e) => e.t)).toEqual(found.map((e) => e.t).toSorted((a, b) => a - b));
  });
});

describe("an event that ends the run", () => {
  const stopped = run(
    decay,
    { x: 1 },
    { stop: "x < 1/2", early: "x < 3/4", late: "x < 1/4" },
    { until: 5, ...tight, record: "steps" },
  );

  test("stands at the event, with what was recorded and measured up to it", () => {
    expect(stopped.status).toBe("event");
    expect(stopped.t).toBe(stopped.events.at(-1)!.t);
    expect([...stopped.state]).toEqual([...stopped.events.at(-1)!.state]);
    expect(stopped.events.map((e) => e.name)).toEqual(["early", "stop"]);
    expect(stopped.record.t.at(-1)).toBe(stopped.t);
    expect(stopped.energy!.end).toBeCloseTo(1 / 8, 10);
    expect(stopped.energy!.largestIncrease).toBe(0);
  });

  test("planted fault: the end of the step is not the event", () => {
    const through = run(decay, { x: 1 }, { half: "x < 1/2" }, { until: 5, ...tight, record: "steps" });
    const after = through.record.t.find((t) => t > Math.log(2))!;
    expect(after - Math.log(2)).toBeGreaterThan(1e-4);
  });

  test("ends at once where its condition holds already", () => {
    expect(run(decay, { x: 1 }, { stop: "x < 2" }, { until: 5 })).toMatchObject({
      status: "event",
      t: 0,
      steps: 0,
    });
  });

  test("samples asked for stop with the run", () => {
    const { record, t } = run(
      decay,
      { x: 1 },
      { stop: "x < 1/2" },
      { until: 5, ...tight, record: { every: 0.1 } },
    );
    expect(record.t).toHaveLength(7);
    expect(record.t.at(-1)!).toBeLessThan(t);
  });

  test.each([
    ["euler", { method: "euler", dt: 0.01 }],
    ["rk4", { method: "rk4", dt: 0.3 }],
    ["dopri5", { method: "dopri5" }],
  ] as const)("works with %s", (_, options) => {
    const { status, t } = run(decay, { x: 1 }, { stop: "x < 1/2" }, { until: 5, ...options });
    expect(status).toBe("event");
    expect(Math.abs(t - Math.log(2))).toBeLessThan(0.01);
  });

  test("works with noise and with sweeps", () => {
    const walk: Source = { ...decay, noise: { x: "1" } };
    const walked = run(walk, { x: 0.1 }, { stop: "x > 1" }, { until: 1000, dt: 0.01 });
    expect(walked.status).toBe("event");
    expect(walked.state[0]).toBeCloseTo(1, 9);
    const spins: Source = { state: { a: { values: [-1, 1] }, b: { values: [-1, 1] } }, energy: "-a - b" };
    const swept = run(spins, { a: -1, b: -1 }, { stop: "a + b > 1" }, { until: 9 });
    expect(swept.status).toBe("event");
    expect(swept.t).toBeCloseTo(1, 12);
  });

  test("an input that switches past the condition ends the run at the switch", () => {
    const driven: Source = {
      inputs: { I: { schedule: { times: [0, 3], values: [0, 1] } } },
      state: { x: {} },
      energy: "x^2/2 - I*x",
    };
    expect(run(driven, { x: 0 }, { stop: "I - x > 1/2" }, { until: 9 })).toMatchObject({
      status: "event",
      t: 3,
    });
  });
});

describe("text", () => {
  const layered: Source = {
    indices: { i: 2 },
    layers: { v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g" } },
    synapses: { none: "0" },
  };
  const read = (when: string) => () => run(layered, {}, { e: when }, { until: 1 });

  test("may speak of activations", () => expect(read("max(i, g[i]) < 1/2")).not.toThrow());
  test.each([
    ["v[i] > 1", /leaves i free/],
    ["v[0] != 1", /not one comparison/],
    ["w[0] > 1", /unknown name w/],
    ["v[0] >", /./],
  ])("%s is refused", (when, message) => expect(read(when)).toThrow(message));
});

describe("a million switches", () => {
  /** What one switch costs, in calls: field, next, arrive. */
  function callsPerSwitch(n: number, make: "list" | "period"): number {
    let calls = 0;
    const counted = {
      size: 1,
      rhs: (_: number, s: Float64Array, out: Float64Array) => {
        calls++;
        out[0] = -s[0]!;
      },
    };
    const arrive = () => {
      calls++;
    };
    const b =
      make === "list"
        ? breakpointsAt(
            Float64Array.from({ length: n }, (_, k) => k + 1),
            arrive,
          )
        : periodicBreakpoints(1, arrive);
    const breakpoints = {
      ...b,
      next: (t: number) => {
        calls++;
        return b.next(t);
      },
    };
    const { status, t } = integrate(counted, {
      initial: Float64Array.of(1),
      until: n,
      method: "rk4",
      dt: 1,
      breakpoints,
    });
    expect([status, t]).toEqual(["finished", n]);
    return calls / n;
  }

  test.each(["list", "period"] as const)("cost as much each as ten of them (%s)", (make) => {
    expect(callsPerSwitch(1_000_000, make)).toBeLessThanOrEqual(callsPerSwitch(10, make) + 0.5);
  });

  test("the list is walked, not searched", () => {
    let reads = 0;
    const n = 100_000;
    const times = new Proxy({ length: n } as ArrayLike<number>, {
      get: (target, key) => {
        if (key === "length") return target.length;
        reads++;
        return Number(key) + 1;
      },
    });
    const breakpoints = breakpointsAt(times, () => {});
    const still = { size: 1, rhs: (_: number, __: Float64Array, out: Float64Array) => out.fill(0) };
    integrate(still, { initial: Float64Array.of(1), until: n, method: "euler", dt: 1, breakpoints });
    expect(reads / n).toBeLessThan(20);
  });
});
