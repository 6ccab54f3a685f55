/**
 * Dimensions: integers, names and their arithmetic come in; canonical polynomials go out, so that two
 * dimensions are equal exactly when their keys are.
 */
import { addR, isInteger, mulR, negR, ONE, type Rational, rational, showR, ZERO } from "./rational.js";

declare const brand: unique symbol;

/** A polynomial with rational coefficients in dimension names, e.g. `P + S - 1`. Compare by `key`. */
export interface Dimension {
  readonly [brand]: "Dimension";
  readonly key: string;
  /** Monomials by their sorted names joined with `*` ("" is the constant). */
  readonly terms: ReadonlyMap<string, Rational>;
}

const cache = new Map<string, Dimension>();

function make(terms: Map<string, Rational>): Dimension {
  const kept = [...terms].filter(([, c]) => c.n !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = kept.map(([m, c]) => `${showR(c)}·${m}`).join("+");
  let dim = cache.get(key);
  if (dim === undefined) {
    dim = { key, terms: new Map(kept) } as unknown as Dimension;
    cache.set(key, dim);
  }
  return dim;
}

export const dimension = (value: number | bigint | Rational): Dimension =>
  make(new Map([["", typeof value === "object" ? value : rational(value)]]));
export const dimensionName = (name: string): Dimension => make(new Map([[name, ONE]]));

export function addD(a: Dimension, b: Dimension): Dimension {
  const terms = new Map(a.terms);
  for (const [m, c] of b.terms) terms.set(m, addR(terms.get(m) ?? ZERO, c));
  return make(terms);
}

export const scaleD = (a: Dimension, c: Rational): Dimension =>
  make(new Map([...a.terms].map(([m, k]) => [m, mulR(k, c)])));
export const subD = (a: Dimension, b: Dimension): Dimension => addD(a, scaleD(b, negR(ONE)));

export function mulD(a: Dimension, b: Dimension): Dimension {
  let sum = dimension(0);
  for (const [ma, ca] of a.terms)
    for (const [mb, cb] of b.terms) {
      const names = [...ma.split("*"), ...mb.split("*")].filter((n) => n !== "").sort();
      sum = addD(sum, make(new Map([[names.join("*"), mulR(ca, cb)]])));
    }
  return sum;
}

/** The integer value when the dimension has no names in it. */
export function constantD(a: Dimension): Rational | undefined {
  if (a.terms.size === 0) return ZERO;
  return a.terms.size === 1 ? a.terms.get("") : undefined;
}

export const DIM0 = dimension(0);
export const DIM1 = dimension(1);

/** The names that must be bound before the dimension has a value. */
export function namesD(a: Dimension): string[] {
  return [...new Set([...a.terms.keys()].flatMap((m) => m.split("*")).filter((n) => n !== ""))];
}

/** The value once every name is bound; undefined when one is missing. */
export function evaluateD(a: Dimension, values: ReadonlyMap<string, number>): number | undefined {
  let total = ZERO;
  for (const [m, c] of a.terms) {
    let product = c;
    for (const name of m.split("*").filter((n) => n !== "")) {
      const value = values.get(name);
      if (value === undefined) return undefined;
      product = mulR(product, rational(value));
    }
    total = addR(total, product);
  }
  return Number(total.n) / Number(total.d);
}

/** One-name dimensions, the usual case, give their name. */
export function singleName(a: Dimension): string | undefined {
  const [entry] = a.terms;
  if (a.terms.size !== 1 || entry === undefined) return undefined;
  const [m, c] = entry;
  return m !== "" && !m.includes("*") && c.n === 1n && c.d === 1n ? m : undefined;
}

/** `P + S - 1`: text that the model language reads back. */
export function showD(a: Dimension): string {
  if (a.terms.size === 0) return "0";
  const ordered = [...a.terms].sort(([x], [y]) => (x === "" ? 1 : y === "" ? -1 : x < y ? -1 : 1));
  return ordered
    .map(([m, c], k) => {
      const magnitude = c.n < 0n ? negR(c) : c;
      const unit = magnitude.n === 1n && isInteger(magnitude);
      const body = m === "" ? showR(magnitude) : unit ? m : `${showR(magnitude)}*${m}`;
      return k === 0 ? (c.n < 0n ? `-${body}` : body) : `${c.n < 0n ? " - " : " + "}${body}`;
    })
    .join("");
}
