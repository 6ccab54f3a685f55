import { describe, expect, it } from "vitest";
import {
  explicitRungeKutta,
  type Field,
  integrate,
  METHODS,
  type Method,
  type MethodName,
  tsit5,
} from "../../src/ode/index.js";
import { distance, kepler } from "./problems.js";

/** An error of order 8 stands above rounding only at steps for which the orbit must be nearly round. */
const eccentricityFor = (method: MethodName | Method) => (method === "dop853" ? 0.02 : 0.2);
const field: Field = { size: 4, rhs: kepler };

/** Position and velocity on the Kepler ellipse at time t, by Newton's method on Kepler's equation. */
function onEllipse(t: number, e: number): Float64Array {
  let anomaly = t;
  for (let k = 0; k < 50; k++) anomaly -= (anomaly - e * Math.sin(anomaly) - t) / (1 - e * Math.cos(anomaly));
  const [cos, sin, width] = [Math.cos(anomaly), Math.sin(anomaly), Math.sqrt(1 - e * e)];
  const speed = 1 / (1 - e * cos);
  return Float64Array.of(cos - e, width * sin, -sin * speed, width * cos * speed);
}

/** Least-squares slope of log(error) over log(h). */
function slope(steps: readonly number[], errors: readonly number[]): number {
  const [x, y] = [steps.map(Math.log), errors.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, value, k) => sum + (value - mx) * (y[k]! - my), 0);
  return covariance / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}

const UNTIL = 4;

function endError(method: MethodName | Method, count: number): number {
  const exact = (t: number) => onEllipse(t, eccentricityFor(method));
  const run = integrate(field, {
    ...{ initial: exact(0), until: UNTIL, method },
    ...({ stepping: "fixed", dt: UNTIL / count } as const),
  });
  expect(run).toMatchObject({ status: "finished", steps: count, t: UNTIL });
  return distance(run.state, exact(UNTIL));
}

/** Worst error over samples that lie anywhere inside the steps. */
function denseError(method: MethodName, count: number): number {
  const exact = (t: number) => onEllipse(t, eccentricityFor(method));
  const run = integrate(field, {
    ...{ initial: exact(0), until: UNTIL, method, record: { every: UNTIL / 97.3 } },
    ...({ stepping: "fixed", dt: UNTIL / count } as const),
  });
  expect(run.record.t).toHaveLength(98);
  return Math.max(...run.record.states.map((state, k) => distance(state, exact(run.record.t[k]!))));
}

/** Error of the interpolant at the middle of one step from the exact solution. */
function localDenseError(method: MethodName, h: number): number {
  const exact = (t: number) => onEllipse(t, eccentricityFor(method));
  const starts = [0, 0.7, 1.9, 3.1, 4.4];
  const errors = starts.map((t0) => {
    const stepper = METHODS[method].create(field);
    stepper.init(t0, exact(t0));
    expect(stepper.step(t0 + h)).toBe("ok");
    const middle = new Float64Array(4);
    stepper.interpolate(t0 + h / 2, middle);
    return distance(middle, exact(t0 + h / 2));
  });
  return Math.max(...errors);
}

const measure = (error: (count: number) => number, counts: readonly number[]) =>
  slope(
    counts.map((count) => 1 / count),
    counts.map(error),
  );

/** Order, order of the dense output, and numbers of steps that lie between the first terms and rounding. */
const expected = {
  dop853: { order: 8, dense: 7, counts: [16, 20, 25, 32, 40] },
  tsit5: { order: 5, dense: 4, counts: [50, 100, 200, 400] },
  dopri5: { order: 5, dense: 4, counts: [50, 100, 200, 400] },
  rk4: { order: 4, dense: 3, counts: [100, 200, 400, 800] },
  bosh3: { order: 3, dense: 3, counts: [400, 800, 1600, 3200] },
  ssprk3: { order: 3, dense: 3, counts: [400, 800, 1600, 3200] },
  heun: { order: 2, dense: 2, counts: [2000, 4000, 8000] },
  midpoint: { order: 2, dense: 2, counts: [2000, 4000, 8000] },
  euler: { order: 1, dense: 1, counts: [8000, 16000, 32000] },
} satisfies Partial<Record<MethodName, { order: number; dense: number; counts: readonly number[] }>>;
const methods = (Object.keys(expected) as (keyof typeof expected)[]).map((name) => ({
  name,
  ...expected[name],
}));

describe("order of convergence, measured on a Kepler orbit", () => {
  it.each(methods)("$name: order $order at the end of the run", ({ name, order, counts }) => {
    expect(METHODS[name].order).toBe(order);
    expect(Math.abs(measure((count) => endError(name, count), counts) - order)).toBeLessThan(0.15);
  });

  it.each(methods)("$name: order $order at the samples of the dense output", ({ name, order, counts }) => {
    expect(Math.abs(measure((count) => denseError(name, count), counts) - order)).toBeLessThan(0.15);
  });

  it.each(methods)(
    "$name: dense output of order $dense has a local error one order higher",
    ({ name, dense }) => {
      const lengths = dense > 5 ? [0.2, 0.16, 0.128] : [0.04, 0.02, 0.01];
      const errors = lengths.map((h) => localDenseError(name, h));
      expect(Math.abs(slope(lengths, errors) - (dense + 1))).toBeLessThan(0.15);
    },
  );

  it("planted fault: one digit of tsit5 transcribed wrongly loses the order", () => {
    const a = tsit5.a.map((row, i) =>
      i === 4 ? row.map((value, j) => (j === 2 ? "7.4950393428898362083046047845644" : value)) : row,
    );
    const wrong = explicitRungeKutta({ ...tsit5, a });
    expect(measure((count) => endError(wrong, count), expected.tsit5.counts)).toBeLessThan(4.5);
  });
});
