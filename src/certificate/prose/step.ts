/** A certificate of steps comes in; its theorem about the discrete run, and the proof, go out. */
import type { StepCertificate, StepMethod } from "../checker/index.js";
import { type Block, paragraphs } from "./document.js";
import { generality } from "./generality.js";
import { layerBlocks } from "./layer.js";
import { sentences } from "./rules.js";
import { typesetterOf } from "./typeset.js";

interface Text {
  /** What a step does. */
  readonly step: string;
  readonly formula: string;
  readonly proof: string;
  readonly conclusion: string;
}

const RELAXED =
  "x' - c = s\\,(x - c) = -\\tfrac{s}{1 - s}\\,(x' - x), \\qquad E' - E \\le (x' - c)\\cdot(g' - g) = -\\tfrac{s}{1 - s}\\,(x' - x)\\cdot(g' - g) \\le 0";

const TEXTS: { readonly [M in StepMethod]: Text } = {
  alternating: {
    step: "let one layer after another, in any order, move by",
    formula:
      "x' = s\\,x + (1 - s)\\,c, \\qquad c = -\\frac{\\partial U}{\\partial g}, \\qquad s = e^{-h (1 - \\mathrm{clamped})/\\tau}",
    proof:
      "$U$ is affine in the activation of the layer that moves, so $c$ is constant while it moves (the step is the exact flow of the layer) and $U(g') - U(g) = -c\\cdot(g' - g)$. Since $L$ is convex, $x \\cdot g - L = L^*(g)$ and $L^*(g') - L^*(g) \\le x'\\cdot(g' - g)$. Hence",
    conclusion: RELAXED,
  },
  "one-sided": {
    step: "let all layers move at once by",
    formula:
      "x' = s\\,x + (1 - s)\\,c, \\qquad c = -\\frac{\\partial U}{\\partial g}(g), \\qquad s = e^{-h (1 - \\mathrm{clamped})/\\tau}",
    proof:
      "$U$ is concave in the activations, so $U(g') - U(g) \\le -c\\cdot(g' - g)$. Since $L$ is convex, $x \\cdot g - L = L^*(g)$ and $L^*(g') - L^*(g) \\le x'\\cdot(g' - g)$. Hence, layer by layer,",
    conclusion: RELAXED,
  },
  "discrete-gradient": {
    step: "let $x'$ solve",
    formula: "x' = x - h\\,m\\,D, \\qquad (g' - g)\\cdot D = E' - E",
    proof: "with $m \\ge 0$ the mobility over the time constant. Hence",
    conclusion: "E' - E = (g' - g)\\cdot D = -\\sum \\frac{1}{h\\,m}\\,(g' - g)\\,(x' - x) \\le 0",
  },
};

const MONOTONE =
  "The last inequality holds because the gradient of a convex function is monotone; where $s$ or $m$ differ within a layer, its Hessian is diagonal and each component of the gradient is monotone by itself.";

export function stepBlocks(c: StepCertificate): Block[] {
  const { statement } = c;
  const t = typesetterOf(statement.declarations);
  const layers = Object.entries(statement.layers);
  const { step, formula, proof, conclusion } = TEXTS[statement.method];
  const display = (latex: string): Block => ({ kind: "display", latex });
  const concavity = c.concavity === undefined ? [] : sentences(c.concavity, t);
  return [
    { kind: "title", text: statement.name },
    {
      kind: "statement",
      label: "Theorem",
      text: `Let $E = \\sum (x \\cdot g - L) + U$ with $g = \\partial L/\\partial x$ and the functions below, and ${step}`,
    },
    display(formula),
    {
      kind: "paragraph",
      text: `at inputs that are constant over the step. Then $E' \\le E$ for every step size $h > 0$${generality(statement.declarations.indices)}.`,
    },
    ...layers.map(([n, l]) => display(`L_{${t.name(n)}} = ${t.math(l.lagrangian)}`)),
    display(`U = ${t.math(statement.potential)}`),
    { kind: "statement", label: "Proof", text: proof },
    display(conclusion),
    { kind: "paragraph", text: MONOTONE },
    ...(concavity.length > 0 ? paragraphs([`$-U$ is convex. ${concavity[0]}`, ...concavity.slice(1)]) : []),
    ...layers.flatMap(([n, l]) => layerBlocks(n, l, c.convexity[n], t)),
    { kind: "end" },
  ];
}
