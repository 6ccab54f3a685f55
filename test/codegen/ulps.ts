/** Doubles and expressions come in, distances in units of the last place go out, by the decimal reference. */
import { decimals, evaluate, toDecimal } from "../../src/index-notation/evaluate/index.js";
import { type Expr, node, type Rational, rational, type Unary } from "../../src/index-notation/index.js";

const D = decimals(60);

/** The double as the fraction that it is. */
export function exact(x: number): Rational {
  let [scaled, d] = [x, 1n];
  for (; !Number.isInteger(scaled); d *= 2n) scaled *= 2;
  return rational(BigInt(scaled), d);
}

/** |got − e| in units of the last place of e, or of `floor` where e is smaller. */
export function ulps(got: number, e: Expr, floor = 0): number {
  const want = toDecimal(D, evaluate(e, { dimensions: new Map(), tensor: () => rational(0), precision: 40 }));
  const size = Math.max(Math.abs(want.toNumber()), floor);
  const unit = Math.max(2 ** (Math.floor(Math.log2(size)) - 52), 5e-324);
  return Math.abs(D.div(D.sub(got, want), unit).toNumber());
}

export const reference = (fn: Unary, x: number): Expr => node.unary(fn, node.number(exact(x)));

/** Points spread over magnitudes, both signs. */
export const spread = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => low * (high / low) ** ((k + 0.37) / count));
export const signed = (points: readonly number[]): number[] => points.flatMap((x) => [x, -x]);
