/** The factors of a product come in; the order in which a paper would print them goes out. */
import type { Expr } from "../expr.js";
import { asIndex } from "../subscript.js";

/** Scalars, then deltas, then tensors, then functions, then sums, and binders last. */
function place(e: Expr): number {
  const base = e.kind === "power" ? e.base : e;
  if (base.kind === "binder") return e.kind === "power" ? 5 : 6;
  if (base.kind === "add") return e.free.length > 0 || e.height > 0 ? 4 : 0.5;
  if (base.kind === "delta") return 1;
  if (base.kind === "tensor" && base.subs.length > 0) return 2;
  return e.free.length > 0 || e.height > 0 || e.size > 3 ? 3 : 0;
}

/** Factors in the order of a paper: `x_i J_ij x_j` rather than `x_i x_j J_ij`; otherwise as they stand. */
export function arrange(factors: readonly Expr[]): readonly Expr[] {
  const placed = [...factors].sort((a, b) => place(a) - place(b));
  const tensors = placed.filter((f) => place(f) === 2);
  if (tensors.length < 2) return placed;
  const chain = chained(tensors);
  return [...placed.filter((f) => place(f) < 2), ...chain, ...placed.filter((f) => place(f) > 2)];
}

const single = (e: Expr): string | undefined =>
  e.kind === "tensor" && e.subs.length === 1 ? asIndex(e.subs[0]!)?.key : undefined;

/** Puts vectors around the matrix that joins them; a matrix with one of its vectors stands before it. */
function chained(tensors: readonly Expr[]): readonly Expr[] {
  const matrix = tensors.find((f) => f.kind === "tensor" && f.subs.length === 2);
  if (matrix?.kind !== "tensor") return tensors;
  const [first, last] = matrix.subs.map((s) => asIndex(s)?.key ?? "");
  const row = tensors.find((f) => single(f) === first);
  const column = tensors.find((f) => f !== row && single(f) === last);
  const core = row !== undefined && column !== undefined ? [row, matrix, column] : [matrix, row, column];
  const rest = tensors.filter((f) => !core.includes(f));
  const vectors = rest.filter((f) => single(f) !== undefined);
  return [...vectors, ...core.filter((f) => f !== undefined), ...rest.filter((f) => !vectors.includes(f))];
}
