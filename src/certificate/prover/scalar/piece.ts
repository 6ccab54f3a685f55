/**
 * A function of one scalar and an interval come in; what numbers say about it goes out: its range over an
 * interval, values, derivatives as expressions. A forecast for the proofs that `nonnegative.ts` writes.
 */
import { differentiate } from "../../../calculus/index.js";
import {
  type Bounds,
  type Expr,
  neg,
  type TensorSymbol,
  tensor,
  toNumber,
} from "../../../index-notation/index.js";
import { simplify } from "../../../rewrite/index.js";
import { type Interval, rangeOver } from "../../refuter/numeric/interval.js";
import { valueAt } from "../../refuter/numeric/jet.js";
import { compile, Layout, type Tape, Unsupported } from "../../refuter/numeric/tape.js";
import { factored } from "../algebra/factor.js";

const NO_DIMENSIONS: ReadonlyMap<string, number> = new Map();

/** Expressions larger than this are not differentiated again. */
const MAX_SIZE = 600;

/** Steps of programs that one search may run; then it gives up, on every machine at the same point. */
const MAX_WORK = 2_000_000;
/** What a function with a series inside costs, in steps. */
const COSTLY: ReadonlySet<string> = new Set(["erf", "erfc", "gamma", "lgamma"]);

export class Work {
  #left = MAX_WORK;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new Unsupported("a search longer than allowed");
  }
}

const intervalOf = ({ low, high }: Bounds): Interval => ({
  lo: low === undefined ? Number.NEGATIVE_INFINITY : toNumber(low),
  hi: high === undefined ? Number.POSITIVE_INFINITY : toNumber(high),
});

const costOf = (tape: Tape): number =>
  tape.steps.reduce(
    (n, s) => n + (s.op === "polygamma" || (s.op === "unary" && COSTLY.has(s.fn)) ? 40 : 1),
    0,
  );

/** An expression in one scalar with its program, its product form and its derivative, made when asked for. */
export class Curve {
  readonly tape: Tape;
  readonly #cost: number;
  /** Ranges of what is neither the scalar nor a number. */
  readonly #parameters: readonly Interval[];
  #derivative: Curve | undefined;
  #product: Expr | undefined;

  /** Throws Unsupported for what cannot be evaluated in doubles. */
  constructor(
    readonly e: Expr,
    readonly x: TensorSymbol,
    readonly work = new Work(),
  ) {
    const layout = new Layout(NO_DIMENSIONS);
    layout.slot(x, []);
    this.tape = compile(e, layout);
    this.#parameters = layout.components.slice(1).map((c) => intervalOf(c.symbol.bounds));
    this.#cost = costOf(this.tape);
    work.spend(20 * e.size);
  }

  get derivative(): Curve {
    if (this.e.size > MAX_SIZE) throw new Unsupported("a derivative too large");
    this.#derivative ??= new Curve(factored(differentiate(this.e, this.x)), this.x, this.work);
    return this.#derivative;
  }

  get negated(): Curve {
    return new Curve(neg(this.e), this.x, this.work);
  }

  /** The scalar as an expression. */
  get variable(): Expr {
    return tensor(this.x);
  }

  get product(): Expr {
    this.#product ??= factored(this.e);
    return this.#product;
  }

  get simple(): Expr {
    return simplify(this.e);
  }

  /** True when nothing but the scalar is unknown: only then do single values say something. */
  get isClosed(): boolean {
    return this.#parameters.length === 0;
  }

  at(x: number): number {
    this.work.spend(this.#cost);
    return valueAt(this.tape, [x]);
  }

  over(i: Interval): Interval {
    this.work.spend(this.#cost);
    return rangeOver(this.tape, [i, ...this.#parameters]);
  }

  /** The smaller of two enclosures: natural, and around the middle with the derivative. */
  centred(i: Interval): Interval {
    const natural = this.over(i);
    if (natural.lo >= 0 || !Number.isFinite(i.lo) || !Number.isFinite(i.hi)) return natural;
    const middle = (i.lo + i.hi) / 2;
    const slope = this.derivative.over(i);
    const reach = ((i.hi - i.lo) / 2) * Math.max(Math.abs(slope.lo), Math.abs(slope.hi));
    const value = this.at(middle);
    return { lo: Math.max(natural.lo, value - reach), hi: Math.min(natural.hi, value + reach) };
  }
}

/** How many halvings show f ≥ 0 on the interval; undefined beyond the limit. */
export function depthNeeded(f: Curve, i: Interval, limit: number): number | undefined {
  let work = 400;
  const visit = (box: Interval, depth: number): number | undefined => {
    if (--work < 0) return undefined;
    if (f.centred(box).lo >= 0) return depth;
    if (depth >= limit) return undefined;
    const middle = (box.lo + box.hi) / 2;
    const left = visit({ lo: box.lo, hi: middle }, depth + 1);
    const right = left === undefined ? undefined : visit({ lo: middle, hi: box.hi }, depth + 1);
    return left === undefined || right === undefined ? undefined : Math.max(left, right);
  };
  return visit(i, 0);
}
