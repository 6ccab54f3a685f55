import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addMultiple,
  dot,
  type Equations,
  findRoot,
  Gmres,
  type LinearMap,
  norm,
  PivotedQR,
  regularityAt,
} from "../../src/solve/index.js";

type Rows = readonly (readonly number[])[];

const mapOf =
  (rows: Rows): LinearMap =>
  (vector, out) =>
    rows.forEach((row, i) => {
      out[i] = row.reduce((sum, value, j) => sum + value * vector[j]!, 0);
    });

const columnsOf = (rows: Rows) => rows.map((_, j) => Float64Array.from(rows, (row) => row[j]!));
const entry = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 1000);
const square = (size: number) =>
  fc.array(fc.array(entry, { minLength: size, maxLength: size }), { minLength: size, maxLength: size });
const vectorOf = (size: number) =>
  fc.array(entry, { minLength: size, maxLength: size }).map((values) => Float64Array.from(values));
/** Diagonally dominant: regular, with a condition number below 10. */
const dominant = (rows: Rows): Rows =>
  rows.map((row, i) => row.map((value, j) => value / rows.length + (i === j ? 3 : 0)));

function residualOf(map: LinearMap, solution: Float64Array, rightSide: Float64Array): number {
  const image = new Float64Array(rightSide.length);
  map(solution, image);
  return norm(image.map((value, j) => rightSide[j]! - value));
}

describe("GMRES", () => {
  it("solves any well-conditioned system, with and without restarts, and reports the true residual", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }).chain((n) => fc.tuple(square(n), vectorOf(n))),
        fc.integer({ min: 3, max: 20 }),
        ([rows, b], restart) => {
          const matrix = mapOf(dominant(rows));
          const solution = new Float64Array(b.length);
          const outcome = new Gmres(b.length, restart).solve(
            { matrix, rightSide: b, solution },
            { tolerance: 1e-12, maxProducts: 2000 },
          );
          expect(outcome.status).toBe("converged");
          const residual = residualOf(matrix, solution, b);
          expect(residual).toBeLessThanOrEqual(1e-12 * norm(b));
          expect(outcome.residual).toBe(residual);
        },
      ),
      { seed: 3 },
    );
  });

  it("ends in n products at most, and in as many as there are distinct eigenvalues", () => {
    const rightSide = Float64Array.from({ length: 40 }, (_, j) => 1 + j);
    const matrix: LinearMap = (v, out) => v.forEach((value, j) => void (out[j] = value * (1 + (j % 3))));
    const solution = new Float64Array(40);
    const outcome = new Gmres(40).solve(
      { matrix, rightSide, solution },
      { tolerance: 1e-12, maxProducts: 100 },
    );
    // Three directions, and one product to know the residual.
    expect(outcome).toMatchObject({ status: "converged", products: 4 });
  });

  it("a preconditioner that is the inverse takes one direction", () => {
    const matrix: LinearMap = (v, out) => v.forEach((value, j) => void (out[j] = value * 10 ** (j % 7)));
    const preconditioner: LinearMap = (v, out) =>
      v.forEach((value, j) => void (out[j] = value / 10 ** (j % 7)));
    const [rightSide, solution] = [new Float64Array(50).fill(1), new Float64Array(50)];
    const stop = { tolerance: 1e-10, maxProducts: 100 };
    expect(new Gmres(50, 10).solve({ matrix, preconditioner, rightSide, solution }, stop)).toMatchObject({
      status: "converged",
      products: 2,
    });
  });

  it("says that a singular system has no solution, and gives the nearest", () => {
    const matrix = mapOf([
      [2, 0],
      [0, 0],
    ]);
    const solution = new Float64Array(2);
    const outcome = new Gmres(2).solve(
      { matrix, rightSide: Float64Array.of(2, 3), solution },
      { tolerance: 1e-10, maxProducts: 50 },
    );
    expect(outcome.status).toBe("exhausted");
    expect(outcome.residual).toBeCloseTo(3, 12);
    expect(solution[0]).toBeCloseTo(1, 12);
  });

  it("solves a singular system whose right side is in the range", () => {
    const matrix = mapOf([
      [1, -1],
      [-1, 1],
    ]);
    const [rightSide, solution] = [Float64Array.of(1, -1), new Float64Array(2)];
    expect(
      new Gmres(2).solve({ matrix, rightSide, solution }, { tolerance: 1e-12, maxProducts: 50 }).status,
    ).toBe("converged");
  });

  it("stays within the bound on products, and says NaN", () => {
    const shift: LinearMap = (v, out) => v.forEach((_, j) => void (out[j] = v[(j + 1) % v.length]!));
    const rightSide = new Float64Array(100);
    rightSide[0] = 1;
    const stop = { tolerance: 1e-10, maxProducts: 60 };
    const outcome = new Gmres(100, 20).solve(
      { matrix: shift, rightSide, solution: new Float64Array(100) },
      stop,
    );
    expect(outcome.status).toBe("stalled");
    expect(outcome.products).toBeLessThanOrEqual(61);
    const broken: LinearMap = (_, out) => void out.fill(Number.NaN);
    expect(
      new Gmres(100, 20).solve({ matrix: broken, rightSide, solution: new Float64Array(100) }, stop).status,
    ).toBe("not-finite");
  });

  it("norm neither overflows nor underflows", () => {
    expect(norm(Float64Array.of(3e200, 4e200)) / 5e200).toBeCloseTo(1, 14);
    expect(norm(Float64Array.of(3e-200, 4e-200)) / 5e-200).toBeCloseTo(1, 14);
    expect(norm(Float64Array.of(1, Number.NaN))).toBeNaN();
  });
});

describe("QR with column pivoting", () => {
  it("finds the rank and the null space of products of thin factors", () => {
    const thin = fc
      .integer({ min: 2, max: 12 })
      .chain((n) =>
        fc.integer({ min: 1, max: n }).chain((r) => fc.tuple(fc.constant(r), square(n), square(n))),
      );
    fc.assert(
      fc.property(thin, ([r, left, right]) => {
        const n = left.length;
        const [u, w] = [dominant(left), dominant(right)];
        const rows = u.map((row) =>
          w.map((_, j) => row.slice(0, r).reduce((sum, value, k) => sum + value * w[k]![j]!, 0)),
        );
        const factor = new PivotedQR(columnsOf(rows), 1e-10);
        expect(factor.rank).toBe(r);
        const neutral = factor.nullSpace();
        expect(neutral).toHaveLength(n - r);
        for (const [i, v] of neutral.entries()) {
          expect(residualOf(mapOf(rows), v, new Float64Array(n))).toBeLessThan(1e-12);
          for (const [j, other] of neutral.entries()) expect(dot(v, other)).toBeCloseTo(i === j ? 1 : 0, 12);
        }
      }),
      { seed: 4 },
    );
  });
});

/** x' = −x + T tanh(x), with the exact Jacobian. */
function network(rows: Rows): Equations {
  const coupling = mapOf(rows);
  const push = (x: Float64Array, g: Float64Array, out: Float64Array) => {
    coupling(g, out);
    for (let j = 0; j < out.length; j++) out[j]! -= x[j]!;
  };
  return {
    size: rows.length,
    residual: (x, out) => push(x, x.map(Math.tanh), out),
    jacobian: (x, d, out) =>
      push(
        d,
        x.map((value, j) => d[j]! / Math.cosh(value) ** 2),
        out,
      ),
  };
}

/** Explicit Euler until no rate exceeds the bound. */
function flow({ size, residual }: Equations, start: Float64Array, bound: number): Float64Array {
  const [x, rate] = [start.slice(), new Float64Array(size)];
  for (let step = 0; step < 100_000; step++) {
    residual(x, rate);
    if (Math.max(...rate.map(Math.abs)) < bound) break;
    addMultiple(x, 0.1, rate);
  }
  return x;
}

describe("Newton–Krylov", () => {
  it("finishes what the flow began: the fixed point next to it, to the last digits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }).chain((n) => fc.tuple(square(n), vectorOf(n))),
        ([rows, start]) => {
          const equations = network(rows.map((row, i) => row.map((value, j) => value + rows[j]![i]!)));
          const flowed = flow(equations, start, 1e-3);
          const found = findRoot(equations, flowed, { scale: 1 });
          fc.pre(found.convergence === "fast");
          expect(found.status).toBe("converged");
          expect(found.residual).toBeLessThan(1e-14 * Math.max(1, norm(found.x)));
          const longer = flow(equations, flowed, 1e-9);
          expect(norm(longer.map((value, j) => value - found.x[j]!))).toBeLessThan(1e-5);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  it("goes down to the stable point from near a saddle, where Newton's method goes to the saddle", () => {
    const equations = network([[2]]);
    const start = Float64Array.of(0.05);
    const [along, straight] = [
      findRoot(equations, start),
      findRoot(equations, start, { globalisation: "newton" }),
    ];
    expect(along.x[0]).toBeCloseTo(1.9150080481545, 12);
    expect(Math.abs(straight.x[0]!)).toBeLessThan(1e-15);
  });

  it("backtracks: atan, where plain Newton diverges", () => {
    const equations: Equations = {
      size: 1,
      residual: (x, out) => void (out[0] = -Math.atan(x[0]!)),
      jacobian: (x, d, out) => void (out[0] = -d[0]! / (1 + x[0]! ** 2)),
    };
    const found = findRoot(equations, Float64Array.of(20), { globalisation: "newton" });
    expect(found).toMatchObject({ status: "converged", convergence: "fast" });
    expect(Math.abs(found.x[0]!)).toBeLessThan(1e-15);
    expect(Math.abs(findRoot(equations, Float64Array.of(20)).x[0]!)).toBeLessThan(1e-14);
  });

  it("no root at all: stalled, within bounded work", () => {
    const equations: Equations = {
      size: 1,
      residual: (x, out) => void (out[0] = 1 + x[0]! ** 2),
      jacobian: (x, d, out) => void (out[0] = 2 * x[0]! * d[0]!),
    };
    for (const globalisation of ["flow", "newton"] as const) {
      const found = findRoot(equations, Float64Array.of(-1), { globalisation });
      expect(found.status).toBe("stalled");
      expect(found.residual).toBeGreaterThanOrEqual(1);
      expect(found.products).toBeLessThan(10_000);
    }
  });

  it("a triple root is approached linearly, and said to be", () => {
    const equations: Equations = {
      size: 2,
      residual: (x, out) => out.set([-(x[0]! ** 3), 1 - x[1]!]),
      jacobian: (x, d, out) => out.set([-3 * x[0]! ** 2 * d[0]!, -d[1]!]),
    };
    const found = findRoot(equations, Float64Array.of(0.3, 0.9), { scale: 1 });
    expect(found.convergence).toBe("linear");
    expect(Math.abs(found.x[0]!)).toBeLessThan(1e-3);
  });

  it("NaN at the start, and a field that becomes NaN on the way, are a status", () => {
    const nan: Equations = {
      size: 1,
      residual: (_, out) => void out.fill(Number.NaN),
      jacobian: (_x, _d, out) => void out.fill(0),
    };
    expect(findRoot(nan, Float64Array.of(1)).status).toBe("not-finite");
    const root: Equations = {
      size: 1,
      residual: (x, out) => void (out[0] = -Math.sqrt(x[0]!) - 1),
      jacobian: (x, d, out) => void (out[0] = -d[0]! / (2 * Math.sqrt(x[0]!))),
    };
    expect(findRoot(root, Float64Array.of(1)).status).toBe("stalled");
  });
});

describe("regularity at a fixed point", () => {
  const ring: Equations = {
    // Every state with x₀² + x₁² = 1 rests: a circle of fixed points.
    size: 3,
    residual: (x, out) => {
      const gap = 1 - x[0]! ** 2 - x[1]! ** 2;
      out.set([x[0]! * gap, x[1]! * gap, -x[2]!]);
    },
    jacobian: (x, d, out) => {
      const [gap, turn] = [1 - x[0]! ** 2 - x[1]! ** 2, -2 * (x[0]! * d[0]! + x[1]! * d[1]!)];
      out.set([gap * d[0]! + x[0]! * turn, gap * d[1]! + x[1]! * turn, -d[2]!]);
    },
  };

  it("a circle of fixed points has one neutral direction: the tangent", () => {
    const found = findRoot(ring, Float64Array.of(0.7, 0.75, 0.01));
    expect(found).toMatchObject({ status: "converged", convergence: "fast" });
    const { verdict, neutral, held } = regularityAt(ring, found.x);
    expect({ verdict, count: neutral.length, held }).toEqual({ verdict: "singular", count: 1, held: [] });
    expect(Math.abs(dot(neutral[0]!, Float64Array.of(-found.x[1]!, found.x[0]!, 0)))).toBeCloseTo(1, 9);
  });

  it("an attractor of a network is regular; time constants far apart do not change that", () => {
    const equations = network([
      [2, 0.1],
      [0.1, 2],
    ]);
    const { x } = findRoot(equations, Float64Array.of(1, -1));
    expect(regularityAt(equations, x).verdict).toBe("regular");
    const slow =
      (f: Equations["residual"]): Equations["residual"] =>
      (state, out) => {
        f(state, out);
        out[1]! *= 1e-12;
      };
    const scaled: Equations = {
      size: 2,
      residual: slow(equations.residual),
      jacobian: (at, d, out) => slow((v, o) => equations.jacobian(at, v, o))(d, out),
    };
    expect(regularityAt(scaled, x).verdict).toBe("regular");
  });

  it("a held component is named, and does not make the others singular", () => {
    const inner = network([[2]]);
    const equations: Equations = {
      size: 2,
      residual: (x, out) => {
        inner.residual(x.subarray(0, 1), out.subarray(0, 1));
        out[1] = 0;
      },
      jacobian: (x, d, out) => {
        inner.jacobian(x.subarray(0, 1), d.subarray(0, 1), out.subarray(0, 1));
        out[1] = 0;
      },
    };
    expect(regularityAt(equations, Float64Array.of(1.9150080481545, 7))).toMatchObject({
      verdict: "regular",
      held: [1],
    });
  });

  it("large Jacobians by GMRES: regular, singular, and undecided where it is", () => {
    const size = 600;
    const diagonal = (values: (j: number) => number): Equations => ({
      size,
      residual: (x, out) => x.forEach((value, j) => void (out[j] = -value * values(j) - 1e-9)),
      jacobian: (_x, d, out) => d.forEach((value, j) => void (out[j] = -value * values(j))),
    });
    const at = new Float64Array(size);
    expect(
      regularityAt(
        diagonal((j) => 1 + (j % 5)),
        at,
      ).verdict,
    ).toBe("regular");
    expect(
      regularityAt(
        diagonal((j) => j % 5),
        at,
      ).verdict,
    ).toBe("singular");
    expect(
      regularityAt(
        diagonal((j) => (j + 1) ** 4),
        at,
      ).verdict,
    ).toBe("undecided");
  });
});
