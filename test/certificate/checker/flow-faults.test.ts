/** Planted faults: flow certificates of claims that are false or whose proof does not show them. Each must be rejected. */
import { describe, expect, test } from "vitest";
import { range } from "./certificates.js";
import {
  at,
  certified,
  components,
  dissipation,
  each,
  force,
  gradient,
  type Json,
  lagrangian,
  linear,
  monotone,
  product,
  proved,
  rate,
  refuted,
  rotor,
  scalar,
  statementOf,
  TWO,
  verdict,
  W,
} from "./flows.js";

const UNSOUND: readonly (readonly [string, Json])[] = [
  // Energies that jump, are not Lipschitz, or are not defined: the formal derivative does not decide.
  ["a step up", proved({ energy: "step(x)", states: { x: at("1") } }, rate())],
  ["a sign", proved({ energy: "sign(x)", states: { x: at("1") } }, rate())],
  ["a choice", proved({ energy: "where(x < 0, 0, 1)", states: { x: at("1") } }, rate())],
  ["a root at 0", proved({ energy: "-sqrt(abs(x))", states: { x: { over: [] } } }, gradient("x"))],
  [
    "a power of unknown exponent",
    proved(
      { symbols: { n: { over: [], low: "0" } }, energy: "abs(x)^n", states: { x: { over: [] } } },
      gradient("x"),
    ),
  ],
  ["0 to a power", proved({ energy: "-(0^(x^2))", states: { x: at("x") } }, rate())],
  ["an integral of a step", proved({ energy: "integral(q, 0, x, step(q))", states: { x: at("1") } }, rate())],
  [
    "a logarithm on a closed edge",
    proved(
      { symbols: { x: { over: [], low: "0" } }, energy: "x*log(x)", states: { x: { over: [] } } },
      gradient("x"),
    ),
  ],
  [
    "an arcsine up to its edge",
    proved(
      { symbols: { x: { over: [], low: "-1", high: "1" } }, energy: "asin(x)", states: { x: { over: [] } } },
      gradient("x"),
    ),
  ],
  // Rates, weights and time constants.
  [
    "a rate that has a pole",
    proved({ energy: "x^2", states: { x: at("-1/x") } }, rate(product(["2"], range))),
  ],
  [
    "a rate with a root of what may be negative",
    proved({ energy: "x^2", states: { x: at("-x*sqrt(x)^2/x") } }, rate()),
  ],
  [
    "a weight with a pole",
    proved({ energy: "x^2/2", states: { x: at("-x^3") } }, dissipation({ x: "1/x^2" })),
  ],
  [
    "a weight of no sign",
    proved(
      { symbols: { a: scalar }, energy: "x^2/2", states: { x: at("-a*x") } },
      force({ x: "x" }, { x: "a" }),
    ),
  ],
  [
    "a time constant that may be 0",
    proved(
      { symbols: { a: { over: [], low: "0" } }, energy: "x^2", states: { x: { over: [], tau: "a" } } },
      gradient("x"),
    ),
  ],
  [
    "a time constant of no sign",
    proved({ symbols: { a: scalar }, energy: "x^2", states: { x: { over: [], tau: "a" } } }, gradient("x")),
  ],
  [
    "a mobility of no sign",
    proved(
      { symbols: { a: scalar }, energy: "x^2", states: { x: { over: [], mobility: "a" } } },
      gradient("x"),
    ),
  ],
  [
    "clamping beyond 1",
    proved(
      {
        symbols: { a: { over: [], low: "0", high: "2" } },
        energy: "x^2",
        states: { x: { over: [], clamped: "a" } },
      },
      gradient("x"),
    ),
  ],
  [
    "the rule for gradients on a flow with a rate",
    proved({ energy: "x^2", states: { x: at("x") } }, gradient("x")),
  ],
  [
    "the rule for rates on a gradient flow",
    proved({ energy: "x^2", states: { x: { over: [] } } }, dissipation({ x: "1" })),
  ],
  [
    "a rate with a time constant",
    proved({ energy: "x^2", states: { x: { over: [], rate: "-x", tau: "1" } } }, rate()),
  ],
  // States.
  [
    "a state that is an integer",
    proved({ symbols: { x: { over: [], integer: true } }, energy: "x^2", states: { x: at("-x") } }, rate()),
  ],
  [
    "a state that is not declared",
    certified(
      { ...statementOf({ energy: "0", states: { x: at("1") } }), declarations: { indices: {}, symbols: {} } },
      { verdict: "proved", proof: rate() },
    ),
  ],
  [
    "a state over other indices",
    proved(
      {
        indices: { i: "N", j: "M" },
        symbols: { x: { over: ["i"] } },
        energy: "sum(i, x[i]^2)",
        states: { x: each("-x[j]", "j") },
      },
      dissipation({ x: "2" }),
    ),
  ],
  [
    "a state over one index twice",
    proved(
      {
        indices: { i: "N" },
        symbols: { x: { over: ["i", "i"] } },
        energy: "sum(i, x[i,i]^2)",
        states: { x: each("-x[i,i]", "i", "i") },
      },
      dissipation({ x: "2" }),
    ),
  ],
  [
    "indices exchanged",
    proved(
      {
        indices: TWO,
        symbols: { x: { over: ["i", "j"] } },
        energy: "sum(i, j, x[i,j]^2)/2",
        states: { x: each("-x[i,j]", "j", "i") },
      },
      dissipation({ x: "1" }),
    ),
  ],
  ["no states", proved({ symbols: { x: scalar }, energy: "x", states: {} }, rate())],
  [
    "a rate that leaves an index free",
    proved(
      {
        indices: { i: "N" },
        symbols: { a: { over: ["i"] } },
        energy: "x^2/2",
        states: { x: at("-x + a[i]") },
      },
      rate(),
    ),
  ],
  [
    "a direction's name that is taken",
    proved({ symbols: { d_x: scalar }, energy: "x*d_x", states: { x: at("0") } }, dissipation({ x: "0" })),
  ],
  [
    "a direction's name that is a state",
    proved({ energy: "x*d_x", states: { x: at("-d_x"), d_x: at("-x") } }, dissipation({ x: "1", d_x: "1" })),
  ],
  [
    "a component beyond the last",
    proved(
      { indices: { i: "N" }, energy: "sum(i, x[i+1]^2)/2", states: { x: each("-x[i]", "i") } },
      dissipation({ x: "1" }),
    ),
  ],
  // Conditions.
  [
    "conditions without a point",
    proved({ energy: "x^2", where: ["x < 0", "x > 1"], states: { x: at("x") } }, rate()),
  ],
  [
    "symmetry of a part of the matrix",
    proved(
      { ...linear, indices: { i: "3", j: "3", k: "2", l: "2" }, where: ["W[k,l] = W[l,k]"] },
      dissipation({ x: "1" }),
    ),
  ],
  [
    "symmetry across two sizes",
    proved({ ...linear, indices: { ...TWO, k: "M" }, where: ["W[i,k] = W[k,i]"] }, dissipation({ x: "1" })),
  ],
  [
    "symmetry of another matrix",
    proved({ ...linear, symbols: { ...W, V: W.W }, where: ["V[i,j] = V[j,i]"] }, dissipation({ x: "1" })),
  ],
  [
    "symmetry modulo a shift",
    proved({ ...linear, where: ["W[i,j] = W[j,mod(i+1, N)]"] }, dissipation({ x: "1" })),
  ],
  [
    "a square below 1 taken for below 9/16",
    proved(
      { energy: "x^2/2", where: ["x^2 <= 1"], states: { x: at("x*(x^2 - 9/16)") } },
      rate(product(["x^2", "9/16 - x^2"], range, range)),
    ),
  ],
  [
    "a square of another power",
    proved(
      { energy: "x^2/2", where: ["x^3 < 1"], states: { x: at("x*(x^2 - 1)") } },
      rate(product(["x^2", "1 - x^2"], range, range)),
    ),
  ],
  [
    "0 or 1 read off another equation",
    proved(
      {
        symbols: { c: scalar },
        energy: "x^2",
        where: ["c*(1 - c) = 2"],
        states: { x: { over: [], mobility: "c" } },
      },
      gradient("x"),
    ),
  ],
  // Lagrangians.
  [
    "a Lagrangian convex only where the conditions hold",
    proved(
      { energy: "x*(x - x^3) - (x^2/2 - x^4/4)", where: ["x^2 <= 1/4"], states: { x: at("-x") } },
      lagrangian("x^2/2 - x^4/4"),
    ),
  ],
  ["a Lagrangian with a kink", proved({ energy: "abs(x)", states: { x: at("-x") } }, lagrangian("abs(x)"))],
  [
    "a Lagrangian of a bounded state",
    proved(
      { symbols: { x: { over: [], low: "0" } }, energy: "x^2/2", states: { x: at("-x") } },
      lagrangian("x^2/2"),
    ),
  ],
  [
    "a Lagrangian with a scale of no sign",
    proved(
      { symbols: { a: scalar }, energy: "x^2/2", states: { x: at("-x/a") } },
      lagrangian("a*x^2/2", "a"),
    ),
  ],
  // Proofs by component.
  [
    "a gain in one component paid by another",
    proved(
      { energy: "x^2/2 + y^2/2", states: { x: at("x"), y: at("-3*y") } },
      components({ x: "x", y: "y" }, { x: range, y: range }),
    ),
  ],
  [
    "a gradient that is not the gradient",
    proved({ energy: "x^2/2", states: { x: at("x") } }, components({ x: "-x" }, { x: range })),
  ],
  [
    "a monotone pair of a falling function",
    proved(
      { energy: "x^2/2 - x*c", symbols: { c: scalar }, states: { x: at("x^3 - c^3") } },
      components({ x: "x - c" }, { x: monotone("-t^3", "c", "x") }),
    ),
  ],
];

describe("rejected: planted faults", () => {
  test.each(UNSOUND)("%s", (_, certificate) => {
    expect(verdict(certificate)).not.toBe("accepted");
  });
});

// ---- refutations ----------------------------------------------------------------------------------------

const UNREFUTED: readonly (readonly [string, Json])[] = [
  ["descent there", refuted(rotor, { x: "1", y: "1" })],
  ["rest there", refuted(rotor, { x: "0", y: "1" })],
  ["a kink of the energy", refuted({ energy: "abs(x)", states: { x: at("x + 1") } }, { x: "0" })],
  ["a kink of the rate", refuted({ energy: "x", states: { x: at("2 + sign(x)") } }, { x: "0" })],
  ["a jump of the energy", refuted({ energy: "x + step(x)", states: { x: at("1") } }, { x: "0" })],
  [
    "two equal arguments",
    refuted({ energy: "max(x, y)", states: { x: at("1"), y: at("1") } }, { x: "1", y: "1" }),
  ],
  ["a point outside", refuted({ energy: "x^2", where: ["x < 0"], states: { x: at("1") } }, { x: "1" })],
  [
    "a matrix that is not symmetric",
    refuted(
      linear,
      {
        x: ["1", "-1"],
        W: [
          ["0", "9"],
          ["-1", "0"],
        ],
      },
      { N: 2 },
    ),
  ],
  [
    "a value that is missing",
    refuted({ symbols: { a: scalar }, energy: "x^2", states: { x: at("a") } }, { x: "1" }),
  ],
  [
    "a direction",
    certified(statementOf({ energy: "x^2", states: { x: at("x") } }), {
      verdict: "refuted",
      witness: { dimensions: {}, values: { x: "1" }, direction: { x: "1" } },
    }),
  ],
  ["no rate", refuted({ energy: "x^2", states: { x: { over: [] } } }, { x: "1" })],
  ["an energy without a value elsewhere", refuted({ energy: "log(x)", states: { x: at("1") } }, { x: "1" })],
];

describe("rejected: refutations", () => {
  test.each(UNREFUTED)("%s", (_, certificate) => {
    expect(verdict(certificate)).not.toBe("accepted");
  });
});
