/**
 * Functions of one variable at one endpoint: an exact number and a direction come in, an endpoint on that side of the
 * value goes out.
 */
import type { Kernel } from "./elementary.js";
import { type Fixed, magnitude, type Point, smallest } from "./fixed-point.js";
import type { NumberLine, Toward } from "./number-line.js";
import type { End, Limit, Monotone } from "./shapes.js";

/** Is the enclosure much narrower than a rounded endpoint? Both ends then have one sign. */
function isNarrow(y: Fixed, bits: number): boolean {
  const width = y.hi - y.lo;
  if (width === 0n) return true;
  if (y.lo <= 0n && y.hi >= 0n) return false;
  return width << BigInt(bits) <= smallest(magnitude(y.lo), magnitude(y.hi));
}

/**
 * An enclosure from the kernel, asked for more bits until it is narrow (Ziv's strategy). Every answer is an enclosure,
 * so giving up after some doublings costs width and not truth; no kernel value other than an exact 0 needs it.
 */
export function enclose<N>(line: NumberLine<N>, kernel: (bits: number) => Fixed): Fixed {
  let y = kernel(line.bits + 8);
  for (let bits = 2 * line.bits; bits <= 64 * line.bits && !isNarrow(y, line.bits); bits *= 2)
    y = kernel(bits);
  return y;
}

export const roundFixed = <N>(line: NumberLine<N>, y: Fixed, toward: Toward): N =>
  line.round(toward < 0 ? y.lo : y.hi, y.scale, toward);

export const integerEnd = <N>(line: NumberLine<N>, k: number): N =>
  line.ratio({ n: BigInt(k), d: 1n }, k < 0 ? -1 : 1);

export function limitEnd<N>(line: NumberLine<N>, limit: Limit, toward: Toward): N {
  if (limit === Number.POSITIVE_INFINITY) return line.infinity;
  if (limit === Number.NEGATIVE_INFINITY) return line.negativeInfinity;
  return typeof limit === "number" ? integerEnd(line, limit) : roundFixed(line, enclose(line, limit), toward);
}

/** Rounds the value to both sides, so that a point interval asks the kernel once. */
export interface Bracket<N> {
  readonly down: N;
  readonly up: N;
}

export function bracketOf<N>(line: NumberLine<N>, kernel: Kernel, x: Point): Bracket<N> {
  const y = enclose(line, (bits) => kernel(x, bits));
  return { down: roundFixed(line, y, -1), up: roundFixed(line, y, 1) };
}

const isAtLeast = (x: Point, k: number): boolean => x.n >= BigInt(k) * x.d;
const isAtMost = (x: Point, k: number): boolean => x.n <= BigInt(k) * x.d;

/** Has x reached the finite k on its side of the domain? */
const past = (x: Point, k: number, side: Toward): boolean =>
  Number.isFinite(k) && (side > 0 ? isAtLeast(x, k) : isAtMost(x, k));

/** Lower and upper endpoint of f(x) for x in the closure of the domain of a monotone f; x may be infinite. */
export function monotoneAt<N>(line: NumberLine<N>, f: Monotone, x: N): Bracket<N> {
  const limit = (end: End) => ({ down: limitEnd(line, end.limit, -1), up: limitEnd(line, end.limit, 1) });
  if (!line.isFinite(x)) return limit(line.sign(x) < 0 ? f.low : f.high);
  const exact = line.exact(x);
  for (const side of [-1, 1] as const) {
    const end = side < 0 ? f.low : f.high;
    if (past(exact, end.at, side)) return limit(end);
    if (end.horizon === undefined || !past(exact, end.horizon, side)) continue;
    const edge = bracketOf(line, f.kernel, { n: BigInt(end.horizon), d: 1n });
    const limitIsAbove = (f.direction === "rising") === side > 0;
    return limitIsAbove ? { down: edge.down, up: limit(end).up } : { down: limit(end).down, up: edge.up };
  }
  return withinRange(line, f, bracketOf(line, f.kernel, exact));
}

/** A monotone function stays between its limits: no endpoint needs to go beyond one that is exact. */
function withinRange<N>(line: NumberLine<N>, f: Monotone, y: Bracket<N>): Bracket<N> {
  const [least, most] = f.direction === "rising" ? [f.low.limit, f.high.limit] : [f.high.limit, f.low.limit];
  const floor = typeof least === "number" ? limitEnd(line, least, -1) : y.down;
  const ceiling = typeof most === "number" ? limitEnd(line, most, 1) : y.up;
  return {
    down: line.compare(y.down, floor) < 0 ? floor : y.down,
    up: line.compare(y.up, ceiling) > 0 ? ceiling : y.up,
  };
}
