/** Planted faults: certificates of claims that are false, or whose proof does not show them. Each must be rejected. */
import { describe, expect, test } from "vitest";
import { checkCertificate } from "../../../src/certificate/checker/index.js";
import {
  boxes,
  certificate,
  check,
  composition,
  declarations,
  type Entry,
  exponential,
  hessianBoxes,
  hessianSquares,
  kinks,
  minors,
  monotone,
  popoviciu,
  range,
  reasonOf,
  rewrite,
  second,
  separable,
  split,
  squares,
  sturm,
  sum,
  touches,
} from "./certificates.js";

const convex = (e: string, variables: string, proof: unknown, ...where: string[]): Entry => [
  "convex",
  e,
  variables.split(" "),
  where,
  proof,
];
const nonnegative = (e: string, variables: string, proof: unknown, ...where: string[]): Entry => [
  "nonnegative",
  e,
  variables.split(" "),
  where,
  proof,
];
const positive = (e: string, variables: string, proof: unknown, ...where: string[]): Entry => [
  "positive",
  e,
  variables.split(" "),
  where,
  proof,
];

const COMPOSITION: readonly Entry[] = [
  convex("u^3", "u", composition),
  convex("-1e-11*u^2", "u", composition),
  convex("tanh(u)", "u", composition),
  convex("tanh(u)", "u", composition, "u >= 0"),
  convex("exp(tanh(u))", "u", composition, "u >= 0"),
  convex("-tanh(u^2)", "u", composition),
  convex("u*log(u)", "u", composition),
  convex("-u*log(u)", "u", composition, "u > 0"),
  convex("u/v", "u v", composition, "u > 0", "v > 0"),
  convex("u*v", "u v", composition),
  convex("u^2/v", "u v", composition),
  convex("u^2/v", "u v", composition, "v >= 0"),
  convex("u^3/v^2.5", "u v", composition, "u > 0", "v > 0"),
  convex("-u^0.6*v^0.5", "u v", composition, "u > 0", "v > 0"),
  convex("sqrt(u)", "u", composition, "u >= 0"),
  convex("sqrt(sum(i, x[i]^2) - eps)", "x", composition),
  convex("sqrt(u^2 + 2.0000001*u*v + v^2 + 1)", "u v", composition),
  convex("u^2 + 2.0000000000001*u*v + v^2", "u v", composition),
  convex("sum(i, relu(x[i])^n0)", "x", composition),
  convex("log(1 + u^2)", "u", composition),
  convex("exp(-u^2)", "u", composition),
  convex("sigmoid(u)", "u", composition),
  convex("u*tanh(u)", "u", composition),
  convex("x[i]^2 - x[j]^2", "x", composition),
  convex("r*u^2", "u", composition),
  convex("sum(i, b[i]*x[i]^2)", "x", composition),
  convex("sum(i, j, J[i,j]*x[i]*x[j])", "x", composition),
  convex("min(u, v)", "u v", composition),
  convex("where(u > 0, u^2, u^4)", "u", composition),
  convex("integral(s, 0, u, -s)", "u", composition),
  convex("integral(s, u, 0, s)", "u", composition),
  convex("softmax(i, x[i])[j]", "x", composition),
  convex("-sqrt(1 - u^2)", "u", composition),
  convex("sech(u)", "u", composition, "u >= 0.8813"),
  convex("sum(i, x[i + 1]*x[i])", "x", composition),
  convex("gamma(u)", "u", composition),
  convex("(u^2)^0.25", "u", composition),
  convex("u^2*v^2", "u v", composition),
  convex("abs(u)*abs(v)", "u v", composition),
  convex("(-2)^u", "u", composition),
  convex("0.5^(u^2)", "u", composition),
  convex("prod(i, x[i]^2)", "x", composition),
  convex("max(i != j, x[i])", "x", composition),
  convex("logsumexp(i != j, x[i])", "x", composition),
  convex("u^2", "u", range),
];

const DOMAINS: readonly Entry[] = [
  convex("u^2", "u", composition, "u^2 > 1"),
  convex("u^2", "u", composition, "u != 0"),
  convex("abs(u)", "u v", composition, "u*v > 1"),
  convex("u^2", "u v", composition, "u = v^2"),
  convex("u^2", "u", composition, "u > 1", "u < 0"),
  convex("u^3", "u", composition, "u > 1", "u < 1"),
  convex("u^3", "u", composition, "u >= -1"),
  convex("sum(i, x[i]^3)", "x", composition, "x[i] > 0 - N"),
  convex("z[0]^3 + z[1]^3", "z", composition, "z[0] > 0"),
  convex("sum(i, x[i]*log(x[i]))", "x", composition, "x[i] >= 0"),
  convex("log(u)", "u", composition, "u"),
  // Functions undone by their inverses where these have no value.
  nonnegative("exp(log(u)) - u", "u", range),
  nonnegative("tanh(atanh(u)) - u", "u", range),
  nonnegative("u - exp(2*log(u))", "u", range, "u > 0"),
  nonnegative("tanh(atanh(u)/2) - u/2", "u", range, "u^2 < 1"),
  nonnegative("u", "u", range, "v > 0"),
  nonnegative("x[j]", "x", range, "x[i] > h[mu]"),
];

const STRUCTURE: readonly Entry[] = [
  convex("u^2", "u", rewrite("u^2 + 1e-300", composition)),
  convex("u^3", "u", rewrite("abs(u)^3", composition)),
  convex("u", "u", rewrite("sqrt(u^2)", composition)),
  convex("log(u^2)", "u", rewrite("2*log(u)", composition), "u < 0"),
  convex("u^2*v/v", "u v", rewrite("u^2", composition)),
  convex("(u^2 - 1)/(u - 1)", "u", rewrite("u + 1", composition)),
  convex("sum(mu, h[mu]^2) - sum(mu, 1)", "h", rewrite("sum(mu, h[mu]^2) - sum(i, 1)", composition)),
  convex("sum(i, j > i, x[i])", "x", rewrite("sum(j, i > j, x[i])", composition)),
  convex("u^2 - v^2", "u v", sum(["u^2", "v^2"], composition, composition)),
  convex("u^2", "u", sum(["u^2"])),
  convex("u^2", "u", sum(["u^2", "0"], composition)),
  convex("u^2 - v^2", "u v", sum(["u^2", "-v^2"], composition, composition)),
  convex("sum(i, x[i]^2) - sum(i, x[i])^2", "x", separable(composition)),
  convex("sum(i, x[i]*x[i + 1])", "x", separable(composition)),
  convex("sum(i, j, x[i]^2 - 2*x[j]^2)", "x", separable(composition)),
  convex("sum(i, b[i]*x[i]^2)", "x", separable(composition)),
  convex("sum(i, x[i]^2 - logcosh(2*x[i]))", "x", separable(second(range))),
  convex("sum(i, j != i, J[i,j]*x[i]^2)", "x", separable(composition)),
  convex("sum(i, X[A,i]^2) - X[A,i]^2", "X", separable(composition)),
  convex("u^3", "u", split("u", ["0"], composition, composition)),
  nonnegative("u", "u", split("u", ["0", "1"], range, range)),
  nonnegative("u^2 - 1", "u", split("u", ["1", "-1"], range, range, range)),
  nonnegative("u^2 - 1", "u", split("u", ["-1", "1"], range, range)),
  nonnegative("u", "u", split("v", ["0"], range, range)),
  nonnegative("u", "u", split("u", [], range)),
  nonnegative("u - v", "u v", split("u", ["0"], range, range)),
];

const SCALAR: readonly Entry[] = [
  convex("u^2/2 - 1.0000001*log(cosh(u))", "u", second(range)),
  convex("u^2/2 + 1.0001*sin(u)", "u", second(range)),
  convex("abs(u)*u", "u", second(range)),
  convex("-abs(u)", "u", second(range)),
  convex("-relu(u)", "u", second(range)),
  convex("-u^(4/3)", "u", second(range), "u >= 0"),
  convex("where(u > 0, u^2, 1)", "u", kinks(["0"], composition, composition)),
  convex("where(u > 0, u, 2*u)", "u", kinks(["0"], composition, composition)),
  convex("-abs(u)", "u", kinks(["0"], composition, composition)),
  convex("where(u > 0, u^2, -u)", "u", kinks(["1"], composition, composition)),
  convex("where(u > 0, u^2, where(u < 0 - 1, -5, 0))", "u", kinks(["0"], composition, composition)),
  convex("where(u <= 0, -5, u^2)", "u", kinks(["1"], composition, composition), "u >= 0"),
  convex("where(u = 0, 1, u^2)", "u", kinks(["0"], composition, composition)),
  convex("min(u, 2*u)", "u", kinks(["0"], composition, composition)),
  convex("step(u)", "u", kinks(["0"], composition, composition)),
  convex("u^2*v + relu(u)", "u v", kinks(["0"], composition, composition)),
  nonnegative("exp(u) - 1 - u", "u", touches("1", range)),
  nonnegative("exp(u) - 1 - 2*u", "u", touches("0", range)),
  nonnegative("(u - 1)^2 - 1/1000000", "u", touches("1", range)),
  nonnegative("u^2", "u", touches("0", range), "u > 1"),
  nonnegative("u^3", "u", touches("0", range)),
  nonnegative("abs(u) - u^2", "u", touches("0", range)),
  nonnegative("u^2 - 1", "u", touches("0", range)),
  nonnegative("u - sin(u)", "u", monotone("0", range)),
  nonnegative("u - sin(u)", "u", monotone("1", range), "u >= 0"),
  nonnegative("u - 1", "u", monotone("0", range), "u >= 0"),
  nonnegative("-exp(-u)", "u", monotone("inf", range), "u >= 0"),
  nonnegative("tanh(u) - 1", "u", monotone("inf", range)),
  nonnegative("exp(-u) - 1", "u", monotone("inf", range), "u >= 0"),
  nonnegative("sin(u)", "u", monotone("inf", range)),
  nonnegative("u", "u", monotone("-inf", range)),
  positive("u", "u", monotone("0", range), "u >= 0"),
  nonnegative("1/u - 1", "u", monotone("1", range), "u > 0", "u <= 2"),
  nonnegative("log(u)", "u", monotone("0", range), "u > 0"),
];

const SIGN: readonly Entry[] = [
  nonnegative("u", "u", range),
  nonnegative("u^2 - u", "u", range),
  positive("u^2", "u", range),
  positive("abs(u)", "u", range),
  positive("relu(u)", "u", range, "u >= 0"),
  positive("sum(i, j > i, 1)", "x", range),
  positive("N - 1", "u", range),
  positive("softmax(i > j, x[i])[k]", "x", range),
  nonnegative("x[i + 1] - 1", "x", range, "x[i] > 1"),
  positive("sum(i, x[i + 1])", "x", range, "x[i] > 0"),
  nonnegative("1 - 1.0000001*tanh(u)", "u", range),
  nonnegative("sech(u) - 1/1000000", "u", range),
  nonnegative("1/u", "u", range),
  nonnegative("u^0.5", "u", range),
  positive("u^n0", "u", range, "u >= 0"),
  nonnegative("log(u)", "u", range, "u >= 0"),
  nonnegative("acosh(u)", "u", range, "u >= 0.9"),
  nonnegative("tan(u)", "u", range, "u >= 0", "u <= 2"),
  nonnegative("1 - sin(u)^2 - cos(u)^2 - 1e-9", "u", range),
  nonnegative("u^4 - 2*u^2 + 0.9999999", "u", sturm),
  positive("u^4 - 2*u^2 + 1", "u", sturm),
  positive("u^2 - 1", "u", sturm, "u >= 1"),
  nonnegative("u^3", "u", sturm),
  nonnegative("u", "u", sturm, "u >= -1e-30"),
  nonnegative("1/u", "u", sturm),
  nonnegative("-(u - 1)^2", "u", sturm),
  nonnegative("r*u^2", "u", sturm),
  nonnegative("exp(u) - 1", "u", exponential("1")),
  nonnegative("cosh(u) - 1.0000001", "u", exponential("1")),
  nonnegative("exp(u) - 1", "u", exponential("0")),
  nonnegative("exp(u) - u", "u", exponential("1")),
  nonnegative("sigmoid(u) - 1/2", "u", exponential("-1"), "u >= -1e-9"),
  nonnegative(
    "u^2 - v^2",
    "u v",
    squares(
      ["u", "v"],
      [
        ["1", "0"],
        ["0", "-1"],
      ],
    ),
  ),
  nonnegative(
    "u^2 + 2*u*v + 0.9*v^2",
    "u v",
    squares(
      ["u", "v"],
      [
        ["1", "1"],
        ["1", "0.9"],
      ],
    ),
  ),
  nonnegative(
    "u^2 - 1e-30*v^2",
    "u v",
    squares(
      ["u", "v"],
      [
        ["1", "0"],
        ["0", "-1e-30"],
      ],
    ),
  ),
  nonnegative(
    "2*u*v",
    "u v",
    squares(
      ["u", "v"],
      [
        ["0", "1"],
        ["1", "0"],
      ],
    ),
  ),
  nonnegative(
    "u^2 + u*v",
    "u v",
    squares(
      ["u", "v"],
      [
        ["1", "1"],
        ["0", "0"],
      ],
    ),
  ),
  nonnegative("u^2", "u", squares(["u"], [["1"], ["1"]])),
  nonnegative("u^2", "u", squares([], [])),
  nonnegative("u - 1", "u", squares(["sqrt(u - 1)"], [["1"]])),
  positive("u^2", "u", squares(["u"], [["1"]])),
  positive("sin(u) + 1 - u/10", "u", boxes(30), "u >= 4", "u <= 5"),
  nonnegative("u^2", "u", boxes(50)),
  nonnegative("1/u", "u", boxes(10), "u >= -1", "u <= 1"),
  nonnegative("u - 1/2 + 1/1024", "u", boxes(5), "u >= 0", "u <= 1"),
];

const HESSIAN: readonly Entry[] = [
  convex("-u^2 - v^2", "u v", minors(range, range, range)),
  convex("-u^2", "u v", minors(range)),
  convex("u^2 + 3*u*v + v^2", "u v", minors(range, range, range)),
  convex("u^2 - v^2", "u v", minors(range, range)),
  convex("-v^2 + 0*u^2 + u", "u v", minors(range, range, range)),
  convex("u^2*v^2", "u v", minors(range, range, range)),
  convex("abs(u) + v^2", "u v", minors(range, range, range)),
  convex("u^4 + 6.0001*u^2*v^2 + v^4", "u v", minors(range, range, rewrite("144*(u^2 - v^2)^2", range))),
  convex("-u^2", "u", hessianSquares(["d_u"], [["-2"]])),
  convex("u^3", "u", hessianSquares(["sqrt(u)*d_u"], [["6"]])),
  convex(
    "u^2 - 1e-30*v^2",
    "u v",
    hessianSquares(
      ["d_u", "d_v"],
      [
        ["2", "0"],
        ["0", "-2e-30"],
      ],
    ),
  ),
  convex("abs(u)*v^2", "u v", hessianSquares(["d_u"], [["0"]])),
  convex("u^2 + v^2 + 3*sin(u)*sin(v)", "u v", hessianBoxes(8), "u >= -3", "u <= 3", "v >= -3", "v <= 3"),
  convex("u^2 + v^2 + sin(u)*sin(v)", "u v", hessianBoxes(8)),
  convex("u^2 - v^2", "u v", hessianBoxes(20), "u >= -1", "u <= 1", "v >= -1", "v <= 1"),
  convex("abs(u)", "u", hessianBoxes(20), "u >= -1", "u <= 1"),
  convex("0.2499999999*sum(i, x[i]^2) - logsumexp(i, x[i])", "x", popoviciu),
  convex("sum(i, x[i]^2)/4 - logsumexp(i, 1.00001*x[i])", "x", popoviciu),
  convex("beta*sum(i, x[i]^2)/4 - logsumexp(i, beta*x[i])", "x", popoviciu),
  convex("sum(i, x[i]^2)/4 - logsumexp(i, x[i]^2)", "x", popoviciu),
  convex("sum(i, x[i]^2)/4 - logsumexp(i, sign(x[i]))", "x", popoviciu),
  convex("sum(i, x[i]^2)/4 - logsumexp(i, x[i] + x[j])", "x", popoviciu),
  convex("sum(i, x[i]^2)/4 - logsumexp(i, sum(j, J[i,j]*x[j]))", "x", popoviciu),
  convex("sum(i, x[i]^2)/4 - r*logsumexp(i, x[i])", "x", popoviciu),
  convex("sum(i, x[i]^2)/4 - 2*logsumexp(i, x[i])", "x", popoviciu),
  convex("sum(i, x[i]^2)/4 - logsumexp(i, x[i]) - logsumexp(i, x[i])", "x", popoviciu),
  convex("sum(i, y[i]^2)/4 - logsumexp(i, x[i])", "x y", popoviciu),
  convex("-sum(i, x[i]^2)", "x", popoviciu),
];

describe.each([
  ["composition", COMPOSITION],
  ["domains", DOMAINS],
  ["structure", STRUCTURE],
  ["one scalar variable", SCALAR],
  ["signs", SIGN],
  ["Hessians", HESSIAN],
] as const)("planted: %s", (_, entries) => {
  test.each(entries.map((e, k) => [k, e[1], e[3].join("; "), e] as const))(
    "%i %s %s",
    (_k, _e, _w, entry) => {
      const answer = check(entry);
      expect(answer.accepted, reasonOf(answer)).toBe(false);
      expect(reasonOf(answer)).not.toMatch(/checker failed/);
    },
  );
});

// ---- shapes of JSON -----------------------------------------------------------------------------------

const good = certificate(convex("u^2", "u", composition));
const bad = (change: object): unknown => ({ ...good, ...change });
const claim = (change: object): unknown => bad({ claim: { ...good.claim, ...change } });
const symbols = (change: object): unknown =>
  bad({ declarations: { ...declarations, symbols: { ...declarations.symbols, ...change } } });
const nested = (depth: number): unknown =>
  depth === 0 ? composition : { rule: "rewrite", to: "u^2", proof: nested(depth - 1) };

const SHAPES: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["a text", "{}"],
  ["truncated JSON", JSON.stringify(good).slice(0, -20)],
  ["a list", [good]],
  ["another format", bad({ format: "legendre-certificate/2" })],
  ["another subject", bad({ subject: "theorem" })],
  ["another verdict", bad({ verdict: "certain" })],
  ["no proof", { ...good, proof: undefined }],
  ["an extra key", bad({ extra: 1 })],
  ["an unknown rule", bad({ proof: { rule: "trust-me" } })],
  ["no rule", bad({ proof: {} })],
  ["a rule named like a prototype member", bad({ proof: { rule: "constructor" } })],
  ["__proto__ as a rule", bad({ proof: JSON.parse('{"__proto__": {"rule": "composition"}}') })],
  ["an inherited proof", Object.assign(Object.create({ proof: composition }), { ...good, proof: undefined })],
  [
    "an instance of a class",
    bad({
      proof: new (class Proof {
        rule = "composition";
      })(),
    }),
  ],
  ["a proof with an extra key", bad({ proof: { rule: "composition", trusted: true } })],
  ["a claim of another kind", claim({ kind: "true" })],
  ["an undeclared variable", claim({ variables: ["q"] })],
  ["a variable listed twice", claim({ variables: ["u", "u"] })],
  ["a prototype name as a variable", claim({ variables: ["constructor"] })],
  ["an undeclared name", claim({ e: "u^2 + q" })],
  ["toString as a name", claim({ e: "u^2 + toString" })],
  ["an unknown function", claim({ e: "u^2 + hasOwnProperty(u)" })],
  ["an empty expression", claim({ e: "" })],
  ["a garbled expression", claim({ e: "u^2 +* 3" })],
  ["an unclosed parenthesis", claim({ e: "(u^2" })],
  ["another alphabet", claim({ e: "u² + ∞" })],
  ["a comparison as a value", claim({ e: "u > 0" })],
  ["a number too large", claim({ e: "u^2 + 1e999999999" })],
  ["a number too long", claim({ e: `u^2 + ${"9".repeat(6000)}` })],
  ["a tower of powers", claim({ e: "u^2 - 9^9^9^9^9*u^2" })],
  ["a huge exponent", claim({ e: "(u^2)^(10^300)*u^3" })],
  ["deep parentheses", claim({ e: `${"(".repeat(5000)}u${")".repeat(5000)}` })],
  ["deep signs", claim({ e: `${"-".repeat(5000)}u` })],
  ["deep exponents", claim({ e: `u${"^2".repeat(5000)}` })],
  ["a division by zero", claim({ e: "u^2 + 1/0" })],
  ["0^-1", claim({ e: "u^2 + 0^(-1)" })],
  ["log 0", claim({ e: "u^2 + log(0)" })],
  ["a subscript out of range", claim({ e: "z[3]^2" })],
  ["a negative subscript", claim({ e: "z[-1]^2" })],
  ["a component of a symbolic dimension", claim({ e: "x[0]^2", variables: ["x"] })],
  ["an index of another dimension", claim({ e: "sum(mu, x[mu]^2)", variables: ["x"] })],
  ["an index bound twice", claim({ e: "sum(i, sum(i, x[i]^2))", variables: ["x"] })],
  ["an integration variable that is taken", claim({ e: "integral(u, 0, 1, u)" })],
  ["proofs nested without end", bad({ proof: nested(5000) })],
  ["bounds that leave nothing", symbols({ q: { over: [], low: "1", high: "0" } })],
  ["a bound that is no number", symbols({ q: { over: [], low: "zero" } })],
  ["a name declared twice", symbols({ i: { over: [] } })],
  ["a dimension declared as a symbol", symbols({ N: { over: [] } })],
  ["a name that is none", symbols({ "u v": { over: [] } })],
  ["an integer variable", symbols({ u: { over: [], integer: true } })],
  [
    "an index over a fraction",
    bad({ declarations: { ...declarations, indices: { ...declarations.indices, e: "1/2" } } }),
  ],
  [
    "an index over 0",
    bad({ declarations: { ...declarations, indices: { ...declarations.indices, e: "0" } } }),
  ],
  ["a depth that is no number", bad({ proof: { rule: "hessian-boxes", depth: "8" } })],
  ["an infinite depth", bad({ proof: { rule: "hessian-boxes", depth: 1e308 } })],
];

describe("planted: shapes", () => {
  test("the base is accepted", () => {
    expect(checkCertificate(good)).toEqual({ accepted: true });
  });
  test.each(SHAPES)("%s", (_, value) => {
    expect(checkCertificate(value).accepted).toBe(false);
  });
  test("a cycle", () => {
    const cycle: Record<string, unknown> = { rule: "rewrite", to: "u^2" };
    cycle.proof = cycle;
    expect(checkCertificate(bad({ proof: cycle })).accepted).toBe(false);
  });
  test("a getter that changes its mind is read once", () => {
    let reads = 0;
    const proof = {
      rule: "rewrite",
      to: "u^2",
      get proof() {
        return reads++ === 0 ? composition : { rule: "trust-me" };
      },
    };
    expect(checkCertificate(bad({ proof }))).toEqual({ accepted: true });
    expect(reads).toBe(1);
  });
  test("names that objects inherit are ordinary names", () => {
    const odd = JSON.parse('{"indices":{"__proto__":"N"},"symbols":{"constructor":{"over":["__proto__"]}}}');
    const value = {
      ...good,
      declarations: odd,
      claim: {
        kind: "convex",
        e: "sum(__proto__, constructor[__proto__]^2)",
        variables: ["constructor"],
        where: [],
      },
    };
    expect(checkCertificate(value)).toEqual({ accepted: true });
    const lie = { ...value, claim: { ...value.claim, e: "sum(__proto__, -constructor[__proto__]^2)" } };
    expect(checkCertificate(lie).accepted).toBe(false);
  });
});
