/** Counts and samples come in; estimates with their intervals go out. */

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/** A fraction with its 95 % interval (Wilson 1927), which is sound for counts of 0 and of all, too. */
export function wilson(count: number, of: number): Interval {
  if (of === 0) return { value: Number.NaN, low: 0, high: 1 };
  const value = count / of;
  const spread = Z * Math.sqrt((value * (1 - value)) / of + (Z * Z) / (4 * of * of));
  const [middle, size] = [value + (Z * Z) / (2 * of), 1 + (Z * Z) / of];
  // At 0 and 1 the ends are 0 and 1 up to rounding.
  const [low, high] = [(middle - spread) / size, (middle + spread) / size];
  return { value, low: Math.max(0, Math.min(value, low)), high: Math.min(1, Math.max(value, high)) };
}

export interface Mean {
  readonly value: number;
  /** Standard error; NaN for fewer than two samples. */
  readonly error: number;
}

export function meanOf(samples: readonly number[]): Mean {
  const n = samples.length;
  const value = samples.reduce((s, x) => s + x, 0) / n;
  const variance = samples.reduce((s, x) => s + (x - value) ** 2, 0) / (n - 1);
  return { value, error: Math.sqrt(variance / n) };
}

/**
 * The mean of fractions that were each measured in `each` trials which share something: Wilson's interval for the
 * number of independent trials that their spread speaks of, at least one a fraction, at most all.
 */
export function clustered(fractions: readonly number[], each: number): Interval {
  const { value, error } = meanOf(fractions);
  const all = fractions.length * each;
  const effective = error > 0 ? (value * (1 - value)) / error ** 2 : all;
  const trials = Math.min(all, Math.max(fractions.length, effective));
  return wilson(value * trials, trials);
}

export interface Line {
  readonly slope: number;
  /** Standard error of the slope; NaN for two points. */
  readonly slopeError: number;
  readonly intercept: number;
  /** Root mean square of what the line leaves, over n − 2 degrees of freedom. */
  readonly rest: number;
}

/** Least squares through (x, y); undefined for fewer than two different x. */
export function fitLine(x: readonly number[], y: readonly number[]): Line | undefined {
  const n = x.length;
  const [mx, my] = [meanOf(x).value, meanOf(y).value];
  const sxx = x.reduce((s, v) => s + (v - mx) ** 2, 0);
  if (n < 2 || !(sxx > 0)) return undefined;
  const slope = x.reduce((s, v, k) => s + (v - mx) * (y[k]! - my), 0) / sxx;
  const intercept = my - slope * mx;
  const squares = x.reduce((s, v, k) => s + (y[k]! - intercept - slope * v) ** 2, 0);
  const rest = Math.sqrt(squares / (n - 2));
  return { slope, slopeError: rest / Math.sqrt(sxx), intercept, rest };
}

/** (1/N) Σ sign(a_i)·sign(b_i) */
export function overlap(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += Math.sign(a[i]!) * Math.sign(b[i]!);
  return total / a.length;
}
