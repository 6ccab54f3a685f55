/** Methods that use the layers of a field: their order by regression, the sums of their tableaus, and steps far beyond the fast scale. */
import { describe, expect, it } from "vitest";
import { type Field, integrate, METHODS, type Method, type MethodName } from "../../src/ode/index.js";
import { additiveDefects } from "../../src/ode/methods/imex/additive-conditions.js";
import { ark3, ark4 } from "../../src/ode/methods/imex/tableaus.js";
import { initial, layers, slope } from "./layers.js";
import { distance } from "./problems.js";

const UNTIL = 3;

function reference(field: Field, start: Float64Array, until = UNTIL): Float64Array {
  const { size, rhs } = field;
  return integrate({ size, rhs }, { initial: start, until, method: "bdf", rtol: 1e-13, atol: 1e-14 }).state;
}

/** By Dormand–Prince at its most exact, where the field allows it. */
const exact = (field: Field): Float64Array =>
  integrate(field, { initial, until: UNTIL, method: "dopri5", rtol: 1e-13, atol: 1e-15 }).state;

function errors(
  field: Field,
  method: MethodName | Method,
  counts: readonly number[],
  end: Float64Array,
  start = initial,
): number[] {
  return counts.map((count) => {
    const run = integrate(field, {
      initial: start,
      until: UNTIL,
      method,
      stepping: "fixed",
      dt: UNTIL / count,
    });
    expect(run).toMatchObject({ status: "finished", steps: count });
    return distance(run.state, end);
  });
}

const orderOf = (counts: readonly number[], found: readonly number[]): number => -slope(counts, found);

describe("order of convergence, time constants 1 and 0.3", () => {
  const near = layers(0.3);
  const end = exact(near);
  it.each([
    ["alternating", 1, [200, 400, 800, 1600]],
    ["one-sided", 1, [200, 400, 800, 1600]],
    ["strang", 2, [100, 200, 400, 800]],
    ["discrete-gradient", 2, [50, 100, 200, 400]],
  ] as const)("%s: order %i", (method, order, counts) => {
    expect(METHODS[method].order).toBe(order);
    expect(Math.abs(orderOf(counts, errors(near, method, counts, end)) - order)).toBeLessThan(0.1);
  });

  // The pairs need a layer that is ten times as fast as another.
  const field = layers(0.05);
  const fine = exact(field);
  it.each([
    ["imex3", 3, [400, 800, 1600, 3200]],
    ["imex4", 4, [200, 400, 800, 1600]],
  ] as const)("%s: order %i once steps resolve the fast layer", (method, order, counts) => {
    expect(METHODS[method].order).toBe(order);
    expect(Math.abs(orderOf(counts, errors(field, method, counts, fine)) - order)).toBeLessThan(0.15);
  });

  it("planted fault: one weight of imex4 transcribed wrongly loses the order", () => {
    // The drive of v as if its slopes were weighed by 1 + 10⁻³ at every stage.
    const blocks = field.structure!.blocks.map((b) => ({
      ...b,
      decay: (_: Float64Array, out: Float64Array) => out.fill(b.name === "v" ? 1.001 : 20),
    }));
    const wrong: Field = { ...field, structure: { ...field.structure!, blocks } };
    const counts = [200, 400, 800, 1600];
    expect(orderOf(counts, errors(wrong, "imex4", counts, fine))).toBeLessThan(1);
  });
});

describe("far beyond the fast scale, τ_h = 1e-8", () => {
  const field = layers(1e-8);
  // On the slow manifold, so that no transient is left out.
  const start = initial.slice();
  field.structure!.blocks[1]!.drive(start, start.subarray(3));
  const end = reference(field, start);

  it.each([
    ["imex3", 3, [20, 40, 80, 160]],
    ["imex4", 4, [10, 20, 40, 80]],
  ] as const)("%s keeps order %i in every component", (method, order, counts) => {
    expect(orderOf(counts, errors(field, method, counts, end, start))).toBeGreaterThan(order - 0.2);
  });

  it("alternating exact flows stay where they should, at steps of 10⁷ time constants", () => {
    const [coarse, fine] = errors(field, "strang", [30, 300], end, start);
    expect(coarse).toBeLessThan(0.02);
    expect(fine).toBeLessThan(coarse! / 5);
  });

  it.each(["bdf", "imex3", "imex4"] as const)("%s adapts its steps to the slow layer", (method) => {
    const run = integrate(field, { initial: start, until: UNTIL, method, rtol: 1e-6, atol: 1e-9 });
    expect(run.status).toBe("finished");
    expect(run.steps).toBeLessThan(400);
    expect(distance(run.state, end)).toBeLessThan(1e-5);
  });

  it("an explicit method would need a hundred million steps", () => {
    const run = integrate(field, { initial: start, until: UNTIL, method: "tsit5", maxSteps: 20_000 });
    expect(run.failure?.code).toBe("too-many-steps");
    expect(run.t).toBeLessThan(1e-2);
  });
});

describe("additive tableaus", () => {
  it.each([ark3, ark4])("$name keeps every sum that it promises", (data) => {
    expect(additiveDefects(data, 1e-13)).toEqual([]);
  });

  it("planted faults are named", () => {
    const explicit = ark4.explicit.map((row, i) =>
      i === 4 ? row.map((x, j) => (j === 2 ? "12662868775082/11960479115283" : x)) : row,
    );
    expect(additiveDefects({ ...ark4, explicit }, 1e-13)[0]).toMatchObject({
      part: "row sums",
      where: "explicit, row 4",
    });
    const weights = [...ark4.embedded.weights.slice(0, 5), "61727/225921"];
    expect(
      new Set(additiveDefects({ ...ark4, embedded: { order: 3, weights } }, 1e-13).map((d) => d.part)),
    ).toEqual(new Set(["embedded"]));
    // Right row sums, wrong coupling of the two methods: only coloured trees see it.
    const swapped = ark3.implicit.map((row, i) => (i === 2 ? ["1/10", "-0.27286652150003"] : row));
    expect(additiveDefects({ ...ark3, implicit: swapped }, 1e-6).length).toBeGreaterThan(0);
    expect(
      additiveDefects({ ...ark4, b: [...ark4.b.slice(0, 5), "1/5"] }, 1e-13).some(
        (d) => d.part === "last row",
      ),
    ).toBe(true);
  });

  it("an embedded solution that is the solution itself is called blind", () => {
    const blind = { ...ark4, embedded: { order: 3, weights: ark4.b } };
    expect(additiveDefects(blind, 1e-13)).toMatchObject([
      { part: "embedded", where: "no tree of order 4 is seen" },
    ]);
  });
});

describe("what a method cannot run", () => {
  const bare: Field = { size: 5, rhs: layers(1).rhs };
  const reason = (field: Field, method: MethodName): string | undefined =>
    integrate(field, { initial, until: 1, method }).failure?.message;

  it("is said, with the reason", () => {
    for (const method of ["alternating", "one-sided", "imex4", "discrete-gradient"] as const)
      expect(reason(bare, method)).toBe(
        `${method} cannot run this field: the field has no layers that relax towards a drive`,
      );
    expect(reason(layers(0.5), "imex4")).toMatch(/no layer is 10 times as fast as another/);
    const structure = { ...layers(1).structure!, gradient: false };
    expect(reason({ ...layers(1), structure }, "discrete-gradient")).toMatch(/not minus the derivative/);
  });

  it("fast layers in a circle", () => {
    const field = layers(1);
    const blocks = field.structure!.blocks.map((b) => ({
      ...b,
      decay: (_: Float64Array, out: Float64Array) => out.fill(1e3),
    }));
    const slow = {
      ...blocks[0]!,
      name: "s",
      offset: 5,
      size: 1,
      reads: [],
      drive: (_: Float64Array, out: Float64Array) => out.fill(0),
      decay: (_: Float64Array, out: Float64Array) => out.fill(1),
    };
    const wide: Field = {
      size: 6,
      rhs: (_t, _x, out) => out.fill(0),
      structure: { ...field.structure!, blocks: [...blocks, slow] },
    };
    const run = integrate(wide, { initial: new Float64Array(6), until: 1, method: "imex3" });
    expect(run.failure?.message).toMatch(/the drive of v, a fast layer, reads fast layers in a circle/);
  });

  it("bdf with fixed steps", () => {
    const run = integrate(bare, { initial, until: 1, method: "bdf", stepping: "fixed", dt: 0.1 });
    expect(run.failure).toMatchObject({
      code: "bad-option",
      message: expect.stringContaining("chooses order and step together"),
    });
  });
});

describe("kind of step", () => {
  const steps = (more: object) => integrate(layers(0.5), { initial, until: 10, method: "strang", ...more });
  it("a step that is given alone is kept, one with a tolerance is the first of adaptive ones", () => {
    expect(steps({ dt: 2.5 })).toMatchObject({ steps: 4, status: "finished" });
    expect(steps({ dt: 2.5, rtol: 1e-5 }).steps).toBeGreaterThan(20);
  });
});

describe("auto", () => {
  const choice = (field: Field, more = {}) => integrate(field, { initial, until: 10, ...more });

  it("takes an implicit multistep method where one layer is much faster, and says by how much", () => {
    expect(choice(layers(1e-3))).toMatchObject({
      method: "bdf",
      methodReason:
        "auto: h decays 1000 times as fast as v: implicit multistep; adaptive steps by its error estimate of order 1",
    });
  });

  it("takes a one-step method where inputs switch often", () => {
    const breakpoints = {
      next: (after: number) => Math.floor(after / 0.1 + 1e-9) * 0.1 + 0.1,
      arrive: () => {},
    };
    expect(choice(layers(1e-3), { breakpoints })).toMatchObject({ method: "imex4", status: "finished" });
  });

  it("stays explicit where layers are alike, the run is short, or nothing is known", () => {
    expect(choice(layers(0.2)).method).toBe("tsit5");
    expect(choice(layers(1e-3), { until: 0.02 }).method).toBe("tsit5");
    expect(choice({ size: 5, rhs: layers(1e-1).rhs }).method).toBe("tsit5");
  });
});
