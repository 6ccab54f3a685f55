/** The vocabulary of presentational trees: what layout.ts makes and the renderers read. */
import type { BinderOp, Comparison, Unary } from "../expr.js";

export type Relation = Comparison | ">" | ">=";

/** What a function application is called: a unary function, or polygamma of some order. */
export type FunctionName = Unary | { readonly polygamma: number };

export interface Term {
  readonly negative: boolean;
  readonly body: Layout;
}

export interface Test {
  readonly left: Layout;
  readonly relation: Relation;
  readonly right: Layout;
}

/** What a binder writes below its sign. */
export interface Range {
  readonly indices: readonly string[];
  /** Tests whose left side is an index that they bind: `j > i`. */
  readonly introductions: readonly Test[];
  /** Tests that bind nothing. */
  readonly tests: readonly Test[];
}

export interface Shapes {
  /** A non-negative integer. */
  number: { readonly value: bigint };
  pi: Record<never, never>;
  name: { readonly name: string; readonly of: "symbol" | "dimension" | "index" };
  component: { readonly name: string; readonly subs: readonly Layout[] };
  /** Terms with signs: two or more, or one that is negative. */
  signed: { readonly terms: readonly Term[] };
  product: { readonly factors: readonly Layout[] };
  /** Numerator and denominator as factors; the numerator may be empty, the denominator not. */
  quotient: { readonly numerator: readonly Layout[]; readonly denominator: readonly Layout[] };
  superscript: { readonly base: Layout; readonly exponent: Layout };
  root: { readonly arg: Layout };
  call: { readonly fn: FunctionName; readonly arg: Layout };
  extremum: { readonly fn: "max" | "min"; readonly args: readonly Layout[] };
  cases: { readonly tests: readonly Test[]; readonly value: Layout; readonly otherwise: Layout };
  kronecker: { readonly left: Layout; readonly right: Layout };
  modulo: { readonly arg: Layout; readonly modulus: Layout };
  big: { readonly op: BinderOp; readonly range: Range; readonly body: Layout };
  softmax: { readonly range: Range; readonly body: Layout; readonly at: Layout };
  integral: {
    readonly variable: string;
    readonly lower: Layout;
    readonly upper: Layout;
    readonly body: Layout;
  };
  /** Where the body, a function of the variable, is 0. */
  solution: { readonly variable: string; readonly body: Layout };
}

export type Shape = keyof Shapes;
export type LayoutOf<S extends Shape> = { readonly shape: S } & Shapes[S];
export type Layout = { [S in Shape]: LayoutOf<S> }[Shape];

/** A renderer: one entry for every shape. */
export type Renderer<Out> = { [S in Shape]: (l: LayoutOf<S>) => Out };

/** What a relation becomes when its sides are exchanged. */
export const MIRRORED: { [R in Relation]: Relation } = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "=": "=",
  "!=": "!=",
};
