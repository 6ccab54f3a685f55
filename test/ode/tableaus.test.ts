import { describe, expect, it } from "vitest";
import {
  bosh3,
  dop853,
  dopri5,
  euler,
  heun,
  METHODS,
  midpoint,
  rk4,
  ssprk3,
  type TableauData,
  tableauDefects,
  tsit5,
} from "../../src/ode/index.js";
import { add, exactly, multiply, rational, subtract, toNumber } from "../../src/ode/methods/rational.js";
import { compileTableau } from "../../src/ode/methods/tableau.js";
import { treesUpTo } from "../../src/ode/methods/trees.js";

/** The same tableau with one coefficient of `a`, `b`, the error or the dense output moved by `by`. */
function planted(data: TableauData, part: "a" | "b" | "error" | "dense", i: number, j: number, by: number) {
  const nudge = (value: string | number | undefined) => toNumber(exactly(value!)) + by;
  const nudgeRow = (row: readonly (string | number)[], at: number) =>
    row.map((value, k) => (k === at ? nudge(value) : value));
  const nudgeRows = (rows: readonly (readonly (string | number)[])[]) =>
    rows.map((row, k) => (k === i ? nudgeRow(row, j) : row));
  if (part === "a") return { ...data, a: nudgeRows(data.a) };
  if (part === "b") return { ...data, b: nudgeRow(data.b, i) };
  if (part === "error")
    return { ...data, error: { ...data.error!, weights: nudgeRow(data.error!.weights, i) } };
  return { ...data, dense: { ...data.dense!, powers: nudgeRows(data.dense!.powers) } };
}

describe("rooted trees", () => {
  it("counts 1, 1, 2, 4, 9, 20, 48 trees by order (OEIS A000081)", () => {
    const trees = treesUpTo(7);
    const counts = [1, 2, 3, 4, 5, 6, 7].map((order) => trees.filter((tree) => tree.order === order).length);
    expect(counts).toEqual([1, 1, 2, 4, 9, 20, 48]);
  });

  it("have the densities of HNW I, table II.2.2", () => {
    const densities = Object.fromEntries(treesUpTo(4).map(({ name, density }) => [name, density]));
    expect(densities).toEqual({
      τ: 1,
      "[τ]": 2,
      "[ττ]": 3,
      "[[τ]]": 6,
      "[τττ]": 4,
      "[[τ]τ]": 8,
      "[[ττ]]": 12,
      "[[[τ]]]": 24,
    });
  });
});

describe("exact coefficients", () => {
  it("reads fractions, decimals, exponents and doubles exactly", () => {
    expect(exactly("-2187/6784")).toEqual({ num: -2187n, den: 6784n });
    expect(exactly("0.161")).toEqual({ num: 161n, den: 1000n });
    expect(exactly("-.25e1")).toEqual({ num: -5n, den: 2n });
    expect(exactly("-0.5")).toEqual({ num: -1n, den: 2n });
    expect(exactly("1/-4")).toEqual({ num: -1n, den: 4n });
    expect(exactly(0.1)).toEqual({ num: 3602879701896397n, den: 36028797018963968n });
    expect(exactly(-3)).toEqual({ num: -3n, den: 1n });
  });

  it("refuses what is not a number, with the text", () => {
    for (const text of ["x", "", "1/0", "1/", "0x1", "1.2.3"]) expect(() => exactly(text)).toThrow(/"/);
    expect(() => exactly(Number.NaN)).toThrow("NaN");
  });

  it("computes like fractions and rounds like doubles", () => {
    const [x, y] = [exactly("1/6"), exactly("-3/4")];
    expect(add(x, y)).toEqual(rational(-7n, 12n));
    expect(subtract(x, y)).toEqual(rational(11n, 12n));
    expect(multiply(x, y)).toEqual(rational(-1n, 8n));
    expect(toNumber(exactly("1/3"))).toBe(1 / 3);
    expect(toNumber(exactly(-1e-200))).toBe(-1e-200);
    expect(toNumber(exactly(1e200))).toBe(1e200);
  });
});

describe("tableaus keep their promises", () => {
  const exact = [dopri5, bosh3, rk4, ssprk3, heun, midpoint, euler];

  it.each(exact)("$name: every sum holds exactly", (data) => {
    expect(tableauDefects(data)).toEqual([]);
  });

  it("all named methods are here", () => {
    const names = [...exact, tsit5, dop853].map((data) => data.name);
    const tableaus = Object.values(METHODS).filter((method) => method.tableau !== undefined);
    expect(names.sort()).toEqual(tableaus.map((method) => method.name).sort());
  });

  it("dop853: the 200 trees up to order 8, both estimates and the dense output hold to 1e-25", () => {
    expect(treesUpTo(8)).toHaveLength(200);
    expect(tableauDefects(dop853, 1e-25)).toEqual([]);
  });

  it.each([dopri5, dop853, tsit5, bosh3])(
    "$name: dense output passes from step to step with its slope",
    (data) => {
      const last = data.c.length - 1;
      for (const [i, row] of data.dense!.powers.entries()) {
        const slopes = row.map((value, m) => multiply(exactly(value), rational(BigInt(m + 1), 1n)));
        expect(toNumber(slopes[0]!)).toBe(i === 0 ? 1 : 0);
        const atEnd = slopes.reduce((sum, value) => add(sum, value), rational(0n, 1n));
        expect(Math.abs(toNumber(atEnd) - (i === last ? 1 : 0))).toBeLessThan(1e-24);
      }
    },
  );

  it("tsit5: every sum holds to 1e-14, in fact to 1e-27", () => {
    expect(tableauDefects(tsit5, 1e-14)).toEqual([]);
    expect(tableauDefects(tsit5, 1e-27)).toEqual([]);
  });

  it("tsit5 rounds to the doubles that are in use everywhere", () => {
    const { a, b, c, error, dense } = compileTableau(tsit5);
    expect(c[4]).toBe(0.9800255409045097);
    expect(a[4]?.[1]).toBe(-11.748883564062828);
    expect(b[4]).toBe(-3.290069515436081);
    expect(error?.weights[6]).toBe(-1 / 66);
    expect(dense?.powers[0]?.[3]).toBe(-1.0530884977290216);
  });

  it("dopri5's dense output is Hairer's contd5, multiplied out, exactly", () => {
    const d = ["-12715105075/11282082432", 0, "87487479700/32700410799", "-10690763975/1880347072"];
    d.push("701980252875/199316789632", "-1453857185/822651844", "69997945/29380423");
    // θ b + θ(1−θ)(δ₁ − b) + θ²(1−θ)(2b − δ₁ − δ₇) + θ²(1−θ)² d, collected by powers of θ.
    const expected = d.map((last, i) => {
      const [b, first, seventh] = [exactly(dopri5.b[i]!), exactly(i === 0 ? 1 : 0), exactly(i === 6 ? 1 : 0)];
      const bend = subtract(first, b);
      const twist = subtract(subtract(add(b, b), first), seventh);
      const tail = exactly(last);
      const minus2 = exactly(-2);
      return [add(b, bend), add(subtract(twist, bend), tail), subtract(multiply(minus2, tail), twist), tail];
    });
    expect(dopri5.dense?.powers.map((row) => row.map(exactly))).toEqual(
      expected.map((row, i) => (i === 1 ? [0, 0, 0, 0].map(exactly) : row)),
    );
  });

  it("first same as last is found from the coefficients", () => {
    const all = [tsit5, dopri5, dop853, bosh3, rk4, ssprk3, heun, midpoint, euler];
    const found = all.filter((data) => compileTableau(data).firstSameAsLast);
    expect(found).toEqual([tsit5, dopri5, dop853, bosh3]);
  });
});

describe("planted faults are caught", () => {
  it.each([
    [dopri5, "a", 4, 1, 1e-13, 0, "row sums"],
    [dopri5, "b", 3, 0, 1e-13, 0, "weights"],
    [dopri5, "error", 2, 0, 1e-13, 0, "error"],
    [dopri5, "dense", 4, 2, 1e-12, 0, "dense"],
    [rk4, "b", 1, 0, 1e-15, 0, "weights"],
    [euler, "b", 0, 0, 1e-15, 0, "weights"],
    [bosh3, "dense", 0, 1, 1e-15, 0, "dense"],
    [heun, "error", 0, 0, 1e-15, 0, "error"],
    [ssprk3, "b", 2, 0, 1e-15, 0, "weights"],
    [dop853, "a", 9, 8, 1e-17, 1e-25, "row sums"],
    [dop853, "b", 8, 0, 1e-17, 1e-25, "weights"],
    [dop853, "error", 5, 0, 1e-17, 1e-25, "error"],
    [dop853, "dense", 15, 6, 1e-17, 1e-25, "dense"],
    [tsit5, "a", 5, 2, 1e-13, 1e-14, "row sums"],
    [tsit5, "b", 4, 0, 1e-13, 1e-14, "weights"],
    [tsit5, "error", 5, 0, 1e-13, 1e-14, "error"],
    [tsit5, "dense", 3, 1, 1e-13, 1e-14, "dense"],
  ] as const)("$0.name: a coefficient of $1 moved by $4", (data, part, i, j, by, tolerance, expected) => {
    const defects = tableauDefects(planted(data, part, i, j, by), tolerance);
    expect(defects.map((defect) => defect.part)).toContain(expected);
  });

  it("two coefficients of one row moved against each other keep the row sum and break an order condition", () => {
    const wrong = planted(planted(dopri5, "a", 4, 1, 2 ** -20), "a", 4, 2, -(2 ** -20));
    const parts = new Set(tableauDefects(wrong, 1e-12).map((defect) => defect.part));
    expect([...parts]).toEqual(["weights", "error", "dense"]);
  });

  it("a claimed order that is too high, at the tree that shows it", () => {
    const [defect] = tableauDefects({ ...rk4, order: 5 });
    expect(defect).toMatchObject({ part: "weights" });
    expect(treesUpTo(5).find((tree) => tree.name === defect?.where)?.order).toBe(5);
  });

  it("an error estimate that is blind, or claims too much", () => {
    const blind = { order: 4, weights: dopri5.b.map(() => 0) };
    expect(tableauDefects({ ...dopri5, error: blind })[0]?.part).toBe("error");
    expect(tableauDefects({ ...dopri5, error: { ...dopri5.error!, order: 5 } })[0]?.part).toBe("error");
  });

  it("the guard of an error estimate, and the rows beyond the step, are looked at too", () => {
    const { error, dense } = dop853;
    const flat = { ...error!, guard: { order: 3, weights: dop853.b.map(() => 0) } };
    expect(tableauDefects({ ...dop853, error: flat }, 1e-25)[0]?.part).toBe("error");
    const stages = { ...dense!.stages!, c: ["1/10", "1/5", "7/8"] };
    expect(tableauDefects({ ...dop853, dense: { ...dense!, stages } }, 1e-25)[0]?.part).toBe("row sums");
    const few = { ...dense!, powers: dense!.powers.slice(0, 13) };
    expect(tableauDefects({ ...dop853, dense: few }, 1e-25)[0]).toMatchObject({ part: "shape" });
  });

  it("a wrong shape", () => {
    expect(tableauDefects({ ...rk4, c: [0, 1] })[0]?.part).toBe("shape");
    expect(tableauDefects({ ...rk4, a: [[], [1, 2], [0, 1], [0, 0, 1]] })[0]?.where).toContain(
      "row 1 of a has 2",
    );
  });
});
