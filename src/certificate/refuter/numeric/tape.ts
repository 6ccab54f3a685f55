/**
 * An expression and values of its dimensions come in; a straight-line program over its scalar components goes
 * out, which any arithmetic (doubles, jets, intervals) can run. Everything here is search: nothing is trusted.
 */
import {
  asInteger,
  type Comparison,
  type Condition,
  type Dimension,
  type Expr,
  evaluateD,
  type Index,
  type Node,
  type Subscript,
  type TensorSymbol,
  toNumber,
  type Unary,
} from "../../../index-notation/index.js";

/** One step; numbers refer to earlier steps. */
export type Step =
  | { readonly op: "constant"; readonly value: number }
  | { readonly op: "input"; readonly slot: number }
  | { readonly op: "add" | "mul" | "max" | "min" | "logsumexp"; readonly args: readonly number[] }
  /** A constant exponent; `even` and `odd` say what integer it is, if it is one. */
  | {
      readonly op: "power";
      readonly base: number;
      readonly exponent: number;
      readonly parity: "even" | "odd" | "none";
    }
  | { readonly op: "general-power"; readonly base: number; readonly exponent: number }
  | { readonly op: "unary"; readonly fn: Unary; readonly arg: number }
  | { readonly op: "polygamma"; readonly order: number; readonly arg: number }
  | {
      readonly op: "where";
      readonly tests: readonly Test[];
      readonly then: number;
      readonly otherwise: number;
    };

export interface Test {
  readonly op: Comparison;
  readonly left: number;
  readonly right: number;
}

export interface Tape {
  readonly steps: readonly Step[];
  readonly result: number;
}

/** A component of a tensor that the program reads. */
export interface Component {
  readonly symbol: TensorSymbol;
  readonly at: readonly number[];
}

/** Which scalar components there are, in order: slot k of the input is component k. */
export class Layout {
  readonly components: Component[] = [];
  readonly #slots = new Map<string, number>();

  constructor(readonly dimensions: ReadonlyMap<string, number>) {}

  slot(symbol: TensorSymbol, at: readonly number[]): number {
    const key = `${symbol.key};${at.join(",")}`;
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.components.push({ symbol, at }) - 1;
      this.#slots.set(key, slot);
    }
    return slot;
  }

  /** Gives slots to every component of the symbol, in row-major order. */
  declare(symbol: TensorSymbol): readonly number[] {
    let all: number[][] = [[]];
    for (const d of symbol.dims) {
      const size = this.size(d);
      all = all.flatMap((at) => Array.from({ length: size }, (_, k) => [...at, k]));
    }
    return all.map((at) => this.slot(symbol, at));
  }

  size(d: Dimension): number {
    const value = evaluateD(d, this.dimensions);
    if (value === undefined || !Number.isInteger(value) || value < 1)
      throw new Unsupported("a dimension without a value");
    return value;
  }
}

/** What the numeric search cannot look at; the search then finds nothing. */
export class Unsupported extends Error {}

/** Programs longer than this are not searched numerically. */
const MAX_STEPS = 20_000;

/** The program of one expression over the components of the layout. */
export function compile(e: Expr, layout: Layout): Tape {
  const c = new Compiler(layout);
  const result = c.visit(e, new Map());
  return { steps: c.steps, result };
}

/** The two sides of every comparison of a condition without free indices. */
export function compileCondition(condition: Condition, layout: Layout): readonly TapeTest[] {
  return condition.all.map((t) => ({
    op: t.op,
    left: compile(t.left, layout),
    right: compile(t.right, layout),
  }));
}

export interface TapeTest {
  readonly op: Comparison;
  readonly left: Tape;
  readonly right: Tape;
}

type Bound = ReadonlyMap<string, number>;

class Compiler {
  readonly steps: Step[] = [];
  readonly #memo = new Map<string, number>();

  constructor(readonly layout: Layout) {}

  visit(e: Expr, bound: Bound): number {
    const key = `${e.id}|${e.free.map((i) => bound.get(i.key)).join(",")}`;
    let at = this.#memo.get(key);
    if (at === undefined) {
      at = this.push(this.step(e, bound));
      this.#memo.set(key, at);
    }
    return at;
  }

  /** A step that is already there is not made again. */
  private push(step: Step | number): number {
    if (typeof step === "number") return step;
    if (this.steps.length >= MAX_STEPS) throw new Unsupported("an expression too large");
    return this.steps.push(step) - 1;
  }

  private constant(value: number): Step {
    return { op: "constant", value };
  }

  private step(e: Expr, bound: Bound): Step | number {
    switch (e.kind) {
      case "number":
        return this.constant(toNumber(e.value));
      case "pi":
        return this.constant(Math.PI);
      case "dimension":
        return this.constant(this.layout.size(e.dim));
      case "position":
        return this.constant(this.subscript(e.at, bound));
      case "tensor":
        return this.component(e, bound);
      case "add":
        return { op: "add", args: e.terms.map((t) => this.visit(t, bound)) };
      case "mul":
        return { op: "mul", args: e.factors.map((f) => this.visit(f, bound)) };
      case "power":
        return this.power(e, bound);
      case "unary":
        return { op: "unary", fn: e.fn, arg: this.visit(e.arg, bound) };
      case "polygamma":
        return { op: "polygamma", order: e.order, arg: this.visit(e.arg, bound) };
      case "extremum":
        return { op: e.fn, args: e.args.map((a) => this.visit(a, bound)) };
      case "where":
        return this.choice(e, bound);
      case "delta":
        return this.constant(this.subscript(e.left, bound) === this.subscript(e.right, bound) ? 1 : 0);
      case "binder":
        return this.binder(e, bound);
      case "softmax":
        return this.softmax(e, bound);
      case "integral":
        throw new Unsupported("an integral");
      case "root":
        throw new Unsupported("a root");
    }
  }

  private subscript(s: Subscript, bound: Bound): number {
    const whole = asInteger(s);
    if (whole !== undefined) return whole;
    const sizes = evaluateD(s.constant, this.layout.dimensions);
    if (sizes === undefined) throw new Unsupported("a dimension without a value");
    const total = s.terms.reduce((t, x) => t + x.coefficient * this.indexValue(x.index, bound), sizes);
    if (s.mod === undefined) return total;
    const m = this.layout.size(s.mod);
    return ((total % m) + m) % m;
  }

  private indexValue(i: Index, bound: Bound): number {
    const value = bound.get(i.key);
    if (value === undefined) throw new Unsupported("a free index");
    return value;
  }

  private component(e: Node<"tensor">, bound: Bound): Step {
    const at = e.subs.map((s) => this.subscript(s, bound));
    const inside = at.every((k, n) => k >= 0 && k < this.layout.size(e.symbol.dims[n]!));
    if (!inside) return this.constant(0);
    return { op: "input", slot: this.layout.slot(e.symbol, at) };
  }

  private power(e: Node<"power">, bound: Bound): Step {
    const base = this.visit(e.base, bound);
    if (e.exponent.kind === "number") {
      const { n, d } = e.exponent.value;
      const parity = d !== 1n ? "none" : n % 2n === 0n ? "even" : "odd";
      return { op: "power", base, exponent: toNumber(e.exponent.value), parity };
    }
    const exponent = this.visit(e.exponent, bound);
    const known = this.steps[exponent]!;
    if (known.op === "constant")
      return { op: "power", base, exponent: known.value, parity: parityOf(known.value) };
    return { op: "general-power", base, exponent };
  }

  private choice(e: Node<"where">, bound: Bound): Step | number {
    const tests = this.tests(e.condition, bound);
    if (tests === false) return this.visit(e.else, bound);
    const then = this.visit(e.then, bound);
    return tests.length === 0 ? then : { op: "where", tests, then, otherwise: this.visit(e.else, bound) };
  }

  /** The undecided comparisons, or false when one fails whatever the input. */
  private tests(condition: Condition, bound: Bound): readonly Test[] | false {
    const open: Test[] = [];
    for (const t of condition.all) {
      const [left, right] = [this.visit(t.left, bound), this.visit(t.right, bound)];
      const [l, r] = [this.steps[left]!, this.steps[right]!];
      if (l.op !== "constant" || r.op !== "constant") open.push({ op: t.op, left, right });
      else if (!compareNumbers(t.op, l.value, r.value)) return false;
    }
    return open;
  }

  /** The values of the body over all bound indices that meet the guard. */
  private spread(indices: readonly Index[], guard: Condition, body: Expr, bound: Bound): number[] {
    const [i, ...rest] = indices;
    if (i === undefined) {
      const tests = this.tests(guard, bound);
      if (tests === false) return [];
      if (tests.length > 0) throw new Unsupported("a guard on values");
      return [this.visit(body, bound)];
    }
    const size = this.layout.size(i.dim);
    return Array.from({ length: size }, (_, k) => k).flatMap((k) =>
      this.spread(rest, guard, body, new Map(bound).set(i.key, k)),
    );
  }

  private binder(e: Node<"binder">, bound: Bound): Step | number {
    const args = this.spread(e.indices, e.guard, e.body, bound);
    if (args.length === 0) {
      if (e.op === "sum" || e.op === "prod") return this.constant(e.op === "sum" ? 0 : 1);
      throw new Unsupported("an empty range");
    }
    if (args.length === 1) return args[0]!;
    return { op: e.op === "sum" ? "add" : e.op === "prod" ? "mul" : e.op, args };
  }

  private softmax(e: Node<"softmax">, bound: Bound): Step {
    const chosen = this.subscript(e.at, bound);
    const args = this.spread([e.index], e.guard, e.body, bound);
    const own = new Map(bound).set(e.index.key, chosen);
    const inside = chosen >= 0 && chosen < this.layout.size(e.index.dim);
    if (!inside || this.tests(e.guard, own) === false) return this.constant(0);
    const total = this.push({ op: "logsumexp", args });
    const negated = this.push({ op: "mul", args: [this.push(this.constant(-1)), total] });
    return {
      op: "unary",
      fn: "exp",
      arg: this.push({ op: "add", args: [this.visit(e.body, own), negated] }),
    };
  }
}

const parityOf = (k: number): "even" | "odd" | "none" =>
  !Number.isInteger(k) ? "none" : k % 2 === 0 ? "even" : "odd";

export function compareNumbers(op: Comparison, a: number, b: number): boolean {
  if (op === "<") return a < b;
  if (op === "<=") return a <= b;
  return (a === b) === (op === "=");
}
