/** What several rule files ask of a node. */
import { type Expr, isOne, type Node, one, type Unary, zero } from "../../index-notation/index.js";

export const isUnary = (e: Expr, fn: Unary): e is Node<"unary"> => e.kind === "unary" && e.fn === fn;
export const factorsOf = (e: Expr): readonly Expr[] => (e.kind === "mul" ? e.factors : [e]);
export const without = (list: readonly Expr[], ...gone: readonly Expr[]): Expr[] =>
  list.filter((x) => !gone.includes(x));
export const baseOf = (e: Expr): Expr => (e.kind === "power" ? e.base : e);
export const exponentOf = (e: Expr): Expr => (e.kind === "power" ? e.exponent : one);

/** The exponent u when e is exp(u), or 0 when e is 1. */
export const expArgument = (e: Expr): Expr | undefined =>
  isOne(e) ? zero : isUnary(e, "exp") ? e.arg : undefined;
