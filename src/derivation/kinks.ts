/** A Lagrangian comes in; sentences about the places where it is not twice differentiable go out. */
import {
  children,
  compareR,
  dependsOn,
  type Expr,
  num,
  type Rational,
  rangeOf,
  type TensorSymbol,
} from "../index-notation/index.js";
import type { Layer } from "../model/index.js";

const ONE = num(1).value;
const TWO = num(2).value;

/** relu^p is C¹ for p > 1 and C² for p > 2; abs, max and min are not even C¹ (theory section 6). */
export function kinkNotes(layer: Layer, lagrangian: Expr): string[] {
  const found = new Set<Smoothness>();
  collect(lagrangian, layer.state, found);
  const notes: { [S in Smoothness]: string } = {
    jump: `The Lagrangian of ${layer.name} is not differentiable everywhere: its activation jumps, so the dynamics is a differential inclusion. At a kink the derivative is taken to be 0.`,
    unknown: `The Lagrangian of ${layer.name} is twice differentiable only if the power of relu exceeds 2.`,
    corner: `The activation of ${layer.name} is continuous but has a corner: its Hessian jumps there and is taken to be 0 at the corner.`,
  };
  return (["jump", "unknown", "corner"] as const).filter((s) => found.has(s)).map((s) => notes[s]);
}

type Smoothness = "jump" | "corner" | "unknown";

function collect(e: Expr, state: TensorSymbol, found: Set<Smoothness>): void {
  if (!dependsOn(e, state)) return;
  if (e.kind === "power" && e.base.kind === "unary" && e.base.fn === "relu") {
    const smoothness = ofPower(e.exponent);
    if (smoothness !== undefined) found.add(smoothness);
    collect(e.base.arg, state, found);
    return;
  }
  const kinked =
    e.kind === "unary" && (e.fn === "abs" || e.fn === "relu" || e.fn === "sign" || e.fn === "step");
  if (
    kinked ||
    e.kind === "extremum" ||
    e.kind === "where" ||
    (e.kind === "binder" && (e.op === "max" || e.op === "min"))
  )
    found.add("jump");
  for (const c of children(e)) collect(c, state, found);
}

/** The smoothness of relu^p: of the number p, or of every p that the hypotheses allow. */
function ofPower(p: Expr): Smoothness | undefined {
  const { low, lowOpen = false } = rangeOf(p);
  if (low === undefined) return "jump";
  const above = (k: Rational): boolean => compareR(low, k) > 0 || (compareR(low, k) === 0 && lowOpen);
  if (above(TWO)) return undefined;
  if (!above(ONE)) return "jump";
  return p.kind === "number" ? "corner" : "unknown";
}
