/** A coefficient as written ("35/384", "0.161" or a double) comes in; an exact fraction of integers goes out. */

export interface Rational {
  readonly num: bigint;
  /** Always positive and coprime to `num`. */
  readonly den: bigint;
}

export const ZERO: Rational = { num: 0n, den: 1n };
export const ONE: Rational = { num: 1n, den: 1n };

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

export function rational(num: bigint, den: bigint): Rational {
  const divisor = gcd(num, den) * (den < 0n ? -1n : 1n);
  return { num: num / divisor, den: den / divisor };
}

export const add = (x: Rational, y: Rational) => rational(x.num * y.den + y.num * x.den, x.den * y.den);
export const subtract = (x: Rational, y: Rational) => rational(x.num * y.den - y.num * x.den, x.den * y.den);
export const multiply = (x: Rational, y: Rational) => rational(x.num * y.num, x.den * y.den);

/**
 * Σ x_i y_i over the entries of x. Reduced once at the end, and denominators that divide each other, as those of decimals
 * do, are not multiplied: the greatest common divisors of long integers are most of the time otherwise.
 */
export function sumOfProducts(x: readonly Rational[], y: readonly Rational[]): Rational {
  let [num, den] = [0n, 1n];
  for (const [i, value] of x.entries()) {
    if (value.num === 0n || y[i]!.num === 0n) continue;
    const [top, bottom] = [value.num * y[i]!.num, value.den * y[i]!.den];
    if (bottom % den === 0n) [num, den] = [num * (bottom / den) + top, bottom];
    else if (den % bottom === 0n) num += top * (den / bottom);
    else [num, den] = [num * bottom + top * den, den * bottom];
  }
  return rational(num, den);
}

/** Nearest double up to a few units of the last place, for numerators and denominators of any length. */
export function toNumber({ num, den }: Rational): number {
  const bits = Math.max(0, den.toString(2).length - num.toString(2).length + 64);
  return Number((num << BigInt(bits)) / den) * 2 ** -bits;
}

function fromDecimal(text: string): Rational {
  const match = /^([+-]?\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  if (!match || text.trim() === "") throw new Error(`"${text}" is not a decimal number`);
  const [, whole = "", fraction = "", exponent = "0"] = match;
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(`${whole}${fraction}`.replace(/^([+-]?)$/, "$10"));
  return shift >= 0 ? rational(digits * 10n ** BigInt(shift), 1n) : rational(digits, 10n ** BigInt(-shift));
}

/** Every double is a fraction with a power of two below: multiply by 2 until it is an integer. */
function fromDouble(value: number): Rational {
  if (!Number.isFinite(value)) throw new Error(`the coefficient ${value} is not a finite number`);
  let bits = 0;
  while (!Number.isInteger(value)) {
    value *= 2;
    bits++;
  }
  return rational(BigInt(value), 1n << BigInt(bits));
}

/**
 * The exact value of a written coefficient: a fraction, a decimal, or the binary value of a double.
 * Throws an Error naming the text when it is none of these.
 */
export function exactly(coefficient: string | number): Rational {
  if (typeof coefficient === "number") return fromDouble(coefficient);
  const [over, under] = coefficient.split("/");
  if (under === undefined) return fromDecimal(coefficient);
  const [x, y] = [fromDecimal(over ?? ""), fromDecimal(under)];
  if (y.num === 0n) throw new Error(`"${coefficient}" divides by zero`);
  return rational(x.num * y.den, x.den * y.num);
}
