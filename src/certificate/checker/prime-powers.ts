/** Rational numbers come in; their powers, or the powers of primes that they are made of, go out, while they are short. */
import { exact, type Rational } from "./arithmetic/index.js";
import { reject } from "./rejection.js";

/** Bits of an exact power of a number. */
const MAX_BITS = 20_000;
const LONGEST = 1n << 40_000n;
const MAX_TRIAL = 1_000n;

/** Exact numbers stay short enough to be cheap. */
export const requireShort = ({ n, d }: Rational): void => {
  if (n > LONGEST || n < -LONGEST || d > LONGEST) reject("a coefficient has too many digits");
};

/** c^k, exactly. */
export function numberPower(c: Rational, k: bigint): Rational {
  const bits = (x: bigint): bigint => BigInt(x.toString(2).length);
  const size = (bits(c.n) + bits(c.d)) * (k < 0n ? -k : k);
  if (size > BigInt(MAX_BITS) && !exact.equal(exact.absolute(c), exact.ONE))
    reject("a power of a number has too many digits");
  return exact.power(c, k);
}

/** n > 0 as powers of small primes and what is left, which is prime or a product of large primes. */
function primes(n: bigint): (readonly [bigint, number])[] {
  const found: (readonly [bigint, number])[] = [];
  let rest = n;
  for (let p = 2n; p <= MAX_TRIAL && p * p <= rest; p += p === 2n ? 1n : 2n) {
    let k = 0;
    for (; rest % p === 0n; rest /= p) k++;
    if (k > 0) found.push([p, k]);
  }
  if (rest > 1n) found.push([rest, 1]);
  return found;
}

/** c > 0 as a product of powers of primes, or of what stands for one. */
export const primePowers = (c: Rational): (readonly [bigint, number])[] => [
  ...primes(c.n),
  ...primes(c.d).map(([p, k]) => [p, -k] as const),
];
