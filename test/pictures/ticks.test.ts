/** In: ranges of data. Out: the printed ticks of their axes, pinned. */
import { describe, expect, it } from "vitest";
import { linearTicks, logTicks, showValue } from "../../src/pictures/ticks.js";

describe("linear ticks", () => {
  it.each<[number, number, string[]]>([
    [0, 20, ["0", "5", "10", "15", "20"]],
    [-3.2, -1.2, ["−3.0", "−2.5", "−2.0", "−1.5"]],
    [-0.1, 0.1, ["−0.10", "−0.05", "0.00", "0.05", "0.10"]],
    [0, 3e-6, ["0", "1e−6", "2e−6", "3e−6"]],
    [-1e6, 1e6, ["−1.0e6", "−5.0e5", "0", "5.0e5", "1.0e6"]],
    [1000, 1000.02, ["1000.000", "1000.005", "1000.010", "1000.015", "1000.020"]],
    [7, 7, ["6.5", "7.0", "7.5"]],
    [0, 0, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]],
    [1, 1 + 1e-15, ["0.90", "0.95", "1.00", "1.05", "1.10"]],
  ])("%d to %d", (low, high, expected) => {
    expect(linearTicks(low, high, 5).labels).toEqual(expected);
  });

  it("stay inside the domain, which holds the data, for every scale of data", () => {
    for (let power = -300; power <= 300; power += 7) {
      for (const [low, high] of [
        [0, 1],
        [-3.3, 1.7],
        [2, 2.0001],
        [-9, -8.1],
      ] as const) {
        const ticks = linearTicks(low * 10 ** power, high * 10 ** power, 6, 0.04);
        const [start, end] = ticks.domain;
        expect(ticks.values.length).toBeGreaterThan(1);
        expect(ticks.values.length).toBeLessThan(12);
        expect(start).toBeLessThanOrEqual(low * 10 ** power);
        expect(end).toBeGreaterThanOrEqual(high * 10 ** power);
        expect(ticks.values[0]! - start).toBeGreaterThanOrEqual(-1e-9 * (end - start));
        expect(end - ticks.values.at(-1)!).toBeGreaterThanOrEqual(-1e-9 * (end - start));
        expect(new Set(ticks.labels).size).toBe(ticks.labels.length);
      }
    }
  });
});

describe("logarithmic ticks", () => {
  it.each<[number, number, string[]]>([
    [1e-12, 1, ["1e−12", "1e−9", "1e−6", "0.001", "1"]],
    [20, 960, ["20", "50", "100", "200", "500"]],
    [3, 3, ["2", "5"]],
    [3, 4, ["3", "4"]],
  ])("%d to %d", (low, high, expected) => {
    expect(logTicks(low, high, 5).labels).toEqual(expected);
  });
});

describe("numbers in running text", () => {
  it.each<[number, string]>([
    [0, "0"],
    [-0, "0"],
    [-3.2, "−3.2"],
    [1 / 3, "0.3333"],
    [1e-6, "1e−6"],
    [-123456, "−1.235e5"],
    [2.5e-7, "2.5e−7"],
  ])("%d", (value, text) => {
    expect(showValue(value)).toBe(text);
  });
});
