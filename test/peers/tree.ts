/**
 * An expression comes in; the same as a plain tree over scalar components goes out, every dimension written out
 * (symbolic ones at the size given): what a peer's language is made from.
 */
import {
  asInteger,
  type Condition,
  type Dimension,
  type Expr,
  evaluateD,
  type Index,
  indicesOf,
  type Node,
  open,
  openSoftmax,
  type Subscript,
  showR,
  subConstant,
  substituteIndices,
  type TensorSymbol,
} from "../../src/index-notation/index.js";

/** `["number", "1/2"]`, `["variable", "x_0"]`, `["add", …]`, `["exp", …]`. */
export type Tree = readonly [string, ...(string | number | Tree)[]];

export const componentName = (s: TensorSymbol, at: readonly number[]): string => [s.name, ...at].join("_");

/** What no peer is asked about. */
export class NotWritten extends Error {}

export class TreeWriter {
  constructor(readonly dimensions: ReadonlyMap<string, number>) {}

  size(d: Dimension): number {
    const size = evaluateD(d, this.dimensions);
    if (size === undefined) throw new NotWritten("a dimension without a value");
    return size;
  }

  write(e: Expr): Tree {
    switch (e.kind) {
      case "number":
        return ["number", showR(e.value)];
      case "pi":
        return ["pi"];
      case "dimension":
        return ["number", String(this.size(e.dim))];
      case "position":
        return ["number", String(this.place(e.at))];
      case "tensor":
        return this.component(e);
      case "add":
        return ["add", ...e.terms.map((t) => this.write(t))];
      case "mul":
        return ["multiply", ...e.factors.map((f) => this.write(f))];
      case "power":
        return ["power", this.write(e.base), this.write(e.exponent)];
      case "unary":
        return [e.fn, this.write(e.arg)];
      case "polygamma":
        return ["polygamma", e.order, this.write(e.arg)];
      case "extremum":
        return [e.fn, ...e.args.map((a) => this.write(a))];
      case "where":
        return ["where", this.tests(e.condition), this.write(e.then), this.write(e.else)];
      case "delta":
        return ["number", this.place(e.left) === this.place(e.right) ? "1" : "0"];
      case "binder":
        return this.binder(e);
      case "softmax":
        return this.softmax(e);
      case "integral":
        throw new NotWritten("an integral");
      case "root":
        throw new NotWritten("a root");
    }
  }

  private place(s: Subscript): number {
    const k = asInteger(s);
    if (k === undefined) throw new NotWritten("a subscript that is not a number");
    return k;
  }

  private component(e: Node<"tensor">): Tree {
    const at = e.subs.map((s) => this.place(s));
    const inside = at.every((k, n) => k >= 0 && k < this.size(e.symbol.dims[n]!));
    return inside ? ["variable", componentName(e.symbol, at)] : ["number", "0"];
  }

  private tests(c: Condition): Tree {
    return ["and", ...c.all.map((t): Tree => [t.op, this.write(t.left), this.write(t.right)])];
  }

  /** The expression at every value of the indices. */
  private spread(e: Expr, indices: readonly Index[]): Tree[] {
    const [i, ...rest] = indices;
    if (i === undefined) return [this.write(e)];
    return Array.from({ length: this.size(i.dim) }, (_, k) => k).flatMap((k) =>
      this.spread(substituteIndices(e, new Map([[i.key, subConstant(k)]])), rest),
    );
  }

  private binder(e: Node<"binder">): Tree {
    const { op, indices, guard, body } = open(e);
    if (guard.all.length > 0) throw new NotWritten("a guard");
    const names = { sum: "add", prod: "multiply", max: "max", min: "min", logsumexp: "logsumexp" } as const;
    return [names[op], ...this.spread(body, indices)];
  }

  private softmax(e: Node<"softmax">): Tree {
    const { index, guard, body } = openSoftmax(e);
    if (guard.all.length > 0 || indicesOf(e.at).length > 0) throw new NotWritten("a guard");
    const exponents = this.spread(body, [index]);
    const at = exponents[this.place(e.at)];
    if (at === undefined) return ["number", "0"];
    const total: Tree = ["add", ...exponents.map((t): Tree => ["exp", t])];
    return ["multiply", ["exp", at], ["power", total, ["number", "-1"]]];
  }
}
