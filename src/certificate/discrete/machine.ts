/**
 * A system with a draw of everything but its state comes in; exact energies of configurations and the updates of the
 * language go out. Comparisons that fifty digits do not decide are answered with "unknown", never with a guess.
 */
import {
  decimals,
  type Environment,
  evaluate,
  isExact,
  isUndefined,
  type Scalar,
  toDecimal,
} from "../../index-notation/evaluate/index.js";
import {
  compareR,
  type Expr,
  equalR,
  evaluateD,
  type Rational,
  signR,
  subR,
  type TensorSymbol,
} from "../../index-notation/index.js";
import { type Draw, environment } from "../refuter/draws.js";
import type { DiscreteState, System } from "./system.js";

/** Entries of all states, one after the other. */
export type Configuration = readonly Rational[];

/** One component: its state and its place there. */
export interface Component {
  readonly state: DiscreteState;
  readonly at: readonly number[];
}

/** What one component does: its next value; `outside` where a map gives no value of the state and the component keeps its own. */
export interface Move {
  readonly to: Rational;
  readonly outside?: Scalar;
}

const DIGITS = 50;
/** Two inexact values closer than this are not told apart. */
const NEAR = 1e-30;
const D = decimals(DIGITS);

export class Machine {
  readonly components: readonly Component[];
  readonly #place = new Map<TensorSymbol, { readonly offset: number; readonly shape: readonly number[] }>();
  readonly #energies = new Map<string, Scalar>();

  constructor(
    private readonly system: System,
    private readonly draw: Draw,
  ) {
    const all: Component[] = [];
    for (const state of system.states) {
      const shape = state.over.map((i) => evaluateD(i.dim, draw.dimensions)!);
      this.#place.set(state.symbol, { offset: all.length, shape });
      for (const at of places(shape)) all.push({ state, at });
    }
    this.components = all;
  }

  /** The entries of one state, with its shape. */
  entriesOf(state: DiscreteState, c: Configuration): { shape: readonly number[]; data: Rational[] } {
    const { offset, shape } = this.#place.get(state.symbol)!;
    const size = shape.reduce((a, b) => a * b, 1);
    return { shape, data: c.slice(offset, offset + size) };
  }

  environmentAt(c: Configuration): Environment {
    const fixed = environment(this.draw, DIGITS);
    return {
      ...fixed,
      tensor: (symbol, at) => {
        const place = this.#place.get(symbol);
        if (place === undefined) return fixed.tensor(symbol, at);
        return c[place.offset + at.reduce((flat, k, axis) => flat * place.shape[axis]! + k, 0)]!;
      },
    };
  }

  energy(c: Configuration): Scalar {
    const key = c.map((x) => `${x.n}/${x.d}`).join();
    let value = this.#energies.get(key);
    if (value === undefined) {
      value = evaluate(this.system.energy, this.environmentAt(c));
      this.#energies.set(key, value);
    }
    return value;
  }

  /** What component k does at c; undefined where that is not decided. */
  move(c: Configuration, k: number): Move | undefined {
    const { state } = this.components[k]!;
    if (state.clamped !== undefined) {
      const held = this.#valueAt(state.clamped, c, k);
      if (!isExact(held)) return undefined;
      if (signR(held) !== 0) return { to: c[k]! };
    }
    return state.map === undefined ? this.#least(c, k) : this.#mapped(state.map, c, k);
  }

  #mapped(map: Expr, c: Configuration, k: number): Move | undefined {
    const given = this.#valueAt(map, c, k);
    const value = this.components[k]!.state.values.find((v) => compare(given, v) === 0);
    if (value !== undefined) return { to: value };
    // A value that is not exact could be meant to be one of the allowed ones.
    return isExact(given) || isUndefined(given) ? { to: c[k]!, outside: given } : undefined;
  }

  /** The value of least energy; a tie with the present value keeps it, any other tie is not decided. */
  #least(c: Configuration, k: number): Move | undefined {
    const options = this.components[k]!.state.values.map((to) => ({
      to,
      energy: this.energy(c.with(k, to)),
    }));
    const least = options.filter((a) => options.every((b) => order(a.energy, b.energy, -1)));
    if (!options.every((a) => options.every((b) => compare(a.energy, b.energy) !== undefined)))
      return undefined;
    const keep = least.find((a) => equalR(a.to, c[k]!));
    return keep ?? (least.length === 1 ? least[0] : undefined);
  }

  #valueAt(e: Expr, c: Configuration, k: number): Scalar {
    const { state, at } = this.components[k]!;
    const indices = new Map(state.over.map((i, axis) => [i.key, at[axis]!]));
    return evaluate(e, { ...this.environmentAt(c), indices });
  }
}

const order = (a: Scalar, b: Scalar, side: -1): boolean => {
  const found = compare(a, b);
  return found === 0 || found === side;
};

/** −1, 0 or 1; undefined where a value is missing or the difference is too small to be trusted. */
export function compare(a: Scalar, b: Scalar): number | undefined {
  if (isExact(a) && isExact(b)) return compareR(a, b);
  const [x, y] = [toDecimal(D, a), toDecimal(D, b)];
  if (!x.isFinite() || !y.isFinite()) return undefined;
  const difference = D.sub(x, y);
  return difference.abs().lessThan(NEAR) ? undefined : difference.isNegative() ? -1 : 1;
}

/** b − a as text: a fraction, or six digits. */
export const riseText = (a: Scalar, b: Scalar): string =>
  isExact(a) && isExact(b) ? scalarText(subR(b, a)) : D.sub(toDecimal(D, b), toDecimal(D, a)).toPrecision(6);

export const scalarText = (x: Scalar): string =>
  isExact(x) ? (x.d === 1n ? `${x.n}` : `${x.n}/${x.d}`) : x.toPrecision(6);

/** Every place of an array, in C order. */
function places(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, n) => all.flatMap((at) => Array.from({ length: n }, (_, k) => [...at, k])),
    [[]],
  );
}

/** Every configuration, the first declared values first; undefined where there are more than `limit`. */
export function configurations(components: readonly Component[], limit: number): Rational[][] | undefined {
  const count = components.reduce((n, c) => n * c.state.values.length, 1);
  if (count > limit) return undefined;
  return components.reduce<Rational[][]>(
    (all, c) => all.flatMap((start) => c.state.values.map((v) => [...start, v])),
    [[]],
  );
}
