import { describe, expect, test } from "vitest";
import { num, rational } from "../../src/index-notation/index.js";
import { parseExpression } from "../../src/parser/index.js";
import { codes, read, SCOPE } from "./support.js";

/** Two spellings of the same expression. */
const SAME: readonly (readonly [string, string])[] = [
  ["-x^2", "-(x^2)"],
  ["x^-2", "1/(x^2)"],
  ["2^-x^2", "2^(-(x^2))"],
  ["2^-x*y", "(2^(-x))*y"],
  ["x^y^z", "x^(y^z)"],
  ["x - y - z", "(x - y) - z"],
  ["x/y/z", "(x/y)/z"],
  ["x/y*z", "(x/y)*z"],
  ["-x*y", "(-x)*y"],
  ["x*-y", "-(x*y)"],
  ["x + y*z^2", "x + (y*(z^2))"],
  ["--x", "x"],
  ["0.1 + 0.2", "3/10"],
  ["1e-3", "1/1000"],
  [".5", "1/2"],
  ["2.", "2"],
  ["1.5E2", "150"],
  ["sqrt(x)", "x^(1/2)"],
  ["sqrt(4)", "2"],
  ["tanh(x)·y", "tanh(x)*y"],
  ["x − y", "x - y"],
  ["where(x ≤ y, 1, 2)", "where(y >= x, 1, 2)"],
  ["where(x ≠ y, 1, 2)", "where(x != y, 1, 2)"],
  ["π", "pi"],
  ["sum(i, v[i])", "sum( j ,v[ j ] )"],
  ["sum(i, j > i, v[i]*w[j])", "sum(j, i < j, v[i]*w[j])"],
  ["sum(i, j, j > i, v[i]*w[j])", "sum(i, j > i, v[i]*w[j])"],
  ["sum(i, j, v[i]*w[j])", "sum(i, v[i])*sum(j, w[j])"],
  ["logsumexp(i, v[i])", "logsumexp(m, v[m])"],
  ["softmax(j, w[j])[i]", "softmax(m, w[m])[i]"],
  ["sum(i, delta[i,j]*v[i])", "v[j]"],
  ["delta(i, j)", "delta[i,j]"],
  ["max(x, y, 2)", "max(2, y, x)"],
  ["where(x > 0, y > 0, 1, 2)", "where(y > 0, x > 0, 1, 2)"],
  ["sum(c, u[c])*0 + u[0]", "u[0]"],
  ["sum(i, 1)", "N"],
  ["v[mod(i + 1, N)]", "v[mod(1 + i, N)]"],
  ["integral(s, 0, x, s^2)", "integral(t, 0, x, t^2)"],
  ["digamma(x)", "polygamma(0, x)"],
  ["trigamma(x)", "polygamma(1, x)"],
  ["gamma*gamma(x)", "gamma(x)*gamma"],
  ["prod(i, 2)", "2^N"],
  ["q[2*k - 1]", "q[-1 + 2*k]"],
  ["q[-k + K - 1]", "q[K - 1 - k]"],
];

/** Two spellings of different expressions: each row catches a parser with that fault. */
const DIFFERENT: readonly (readonly [string, string])[] = [
  ["-x^2", "(-x)^2"],
  ["x^y^z", "(x^y)^z"],
  ["x - y - z", "x - (y - z)"],
  ["x/y/z", "x/(y/z)"],
  ["x/y*z", "x/(y*z)"],
  ["2^-x*y", "2^(-x*y)"],
  ["v[i]", "v[j]"],
  ["sum(i, j > i, M[i,j])", "sum(j, i > j, M[i,j])"],
  ["max(x, y)", "min(x, y)"],
  ["v[i + 1]", "v[mod(i + 1, N)]"],
];

test.each(SAME)("%s is %s", (a, b) => expect(read(a)).toBe(read(b)));
test.each(DIFFERENT)("%s is not %s", (a, b) => expect(read(a)).not.toBe(read(b)));

describe("numbers are exact", () => {
  test.each([
    ["0.1", 1n, 10n],
    ["1e-3", 1n, 1000n],
    ["1e400", 10n ** 400n, 1n],
    ["0.30000000000000004", 30000000000000004n, 10n ** 17n],
  ])("%s", (text, n, d) => expect(read(text)).toBe(num(rational(n, d))));
});

test("names of the language are values where no parenthesis follows", () => {
  const r = parseExpression("gamma + exp(gamma)", SCOPE);
  expect(r.ok).toBe(true);
  expect(codes(parseExpression("exp", SCOPE))).toEqual(["unknown-name"]);
});

test("a long sum and a long product are flat", () => {
  const sum = Array.from({ length: 20_000 }, () => "x").join(" + ");
  expect(read(sum)).toBe(read("20000*x"));
  expect(read(Array.from({ length: 9_000 }, () => "x").join("*"))).toBe(read("x^9000"));
});
