/** A linear map and a right-hand side come in; an approximate solution by restarted GMRES goes out. */
import type { LinearMap } from "./dense.js";
import { addScaled, norm, orthogonalise, scale, type Vector } from "./vectors.js";

export interface GmresOptions {
  /** Of the norm of the right-hand side. */
  readonly tolerance: number;
  /** Vectors kept before a restart. */
  readonly restart: number;
  /** Applications of the map at most. */
  readonly most: number;
}

export interface GmresResult {
  readonly x: Vector;
  /** |b − A·x|/|b| */
  readonly residual: number;
  readonly products: number;
}

/** Minimises |b − A·x| over growing Krylov spaces (Saad & Schultz 1986), from x = 0. */
export function gmres(map: LinearMap, b: Vector, options: GmresOptions): GmresResult {
  const x = new Float64Array(b.length);
  const size = norm(b);
  let [products, residual] = [0, 1];
  let rest = b.slice();
  while (size > 0 && residual > options.tolerance && products < options.most) {
    const used = cycle(map, rest, x, options, size);
    products += used;
    const image = new Float64Array(b.length);
    map(x, image);
    products++;
    rest = b.map((value, k) => value - image[k]!);
    const now = norm(rest) / size;
    if (!(now < residual * 0.999)) break;
    residual = now;
  }
  return { x, residual: size > 0 ? residual : 0, products };
}

/** One cycle: Arnoldi vectors, the least-squares problem kept triangular by rotations, the update of x. */
function cycle(map: LinearMap, rest: Vector, x: Vector, options: GmresOptions, size: number): number {
  const beta = norm(rest);
  const basis: Vector[] = [rest.map((value) => value / beta)];
  const columns: Float64Array[] = [];
  const rotations: [number, number][] = [];
  const g = [beta];
  const depth = Math.min(options.restart, rest.length);
  for (let k = 0; k < depth; k++) {
    const [w, h] = [new Float64Array(rest.length), new Float64Array(k + 2)];
    map(basis[k]!, w);
    orthogonalise(w, basis, h);
    h[k + 1] = norm(w);
    const isBreakdown = h[k + 1]! <= Number.EPSILON * norm(h);
    if (!isBreakdown) scale(w, 1 / h[k + 1]!);
    rotate(h, rotations, g, k);
    // A zero on the diagonal: the map is singular on what the space has seen, and x stays without this column.
    if (h[k] === 0) break;
    columns.push(h);
    if (isBreakdown || Math.abs(g[k + 1]!) <= options.tolerance * size) break;
    basis.push(w);
  }
  const y = backSubstitution(columns, g);
  for (const [k, c] of y.entries()) addScaled(x, c, basis[k]!);
  return columns.length;
}

function rotate(h: Float64Array, rotations: [number, number][], g: number[], k: number): void {
  for (const [j, [c, s]] of rotations.entries())
    [h[j], h[j + 1]] = [c * h[j]! + s * h[j + 1]!, c * h[j + 1]! - s * h[j]!];
  const r = Math.hypot(h[k]!, h[k + 1]!);
  const [c, s] = r === 0 ? [1, 0] : [h[k]! / r, h[k + 1]! / r];
  rotations.push([c, s]);
  [h[k], h[k + 1]] = [r, 0];
  g.push(-s * g[k]!);
  g[k] = c * g[k]!;
}

function backSubstitution(columns: readonly Float64Array[], g: readonly number[]): number[] {
  const y = new Array<number>(columns.length).fill(0);
  for (let i = columns.length - 1; i >= 0; i--) {
    let rest = g[i]!;
    for (let j = i + 1; j < columns.length; j++) rest -= columns[j]![i]! * y[j]!;
    y[i] = rest / columns[i]![i]!;
  }
  return y;
}
