/**
 * A layer and a diagonal factor D of its Hessian H come in (time constants, mobilities); whether D and H commute, and a
 * direction y with yᵀ D H y < 0, go out.
 */
import type { LayerTheory, Motion } from "../../derivation/index.js";
import {
  at,
  type Expr,
  mul,
  neg,
  num,
  renameIndices,
  sub2,
  sum,
  TRUE,
  tensorSymbol,
} from "../../index-notation/index.js";
import type { Model } from "../../model/index.js";
import { shownEqual } from "../../rewrite/index.js";
import { findAscent, type Hypotheses } from "../refuter/descent.js";
import type { Counterexample } from "../verify.js";
import { partnersOf } from "./hessian.js";
import { counterexampleOf, hypothesesOf } from "./witness.js";

export const mentionsLayer = (e: Expr, m: Motion): boolean =>
  e.free.some((i) => m.over.some((o) => o.key === i.key));

/** D_i H_ij = D_j H_ij for every pair: D commutes with H, so that with D, H ⪰ 0 the product DH is ⪰ 0 as well. */
export function couplesOnlyEqual(l: LayerTheory, factor: Expr): boolean {
  const partner = renameIndices(factor, l.layer.over, partnersOf(l));
  return shownEqual(mul([sub2(factor, partner), l.hessian.expr]), num(0));
}

/** Readable values at which yᵀ D H y < 0: then the symmetric part of DH is not ⪰ 0. */
export function negativeDirection(
  model: Model,
  l: LayerTheory,
  factor: Expr,
  extra: Hypotheses["hold"] = () => true,
): Counterexample | undefined {
  const { over } = l.layer;
  const y = tensorSymbol({ name: "y", role: "rate", dims: over.map((i) => i.dim) });
  const form = sum(
    [...over, ...partnersOf(l)],
    TRUE,
    mul([at(y, over), factor, l.hessian.expr, at(y, partnersOf(l))]),
  );
  const domain = hypothesesOf(model);
  const found = findAscent(neg(form), model.dimensions, {
    symbols: domain.symbols,
    hold: (env) => domain.hold(env) && extra(env),
  });
  if (found === undefined) return undefined;
  const { dimensions, values } = counterexampleOf(found);
  const { [y.name]: along, ...point } = values;
  return { dimensions, values: point, direction: { [l.layer.name]: along! }, value: String(-found.value) };
}
