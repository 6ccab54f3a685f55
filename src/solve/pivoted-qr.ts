/** The columns of a square matrix come in; its rank up to rounding and a basis of its null space go out. */

import { addMultiple, dot, norm } from "./gmres.js";

/**
 * A·P = Q·R by Householder reflections with column pivoting (Golub & Van Loan, *Matrix Computations*, 5.4.2): the
 * diagonal of R falls in size, and its entries below `negligible` times the first are taken for 0.
 */
export class PivotedQR {
  /** Columns of R, permuted; entries below the diagonal hold reflections. */
  private readonly columns: Float64Array[];
  /** `order[k]`: the column of A that stands at place k. */
  private readonly order: number[];
  readonly rank: number;
  /** Size of the first pivot that was taken for 0, or of the last one, in parts of the first. */
  readonly smallest: number;

  /** `columns` are overwritten. */
  constructor(columns: Float64Array[], negligible: number) {
    this.columns = columns;
    this.order = columns.map((_, j) => j);
    const size = columns.length;
    let [rank, first, ratio] = [0, 0, 0];
    for (; rank < size; rank++) {
      const pivot = this.bringLargest(rank);
      if (rank === 0) first = pivot;
      ratio = first === 0 ? 0 : pivot / first;
      if (!(ratio > negligible)) break;
      this.reflect(rank);
    }
    this.rank = rank;
    this.smallest = size === 0 ? 1 : ratio;
  }

  /** The remaining column that is longest below row k comes to place k; its length goes out. */
  private bringLargest(k: number): number {
    const { columns, order } = this;
    let [best, most] = [k, -1];
    for (let j = k; j < columns.length; j++) {
      const length = norm(columns[j]!.subarray(k));
      if (length > most) [best, most] = [j, length];
    }
    [columns[k], columns[best]] = [columns[best]!, columns[k]!];
    [order[k], order[best]] = [order[best]!, order[k]!];
    return most;
  }

  private reflect(k: number): void {
    const mirror = this.columns[k]!.slice(k);
    const alpha = mirror[0]! > 0 ? -norm(mirror) : norm(mirror);
    mirror[0]! -= alpha;
    const half = dot(mirror, mirror) / 2;
    for (let j = k; j < this.columns.length; j++) {
      const tail = this.columns[j]!.subarray(k);
      addMultiple(tail, -dot(mirror, tail) / half, mirror);
    }
    this.columns[k]!.fill(0, k + 1);
    this.columns[k]![k] = alpha;
  }

  /** Orthonormal vectors that the matrix maps to 0, up to the pivots left out: P (−R₁₁⁻¹R₁₂ ; 1). */
  nullSpace(): Float64Array[] {
    const { rank, columns, order } = this;
    const found: Float64Array[] = [];
    for (let free = rank; free < columns.length; free++) {
      const vector = new Float64Array(columns.length);
      vector[order[free]!] = 1;
      for (let i = rank - 1; i >= 0; i--) {
        let value = -columns[free]![i]!;
        for (let j = i + 1; j < rank; j++) value -= columns[j]![i]! * vector[order[j]!]!;
        vector[order[i]!] = value / columns[i]![i]!;
      }
      for (let pass = 0; pass < 2; pass++)
        for (const earlier of found) addMultiple(vector, -dot(earlier, vector), earlier);
      const length = norm(vector);
      found.push(vector.map((value) => value / length));
    }
    return found;
  }
}
