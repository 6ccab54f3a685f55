/** Exact rational numbers on bigint: the checker's own copy, so that it shares no code with what it checks. */

/** A fraction in lowest terms with d > 0, so equal values have equal fields. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

const magnitude = (a: bigint): bigint => (a < 0n ? -a : a);

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [magnitude(a), magnitude(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** n/d in lowest terms; throws on d = 0, which no caller may let through. */
export function rational(n: bigint | number, d: bigint | number = 1n): Rational {
  const [num, den] = [BigInt(n), BigInt(d)];
  if (den === 0n) throw new RangeError("rational with denominator 0");
  const g = greatestCommonDivisor(num, den) * (den < 0n ? -1n : 1n);
  return { n: num / g, d: den / g };
}

export const ZERO = rational(0n);
export const ONE = rational(1n);

export const add = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const negate = (a: Rational): Rational => ({ n: -a.n, d: a.d });
export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);
export const absolute = (a: Rational): Rational => ({ n: magnitude(a.n), d: a.d });
export const sign = (a: Rational): -1 | 0 | 1 => (a.n < 0n ? -1 : a.n > 0n ? 1 : 0);
export const compare = (a: Rational, b: Rational): -1 | 0 | 1 => sign(subtract(a, b));
export const equal = (a: Rational, b: Rational): boolean => a.n === b.n && a.d === b.d;
export const isInteger = (a: Rational): boolean => a.d === 1n;

/** a^k for an integer k; throws on 0 to a negative power. */
export function power(a: Rational, k: bigint): Rational {
  if (k < 0n) return power(divide(ONE, a), -k);
  return { n: a.n ** k, d: a.d ** k };
}

/** The largest integer not above a. */
export function floor(a: Rational): bigint {
  const q = a.n / a.d;
  return a.n < 0n && a.n % a.d !== 0n ? q - 1n : q;
}

/** Reads `12`, `-0.5`, `.5`, `1e-3` or `-1/3` as the exact rational it denotes; undefined for any other text. */
export function parse(text: string): Rational | undefined {
  const fraction = /^([+-]?\d+)\/(\d+)$/.exec(text);
  if (fraction !== null) {
    const den = BigInt(fraction[2]!);
    return den === 0n ? undefined : rational(BigInt(fraction[1]!), den);
  }
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const [whole, decimals] = [match[2] ?? "", match[3] ?? ""];
  if (whole === "" && decimals === "") return undefined;
  const exponent = BigInt(match[4] ?? "0") - BigInt(decimals.length);
  const digits = BigInt(whole + decimals) * (match[1] === "-" ? -1n : 1n);
  return exponent >= 0n ? rational(digits * 10n ** exponent) : rational(digits, 10n ** -exponent);
}

/** `3`, `-1/2`: the text that `parse` reads back. */
export const show = (a: Rational): string => (a.d === 1n ? `${a.n}` : `${a.n}/${a.d}`);
