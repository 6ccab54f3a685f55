/** Faults that hide in indices: places out of range, and moduli that are no dimensions. */
import { describe, expect, test } from "vitest";
import { checkCertificate } from "../../../src/certificate/checker/index.js";
import { certificate, declarations, type Kind, range, reasonOf, split } from "./certificates.js";

const symbols = { ...declarations.symbols, q: { over: ["i"], low: "1", high: "2" } };

const answer = (kind: Kind, e: string, proof: unknown): string =>
  reasonOf(
    checkCertificate({
      ...certificate([kind, e, [], [], proof]),
      declarations: { ...declarations, symbols },
    }),
  );

describe("places out of range", () => {
  test("a component beyond the last is 0, so a condition that no entry meets may still hold", () => {
    expect(answer("positive", "where(q[i + 1] < 1, -1, 1)", range)).toContain("does not show its sign");
    expect(answer("positive", "where(q[i + 1] < 1, 3, 1)", range)).toBe("accepted");
    expect(answer("positive", "where(q[i] < 1, -1, 1)", range)).toBe("accepted");
  });

  test("a split at such a component covers 0", () => {
    const proof = split("q[i + 1]", ["1"], range, range);
    expect(answer("positive", "q[i + 1]", proof)).toContain("does not show its sign");
  });
});

describe("moduli", () => {
  const refused = "the second argument of mod is not a positive integer or the dimension of an index";

  test.each(["-3", "0", "0 - N", "N - 5"])("mod(i, %s) is refused", (modulus) => {
    expect(answer("positive", `-mod(i, ${modulus})`, range)).toBe(refused);
    expect(answer("nonnegative", `q[mod(i, ${modulus})]`, range)).toBe(refused);
  });

  test.each(["3", "N", "M"])("mod(i, %s) is at least 0", (modulus) => {
    expect(answer("nonnegative", `mod(i, ${modulus})`, range)).toBe("accepted");
  });
});
