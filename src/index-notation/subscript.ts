/** Subscripts: affine combinations of indices come in, canonical ones with decidable equality go out. */
import { addD, constantD, DIM0, type Dimension, dimension, scaleD, showD, subD } from "./dimension.js";
import { rational } from "./rational.js";

declare const brand: unique symbol;

/** A name that runs from 0 to `dim - 1`. Two indices are the same when their keys are. */
export interface Index {
  readonly [brand]: "Index";
  readonly name: string;
  readonly dim: Dimension;
  readonly key: string;
}

/** `Σ coefficient·index + constant`, optionally modulo a dimension. */
export interface Subscript {
  readonly terms: readonly { readonly index: Index; readonly coefficient: number }[];
  readonly constant: Dimension;
  readonly mod: Dimension | undefined;
  readonly key: string;
}

const indices = new Map<string, Index>();
let freshCount = 0;

export function index(name: string, dim: Dimension): Index {
  // A space sorts before every letter and digit, so that k comes before k1.
  const key = `${name} ${dim.key}`;
  const known = indices.get(key);
  if (known !== undefined) return known;
  const made = { name, dim, key } as Index;
  // Fresh and canonical names are not kept: only what a model declares is shared for ever.
  if (!name.startsWith("~")) indices.set(key, made);
  return made;
}

/** An index that no other expression uses. Bound indices are opened with fresh ones. */
export const freshIndex = (dim: Dimension): Index => index(`~${++freshCount}`, dim);

/** The canonical bound index of a binder of the given height; see `close` in binders.ts. */
export const canonicalIndex = (height: number, position: number, dim: Dimension): Index =>
  index(`#${height}.${position}`, dim);
export const isCanonical = (i: Index): boolean => i.name.startsWith("#");
export const isFresh = (i: Index): boolean => i.name.startsWith("~");

function make(terms: Subscript["terms"], constant: Dimension, mod: Dimension | undefined): Subscript {
  const merged = new Map<string, { index: Index; coefficient: number }>();
  for (const t of terms) {
    const old = merged.get(t.index.key);
    merged.set(t.index.key, { index: t.index, coefficient: t.coefficient + (old?.coefficient ?? 0) });
  }
  const kept = [...merged.values()]
    .filter((t) => t.coefficient !== 0)
    .sort((a, b) => (a.index.key < b.index.key ? -1 : 1));
  const body = kept.map((t) => `${t.coefficient}${t.index.key}`).join("+");
  return { terms: kept, constant, mod, key: `${body}|${constant.key}|${mod?.key ?? ""}` };
}

export const sub = (i: Index): Subscript => make([{ index: i, coefficient: 1 }], DIM0, undefined);
export const subConstant = (value: number | Dimension): Subscript =>
  make([], typeof value === "number" ? dimension(value) : value, undefined);

/** a + c·b for subscripts without `mod`; throws when one has a `mod`, which is not affine. */
export function combine(a: Subscript, c: number, b: Subscript): Subscript {
  if (a.mod !== undefined || b.mod !== undefined) throw new Error("combine: a mod subscript is not affine");
  const terms = [...a.terms, ...b.terms.map((t) => ({ index: t.index, coefficient: c * t.coefficient }))];
  return make(terms, addD(a.constant, scaleD(b.constant, rational(c))), undefined);
}

export const modulo = (a: Subscript, mod: Dimension): Subscript => make(a.terms, a.constant, mod);

/** The index when the subscript is nothing but one index. */
export function asIndex(s: Subscript): Index | undefined {
  const [t] = s.terms;
  const plain = s.terms.length === 1 && s.mod === undefined && s.constant.key === DIM0.key;
  return plain && t?.coefficient === 1 ? t.index : undefined;
}

/** The integer when the subscript is a plain number. */
export function asInteger(s: Subscript): number | undefined {
  if (s.terms.length > 0 || s.mod !== undefined) return undefined;
  const value = constantD(s.constant);
  return value === undefined || value.d !== 1n ? undefined : Number(value.n);
}

export const indicesOf = (s: Subscript): Index[] => s.terms.map((t) => t.index);

/** Replaces indices by subscripts. A replacement that is itself `mod` must stand alone. */
export function substituteSub(s: Subscript, map: ReadonlyMap<string, Subscript>): Subscript {
  if (!s.terms.some((t) => map.has(t.index.key))) return s;
  const alone = asIndex(s);
  const whole = alone === undefined ? undefined : map.get(alone.key);
  if (whole !== undefined) return whole;
  let result = subConstant(s.constant);
  for (const t of s.terms)
    result = combine(result, t.coefficient, unwrap(map.get(t.index.key) ?? sub(t.index), s.mod));
  return s.mod === undefined ? result : modulo(result, s.mod);
}

/** Inside `mod(…, N)` another `mod(…, N)` is superfluous. */
const unwrap = (s: Subscript, mod: Dimension | undefined): Subscript =>
  s.mod !== undefined && s.mod.key === mod?.key ? make(s.terms, s.constant, undefined) : s;

/** True when `substituteSub` can put `replacement` for the index: a `mod` fits alone or in the same `mod`. */
export const canSubstitute = (s: Subscript, i: Index, replacement: Subscript): boolean =>
  replacement.mod === undefined ||
  !s.terms.some((t) => t.index.key === i.key) ||
  asIndex(s) !== undefined ||
  s.mod?.key === replacement.mod.key;

/**
 * The value an index must have for two subscripts to be equal, if it can be written as a subscript:
 * from `i = anything without i`, from an affine equation, or by inverting a full cycle `mod(x + k, N) = y`.
 */
export function solveEquality(a: Subscript, b: Subscript, i: Index): Subscript | undefined {
  const mentions = (s: Subscript): boolean => s.terms.some((t) => t.index.key === i.key);
  if (asIndex(a)?.key === i.key && !mentions(b)) return b;
  if (asIndex(b)?.key === i.key && !mentions(a)) return a;
  const diff = difference(a, b);
  if (diff !== undefined) return solveFor(diff, i);
  const [cycle, other] = a.mod !== undefined ? [a, b] : [b, a];
  const invertible =
    cycle.mod?.key === i.dim.key && other.mod === undefined && !mentions(other) && inRange(other, i.dim);
  if (!invertible) return undefined;
  const solved = solveFor(combine(make(cycle.terms, cycle.constant, undefined), -1, other), i);
  return solved === undefined ? undefined : modulo(solved, i.dim);
}

/** Smallest and largest value as dimensions, for non-negative dimensions. */
function extremes(s: Subscript): { low: Dimension; high: Dimension } {
  let [low, high] = [s.constant, s.constant];
  for (const { index: i, coefficient } of s.terms) {
    const reach = scaleD(subD(i.dim, dimension(1)), rational(coefficient));
    if (coefficient > 0) high = addD(high, reach);
    else low = addD(low, reach);
  }
  return { low, high };
}

const nonNegative = (d: Dimension): boolean => [...d.terms.values()].every((c) => c.n >= 0n);

/**
 * True when the subscript can be shown to stay in `0 … dim-1` for every dimension ≥ 1; false means
 * "not shown", and readers then test the range as they run.
 */
export function inRange(s: Subscript, dim: Dimension): boolean {
  if (s.mod !== undefined) return s.mod.key === dim.key;
  const { low, high } = extremes(s);
  return nonNegative(low) && nonNegative(subD(subD(dim, dimension(1)), high));
}

/** a − b as one affine subscript, or undefined when a `mod` is involved. */
export function difference(a: Subscript, b: Subscript): Subscript | undefined {
  return a.mod === undefined && b.mod === undefined ? combine(a, -1, b) : undefined;
}

/** Solves `difference = 0` for an index with coefficient ±1: the subscript the index must equal. */
export function solveFor(diff: Subscript, i: Index): Subscript | undefined {
  const term = diff.terms.find((t) => t.index.key === i.key);
  if (term === undefined || Math.abs(term.coefficient) !== 1) return undefined;
  const rest = combine(diff, -term.coefficient, sub(i));
  return combine(subConstant(0), -term.coefficient, rest);
}

/** `x + s - 1`, `mod(x + k, N)`: text with the given spelling of each index. */
export function showSub(s: Subscript, spell: (i: Index) => string): string {
  const parts = s.terms.map(({ index: i, coefficient: c }, k) => {
    const magnitude = Math.abs(c) === 1 ? spell(i) : `${Math.abs(c)}*${spell(i)}`;
    return k === 0 ? (c < 0 ? `-${magnitude}` : magnitude) : `${c < 0 ? " - " : " + "}${magnitude}`;
  });
  if (s.constant.key !== DIM0.key || parts.length === 0) {
    const text = showD(s.constant);
    parts.push(parts.length === 0 ? text : text.startsWith("-") ? ` - ${text.slice(1)}` : ` + ${text}`);
  }
  const body = parts.join("");
  return s.mod === undefined ? body : `mod(${body}, ${showD(s.mod)})`;
}
