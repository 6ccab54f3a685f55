/** A proof tree comes in; the sentences of a reader's proof, numbered as the tree branches, go out. */
import type { Proof } from "../checker/index.js";
import type { Typesetter } from "./typeset.js";

type ProofOf<R extends Proof["rule"]> = Extract<Proof, { readonly rule: R }>;

const vector = (entries: readonly string[]): string => `(${entries.join(",\\; ")})`;
const matrix = (rows: readonly (readonly string[])[]): string =>
  `\\begin{pmatrix} ${rows.map((r) => r.join(" & ")).join(" \\\\ ")} \\end{pmatrix}`;

/** What each rule says, with the inequality or theorem that it rests on. */
const SENTENCES: {
  readonly [R in Proof["rule"]]: (p: ProofOf<R>, t: Typesetter) => string;
} = {
  composition: () =>
    "It is built by steps that keep convexity: nonnegative sums, maxima, log-sum-exp, norms, affine substitution, and nondecreasing convex functions of convex ones (Boyd and Vandenberghe, Convex Optimization, section 3.2).",
  rewrite: (p, t) => `It equals $${t.math(p.to)}$.`,
  sum: (p, t) =>
    `It is the sum of ${p.parts.map((part) => `$${t.math(part)}$`).join(", ")}; each has the property.`,
  separable: () =>
    "Each term depends on one component (or is affine), so that the Hessian is diagonal for every dimension; the function of one component decides.",
  "second-derivative": () =>
    "It is twice continuously differentiable in its one variable, so that a nonnegative second derivative suffices.",
  kinks: (p, t) =>
    `It is continuous, its slope jumps upward at ${p.at.map((a) => `$${t.value(a)}$`).join(", ")}, and between these points it is convex; so its right derivative is nondecreasing.`,
  "hessian-minors": () =>
    "A symmetric matrix is positive semidefinite if and only if all its principal minors are nonnegative (Horn and Johnson, Matrix Analysis, 7.2.5); the minors of the Hessian follow, by size.",
  "hessian-squares": (p, t) =>
    `For every direction $d$, $d^{\\top}\\nabla^2 e\\, d = z^{\\top} G z$ with $z = ${vector(p.monomials.map((m) => t.math(m)))}$ and $G = ${matrix(p.gram.map((r) => r.map((x) => t.value(x))))} \\succeq 0$ by exact elimination.`,
  "hessian-boxes": (p) =>
    `On every cell of a bisection of the domain (depth ${p.depth}) the Hessian, as a matrix of intervals, is positive semidefinite.`,
  popoviciu: () =>
    "The Hessian form of log-sum-exp is a variance under softmax weights, at most $\\frac14(\\max_i d_i - \\min_i d_i)^2 \\le \\frac12|d|^2$ (Popoviciu); the quadratic terms outweigh it.",
  range: () => "Interval bounds of its parts show its sign.",
  interval: () => "Interval bounds on the whole piece show its sign.",
  sturm: () =>
    "It is a quotient of polynomials with rational coefficients; Sturm's theorem counts no change of sign.",
  exponential: (p, t) =>
    `With $s = e^{${t.math(p.k)}\\,x} > 0$ it is a quotient of polynomials in $s$; Sturm's theorem counts no change of sign.`,
  squares: (p, t) =>
    `It equals $z^{\\top} G z$ with $z = ${vector(p.monomials.map((m) => t.math(m)))}$ and $G = ${matrix(p.gram.map((r) => r.map((x) => t.value(x))))} \\succeq 0$ by exact elimination.`,
  boxes: (p) =>
    `Interval arithmetic shows its sign on every cell of a bisection of the domain (depth ${p.depth}).`,
  split: (p, t) =>
    `The domain is cut where $${t.math(p.variable)}$ is ${p.at.map((a) => `$${t.value(a)}$`).join(", ")}; the pieces follow from left to right.`,
  touches: (p, t) =>
    `At $${t.value(p.at)}$ the function and its derivative vanish, so that by Taylor's formula a nonnegative second derivative suffices.`,
  monotone: (p, t) =>
    `It starts from a nonnegative value (or limit) at $${p.from.includes("inf") ? (p.from.startsWith("-") ? "-\\infty" : "\\infty") : t.value(p.from)}$ and does not fall away from there: its derivative has one sign.`,
  product: (p, t) =>
    `It is the product of ${p.factors.map((f) => `$${t.math(f)}$`).join(", ")}; each is nonnegative.`,
  "monotone-product": (p, t) =>
    `It is $(u - v)(F(u) - F(v))$ with $u = ${t.math(p.to)}$ and $v = ${t.math(p.from)}$; $F$ is nondecreasing because its derivative is nonnegative.`,
  within: (p, t) =>
    `On the domain $${t.value(p.low)} \\le ${t.math(p.variable)} \\le ${t.value(p.high)}$ (the first two parts), which the third part uses.`,
  minimum: (p, t) =>
    `At $${p.variables.map((v, k) => `${t.math(v)} = ${t.value(p.at[k] ?? "0")}`).join(",\\ ")}$ it is nonnegative and its gradient vanishes; a convex function lies above its tangent plane (Boyd and Vandenberghe 3.1.3). It is convex:`,
};

/** `1.2` in front of the sentence of the second part of the first part. */
export function sentences(proof: Proof, t: Typesetter, label = ""): string[] {
  const say = SENTENCES[proof.rule] as (p: Proof, t: Typesetter) => string;
  const own = `${label === "" ? "" : `(${label}) `}${say(proof, t)}`;
  if ("proof" in proof) return joined(own, sentences(proof.proof, t, ""));
  if (!("proofs" in proof)) return [own];
  const prefix = label === "" ? "" : `${label}.`;
  return [own, ...proof.proofs.flatMap((p, k) => sentences(p, t, `${prefix}${k + 1}`))];
}

/** A single premise continues the paragraph. */
const joined = (own: string, [next = "", ...rest]: readonly string[]): string[] => [
  `${own} ${next}`,
  ...rest,
];
