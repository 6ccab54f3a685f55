/** Claimed energies along flows of scalars: no wrong verdict, each with a certificate that the checker accepts. */
import { describe, expect, test } from "vitest";
import { checkCertificate, type Verification, verifyTheory } from "../../../src/certificate/index.js";
import { rows } from "./flows.js";

/** Rows that are not decided yet; the rest must be. */
const UNDECIDED: ReadonlySet<string> = new Set(["kuramoto_second_unequal", "hopfield_relu_skew"]);

/** Energies that do not change: they descend in both directions of time. */
const CONSERVED: ReadonlySet<string> = new Set(["lotka_volterra"]);

const accepted = (v: Verification): unknown => checkCertificate(JSON.parse(JSON.stringify(v.certificate)));

describe("descent", () => {
  test.each(rows().map((r) => [r.name, r] as const))("%s", (name, { isTrue, theory }) => {
    const v = verifyTheory(theory);
    const expected = UNDECIDED.has(name) ? "undecided" : isTrue ? "proved" : "refuted";
    expect(v.verdict).toBe(expected);
    if (expected === "undecided") return;
    expect(accepted(v)).toEqual({ accepted: true });
    const { counterexample } = v.obligations.find((o) => o.name === "descent")!;
    if (expected === "refuted") expect(counterexample!.dEdt).toBeGreaterThan(0);
  });

  test("all but one in twenty of the true rows are proved", () => {
    const open = rows().filter((r) => r.isTrue && UNDECIDED.has(r.name));
    expect(open.length).toBeLessThanOrEqual(rows().filter((r) => r.isTrue).length / 20);
  });
});

describe("with time reversed", () => {
  const reversible = rows().filter((r) => r.isTrue && !CONSERVED.has(r.name) && !UNDECIDED.has(r.name));
  test.each(reversible.map((r) => [r.name, r] as const))("%s ascends", (_, { reversed }) => {
    const v = verifyTheory(reversed());
    expect(v.verdict).toBe("refuted");
    expect(accepted(v)).toEqual({ accepted: true });
  });
});
