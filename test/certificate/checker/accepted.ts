/** Claims that are true, each with a proof that the checker must accept: the seeds of the mutation test, too. */
import {
  boxes,
  composition,
  convex,
  type Entry,
  exponential,
  hessianBoxes,
  hessianSquares,
  interval,
  kinks,
  minors,
  monotone,
  nonnegative,
  popoviciu,
  positive,
  range,
  rewrite,
  second,
  separable,
  split,
  squares,
  sturm,
  sum,
  touches,
} from "./certificates.js";

export const COMPOSITION: readonly Entry[] = [
  convex("sum(i, x[i]^2)/2", "x"),
  convex("sum(i, logcosh(x[i]))", "x"),
  convex("sum(i, logcosh(beta*x[i]))/beta", "x"),
  convex("sum(i, softplus(x[i]))", "x"),
  convex("sum(i, relu(x[i])^n)/n", "x"),
  convex("sum(mu, relu(h[mu])^3/3)", "h"),
  convex("logsumexp(mu, beta*h[mu])/beta", "h"),
  convex("log(sum(mu, exp(beta*h[mu])))/beta", "h"),
  convex("sqrt(sum(i, x[i]^2))", "x"),
  convex("sqrt(sum(i, x[i]^2) + eps)", "x"),
  convex("N*beta*sqrt(sum(i, (x[i] - sum(j, x[j])/N)^2)/N + eps) + sum(i, b[i]*x[i])", "x"),
  convex("sum(A, N*beta*sqrt(sum(i, (X[A,i] - sum(k, X[A,k])/N)^2)/N + eps) + sum(j, b[j]*X[A,j]))", "X"),
  convex("logcosh(z[0]) + softplus(z[1]) + log(exp(z[1]) + exp(z[2]))", "z"),
  convex("max(i, abs(x[i]))", "x"),
  convex("max(u, v, 0)^2", "u v"),
  convex("u*log(u/v)", "u v", composition, "u > 0", "v > 0"),
  convex("u*log(u)", "u", composition, "u > 0"),
  convex("sum(i, x[i]*log(x[i]))", "x", composition, "x[i] > 0"),
  convex("-u^0.3*v^0.6", "u v", composition, "u > 0", "v > 0"),
  convex("u^3/v^2", "u v", composition, "u > 0", "v > 0"),
  convex("u^2/v", "u v", composition, "v > 0"),
  convex("1/(u*v)", "u v", composition, "u > 0", "v > 0"),
  convex("1/log(u)", "u", composition, "u > 1"),
  convex("u^3", "u", composition, "u >= 0"),
  convex("-cos(u)", "u", composition, "u >= -1.5707", "u <= 1.5707"),
  convex("-acos(u)", "u", composition, "u >= 0", "u <= 0.99"),
  convex("tanh(u)", "u", composition, "u <= 0"),
  convex("-atan(u)", "u", composition, "u >= 0"),
  convex("z[0]^2 + z[0]*z[1] + z[1]^2/2", "z"),
  convex("sqrt(1/1000 + u^2 + u*v + v^2)", "u v"),
  convex("-sqrt(1 - u^2 - v^2)", "u v", composition, "u^2 + v^2 < 1"),
  convex("-log(1 - u - v)", "u v", composition, "u + v < 1"),
  convex("integral(s, 0, u, tanh(s))", "u"),
  convex("sum(i, integral(s, 0, x[i], s^3))", "x"),
  convex("exp(u^2 + logcosh(v))", "u v"),
  convex("cosh(u)*exp(v)", "u v"),
  convex("where(r > 0, u^2, u^4)", "u"),
  convex("lgamma(u) + gamma(u + 1)", "u", composition, "u > 0"),
  convex("2^u + 3^(-u)", "u"),
];

export const STRUCTURE: readonly Entry[] = [
  convex("log(cosh(u))", "u", rewrite("logcosh(u)", composition)),
  convex("u^4 + 6*u^2*v^2 + v^4", "u v", rewrite("((u + v)^4 + (u - v)^4)/2", composition)),
  convex("sum(i, x[i]^2) - sum(i, x[i])^2/N", "x", rewrite("sum(i, (x[i] - sum(j, x[j])/N)^2)", composition)),
  convex("log(sum(i, exp(x[i] + u)))", "x u", rewrite("u + logsumexp(i, x[i])", composition)),
  convex("x[i]^2 + u*v + u^2 + v^2", "x u v", sum(["x[i]^2", "u*v + u^2 + v^2"], composition, composition)),
  convex("sum(i, x[i]^2/2 - logcosh(x[i]))", "x", separable(second(range))),
  convex("sum(i, x[i]^2)/2 - sum(j, logcosh(x[j])) + sum(i, b[i]*x[i])", "x", separable(second(range))),
  convex("sum(i, a[i]*x[i]^2) + sum(mu, h[mu]^2)", "x h", separable(composition, composition)),
  convex(
    "sum(i, a[i]*(x[i]^2 + sin(x[i])))",
    "x",
    separable(
      rewrite(
        "a[i]*(x^2 + sin(x))",
        sum(["a[i]*(x^2 + sin(x))"], second(rewrite("a[i]*(2 - sin(x))", range))),
      ),
    ),
  ),
  convex("(r^2 + 1)*u^2", "u", split("r", ["0"], composition, composition)),
  nonnegative("u^3", "u", split("u", ["1"], range, range), "u >= 0"),
];

export const SCALAR: readonly Entry[] = [
  convex("u^2/2 - log(cosh(u))", "u", second(range)),
  convex("u^2 + sin(u)", "u", second(range)),
  convex("-u*log(1 - u) - u^2/2", "u", second(sturm), "u > 0", "u < 1"),
  convex("where(u > 0, u^2, 0)", "u", kinks(["0"], composition, composition)),
  convex("where(u > 0, u^2, -u)", "u", kinks(["0"], composition, composition)),
  convex(
    "where(abs(u) <= 1, u^2/2, abs(u) - 1/2)",
    "u",
    kinks(["-1", "1"], composition, composition, composition),
  ),
  convex("abs(u) + relu(u - 1)^2", "u", kinks(["0", "1"], composition, composition, composition)),
  nonnegative("exp(u) - 1 - u", "u", touches("0", range)),
  nonnegative("u - sin(u)", "u", monotone("0", range), "u >= 0"),
  nonnegative("u - tanh(u)", "u", monotone("0", range), "u > 0"),
  nonnegative("exp(-u)", "u", monotone("inf", range)),
  positive("1 + tanh(u)", "u", range),
];

export const SIGN: readonly Entry[] = [
  positive("exp(u) + 1", "u", range),
  nonnegative("u^2 - u + 1/4", "u", range),
  nonnegative("1 - sech(u)", "u", range),
  nonnegative("exp(log(1 + u^2)/2)^2 - 1", "u", rewrite("u^2", range)),
  nonnegative("u - tanh(v)*exp(2*log(u)) + tanh(atanh(v))*0 + u^2*tanh(v)", "u v", range, "u > 0", "v^2 < 1"),
  nonnegative("tanh(-atanh(v)) + v", "v", range, "v^2 < 1"),
  nonnegative("1 - u - v", "u v", range, "u + v <= 1"),
  nonnegative("1/N - 1/(N + 1)", "u", rewrite("1/(N*(N + 1))", range)),
  positive("softmax(nu, h[nu])[mu]", "h", range),
  nonnegative("u^4 - 2*u^2 + 1", "u", sturm),
  positive("u^4 - 2*u^2 + 1", "u", sturm, "u > 1"),
  positive("1/u - u", "u", sturm, "u > 0", "u < 1"),
  nonnegative("(u - 1)^2*(u + 3)", "u", sturm, "u >= -3"),
  nonnegative("cosh(u) - 1", "u", exponential("1")),
  nonnegative("1 - tanh(u)", "u", exponential("2")),
  nonnegative("exp(2*u) - 2*exp(u) + 1", "u", exponential("1")),
  nonnegative("sigmoid(u) - 1/2", "u", exponential("1"), "u >= 0"),
  nonnegative(
    "u^2 + u*v + v^2",
    "u v",
    squares(
      ["u", "v"],
      [
        ["1", "1/2"],
        ["1/2", "1"],
      ],
    ),
  ),
  nonnegative(
    "sum(i, x[i])^2 + u^2",
    "x u",
    squares(
      ["sum(i, x[i])", "u"],
      [
        ["1", "0"],
        ["0", "1"],
      ],
    ),
  ),
  positive("sin(u) + 1.1 - u/10", "u", boxes(10), "u >= 0", "u <= 1"),
  positive("u^2 + v^2 - u*v + 1/100", "u v", boxes(20), "u >= -1", "u <= 1", "v >= -1", "v <= 1"),
  nonnegative("exp(u) - 1", "u", interval, "u >= 0"),
];

export const HESSIAN: readonly Entry[] = [
  convex("u^4 + 6*u^2*v^2 + v^4", "u v", minors(range, range, rewrite("144*(u^2 - v^2)^2", range))),
  convex("exp(u - v) + u^2", "u v", minors(range, range, rewrite("2*exp(u - v)", range))),
  convex(
    "u^4 + 6*u^2*v^2 + v^4",
    "u v",
    hessianSquares(
      ["u*d_u", "v*d_v", "u*d_v", "v*d_u"],
      [
        ["12", "12", "0", "0"],
        ["12", "12", "0", "0"],
        ["0", "0", "12", "12"],
        ["0", "0", "12", "12"],
      ],
    ),
  ),
  convex("sum(i, x[i])^4", "x", hessianSquares(["sum(i, x[i])*sum(i, d_x[i])"], [["12"]])),
  convex("u^2 + v^2 + sin(u)*sin(v)", "u v", hessianBoxes(8), "u >= -3", "u <= 3", "v >= -3", "v <= 3"),
  convex("sum(i, x[i]^2)/4 - logsumexp(i, x[i])", "x", popoviciu),
  convex("beta*sum(i, x[i]^2)/4 - logsumexp(i, beta*x[i])/beta", "x", popoviciu),
  convex("sum(i, x[i]^2) - 4*log(sum(i, exp(x[i] + b[i])))", "x", popoviciu),
  convex("sum(A, sum(i, X[A,i]^2)/4 - logsumexp(i, X[A,i]))", "X", popoviciu),
];

const onInterval = { rule: "within", variable: "u", low: "-1", high: "1" };
const halfOf = (side: string) => sum(["(1 - u^2 - v^2)/2", `(v^2 + (${side})^2)/2`], range, range);

/** By the rules for signs of several scalars; `joint-signs.test.ts` has more, and their planted faults. */
export const JOINT: readonly Entry[] = [
  nonnegative("(u - v)^2*(1 + v^2)", "u v", {
    rule: "product",
    factors: ["(u - v)^2", "1 + v^2"],
    proofs: [range, range],
  }),
  nonnegative("(u - v)*(tanh(u) - tanh(v))", "u v", {
    rule: "monotone-product",
    variable: "t",
    function: "tanh(t)",
    from: "v",
    to: "u",
    proof: range,
  }),
  nonnegative(
    "1 - u",
    "u v",
    { ...onInterval, proofs: [halfOf("u + 1"), halfOf("1 - u"), range] },
    "u^2 + v^2 <= 1",
  ),
  nonnegative(
    "u^2 + v^2 + u^3/10",
    "u v",
    { rule: "minimum", variables: ["u", "v"], at: ["0", "0"], proof: hessianBoxes(8) },
    "u >= -1",
    "u <= 1",
    "v >= -1",
    "v <= 1",
  ),
];

export const ACCEPTED: readonly Entry[] = [
  ...COMPOSITION,
  ...STRUCTURE,
  ...SCALAR,
  ...SIGN,
  ...HESSIAN,
  ...JOINT,
];
