/** The Hessian of a layer comes in; what its structure says (diagonal, positive, flat directions) goes out. */
import { differentiate } from "../../calculus/index.js";
import type { LayerTheory } from "../../derivation/index.js";
import {
  asIndex,
  at,
  type Expr,
  freshIndex,
  type Index,
  isPositive,
  mul,
  neg,
  num,
  renameIndices,
  sum,
  TRUE,
} from "../../index-notation/index.js";
import { shownEqual, simplify } from "../../rewrite/index.js";
import { deadIntervals } from "./dead-units.js";

/** The indices of a Hessian are the layer's, followed by their partners. */
export const partnersOf = (l: LayerTheory): readonly Index[] => l.hessian.over.slice(l.layer.over.length);

const termsOf = (e: Expr): readonly Expr[] => (e.kind === "add" ? e.terms : [e]);
const factorsOf = (e: Expr): readonly Expr[] => (e.kind === "mul" ? e.factors : [e]);

/** True when every term of H carries δ[i,j] for each index and its partner: H is diagonal, for every dimension. */
export const isDiagonal = (l: LayerTheory): boolean =>
  isDiagonalIn(l.hessian.expr, l.layer.over, partnersOf(l));

/** The same of any matrix over indices and their partners. */
export function isDiagonalIn(matrix: Expr, over: readonly Index[], partners: readonly Index[]): boolean {
  const pairs = over.map((i, k) => [i.key, partners[k]!.key]);
  const joins = (f: Expr, [a, b]: string[]): boolean =>
    f.kind === "delta" &&
    [asIndex(f.left)?.key, asIndex(f.right)?.key].sort().join() === [a, b].sort().join();
  const diagonal = (t: Expr): boolean => pairs.every((pair) => factorsOf(t).some((f) => joins(f, pair!)));
  return matrix === num(0) || termsOf(matrix).every(diagonal);
}

/** H_ii as an expression over the layer's indices. */
const diagonalOf = (l: LayerTheory): Expr => renameIndices(l.hessian.expr, partnersOf(l), l.layer.over);

/** A direction along which the activation does not change, or a set of states where units are dead. */
export interface FlatDirection {
  readonly layer: string;
  readonly direction: string;
  readonly meaning: string;
}

export interface Strictness {
  /** H ≻ 0 everywhere is shown. */
  readonly strict: boolean;
  readonly flat: readonly FlatDirection[];
}

/**
 * H·d = 0 is shown by the normal form for the directions of the field: a common shift of all units (softmax,
 * layernorm) and the state itself (a norm without ε). A diagonal H is strict where its entries are positive.
 */
export function strictnessOf(l: LayerTheory): Strictness {
  const name = l.layer.name;
  const flat: FlatDirection[] = [];
  if (l.layer.over.length > 0) {
    if (annihilates(l, num(1)))
      flat.push({
        layer: name,
        direction: "1",
        meaning: `adding a constant to every ${name} leaves the activation unchanged`,
      });
    if (annihilates(l, at(l.layer.state, partnersOf(l))) || isHomogeneous(l))
      flat.push({ layer: name, direction: name, meaning: `scaling ${name} leaves the activation unchanged` });
  }
  const diagonal = isDiagonal(l) ? diagonalOf(l) : undefined;
  const strict = diagonal !== undefined && isPositive(diagonal);
  if (diagonal !== undefined && !strict && diagonal !== num(0)) flat.push(...deadUnits(l, diagonal));
  return { strict, flat };
}

/** x·g = L, Euler's identity: L scales with x, so g does not. Asked of (x·g − L)·L, where roots cancel. */
const isHomogeneous = (l: LayerTheory): boolean =>
  factorsOf(l.lagrangian).some((f) => f.kind === "power") &&
  shownEqual(mul([l.energy, l.lagrangian]), num(0));

/** By intervals where thresholds are numbers; else by the relu or step that the whole diagonal carries. */
function deadUnits(l: LayerTheory, diagonal: Expr): FlatDirection[] {
  const layer = l.layer.name;
  const intervals = deadIntervals(diagonal, l.layer.state, l.layer.over);
  const side = intervals.length === 0 ? deadSide(l, diagonal) : undefined;
  const places = side === undefined ? intervals : [side];
  return places.map((place) => ({
    layer,
    direction: `every unit of ${layer} ${place}`,
    meaning: "dead units: their activation stays as it is while their state still moves",
  }));
}

function annihilates(l: LayerTheory, direction: Expr): boolean {
  return shownEqual(sum(partnersOf(l), TRUE, mul([l.hessian.expr, direction])), num(0));
}

/** On which side of a threshold that is no number a relu or step factor of the diagonal vanishes. */
function deadSide(l: LayerTheory, diagonal: Expr): string | undefined {
  for (const f of factorsOf(diagonal)) {
    const base = f.kind === "power" ? f.base : f;
    if (base.kind !== "unary" || (base.fn !== "relu" && base.fn !== "step")) continue;
    const fresh = l.layer.over.map((i) => freshIndex(i.dim));
    const own = renameIndices(base.arg, l.layer.over, fresh);
    const slope = renameIndices(differentiate(own, l.layer.state, l.layer.over), fresh, l.layer.over);
    const kept = simplify(slope);
    if (isPositive(kept)) return "below its threshold";
    if (isPositive(neg(kept))) return "above its threshold";
  }
  return undefined;
}
