/** Statements come in, counts of arithmetic, memory accesses and primitive calls go out. */
import type { Affine } from "./affine.js";
import { isExpensive } from "./primitives.js";
import type {
  Buffer,
  Real,
  RealKind,
  RealOf,
  Statement,
  StatementKind,
  StatementOf,
  Test,
} from "./program.js";
import { mapTest, visitReal } from "./walk.js";

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

/** The buffers whose accesses are counted. */
type Counted = (b: Buffer) => boolean;

const own: { [K in RealKind]: (e: RealOf<K>, counted: Counted) => Cost } = {
  const: () => NOTHING,
  local: () => NOTHING,
  load: (e, counted) => (counted(e.buffer) ? LOAD : NOTHING),
  index: () => NOTHING,
  binary: () => FLOP,
  neg: () => NOTHING,
  call: (e) => (isExpensive(e.fn) ? CALL : FLOP),
  select: () => FLOP,
};

function realCost(e: Real, counted: Counted): Cost {
  let total = NOTHING;
  visitReal(e, {
    real: (x) => {
      total = plus(total, (own[x.kind] as (x: Real, c: Counted) => Cost)(x, counted));
    },
  });
  return total;
}

function testCost(t: Test, counted: Counted): Cost {
  let total = FLOP;
  const real = (x: Real): Real => {
    total = plus(total, realCost(x, counted));
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

const rules: { [K in StatementKind]: (s: StatementOf<K>, c: Counted) => Cost } = {
  for: (s, c) => plus(NOTHING, costOf(s.body, c), trips(s)),
  while: (s, c) => plus(testCost(s.test, c), costOf(s.body, c)),
  let: (s, c) => realCost(s.value, c),
  index: () => NOTHING,
  assign: (s, c) => realCost(s.value, c),
  store: (s, c) => plus(realCost(s.value, c), c(s.buffer) ? STORE : NOTHING),
  accumulate: (s, c) => {
    const value = plus(FLOP, realCost(s.value, c));
    return c(s.buffer) ? [STORE, LOAD].reduce((a, b) => plus(a, b), value) : value;
  },
  if: (s, c) => plus(testCost(s.test, c), plus(costOf(s.yes, c), costOf(s.no, c))),
  section: (s, c) => costOf(s.body, c),
};

/** Accesses are counted to all buffers, or to those asked for. */
export const costOf = (block: readonly Statement[], counted: Counted = () => true): Cost =>
  block.reduce(
    (total, s) => plus(total, (rules[s.kind] as (s: Statement, c: Counted) => Cost)(s, counted)),
    NOTHING,
  );
