/** dE/dt of a flow comes in; a state of rational numbers at which dE/dt is positive goes out, if one is found. */
import { javascript } from "../../codegen/index.js";
import {
  decimals,
  type Environment,
  evaluate,
  isUndefined,
  toDecimal,
} from "../../index-notation/evaluate/index.js";
import { type Expr, evaluateD, symbolsOf, type TensorSymbol, toNumber } from "../../index-notation/index.js";
import { lower } from "../../lower/index.js";
import { type Draw, drawAll, environment } from "./draws.js";

/** Values of every symbol that dE/dt or the hypotheses mention, with the dimensions they were found for. */
export interface DescentWitness extends Draw {
  /** The rate there, to six digits. */
  readonly value: number;
}

const D = decimals(20);

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

/** What a candidate must satisfy. */
export interface Hypotheses {
  /** Symbols that the conditions mention. */
  readonly symbols: ReadonlySet<TensorSymbol>;
  hold(env: Environment): boolean;
}

const ROUNDS = 1500;
/** Below this a positive value could be a rounded zero. */
const CLEAR = 1e-3;

/** The symbols of the expression by name, then those that only the hypotheses mention. */
export function drawn(total: Expr, { symbols }: Hypotheses): TensorSymbol[] {
  const own = symbolsOf(total);
  const byName = (a: TensorSymbol, b: TensorSymbol): number => (a.name < b.name ? -1 : 1);
  return [...[...own].sort(byName), ...[...symbols].filter((s) => !own.has(s)).sort(byName)];
}

/** How many states the checker is asked about; it refuses those at kinks. */
const MAX_QUESTIONS = 25;

/**
 * Seeded random search over small dimensions and readable numbers; the same flow gives the same witness. A state that
 * `accepts` refuses is passed over.
 */
export function findAscent(
  total: Expr,
  dimensionNames: readonly string[],
  hypotheses: Hypotheses,
  accepts: (witness: DescentWitness) => boolean = () => true,
): DescentWitness | undefined {
  const symbols = drawn(total, hypotheses);
  let left = MAX_QUESTIONS;
  for (const size of [1, 2, 3]) {
    const dimensions = new Map(dimensionNames.map((n, k) => [n, size < 3 ? size : 2 + (k % 2)]));
    const value = quick(total, symbols, dimensions);
    for (let round = 0; value !== undefined && round < ROUNDS; round++) {
      const d = drawAll(symbols, dimensions, size * ROUNDS + round, round);
      if (!(value(d) > CLEAR)) continue;
      const confirmed = confirm(total, d, hypotheses);
      if (confirmed === undefined) continue;
      if (accepts(confirmed)) return confirmed;
      if (--left === 0) return undefined;
    }
  }
  return undefined;
}

/** The value again at the exact rationals, to twenty digits, inside the domain. */
function confirm(total: Expr, d: Draw, hypotheses: Hypotheses): DescentWitness | undefined {
  const env = environment(d);
  if (!hypotheses.hold(env)) return undefined;
  const value = evaluate(total, env);
  if (isUndefined(value) || !toDecimal(D, value).gt(CLEAR)) return undefined;
  return { ...d, value: Number(toDecimal(D, value).toPrecision(6)) };
}
