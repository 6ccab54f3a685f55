/** Identities are proved, inequalities are shown by a point, and neither is ever the other. */
import { describe, expect, test } from "vitest";
import {
  decideEqual,
  type EqualityOutcome,
  type EqualityQuestion,
  readEquality,
} from "../../../src/certificate/index.js";
import { add, type Expr, mul, num, rational } from "../../../src/index-notation/index.js";
import { expand, simplify } from "../../../src/rewrite/index.js";
import { buildExpr } from "../../index-notation/plain.js";
import { randomPlain } from "../../index-notation/random-expression.js";

function ask(left: string, right: string, more: Partial<EqualityQuestion> = {}): EqualityOutcome {
  const request = readEquality({ left, right, ...more });
  if (!request.ok) throw new Error(request.errors.map((e) => e.message).join("; "));
  return decideEqual(request.value);
}

const IDENTITIES: readonly (readonly [string, string])[] = [
  ["tanh(x)", "2*sigmoid(2*x) - 1"],
  ["cosh(x)^2 - sinh(x)^2", "1"],
  ["sinh(2*x)", "2*sinh(x)*cosh(x)"],
  ["sigmoid(x)*(1 - sigmoid(x))", "sech(x/2)^2/4"],
  ["tanh(x + y)", "(tanh(x) + tanh(y))/(1 + tanh(x)*tanh(y))"],
  ["sin(x)^2", "1 - cos(x)^2"],
  ["tan(x)^2 + 1", "1/cos(x)^2"],
  ["log(cosh(x))", "logcosh(x)"],
  ["logcosh(x)", "x + softplus(-2*x) - log(2)"],
  ["softplus(x) - softplus(-x)", "x"],
  ["atanh(x)", "log((1 + x)/(1 - x))/2"],
  ["asinh(x)", "log(x + sqrt(x^2 + 1))"],
  ["erf(x) + erfc(x)", "1"],
  ["relu(x)", "(x + abs(x))/2"],
  ["relu(x) - relu(-x)", "x"],
  ["max(a, b)", "(a + b + abs(a - b))/2"],
  ["min(a, b) + max(a, b)", "a + b"],
  ["min(1, x)", "x - relu(x - 1)"],
  ["log(exp(a) + exp(b))", "max(a, b) + log(1 + exp(-abs(a - b)))"],
  ["softmax(j, x[j])[i]", "exp(x[i])/sum(j, exp(x[j]))"],
  ["softmax(j, x[j] + c)[i]", "softmax(j, x[j])[i]"],
  ["logsumexp(i, beta*x[i])", "log(sum(i, exp(beta*x[i])))"],
  ["sum(i, j, (x[i] - x[j])^2)", "2*N_i*sum(i, x[i]^2) - 2*sum(i, x[i])^2"],
  ["sum(i, W[i,i])", "sum(i, j, W[i,j]*delta[i,j])"],
  ["(1 + x)^5", "1 + 5*x + 10*x^2 + 10*x^3 + 5*x^4 + x^5"],
  ["sqrt(x^2)", "abs(x)"],
];

const DIFFERENT: readonly (readonly [string, string])[] = [
  ["sqrt(x^2)", "x"],
  ["sum(i, x[i])^2", "sum(i, x[i]^2)"],
  ["tanh(x)", "2*sigmoid(x) - 1"],
  ["atan(x) + atan(1/x)", "pi/2"],
  ["softmax(j, x[j])[i]", "softmax(j, 2*x[j])[i]"],
  ["logsumexp(i, x[i])", "max(i, x[i])"],
  ["max(a, b)", "(a + b)/2"],
  ["x", "x + 1e-25"],
  ["gamma(x + 1)", "x*gamma(x) + 1e-20"],
  ["integral(t, 0, x, tanh(t))", "logcosh(x) + 1e-9"],
  ["sum(i, W[i,j])", "sum(i, W[j,i])"],
];

describe("equal", () => {
  test.each(IDENTITIES)("%s = %s is proved", (a, b) => {
    expect(ask(a, b)).toMatchObject({ verdict: "proved" });
    expect(ask(b, a)).toMatchObject({ verdict: "proved" });
  });

  test.each(IDENTITIES)("%s = %s is not proved, but refuted, with a stray 1e-12", (a, b) => {
    expect(ask(a, `${b} + 1e-12`).verdict).toBe("different");
  });

  test.each(DIFFERENT)("%s and %s differ at a point", (a, b) => {
    const { verdict, difference } = ask(a, b);
    expect(verdict).toBe("different");
    expect(difference!.left).not.toBe(difference!.right);
  });

  test("a difference that holds only where no value is possible is none", () => {
    expect(ask("sqrt(x^2)", "x", { where: ["x > 0"] }).verdict).not.toBe("different");
    expect(ask("abs(x)", "x", { where: ["x >= 0"] }).verdict).toBe("proved");
    // A condition with an index holds for all of its values.
    const sum = ["sum(i, abs(x[i] + y[i]))", "sum(i, x[i] + y[i])"] as const;
    expect(ask(...sum).verdict).toBe("different");
    expect(ask(...sum, { where: ["x[i] + y[i] >= 0"] }).verdict).toBe("undecided");
  });

  test("what holds and is not proved is undecided, and says how far it was compared", () => {
    const { verdict, method } = ask("gamma(x + 1)", "x*gamma(x)", { where: ["x > 0"] });
    expect(verdict).toBe("undecided");
    expect(method).toMatch(/^no proof was found; both agree to 30 digits at \d+ points$/);
  });

  test("an integral and its value", () => {
    expect(ask("integral(t, 0, x, tanh(t))", "logcosh(x)").verdict).toBe("undecided");
  });
});

describe("random expressions", () => {
  const outcome = (left: Expr, right: Expr) => decideEqual({ left, right, where: [] }).verdict;

  test("an expression and its other forms are never called different", { timeout: 120_000 }, () => {
    let proved = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const e = buildExpr(randomPlain(seed, { depth: 2, without: new Set(["integral"]) }));
      for (const other of [simplify(e), expand(e)]) {
        const verdict = outcome(e, other);
        expect([seed, verdict]).not.toEqual([seed, "different"]);
        if (verdict === "proved") proved++;
      }
    }
    expect(proved).toBeGreaterThan(250);
  });

  test("an expression and a neighbour are never called equal", { timeout: 120_000 }, () => {
    for (let seed = 1; seed <= 60; seed++) {
      const e = buildExpr(randomPlain(seed, { depth: 2, without: new Set(["integral"]) }));
      expect([seed, outcome(e, add([e, num(rational(1, 1000))]))]).not.toEqual([seed, "proved"]);
      expect([seed, outcome(e, add([mul([e, num(rational(1001, 1000))]), num(rational(1, 7))]))]).not.toEqual(
        [seed, "proved"],
      );
    }
  });
});

describe("bad questions name the place", () => {
  test.each([
    ["tahn(x)", "x", /unknown function tahn/],
    ["x +", "x", /found the end of the expression/],
    ["x[i]", "x", /x/],
    ["max(i, x[i])", "x[0]", /component 0/],
  ])("%s against %s", (left, right, message) => {
    const request = readEquality({ left, right });
    expect(request.ok ? "" : request.errors.map((e) => e.message).join()).toMatch(message);
  });
});
