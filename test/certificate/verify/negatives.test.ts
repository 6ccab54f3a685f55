/** The models that the theory says must not be called proved: each fails at its own obligation, with its own witness. */
import { describe, expect, test } from "vitest";
import { type Verdict, type Verification, verifyTheory } from "../../../src/certificate/index.js";
import { CATALOG, theoryOf } from "../../cases/networks.js";

type Source = Parameters<typeof theoryOf>[1];

const verified = (source: Source): Verification => verifyTheory(theoryOf("negative", source));

const layer = (
  lagrangian: string,
  more: object = {},
  synapse = "-sum(i, j, g[i]*J[i,j]*g[j])/2",
): Source => ({
  indices: { i: "N", j: "N" },
  parameters: { J: { over: ["i", "j"] }, T: { over: ["i"], sign: "positive" } },
  domain: ["J[i,j] = J[j,i]"],
  layers: { v: { over: ["i"], lagrangian, activation: "g", ...more } },
  synapses: { J: synapse },
});

const GELU = "sum(i, ((v[i]^2 - 1)*(1 + erf(v[i]/sqrt(2)))/2 + v[i]*exp(-v[i]^2/2)/sqrt(2*pi))/2)";

/** The model, its verdict on descent, and the obligation that fails with its verdict. */
const NEGATIVES: readonly (readonly [string, Source, Verdict, string, Verdict])[] = [
  ["a Lagrangian that is not convex", layer("sum(i, v[i]^2/2 - v[i]^4/4)"), "refuted", "convexity:v", "refuted"],
  ["a double well", layer("sum(i, v[i]^4/4 - v[i]^2/2)"), "refuted", "convexity:v", "refuted"],
  ["GELU", layer(GELU), "refuted", "convexity:v", "refuted"],
  ["an asymmetric coupling as a force", { ...layer("sum(i, logcosh(v[i]))", {}, "-sum(i, j, g[i]*J[i,j]*g[j])/2"), domain: [], forces: { v: "sum(j, J[i,j]*g[j])" } }, "refuted", "potential", "refuted"],
  ["feedback that differs from the forward weights", CATALOG.asymmetric!, "refuted", "potential", "refuted"],
  ["an energy unbounded below", layer("sum(i, v[i]^2)/2", {}, "-sum(i, g[i]^4)"), "proved", "bounded-below", "refuted"],
  ["unequal time constants inside one softmax", layer("logsumexp(i, v[i])", { tau: "T[i]" }), "refuted", "time-constants:v", "refuted"],
  ["the memory rule with live neurons", CATALOG["lotito-live"]!, "refuted", "potential", "refuted"],
  ["synchronous updates", { ...CATALOG["hopfield-1982"]!, update: { order: "synchronous" } }, "refuted", "step", "undecided"],
]; // biome-ignore format: one model a row

describe("the negative set", () => {
  test.each(NEGATIVES)("%s", (_, source, verdict, obligation, failing) => {
    const v = verified(source);
    const found = Object.fromEntries(v.obligations.map((o) => [o.name, o.verdict]));
    expect(found).toMatchObject({ descent: verdict, [obligation]: failing });
    expect(v.verdict).toBe(verdict);
    const descent = v.obligations.find((o) => o.name === "descent")!;
    expect(descent.counterexample !== undefined).toBe(verdict === "refuted");
  });

  test("each without its flaw is proved", () => {
    const sound: readonly Source[] = [
      layer("sum(i, v[i]^2/2 + v[i]^4/4)"),
      layer("sum(i, softplus(v[i]))"),
      layer("sum(i, logcosh(v[i]))"),
      layer("logsumexp(i, v[i])", { tau: "3" }),
      CATALOG["lotito-schedule"]!,
      CATALOG["hopfield-1982"]!,
    ];
    expect(sound.map((s) => verified(s).verdict)).toEqual(sound.map(() => "proved"));
  });
});
