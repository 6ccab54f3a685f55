/** An order comes in; the rooted trees that index the order conditions of Runge–Kutta methods go out. */

/** A rooted tree: τ alone has no children. */
export interface Tree {
  /** Number of vertices, ρ(t). */
  readonly order: number;
  /** Density γ(t): the order condition is Σ b_i Φ_i(t) = 1/γ(t) (HNW I, II.2, theorem 2.13). */
  readonly density: number;
  readonly children: readonly Tree[];
  /** Butcher's notation, e.g. "[τ[τ]]". */
  readonly name: string;
}

function plant(children: readonly Tree[]): Tree {
  const order = children.reduce((sum, child) => sum + child.order, 1);
  const density = children.reduce((product, child) => product * child.density, order);
  const name = children.length === 0 ? "τ" : `[${children.map((child) => child.name).join("")}]`;
  return { order, density, children, name };
}

/** All multisets of `grown[0..last]` with `vertices` vertices in total, as non-increasing lists. */
function forests(grown: readonly Tree[], last: number, vertices: number): Tree[][] {
  if (vertices === 0) return [[]];
  const found: Tree[][] = [];
  for (let i = last; i >= 0; i--) {
    const tree = grown[i]!;
    if (tree.order > vertices) continue;
    for (const rest of forests(grown, i, vertices - tree.order)) found.push([tree, ...rest]);
  }
  return found;
}

/** Every rooted tree with at most `order` vertices, smallest first: 1, 2, 4, 8, 17, 37, … in total. */
export function treesUpTo(order: number): readonly Tree[] {
  const grown: Tree[] = [];
  for (let vertices = 1; vertices <= order; vertices++) {
    grown.push(...forests(grown, grown.length - 1, vertices - 1).map(plant));
  }
  return grown;
}
