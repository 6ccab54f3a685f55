/** Single changes of certificates: each mutant is rejected, or its claim is still true as far as numbers tell. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Certificate, type Claim, checkCertificate } from "../../../src/certificate/checker/index.js";
import { verifyTheory } from "../../../src/certificate/index.js";
import { derive } from "../../../src/derivation/index.js";
import { defineModel } from "../../../src/parser/index.js";
import { answer } from "../prover/answers.js";
import { FUNCTIONS } from "../prover/functions.js";
import { ACCEPTED } from "./accepted.js";
import { campaign, type Tally } from "./campaign.js";
import { certificate, refutation } from "./certificates.js";
import { contradiction } from "./judge.js";
import { modelFault } from "./model-judge.js";
import { RULE_NAMES } from "./mutants.js";
import { generator } from "./random.js";
import { type Refutation, witnessFault } from "./witness-judge.js";

/** Proofs by rules that the search needs rarely. */
const RARE = [
  "exp(x) - x^3/6",
  "cosh(x) - x^2/2 - x^4/24",
  "x^2+y^2+tanh(x+y)",
  "sum(i, x[i]^2)/2 - logsumexp(i, x[i])",
  "sum(i, x[i]^2)/2 - sum(i, logcosh(x[i]))",
  "softplus(x)-softplus(-x)",
  "x^4-x^3+x^2",
  "x^4+y^4+4*x^2*y^2",
  "x^3 + y^3 + x*y, x >= 1, y >= 1",
  "where(x>0,log(1+x),x)",
  "sin(x)+x^3/6, x>=0",
];

const ofFunctions = (): readonly Certificate[] =>
  FUNCTIONS.filter((q, k) => k % 9 === 0 || RARE.includes(q.name)).flatMap((q) => {
    const { outcome } = answer(q);
    return [outcome?.certificate, outcome?.concavity?.certificate].filter((c) => c !== undefined);
  });

const MODELS = ["kh-a", "kh-b", "layernorm", "bam", "lotito-schedule"];

function ofModels(): readonly Certificate[] {
  const text = readFileSync(new URL("../../parser/models.yaml", import.meta.url), "utf8");
  const sources = parse(text) as Record<string, object>;
  return MODELS.map((name) => {
    const model = defineModel({ legendre: 1, name, ...sources[name] } as never);
    const theory = model.ok ? derive(model.value) : model;
    if (!theory.ok) throw new Error(JSON.stringify(theory.errors));
    return verifyTheory(theory.value).certificate!;
  });
}

const byHand = (): readonly Certificate[] => ACCEPTED.map((e) => certificate(e) as Certificate);

const rulesOf = (certificates: readonly Certificate[]): ReadonlySet<string> =>
  new Set([...JSON.stringify(certificates).matchAll(/"rule":"([a-z-]+)"/g)].map((m) => m[1]!));

describe("mutants", { timeout: 300_000 }, () => {
  const tallies = new Map<string, Tally>();

  beforeAll(() => {
    const [functions, models, hand] = [ofFunctions(), ofModels(), byHand()];
    expect([...rulesOf([...functions, ...hand])].sort()).toEqual([...RULE_NAMES].sort());
    const each = { seed: 1, tries: 40 };
    tallies.set("functions", campaign(checkCertificate, functions, { ...each, each: 80 }));
    tallies.set("by hand", campaign(checkCertificate, hand, { ...each, each: 15 }));
    tallies.set("models", campaign(checkCertificate, models, { ...each, each: 150, tries: 15 }));
    for (const [name, t] of tallies)
      console.log(
        `mutants of ${name}: ${t.made} made, ${t.rejected} rejected, ${t.stillTrue} still true, ` +
          `${t.close.length} too close for doubles, ${t.wrong.length} wrong`,
      );
  }, 300_000);

  test("that are accepted are still true", () => {
    for (const [name, t] of tallies) expect([name, t.wrong]).toEqual([name, []]);
  });

  test("are many; most are rejected, some are true, and numbers can tell", () => {
    const all = [...tallies.values()];
    const total = (of: (t: Tally) => number): number => all.reduce((sum, t) => sum + of(t), 0);
    const made = total((t) => t.made);
    expect(made).toBeGreaterThan(10_000);
    expect(total((t) => t.rejected)).toBeGreaterThan(0.7 * made);
    expect(total((t) => t.stillTrue)).toBeGreaterThan(500);
    expect(total((t) => t.close.length)).toBeLessThan(5);
  });

  test("do not break the checker: every rejection has a reason of its own", () => {
    expect([...tallies.values()].flatMap((t) => t.broken)).toEqual([]);
  });
});

describe("the judge", () => {
  test("finds what is wrong with false claims", () => {
    const declarations = { indices: { i: "N" }, symbols: { u: { over: [] }, x: { over: ["i"] } } };
    const lies: readonly Claim[] = [
      { kind: "convex", e: "u^3", variables: ["u"], where: [] },
      { kind: "convex", e: "tanh(u)", variables: ["u"], where: ["u >= 0"] },
      { kind: "convex", e: "u^2", variables: ["u"], where: ["u^2 >= 1"] },
      { kind: "convex", e: "sum(i, x[i])^2 - sum(i, x[i]^2)", variables: ["x"], where: [] },
      { kind: "nonnegative", e: "u", variables: ["u"], where: [] },
      { kind: "nonnegative", e: "log(u)^2", variables: ["u"], where: [] },
      { kind: "positive", e: "u^2", variables: ["u"], where: [] },
      { kind: "positive", e: "N - 1", variables: ["u"], where: [] },
    ];
    for (const claim of lies) expect(contradiction(claim, declarations, generator(1)), claim.e).toBeDefined();
  });

  const dimensions = { N: 2, M: 1, T: 1 };
  test.each([
    ["a point at which it holds", ["u"], { u: "1" }, { u: "1/2" }],
    ["a point outside the bounds", ["u"], { u: "-1", beta: "-1" }, { u: "1/2" }],
    ["a point outside the domain", ["u"], { u: "-7" }, { u: "1/2" }],
    ["a parameter that moves", ["v"], { u: "-1", v: "0" }, { u: "1/2" }],
    ["a shape", ["u"], { u: "-1", x: ["1"] }, { u: "1/2" }],
    ["a missing value", ["u"], {}, {}],
  ] as const)("sees %s in a refutation of u^3", (_, variables, values, direction) => {
    const lie = refutation("convex", "u^3", variables, ["u > -5"], { dimensions, values, direction });
    expect(witnessFault(lie as unknown as Refutation).fault).toBeDefined();
  });

  test("has nothing against true refutations", () => {
    const witness = { dimensions, values: { u: "-1" }, direction: { u: "1/2" } };
    const truth = refutation("convex", "u^3", ["u"], ["u > -5"], witness);
    expect(witnessFault(truth as unknown as Refutation)).toEqual({});
  });

  const layer = { over: ["i"], lagrangian: "logsumexp(i, v[i])", tau: "1", forced: false };
  test.each([
    ["a negative time constant", { tau: "-1" }],
    ["different time constants in a softmax layer", { tau: "t[i]" }],
    ["a negative mobility", { mobility: "r" }],
    ["a mobility that varies in a softmax layer", { mobility: "softmax(j, v[j])[i]" }],
    ["a clamp", { clamped: "t[i]" }],
    ["a kink", { lagrangian: "sum(i, relu(v[i]))" }],
    ["a Lagrangian that is not convex", { lagrangian: "sum(i, v[i]^3)" }],
    ["the state of another layer", { lagrangian: "sum(i, v[i]^2*(1 + h[i]^2))" }],
    ["a force", { forced: true }],
  ])("sees %s", (_, change) => {
    const state = { over: ["i"] };
    const statement = {
      name: "m",
      declarations: {
        indices: { i: "N", j: "N" },
        symbols: { v: state, h: state, t: { ...state, low: "0", lowOpen: true }, r: { over: [] } },
      },
      parameters: ["t", "r"],
      inputs: [],
      layers: { v: { ...layer, ...change }, h: { ...layer, lagrangian: "sum(i, h[i]^2)" } },
    };
    expect(modelFault(statement, generator(1), 200)).toBeDefined();
    const truth = { ...statement, layers: { ...statement.layers, v: layer } };
    expect(modelFault(truth, generator(1), 200)).toBeUndefined();
  });
});
