/** dE/dt of a flow comes in; a state of rational numbers at which dE/dt is positive goes out, if one is found. */
import { javascript } from "../../codegen/index.js";
import {
  decimals,
  type Environment,
  evaluate,
  isUndefined,
  type Scalar,
  toDecimal,
} from "../../index-notation/evaluate/index.js";
import {
  type Expr,
  evaluateD,
  type Rational,
  rational,
  symbolsOf,
  type TensorSymbol,
  toNumber,
} from "../../index-notation/index.js";
import { lower } from "../../lower/index.js";

/** Values of every symbol that dE/dt mentions, in C order, with the dimensions they were found for. */
export interface DescentWitness {
  readonly dimensions: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<
    TensorSymbol,
    { readonly shape: readonly number[]; readonly data: readonly Rational[] }
  >;
  /** dE/dt there, to six digits. */
  readonly value: number;
}

const D = decimals(20);

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
  const { low, lowOpen, high } = s.bounds;
  if (low !== undefined) {
    const step = Math.floor(next() * reach * d) + (lowOpen ? 1 : 0);
    const value = rational(low.n * BigInt(d) + BigInt(step) * low.d, low.d * BigInt(d));
    return high !== undefined && value.n * high.d > high.n * value.d ? high : value;
  }
  return rational(Math.round((2 * next() - 1) * reach * d), d);
}

interface Draw {
  readonly dimensions: ReadonlyMap<string, number>;
  readonly values: Map<TensorSymbol, { shape: readonly number[]; data: Rational[] }>;
}

function drawAll(
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

function environment(d: Draw): Environment {
  const tensor = (s: TensorSymbol, at: readonly number[]): Scalar => {
    const { shape, data } = d.values.get(s)!;
    return data[at.reduce((flat, k, axis) => flat * shape[axis]! + k, 0)]!;
  };
  return { dimensions: d.dimensions, tensor, precision: 20 };
}

/** dE/dt in doubles, over a state vector that holds every symbol: fast, and only a first look. */
function quick(
  total: Expr,
  symbols: readonly TensorSymbol[],
  dimensions: ReadonlyMap<string, number>,
): ((d: Draw) => number) | undefined {
  let size = 0;
  const states = symbols.map((symbol) => {
    const offset = size;
    size += symbol.dims.reduce((n, d) => n * evaluateD(d, dimensions)!, 1);
    return { symbol, offset };
  });
  const entries = [{ name: "total", outputs: [{ name: "total", over: [], value: total }] }];
  const lowered = lower({ entries, states, parameters: new Map(), inputs: new Map(), dimensions });
  if (lowered.kind === "failure") return undefined;
  const { evaluate: run } = javascript.compile(lowered.program).entries.get("total")!;
  const [state, out] = [new Float64Array(size), new Float64Array(1)];
  return (d) => {
    for (const { symbol, offset } of states) state.set(d.values.get(symbol)!.data.map(toNumber), offset);
    run(state, out);
    return out[0]!;
  };
}

/** Whether the hypotheses and the domain hold at a candidate. */
export type Admissible = (env: Environment) => boolean;

const ROUNDS = 1500;
/** Below this a positive value could be a rounded zero. */
const CLEAR = 1e-3;

/** Seeded random search over small dimensions and readable numbers; the same flow gives the same witness. */
export function findAscent(
  total: Expr,
  dimensionNames: readonly string[],
  admissible: Admissible,
): DescentWitness | undefined {
  const symbols = [...symbolsOf(total)].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const size of [1, 2, 3]) {
    const dimensions = new Map(dimensionNames.map((n, k) => [n, size < 3 ? size : 2 + (k % 2)]));
    const value = quick(total, symbols, dimensions);
    for (let round = 0; value !== undefined && round < ROUNDS; round++) {
      const d = drawAll(symbols, dimensions, size * ROUNDS + round, round);
      if (!(value(d) > CLEAR)) continue;
      const confirmed = confirm(total, d, admissible);
      if (confirmed !== undefined) return confirmed;
    }
  }
  return undefined;
}

/** The value again at the exact rationals, to twenty digits, inside the domain. */
function confirm(total: Expr, d: Draw, admissible: Admissible): DescentWitness | undefined {
  const env = environment(d);
  if (!admissible(env)) return undefined;
  const value = evaluate(total, env);
  if (isUndefined(value) || !toDecimal(D, value).gt(CLEAR)) return undefined;
  return { ...d, value: Number(toDecimal(D, value).toPrecision(6)) };
}
