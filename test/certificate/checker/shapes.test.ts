/** Values that are no certificates: shapes of JSON, names, texts and sizes. Each must be rejected. */
import { describe, expect, test } from "vitest";
import { checkCertificate } from "../../../src/certificate/checker/index.js";
import { certificate, composition, convex, declarations } from "./certificates.js";

const good = certificate(convex("u^2", "u", composition));
const bad = (change: object): unknown => ({ ...good, ...change });
const claim = (change: object): unknown => bad({ claim: { ...good.claim, ...change } });
const symbols = (change: object): unknown =>
  bad({ declarations: { ...declarations, symbols: { ...declarations.symbols, ...change } } });
const nested = (depth: number): unknown =>
  depth === 0 ? composition : { rule: "rewrite", to: "u^2", proof: nested(depth - 1) };

const SHAPES: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["a text", "{}"],
  ["truncated JSON", JSON.stringify(good).slice(0, -20)],
  ["a list", [good]],
  ["another format", bad({ format: "legendre-certificate/2" })],
  ["another subject", bad({ subject: "theorem" })],
  ["another verdict", bad({ verdict: "certain" })],
  ["no proof", { ...good, proof: undefined }],
  ["an extra key", bad({ extra: 1 })],
  ["an unknown rule", bad({ proof: { rule: "trust-me" } })],
  ["no rule", bad({ proof: {} })],
  ["a rule that is no text", bad({ proof: { rule: { rule: "range" } } })],
  ["a rule named like a prototype member", bad({ proof: { rule: "constructor" } })],
  ["__proto__ as a rule", bad({ proof: JSON.parse('{"__proto__": {"rule": "composition"}}') })],
  ["an inherited proof", Object.assign(Object.create({ proof: composition }), { ...good, proof: undefined })],
  [
    "an instance of a class",
    bad({
      proof: new (class Proof {
        rule = "composition";
      })(),
    }),
  ],
  ["a proof with an extra key", bad({ proof: { rule: "composition", trusted: true } })],
  ["a claim of another kind", claim({ kind: "true" })],
  ["an undeclared variable", claim({ variables: ["q"] })],
  ["a variable listed twice", claim({ variables: ["u", "u"] })],
  ["a prototype name as a variable", claim({ variables: ["constructor"] })],
  ["an undeclared name", claim({ e: "u^2 + q" })],
  ["toString as a name", claim({ e: "u^2 + toString" })],
  ["an unknown function", claim({ e: "u^2 + hasOwnProperty(u)" })],
  ["an empty expression", claim({ e: "" })],
  ["a garbled expression", claim({ e: "u^2 +* 3" })],
  ["an unclosed parenthesis", claim({ e: "(u^2" })],
  ["another alphabet", claim({ e: "u² + ∞" })],
  ["a comparison as a value", claim({ e: "u > 0" })],
  ["a number too large", claim({ e: "u^2 + 1e999999999" })],
  ["a number too long", claim({ e: `u^2 + ${"9".repeat(6000)}` })],
  ["a tower of powers", claim({ e: "u^2 - 9^9^9^9^9*u^2" })],
  ["a huge exponent", claim({ e: "(u^2)^(10^300)*u^3" })],
  ["deep parentheses", claim({ e: `${"(".repeat(5000)}u${")".repeat(5000)}` })],
  ["deep signs", claim({ e: `${"-".repeat(5000)}u` })],
  ["deep exponents", claim({ e: `u${"^2".repeat(5000)}` })],
  ["a division by zero", claim({ e: "u^2 + 1/0" })],
  ["0^-1", claim({ e: "u^2 + 0^(-1)" })],
  ["log 0", claim({ e: "u^2 + log(0)" })],
  ["a subscript out of range", claim({ e: "z[3]^2" })],
  ["a negative subscript", claim({ e: "z[-1]^2" })],
  ["a component of a symbolic dimension", claim({ e: "x[0]^2", variables: ["x"] })],
  ["an index of another dimension", claim({ e: "sum(mu, x[mu]^2)", variables: ["x"] })],
  ["an index bound twice", claim({ e: "sum(i, sum(i, x[i]^2))", variables: ["x"] })],
  ["an integration variable that is taken", claim({ e: "integral(u, 0, 1, u)" })],
  ["proofs nested without end", bad({ proof: nested(5000) })],
  ["bounds that leave nothing", symbols({ q: { over: [], low: "1", high: "0" } })],
  ["a bound that is no number", symbols({ q: { over: [], low: "zero" } })],
  ["a name declared twice", symbols({ i: { over: [] } })],
  ["a dimension declared as a symbol", symbols({ N: { over: [] } })],
  ["a name that is none", symbols({ "u v": { over: [] } })],
  ["an integer variable", symbols({ u: { over: [], integer: true } })],
  [
    "an index over a fraction",
    bad({ declarations: { ...declarations, indices: { ...declarations.indices, e: "1/2" } } }),
  ],
  [
    "an index over 0",
    bad({ declarations: { ...declarations, indices: { ...declarations.indices, e: "0" } } }),
  ],
  ["a depth that is no number", bad({ proof: { rule: "hessian-boxes", depth: "8" } })],
  ["an infinite depth", bad({ proof: { rule: "hessian-boxes", depth: 1e308 } })],
];

describe("planted: shapes", () => {
  test("the base is accepted", () => {
    expect(checkCertificate(good)).toEqual({ accepted: true });
  });
  test.each(SHAPES)("%s", (_, value) => {
    expect(checkCertificate(value).accepted).toBe(false);
  });
  test("a cycle", () => {
    const cycle: Record<string, unknown> = { rule: "rewrite", to: "u^2" };
    cycle.proof = cycle;
    expect(checkCertificate(bad({ proof: cycle })).accepted).toBe(false);
  });
  test("a getter that changes its mind is read once", () => {
    let reads = 0;
    const proof = {
      rule: "rewrite",
      to: "u^2",
      get proof() {
        return reads++ === 0 ? composition : { rule: "trust-me" };
      },
    };
    expect(checkCertificate(bad({ proof }))).toEqual({ accepted: true });
    expect(reads).toBe(1);
  });
  test("names that objects inherit are ordinary names", () => {
    const odd = JSON.parse('{"indices":{"__proto__":"N"},"symbols":{"constructor":{"over":["__proto__"]}}}');
    const value = {
      ...good,
      declarations: odd,
      claim: {
        kind: "convex",
        e: "sum(__proto__, constructor[__proto__]^2)",
        variables: ["constructor"],
        where: [],
      },
    };
    expect(checkCertificate(value)).toEqual({ accepted: true });
    const lie = { ...value, claim: { ...value.claim, e: "sum(__proto__, -constructor[__proto__]^2)" } };
    expect(checkCertificate(lie).accepted).toBe(false);
  });
});
