/** A layer of a certificate comes in; what is shown of it, in sentences, goes out. */
import type { ModelCertificate } from "../checker/index.js";
import { type Block, paragraphs } from "./document.js";
import { sentences } from "./rules.js";
import type { Typesetter } from "./typeset.js";

type Layer = ModelCertificate["statement"]["layers"][string];

/** The hypotheses on one layer, and the proof that its Lagrangian is convex. */
export function layerBlocks(
  name: string,
  l: Layer,
  proof: ModelCertificate["convexity"][string] | undefined,
  t: Typesetter,
): Block[] {
  const mobility = l.mobility === undefined ? "" : `, the mobility $${t.math(l.mobility)}$ is nonnegative`;
  const clamp = l.clamped === undefined ? "" : `, the clamp $${t.math(l.clamped)}$ lies between 0 and 1`;
  const found = proof === undefined ? [] : sentences(proof, t);
  return [
    {
      kind: "paragraph",
      text: `Layer $${t.name(name)}$. The time constant $${t.math(l.tau)}$ is positive${mobility}${clamp}; where one of them differs between units, $H$ is diagonal. $L_{${t.name(name)}}$ is convex, so that $H \\succeq 0$. ${found[0] ?? ""}`,
    },
    ...paragraphs(found.slice(1)),
  ];
}
