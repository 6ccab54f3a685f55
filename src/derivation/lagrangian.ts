/** A layer comes in; its Lagrangian goes out: as declared, found from an activation, or conjugated from a dual energy. */
import {
  at,
  type Expr,
  type Index,
  integral,
  node,
  substituteTensor,
  sum,
  TRUE,
  tensorSymbol,
  zero,
} from "../index-notation/index.js";
import { type Layer, ok, type Result } from "../model/index.js";
import { antiderivativeByAnyMeans } from "./antiderivative.js";
import { lagrangianOfCollective } from "./collective.js";
import { lagrangianOfDual } from "./conjugate.js";
import { isElementwise } from "./elementwise.js";

/**
 * The Lagrangian as declared; for an activation a function whose gradient it is, in closed form where one is found and
 * as a quadrature otherwise; for a dual energy its conjugate. Fails, with a sentence, where there is none or none is found.
 */
export function lagrangianOf(layer: Layer, partners: readonly Index[]): Result<Expr> {
  const { generator } = layer;
  if (generator.kind === "lagrangian") return ok(generator.lagrangian);
  if (generator.kind === "dual") return lagrangianOfDual(layer, generator);
  return integrateActivation(layer, generator.function, partners);
}

function integrateActivation(layer: Layer, activation: Expr, partners: readonly Index[]): Result<Expr> {
  if (!isElementwise(activation, layer.state, layer.over))
    return lagrangianOfCollective(activation, layer, partners);
  const s = tensorSymbol({ name: "~s", role: "variable" });
  const ofS = substituteTensor(activation, layer.state, () => node.tensor(s, []));
  const x = at(layer.state, layer.over);
  const closed = antiderivativeByAnyMeans(ofS, s);
  const atX = (e: Expr): Expr => substituteTensor(e, s, () => x);
  return ok(sum(layer.over, TRUE, closed === undefined ? integral(s, zero, x, ofS) : atX(closed)));
}
