/** Ensembles: every member ends in its own way, in its own place of the answer, whether members step together or not. */
import { describe, expect, it } from "vitest";
import { wasm } from "../../src/codegen/index.js";
import {
  type EnsembleOptions,
  type Field,
  integrate,
  integrateEnsemble,
  type MemberKernel,
  type Run,
} from "../../src/ode/index.js";
import { mapProgram } from "../backends/map.js";

const N = 3;

/** dx/dt = fn(x), whose members step together, and the same field without that. */
function fieldsOf(fn: Parameters<typeof mapProgram>[0]): { together: Field; alone: Field } {
  const instance = wasm.compile(mapProgram(fn, N, wasm));
  const { evaluate } = instance.entries.get("all")!;
  const alone: Field = { size: N, rhs: (_t, state, out) => evaluate(state, out) };
  const memberKernel: Field["memberKernel"] = (tableau): MemberKernel | undefined => {
    const kernel = instance.membersOf!("all", undefined, tableau);
    return kernel && { ...kernel, energy: undefined, release: () => {} };
  };
  return { together: { ...alone, memberKernel }, alone };
}

const at = (...values: readonly number[]): Float64Array => Float64Array.from(values);
const outcome = ({ wallSeconds, state, evaluations, ...rest }: Run) => rest;

/** Runs both ways, which must agree; gives the one whose members stepped together. */
function both(fn: Parameters<typeof mapProgram>[0], options: EnsembleOptions) {
  const { together, alone } = fieldsOf(fn);
  const [a, b] = [integrateEnsemble(together, options), integrateEnsemble(alone, options)];
  expect([a.together, b.together]).toEqual([4, 1]);
  expect(a.runs.map(outcome)).toEqual(b.runs.map(outcome));
  a.runs.forEach((run, k) => {
    run.state.forEach((x, j) => {
      const y = b.runs[k]!.state[j]!;
      if (!Number.isNaN(y)) expect(Math.abs(x - y) / (1 + Math.abs(y))).toBeLessThan(1e-11);
    });
  });
  return a;
}

describe("members", () => {
  it("end in their own ways: finished, blown up, refused", () => {
    const initials = [
      at(0.1, 0, 0),
      at(0, 3, 0),
      at(Number.NaN, 0, 0),
      at(-0.1, 0.2, 0),
      at(0, 0, 0),
      at(0, 0, -4),
    ];
    const { runs } = both("sinh", { initials, until: 1 });
    expect(runs.map((r) => r.failure?.code ?? r.status)).toEqual([
      "finished",
      "step-underflow",
      "initial-not-finite",
      "finished",
      "finished",
      "step-underflow",
    ]);
  });

  it("a derivative without value at the start is blamed on its member", () => {
    const { runs } = both("log", { initials: [at(1, 1, 1), at(1, -1, 1), at(2, 1, 1)], until: 0.1 });
    expect(runs.map((r) => r.failure?.component)).toEqual([undefined, 1, undefined]);
  });

  it("more of them than places: all are in order", () => {
    const initials = Array.from({ length: 23 }, (_, k) => at(k / 10, 0, -k / 20));
    const { runs } = both("sin", { initials, until: 2, rtol: 1e-8 });
    runs.forEach((run, k) => {
      expect(run.status).toBe("finished");
      expect(run.state[1]).toBe(0);
      expect(Math.sign(run.state[0]!)).toBe(Math.sign(k));
    });
  });

  it.each(["rk4", "euler", "bosh3", "dop853"] as const)("%s with fixed steps", (method) => {
    const initials = [at(0.1, 0.2, 0.3), at(1, 2, 3), at(-1, 0, 1)];
    both("cos", { initials, until: 1, method, stepping: "fixed", dt: 0.1, record: "steps" });
  });

  it("stop when they are steady, each at its time", () => {
    const initials = [at(0.1, 0, 0), at(3, 1, 2), at(0, 0, 0)];
    const steadyState = { rtol: 0, atol: 1e-3 };
    const { runs } = both("cos", { initials, until: 100, steadyState });
    expect(runs.map((r) => r.status)).toEqual(["steady", "steady", "steady"]);
    expect(new Set(runs.map((r) => r.t)).size).toBe(3);
  });

  it("are announced as they end", () => {
    const ended: number[] = [];
    const initials = [at(0.1, 0, 0), at(0.2, 0, 0), at(0.3, 0, 0)];
    both("sin", { initials, until: 1, onMember: ({ member, done, of }) => ended.push(member, done, of) });
    expect(ended).toHaveLength(18);
  });
});

describe("how", () => {
  const { together } = fieldsOf("sin");

  it("one member runs alone", () => {
    const initial = at(0.1, 0.2, 0.3);
    const { runs, reason } = integrateEnsemble(together, { initials: [initial], until: 1 });
    expect(reason).toBe("one by one: there is nothing to share");
    expect(outcome(runs[0]!)).toEqual(outcome(integrate(together, { initial, until: 1 })));
  });

  it("none at all", () => {
    expect(integrateEnsemble(together, { initials: [], until: 1 }).runs).toEqual([]);
  });

  it("an unknown method is refused for each of them", () => {
    const method = "rk5" as "rk4";
    const { runs } = integrateEnsemble(together, { initials: [at(0, 0, 0), at(0, 0, 0)], until: 1, method });
    expect(runs.map((r) => r.failure?.code)).toEqual(["bad-option", "bad-option"]);
  });
});
