/** The body and guard of a sum come in; sums over some of its indices are taken out one by one. */
import {
  binder,
  type Compare,
  type Condition,
  conjunction,
  type Expr,
  type Index,
  mul,
  symbolsOf,
} from "../index-notation/index.js";

/** The factors and guards of a product that is being summed. */
export class Pool {
  factors: readonly Expr[];
  guards: readonly Compare[];

  constructor(body: Expr, guard: Condition) {
    this.factors = body.kind === "mul" ? body.factors : [body];
    this.guards = guard.all;
  }

  mentions(i: Index): boolean {
    return [...this.factors, ...this.sides()].some((e) => touches(e, [i]));
  }

  private sides(): readonly Expr[] {
    return this.guards.flatMap((g) => [g.left, g.right]);
  }

  sumOver(indices: readonly Index[]): Expr {
    const guards = this.guards.filter((g) => touches(g.left, indices) || touches(g.right, indices));
    const factors = this.factors.filter((f) => touches(f, indices));
    return binder("sum", indices, conjunction(guards), mul(factors));
  }

  /** The symbols of what would be summed: cheap to compare before the sum is made. */
  signature(i: Index): string {
    return signatureOf(this.factors.filter((f) => touches(f, [i])));
  }

  /** The sum over the indices of everything that mentions them, which leaves the pool. */
  take(indices: readonly Index[]): Expr {
    const sum = this.sumOver(indices);
    this.guards = this.guards.filter((g) => !touches(g.left, indices) && !touches(g.right, indices));
    this.factors = this.factors.filter((f) => !touches(f, indices));
    return sum;
  }

  put(factor: Expr): void {
    this.factors = [...this.factors, factor];
  }
}

/** The symbols that occur in the factors. */
export function signatureOf(factors: readonly Expr[]): string {
  const names = new Set(factors.flatMap((f) => [...symbolsOf(f)].map((s) => s.key)));
  return [...names].sort().join(" ");
}

const touches = (e: Expr, indices: readonly Index[]): boolean =>
  e.free.some((i) => indices.some((j) => j.key === i.key));
