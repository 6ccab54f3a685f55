/** The proof of a flow certificate comes in; its sentences go out. */
import type { FlowProof, FlowStatement, Proof } from "../checker/index.js";
import { sentences } from "./rules.js";
import type { Typesetter } from "./typeset.js";

type ProofOf<R extends FlowProof["rule"]> = Extract<FlowProof, { readonly rule: R }>;

/** Said where the energy has kinks. */
const KINKS =
  "At kinks the chain rule holds at almost every time, since a function that stays at its kink has derivative 0 there.";

const SENTENCES: {
  readonly [R in FlowProof["rule"]]: (p: ProofOf<R>, s: FlowStatement, t: Typesetter) => string[];
} = {
  gradient: (p, _, t) => [
    "Every state follows minus the gradient, with a nonnegative mobility $w$ over its time constant: $\\mathrm{d}E/\\mathrm{d}t = -\\sum w\\,(\\partial E/\\partial x)^2 \\le 0$.",
    ...named(p.proofs, "The factor", t),
  ],
  dissipation: (p, s, t) => [
    `By differentiation, ${each(s, t, (x, rate, n) => `$\\partial E/\\partial ${x} = -a\\,${rate}$ with $a = ${t.math(p.weights[n] ?? "0")}$`)}. Hence $\\mathrm{d}E/\\mathrm{d}t = -\\sum a\\,\\dot x^2$, with $a \\ge 0$.`,
    ...named(p.proofs, "The factor $a$", t),
  ],
  force: (p, s, t) => [
    `By differentiation, ${each(s, t, (x, rate, n) => `$\\partial E/\\partial ${x} = ${t.math(p.gradient[n] ?? "0")}$ and $${rate} = -w\\,\\partial E/\\partial ${x}$ with $w = ${t.math(p.weights[n] ?? "0")}$`)}. Hence $\\mathrm{d}E/\\mathrm{d}t = -\\sum w\\,(\\partial E/\\partial x)^2$, with $w \\ge 0$.`,
    ...named(p.proofs, "The factor $w$", t),
  ],
  components: (p, s, t) => [
    `By differentiation, ${each(s, t, (x, _, n) => `$\\partial E/\\partial ${x} = ${t.math(p.gradient[n] ?? "0")}$`)}. Each component loses energy by itself: $-(\\partial E/\\partial x)\\,\\dot x \\ge 0$.`,
    ...named(p.proofs, "The loss of a component", t),
  ],
  lagrangian: (p, _, t) => [
    `With the Lagrangian $L = ${t.math(p.lagrangian)}$ and $c = ${t.math(p.scale)} > 0$, differentiation gives $\\nabla E = -c\\,\\nabla^2 L\\,\\dot x$, so that $\\mathrm{d}E/\\mathrm{d}t = -c\\,\\dot x^{\\top}\\nabla^2 L\\,\\dot x \\le 0$ where $L$ is convex.`,
    ...sentences(p.proof, t),
  ],
  rate: (p, _, t) => [
    `By the chain rule $\\mathrm{d}E/\\mathrm{d}t = \\sum (\\partial E/\\partial x)\\,\\dot x$; $-\\mathrm{d}E/\\mathrm{d}t$ is nonnegative.`,
    ...sentences(p.proof, t),
  ],
};

export function flowProof(proof: FlowProof, statement: FlowStatement, t: Typesetter): string[] {
  const say = SENTENCES[proof.rule] as (p: FlowProof, s: FlowStatement, t: Typesetter) => string[];
  const kinked = /\b(relu|abs|max|min)\(/.test(statement.energy);
  return [...say(proof, statement, t), ...(kinked ? [KINKS] : [])];
}

const each = (
  s: FlowStatement,
  t: Typesetter,
  say: (x: string, rate: string, name: string) => string,
): string =>
  Object.entries(s.states)
    .map(([n, { over }]) => say(t.component(n, over), t.component(n, over, "\\dot"), n))
    .join("; ");

const named = (proofs: Readonly<Record<string, Proof>>, what: string, t: Typesetter): string[] =>
  Object.entries(proofs).flatMap(([n, p]) => {
    const [first = "", ...rest] = sentences(p, t);
    return [`${what} of $${t.name(n)}$ is nonnegative. ${first}`, ...rest];
  });
