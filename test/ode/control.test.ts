import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FixedController } from "../../src/ode/control/fixed.js";
import { initialStep } from "../../src/ode/control/initial-step.js";
import { landing, sameTime } from "../../src/ode/control/landing.js";
import { PIController } from "../../src/ode/control/proportional-integral.js";
import { type Field, integrate } from "../../src/ode/index.js";

const lengthAt = (controller: PIController) => controller.propose(0);

describe("PI controller", () => {
  it("the formula of dopri5.f, by hand", () => {
    const controller = new PIController(4, 1);
    expect(controller.adapt(1, 0.5)).toBe("accept");
    const first = 0.9 * 0.5 ** -0.17 * 1e-4 ** 0.04;
    expect(lengthAt(controller)).toBeCloseTo(first, 14);
    controller.adapt(first, 0.25);
    expect(lengthAt(controller)).toBeCloseTo(first * 0.9 * 0.25 ** -0.17 * 0.5 ** 0.04, 14);
  });

  it.each([
    [0, 10],
    [1e-30, 10],
    [1e30, 0.2],
    [Number.POSITIVE_INFINITY, 0.2],
    [Number.NaN, 0.2],
  ])("error %s changes the step by %s, no more", (error, factor) => {
    const controller = new PIController(4, 1);
    controller.adapt(1, error);
    expect(lengthAt(controller)).toBeCloseTo(factor, 14);
  });

  it("does not grow in the step after a rejection, and may in the one after that", () => {
    const controller = new PIController(4, 1);
    expect(controller.adapt(1, 5)).toBe("retry");
    const shorter = lengthAt(controller);
    expect(shorter).toBeLessThan(0.9);
    controller.adapt(shorter, 1e-6);
    expect(lengthAt(controller)).toBe(shorter);
    controller.adapt(shorter, 1e-6);
    expect(lengthAt(controller)).toBeGreaterThan(shorter);
  });

  it("returns to the old step after one that was cut short by a stop", () => {
    const controller = new PIController(4, 1);
    controller.adapt(1e-4, 1e-12);
    expect(lengthAt(controller)).toBe(1);
    controller.adapt(0.5, 0.9);
    expect(lengthAt(controller)).toBeLessThan(0.5);
  });

  it("survives kinks: relu under an oscillating input", () => {
    const field: Field = { size: 1, rhs: (t, x, out) => void (out[0] = Math.max(0, Math.sin(t)) - x[0]!) };
    // One period from the fixed point of the period map: exact by variation of constants.
    const pulse = (1 + Math.exp(Math.PI)) / 2;
    const end = pulse / (Math.exp(2 * Math.PI) - 1);
    for (const rtol of [1e-4, 1e-7, 1e-10]) {
      const run = integrate(field, { initial: Float64Array.of(end), until: 20 * Math.PI, rtol, atol: rtol });
      expect(run.status).toBe("finished");
      expect(Math.abs(run.state[0]! - end)).toBeLessThan(10 * rtol);
    }
  });
});

describe("fixed controller", () => {
  it("multiplies instead of adding, and starts anew after a switch", () => {
    const controller = new FixedController(0.1);
    controller.restart(0);
    for (let k = 1; k <= 1000; k++) {
      expect(controller.propose(0)).toBe(k * 0.1);
      expect(controller.adapt(0.1, 0)).toBe("accept");
    }
    controller.restart(7);
    expect(controller.propose(7)).toBe(7.1);
    expect(controller.adapt(0.1, Number.POSITIVE_INFINITY)).toBe("give-up");
  });
});

describe("landing", () => {
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  const time = fc.double({ min: -1e3, max: 1e3, noNaN: true });

  /** On the stop, or so far before it that what is left is a step and not a sliver. */
  const landsWell = (rule: typeof landing, t: number, proposed: number, stop: number, elastic: boolean) => {
    const end = rule(t, proposed, stop, elastic);
    if (!(end > t && end <= stop)) return false;
    if (end === stop) return true;
    const within = end - t <= (proposed - t) * 1.05 && !sameTime(end, stop, proposed - t);
    return within && (!elastic || stop - end > 0.499 * (end - t));
  };

  it.each([true, false])("elastic %s: on the stop or clearly before it, never beyond", (elastic) => {
    fc.assert(
      fc.property(time, positive, positive, (t, h, way) => {
        const [proposed, stop] = [t + h, t + way];
        return landsWell(landing, t, proposed, stop, elastic);
      }),
      { seed: 2 },
    );
  });

  it("planted faults: cutting at the stop leaves slivers, not cutting steps over it", () => {
    const cut: typeof landing = (_t, proposed, stop) => Math.min(proposed, stop);
    const rush: typeof landing = (_t, proposed) => proposed;
    expect(landsWell(cut, 0, 1, 1 + 1e-3, true)).toBe(false);
    expect(landsWell(cut, 0, 0.8 - 2 ** -53, 0.8, false)).toBe(false);
    expect(landsWell(rush, 0, 1, 0.5, true)).toBe(false);
  });

  it("a retry after the smallest cut lands somewhere else", () => {
    expect(landing(0, 1, 1, true)).toBe(1);
    expect(landing(0, 0.9, 1, true)).toBe(0.5);
  });

  it("an endless way is no obstacle", () => {
    expect(landing(0, 1, Number.POSITIVE_INFINITY, true)).toBe(1);
    expect(sameTime(5, Number.POSITIVE_INFINITY, 1)).toBe(false);
  });
});

describe("initial step", () => {
  const tolerances = { rtol: 1e-6, atol: 1e-9 };
  const guess = (rhs: Field["rhs"], x0: number, reach = 1e9) => {
    let calls = 0;
    const looks: number[] = [];
    const field: Field = {
      size: 1,
      rhs(t, x, out) {
        calls++;
        looks.push(t);
        rhs(t, x, out);
      },
    };
    const [state, derivative] = [Float64Array.of(x0), new Float64Array(1)];
    rhs(0, state, derivative);
    const h = initialStep(field, { t: 0, state, derivative, reach }, 4, tolerances);
    expect(calls).toBe(1);
    expect(h).toBeGreaterThan(0);
    expect(h).toBeLessThanOrEqual(reach);
    expect(looks[0]).toBeLessThanOrEqual(reach);
    return h;
  };

  it("shrinks with the time scale of the problem", () => {
    const [slow, fast] = [1, 1e4].map((rate) => guess((_t, x, out) => void (out[0] = -rate * x[0]!), 1));
    expect(slow! / fast!).toBeGreaterThan(100);
  });

  it("Hairer's formula by hand for x' = −x, x = 1", () => {
    const scale = 1e-9 + 1e-6;
    expect(guess((_t, x, out) => void (out[0] = -x[0]!), 1)).toBeCloseTo((0.01 * scale) ** 0.2, 12);
  });

  it("finds a step where everything rests, where it overflows, and within a short reach", () => {
    expect(guess((_t, _x, out) => void (out[0] = 0), 0)).toBeGreaterThan(0);
    expect(guess((t, _x, out) => void (out[0] = t > 0 ? Number.NaN : 1), 1)).toBeLessThan(1e-3);
    expect(guess((_t, x, out) => void (out[0] = -x[0]!), 1, 1e-12)).toBe(1e-12);
  });
});
