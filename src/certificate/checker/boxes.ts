/** Bisection of a compact box: an expression's sign by interval arithmetic on every part, doubles first, then decimals. */
import {
  decimalIntervals,
  doubleIntervals,
  exact,
  type IntervalArithmetic,
  type Rational,
} from "./arithmetic/index.js";
import type { Context } from "./context.js";
import { derivative } from "./derivative.js";
import { Evaluator } from "./evaluate.js";
import type { Component } from "./goal.js";
import type { Range } from "./range.js";
import { Rejection, reject } from "./rejection.js";
import { isSmooth } from "./smooth.js";
import { keyOf, type Term, walk } from "./term.js";

/** The closed box: an interval of rationals for each component. */
export interface Cell {
  readonly low: readonly Rational[];
  readonly high: readonly Rational[];
}

export const MAX_DEPTH = 60;
const decimals = decimalIntervals(50);

/** Every component of every symbol that occurs; all of them must have a fixed place. */
export function unknownsOf(t: Term): readonly Component[] {
  const found = new Map<string, Component>();
  walk(t, (u) => {
    if (u.kind === "symbol") found.set(keyOf(u), u);
    return true;
  });
  return [...found.values()];
}

/** The ranges of the unknowns as a closed box; each must be bounded. */
export function cellOf(unknowns: readonly Component[], context: Context): Cell {
  const ranges = unknowns.map((x): Range => context.symbolRange(x) ?? reject(`${x.name} has no range`));
  const end = (at: Rational | undefined): Rational => at ?? reject("the box is not bounded");
  return { low: ranges.map((r) => end(r.low.at)), high: ranges.map((r) => end(r.high.at)) };
}

/** Calls `isProved` on cells that cover the whole, cutting the longest side where it says no, at most `depth` times in a row. */
export function onEveryCell(
  cell: Cell,
  depth: number,
  isProved: (cell: Cell) => boolean,
  name: string,
): void {
  const stack: { cell: Cell; left: number }[] = [{ cell, left: Math.min(depth, MAX_DEPTH) }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (isProved(next.cell)) continue;
    const { cell: c, left } = next;
    const k = left > 0 ? longestSide(c) : undefined;
    if (k === undefined) throw new Rejection(`${name} is not decided at the depth given`);
    const middle = exact.divide(exact.add(c.low[k]!, c.high[k]!), exact.rational(2));
    stack.push({ cell: { low: c.low.with(k, middle), high: c.high }, left: left - 1 });
    stack.push({ cell: { low: c.low, high: c.high.with(k, middle) }, left: left - 1 });
  }
}

function longestSide({ low, high }: Cell): number | undefined {
  const lengths = low.map((a, k) => exact.subtract(high[k]!, a));
  let best = -1;
  lengths.forEach((length, k) => {
    if (exact.sign(length) > 0 && (best < 0 || exact.compare(length, lengths[best]!) > 0)) best = k;
  });
  return best < 0 ? undefined : best;
}

const midpoint = (c: Cell): Rational[] =>
  c.low.map((a, k) => exact.divide(exact.add(a, c.high[k]!), exact.rational(2)));

/** Terms that are evaluated together over cells of some unknowns. */
export class CellEvaluator {
  readonly #places: ReadonlyMap<string, number>;

  constructor(
    unknowns: readonly Component[],
    private readonly context: Context,
  ) {
    this.#places = new Map(unknowns.map((x, k) => [keyOf(x), k]));
  }

  knows(x: Component): boolean {
    return this.#places.has(keyOf(x));
  }

  evaluate<I>(a: IntervalArithmetic<I>, t: Term, cell: Cell): I | undefined {
    const evaluator = new Evaluator<I>(
      a,
      {
        component: (x) => {
          const k = this.#places.get(keyOf(x));
          return k === undefined ? undefined : a.fromBounds(cell.low[k], cell.high[k]);
        },
        size: (s) => {
          const r = this.context.sizeRange(s.size);
          return a.fromBounds(r.low.at, r.high.at);
        },
      },
      () => this.context.budget.spend(3),
    );
    return evaluator.evaluate(t);
  }
}

/**
 * Is e of the sign on every cell? The natural enclosure, or the centred one e(m) + Σ ∂_k e(cell)·(x_k - m_k), which the
 * mean value theorem justifies where e is smooth on the box; both enclose, so either suffices. `conditions` are
 * nonnegative on the domain: a cell on which one of them is negative throughout has no point of it.
 */
export function signOnBox(
  e: Term,
  context: Context,
  depth: number,
  strict: boolean,
  conditions: readonly Term[],
): void {
  const unknowns = unknownsOf(e);
  const cell = cellOf(unknowns, context);
  const names = new Set(unknowns.map((x) => x.name));
  const slopes = isSmooth(e, names, context)
    ? unknowns.map((x) => derivative(e, x, context.budget))
    : undefined;
  const evaluator = new CellEvaluator(unknowns, context);
  const proves = <I>(a: IntervalArithmetic<I>, value: I | undefined): boolean =>
    value !== undefined &&
    (strict ? a.decide(value) === "positive" : a.isNonnegative(value) && !a.isEmpty(value));
  const tries = <I>(a: IntervalArithmetic<I>, c: Cell): boolean => {
    if (proves(a, evaluator.evaluate(a, e, c))) return true;
    return slopes !== undefined && proves(a, centred(a, e, slopes, c, evaluator));
  };
  const usable = conditions.filter((g) => unknownsOf(g).every((x) => evaluator.knows(x)));
  const isOutside = (c: Cell): boolean =>
    usable.some((g) => {
      const value = evaluator.evaluate(doubleIntervals, g, c);
      return value !== undefined && doubleIntervals.decide(value) === "negative";
    });
  const holds = (c: Cell): boolean => isOutside(c) || tries(doubleIntervals, c) || tries(decimals, c);
  onEveryCell(cell, depth, holds, "the sign");
}

function centred<I>(
  a: IntervalArithmetic<I>,
  e: Term,
  slopes: readonly Term[],
  cell: Cell,
  evaluator: CellEvaluator,
): I | undefined {
  const m = midpoint(cell);
  let total = evaluator.evaluate(a, e, { low: m, high: m });
  for (const [k, slope] of slopes.entries()) {
    const s = evaluator.evaluate(a, slope, cell);
    if (total === undefined || s === undefined) return undefined;
    const offset = a.fromBounds(exact.subtract(cell.low[k]!, m[k]!), exact.subtract(cell.high[k]!, m[k]!));
    total = a.add(total, a.mul(s, offset));
  }
  return total;
}
