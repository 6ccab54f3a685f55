/** Model certificates: the hypotheses of descent, one by one. */
import { describe, expect, test } from "vitest";
import { canonicalJson, checkCertificate, sha256 } from "../../../src/certificate/checker/index.js";
import { reasonOf } from "./certificates.js";
import { type Change, FLAWED_MODELS, INPUTS, lagrangian, model, PARAMETERS, SOUND_MODELS } from "./models.js";

/** As constants, each of these would keep the Lagrangian convex: what moves must not pass for a constant. */
const MOVED: readonly (readonly [string, Change, RegExp])[] = [
  [
    "an activation in a Lagrangian",
    lagrangian("sum(i, exp(g[i])*v[i]^2)"),
    /depends on g, which is no param/,
  ],
  ["a fast layer's state", lagrangian("sum(i, v[i]^2) + sum(mu, fast[mu])"), /depends on fast/],
  ["an input in a Lagrangian", lagrangian("sum(i, v[i]^2 + u[i]*v[i])"), /depends on u/],
  ["a state as a parameter", { parameters: [...PARAMETERS, "v"] }, /v is the state of a layer/],
  ["a state as an input", { inputs: [...INPUTS, "h"] }, /h is the state of a layer/],
  ["a parameter that is an input too", { parameters: [...PARAMETERS, "u"] }, /listed twice/],
  ["a parameter that is not declared", { parameters: [...PARAMETERS, "W"] }, /W is listed but not declared/],
  [
    "a mobility that rests on bounds of an activation",
    { v: { mobility: "g[i]" }, symbols: { g: { over: ["i"], low: "0" } } },
    /g has declared bounds/,
  ],
  ["an activation of integers", { symbols: { g: { over: ["i"], integer: true } } }, /g has declared bounds/],
];

describe("models", () => {
  test.each(SOUND_MODELS)("accepted: %s", (_, change) => {
    expect(reasonOf(checkCertificate(model(change)))).toBe("accepted");
  });
  test.each(FLAWED_MODELS)("rejected: %s", (_, change) => {
    expect(checkCertificate(model(change)).accepted).toBe(false);
  });
  test.each(MOVED)("rejected: %s", (_, change, reason) => {
    expect(reasonOf(checkCertificate(model(change)))).toMatch(reason);
  });
  test("the same with what moves called a parameter is a statement about another model, and accepted", () => {
    const change = lagrangian("sum(i, exp(g[i])*v[i]^2)");
    const parameters = [...PARAMETERS, "g"];
    expect(reasonOf(checkCertificate(model({ ...change, parameters })))).toBe("accepted");
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
