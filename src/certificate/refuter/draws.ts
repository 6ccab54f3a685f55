/** Symbols and a seed come in; readable rational values that keep their hypotheses go out, the same ones on every run. */
import type { Environment, Scalar } from "../../index-notation/evaluate/index.js";
import {
  addR,
  type Bounds,
  compareR,
  evaluateD,
  HALF,
  mulR,
  type Rational,
  rational,
  subR,
  type TensorSymbol,
} from "../../index-notation/index.js";

/** A stream of numbers in [0, 1) that depends on the seed only (mulberry32). */
function stream(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Readable numbers first: integers, then halves, then tenths; now and then a large scale. */
function entry(next: () => number, round: number, s: TensorSymbol): Rational {
  const d = round < 300 ? 1 : round < 900 ? 2 : 10;
  const reach = round % 4 === 3 && s.dims.length === 0 && next() < 0.5 ? 100 : (round % 3) + 1;
  const { low, high } = s.bounds;
  if (low === undefined && high === undefined) return rational(Math.round((2 * next() - 1) * reach * d), d);
  return inBounds(s.bounds, rational(Math.floor(next() * reach * d), d), rational(1, d));
}

/** As far from the nearer declared end as `away`; the middle where that leaves the interval. */
function inBounds({ low, lowOpen, high, highOpen }: Bounds, away: Rational, least: Rational): Rational {
  if (low === undefined) return subR(high!, highOpen ? addR(away, least) : away);
  const value = addR(low, lowOpen ? addR(away, least) : away);
  if (high === undefined) return value;
  const past = compareR(value, high);
  if (past < 0 || (past === 0 && !highOpen)) return value;
  return lowOpen || highOpen ? mulR(addR(low, high), HALF) : high;
}

/** Values of every symbol in C order, with the dimensions they were drawn for. */
export interface Draw {
  readonly dimensions: ReadonlyMap<string, number>;
  readonly values: Map<TensorSymbol, { shape: readonly number[]; data: Rational[] }>;
}

/** One draw: the same seed and round give the same values. */
export function drawAll(
  symbols: readonly TensorSymbol[],
  dimensions: ReadonlyMap<string, number>,
  seed: number,
  round: number,
): Draw {
  const next = stream(seed);
  const values = new Map<TensorSymbol, { shape: readonly number[]; data: Rational[] }>();
  for (const s of symbols) {
    const shape = s.dims.map((d) => evaluateD(d, dimensions)!);
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Array.from({ length: size }, () => entry(next, round, s));
    if (s.symmetric || s.hollow) symmetrise(data, shape[0]!, s);
    values.set(s, { shape, data });
  }
  return { dimensions, values };
}

function symmetrise(data: Rational[], n: number, s: TensorSymbol): void {
  for (let i = 0; i < n; i++) {
    if (s.hollow) data[i * n + i] = rational(0);
    for (let j = 0; s.symmetric && j < i; j++) data[i * n + j] = data[j * n + i]!;
  }
}

/** The draw as an environment of the exact evaluator. */
export function environment(d: Draw, precision = 20): Environment {
  const tensor = (s: TensorSymbol, at: readonly number[]): Scalar => {
    const { shape, data } = d.values.get(s)!;
    return data[at.reduce((flat, k, axis) => flat * shape[axis]! + k, 0)]!;
  };
  return { dimensions: d.dimensions, tensor, precision };
}
