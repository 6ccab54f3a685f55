/** Refutations: a point where a claim fails is accepted only if it is allowed and the failure is certain. */
import { describe, expect, test } from "vitest";
import { checkCertificate } from "../../../src/certificate/checker/index.js";
import { reasonOf } from "./certificates.js";
import { FALSE_REFUTATIONS, TRUE_REFUTATIONS } from "./refutations.js";

describe("witnesses", () => {
  test.each(TRUE_REFUTATIONS)("accepted: %s", (_, value) => {
    expect(reasonOf(checkCertificate(value))).toBe("accepted");
  });
  test.each(FALSE_REFUTATIONS)("rejected: %s", (_, value) => {
    expect(checkCertificate(value).accepted).toBe(false);
  });
});
