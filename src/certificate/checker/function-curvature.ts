/**
 * Where each function of the language is convex, concave, nondecreasing, nonincreasing: intervals, closed where the
 * function is continuous at the end. Ends that are irrational are moved inward.
 */
import { exact } from "./arithmetic/index.js";
import {
  closedEnd,
  excludesZero,
  INFINITE,
  isNegative,
  isNonnegative,
  isPositive,
  isWithin,
  NONNEGATIVE,
  negate,
  openEnd,
  POSITIVE,
  type Range,
  REALS,
  range,
} from "./range.js";
import type { FunctionName } from "./vocabulary.js";

export interface Bends {
  readonly convex: boolean;
  readonly concave: boolean;
  readonly rising: boolean;
  readonly falling: boolean;
}

type Where = readonly Range[];
interface Table {
  readonly convex?: Where;
  readonly concave?: Where;
  readonly rising?: Where;
  readonly falling?: Where;
}

const LEFT = negate(NONNEGATIVE);
const RIGHT = NONNEGATIVE;
const between = (low: bigint, high: bigint): Range =>
  range(closedEnd(exact.rational(low, 10n ** 9n)), closedEnd(exact.rational(high, 10n ** 9n)));
/** pi/2 = 1.570796326794…, pi = 3.141592653589… */
const [QUARTER, HALF] = [1_570_796_326n, 3_141_592_653n];
/** sech″ = sech·(1 - 2·sech²) changes sign where sech² = 1/2, at |x| = log(1 + √2) = 0.881373587019… */
const [TURN_BELOW, TURN_ABOVE] = [881_373_587n, 881_373_588n];
const beyondTurn = range(closedEnd(exact.rational(TURN_ABOVE, 10n ** 9n)), INFINITE);
const UNIT = range(closedEnd(0), closedEnd(1));

/** The signs of the first two derivatives. */
const TABLES: { readonly [F in FunctionName]: Table } = {
  exp: { convex: [REALS], rising: [REALS] },
  log: { concave: [POSITIVE], rising: [POSITIVE] },
  abs: { convex: [REALS], concave: [LEFT, RIGHT], rising: [RIGHT], falling: [LEFT] },
  sign: { rising: [REALS] },
  step: { rising: [REALS] },
  relu: { convex: [REALS], concave: [LEFT, RIGHT], rising: [REALS], falling: [LEFT] },
  sin: {
    convex: [between(-HALF, 0n)],
    concave: [between(0n, HALF)],
    rising: [between(-QUARTER, QUARTER)],
  },
  cos: {
    concave: [between(-QUARTER, QUARTER)],
    rising: [between(-HALF, 0n)],
    falling: [between(0n, HALF)],
  },
  tan: {
    convex: [between(0n, QUARTER)],
    concave: [between(-QUARTER, 0n)],
    rising: [between(-QUARTER, QUARTER)],
  },
  asin: { convex: [UNIT], concave: [negate(UNIT)], rising: [REALS] },
  acos: { convex: [negate(UNIT)], concave: [UNIT], falling: [REALS] },
  atan: { convex: [LEFT], concave: [RIGHT], rising: [REALS] },
  sinh: { convex: [RIGHT], concave: [LEFT], rising: [REALS] },
  cosh: { convex: [REALS], rising: [RIGHT], falling: [LEFT] },
  tanh: { convex: [LEFT], concave: [RIGHT], rising: [REALS] },
  asinh: { convex: [LEFT], concave: [RIGHT], rising: [REALS] },
  acosh: { concave: [range(closedEnd(1), INFINITE)], rising: [REALS] },
  atanh: {
    convex: [range(closedEnd(0), openEnd(1))],
    concave: [range(openEnd(-1), closedEnd(0))],
    rising: [REALS],
  },
  sech: {
    convex: [beyondTurn, negate(beyondTurn)],
    concave: [between(-TURN_BELOW, TURN_BELOW)],
    rising: [LEFT],
    falling: [RIGHT],
  },
  erf: { convex: [LEFT], concave: [RIGHT], rising: [REALS] },
  erfc: { convex: [RIGHT], concave: [LEFT], falling: [REALS] },
  gamma: { convex: [POSITIVE] },
  lgamma: { convex: [POSITIVE] },
  sigmoid: { convex: [LEFT], concave: [RIGHT], rising: [REALS] },
  softplus: { convex: [REALS], rising: [REALS] },
  logcosh: { convex: [REALS], rising: [RIGHT], falling: [LEFT] },
  digamma: { concave: [POSITIVE], rising: [POSITIVE] },
  trigamma: { convex: [POSITIVE], falling: [POSITIVE] },
};

const holdsOn = (where: Where | undefined, r: Range): boolean => where?.some((w) => isWithin(r, w)) === true;

/** How the function bends over a range within its domain (the domain itself is checked by `functionRange`). */
export function bendsOf(name: FunctionName, r: Range): Bends {
  const table = TABLES[name];
  return {
    convex: holdsOn(table.convex, r),
    concave: holdsOn(table.concave, r),
    rising: holdsOn(table.rising, r),
    falling: holdsOn(table.falling, r),
  };
}

const NOTHING: Bends = { convex: false, concave: false, rising: false, falling: false };

/**
 * x^k over a range on which it is defined, for every exponent of the range `k`: from k·x^(k-1) and k(k-1)·x^(k-2). A
 * negative x has a power only for integer k, whose parity must then be known.
 */
export function bendsOfPower(x: Range, k: Range, exact_: bigint | undefined): Bends {
  if (isNonnegative(x)) return onRight(k, isPositive(x));
  if (exact_ === undefined) return NOTHING;
  const even = exact_ % 2n === 0n;
  if (exact_ > 0n && even) return { convex: true, concave: false, rising: false, falling: isWithin(x, LEFT) };
  if (exact_ === 1n) return { convex: true, concave: true, rising: true, falling: false };
  if (exact_ > 0n) return { convex: false, concave: isWithin(x, LEFT), rising: true, falling: false };
  if (exact_ === 0n || !excludesZero(x) || !isNegative(x)) return NOTHING;
  return { convex: even, concave: !even, rising: even, falling: !even };
}

/** On x >= 0, or x > 0 where k may be negative. */
function onRight(k: Range, positive: boolean): Bends {
  if (isWithin(k, range(closedEnd(1), INFINITE)))
    return {
      convex: true,
      concave: isWithin(k, range(closedEnd(1), closedEnd(1))),
      rising: true,
      falling: false,
    };
  if (isWithin(k, UNIT)) return { convex: false, concave: true, rising: true, falling: false };
  if (positive && isWithin(k, LEFT)) return { convex: true, concave: false, rising: false, falling: true };
  return NOTHING;
}
