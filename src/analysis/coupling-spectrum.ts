/** A bound coupling comes in; its eigenvalues beside their limiting law, with and without the diagonal, go out. */
import type { BoundCoupling, Gram } from "./coupling.js";
import { gramMatrix } from "./coupling.js";
import { type Square, symmetricEigen } from "./linear/dense.js";
import { largest } from "./linear/vectors.js";
import {
  edgeTolerance,
  inSupport,
  kolmogorovSmirnov,
  type MarchenkoPastur,
  marchenkoPastur,
  outlierOf,
} from "./marchenko-pastur.js";

/** One spectrum, and where 1 is in it. */
export interface SpectrumSide {
  /** Ascending; what is zero up to rounding is 0. */
  readonly eigenvalues: Float64Array;
  readonly zeros: number;
  readonly positiveSemidefinite: boolean;
  readonly one: WhereIsOne;
  /** Beside the law of independent entries, where J is a Gram matrix of memories. */
  readonly law?: Comparison;
}

export interface WhereIsOne {
  /** Distance of 1 from the nearest eigenvalue, and that eigenvalue. */
  readonly distance: number;
  readonly nearest: number;
  /** Eigenvalues above 1: unstable directions of linear units at 0. */
  readonly above: number;
}

export interface Comparison {
  readonly law: MarchenkoPastur;
  /** Whether 1 lies in the limiting support. */
  readonly oneInSupport: boolean;
  readonly kolmogorovSmirnov: number;
  /** Eigenvalues beyond the edges by more than a finite matrix of independent entries has by chance. */
  readonly outliers: readonly number[];
  /** Where the mean of the entries puts one. */
  readonly predictedOutlier?: number;
}

export interface CouplingSpectrum {
  readonly with: SpectrumSide;
  readonly without: SpectrumSide;
  /** J_ii */
  readonly diagonal: { readonly least: number; readonly largest: number };
  readonly memories?: MemoryStatistics;
}

export interface MemoryStatistics {
  readonly name: string;
  readonly count: number;
  /** N_h/N_v */
  readonly alpha: number;
  readonly mean: number;
  readonly variance: number;
  readonly meanSquare: number;
  /** J = factor·ΞᵀΞ off the diagonal. */
  readonly factor: number;
  /** Whether the mean is told from zero: more than four standard errors. */
  readonly hasMean: boolean;
}

export function couplingSpectrum({ matrix, gram }: BoundCoupling): CouplingSpectrum {
  const whole = gram === undefined || gram.hasDiagonal ? matrix : withDiagonal(matrix, gram);
  const diagonal = Float64Array.from(
    { length: matrix.size },
    (_, i) => whole.entries[i * (matrix.size + 1)]!,
  );
  const [least, most] = [Math.min(...diagonal), Math.max(...diagonal)];
  const full = gram === undefined ? symmetricEigen(whole).values : gramEigenvalues(whole, gram);
  const isConstant = most - least <= 1e-12 * Math.abs(most);
  const hollow = isConstant ? full.map((x) => x - most) : symmetricEigen(withoutDiagonal(whole)).values;
  const memories = gram && statisticsOf(gram, matrix.size);
  const law = memories && lawOf(memories);
  return {
    with: side(full, largest(full), law, memories, matrix.size),
    without: side(hollow, largest(full), law && shifted(law), memories, matrix.size),
    diagonal: { least, largest: most },
    ...(memories && { memories }),
  };
}

function withDiagonal({ size, entries }: Square, { factor, entries: memories }: Gram): Square {
  const products = gramMatrix(memories, size);
  return { size, entries: entries.map((x, k) => (k % (size + 1) === 0 ? factor * products[k]! : x)) };
}

const withoutDiagonal = ({ size, entries }: Square): Square => ({
  size,
  entries: entries.map((x, k) => (k % (size + 1) === 0 ? 0 : x)),
});

/** Of the smaller of ΞᵀΞ and ΞΞᵀ: the others are exactly zero. */
function gramEigenvalues(whole: Square, { entries, factor, memories }: Gram): Float64Array {
  const { size } = whole;
  if (memories >= size) return symmetricEigen(whole).values;
  const transposed = entries.map((_, k) => entries[(k % memories) * size + Math.floor(k / memories)]!);
  const small = { size: memories, entries: gramMatrix(transposed, memories).map((x) => factor * x) };
  const all = new Float64Array(size);
  all.set(symmetricEigen(small).values, size - memories);
  return all.sort();
}

function statisticsOf({ name, memories, factor, entries }: Gram, size: number): MemoryStatistics {
  const count = entries.length;
  const mean = entries.reduce((s, x) => s + x, 0) / count;
  const meanSquare = entries.reduce((s, x) => s + x * x, 0) / count;
  const variance = meanSquare - mean * mean;
  const hasMean = Math.abs(mean) * Math.sqrt(count) > 4 * Math.sqrt(variance);
  return { name, count: memories, alpha: memories / size, mean, meanSquare, variance, factor, hasMean };
}

const lawOf = ({ alpha, variance, meanSquare, factor, count, hasMean }: MemoryStatistics): MarchenkoPastur =>
  marchenkoPastur(alpha, factor * count * (hasMean ? variance : meanSquare));

/** J_ii tends to the scale (Bai & Yin 1993, lemma 2), so that the law without the diagonal is shifted by it. */
const shifted = ({ alpha, scale }: MarchenkoPastur): MarchenkoPastur => marchenkoPastur(alpha, scale, -scale);

function side(
  values: Float64Array,
  size: number,
  law: MarchenkoPastur | undefined,
  memories: MemoryStatistics | undefined,
  n: number,
): SpectrumSide {
  const rounding = 4 * n * Number.EPSILON * size;
  const eigenvalues = values.map((x) => (Math.abs(x) <= rounding ? 0 : x)).sort();
  const nearest = eigenvalues.reduce(
    (best, x) => (Math.abs(x - 1) < Math.abs(best - 1) ? x : best),
    Number.POSITIVE_INFINITY,
  );
  return {
    eigenvalues,
    zeros: eigenvalues.filter((x) => x === 0).length,
    positiveSemidefinite: eigenvalues[0]! >= 0,
    one: { distance: Math.abs(nearest - 1), nearest, above: eigenvalues.filter((x) => x > 1).length },
    ...(law && memories && { law: compare(eigenvalues, law, memories, n) }),
  };
}

function compare(
  eigenvalues: Float64Array,
  law: MarchenkoPastur,
  memories: MemoryStatistics,
  n: number,
): Comparison {
  const slack = edgeTolerance(law, memories.count, n);
  const [low, high] = law.edges;
  const isOutside = (x: number): boolean =>
    x > high + slack || (x < low - slack && !(law.atom.mass > 0 && Math.abs(x - law.atom.at) <= slack));
  const { mean, variance, hasMean } = memories;
  const predicted = hasMean ? outlierOf(law, (n * mean ** 2) / variance) : undefined;
  return {
    law,
    oneInSupport: inSupport(law, 1),
    kolmogorovSmirnov: kolmogorovSmirnov(law, eigenvalues),
    outliers: [...eigenvalues].filter(isOutside),
    ...(predicted !== undefined && { predictedOutlier: predicted }),
  };
}
