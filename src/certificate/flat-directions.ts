/** A theory comes in; the flat directions of its moving layers, found from their Hessians, go out. */
import type { Theory } from "../derivation/index.js";
import { type FlatDirection, strictnessOf } from "./obligations/hessian.js";

/** Of the reduced flow, or of the full one; none for models given by states. */
export function flatDirections(theory: Theory, full: boolean): readonly FlatDirection[] {
  if (theory.kind !== "layered") return [];
  const { motions } = full ? theory.full : theory.reduced;
  return [...theory.layers].filter(([name]) => motions.has(name)).flatMap(([, l]) => strictnessOf(l).flat);
}
