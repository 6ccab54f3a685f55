/** Declarations come in; random worlds go out: dimensions, and values within the declared bounds. */
import type { Declarations } from "../../../src/certificate/checker/format.js";
import { parseSize, type Scope } from "../../../src/certificate/checker/scope.js";
import type { Size } from "../../../src/certificate/checker/size.js";
import { numeric, type World } from "./numeric.js";

export type Value = World["values"][string];

export function scopeOf(d: Declarations): Scope {
  const sizes = new Set<string>();
  const indices = new Map(
    Object.entries(d.indices).map(([name, text]) => [name, { name, size: parseSize(text, sizes) }] as const),
  );
  const symbols = new Map(
    Object.entries(d.symbols).map(([name, s]) => [name, s.over.map((i) => indices.get(i)!.size)] as const),
  );
  return { indices, sizes, symbols };
}

/** A fraction or a decimal. */
export const toNumber = (text: string): number => {
  const [n, d = "1"] = text.split("/");
  return Number(n) / Number(d);
};

/** a·(1 - t) + b·t, entry by entry; b itself at t = 1. */
export function mixed(a: Value, b: Value, t: number): Value {
  if (t === 1) return b;
  if (typeof a === "number") return a * (1 - t) + (b as number) * t;
  return a.map((x, k) => mixed(x as Value, (b as readonly Value[])[k]!, t)) as Value;
}

export const entriesOf = (values: World["values"]): readonly number[] =>
  Object.values(values).flat(2) as number[];

const DRAWS = 40;

export class Sampler {
  readonly scope: Scope;
  readonly #landmarks: readonly number[];
  readonly #mentioned: readonly string[];

  /** Names that the texts do not mention get no values; the numbers in them are drawn often, since domains end there. */
  constructor(
    private readonly declarations: Declarations,
    private readonly random: () => number,
    texts: readonly string[],
  ) {
    this.scope = scopeOf(declarations);
    const found = texts.flatMap((t) => t.match(/\d+(\.\d+)?(\/\d+)?/g) ?? []).map(toNumber);
    const names = new Set(texts.flatMap((t) => t.match(/[A-Za-z_]\w*/g) ?? []));
    this.#mentioned = [...this.scope.symbols.keys()].filter((name) => names.has(name));
    this.#landmarks = [0, ...found.filter((x) => Math.abs(x) < 1e3)];
  }

  #pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)]!;
  }

  #real(spread: number): number {
    const r = this.random();
    if (r > 0.15) return (2 * this.random() - 1) * spread;
    const sign = r < 0.05 ? -1 : 1;
    return sign * this.#pick(this.#landmarks) + this.#pick([0, 0, 1e-2, -1e-2, 0.3, -0.3]) * this.random();
  }

  /** NaN if the bounds hold no number that is found. */
  #scalar(name: string, spread: number): number {
    const { low, high, lowOpen, highOpen, integer } = this.declarations.symbols[name]!;
    const a = low === undefined ? Number.NEGATIVE_INFINITY : toNumber(low);
    const b = high === undefined ? Number.POSITIVE_INFINITY : toNumber(high);
    for (let k = 0; k < DRAWS; k++) {
      let x = this.#real(spread);
      if (x < a || x > b) {
        if (Number.isFinite(a) && Number.isFinite(b)) x = a + (b - a) * this.random();
        else x = Number.isFinite(a) ? a + Math.abs(x - a) : b - Math.abs(x - b);
      }
      if (integer === true) x = Math.round(x);
      if (x > a && x < b) return x;
      if ((x === a && lowOpen !== true) || (x === b && highOpen !== true)) return x;
    }
    return Number.NaN;
  }

  #value(name: string, lengths: readonly number[], spread: number): Value {
    const [n, ...rest] = lengths;
    if (n === undefined) return this.#scalar(name, spread);
    return Array.from({ length: n }, () => this.#value(name, rest, spread)) as unknown as Value;
  }

  /** Of which every index has a size of at least 1; undefined if none is found. */
  #dimensions(): World["dimensions"] | undefined {
    for (let k = 0; k < DRAWS; k++) {
      const dimensions = Object.fromEntries(
        [...this.scope.sizes].map((name) => [name, 1 + Math.floor(3 * this.random())]),
      );
      const lengths = [...this.scope.indices.values()].map((i) => sizeIn(i.size, dimensions));
      if (lengths.every((n) => Number.isInteger(n) && n >= 1)) return dimensions;
    }
    return undefined;
  }

  /** A world that is inside, of the dimensions given; undefined if none is found. */
  world(isInside: (w: World) => boolean, given?: World["dimensions"]): World | undefined {
    for (let k = 0; k < DRAWS; k++) {
      const dimensions = given ?? this.#dimensions();
      if (dimensions === undefined) return undefined;
      const spread = this.#pick([0.5, 1, 3, 3, 8, 20]);
      const values: Record<string, Value> = {};
      for (const name of this.#mentioned) {
        const lengths = this.scope.symbols.get(name)!.map((s) => sizeIn(s, dimensions));
        values[name] = this.#value(name, lengths, spread);
      }
      const w = { dimensions, values, indices: {} };
      if (!entriesOf(w.values).some(Number.isNaN) && isInside(w)) return w;
    }
    return undefined;
  }
}

export const sizeIn = (size: Size, dimensions: World["dimensions"]): number =>
  numeric({ kind: "size", size }, { dimensions, values: {}, indices: {} });
