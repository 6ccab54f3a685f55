/** Certificates in short form, for the tests of the checker. */
import { type Answer, checkCertificate, FORMAT, type Proof } from "../../../src/certificate/checker/index.js";

export type Kind = "convex" | "nonnegative" | "positive";

/** One claim with its proof: kind, expression, variables, conditions, proof. */
export type Entry = readonly [Kind, string, readonly string[], readonly string[], unknown];

export const declarations = {
  indices: { i: "N", j: "N", k: "N", mu: "M", nu: "M", c: "3", d: "3", A: "T" },
  symbols: {
    x: { over: ["i"] },
    y: { over: ["i"] },
    h: { over: ["mu"] },
    z: { over: ["c"] },
    X: { over: ["A", "i"] },
    J: { over: ["i", "j"] },
    u: { over: [] },
    v: { over: [] },
    w: { over: [] },
    beta: { over: [], low: "0", lowOpen: true },
    eps: { over: [], low: "0", lowOpen: true },
    a: { over: ["i"], low: "0" },
    b: { over: ["i"] },
    n: { over: [], low: "1", lowOpen: true },
    n1: { over: [], low: "1" },
    n0: { over: [], low: "0" },
    r: { over: [] },
  },
};

export const certificate = ([kind, e, variables, where, proof]: Entry) => ({
  format: FORMAT,
  subject: "expression",
  declarations,
  claim: { kind, e, variables, where },
  verdict: "proved",
  proof,
});

export const check = (entry: Entry): Answer => checkCertificate(certificate(entry));

export const refutation = (
  kind: Kind,
  e: string,
  variables: readonly string[],
  where: readonly string[],
  witness: unknown,
) => ({
  format: FORMAT,
  subject: "expression",
  declarations,
  claim: { kind, e, variables, where },
  verdict: "refuted",
  witness,
});

export const reasonOf = (answer: Answer): string => (answer.accepted ? "accepted" : answer.reason);

// ---- proofs in short form -----------------------------------------------------------------------------

export const composition: Proof = { rule: "composition" };
export const range: Proof = { rule: "range" };
export const interval: Proof = { rule: "interval" };
export const sturm: Proof = { rule: "sturm" };
export const popoviciu: Proof = { rule: "popoviciu" };
export const second = (proof: Proof): Proof => ({ rule: "second-derivative", proof });
export const separable = (...proofs: Proof[]): Proof => ({ rule: "separable", proofs });
export const rewrite = (to: string, proof: Proof): Proof => ({ rule: "rewrite", to, proof });
export const sum = (parts: string[], ...proofs: Proof[]): Proof => ({ rule: "sum", parts, proofs });
export const kinks = (at: string[], ...proofs: Proof[]): Proof => ({ rule: "kinks", at, proofs });
export const split = (variable: string, at: string[], ...proofs: Proof[]): Proof => ({
  rule: "split",
  variable,
  at,
  proofs,
});
export const touches = (at: string, proof: Proof): Proof => ({ rule: "touches", at, proof });
export const monotone = (from: string, proof: Proof): Proof => ({ rule: "monotone", from, proof });
export const boxes = (depth: number): Proof => ({ rule: "boxes", depth });
export const exponential = (k: string): Proof => ({ rule: "exponential", k });
export const minors = (...proofs: Proof[]): Proof => ({ rule: "hessian-minors", proofs });
export const squares = (monomials: string[], gram: string[][]): Proof => ({
  rule: "squares",
  monomials,
  gram,
});
export const hessianSquares = (monomials: string[], gram: string[][]): Proof => ({
  rule: "hessian-squares",
  monomials,
  gram,
});
export const hessianBoxes = (depth: number): Proof => ({ rule: "hessian-boxes", depth });

// ---- entries in short form ----------------------------------------------------------------------------

const entry =
  (kind: Kind) =>
  (e: string, variables: string, proof: unknown = composition, ...where: string[]): Entry => [
    kind,
    e,
    variables.split(" "),
    where,
    proof,
  ];

export const convex = entry("convex");
export const nonnegative = entry("nonnegative");
export const positive = entry("positive");
