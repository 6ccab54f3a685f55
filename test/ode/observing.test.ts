import { afterEach, describe, expect, it, vi } from "vitest";
import { breakpointsAt, type Field, integrate, type Progress } from "../../src/ode/index.js";

const decay: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = -x[0]!) };
const initial = Float64Array.of(1);

/** x' = u − x lowers (x − u)²/2 between switches of u. */
function chased(times: readonly number[]) {
  let target = 0;
  const field: Field = { size: 1, rhs: (_t, x, out) => void (out[0] = target - x[0]!) };
  const energy = (_t: number, x: Float64Array) => (x[0]! - target) ** 2 / 2;
  const breakpoints = breakpointsAt(times, (_t, k) => void (target = k + 5));
  return { field, energy, breakpoints };
}

describe("energy", () => {
  it.each(["tsit5", "rk4", "euler"] as const)("%s: jumps at switching times are not rises", (method) => {
    const { field, energy, breakpoints } = chased([1, 2, 3, 4]);
    const run = integrate(field, { initial, until: 4, method, dt: 0.3, energy, breakpoints });
    expect(run.energy?.start).toBe(0.5);
    expect(run.energy?.largestIncrease).toBe(0);
    // The end is looked at before the switch that falls on it: u is still 7.
    expect(run.energy?.end).toBe((run.state[0]! - 7) ** 2 / 2);
  });

  it("planted fault: the same jump made behind the integrator's back is a rise", () => {
    const field: Field = { size: 1, rhs: (t, x, out) => void (out[0] = (t < 1 ? 0 : 5) - x[0]!) };
    const energy = (t: number, x: Float64Array) => (x[0]! - (t < 1 ? 0 : 5)) ** 2 / 2;
    const run = integrate(field, { initial, until: 3, method: "rk4", dt: 0.1, energy });
    expect(run.energy?.largestIncrease).toBeGreaterThan(9);
  });

  it("a real rise is reported, to the digit: explicit Euler beyond its stability limit", () => {
    const energy = (_t: number, x: Float64Array) => x[0]! ** 2 / 2;
    const run = integrate(decay, { initial, until: 7.5, method: "euler", dt: 2.5, energy });
    expect(run.energy).toEqual({
      start: 0.5,
      end: 1.5 ** 6 / 2,
      largestIncrease: 1.5 ** 6 / 2 - 1.5 ** 4 / 2,
    });
  });

  it("a rise in the step right after a switch counts", () => {
    const field: Field = { size: 1, rhs: (_t, _x, out) => void (out[0] = 1) };
    let offset = 0;
    const breakpoints = breakpointsAt([1], () => void (offset = -100));
    const energy = (t: number, x: Float64Array) => offset + (t > 1 && t <= 1.25 ? x[0]! : 0);
    const run = integrate(field, { initial, until: 2, method: "euler", dt: 0.25, energy, breakpoints });
    expect(run.energy?.largestIncrease).toBe(2.25);
  });

  it("an energy that cannot be evaluated does not pass for one that fell", () => {
    const energy = (t: number, x: Float64Array) => (t === 0.5 ? Number.NaN : x[0]!);
    const run = integrate(decay, { initial, until: 2, method: "euler", dt: 0.25, energy });
    expect(run.energy?.largestIncrease).toBeNaN();
  });

  it("is absent when none was given", () => {
    expect("energy" in integrate(decay, { initial, until: 1 })).toBe(false);
  });
});

describe("recording", () => {
  it("nothing unless asked", () => {
    expect(integrate(decay, { initial, until: 1 }).record).toEqual({ t: [], states: [], energy: [] });
  });

  it("steps: the start and every accepted step, as copies", () => {
    const run = integrate(decay, { initial, until: 1, record: "steps", energy: (_t, x) => x[0]! });
    expect(run.record.t).toHaveLength(run.steps + 1);
    expect(run.record.t[0]).toBe(0);
    expect(run.record.t.at(-1)).toBe(1);
    expect(run.record.energy).toEqual(run.record.states.map((state) => state[0]));
    expect(new Set(run.record.states).size).toBe(run.steps + 1);
    expect(run.record.states.at(-1)).toEqual(run.state);
  });

  it.each(["tsit5", "dopri5", "rk4"] as const)(
    "%s every: the grid, by dense output, to the end",
    (method) => {
      const options = method === "rk4" ? { dt: 0.01 } : { rtol: 1e-9, atol: 1e-12 };
      const run = integrate(decay, {
        ...{ initial, until: 2, method, record: { every: 0.1 }, energy: (t: number) => t },
        ...options,
      });
      expect(run.record.t).toEqual(Array.from({ length: 21 }, (_, k) => k * 0.1));
      expect(run.record.energy).toHaveLength(21);
      for (const [k, state] of run.record.states.entries()) {
        expect(Math.abs(state[0]! - Math.exp(-k * 0.1))).toBeLessThan(2e-9);
      }
      expect(run.record.states.at(-1)).toEqual(run.state);
    },
  );

  it("samples on the grid of fixed steps are the steps, not interpolations", () => {
    const options = { initial, until: 3, method: "euler", dt: 0.1 } as const;
    const [sampled, stepped] = [
      integrate(decay, { ...options, record: { every: 0.1 } }),
      integrate(decay, { ...options, record: "steps" }),
    ];
    expect(sampled.record.states).toEqual(stepped.record.states);
  });

  it("a sample at a switching time is taken before the switch", () => {
    const { field, energy, breakpoints } = chased([1]);
    const run = integrate(field, { initial, until: 2, energy, breakpoints, record: { every: 0.5 } });
    expect(run.record.energy[2]).toBe(run.record.states[2]![0]! ** 2 / 2);
  });
});

describe("monitors", () => {
  const above = (level: number) => ({
    name: `x > ${level}`,
    value: (_t: number, x: Float64Array) => x[0]! - level,
  });

  it.each([
    ["tsit5", 1e-8],
    ["dopri5", 1e-8],
    ["rk4", 1e-6],
  ] as const)(
    "%s: first exits are located on the dense output, in order, without stopping",
    (method, error) => {
      const options = method === "rk4" ? { dt: 0.05 } : { rtol: 1e-10, atol: 1e-12 };
      const monitors = [above(0.1), above(0.5), above(-1)];
      const run = integrate(decay, { initial, until: 5, method, monitors, ...options });
      expect(run).toMatchObject({ status: "finished", t: 5 });
      expect(run.exits.map((exit) => exit.name)).toEqual(["x > 0.5", "x > 0.1"]);
      expect(Math.abs(run.exits[0]!.t - Math.LN2)).toBeLessThan(error);
      expect(Math.abs(run.exits[1]!.t - Math.LN10)).toBeLessThan(error);
    },
  );

  it("only the first exit counts, also of a margin that comes back within one step", () => {
    const field: Field = { size: 1, rhs: (_t, _x, out) => void (out[0] = 1) };
    const dip = { name: "dip", value: (_t: number, x: Float64Array) => Math.abs(x[0]! - 2) - 0.4 };
    const run = integrate(field, { initial, until: 3, method: "euler", dt: 2, monitors: [dip] });
    expect(run.steps).toBe(2);
    expect(run.exits).toEqual([{ name: "dip", t: expect.closeTo(0.6, 12) }]);
  });

  it("two exits within one step come in the order of time", () => {
    const field: Field = { size: 1, rhs: (_t, _x, out) => void (out[0] = -1) };
    const run = integrate(field, {
      initial,
      until: 1,
      method: "euler",
      dt: 1,
      monitors: [above(0.8), above(0.3)],
    });
    expect(run.exits.map(({ t }) => t)).toEqual([expect.closeTo(0.2, 12), expect.closeTo(0.7, 12)]);
  });

  it("a switch on the last instant is made and breaks nothing", () => {
    let broken = false;
    const breakpoints = breakpointsAt([1], () => void (broken = true));
    const monitors = [{ name: "switch", value: () => (broken ? -1 : 1) }];
    expect(integrate(decay, { initial, until: 1, monitors, breakpoints }).exits).toEqual([]);
    expect(broken).toBe(true);
  });

  it("a margin that starts below 0, is NaN, or is broken by a switch", () => {
    let broken = false;
    const breakpoints = breakpointsAt([0.5], () => void (broken = true));
    const monitors = [
      { name: "switch", value: () => (broken ? -1 : 1) },
      { name: "nan", value: () => Number.NaN },
      above(2),
    ];
    const { exits } = integrate(decay, { initial, until: 1, monitors, breakpoints });
    expect(exits.find(({ name }) => name === "switch")).toEqual({ name: "switch", t: 0.5 });
    expect(exits.filter(({ t }) => t === 0).map(({ name }) => name)).toEqual(["x > 2", "nan"]);
  });
});

describe("progress", () => {
  afterEach(() => vi.restoreAllMocks());

  it("is reported every tenth of a second of wall time and once at the end", () => {
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (clock += 30));
    const reports: Progress[] = [];
    const run = integrate(decay, {
      ...({ initial, t0: 1, until: 3, method: "euler", dt: 0.1 } as const),
      onProgress: (progress) => reports.push(progress),
    });
    expect(run.steps).toBe(20);
    expect(reports.map(({ steps }) => steps)).toEqual([4, 8, 12, 16, 20, 20]);
    expect(reports[0]).toMatchObject({ until: 3, fraction: (reports[0]!.t - 1) / 2 });
    expect(reports.at(-1)).toEqual({ t: 3, until: 3, steps: 20, fraction: 1 });
  });
});
