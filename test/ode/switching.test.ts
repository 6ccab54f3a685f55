/** `auto` begins with an explicit method and goes over to an implicit one where the field turns out to be stiff, and nowhere else. */
import { describe, expect, it } from "vitest";
import { type Field, integrate } from "../../src/ode/index.js";
import { problems } from "./problems.js";
import { digitsOf, stiffProblems } from "./stiff-problems.js";

/** Its components lie thirteen decades apart: too far for difference quotients. */
const robertsonProduct: NonNullable<Field["jvp"]> = (y, v, out) => {
  const [slow, fast, mixed] = [0.04 * v[0]!, 6e7 * y[1]! * v[1]!, 1e4 * (y[1]! * v[2]! + y[2]! * v[1]!)];
  out.set([-slow + mixed, slow - fast - mixed, fast]);
};

/** With products by difference quotients, as a compiled field has exact ones. */
function withProduct(field: Field): Field {
  const [here, there] = [new Float64Array(field.size), new Float64Array(field.size)];
  const jvp: Field["jvp"] = (x, v, out) => {
    const epsilon = 1e-8 * (1 + Math.hypot(...x));
    field.rhs(0, x, here);
    field.rhs(
      0,
      x.map((y, k) => y + epsilon * v[k]!),
      there,
    );
    for (const k of out.keys()) out[k] = (there[k]! - here[k]!) / epsilon;
  };
  return { ...field, jvp };
}

describe("a stiff field that says nothing of its structure", () => {
  it.each(stiffProblems.map((p) => [p.id, p] as const))("%s is finished by bdf", (_, problem) => {
    const { field, initial, until, end } = problem;
    const known = problem.id === "ROBER" ? { ...field, jvp: robertsonProduct } : withProduct(field);
    const run = integrate(known, { initial, until, rtol: 1e-7, atol: 1e-14 });
    expect(run).toMatchObject({ status: "finished", t: until });
    expect(run.methodReason).toMatch(/; stiff from t = \S+ on: bdf$/);
    expect(run.evaluations).toBeLessThan(50_000);
    expect(digitsOf(run.state, end)).toBeGreaterThan(4);
  });

  it("a run that is to be kept stays with the method that can be", () => {
    const { field, initial } = stiffProblems.find((p) => p.id === "ROBER")!;
    const run = integrate(withProduct(field), { initial, until: 40, keep: true });
    expect(run.methodReason).not.toMatch(/stiff/);
    expect(run.status).toBe("finished");
  });

  it("the product of the field is used where it has one: a wrong sign in it hides the stiffness", () => {
    const decay = (sign: number): Field => ({
      size: 2,
      rhs: (_t, x, out) => out.set([-1e4 * (x[0]! - Math.cos(x[1]!)), 1]),
      jvp: (x, v, out) => out.set([sign * -1e4 * (v[0]! + Math.sin(x[1]!) * v[1]!), 0]),
    });
    const run = (sign: number) => integrate(decay(sign), { initial: Float64Array.of(2, 0), until: 3 });
    expect(run(1).methodReason).toMatch(/bdf/);
    expect(run(-1).methodReason).not.toMatch(/bdf/);
    expect(run(1).steps).toBeLessThan(run(-1).steps / 5);
  });
});

describe("what is not stiff stays with the explicit method", () => {
  it.each(problems.map((p) => [p.id, p] as const))("%s", (_, { field, initial, until }) => {
    for (const rtol of [1e-4, 1e-9]) {
      const run = integrate(withProduct(field), { initial, until, rtol, atol: rtol });
      expect(run.methodReason).not.toMatch(/stiff/);
    }
  });

  it.each([1e-2, 1e-4, 1e-8])(
    "a long oscillation at rtol %s, whose steps are near the limit of stability",
    (rtol) => {
      const field: Field = { size: 2, rhs: (_t, x, out) => out.set([x[1]!, -x[0]!]) };
      const run = integrate(withProduct(field), {
        initial: Float64Array.of(1, 0),
        until: 4000,
        rtol,
        atol: rtol,
      });
      expect(run.steps).toBeGreaterThan(600);
      expect(run.methodReason).not.toMatch(/stiff/);
    },
  );
});
