/** Bound indices and the height of what is bound come in; names that all ways to write it have in common go out. */
import { polynomialHeight, type SignTest } from "./polynomial.js";
import { type Renaming, renaming } from "./renaming.js";
import { type Size, sameSize, sizeKey } from "./size.js";
import type { Index } from "./term.js";

const MAX_PERMUTED = 4;

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((x, k) => permutations(items.toSpliced(k, 1)).map((rest) => [x, ...rest]));
}

/**
 * Names made of the height of what is bound: equal up to the names of bound indices means equal. The dimension belongs to
 * the name, since atoms are interned by name and their signs depend on how far an index runs.
 */
export const canonicalName = (size: Size, height: number, k: number): Index => ({
  name: `#${height}_${k}<${sizeKey(size)}>`,
  size,
});
const canonicalNames = (indices: readonly Index[], height: number): Index[] =>
  sortedBySize(indices).map((i, k) => canonicalName(i.size, height, k));

/** Every way to give the canonical names to indices of the same dimensions, or one where there are many. */
export function assignments(
  indices: readonly Index[],
  height: number,
): { renaming: Renaming; names: Index[] }[] {
  const names = canonicalNames(indices, height);
  const orders = indices.length <= MAX_PERMUTED ? permutations(indices) : [sortedBySize(indices)];
  return orders
    .filter((order) => order.every((i, k) => sameSize(i.size, names[k]!.size)))
    .map((order) => ({ renaming: renaming(order, names), names }));
}
const sortedBySize = (indices: readonly Index[]): Index[] =>
  [...indices].sort((a, b) => (sizeKey(a.size) < sizeKey(b.size) ? -1 : 1));

export const testsHeight = (guard: readonly SignTest[]): number =>
  Math.max(0, ...guard.map((t) => polynomialHeight(t.difference)));

export const sortedTests = (guard: readonly SignTest[]): readonly SignTest[] => {
  const key = (t: SignTest): string => `${t.relation}${t.difference.key}`;
  const unique = new Map(guard.map((t) => [key(t), t] as const));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, t]) => t);
};
