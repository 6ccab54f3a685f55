/** A certificate comes in; its theorem and proof, as a person would write them, go out. The text is no evidence: `check` is. */
import type { Certificate, FlowCertificate, ModelCertificate, Witness } from "../checker/index.js";
import { type Block, type ProseFormat, paragraphs, renderProse } from "./document.js";
import { flowProof } from "./flow.js";
import { dimension, generality } from "./generality.js";
import { layerBlocks } from "./layer.js";
import { sentences } from "./rules.js";
import { stepBlocks } from "./step.js";
import { type Typesetter, typesetterOf } from "./typeset.js";

export type { Block, ProseFormat } from "./document.js";

type ExpressionCertificate = Extract<Certificate, { readonly subject: "expression" }>;

/** The text of a certificate, with further blocks after it. */
export function explain(certificate: Certificate, format: ProseFormat, more: readonly Block[] = []): string {
  return renderProse([...blocksOf(certificate), ...more], format);
}

/** Blocks without a certificate: what is undecided has no theorem. */
export const prose = renderProse;

function blocksOf(c: Certificate): Block[] {
  if (c.subject === "expression") return expression(c);
  if (c.subject === "step") return stepBlocks(c);
  return c.subject === "model" ? model(c) : flow(c);
}

const END: Block = { kind: "end" };

// ---- functions ------------------------------------------------------------------------------------------

const KINDS = {
  convex: "convex in",
  nonnegative: "nonnegative for all",
  positive: "positive for all",
} as const;

function expression(c: ExpressionCertificate): Block[] {
  const t = typesetterOf(c.declarations);
  const { claim } = c;
  const variables = claim.variables
    .map((v) => `$${t.component(v, c.declarations.symbols[v]?.over ?? [])}$`)
    .join(", ");
  const where =
    claim.where.length === 0 ? "" : ` where ${claim.where.map((w) => `$${t.condition(w)}$`).join(", ")}`;
  const function_: Block = { kind: "display", latex: `e = ${t.math(claim.e)}` };
  const property = `${KINDS[claim.kind]} ${variables}${where}`;
  if (c.verdict === "refuted")
    return [
      { kind: "statement", label: "Proposition", text: `The function below is not ${property}.` },
      function_,
      { kind: "statement", label: "Proof", text: failure(claim.kind, c.witness, t) },
      END,
    ];
  return [
    {
      kind: "statement",
      label: "Theorem",
      text: `The function below is ${property}${generality(c.declarations.indices)}.`,
    },
    function_,
    { kind: "statement", label: "Proof", text: sentences(c.proof, t)[0]! },
    ...paragraphs(sentences(c.proof, t).slice(1)),
    END,
  ];
}

const point = (w: Witness, t: Typesetter): string =>
  [
    ...Object.entries(w.dimensions).map(([n, k]) => `$${dimension(n)} = ${k}$`),
    ...Object.entries(w.values).map(([n, v]) => `$${t.name(n)} = ${t.value(v)}$`),
  ].join(", ");

function failure(kind: "convex" | "nonnegative" | "positive", w: Witness, t: Typesetter): string {
  if (kind !== "convex") return `At ${point(w, t)} its value has the other sign, by interval arithmetic.`;
  const way = Object.entries(w.direction ?? {}).map(([n, v]) => `$d_{${t.name(n)}} = ${t.value(v)}$`);
  return `At the point $p$ with ${point(w, t)}, along ${way.join(", ")}, $e(p) > \\frac12\\left(e(p - d) + e(p + d)\\right)$, by interval arithmetic.`;
}

// ---- layers ---------------------------------------------------------------------------------------------

function model(c: ModelCertificate): Block[] {
  const { statement } = c;
  const t = typesetterOf(statement.declarations);
  const layers = Object.entries(statement.layers);
  const lagrangians = layers.map(
    ([n, l]): Block => ({ kind: "display", latex: `L_{${t.name(n)}} = ${t.math(l.lagrangian)}` }),
  );
  const names = layers.map(([n]) => `$${t.name(n)}$`).join(", ");
  return [
    { kind: "title", text: statement.name },
    {
      kind: "statement",
      label: "Theorem",
      text: `Let the layers ${names} have the Lagrangians below, activations $g = \\partial L/\\partial x$, any differentiable potential $U$ of the activations, and $\\tau\\,\\dot x = -m\\,(x + \\partial U/\\partial g)$ with the mobility $m$ ($1$ where none is given). Then $E = \\sum (x \\cdot g - L) + U$ does not increase along any solution${generality(statement.declarations.indices)}.`,
    },
    ...lagrangians,
    {
      kind: "statement",
      label: "Proof",
      text: "Since $\\partial(x \\cdot g - L)/\\partial g = x$, the drive $r = -(x + \\partial U/\\partial g)$ is $-\\partial E/\\partial g$, and by the chain rule (Krotov and Hopfield, arXiv 2008.06996)",
    },
    {
      kind: "display",
      latex:
        "\\frac{\\mathrm{d}E}{\\mathrm{d}t} = -\\sum r^{\\top} H \\, \\frac{m}{\\tau}\\, r, \\qquad H = \\nabla^2 L.",
    },
    ...layers.flatMap(([n, l]) => layerBlocks(n, l, c.convexity[n], t)),
    END,
  ];
}

// ---- states ---------------------------------------------------------------------------------------------

function flow(c: FlowCertificate): Block[] {
  const { statement } = c;
  const t = typesetterOf(statement.declarations);
  const motions = Object.entries(statement.states).map(([n, s]): Block => {
    const rate = t.component(n, s.over, "\\dot");
    const x = t.component(n, s.over);
    const weight = s.mobility === undefined ? "" : `${t.math(s.mobility)}\\,`;
    const held = s.clamped === undefined ? "" : `(1 - ${t.math(s.clamped)})\\,`;
    const latex =
      s.rate === undefined
        ? `${s.tau === "1" || s.tau === undefined ? "" : `${t.math(s.tau)}\\,`}${rate} = -${held}${weight}\\frac{\\partial E}{\\partial ${x}}`
        : `${rate} = ${t.math(s.rate)}`;
    return { kind: "display", latex };
  });
  const where =
    statement.where.length === 0
      ? ""
      : ` where ${statement.where.map((w) => `$${t.condition(w)}$`).join(", ")}`;
  const head: Block[] = [{ kind: "title", text: statement.name }];
  const energy: Block = { kind: "display", latex: `E = ${t.math(statement.energy)}` };
  if (c.verdict === "refuted")
    return [
      ...head,
      {
        kind: "statement",
        label: "Proposition",
        text: `The energy below increases somewhere along the flow${where}.`,
      },
      energy,
      ...motions,
      {
        kind: "statement",
        label: "Proof",
        text: `At ${point(c.witness, t)} no term has a kink, and $\\mathrm{d}E/\\mathrm{d}t > 0$, by interval arithmetic.`,
      },
      END,
    ];
  const [first = "", ...rest] = flowProof(c.proof, statement, t);
  return [
    ...head,
    {
      kind: "statement",
      label: "Theorem",
      text: `The energy below does not increase along any solution of the flow${where}${generality(statement.declarations.indices)}.`,
    },
    energy,
    ...motions,
    { kind: "statement", label: "Proof", text: first },
    ...paragraphs(rest),
    END,
  ];
}
