/** A Lagrangian comes in; the places where it is not known to be twice differentiable, and sentences about them, go out. */
import {
  children,
  compareR,
  dependsOn,
  type Expr,
  isPositive,
  type Node,
  num,
  open,
  printText,
  type Rational,
  rangeOf,
  renameIndices,
  type TensorSymbol,
} from "../index-notation/index.js";
import type { Layer } from "../model/index.js";

const ONE = num(1).value;
const TWO = num(2).value;

/** What the activation does at a kink of the Lagrangian: jumps, has no value, may jump, has a corner. */
type Smoothness = "jump" | "root" | "choice" | "corner" | "unknown";

export interface Kink {
  readonly smoothness: Smoothness;
  /** `v[i] = 0`, or `a tie in max(i, v[i])`. */
  readonly place: string;
}

/** |u|^p and relu(u)^p are C¹ for p > 1 and C² for p > 2; abs, max and min are not even C¹ (theory section 6). */
export function kinksOf(layer: Layer, lagrangian: Expr): readonly Kink[] {
  const found = new Map<string, Kink>();
  collect(lagrangian, layer, (smoothness, place) => {
    found.set(`${smoothness} ${place}`, { smoothness, place });
  });
  return [...found.values()];
}

const NOTES: { readonly [S in Smoothness]: (name: string) => string } = {
  jump: (name) =>
    `The Lagrangian of ${name} is not differentiable everywhere: its activation jumps, so the dynamics is a differential inclusion. At a kink the derivative is taken to be 0.`,
  root: (name) =>
    `The Lagrangian of ${name} is not differentiable where its root vanishes: its activation has no value there.`,
  choice: (name) =>
    `The Lagrangian of ${name} is put together from pieces: where its activation jumps between them, the dynamics is a differential inclusion.`,
  unknown: (name) =>
    `The Lagrangian of ${name} is twice differentiable only if the power of its kink exceeds 2.`,
  corner: (name) =>
    `The activation of ${name} is continuous but has a corner: its Hessian jumps there and is taken to be 0 at the corner.`,
};

export function kinkNotes(layer: Layer, lagrangian: Expr): string[] {
  const kinds = new Set(kinksOf(layer, lagrangian).map((k) => k.smoothness));
  return (["jump", "root", "choice", "unknown", "corner"] as const)
    .filter((s) => kinds.has(s))
    .map((s) => NOTES[s](layer.name));
}

/** Kinks at which the activation is not shown to be continuous: a proof that needs a gradient stops there. */
export const jumpsOf = (layer: Layer, lagrangian: Expr): readonly Kink[] =>
  kinksOf(layer, lagrangian).filter((k) => k.smoothness !== "corner" && k.smoothness !== "unknown");

type Report = (smoothness: Smoothness, place: string) => void;

const KINKED: ReadonlySet<string> = new Set(["abs", "relu", "sign", "step"]);

const vanishes = (e: Expr): string => `${printText(e).text} = 0`;

function collect(e: Expr, layer: Layer, report: Report): void {
  if (!dependsOn(e, layer.state)) return;
  reportNode(e, layer.state, report);
  for (const c of partsOf(e, layer)) collect(c, layer, report);
}

/** What lies below a node; a power of relu or abs has told about its base. */
function partsOf(e: Expr, layer: Layer): readonly Expr[] {
  if (e.kind === "binder") return [bodyOf(e, layer)];
  if (e.kind === "power" && isKinkedBase(e.base)) return [e.base.arg, e.exponent];
  // A Lagrangian does not change to first order with the multiplier that minimises it (conjugate.ts).
  if (e.kind === "root" && layer.generator.kind === "dual") return [];
  return children(e);
}

const isKinkedBase = (e: Expr): e is Node<"unary"> =>
  e.kind === "unary" && (e.fn === "relu" || e.fn === "abs");

function reportNode(e: Expr, state: TensorSymbol, report: Report): void {
  if (e.kind === "power") reportPower(e, report);
  if (e.kind === "unary" && KINKED.has(e.fn)) report("jump", vanishes(e.arg));
  if (e.kind === "extremum" || (e.kind === "binder" && (e.op === "max" || e.op === "min")))
    report("jump", `a tie in ${printText(e).text}`);
  if (e.kind !== "where") return;
  for (const { left, right } of e.condition.all)
    if (dependsOn(left, state) || dependsOn(right, state))
      report("choice", `${printText(left).text} = ${printText(right).text}`);
}

function reportPower({ base, exponent }: Node<"power">, report: Report): void {
  const smoothness = ofPower(exponent);
  if (isKinkedBase(base)) {
    if (smoothness !== undefined) report(smoothness, vanishes(base.arg));
    return;
  }
  // The root of a square has the kink of abs.
  if (smoothness !== "jump" || exponent.kind !== "number") return;
  const { n, d } = exponent.value;
  if (d !== 1n && n > 0n && !isPositive(base)) report("root", vanishes(base));
}

/** The body with the indices of the layer where they fit, as a reader of the model would write it. */
function bodyOf(e: Node<"binder">, layer: Layer): Expr {
  const { indices, body } = open(e);
  const free = layer.over.filter((i) => !body.free.some((f) => f.key === i.key));
  const pairs = indices.flatMap((from) => {
    const k = free.findIndex((to) => to.dim.key === from.dim.key);
    return k < 0 ? [] : [{ from, to: free.splice(k, 1)[0]! }];
  });
  return renameIndices(
    body,
    pairs.map((p) => p.from),
    pairs.map((p) => p.to),
  );
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
