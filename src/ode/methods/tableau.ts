/** A Butcher tableau written as exact coefficients comes in; the same tableau in doubles, ready to run, goes out. */

/** A coefficient as printed in the source: "35/384", "0.161", or a double. */
export type Coefficient = string | number;

/** `b − b̂` of an embedded solution b̂ of the given order. */
export interface ErrorData {
  readonly order: number;
  readonly weights: readonly Coefficient[];
  /**
   * A second estimate, of lower order, that keeps the first from being small by chance: with the norms e and g of
   * both, the error is `e² / sqrt(e² + 0.01 g²)` (HNW II.10; DOP853), of order `2·order − guard.order`.
   */
  readonly guard?: { readonly order: number; readonly weights: readonly Coefficient[] };
}

/** Dense output `y(t + θh) = y + h Σ_i b_i(θ) k_i` with `b_i(θ) = Σ_m powers[i][m] θ^(m+1)`. */
export interface DenseData {
  readonly order: number;
  /** Stages beyond those of the step, evaluated only where dense output is asked for: rows as in `a`. */
  readonly stages?: {
    readonly c: readonly Coefficient[];
    readonly a: readonly (readonly Coefficient[])[];
  };
  /** One row for each stage, those of `stages` last. */
  readonly powers: readonly (readonly Coefficient[])[];
}

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
  /** The error of a step is `h Σ weights_i k_i`. */
  readonly error?: ErrorData;
  /** Left out: the cubic Hermite polynomial through both ends (HNW II.6, order 3). */
  readonly dense?: DenseData;
  /** Where the coefficients are printed. */
  readonly reference: string;
}

export interface TableauError {
  /** Of the estimate as a whole: what step control reckons with. */
  readonly order: number;
  readonly weights: Float64Array;
  readonly guard: Float64Array | undefined;
}

export interface TableauDense {
  readonly order: number;
  readonly powers: readonly Float64Array[];
  /** Nodes and rows of the stages beyond those of the step. */
  readonly c: Float64Array;
  readonly a: readonly Float64Array[];
}

/** A tableau in doubles. */
export interface Tableau {
  readonly name: string;
  readonly order: number;
  readonly stages: number;
  readonly c: Float64Array;
  readonly a: readonly Float64Array[];
  readonly b: Float64Array;
  readonly error: TableauError | undefined;
  readonly dense: TableauDense | undefined;
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

const compileError = ({ order, weights, guard }: ErrorData): TableauError => ({
  order: guard ? 2 * order - guard.order : order,
  weights: row(weights),
  guard: guard && row(guard.weights),
});

const compileDense = ({ order, powers, stages }: DenseData): TableauDense => ({
  order,
  powers: powers.map(row),
  c: row(stages?.c ?? []),
  a: stages?.a.map(row) ?? [],
});

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
    error: data.error && compileError(data.error),
    dense: data.dense && compileDense(data.dense),
    firstSameAsLast: isFirstSameAsLast(c, a, b),
  };
}
