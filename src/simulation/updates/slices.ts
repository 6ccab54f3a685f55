/**
 * Formulas of one component k come in; the same with k gone go out: what they read of parameters at k becomes a row of a
 * table, s[k] a scalar, and sums over states that do not know k are kept beside the state and corrected after a change.
 */
import { degreeIn } from "../../derivation/index.js";
import {
  at,
  binder,
  both,
  type Condition,
  compare,
  conjunction,
  type Dimension,
  dependsOn,
  type Expr,
  evaluateD,
  freshIndex,
  type Index,
  mapChildren,
  type Node,
  open,
  renameIndices,
  sub,
  type TensorSymbol,
  TRUE,
  tensorSymbol,
  where,
  zero,
} from "../../index-notation/index.js";

/** What is read of parameters at component k: one row of `over` for each k. */
export interface Table {
  readonly symbol: TensorSymbol;
  /** The component's indices, then those of the row. */
  readonly over: readonly Index[];
  readonly value: Expr;
}

/** A sum over states, affine in them, that is the same for all components. */
export interface RunningSum {
  readonly symbol: TensorSymbol;
  readonly over: readonly Index[];
  readonly value: Expr;
}

/** Thrown inside this file: the formula reads states at places that depend on k. */
class NotSliceable extends Error {}

const LARGEST_TABLE = 2 ** 28 / 8;

let count = 0;
const inputSymbol = (dims: readonly Dimension[]): TensorSymbol =>
  tensorSymbol({ name: `~slice${++count}`, role: "input", dims });

/** Shares tables and sums between the formulas of one model. */
export class Slicer {
  readonly sums: RunningSum[] = [];
  private readonly sumOf = new Map<Expr, RunningSum>();
  private readonly axes = new Map<string, Index[]>();

  constructor(
    private readonly states: readonly TensorSymbol[],
    private readonly dimensions: ReadonlyMap<string, number>,
  ) {}

  /** Formulas of one state, sharing their tables; undefined where they cannot be written without k. */
  slice(
    state: TensorSymbol,
    over: readonly Index[],
    own: TensorSymbol,
    formulas: readonly Expr[],
    moving: readonly TensorSymbol[],
  ): { readonly formulas: readonly Expr[]; readonly tables: readonly Table[] } | undefined {
    const work = new Work(this, state, over, own, [...this.states, ...moving]);
    try {
      const sliced = formulas.map((f) => work.visit(this.withSums(f, over)));
      return { formulas: sliced, tables: [...work.tables.values()] };
    } catch (error) {
      if (error instanceof NotSliceable) return undefined;
      throw error;
    }
  }

  volume(over: readonly Index[]): number {
    return over.reduce((n, i) => n * evaluateD(i.dim, this.dimensions)!, 1);
  }

  /** Indices by position and dimension, so that equal rows over differently named indices are one table. */
  renamed(e: Expr, free: readonly Index[]): { readonly e: Expr; readonly over: readonly Index[] } {
    const over = free.map((i, k) => this.axis(i.dim, k));
    return { e: renameIndices(e, free, over), over };
  }

  private axis(dim: Dimension, place: number): Index {
    const known = this.axes.get(dim.key) ?? [];
    this.axes.set(dim.key, known);
    while (known.length <= place) known.push(freshIndex(dim));
    return known[place]!;
  }

  /** Largest sums over states that are affine in them and do not know k, as running sums. */
  private withSums(e: Expr, over: readonly Index[]): Expr {
    if (!this.states.some((s) => dependsOn(e, s))) return e;
    const knows = e.free.some((i) => over.some((k) => k.key === i.key));
    if (e.kind === "binder" && e.op === "sum" && !knows && degreeIn(e, this.states) === 1) {
      const { symbol } = this.running(e);
      return at(symbol, e.free);
    }
    if (e.kind !== "binder") return mapChildren(e, (c) => this.withSums(c, over));
    const b = open(e);
    return binder(b.op, b.indices, b.guard, this.withSums(b.body, over));
  }

  private running(e: Expr): RunningSum {
    const { e: value, over } = this.renamed(e, e.free);
    let known = this.sumOf.get(value);
    if (known === undefined) {
      known = { symbol: inputSymbol(over.map((i) => i.dim)), over, value };
      this.sumOf.set(value, known);
      this.sums.push(known);
    }
    return known;
  }
}

/** The formulas of one state. */
class Work {
  readonly tables = new Map<Expr, Table>();

  constructor(
    private readonly slicer: Slicer,
    private readonly state: TensorSymbol,
    private readonly over: readonly Index[],
    private readonly own: TensorSymbol,
    private readonly moving: readonly TensorSymbol[],
  ) {}

  visit(e: Expr): Expr {
    if (!this.knows(e.free)) return e;
    if (!this.isMoving(e) && this.isSmall(e)) return this.row(e);
    if (e.kind === "tensor") return this.read(e);
    if (e.kind === "binder") return this.binder(e);
    if (e.kind === "where") return where(this.condition(e.condition), this.visit(e.then), this.visit(e.else));
    if (e.kind === "softmax" || e.kind === "integral" || e.kind === "delta") throw new NotSliceable();
    return mapChildren(e, (c) => this.visit(c));
  }

  private isMoving(e: Expr): boolean {
    return [...this.moving, ...this.slicer.sums.map((s) => s.symbol)].some((s) => dependsOn(e, s));
  }

  private knows(free: readonly Index[]): boolean {
    return free.some((i) => this.over.some((k) => k.key === i.key));
  }

  private rest(free: readonly Index[]): Index[] {
    return free.filter((i) => !this.over.some((k) => k.key === i.key));
  }

  /** A product of rows is kept as a product: its table could be far larger than theirs. */
  private isSmall(e: Expr): boolean {
    const row = this.rest(e.free);
    const table = this.slicer.volume([...this.over, ...row]);
    if (table > LARGEST_TABLE) return false;
    return (
      e.kind === "tensor" ||
      e.kind === "position" ||
      table <= Math.max(this.largestRead(e), this.slicer.volume(this.over))
    );
  }

  private largestRead(e: Expr): number {
    if (e.kind === "tensor") return this.slicer.volume(e.free);
    let largest = 0;
    mapChildren(e, (c) => {
      largest = Math.max(largest, this.largestRead(c));
      return c;
    });
    return largest;
  }

  private row(e: Expr): Expr {
    const free = this.rest(e.free);
    const { e: value, over } = this.slicer.renamed(e, free);
    let known = this.tables.get(value);
    if (known === undefined) {
      const symbol = inputSymbol(over.map((i) => i.dim));
      known = { symbol, over: [...this.over, ...over], value };
      this.tables.set(value, known);
    }
    return at(known.symbol, free);
  }

  private read(e: Node<"tensor">): Expr {
    const own = e.symbol === this.state && e.subs.every((s, k) => s.key === sub(this.over[k]!).key);
    if (own) return at(this.own, []);
    throw new NotSliceable();
  }

  /** A guard that knows k becomes a choice inside the sum. */
  private binder(e: Node<"binder">): Expr {
    const b = open(e);
    const inside = b.guard.all.filter((c) => this.knows([...c.left.free, ...c.right.free]));
    const outside = conjunction(b.guard.all.filter((c) => !inside.includes(c)));
    if (inside.length > 0 && b.op !== "sum") throw new NotSliceable();
    const body = this.visit(b.body);
    const chosen = inside.length === 0 ? body : where(this.condition(conjunction(inside)), body, zero);
    return binder(b.op, b.indices, outside.all.length === 0 ? TRUE : outside, chosen);
  }

  private condition(c: Condition): Condition {
    return both(...c.all.map((x) => compare(x.op, this.visit(x.left), this.visit(x.right))));
  }
}
