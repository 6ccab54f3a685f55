/** The Hessian of a layer comes in; what its structure says (diagonal, positive, flat directions) goes out. */
import type { LayerTheory } from "../../derivation/index.js";
import {
  asIndex,
  at,
  type Expr,
  type Index,
  isNonNegative,
  isPositive,
  mul,
  num,
  renameIndices,
  sum,
  TRUE,
} from "../../index-notation/index.js";
import { shownEqual } from "../../rewrite/index.js";

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
    if (annihilates(l, at(l.layer.state, partnersOf(l))))
      flat.push({ layer: name, direction: name, meaning: `scaling ${name} leaves the activation unchanged` });
  }
  const diagonal = isDiagonal(l) ? diagonalOf(l) : undefined;
  const strict = diagonal !== undefined && isPositive(diagonal);
  if (diagonal !== undefined && !strict && isNonNegative(diagonal) && hasDeadUnits(diagonal))
    flat.push({
      layer: name,
      direction: `every unit of ${name} below its threshold`,
      meaning: "dead units: their activation stays 0 while their state still moves",
    });
  return { strict, flat };
}

function annihilates(l: LayerTheory, direction: Expr): boolean {
  return shownEqual(sum(partnersOf(l), TRUE, mul([l.hessian.expr, direction])), num(0));
}

/** The diagonal vanishes with relu or step of the state. */
const hasDeadUnits = (diagonal: Expr): boolean =>
  factorsOf(diagonal).some((f) => {
    const base = f.kind === "power" ? f.base : f;
    const threshold = base.kind === "where" && base.else === num(0);
    return threshold || (base.kind === "unary" && (base.fn === "relu" || base.fn === "step"));
  });
