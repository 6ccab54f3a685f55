import { describe, expect, it } from "vitest";
import { integrate } from "../../src/ode/index.js";
import { distance, type Problem, problems } from "./problems.js";

/**
 * How much larger than rtol the error at the end may be. It belongs to the problem: chaotic and orbital flows
 * magnify what a step leaves behind (ARENSTORF: 1e5), contracting ones forget it (DETEST-A4, C1). Each bound
 * is two to four times the worst ratio measured over the three methods and all tolerances.
 */
const MAGNIFICATION: Readonly<Record<string, number>> = {
  PLEI: 2500,
  BRUSSODE: 4,
  ARENSTORF: 1e5,
  "DETEST-A4": 0.3,
  "DETEST-B1": 30,
  "DETEST-C1": 1,
  "DETEST-D1": 1000,
  "DETEST-E2": 50,
};

const at = (problem: Problem, method: "tsit5" | "dopri5" | "dop853", rtol: number) => {
  const { field, initial, t0, until } = problem;
  return integrate(field, { initial, t0, until, method, rtol, atol: rtol });
};

describe.each(problems.map((problem) => [problem.id, problem] as const))("%s", (id, problem) => {
  it("the reference is the published end state", () => {
    expect(distance(problem.published, problem.end)).toBeLessThan(1e-14);
  });

  it.each(["tsit5", "dopri5", "dop853"] as const)(
    "%s reaches it in proportion to the tolerance",
    (method) => {
      const tolerances = [1e-6, 1e-8, 1e-10, 1e-12];
      const errors = tolerances.map((rtol) => {
        const run = at(problem, method, rtol);
        expect(run).toMatchObject({ status: "finished", t: problem.until });
        return distance(run.state, problem.end);
      });
      for (const [k, rtol] of tolerances.entries()) {
        expect(errors[k], `rtol ${rtol}`).toBeLessThan(MAGNIFICATION[id]! * rtol);
      }
    },
  );
});

describe("the yardstick can fail", () => {
  it("planted fault: a coupling wrong by one part in a million is seen", () => {
    const problem = problems.find(({ id }) => id === "DETEST-E2")!;
    const rhs: typeof problem.field.rhs = (t, state, out) => {
      problem.field.rhs(t, state, out);
      out[1]! *= 1 + 1e-6;
    };
    const run = at({ ...problem, field: { size: 2, rhs } }, "tsit5", 1e-8);
    expect(distance(run.state, problem.end)).toBeGreaterThan(MAGNIFICATION["DETEST-E2"]! * 1e-8);
  });
});
