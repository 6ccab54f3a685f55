/** Signs of expressions of several scalars: no wrong verdict, each with a certificate that the checker accepts. */
import { describe, expect, test } from "vitest";
import { checkCertificate } from "../../../src/certificate/index.js";
import { proveNonnegative } from "../../../src/certificate/prover/index.js";
import { type Row, requestOf, rows, systems } from "./signs.js";

/** Rows that are not decided yet; the rest must be. */
const UNDECIDED: ReadonlySet<string> = new Set(["layernorm_hidden", "hopfield_relu_unbounded"]);

const decides = ({ name, isTrue, request }: Row): void => {
  const outcome = proveNonnegative(request);
  const expected = UNDECIDED.has(name) ? "undecided" : isTrue ? "proved" : "refuted";
  expect(outcome.verdict).toBe(expected);
  if (outcome.verdict === "undecided") expect(outcome.missing).toBeDefined();
  else expect(checkCertificate(outcome.certificate)).toEqual({ accepted: true });
};

describe("−dE/dt of claimed energies", () => {
  test.each(systems().map((r) => [r.name, r] as const))("%s", (_, row) => decides(row));
});

describe("known signs", () => {
  test.each(rows().map((r) => [r.name, r] as const))("%s", (_, row) => decides(row));
});

test("the same question has the same answer", () => {
  const [a, b] = [1, 2].map(() => proveNonnegative(requestOf("1.41 - x - y", "x y", ["x^2 + y^2 <= 1"])));
  expect(a).toEqual(b);
});

test("an empty domain is no proof", () => {
  const outcome = proveNonnegative(requestOf("x + y", "x y", ["x > 1", "x < 0"]));
  expect(outcome.verdict).toBe("undecided");
  expect(outcome.missing).toContain("empty");
});
