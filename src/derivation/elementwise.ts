/** Expressions come in; whether they treat every unit of a layer alone goes out, and the refusal where they do not. */
import {
  asIndex,
  children,
  type Expr,
  type Index,
  symbolsOf,
  type TensorSymbol,
} from "../index-notation/index.js";
import { fail, type Layer, type Result } from "../model/index.js";

/** Every occurrence of the tensor stands at exactly these indices. */
export function isElementwise(e: Expr, symbol: TensorSymbol, over: readonly Index[]): boolean {
  if (e.kind === "tensor" && e.symbol === symbol)
    return e.subs.every((sub, k) => asIndex(sub)?.key === over[k]!.key);
  if (e.kind === "softmax" && symbolsOf(e).has(symbol)) return false;
  return children(e).every((c) => isElementwise(c, symbol, over));
}

/** The diagnostic of a dual energy that is not conjugated. */
export const cannotConjugate = (layer: Layer, reason: string, hint: string): Result<never> =>
  fail({
    code: "dual-not-conjugated",
    message: `the dual energy of layer ${layer.name} is not conjugated: ${reason}`,
    hint,
    ...(layer.span && { span: layer.span }),
  });
