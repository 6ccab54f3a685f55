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

const ECCENTRICITY = 0.2;
const field: Field = { size: 4, rhs: kepler };

/** Position and velocity on the Kepler ellipse at time t, by Newton's method on Kepler's equation. */
function onEllipse(t: number): Float64Array {
  const e = ECCENTRICITY;
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
  const run = integrate(field, {
    ...{ initial: onEllipse(0), until: UNTIL, method },
    ...({ stepping: "fixed", dt: UNTIL / count } as const),
  });
  expect(run).toMatchObject({ status: "finished", steps: count, t: UNTIL });
  return distance(run.state, onEllipse(UNTIL));
}

/** Worst error over samples that lie anywhere inside the steps. */
function denseError(method: MethodName, count: number): number {
  const run = integrate(field, {
    ...{ initial: onEllipse(0), until: UNTIL, method, record: { every: UNTIL / 97.3 } },
    ...({ stepping: "fixed", dt: UNTIL / count } as const),
  });
  expect(run.record.t).toHaveLength(98);
  return Math.max(...run.record.states.map((state, k) => distance(state, onEllipse(run.record.t[k]!))));
}

/** Error of the interpolant at the middle of one step from the exact solution. */
function localDenseError(method: MethodName, h: number): number {
  const starts = [0, 0.7, 1.9, 3.1, 4.4];
  const errors = starts.map((t0) => {
    const stepper = METHODS[method].create(field);
    stepper.init(t0, onEllipse(t0));
    expect(stepper.step(t0 + h)).toBe("ok");
    const middle = new Float64Array(4);
    stepper.interpolate(t0 + h / 2, middle);
    return distance(middle, onEllipse(t0 + h / 2));
  });
  return Math.max(...errors);
}

const measure = (error: (count: number) => number, counts: readonly number[]) =>
  slope(
    counts.map((count) => 1 / count),
    counts.map(error),
  );

const ranges = {
  tsit5: [50, 100, 200, 400],
  dopri5: [50, 100, 200, 400],
  rk4: [100, 200, 400, 800],
  euler: [8000, 16000, 32000],
} as const;

describe("order of convergence, measured on a Kepler orbit", () => {
  it.each([
    ["tsit5", 5],
    ["dopri5", 5],
    ["rk4", 4],
    ["euler", 1],
  ] as const)("%s: order %i at the end of the run", (method, order) => {
    expect(METHODS[method].order).toBe(order);
    expect(Math.abs(measure((count) => endError(method, count), ranges[method]) - order)).toBeLessThan(0.15);
  });

  it.each([
    ["tsit5", 5],
    ["dopri5", 5],
    ["rk4", 4],
    ["euler", 1],
  ] as const)("%s: order %i at the samples of the dense output", (method, order) => {
    expect(Math.abs(measure((count) => denseError(method, count), ranges[method]) - order)).toBeLessThan(
      0.15,
    );
  });

  it.each([
    ["tsit5", 4],
    ["dopri5", 4],
    ["rk4", 3],
    ["euler", 1],
  ] as const)("%s: dense output of order %i has a local error one order higher", (method, order) => {
    const lengths = [0.04, 0.02, 0.01];
    const errors = lengths.map((h) => localDenseError(method, h));
    expect(Math.abs(slope(lengths, errors) - (order + 1))).toBeLessThan(0.15);
  });

  it("planted fault: one digit of tsit5 transcribed wrongly loses the order", () => {
    const a = tsit5.a.map((row, i) =>
      i === 4 ? row.map((value, j) => (j === 2 ? "7.4950393428898362083046047845644" : value)) : row,
    );
    const wrong = explicitRungeKutta({ ...tsit5, a });
    expect(measure((count) => endError(wrong, count), ranges.tsit5)).toBeLessThan(4.5);
  });
});
