import { describe, expect, it } from "vitest";
import { breakpointsAt, type Field, integrate, METHODS, periodicBreakpoints } from "../../src/ode/index.js";
import { GENERAL_METHODS } from "./problems.js";

const symmetric = [
  [1.6, 0.3, -0.2],
  [0.3, 1.2, 0.4],
  [-0.2, 0.4, 1.9],
];

/** x' = −x + T tanh(x) + u with its Jacobian. */
function network(T: readonly (readonly number[])[], u: readonly number[]): Field {
  const push = (x: Float64Array, g: Float64Array, out: Float64Array) =>
    T.forEach((row, i) => {
      out[i] = row.reduce((sum, value, j) => sum + value * g[j]!, -x[i]!);
    });
  return {
    size: T.length,
    rhs(_t, x, out) {
      push(x, x.map(Math.tanh), out);
      for (let i = 0; i < out.length; i++) out[i]! += u[i]!;
    },
    jvp: (x, d, out) =>
      push(
        d,
        x.map((value, j) => d[j]! / Math.cosh(value) ** 2),
        out,
      ),
  };
}

const field = network(symmetric, [0.1, 0, -0.1]);
const initial = Float64Array.of(0.4, -0.3, 0.2);
const steadyState = { rtol: 0, atol: 1e-4 };
const endless = { initial, until: Number.POSITIVE_INFINITY, steadyState } as const;

describe("a steady state is finished to the last digits", () => {
  it("by every method, at the same point, which is isolated", () => {
    const runs = GENERAL_METHODS.map((method) =>
      integrate(field, { ...endless, method, ...(METHODS[method].errorOrder === undefined && { dt: 0.1 }) }),
    );
    for (const { status, state, steady } of runs) {
      expect(status).toBe("steady");
      expect(steady).toMatchObject({ finish: "newton", jacobian: "regular", held: [] });
      expect(steady!.residual).toBeLessThan(2e-15);
      expect(steady!.moved).toBeGreaterThan(1e-7);
      for (const [j, value] of state.entries())
        expect(Math.abs(value - runs[0]!.state[j]!)).toBeLessThan(1e-14);
    }
  });

  it("the fixed point is where a long run ends", () => {
    const finished = integrate(field, endless);
    const long = integrate(field, { initial, until: 200, method: "dop853", rtol: 1e-13, atol: 1e-14 });
    for (const [j, value] of finished.state.entries()) expect(value).toBeCloseTo(long.state[j]!, 12);
  });

  it("planted fault: without the finish the state is off by what the tolerance allows", () => {
    const plain = integrate(field, { ...endless, steadyState: { ...steadyState, finish: false } });
    expect(plain.steady).toMatchObject({ finish: "none", because: "no finish was asked for" });
    expect(plain.steady!.residual).toBeGreaterThan(1e-6);
  });

  it("evaluations of the finish are counted, and the energy at the end is that of the final state", () => {
    let calls = 0;
    const counted: Field = {
      ...field,
      rhs(t, x, out) {
        calls++;
        field.rhs(t, x, out);
      },
    };
    const energy = (_t: number, x: Float64Array) => x.reduce((sum, value) => sum + value, 0);
    const run = integrate(counted, { ...endless, energy });
    expect(run.evaluations).toBe(calls);
    expect(run.energy!.end).toBe(energy(0, run.state));
  });

  it("uses the inputs in force at the end", () => {
    const u = [0.1, 0, -0.1];
    const driven = network(symmetric, u);
    const breakpoints = breakpointsAt([3], () => void (u[0] = 1));
    const run = integrate(driven, { ...endless, breakpoints });
    expect(run.t).toBeGreaterThan(3);
    const rate = new Float64Array(3);
    network(symmetric, [1, 0, -0.1]).rhs(0, run.state, rate);
    expect(Math.max(...rate.map(Math.abs))).toBeLessThan(2e-15);
  });

  it("a run that ends before it is steady says how far it is", () => {
    const run = integrate(field, { initial, until: 1, steadyState });
    expect(run).toMatchObject({ status: "finished", t: 1, steady: { finish: "none" } });
    expect(run.steady!.residual).toBeGreaterThan(1e-3);
    expect(run.steady!.because).toContain("before it was steady");
  });

  it("a field without a Jacobian is left where it is", () => {
    const run = integrate({ size: 3, rhs: field.rhs }, endless);
    expect(run).toMatchObject({ status: "steady", steady: { finish: "none" } });
    expect(run.steady!.because).toContain("Jacobian-vector product");
  });
});

describe("what is no isolated fixed point is not called one", () => {
  /** x' = (1 − |x|²) x in the plane: every point of the circle rests. */
  const circle: Field = {
    size: 2,
    rhs(_t, x, out) {
      const gap = 1 - x[0]! ** 2 - x[1]! ** 2;
      out.set([gap * x[0]!, gap * x[1]!]);
    },
    jvp(x, d, out) {
      const gap = 1 - x[0]! ** 2 - x[1]! ** 2;
      const turn = -2 * (x[0]! * d[0]! + x[1]! * d[1]!);
      out.set([gap * d[0]! + turn * x[0]!, gap * d[1]! + turn * x[1]!]);
    },
  };

  it("a circle of fixed points: singular, with the tangent as neutral direction, and the angle kept", () => {
    const { state, steady } = integrate(circle, { ...endless, initial: Float64Array.of(0.1, 0.2) });
    expect(steady).toMatchObject({ finish: "newton", jacobian: "singular" });
    expect(Math.hypot(...state)).toBeCloseTo(1, 15);
    expect(state[1]! / state[0]!).toBeCloseTo(2, 9);
    const [neutral] = steady!.neutralDirections!;
    expect(Math.abs(neutral![0]! * state[0]! + neutral![1]! * state[1]!)).toBeLessThan(1e-9);
  });

  it("x' = −x³: a singular Jacobian at the point itself", () => {
    const cubic: Field = {
      size: 1,
      rhs: (_t, x, out) => void (out[0] = -(x[0]! ** 3)),
      jvp: (x, d, out) => void (out[0] = -3 * x[0]! ** 2 * d[0]!),
    };
    const { steady, state } = integrate(cubic, { ...endless, initial: Float64Array.of(1) });
    expect(steady).toMatchObject({ jacobian: "singular", because: expect.stringContaining("linearly") });
    expect(Math.abs(state[0]!)).toBeLessThan(1e-2);
  });

  it("x' = exp(−x) slows down for ever: no fixed point, and the state is not moved", () => {
    const runaway: Field = {
      size: 1,
      rhs: (_t, x, out) => void (out[0] = Math.exp(-x[0]!)),
      jvp: (x, d, out) => void (out[0] = -Math.exp(-x[0]!) * d[0]!),
    };
    const run = integrate(runaway, { ...endless, initial: Float64Array.of(0) });
    expect(run).toMatchObject({ status: "steady", steady: { finish: "none" } });
    expect(run.steady!.because).toContain("no fixed point");
    expect(run.state[0]).toBeGreaterThan(Math.log(1e4));
    expect(run.state[0]).toBeLessThan(Math.log(1e4) + 0.5);
  });

  it("a clamped component is named and does not count", () => {
    const clamped: Field = {
      size: 2,
      rhs: (_t, x, out) => out.set([x[1]! - x[0]!, 0]),
      jvp: (_x, d, out) => out.set([d[1]! - d[0]!, 0]),
    };
    const { steady, state } = integrate(clamped, { ...endless, initial: Float64Array.of(0, 5) });
    expect(steady).toMatchObject({ jacobian: "regular", held: [1] });
    expect(state).toEqual(Float64Array.of(5, 5));
  });
});

describe("a run without an end of its own", () => {
  it.each(["tsit5", "euler"] as const)("%s: a limit cycle ends in bounded work, with a reason", (method) => {
    const rotor: Field = { size: 2, rhs: (_t, x, out) => out.set([x[1]!, -x[0]!]) };
    const run = integrate(rotor, {
      ...endless,
      initial: Float64Array.of(1, 0),
      method,
      dt: 0.001,
      maxSteps: 3000,
    });
    expect(run.failure).toMatchObject({ code: "too-many-steps", hint: expect.stringContaining("cycle") });
    expect(run.failure?.message).toContain("not steady");
  });

  it("inputs that are switched for ever are refused; a list that ends is not", () => {
    const forEver = periodicBreakpoints(1, () => {});
    const run = integrate(field, { ...endless, breakpoints: forEver });
    expect(run.failure).toMatchObject({ code: "bad-interval", message: expect.stringContaining("for ever") });
    expect(integrate(field, { ...endless, breakpoints: breakpointsAt([1, 2], () => {}) }).status).toBe(
      "steady",
    );
  });
});
