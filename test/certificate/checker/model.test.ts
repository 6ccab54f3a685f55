/** Model certificates: the hypotheses of descent, one by one. */
import { describe, expect, test } from "vitest";
import { canonicalJson, checkCertificate, sha256 } from "../../../src/certificate/checker/index.js";
import { reasonOf } from "./certificates.js";
import { FLAWED_MODELS, model, SOUND_MODELS } from "./models.js";

describe("models", () => {
  test.each(SOUND_MODELS)("accepted: %s", (_, change) => {
    expect(reasonOf(checkCertificate(model(change)))).toBe("accepted");
  });
  test.each(FLAWED_MODELS)("rejected: %s", (_, change) => {
    expect(checkCertificate(model(change)).accepted).toBe(false);
  });
  test("rejected: a digest of another statement", () => {
    const one = model();
    const other = model({ v: { tau: "2" } });
    expect(reasonOf(checkCertificate({ ...one, digest: other.digest }))).toMatch(/digest/);
    expect(checkCertificate({ ...one, statement: other.statement }).accepted).toBe(false);
  });
  test("rejected: no layers", () => {
    const { statement, ...rest } = model() as { statement: object };
    const empty = { ...statement, layers: {} };
    const value = { ...rest, statement: empty, digest: sha256(canonicalJson(empty)), convexity: {} };
    expect(checkCertificate(value).accepted).toBe(false);
  });
  test("the digest does not depend on the order of keys", () => {
    expect(canonicalJson({ b: 1, a: [true, "x"] })).toBe('{"a":[true,"x"],"b":1}');
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
