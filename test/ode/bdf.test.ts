/** Backward differentiation: published stiff problems to the digits of the tolerance, order of every formula, solvers that agree. */
import { describe, expect, it } from "vitest";
import { type Field, integrate, type Run } from "../../src/ode/index.js";
import { bdfUpTo } from "../../src/ode/methods/implicit/bdf.js";
import { slope } from "./layers.js";
import { distance } from "./problems.js";
import { digitsOf, stiffProblems } from "./stiff-problems.js";

const run = (field: Field, initial: Float64Array, until: number, rtol: number, atol = rtol * 1e-8): Run =>
  integrate(field, { initial, until, method: "bdf", rtol, atol });

/** Relative digits reached at a tolerance of 10^-k are at least k less this; a little more than what was measured. */
const LOST: Readonly<Record<string, number>> = { VDPOL: 1.4, HIRES: 1.7, ROBER: 1.9, OREGO: 2.7 };

describe.each(stiffProblems.map((p) => [p.id, p] as const))("%s", (id, problem) => {
  it("the reference is the published end state to the digits that were confirmed", () => {
    expect(digitsOf(problem.published, problem.end)).toBeGreaterThan(problem.digits - 0.1);
  });

  it.each([4, 6, 8, 10])("rtol = 1e-%i", (k) => {
    const found = run(problem.field, problem.initial, problem.until, 10 ** -k);
    expect(found).toMatchObject({ status: "finished", t: problem.until });
    expect(digitsOf(found.state, problem.end)).toBeGreaterThan(k - LOST[id]!);
    // An explicit method needs millions.
    expect(found.evaluations).toBeLessThan(12_000);
  });

  it("the yardstick can fail: a rate wrong by one part in ten thousand is seen", () => {
    const rhs: Field["rhs"] = (t, y, out) => {
      problem.field.rhs(t, y, out);
      out[0]! *= 1 + 1e-4;
    };
    const found = run({ ...problem.field, rhs }, problem.initial, problem.until, 1e-8);
    expect(digitsOf(found.state, problem.end)).toBeLessThan(8 - LOST[id]!);
  });
});

const oscillator: Field = {
  size: 2,
  rhs(_t, y, out) {
    out[0] = y[1]!;
    out[1] = -y[0]! * (1 + 0.3 * y[0]! ** 2);
  },
};

describe("order of the formulas, at equal steps", () => {
  const initial = Float64Array.of(1, 0);
  const [begin, until] = [1.5, 6];
  const end = integrate(oscillator, { initial, until, method: "tsit5", rtol: 1e-13, atol: 1e-14 }).state;

  /** The differences are built up by small adaptive steps; from `begin` on steps are equal and the order is the highest. */
  function endError(order: number, count: number): number {
    const stepper = bdfUpTo(order).create(oscillator, { rtol: 0, atol: order === 1 ? 1e-9 : 1e-13 });
    stepper.init(0, initial);
    const controller = stepper.control!(1e-6);
    const go = (tNext: number, judged?: number): void => {
      expect(stepper.step(tNext)).toBe("ok");
      const verdict = controller.adapt(tNext - stepper.t, judged ?? stepper.errorNorm(0, 0));
      if (verdict === "accept") stepper.accept();
    };
    while (stepper.t < begin) go(Math.min(begin, controller.propose(stepper.t)));
    for (let k = 1; k <= count; k++) go(begin + (k * (until - begin)) / count, 1e-30);
    return distance(stepper.state, end);
  }

  it.each([
    [1, [2000, 4000, 8000]],
    [2, [400, 800, 1600]],
    [3, [200, 400, 800]],
    [4, [200, 400, 800]],
    [5, [150, 300, 600]],
  ] as const)("order %i", (order, counts) => {
    const found = counts.map((count) => endError(order, count));
    expect(Math.abs(-slope(counts, found) - order)).toBeLessThan(0.15);
  });
});

/** n relaxations with rates over three decades, coupled to the mean. */
function chain(n: number, withProduct: boolean): Field {
  const rate = (j: number): number => 10 ** ((3 * j) / (n - 1));
  const mean = (y: Float64Array): number => y.reduce((a, b) => a + b, 0) / n;
  return {
    size: n,
    rhs(t, y, out) {
      const drive = Math.cos(t) + Math.tanh(mean(y));
      for (let j = 0; j < n; j++) out[j] = rate(j) * (drive * (1 + j / n) - y[j]!);
    },
    ...(withProduct && {
      jvp(y: Float64Array, d: Float64Array, out: Float64Array): void {
        const common = (1 - Math.tanh(mean(y)) ** 2) * mean(d);
        for (let j = 0; j < n; j++) out[j] = rate(j) * (common * (1 + j / n) - d[j]!);
      },
    }),
  };
}

describe("large systems without structure: Newton's method with GMRES", () => {
  const n = 80;
  const start = new Float64Array(n).fill(0.5);
  const until = 5;

  it("products by difference quotients and exact ones give the same solution, which is that of a dense solve", () => {
    // Sixty-four components and fewer are solved by elimination.
    const small = chain(40, true);
    const dense = integrate(small, {
      initial: start.slice(0, 40),
      until,
      method: "bdf",
      rtol: 1e-8,
      atol: 1e-10,
    });
    expect(dense.status).toBe("finished");
    const [quotients, products] = [false, true].map((p) =>
      integrate(chain(n, p), { initial: start, until, method: "bdf", rtol: 1e-8, atol: 1e-10 }),
    );
    for (const r of [quotients!, products!]) expect(r.status).toBe("finished");
    expect(distance(quotients!.state, products!.state)).toBeLessThan(1e-6);
    const fine = integrate(chain(n, true), {
      initial: start,
      until,
      method: "bdf",
      rtol: 1e-11,
      atol: 1e-13,
    });
    expect(distance(products!.state, fine.state)).toBeLessThan(1e-6);
  });

  it("planted fault: a wrong product costs work, not accuracy", () => {
    const field = chain(n, true);
    const wrong: Field = {
      ...field,
      jvp: (y, d, out) =>
        field.jvp!(
          y,
          d.map((x) => x / 3),
          out,
        ),
    };
    const honest = integrate(field, { initial: start, until, method: "bdf", rtol: 1e-7, atol: 1e-9 });
    const fooled = integrate(wrong, { initial: start, until, method: "bdf", rtol: 1e-7, atol: 1e-9 });
    expect(distance(fooled.state, honest.state)).toBeLessThan(1e-4);
    expect(fooled.evaluations).toBeGreaterThan(1.2 * honest.evaluations);
  });
});

describe("dense output and stops", () => {
  it("samples inside steps are as good as the steps", () => {
    const initial = Float64Array.of(1, 0);
    const recorded = integrate(oscillator, {
      initial,
      until: 12,
      method: "bdf",
      rtol: 1e-8,
      atol: 1e-10,
      record: { every: 0.37 },
    });
    const exact = integrate(oscillator, {
      initial,
      until: 12,
      method: "tsit5",
      rtol: 1e-12,
      atol: 1e-13,
      record: { every: 0.37 },
    });
    expect(recorded.record.t).toEqual(exact.record.t);
    for (const [k, state] of recorded.record.states.entries())
      expect(distance(state, exact.record.states[k]!)).toBeLessThan(2e-6);
  });

  it("a jump of the field starts the formulas anew", () => {
    let target = 1;
    const field: Field = { size: 1, rhs: (_t, y, out) => void (out[0] = 1000 * (target - y[0]!)) };
    const switching = () => {
      target = 1;
      return {
        next: (after: number) => (after < 1 ? 1 : Number.POSITIVE_INFINITY),
        arrive: (t: number) => void (target = t >= 1 ? -1 : 1),
      };
    };
    const found = integrate(field, {
      initial: Float64Array.of(0),
      until: 1.002,
      method: "bdf",
      rtol: 1e-8,
      atol: 1e-10,
      breakpoints: switching(),
    });
    expect(found.state[0]).toBeCloseTo(-1 + 2 * Math.exp(-2), 6);
  });

  it("a field that turns NaN ends the run with where and when", () => {
    const field: Field = {
      size: 2,
      rhs: (t, y, out) => void out.set([-y[0]!, t > 0.5 ? Number.NaN : -y[1]!]),
    };
    const found = run(field, Float64Array.of(1, 1), 1, 1e-6);
    expect(found.status).toBe("failed");
    expect(["rhs-not-finite", "state-not-finite", "step-underflow"]).toContain(found.failure?.code);
    expect(found.failure?.t).toBeGreaterThan(0.49);
    expect(found.steps + found.rejected).toBeLessThan(2000);
  });
});
