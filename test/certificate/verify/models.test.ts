/** Every reference model gets its verdict; every proof is accepted by the checker, every planted flaw is not. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { refutedFlow } from "../../../src/certificate/flow/index.js";
import { checkCertificate, type Verification, verifyTheory } from "../../../src/certificate/index.js";
import { digestOf, statementOf } from "../../../src/certificate/statement.js";
import { derive, type Theory } from "../../../src/derivation/index.js";
import { evaluate, scalarToNumber } from "../../../src/index-notation/evaluate/index.js";
import {
  add,
  at,
  type Expr,
  mul,
  num,
  type Rational,
  rational,
  sum,
  type TensorSymbol,
  TRUE,
  unary,
} from "../../../src/index-notation/index.js";
import { defineModel } from "../../../src/parser/index.js";

const sources = parse(readFileSync(new URL("../../parser/models.yaml", import.meta.url), "utf8")) as Record<
  string,
  object
>;

function theoryOf(source: object): Theory {
  const model = defineModel({ legendre: 1, name: "model", ...source } as never);
  if (!model.ok) throw new Error(JSON.stringify(model.errors));
  const theory = derive(model.value);
  if (!theory.ok) throw new Error(JSON.stringify(theory.errors));
  return theory.value;
}

const verdictOf = (v: Verification, name: string): string | undefined =>
  v.obligations.find((o) => o.name === name)?.verdict;

/** Models whose descent follows from the theorem, and models whose energy rises somewhere. */
const PROVED = [
  "kh-a",
  "kh-b",
  "layernorm",
  "energy-transformer",
  "hierarchical",
  "conv",
  "three-body",
  "bam",
  "rbm",
  "lotito-schedule",
  "cohen-grossberg",
  "kuramoto",
  "predictive-coding",
  "lsr",
  "gaussian",
  "eqprop",
  "kh-c",
  "pavlovian",
  "sparsemax",
];
const REFUTED = ["lotito-live", "general", "asymmetric"];

/** Their verdicts rest on a step theorem: discrete.test.ts. */
const DISCRETE = ["hopfield-1982", "dense-am", "simplicial"];

type Nested = string | readonly Nested[];

/** dE/dt again at the witness, by the reference evaluator. */
function rateAt(e: Expr, witness: { dimensions: object; values: object }): number {
  const values = witness.values as Record<string, Nested>;
  const fraction = (text: string): Rational => {
    const [n, d = "1"] = text.split("/");
    return rational(BigInt(n!), BigInt(d));
  };
  const tensor = (s: TensorSymbol, at: readonly number[]): Rational => {
    let value: Nested = values[s.name]!;
    for (const k of at) value = (value as readonly Nested[])[k]!;
    return fraction(value as string);
  };
  return scalarToNumber(evaluate(e, { dimensions: new Map(Object.entries(witness.dimensions)), tensor }));
}

describe("descent", () => {
  test.each(PROVED)("of %s is proved, with a certificate that the checker accepts", (name) => {
    const v = verifyTheory(theoryOf(sources[name]!));
    expect(v.verdict).toBe("proved");
    expect(checkCertificate(JSON.parse(JSON.stringify(v.certificate)))).toEqual({ accepted: true });
  });

  test.each(REFUTED)("of %s is refuted by a state at which dE/dt is positive", (name) => {
    const v = verifyTheory(theoryOf(sources[name]!));
    expect(v.verdict).toBe("refuted");
    expect(checkCertificate(JSON.parse(JSON.stringify(v.certificate)))).toEqual({ accepted: true });
    const witness = v.obligations.find((o) => o.name === "descent")!.counterexample!;
    expect(rateAt(v.dEdt!, witness)).toBeGreaterThan(1e-3);
  });

  test("of every other model is never called proved without a certificate", () => {
    const known = [...PROVED, ...REFUTED, ...DISCRETE];
    const others = Object.keys(sources).filter((n) => !known.includes(n));
    for (const name of others)
      expect([name, verifyTheory(theoryOf(sources[name]!)).verdict]).toEqual([name, "undecided"]);
  });
});

const layer = (lagrangian: string, more: object = {}): object => ({
  indices: { i: "N" },
  parameters: { W: { over: ["i"] } },
  layers: { v: { over: ["i"], lagrangian, activation: "g", ...more } },
  synapses: { W: "-sum(i, W[i]*g[i])" },
});

describe("flawed models are not proved", () => {
  test.each([
    ["a Lagrangian that is not convex", layer("sum(i, v[i]^2/2 - v[i]^4/4)"), "convexity:v", "refuted"],
    [
      "a GELU Lagrangian",
      layer("sum(i, ((v[i]^2 - 1)*(1 + erf(v[i]/sqrt(2)))/2 + v[i]*exp(-v[i]^2/2)/sqrt(2*pi))/2)"),
      "convexity:v",
      "refuted",
    ],
    ["an odd power", layer("sum(i, v[i]^3)/3"), "convexity:v", "refuted"],
    [
      "a time constant of no known sign",
      { ...layer("sum(i, v[i]^2)/2", { tau: "c" }), parameters: { W: { over: ["i"] }, c: {} } },
      "time-constants:v",
      "undecided",
    ],
    [
      "unequal time constants in one softmax",
      {
        ...layer("logsumexp(i, v[i])", { tau: "T[i]" }),
        parameters: { W: { over: ["i"] }, T: { over: ["i"], sign: "positive" } },
      },
      "time-constants:v",
      "refuted",
    ],
    [
      "a mobility of no known sign",
      layer("sum(i, v[i]^2)/2", { mobility: "W[i]" }),
      "mobility:v",
      "undecided",
    ],
  ])("%s", (_, source, obligation, verdict) => {
    const v = verifyTheory(theoryOf(source));
    expect(verdictOf(v, obligation)).toBe(verdict);
    expect(v.verdict).not.toBe("proved");
  });
});

describe("what follows from descent", () => {
  test("flat directions are named", () => {
    const flat = (name: string, full: boolean) =>
      verifyTheory(theoryOf(sources[name]!), full)
        .obligations.find((o) => o.name === "strictness")!
        .flatDirections!.map((f) => `${f.layer}: ${f.direction}`);
    expect(flat("kh-b", true)).toEqual(["h: 1"]);
    expect(flat("layernorm", false)).toEqual(["v: 1"]);
    expect(flat("kh-c", false)).toEqual(["v: v", "h: every unit of h below 0"]);
    expect(flat("bam", false)).toEqual([]);
  });

  test("an energy unbounded below is not called bounded", () => {
    const v = verifyTheory(
      theoryOf({ ...layer("sum(i, v[i]^2)/2"), synapses: { W: "-sum(i, W[i]*g[i])^2" } }),
    );
    expect(verdictOf(v, "bounded-below")).toBe("refuted");
    const saturating = { ...layer("sum(i, logcosh(v[i]))"), synapses: { W: "2*sum(i, log(1 - g[i]))" } };
    expect(verdictOf(verifyTheory(theoryOf(saturating)), "bounded-below")).not.toBe("proved");
  });

  test("a tampered certificate is rejected", () => {
    const certificate = JSON.stringify(verifyTheory(theoryOf(sources["kh-b"]!)).certificate);
    for (const [from, to] of [
      ["v[i]^2", "v[i]^3"],
      ['"forced":false', '"forced":true'],
      ['"tau":"1"', '"tau":"-1"'],
    ] as const)
      expect(checkCertificate(JSON.parse(certificate.replace(from, to))).accepted).toBe(false);
  });

  test("a theory whose Lagrangian reads an activation has no proof", () => {
    const theory = theoryOf(layer("sum(i, v[i]^2)/2"));
    if (theory.kind !== "layered") throw new Error("not a layered model");
    const v = theory.layers.get("v")!;
    const { activation, over } = v.layer;
    const read = mul([v.lagrangian, unary("exp", sum(over, TRUE, at(activation, over)))]);
    const layers = new Map([["v", { ...v, lagrangian: read }]]);
    const statement = statementOf({ ...theory, layers }, theory.reduced);
    expect(statement.layers.v!.lagrangian).toContain("g[");
    const proof = { rule: "composition" };
    const head = { format: "legendre-certificate/1", subject: "model", digest: digestOf(statement) };
    const planted = { ...head, statement, verdict: "proved", convexity: { v: proof } };
    expect(checkCertificate(planted)).toMatchObject({
      reason: expect.stringContaining("g, which is no param"),
    });
    const honest = statementOf(theory, theory.reduced);
    const unplanted = { ...planted, digest: digestOf(honest), statement: honest };
    expect(checkCertificate(unplanted)).toEqual({ accepted: true });
  });

  test("a refutation declares what is given and what moves; an energy that reads an activation has none", () => {
    const theory = theoryOf(sources["lotito-live"]!);
    if (theory.kind !== "layered") throw new Error("not a layered model");
    const { certificate } = verifyTheory(theory);
    if (certificate?.subject !== "flow" || certificate.verdict !== "refuted") throw new Error("not refuted");
    const { model, reduced } = theory;
    const declared = Object.keys(certificate.statement.declarations.symbols);
    const given = [...model.parameters.keys(), ...model.inputs.keys(), ...reduced.motions.keys()];
    expect(declared.sort()).toEqual(given.sort());
    const { witness } = certificate;
    expect(refutedFlow(theory, reduced, witness)).toBeDefined();
    const [layer] = model.layers.values();
    const read = sum(layer!.over, TRUE, at(layer!.activation, layer!.over));
    const planted = {
      ...reduced,
      energy: add([reduced.energy!, mul([num(rational(1, 1_000_000_000)), read])]),
    };
    expect(refutedFlow(theory, planted, witness)).toBeUndefined();
  });
});
