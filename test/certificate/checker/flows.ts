/** Certificates of flows in short form, for the tests of the checker. */
import { canonicalJson, checkCertificate, sha256 } from "../../../src/certificate/checker/index.js";
import { range, reasonOf } from "./certificates.js";

export type Json = Readonly<Record<string, unknown>>;

export interface Parts {
  readonly indices?: Json;
  readonly symbols?: Json;
  readonly energy: string;
  readonly where?: readonly string[];
  readonly states: Json;
}

export const scalar = { over: [] };
export const composition = { rule: "composition" };

/** Scalars are declared as they are used. */
export function statementOf({ indices = {}, symbols = {}, energy, where = [], states }: Parts): Json {
  const own = Object.fromEntries(
    Object.entries(states).map(([n, s]) => [n, { over: (s as { over: unknown }).over }]),
  );
  return {
    name: "flow",
    declarations: { indices, symbols: { ...own, ...symbols } },
    energy,
    where,
    states,
  };
}

export const certified = (statement: Json, evidence: Json): Json => ({
  format: "legendre-certificate/1",
  subject: "flow",
  digest: sha256(canonicalJson(statement)),
  statement,
  ...evidence,
});
export const proved = (parts: Parts, proof: unknown): Json =>
  certified(statementOf(parts), { verdict: "proved", proof });
export const refuted = (parts: Parts, values: Json, dimensions: Json = {}): Json =>
  certified(statementOf(parts), { verdict: "refuted", witness: { dimensions, values } });
export const verdict = (certificate: unknown): string => reasonOf(checkCertificate(certificate));

export const at = (rate: string): Json => ({ over: [], rate });
export const each = (rate: string, ...over: string[]): Json => ({ over, rate });
export const rate = (proof: unknown = range): Json => ({ rule: "rate", proof });
export const gradient = (...names: string[]): Json => ({
  rule: "gradient",
  proofs: Object.fromEntries(names.map((n) => [n, range])),
});
export const dissipation = (weights: Json): Json => ({
  rule: "dissipation",
  weights,
  proofs: Object.fromEntries(Object.keys(weights).map((n) => [n, range])),
});
export const force = (of: Json, weights: Json): Json => ({
  ...dissipation(weights),
  rule: "force",
  gradient: of,
});
export const components = (of: Json, proofs: Json): Json => ({ rule: "components", gradient: of, proofs });
export const lagrangian = (l: string, scale = "1", proof: Json = composition): Json => ({
  rule: "lagrangian",
  lagrangian: l,
  scale,
  proof,
});
export const product = (factors: string[], ...proofs: unknown[]): Json => ({
  rule: "product",
  factors,
  proofs,
});
export const monotone = (f: string, from: string, to: string): Json => ({
  rule: "monotone-product",
  variable: "t",
  function: f,
  from,
  to,
  proof: range,
});

export const TWO = { i: "N", j: "N" };
export const W = { W: { over: ["i", "j"] } };
export const SYMMETRIC = ["W[i,j] = W[j,i]"];
export const POSITIVE = { over: [], low: "0", lowOpen: true };

export const linear: Parts = {
  indices: TWO,
  symbols: W,
  energy: "sum(i, x[i]^2)/2 - sum(i, j, x[i]*W[i,j]*x[j])/2",
  where: SYMMETRIC,
  states: { x: each("-x[i] + sum(j, W[i,j]*x[j])", "i") },
};

export const rotor: Parts = { energy: "x^2 + y^2", states: { x: at("-x - y"), y: at("x") } };
