/** Statements come in, counts of arithmetic, memory accesses and primitive calls go out. */
import type { Affine } from "./affine.js";
import { isExpensive } from "./primitives.js";
import type { Real, RealKind, RealOf, Statement, StatementKind, StatementOf, Test } from "./program.js";
import { mapReal, mapTest } from "./walk.js";

/** Counts of one run. Both sides of a choice are counted; a `while` counts as one round. */
export interface Cost {
  /** Additions, subtractions, multiplications, divisions, comparisons. */
  readonly flops: number;
  readonly loads: number;
  readonly stores: number;
  /** Calls of primitives that are worth sharing (exp, tanh, …). */
  readonly calls: number;
}

const NOTHING: Cost = { flops: 0, loads: 0, stores: 0, calls: 0 };
const FLOP: Cost = { ...NOTHING, flops: 1 };
const LOAD: Cost = { ...NOTHING, loads: 1 };
const STORE: Cost = { ...NOTHING, stores: 1 };
const CALL: Cost = { ...NOTHING, calls: 1 };

const plus = (a: Cost, b: Cost, times = 1): Cost => ({
  flops: a.flops + times * b.flops,
  loads: a.loads + times * b.loads,
  stores: a.stores + times * b.stores,
  calls: a.calls + times * b.calls,
});

const own: { [K in RealKind]: (e: RealOf<K>) => Cost } = {
  const: () => NOTHING,
  local: () => NOTHING,
  load: () => LOAD,
  index: () => NOTHING,
  binary: () => FLOP,
  neg: () => NOTHING,
  call: (e) => (isExpensive(e.fn) ? CALL : FLOP),
  select: () => FLOP,
};

function realCost(e: Real): Cost {
  let total = (own[e.kind] as (e: Real) => Cost)(e);
  const real = (x: Real): Real => {
    total = plus(total, realCost(x));
    return x;
  };
  mapReal(e, { real });
  return total;
}

function testCost(t: Test): Cost {
  let total = FLOP;
  const real = (x: Real): Real => {
    total = plus(total, realCost(x));
    return x;
  };
  mapTest(t, { real });
  return total;
}

/** Trips of a loop whose bounds are constants; else the middle of its outer variables is not known: half. */
function trips(s: StatementOf<"for">): number {
  const value = (list: readonly Affine[], pick: (...n: number[]) => number): number =>
    pick(...list.filter((a) => a.terms.length === 0).map((a) => a.constant));
  const count = Math.max(0, value(s.to, Math.min) - value(s.from, Math.max));
  const exact = [...s.from, ...s.to].every((a) => a.terms.length === 0);
  return Number.isFinite(count) ? (exact ? count : count / 2) : 1;
}

const rules: { [K in StatementKind]: (s: StatementOf<K>) => Cost } = {
  for: (s) => plus(NOTHING, costOf(s.body), trips(s)),
  while: (s) => plus(testCost(s.test), costOf(s.body)),
  let: (s) => realCost(s.value),
  index: () => NOTHING,
  assign: (s) => realCost(s.value),
  store: (s) => plus(realCost(s.value), STORE),
  accumulate: (s) => [realCost(s.value), STORE, LOAD].reduce((a, b) => plus(a, b), FLOP),
  if: (s) => plus(testCost(s.test), plus(costOf(s.yes), costOf(s.no))),
  section: (s) => costOf(s.body),
};

export const costOf = (block: readonly Statement[]): Cost =>
  block.reduce((total, s) => plus(total, (rules[s.kind] as (s: Statement) => Cost)(s)), NOTHING);
