/**
 * The laws of a sound arithmetic: an implementation comes in, the violations found go out as readable lines. The tests
 * demand none of the real implementations, and some of every planted fault.
 */
import type { Decimal } from "decimal.js";
import { nextUp } from "../../../src/certificate/checker/arithmetic/binary64.js";
import type { Point } from "../../../src/certificate/checker/arithmetic/fixed-point.js";
import type { IntervalArithmetic, UnaryName } from "../../../src/certificate/checker/arithmetic/index.js";
import type { NumberLine, Toward } from "../../../src/certificate/checker/arithmetic/number-line.js";
import * as exact from "../../../src/certificate/checker/arithmetic/rational.js";
import { D, decimalOf, ORACLE } from "./oracle.js";

const sign = (x: bigint): number => (x < 0n ? -1 : x > 0n ? 1 : 0);
/** The sign of a - b, without reducing fractions. */
export const order = (a: Point, b: Point): number => sign(a.n * b.d - b.n * a.d);

export const OPERATIONS = ["add", "multiply", "divide"] as const;
export type Operation = (typeof OPERATIONS)[number];

function exactly(op: Operation, a: Point, b: Point): Point | undefined {
  if (op === "add") return { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
  if (op === "multiply") return { n: a.n * b.n, d: a.d * b.d };
  if (b.n === 0n) return undefined;
  const s = b.n < 0n ? -1n : 1n;
  return { n: s * a.n * b.d, d: s * a.d * b.n };
}

/** Is `bound` on the right side of the exact value? */
function isBound<N>(line: NumberLine<N>, bound: N, value: Point, toward: Toward): boolean {
  if (!line.isFinite(bound)) return line.sign(bound) === toward;
  return order(line.exact(bound), value) * toward >= 0;
}

/** Each operation of the number line errs to the side asked for, and `isTight` of the two sides holds. */
export function directedViolations<N>(
  line: NumberLine<N>,
  op: Operation,
  pairs: readonly (readonly [N, N])[],
  isTight: (down: N, up: N, value: Point) => boolean,
): string[] {
  const found: string[] = [];
  for (const [a, b] of pairs) {
    const value = exactly(op, line.exact(a), line.exact(b));
    if (value === undefined) continue;
    const [down, up] = [line[op](a, b, -1), line[op](a, b, 1)];
    const text = `${op}(${line.show(a)}, ${line.show(b)}) = [${line.show(down)}, ${line.show(up)}]`;
    if (!isBound(line, down, value, -1) || !isBound(line, up, value, 1)) found.push(`unsound: ${text}`);
    else if (!isTight(down, up, value)) found.push(`wide: ${text}`);
  }
  return found;
}

/** For doubles: the two sides are equal exactly when the result is a double, else neighbours. */
export const neighbours = (line: NumberLine<number>) => (down: number, up: number, value: Point) =>
  down === up ? order(line.exact(down), value) === 0 : nextUp(down) === up;

/** What the oracle may be wrong by, relatively and absolutely. */
const SLACK = new D("1e-28");
const ZERO = new D(0);
const FLOOR = new D("1e-36");

/** Does [low, high] contain the oracle's value, give or take what the oracle itself may be wrong by? */
export function contains<I>(a: IntervalArithmetic<I>, y: I, value: Decimal, floor = ZERO): boolean {
  if (a.isEmpty(y)) return false;
  const [low, high] = [a.lower(y), a.upper(y)];
  const error = value.abs().times(SLACK).plus(floor);
  if (low !== undefined && decimalOf(low).greaterThan(value.plus(error))) return false;
  return high === undefined || decimalOf(high).greaterThanOrEqualTo(value.minus(error));
}

/** f of a point interval contains the oracle's f(x). */
export function containmentViolations<I>(
  a: IntervalArithmetic<I>,
  name: UnaryName,
  points: readonly number[],
): string[] {
  const found: string[] = [];
  for (const x of points) {
    const argument = a.fromDouble(x);
    if (!a.isPoint(argument)) continue;
    const y = a[name](argument);
    const value = ORACLE[name](decimalOf(a.lower(argument)!));
    const floor = name === "lgamma" || name === "digamma" ? FLOOR : ZERO;
    if (!contains(a, y, value, floor))
      found.push(`${name}(${x}) = ${a.show(y)} without ${value.toPrecision(25)}`);
  }
  return found;
}

/** f of an interval meets f of each point in it, and contains the hull of those it contains. */
export function coverViolations<I>(
  a: IntervalArithmetic<I>,
  f: (x: I) => I,
  label: string,
  boxes: readonly (readonly [number, number])[],
): string[] {
  const found: string[] = [];
  for (const [low, high] of boxes) {
    const whole = f(a.hull(a.fromDouble(low), a.fromDouble(high)));
    for (const t of [0, 1 / 7, 0.25, 0.5, 0.75, 0.9, 1]) {
      const x = t === 0 ? low : t === 1 ? high : Math.min(high, Math.max(low, low * (1 - t) + high * t));
      const y = f(a.fromDouble(x));
      if (a.isEmpty(y) || !a.isEmpty(a.intersection(y, whole))) continue;
      found.push(`${label}[${low}, ${high}] = ${a.show(whole)} misses ${a.show(y)} at ${x}`);
    }
  }
  return found;
}

/** The exact results of + - * / at points of two boxes lie in the result of the boxes. */
export function boxViolations<I>(
  a: IntervalArithmetic<I>,
  op: "add" | "sub" | "mul" | "div",
  boxes: readonly (readonly [number, number])[],
): string[] {
  const found: string[] = [];
  const at = (x: number): exact.Rational => {
    const point = a.fromDouble(x);
    return a.lower(point)!;
  };
  const inside = ([low, high]: readonly [number, number]) =>
    [low, low / 2 + high / 2, high].filter((x) => x >= low && x <= high);
  boxes.forEach((left, k) => {
    const right = boxes[(k + 1) % boxes.length]!;
    const whole = a[op](
      a.hull(a.fromDouble(left[0]), a.fromDouble(left[1])),
      a.hull(a.fromDouble(right[0]), a.fromDouble(right[1])),
    );
    for (const x of inside(left)) {
      for (const y of inside(right)) {
        if (op === "div" && y === 0) continue;
        const value = { add: exact.add, sub: exact.subtract, mul: exact.multiply, div: exact.divide }[op](
          at(x),
          at(y),
        );
        if (!a.contains(whole, value))
          found.push(`${op}: ${left} and ${right} give ${a.show(whole)} without ${x}, ${y}`);
      }
    }
  });
  return found;
}

/** The number of doubles strictly between two, plus one: 0 for equal, 1 for neighbours. */
export function ulps(low: number, high: number): number {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return Number.POSITIVE_INFINITY;
  const index = (x: number): bigint => {
    const bits = new BigInt64Array(new Float64Array([Math.abs(x)]).buffer)[0]!;
    return x < 0 ? -bits : bits;
  };
  return Number(index(high) - index(low));
}

export const median = (xs: readonly number[]): number =>
  [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)]!;
