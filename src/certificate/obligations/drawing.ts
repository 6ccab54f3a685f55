/**
 * Symbols and sizes come in; readable rational values that respect bounds, symmetry and the model's hypotheses
 * go out, the same ones on every run: plain ones first, then random ones.
 */
import type { Environment } from "../../index-notation/evaluate/index.js";
import {
  type Bounds,
  compareR,
  type Rational,
  rational,
  showR,
  symbolsOf,
  type TensorSymbol,
} from "../../index-notation/index.js";
import type { Model } from "../../model/index.js";
import type { NestedText } from "../checker/index.js";
import { source } from "../refuter/samples.js";
import { type Sizes, sizeOf } from "./ground.js";
import { holdsEverywhere } from "./hypotheses.js";

export interface Drawn {
  readonly shape: readonly number[];
  /** In row-major order. */
  readonly data: readonly Rational[];
}
export type Values = ReadonlyMap<TensorSymbol, Drawn>;

export const componentOf = (v: Drawn, at: readonly number[]): Rational =>
  v.data[at.reduce((flat, k, axis) => flat * v.shape[axis]! + k, 0)]!;

/** Every entry of every symbol the same, before anything is random. */
const PLAIN = [
  rational(1),
  rational(2),
  rational(4),
  rational(-2),
  rational(-4),
  rational(1, 2),
  rational(0),
];

/** Draw number `round`; undefined where a hypothesis of the model fails. */
export function draw(
  symbols: readonly TensorSymbol[],
  model: Model,
  sizes: Sizes,
  round: number,
): Values | undefined {
  const next = source(1 + round);
  const entry = (): Rational => PLAIN[round] ?? rational(Math.round((next() * 2 - 1) * 6), round % 2 ? 1 : 2);
  const values = new Map<TensorSymbol, Drawn>();
  for (const s of symbols) {
    const shape = s.dims.map((d) => sizeOf(d, sizes));
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Array.from({ length: size }, () => within(entry(), s));
    if (s.symmetric || s.hollow) mirror(data, shape[0]!, s);
    values.set(s, { shape, data });
  }
  return isAdmitted(values, model, sizes) ? values : undefined;
}

/** A bound that excludes a value moves it to the nearest end, or past an open one. */
function within(value: Rational, s: TensorSymbol): Rational {
  const { low, lowOpen, high, highOpen }: Bounds = s.bounds;
  const moved = (end: Rational, by: number): Rational => rational(end.n + BigInt(by) * end.d, end.d);
  const whole = s.integer && value.d !== 1n ? rational(1) : value;
  if (low !== undefined && compareR(whole, low) < (lowOpen ? 1 : 0)) {
    const past = lowOpen ? moved(low, 1) : low;
    const middle = high && rational(low.n * high.d + high.n * low.d, 2n * low.d * high.d);
    return high !== undefined && compareR(past, high) >= 0 ? middle! : past;
  }
  if (high !== undefined && compareR(whole, high) > (highOpen ? -1 : 0))
    return low === undefined
      ? moved(high, -1)
      : rational(low.n * high.d + high.n * low.d, 2n * low.d * high.d);
  return whole;
}

function mirror(data: Rational[], n: number, s: TensorSymbol): void {
  for (let i = 0; i < n; i++) {
    if (s.hollow) data[i * n + i] = rational(0);
    for (let j = 0; s.symmetric && j < i; j++) data[i * n + j] = data[j * n + i]!;
  }
}

/** The hypotheses about parameters and dimensions; those about states are not asked here. */
function isAdmitted(values: Values, model: Model, sizes: Sizes): boolean {
  const env: Environment = {
    dimensions: sizes,
    tensor: (s, at) => componentOf(values.get(s)!, at),
    precision: 20,
  };
  const known = (d: Model["domain"][number]): boolean =>
    d.condition.all.every((c) =>
      [c.left, c.right].every((e) => [...symbolsOf(e)].every((s) => values.has(s))),
    );
  return model.domain
    .filter((d) => d.about === "parameters")
    .every((d) => known(d) && holdsEverywhere(d, env));
}

/** As fractions nested by index. */
export const asText = (values: Values): Record<string, NestedText> =>
  Object.fromEntries([...values].map(([s, v]) => [s.name, nest(v.shape, v.data.map(showR))]));

function nest(shape: readonly number[], data: readonly string[]): NestedText {
  const [n, ...rest] = shape;
  if (n === undefined) return data[0]!;
  const stride = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: n }, (_, k) => nest(rest, data.slice(k * stride, (k + 1) * stride)));
}

/** Sizes that are tried: every dimension 1, then 2. */
export function* smallSizes(names: readonly string[]): Generator<Sizes> {
  for (const size of names.length === 0 ? [1] : [1, 2]) yield new Map(names.map((n) => [n, size]));
}
