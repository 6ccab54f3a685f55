/** An expression and variables come in; whether it is affine in them, by its first derivatives, goes out. */
import { differentiate } from "../../calculus/index.js";
import { dependsOn, type Expr, freshIndex, type TensorSymbol } from "../../index-notation/index.js";

/** No first derivative depends on a variable. Blind to kinks: abs has derivative sign, which depends on x. */
export const isAffine = (e: Expr, variables: readonly TensorSymbol[]): boolean =>
  variables.every((v) => {
    const slope = differentiate(e, v, v.dims.map(freshIndex));
    return variables.every((w) => !dependsOn(slope, w));
  });
