/** Exact rational numbers on bigint: literals come in, sums, products and decimal text go out. */

/** A reduced fraction; `d > 0n` always, so equal values have equal fields. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

const abs = (a: bigint): bigint => (a < 0n ? -a : a);

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [abs(a), abs(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The fraction n/d in lowest terms. Throws on d = 0: callers decide what a division by zero means. */
export function rational(n: bigint | number, d: bigint | number = 1n): Rational {
  const [num, den] = [BigInt(n), BigInt(d)];
  if (den === 0n) throw new RangeError("rational with denominator 0");
  const g = gcd(num, den) || 1n;
  const s = den < 0n ? -1n : 1n;
  return { n: (s * num) / g, d: (s * den) / g };
}

export const ZERO = rational(0);
export const ONE = rational(1);
export const MINUS_ONE = rational(-1);
export const HALF = rational(1, 2);

export const addR = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const negR = (a: Rational): Rational => ({ n: -a.n, d: a.d });
export const subR = (a: Rational, b: Rational): Rational => addR(a, negR(b));
export const mulR = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
export const divR = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);
export const compareR = (a: Rational, b: Rational): number => {
  const diff = a.n * b.d - b.n * a.d;
  return diff < 0n ? -1 : diff > 0n ? 1 : 0;
};
export const equalR = (a: Rational, b: Rational): boolean => a.n === b.n && a.d === b.d;
export const isInteger = (a: Rational): boolean => a.d === 1n;
export const signR = (a: Rational): -1 | 0 | 1 => (a.n < 0n ? -1 : a.n > 0n ? 1 : 0);

/** a^k for an integer k; throws on 0^negative. */
export function powR(a: Rational, k: bigint): Rational {
  if (k < 0n) return powR(divR(ONE, a), -k);
  return { n: a.n ** k, d: a.d ** k };
}

/** The largest integer not above a. */
export function floorR(a: Rational): bigint {
  const q = a.n / a.d;
  return a.n % a.d !== 0n && a.n < 0n ? q - 1n : q;
}

/**
 * Reads a decimal literal such as `12`, `0.5`, `.5` or `1e-3` as the exact rational it denotes.
 * Returns undefined when the text is no such literal.
 */
export function parseDecimal(text: string): Rational | undefined {
  const m = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (m === null || (m[2] === "" && (m[3] ?? "") === "")) return undefined;
  const [whole, fraction] = [m[2] ?? "", m[3] ?? ""];
  const exponent = Number(m[4] ?? "0") - fraction.length;
  if (Math.abs(exponent) > 5000) return undefined;
  const digits = BigInt(`${whole}${fraction}`) * (m[1] === "-" ? -1n : 1n);
  return exponent >= 0
    ? rational(digits * 10n ** BigInt(exponent))
    : rational(digits, 10n ** BigInt(-exponent));
}

/** The exact value of a finite double read as its shortest decimal, which is what the user typed. */
export function fromNumber(value: number): Rational {
  const parsed = parseDecimal(String(value));
  if (parsed === undefined) throw new RangeError(`not a finite number: ${value}`);
  return parsed;
}

/** The double nearest to a, correct also where numerator or denominator exceed the double range. */
export function toNumber(a: Rational): number {
  const bits = (x: bigint): number => x.toString(2).length;
  if (a.n === 0n) return 0;
  const [n, d] = [abs(a.n), a.d];
  if (n <= 9007199254740991n && d <= 9007199254740991n) return Number(a.n) / Number(a.d);
  const shift = 66 - (bits(n) - bits(d));
  const q = shift >= 0 ? (n << BigInt(shift)) / d : n / (d << BigInt(-shift));
  const sticky = shift >= 0 ? (n << BigInt(shift)) % d !== 0n : n % (d << BigInt(-shift)) !== 0n;
  const magnitude = scale(Number(q | (sticky ? 1n : 0n)), -shift);
  return a.n < 0n ? -magnitude : magnitude;
}

/** x·2^k without an intermediate overflow or a premature underflow. */
function scale(x: number, k: number): number {
  let [value, left] = [x, k];
  for (; left > 1000; left -= 1000) value *= 2 ** 1000;
  for (; left < -1000; left += 1000) value *= 2 ** -1000;
  return value * 2 ** left;
}

/** `3`, `-1/2`: the text the parser reads back. */
export const showR = (a: Rational): string => (a.d === 1n ? `${a.n}` : `${a.n}/${a.d}`);
