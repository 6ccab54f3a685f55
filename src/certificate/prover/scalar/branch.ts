/** An expression in one scalar and a point between its kinks come in; the smooth branch taken there goes out. */
import {
  type Compare,
  type Expr,
  mapChildren,
  neg,
  one,
  type TensorSymbol,
  zero,
} from "../../../index-notation/index.js";
import { compareNumbers } from "../../refuter/numeric/tape.js";
import { Curve } from "./piece.js";

/** Every kinked function is replaced by what it is at the point. */
export function branchAt(e: Expr, x: TensorSymbol, point: number): Expr {
  const value = (u: Expr): number => new Curve(u, x).at(point);
  const holds = (t: Compare): boolean => compareNumbers(t.op, value(t.left), value(t.right));
  const visit = (u: Expr): Expr => {
    if (u.kind === "where") return visit(u.condition.all.every(holds) ? u.then : u.else);
    const v = mapChildren(u, visit);
    if (v.kind === "extremum")
      return v.args.reduce((a, b) => ((v.fn === "max") === value(a) >= value(b) ? a : b));
    if (v.kind !== "unary") return v;
    const up = (): boolean => value(v.arg) > 0;
    if (v.fn === "abs") return up() ? v.arg : neg(v.arg);
    if (v.fn === "relu") return up() ? v.arg : zero;
    if (v.fn === "step") return up() ? one : zero;
    return v.fn === "sign" ? (up() ? one : neg(one)) : v;
  };
  return visit(e);
}
