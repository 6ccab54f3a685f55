/** The plan of a program: tensors that are computed one after the other, between expressions and loops. */
import type { Condition, Expr, Index, TensorSymbol } from "../index-notation/index.js";
import type { Reduction } from "./binders.js";

/** How one tensor is computed from others; `over` are its axes in memory order. */
export type Compute =
  | { readonly kind: "map"; readonly value: Expr }
  | { readonly kind: "reduce"; readonly reduction: Reduction }
  /** Over the last axis of the target. */
  | { readonly kind: "softmax"; readonly index: Index; readonly guard: Condition; readonly body: Expr }
  /** Σ_index softmax(exponent)·value, row by row. */
  | { readonly kind: "online"; readonly index: Index; readonly exponent: Expr; readonly value: Expr };

export interface Stage {
  readonly target: TensorSymbol;
  readonly over: readonly Index[];
  readonly compute: Compute;
}
