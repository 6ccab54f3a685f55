/**
 * pi, log 2, the tables log(i/16) and arctan(i/16), and the Bernoulli numbers: a scale comes in, an enclosure of
 * about one unit of that scale goes out. Values are kept and rounded outward for smaller scales.
 */
import { add, type Fixed, multiply, negate, rescale, timesInteger, toFixed } from "./fixed-point.js";
import * as exact from "./rational.js";

/**
 * artanh z (or arctan z where `alternating`) for 0 <= z <= 1/2, on the grid of z.
 *
 * artanh z = sum of z^(2j+1)/(2j+1) over j >= 0; arctan z has the signs (-1)^j. `lo` and `hi` enclose the power
 * z^(2j+1): floors below, floor + 1 above. When the loop ends at j = J, z^(2J+1) <= 1 unit, and what is left is at
 * most z^(2J+1)·(1 + z^2 + z^4 + …) <= 4/3 units; two units are added (on both sides where signs alternate).
 */
export function arcSeries(z: Fixed, alternating: boolean): Fixed {
  const s = BigInt(z.scale);
  const square = multiply(z, z, z.scale);
  let [lo, hi] = [z.lo, z.hi];
  let [below, above] = [0n, 0n];
  for (let m = 1n; hi > 1n; m += 2n) {
    if (alternating && (m & 2n) !== 0n) {
      below -= hi / m + 1n;
      above -= lo / m;
    } else {
      below += lo / m;
      above += hi / m + 1n;
    }
    lo = (lo * square.lo) >> s;
    hi = ((hi * square.hi) >> s) + 1n;
  }
  return { lo: alternating ? below - 2n : below, hi: above + 2n, scale: z.scale };
}

const GUARD = 32;
const kept = new Map<string, Fixed>();

/** The named constant at the scale; `compute` is asked at a larger scale, so that the result is one or two units wide. */
function constant(name: string, scale: number, compute: (scale: number) => Fixed): Fixed {
  const known = kept.get(name);
  if (known !== undefined && known.scale >= scale + GUARD / 2) return rescale(known, scale);
  const value = compute(64 * Math.ceil(Math.max(scale, 0) / 64) + 2 * GUARD);
  kept.set(name, value);
  return rescale(value, scale);
}

const artanhOf = (n: number, d: number, scale: number): Fixed =>
  arcSeries(toFixed({ n: BigInt(n), d: BigInt(d) }, scale), false);
const arctanOf = (n: number, d: number, scale: number): Fixed =>
  arcSeries(toFixed({ n: BigInt(n), d: BigInt(d) }, scale), true);

/** Machin, 1706: pi = 16 arctan(1/5) - 4 arctan(1/239). */
export const pi = (scale: number): Fixed =>
  constant("pi", scale, (s) =>
    add(timesInteger(arctanOf(1, 5, s), 16n), timesInteger(arctanOf(1, 239, s), -4n)),
  );

/** log q = 2 artanh((q-1)/(q+1)); at q = 2 the argument is 1/3. */
export const log2 = (scale: number): Fixed =>
  constant("log2", scale, (s) => timesInteger(artanhOf(1, 3, s), 2n));

/** log(i/16) for 8 <= i <= 32: the argument of artanh is (i-16)/(i+16), at most 1/3 in magnitude. */
export const logSixteenths = (i: number, scale: number): Fixed =>
  constant(`log ${i}/16`, scale, (s) => {
    const value = timesInteger(artanhOf(Math.abs(i - 16), i + 16, s), 2n);
    return i < 16 ? negate(value) : value;
  });

/** arctan(i/16) for 0 <= i <= 16: arctan(i/16) - arctan((i-1)/16) = arctan(16/(256 + i(i-1))). */
export const arctanSixteenths = (i: number, scale: number): Fixed =>
  constant(`arctan ${i}/16`, scale, (s) => {
    let value: Fixed = { lo: 0n, hi: 0n, scale: s };
    for (let j = 1; j <= i; j++) value = add(value, arctanOf(16, 256 + j * (j - 1), s));
    return value;
  });

const bernoulliNumbers: exact.Rational[] = [exact.ONE];

/** B_m by its defining recurrence, sum over j <= m of binomial(m+1, j)·B_j = 0. */
export function bernoulli(m: number): exact.Rational {
  for (let k = bernoulliNumbers.length; k <= m; k++) {
    let sum = exact.ZERO;
    let binomial = 1n;
    for (let j = 0; j < k; j++) {
      if (j < 2 || j % 2 === 0)
        sum = exact.add(sum, exact.multiply(exact.rational(binomial), bernoulliNumbers[j]!));
      binomial = (binomial * BigInt(k + 1 - j)) / BigInt(j + 1);
    }
    bernoulliNumbers.push(exact.divide(exact.negate(sum), exact.rational(k + 1)));
  }
  return bernoulliNumbers[m]!;
}
