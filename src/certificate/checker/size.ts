/** Dimensions: polynomials in dimension names with rational coefficients, in one canonical form. */
import { exact, type Rational } from "./arithmetic/index.js";

/** Terms sorted by their key; a monomial is the sorted list of its names (none: the constant). No term is zero. */
export type Size = readonly {
  readonly names: readonly string[];
  readonly coefficient: Rational;
}[];

const keyOf = (names: readonly string[]): string => names.join("*");

function collect(terms: Size): Size {
  const sums = new Map<string, { names: readonly string[]; coefficient: Rational }>();
  for (const t of terms) {
    const before = sums.get(keyOf(t.names))?.coefficient ?? exact.ZERO;
    sums.set(keyOf(t.names), { names: t.names, coefficient: exact.add(before, t.coefficient) });
  }
  return [...sums]
    .filter(([, t]) => exact.sign(t.coefficient) !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, t]) => t);
}

export const sizeOf = (c: Rational): Size => collect([{ names: [], coefficient: c }]);
export const namedSize = (name: string): Size => [{ names: [name], coefficient: exact.ONE }];
export const noSize: Size = [];

export const addSizes = (a: Size, b: Size): Size => collect([...a, ...b]);
export const scaleSize = (a: Size, c: Rational): Size =>
  collect(a.map((t) => ({ names: t.names, coefficient: exact.multiply(t.coefficient, c) })));
export const multiplySizes = (a: Size, b: Size): Size =>
  collect(
    a.flatMap((s) =>
      b.map((t) => ({
        names: [...s.names, ...t.names].sort(),
        coefficient: exact.multiply(s.coefficient, t.coefficient),
      })),
    ),
  );

/** The number, if no name occurs. */
export function constantSize(a: Size): Rational | undefined {
  if (a.length === 0) return exact.ZERO;
  return a.length === 1 && a[0]!.names.length === 0 ? a[0]!.coefficient : undefined;
}

export const sizeKey = (a: Size): string =>
  a.map((t) => `${exact.show(t.coefficient)}*${keyOf(t.names)}`).join("+");
export const sameSize = (a: Size, b: Size): boolean => sizeKey(a) === sizeKey(b);
