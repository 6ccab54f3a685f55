/** Subscripts and new subscripts for names of indices come in; the subscripts with all names replaced at once go out. */
import { atIndex, type Index, type Subscript, substituteInSubscript } from "./term.js";

export type Renaming = ReadonlyMap<string, Subscript>;

/** All at once: the new subscripts are not searched for the old names. */
export function renameSubscript(s: Subscript, by: Renaming): Subscript {
  const places = s.terms.filter((t) => by.has(t.index.name)).map((t) => t.index);
  const hole = (k: number, index: Index): Index => ({ name: `?${k}`, size: index.size });
  const parked = places.reduce(
    (at, index, k) => substituteInSubscript(at, index.name, atIndex(hole(k, index))),
    s,
  );
  return places.reduce((at, index, k) => substituteInSubscript(at, `?${k}`, by.get(index.name)!), parked);
}

export const touches = (indices: ReadonlySet<string>, by: Renaming): boolean =>
  [...indices].some((i) => by.has(i));

export const renaming = (from: readonly Index[], to: readonly Index[]): Renaming =>
  new Map(from.map((i, k) => [i.name, atIndex(to[k]!)] as const));
