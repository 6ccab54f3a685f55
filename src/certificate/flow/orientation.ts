/**
 * An expression and the conditions of its domain come in; equal expressions go out, in which every state that a condition
 * calls a symmetric matrix is read one way round.
 */
import {
  type Condition,
  type Expr,
  substituteTensor,
  type TensorSymbol,
  tensor,
  tensorSymbol,
} from "../../index-notation/index.js";
import { simplify } from "../../rewrite/index.js";

/** The expression first; then, where a matrix is symmetric, each of the two ways. */
export function orientations(e: Expr, domain: readonly Condition[]): Expr[] {
  const matrices = domain.flatMap(symmetricIn);
  if (matrices.length === 0) return [e];
  return [e, ...[false, true].map((turned) => matrices.reduce((x, m) => oriented(x, m, turned), e))];
}

function oriented(e: Expr, matrix: TensorSymbol, turned: boolean): Expr {
  const symmetric = tensorSymbol({ ...matrix, symmetric: true });
  const collected = simplify(substituteTensor(e, matrix, (at) => tensor(symmetric, at)));
  return simplify(
    substituteTensor(collected, symmetric, (at) => tensor(matrix, turned ? [...at].reverse() : at)),
  );
}

/** A in A[i,j] = A[j,i]; index notation has put the symmetry of parameters into their symbols already. */
const symmetricIn = (c: Condition): TensorSymbol[] =>
  c.all.flatMap(({ op, left, right }) => {
    if (op !== "=" || left.kind !== "tensor" || right.kind !== "tensor") return [];
    const [a, b] = [left, right].map((t) => t.subs.map((s) => s.key));
    const turned = a!.length === 2 && a![0] !== a![1] && a![0] === b![1] && a![1] === b![0];
    return left.symbol === right.symbol && turned ? [left.symbol] : [];
  });
