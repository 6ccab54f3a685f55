/** Energies known to be bounded below or not get no wrong answer; rays really fall; a flawed bound is not believed. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Obligation, verifyTheory } from "../../../src/certificate/index.js";
import { envelope } from "../../../src/certificate/obligations/ray.js";
import { evaluate, scalarToNumber } from "../../../src/index-notation/evaluate/index.js";
import {
  add,
  type Expr,
  mul,
  neg,
  num,
  rational,
  tensor,
  tensorSymbol,
  unary,
} from "../../../src/index-notation/index.js";
import { obligation, scalars, theoryOf, valueOn } from "./theories.js";

interface Row {
  readonly name: string;
  readonly state: readonly string[];
  readonly ode: readonly string[];
  readonly energy: string;
  readonly domain: string;
  readonly boundedBelow: boolean | null;
}

const rows = JSON.parse(readFileSync(new URL("bounds.data.json", import.meta.url), "utf8")) as Row[];

const boundOf = (source: object): Obligation => obligation(verifyTheory(theoryOf(source)), "bounded-below");
const ofEnergy = (states: string, energy: string, more: object = {}): Obligation =>
  boundOf(scalars([...states], { energy, ...more }));

const modelOf = (r: Row): object =>
  scalars(r.state, {
    energy: r.energy,
    dynamics: Object.fromEntries(r.state.map((s, k) => [s, r.ode[k]])),
    ...(r.domain !== "all" && { domain: [r.domain] }),
  });

describe("the literature", () => {
  test.each(rows.filter((r) => r.boundedBelow !== null))("$name", (r) => {
    const wrong = r.boundedBelow ? "refuted" : "proved";
    expect(boundOf(modelOf(r)).verdict).not.toBe(wrong);
  });

  test("all but one are decided", () => {
    const open = rows.filter((r) => r.boundedBelow !== null && boundOf(modelOf(r)).verdict === "undecided");
    expect(open.map((r) => r.name)).toEqual(["layernorm_hidden"]);
  });
});

const network = (lagrangian: string, U: string, more: object = {}): object => ({
  indices: { i: "N", j: "N" },
  parameters: { W: { over: ["i", "j"] }, b: { over: ["i"] } },
  layers: { v: { over: ["i"], lagrangian, activation: "g" } },
  synapses: { U },
  ...more,
});

/** Name, model, whether the energy is bounded below for all parameters. */
const KNOWN: readonly (readonly [string, object, boolean])[] = [
  ["tanh units", network("sum(i, logcosh(v[i]))", "-sum(i, j, g[i]*W[i,j]*g[j])/2"), true],
  ["softmax units", network("logsumexp(i, v[i])", "-exp(sum(i, b[i]*g[i]))"), true],
  [
    "layernorm units",
    network("sqrt(sum(i, (v[i] - sum(j, v[j])/N)^2)/N + 1)", "-sum(i, j, g[i]*W[i,j]*g[j])/2"),
    true,
  ],
  ["a norm", network("sqrt(1 + sum(i, v[i]^2))", "-sum(i, b[i]*g[i])^3"), true],
  ["relu units, linear feedback", network("sum(i, relu(v[i])^2)/2", "-sum(i, b[i]*g[i])"), true],
  ["cubic units, linear feedback", network("sum(i, relu(v[i])^3)/3", "-sum(i, b[i]*g[i])"), true],
  ["exponential units, linear feedback", network("sum(i, exp(v[i]))", "-sum(i, b[i]*g[i])"), true],
  ["linear units, a dense memory", network("sum(i, v[i]^2)/2", "-logsumexp(i, sum(j, W[i,j]*g[j]))"), true],
  ["linear units, a quartic well", network("sum(i, v[i]^2)/2", "sum(i, g[i]^4)/4 - sum(i, b[i]*g[i])"), true],
  ["linear units, quadratic feedback", network("sum(i, v[i]^2)/2", "-sum(i, j, g[i]*W[i,j]*g[j])/2"), false],
  [
    "relu units, quadratic feedback",
    network("sum(i, relu(v[i])^2)/2", "-sum(i, j, g[i]*W[i,j]*g[j])/2"),
    false,
  ],
  [
    "cubic units, quadratic feedback",
    network("sum(i, relu(v[i])^3)/3", "-sum(i, j, g[i]*W[i,j]*g[j])/2"),
    false,
  ],
  ["linear units, an inverted parabola", network("sum(i, v[i]^2)/2", "-sum(i, g[i]^2)"), false],
];

describe("networks", () => {
  test.each(KNOWN)("%s", (_, source, isBounded) => {
    expect(boundOf(source).verdict).toBe(isBounded ? "proved" : "refuted");
  });

  test("a hypothesis that excludes every falling ray is respected", () => {
    const small = { parameters: { c: { sign: "positive" } }, domain: ["c < 1"] };
    const one = { state: { x: {} }, energy: "x^2 - c*x^2" };
    expect(boundOf({ ...one, ...small }).verdict).not.toBe("refuted");
    expect(boundOf({ ...one, parameters: { c: { sign: "positive" } } }).verdict).toBe("refuted");
  });
});

describe("energies of states", () => {
  test.each([
    ["xy", "x^2 + y^2 + x*y"],
    ["xy", "1 - cos(x) + y^2/2"],
    ["xy", "x^2/3 + 5*y^2/7 - x*y/2 - 4*x + sin(x*y)"],
    ["x", "x^4 - 7*x^2 + x"],
    ["x", "x*tanh(x) - logcosh(x) - 3*tanh(x)^2"],
    ["xy", "(x - y)^2 + cos(x)*sin(y)"],
  ])("of %s: %s is bounded below", (states, energy) => {
    expect(ofEnergy(states, energy).verdict).toBe("proved");
  });

  test.each([
    ["x", "x^3"],
    ["x", "-x"],
    ["xy", "x^2 + y^2 + 3*x*y"],
    ["xy", "x*y + cos(x)"],
    ["xy", "x^4 + y^3 - x*y"],
    ["x", "logcosh(x) - 2*softplus(x)"],
  ])("of %s: %s is not", (states, energy) => {
    const found = ofEnergy(states, energy);
    expect(found.verdict).toBe("refuted");
    const { dimensions, values, direction } = found.counterexample!;
    const theory = theoryOf(scalars([...states], { energy }));
    const fall = [100, 1000, 10000].map((s) =>
      valueOn(theory.full.energy!, dimensions, values, direction, s),
    );
    expect(fall[2]).toBeLessThan(fall[1]!);
    expect(fall[1]).toBeLessThan(fall[0]!);
    expect(fall[2]).toBeLessThan(-1000);
  });

  test("x - log(x) on x > 0 is bounded below, and log(x) + x^2, which falls at 0, is not called so", () => {
    const onPositive = { domain: ["x > 0"] };
    expect(ofEnergy("x", "x - log(x)", onPositive).verdict).toBe("proved");
    expect(ofEnergy("x", "x^2 + log(x)", onPositive).verdict).toBe("undecided");
  });

  test("a ray must stay in the domain", () => {
    expect(ofEnergy("x", "-x^2", { domain: ["x^2 <= 4"] }).verdict).not.toBe("refuted");
    expect(ofEnergy("x", "x^3", { domain: ["x > 0"] }).verdict).not.toBe("refuted");
    expect(ofEnergy("x", "x^3", { domain: ["x < 5"] }).verdict).toBe("refuted");
  });

  test("no energy and its negative are both called bounded below, unless they are bounded", () => {
    for (const e of ["x^2 + x*y + y^2", "x^4 - x^2 + y^2", "x*tanh(x) - logcosh(x)/2 + y^2"]) {
      expect(ofEnergy("xy", e).verdict).toBe("proved");
      expect(ofEnergy("xy", `-(${e})`).verdict).toBe("refuted");
    }
  });
});

describe("the upper bound that rays are proved with", () => {
  const s = tensorSymbol({ name: "s", role: "variable", bounds: { low: rational(1) } });
  const x = tensor(s);
  const at = (e: Expr, n: number): number =>
    scalarToNumber(evaluate(e, { dimensions: new Map(), tensor: () => rational(n) }));
  const lse = (...terms: Expr[]): Expr => unary("log", add(terms.map((t) => unary("exp", t))));
  const functions = [
    unary("logcosh", mul([num(-2), x])),
    unary("softplus", x),
    unary("softplus", neg(x)),
    lse(x, mul([num(2), x]), num(0)),
    unary("tanh", x),
    unary("logcosh", add([x, num(-7)])),
  ];

  test.each(
    functions.flatMap((f) => [f, neg(f), mul([num(rational(-5, 3)), f])]).map((f, k) => [k, f] as const),
  )("is one, number %i", (_, f) => {
    for (const n of [1, 2, 5, 40]) expect(at(envelope(f), n)).toBeGreaterThanOrEqual(at(f, n));
  });

  test("keeps what it does not know", () => {
    const e = unary("log", add([x, num(1)]));
    expect(envelope(neg(e))).toBe(neg(e));
  });
});
