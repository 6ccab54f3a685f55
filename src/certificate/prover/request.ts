/** What is asked of the prover and what it answers: types only. */
import type { Condition, Expr, Index, TensorSymbol } from "../../index-notation/index.js";
import type { Certificate } from "../checker/format.js";

/** Is the expression jointly convex in the variables, on the set where the conditions hold? */
export interface ConvexityRequest {
  readonly expression: Expr;
  readonly variables: readonly TensorSymbol[];
  /** Conditions on variables; free indices mean "for all". Hypotheses on parameters are bounds of their symbols. */
  readonly where: readonly Condition[];
  /** Declared indices: the names that certificates use. */
  readonly indices: readonly Index[];
}

export type Curvature = "convex" | "concave" | "affine" | "neither" | "undecided";

/** A point and a direction along which the expression lies above its chord. Numbers by name, nested by index. */
export interface Counterexample {
  readonly dimensions: Readonly<Record<string, number>>;
  readonly point: Readonly<Record<string, Nested>>;
  readonly direction: Readonly<Record<string, Nested>>;
  /** Values of parameters, where there are any. */
  readonly parameters: Readonly<Record<string, Nested>>;
  /** e(p − d) − 2·e(p) + e(p + d): below 0 where convexity fails. */
  readonly value: number;
}

export type Nested = number | readonly Nested[];

export interface Outcome {
  /** About convexity: proved when convex or affine, refuted when a witness shows that it is not. */
  readonly verdict: "proved" | "refuted" | "undecided";
  readonly curvature: Curvature;
  /** How it was decided, in a phrase. */
  readonly method: string;
  /** Against convexity. */
  readonly counterexample?: Counterexample;
  /** For the verdict; when undecided but concave, none. */
  readonly certificate?: Certificate;
  /** For concavity, where that was decided. */
  readonly concavity?: { readonly certificate: Certificate; readonly counterexample?: Counterexample };
  /** What is missing for a decision. */
  readonly missing?: string;
}
