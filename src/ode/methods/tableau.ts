/** A Butcher tableau written as exact coefficients comes in; the same tableau in doubles, ready to run, goes out. */

/** A coefficient as printed in the source: "35/384", "0.161", or a double. */
export type Coefficient = string | number;

/**
 * An explicit Runge–Kutta method as data, in the letters of Hairer, Nørsett & Wanner (HNW), *Solving
 * Ordinary Differential Equations I*, II.1: with s stages,
 * `k_i = f(t + c_i h, y + h Σ_{j<i} a_ij k_j)`, `y₁ = y + h Σ b_i k_i`.
 */
export interface TableauData {
  readonly name: string;
  readonly order: number;
  /** s nodes, the first one 0. */
  readonly c: readonly Coefficient[];
  /** s rows; row i holds the i coefficients left of the diagonal. */
  readonly a: readonly (readonly Coefficient[])[];
  readonly b: readonly Coefficient[];
  /** `b − b̂` of an embedded solution b̂ of the given order: the error of a step is `h Σ weights_i k_i`. */
  readonly error?: { readonly order: number; readonly weights: readonly Coefficient[] };
  /**
   * Dense output `y(t + θh) = y + h Σ_i b_i(θ) k_i` with `b_i(θ) = Σ_m powers[i][m] θ^(m+1)`.
   * Left out: the cubic Hermite polynomial through both ends (HNW II.6, order 3).
   */
  readonly dense?: { readonly order: number; readonly powers: readonly (readonly Coefficient[])[] };
  /** Where the coefficients are printed. */
  readonly reference: string;
}

/** A tableau in doubles. */
export interface Tableau {
  readonly name: string;
  readonly order: number;
  readonly stages: number;
  readonly c: Float64Array;
  readonly a: readonly Float64Array[];
  readonly b: Float64Array;
  readonly error: { readonly order: number; readonly weights: Float64Array } | undefined;
  readonly dense: { readonly order: number; readonly powers: readonly Float64Array[] } | undefined;
  /** The last stage is `f(t + h, y₁)`, hence the first stage of the next step. */
  readonly firstSameAsLast: boolean;
}

function toDouble(coefficient: Coefficient): number {
  if (typeof coefficient === "number") return coefficient;
  const [over, under = "1"] = coefficient.split("/");
  return Number(over) / Number(under);
}

const row = (coefficients: readonly Coefficient[]) => Float64Array.from(coefficients, toDouble);

function isFirstSameAsLast(c: Float64Array, a: readonly Float64Array[], b: Float64Array): boolean {
  const last = a[a.length - 1];
  if (last === undefined || a.length < 2 || c[c.length - 1] !== 1 || b[b.length - 1] !== 0) return false;
  return last.every((value, j) => value === b[j]);
}

/** Round a tableau to doubles. Whether the coefficients are right is `tableauDefects`'s question. */
export function compileTableau(data: TableauData): Tableau {
  const [c, a, b] = [row(data.c), data.a.map(row), row(data.b)];
  return {
    name: data.name,
    order: data.order,
    stages: b.length,
    c,
    a,
    b,
    error: data.error && { order: data.error.order, weights: row(data.error.weights) },
    dense: data.dense && { order: data.dense.order, powers: data.dense.powers.map(row) },
    firstSameAsLast: isFirstSameAsLast(c, a, b),
  };
}
