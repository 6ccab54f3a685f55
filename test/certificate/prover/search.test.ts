/** The parts of the search by themselves: equal forms are equal, sums of squares add up, breaches are real. */
import { describe, expect, test } from "vitest";
import { factored } from "../../../src/certificate/prover/algebra/factor.js";
import {
  productsInside,
  pythagorean,
  withAbsoluteValues,
} from "../../../src/certificate/prover/algebra/inside.js";
import { componentsOf, intoScalars } from "../../../src/certificate/prover/algebra/scalars.js";
import { proveConvexity, readQuestion } from "../../../src/certificate/prover/index.js";
import type { ConvexityRequest } from "../../../src/certificate/prover/request.js";
import { baseExpansion } from "../../../src/certificate/prover/scalar/base-expansion.js";
import { shifted } from "../../../src/certificate/prover/scalar/shifted.js";
import { hessianSquares } from "../../../src/certificate/prover/squares/hessian.js";
import { isSemidefinite } from "../../../src/certificate/prover/squares/linear.js";
import { findBreach, QUICK, THOROUGH } from "../../../src/certificate/refuter/index.js";
import { valueAt } from "../../../src/certificate/refuter/numeric/jet.js";
import { compile, Layout } from "../../../src/certificate/refuter/numeric/tape.js";
import { type Expr, rational, type TensorSymbol, tensor } from "../../../src/index-notation/index.js";

function request(
  expression: string,
  over: readonly string[],
  where: readonly string[] = [],
  indices: readonly string[] = [],
): ConvexityRequest {
  const read = readQuestion({ expression, over, where, indices });
  if (!read.ok) throw new Error(read.errors.map((e) => e.message).join("; "));
  return read.value;
}

/** The value with the k-th symbol at x[k]. */
function at(e: Expr, symbols: readonly TensorSymbol[], x: readonly number[]): number {
  const layout = new Layout(new Map());
  for (const s of symbols) layout.slot(s, []);
  return valueAt(compile(e, layout), x);
}

const POINTS = [0.3, 0.9, 1.7, 2.6, 7.1];

describe("rewritten forms keep the value", () => {
  const cases = [
    "1/sqrt(1 + x^2) - x^2/(1 + x^2)^(3/2)",
    "exp(-x^2)*(2 - 4*x^2) + 3*exp(-x^2)/x",
    "log(x^2 + x) + sqrt(4*x^2 - x^4/100)",
    "sech(x)^4 + sin(x)^2 - sinh(x/4)^2 + max(x, 1)*min(x^2, 2)",
    "2 + (2 - x^2)/(1 + x^2)^(5/2)",
  ];
  test.each(cases)("%s", (text) => {
    const { expression: e, variables } = request(text, ["x"], ["x > 0"]);
    const x = tensor(variables[0]!);
    const forms = [
      factored(e),
      productsInside(e),
      pythagorean(e),
      withAbsoluteValues(e),
      shifted(factored(e), x, 2),
    ];
    for (const f of [...forms, baseExpansion(e, x) ?? e])
      for (const p of POINTS) expect(at(f, variables, [p])).toBeCloseTo(at(e, variables, [p]), 9);
  });
});

describe("Hessian forms as sums of squares", () => {
  test.each<[string, string[], string[], boolean]>([
    ["x^4 + 6*x^2*y^2 + y^4", ["x", "y"], [], false],
    ["(x + y)^4 + (x - y)^2", ["x", "y"], [], false],
    ["x^2/y", ["x", "y"], ["y > 0"], false],
    ["log(exp(x) + exp(y))", ["x", "y"], [], false],
    ["x^3 + y^3 + x*y", ["x", "y"], ["x >= 1", "y >= 1"], true],
    ["x^2 + y^2 + exp(-x^2 - y^2)", ["x", "y"], [], true],
  ])("%s", (text, over, where, rooted) => {
    const { expression, variables } = request(text, over, where);
    const low = { low: rational(where.some((w) => w.includes("1")) ? 1 : 0) };
    const scalars = variables.flatMap((v) => componentsOf(v, () => (where.length > 0 ? low : {}))!);
    const e = intoScalars(expression, scalars);
    const found = hessianSquares(e, scalars, rooted);
    expect(found && isSemidefinite(found.gram)).toBe(true);
  });

  test.each([["x^4 + 6.0001*x^2*y^2 + y^4"], ["x^2*y^2"], ["x^4*y^2 + x^2*y^4 - 3*x^2*y^2 + 1"]])(
    "%s has none",
    (text) => {
      const { expression, variables } = request(text, ["x", "y"]);
      const scalars = variables.flatMap((v) => componentsOf(v, () => ({}))!);
      expect(hessianSquares(intoScalars(expression, scalars), scalars, false)).toBeUndefined();
    },
  );

  test("a Gram matrix that is slightly indefinite is refused exactly", () => {
    const tiny = rational(1n, 10n ** 30n);
    const one = rational(1);
    const above = { n: one.n * tiny.d + tiny.n, d: tiny.d };
    expect(
      isSemidefinite([
        [one, one],
        [one, one],
      ]),
    ).toBe(true);
    expect(
      isSemidefinite([
        [one, above],
        [above, one],
      ]),
    ).toBe(false);
  });
});

describe("counterexamples to what is almost convex", () => {
  test.each<[string, string[], string[], string[]]>([
    ["x^2/2 + 1.0001*sin(x)", ["x"], [], []],
    ["x^4 - 0.00000000001*x^2", ["x"], [], []],
    ["-0.00000000001*x^2 + x", ["x"], [], []],
    ["x^2/2 - 1.0001*log(cosh(x))", ["x"], [], []],
    ["x^4 + 6.0001*x^2*y^2 + y^4", ["x", "y"], [], []],
    ["sum(i, x[i]^2)/4.001 - logsumexp(i, x[i])", ["x[i]"], [], []],
    ["log(sum(i, x[i]^2) + 1)", ["x[i]"], [], ["i:6"]],
    ["where(abs(x) < 2, x^2/2, 2*abs(x) - 2.001)", ["x"], [], []],
  ])("%s", (text, over, where, indices) => {
    const r = request(text, over, where, indices);
    const found = findBreach(r, 1, QUICK) ?? findBreach(r, 1, THOROUGH);
    expect(found?.gap).toBeLessThan(0);
    for (const v of [...found!.point, ...found!.direction]) expect(String(v).length).toBeLessThan(10);
  });

  test.each(["x^2/2 + sin(x)", "x^2/2 - log(cosh(x))", "abs(x)^3", "relu(x)^2 + 1e-9*x"])(
    "none for %s",
    (text) => {
      expect(findBreach(request(text, ["x"]), 1, THOROUGH)).toBeUndefined();
    },
  );
});

describe("questions without an answer", () => {
  const code = (expression: string, over: readonly string[], where: readonly string[] = []): string => {
    const read = readQuestion({ expression, over, where });
    const result = read.ok ? proveConvexity(read.value) : read;
    return result.ok ? "ok" : result.errors[0]!.code;
  };
  test.each<[string, string[], string[], string]>([
    ["fooo(x)", ["x"], [], "unknown-function"],
    ["x + y", ["x"], [], "unknown-name"],
    ["x^2", ["x", "y"], [], "unused-variable"],
    ["x^2", ["x"], ["x > 1", "x < 0"], "empty-domain"],
    ["x^2 + y^2", ["x", "y"], ["x*y > 1"], "domain-not-convex"],
    ["x^2 + y^2", ["x", "y"], ["x^2 + y^2 >= 1"], "domain-not-convex"],
    ["log(x)", ["x"], [], "undefined-expression"],
    ["1/x", ["x"], [], "undefined-expression"],
    ["sqrt(x - 2)", ["x"], ["x > 0"], "undefined-expression"],
    ["x^2 + y^2", ["x", "y"], ["x^2 + y^2 <= 1", "x + y > 0"], "ok"],
  ])("%s over %s where %s: %s", (expression, over, where, expected) => {
    expect(code(expression, over, where)).toBe(expected);
  });

  test("parameters come from hypotheses and settings", () => {
    const ask = (assume: readonly string[], set: ReadonlyMap<string, string>): string => {
      const read = readQuestion({ expression: "logsumexp(i, beta*x[i])/beta", over: ["x[i]"], assume, set });
      const result = read.ok ? proveConvexity(read.value) : read;
      return result.ok ? result.value.curvature : result.errors[0]!.code;
    };
    expect(ask(["beta > 0"], new Map())).toBe("convex");
    expect(ask(["beta < 0"], new Map())).toBe("concave");
    expect(ask([], new Map([["beta", "1/3"]]))).toBe("convex");
    expect(ask([], new Map([["beta", "-2"]]))).toBe("concave");
    expect(ask([], new Map([["beta", "two"]]))).toBe("bad-setting");
  });
});
