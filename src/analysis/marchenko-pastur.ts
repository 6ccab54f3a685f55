/**
 * A load and a scale come in; the limiting spectrum of a Hebbian coupling of independent entries goes out.
 * Source: V. A. Marchenko, L. A. Pastur, Math. USSR Sbornik 1, 457 (1967), for s·ΞᵀΞ/N_h, Ξ of N_h × N_v.
 */

export interface MarchenkoPastur {
  /** N_h/N_v */
  readonly alpha: number;
  /** Of the whole spectrum: variance of the entries, times N_h times the factor of ΞᵀΞ. */
  readonly scale: number;
  /** Added to every eigenvalue: −scale for the coupling without its diagonal, which tends to scale times the identity. */
  readonly shift: number;
  /** Ends of the continuous part. */
  readonly edges: readonly [number, number];
  /** Place and mass of the atom; mass 0 from α = 1 on. */
  readonly atom: { readonly at: number; readonly mass: number };
}

export function marchenkoPastur(alpha: number, scale = 1, shift = 0): MarchenkoPastur {
  const root = 1 / Math.sqrt(alpha);
  return {
    alpha,
    scale,
    shift,
    edges: [scale * (1 - root) ** 2 + shift, scale * (1 + root) ** 2 + shift],
    atom: { at: shift, mass: Math.max(0, 1 - alpha) },
  };
}

/** Density of the continuous part; its integral is the smaller of 1 and α. */
export function density({ alpha, scale, shift, edges: [low, high] }: MarchenkoPastur, x: number): number {
  if (!(x > low && x < high)) return 0;
  return (alpha * Math.sqrt((high - x) * (x - low))) / (2 * Math.PI * scale * (x - shift));
}

/** Intervals of Simpson's rule for one value of the distribution function: exact to 1e-9 at every α. */
const INTERVALS = 400;

/** Mass at and below x (or only below, `side` "left"). In x = middle − radius·cos φ the density has no root. */
export function distribution(law: MarchenkoPastur, x: number, side: "right" | "left" = "right"): number {
  const { edges, atom, alpha, scale, shift } = law;
  const [low, high] = edges;
  const reached = side === "right" ? x >= atom.at : x > atom.at;
  const start = reached ? atom.mass : 0;
  if (x <= low) return start;
  if (x >= high) return start + Math.min(1, alpha);
  const [middle, radius] = [(low + high) / 2 - shift, (high - low) / 2];
  const end = Math.acos(Math.max(-1, Math.min(1, (middle - (x - shift)) / radius)));
  const integrand = (phi: number): number => {
    const value = middle - radius * Math.cos(phi);
    // At α = 1 the lower edge is 0 and the quotient tends to 2·radius there.
    const quotient = value > 1e-14 * radius ? (radius * Math.sin(phi)) ** 2 / value : 2 * radius;
    return (alpha * quotient) / (2 * Math.PI * scale);
  };
  const h = end / INTERVALS;
  let total = integrand(0) + integrand(end);
  for (let k = 1; k < INTERVALS; k++) total += (k % 2 === 1 ? 4 : 2) * integrand(k * h);
  return start + (total * h) / 3;
}

/** Rounding of eigenvalues and edges, as part of the scale. */
const ROUNDING = 1e-9;

/** Largest distance between the distribution of the eigenvalues (ascending) and the law. */
export function kolmogorovSmirnov(law: MarchenkoPastur, values: ArrayLike<number>): number {
  const n = values.length;
  const { at } = law.atom;
  const eigenvalues = Float64Array.from(values, (x) => (Math.abs(x - at) <= ROUNDING * law.scale ? at : x));
  let most = 0;
  for (let k = 0; k < n; ) {
    const x = eigenvalues[k]!;
    let next = k;
    while (next < n && eigenvalues[next] === x) next++;
    most = Math.max(
      most,
      Math.abs(distribution(law, x, "left") - k / n),
      Math.abs(distribution(law, x) - next / n),
    );
    k = next;
  }
  // The atom itself, where no eigenvalue stands on it.
  const below = eigenvalues.filter((x) => x <= at).length / n;
  return Math.max(most, Math.abs(distribution(law, at) - below));
}

/** Whether a value lies in the limiting support, its edges taken with it. */
export function inSupport({ edges: [low, high], atom, scale }: MarchenkoPastur, x: number): boolean {
  const slack = ROUNDING * scale;
  return (x >= low - slack && x <= high + slack) || (atom.mass > 0 && Math.abs(x - atom.at) <= slack);
}

/**
 * The eigenvalue that a nonzero mean m of the entries (σ their deviation) adds above the edge: for θ² = N_v m²/σ²
 * beyond 1/√α it is scale·(1 + θ²)(1/α + θ²)/θ², else there is none (Benaych-Georges & Nadakuditi 2012, section 3.1).
 */
export function outlierOf(law: MarchenkoPastur, theta2: number): number | undefined {
  const y = 1 / law.alpha;
  if (!(theta2 > Math.sqrt(y))) return undefined;
  return (law.scale * (1 + theta2) * (y + theta2)) / theta2 + law.shift;
}

/**
 * How far beyond the upper edge the largest eigenvalue of a finite matrix may be by chance: the scale of its fluctuations
 * (Johnstone 2001), of which six are allowed for.
 */
export function edgeTolerance({ scale }: MarchenkoPastur, rows: number, columns: number): number {
  const [a, b] = [Math.sqrt(rows), Math.sqrt(columns)];
  return (6 * scale * (a + b) * (1 / a + 1 / b) ** (1 / 3)) / rows;
}
