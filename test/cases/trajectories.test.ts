/** Every model that runs is integrated by every method that suits it; all end where a tight explicit run ends. */
import { describe, expect, it } from "vitest";
import { METHODS, type MethodName, type Run } from "../../src/ode/index.js";
import { type CompiledField, simulate } from "../../src/simulation/index.js";
import { laboratory, must } from "./compiled.js";
import { catalogTheory, theoryOf } from "./networks.js";
import { randomData } from "./random-data.js";
import { models, prepare, REFUSED, small } from "./runnable.js";

const UNTIL = 2;

/** Tolerances, and the largest distance at the end: methods of low order are asked for less. */
const ASKED: Readonly<Record<string, readonly [rtol: number, distance: number]>> = {
  tsit5: [1e-9, 1e-7],
  bdf: [1e-9, 1e-6],
  imex3: [1e-7, 1e-5],
  imex4: [1e-8, 1e-6],
  strang: [1e-7, 1e-4],
  "discrete-gradient": [1e-6, 1e-3],
  alternating: [1e-4, 2e-2],
  "one-sided": [1e-4, 2e-2],
};

function at(field: CompiledField, method: MethodName, rtol: number): Run {
  return must(
    simulate(field, { until: UNTIL, method, rtol, atol: rtol / 10, initial: small(field.initial) }),
  );
}

const distance = (x: Float64Array, y: Float64Array): number =>
  Math.max(...x.map((value, j) => Math.abs(value - y[j]!) / (1 + Math.abs(y[j]!))));

function compare(field: CompiledField): string[] {
  const reference = at(field, "dopri5", 1e-11);
  expect(reference.status, reference.failure?.message).toBe("finished");
  const able = Object.keys(ASKED).filter((m) => METHODS[m as MethodName].unsuited?.(field) === undefined);
  for (const method of able) {
    const [rtol, allowed] = ASKED[method]!;
    const run = at(field, method as MethodName, rtol);
    expect(run.status, `${method}: ${run.failure?.message}`).toBe("finished");
    expect(distance(run.state, reference.state), method).toBeLessThan(allowed);
  }
  return able;
}

describe.each(models.filter(([name]) => REFUSED[name] === undefined))("%s", (name, theoryFor) => {
  it("all methods agree", () => {
    expect(compare(prepare(name, theoryFor()).field).length).toBeGreaterThanOrEqual(2);
  });
});

describe.each(["kh-a", "kh-b", "bam"])("%s with a fast hidden layer", (name) => {
  it("partitioned and multistep methods agree with the explicit one", () => {
    const theory = catalogTheory(name);
    const data = randomData(theory.model, 5, 2, 2);
    const fast = { ...data, set: { ...data.set, tau_h: 0.01 }, full: true };
    const { field } = laboratory(theory, name === "bam" ? { ...data, full: true } : fast);
    const able = compare(field);
    if (name !== "bam") expect(able).toEqual(expect.arrayContaining(["imex3", "imex4", "strang"]));
  });
});

describe("three time scales", () => {
  it("moving memories, slow; visible units; hidden units, fast: implicit methods agree with the explicit one", () => {
    const theory = catalogTheory("lotito-live");
    const data = randomData(theory.model, 5, 2, 2);
    const { field } = laboratory(theory, {
      ...data,
      set: { ...data.set, tau_v: 1, tau_h: 0.01, tau_Xi: 100 },
    });
    const able = compare(field);
    expect(able).toEqual(expect.arrayContaining(["bdf", "imex4"]));
    const chosen = must(simulate(field, { until: UNTIL }));
    expect(chosen).toMatchObject({ method: "bdf", status: "finished" });
    expect(chosen.methodReason).toMatch(/^auto: h decays \d+ times as fast as Xi: implicit multistep/);
  });
});

describe("inputs that switch", () => {
  it("drives and decays follow them: every method lands on the switches and ends where the explicit one does", () => {
    const theory = theoryOf("switched", {
      indices: { i: "N", mu: "K" },
      parameters: { Xi: { over: ["mu", "i"] } },
      inputs: { I: { over: ["i"] }, slow: {} },
      layers: {
        v: { over: ["i"], lagrangian: "sum(i, logcosh(v[i]))", activation: "g", tau: "1 + slow^2" },
        h: { over: ["mu"], lagrangian: "logsumexp(mu, h[mu])", activation: "f", tau: 0.05 },
      },
      synapses: { Xi: "-sum(mu, i, f[mu]*Xi[mu,i]*g[i])", I: "-sum(i, I[i]*g[i])" },
    });
    const { field } = laboratory(theory, {
      ...randomData(theory.model, 5, 2, 2),
      full: true,
      schedules: {
        I: {
          kind: "times",
          times: [0, 0.7, 1.3],
          values: [
            [1, 0],
            [0, -1],
            [2, 1],
          ],
        },
        slow: { kind: "times", times: [0, 1], values: [[0], [3]] },
      },
    });
    expect(compare(field)).toEqual(
      expect.arrayContaining(["bdf", "imex3", "imex4", "strang", "alternating"]),
    );
  });
});

describe("fast layers that read each other", () => {
  it("sweeps from slow to fast do not converge there; Newton's method with the Jacobian product takes over", () => {
    const theory = theoryOf("fast-pair", {
      indices: { i: "N", j: "M", k: "K" },
      parameters: { W: { over: ["i", "j"] }, V: { over: ["j", "k"] } },
      layers: {
        u: { over: ["i"], lagrangian: "sum(i, logcosh(u[i]))", activation: "e", tau: 1 },
        v: { over: ["j"], lagrangian: "sum(j, logcosh(v[j]))", activation: "g", tau: "tau_h" },
        h: { over: ["k"], lagrangian: "sum(k, logcosh(h[k]))", activation: "f", tau: "tau_h" },
      },
      synapses: { W: "-sum(i, j, e[i]*W[i,j]*g[j])/4", V: "-sum(j, k, g[j]*V[j,k]*f[k])/4" },
    });
    const data = randomData(theory.model, 5, 40, 1);
    const { field } = laboratory(theory, { ...data, set: { ...data.set, tau_h: 1e-4 }, full: true });
    let products = 0;
    const counted: CompiledField = {
      ...field,
      jvp(state, direction, out) {
        products++;
        field.jvp(state, direction, out);
      },
    };
    const run = must(simulate(counted, { until: 5, rtol: 1e-7, atol: 1e-9 }));
    expect(run).toMatchObject({ status: "finished", method: "bdf" });
    expect(products).toBeGreaterThan(100);
    const fine = must(simulate(field, { until: 5, method: "bdf", rtol: 1e-10, atol: 1e-12 }));
    expect(distance(run.state, fine.state)).toBeLessThan(1e-5);
    expect(METHODS.imex4.unsuited?.(field)).toMatch(/reads fast layers in a circle/);
  });
});
