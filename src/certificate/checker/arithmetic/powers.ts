/** Integer powers, integer roots and real powers at one endpoint: lower and upper endpoint of the value go out. */
import { expFixed, HORIZON, logPower } from "./elementary.js";
import { type Bracket, enclose, roundFixed } from "./endpoints.js";
import {
  bitLength,
  ceilShift,
  divide,
  exponent,
  type Fixed,
  floorRoot,
  floorShift,
  magnitude,
  type Point,
} from "./fixed-point.js";
import type { NumberLine } from "./number-line.js";

const both = <N>(x: N): Bracket<N> => ({ down: x, up: x });
const ONE: Fixed = { lo: 1n, hi: 1n, scale: 0 };

const bracketFixed = <N>(line: NumberLine<N>, y: Fixed): Bracket<N> => ({
  down: roundFixed(line, y, -1),
  up: roundFixed(line, y, 1),
});

const flip = <N>(line: NumberLine<N>, y: Bracket<N>): Bracket<N> => ({
  down: line.negate(y.up),
  up: line.negate(y.down),
});

/** A positive enclosure cut to so many bits, rounded outward. */
function trim(a: Fixed, bits: number): Fixed {
  const excess = bitLength(a.hi) - bits;
  if (excess <= 0) return a;
  return { lo: floorShift(a.lo, excess), hi: ceilShift(a.hi, excess), scale: a.scale - excess };
}

const product = (a: Fixed, b: Fixed): Fixed => ({
  lo: a.lo * b.lo,
  hi: a.hi * b.hi,
  scale: a.scale + b.scale,
});

/** n/d as an enclosure relative to its own size; exact where d is a power of two. */
function floating(x: Point, bits: number): Fixed {
  const scale = Math.max(bits - exponent(x), bitLength(x.d) - 1);
  const lo = scale >= 0 ? (x.n << BigInt(scale)) / x.d : x.n / (x.d << BigInt(-scale));
  const back = scale >= 0 ? lo * x.d === x.n << BigInt(scale) : lo * (x.d << BigInt(-scale)) === x.n;
  return { lo, hi: back ? lo : lo + 1n, scale };
}

/** x^k for x > 0, k >= 1 by squaring, every product cut outward; exact as long as it fits. */
export function positivePower(x: Point, k: number, bits: number): Fixed {
  let square = trim(floating(x, bits), bits);
  let result = ONE;
  for (let rest = k; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = trim(product(result, square), bits);
    if (rest > 1) square = trim(product(square, square), bits);
  }
  return result;
}

/** x^n for x > 0 and an integer n other than 0. */
function powerAt<N>(line: NumberLine<N>, x: Point, n: number): Bracket<N> {
  const k = Math.abs(n);
  const extra = 2 * Math.ceil(Math.log2(k + 1)) + 8;
  const power = (bits: number): Fixed => {
    const y = positivePower(x, k, bits + extra);
    return n > 0 ? y : divide(ONE, y, bits + bitLength(y.hi) - y.scale);
  };
  return bracketFixed(line, enclose(line, power));
}

/** x^n for an integer n other than 0; 0 and infinity as limits from the right. */
export function integerPower<N>(line: NumberLine<N>, x: N, n: number): Bracket<N> {
  const side = line.sign(x);
  if (side < 0) {
    const size = integerPower(line, line.negate(x), n);
    return n % 2 === 0 ? size : flip(line, size);
  }
  if (side === 0) return both(n > 0 ? line.zero : line.infinity);
  if (!line.isFinite(x)) return both(n > 0 ? line.infinity : line.zero);
  return powerAt(line, line.exact(x), n);
}

/** The n-th root of |x| with the sign of x: floor and ceiling of the integer root of |x|·2^(n·s). */
export function integerRoot<N>(line: NumberLine<N>, x: N, n: number): Bracket<N> {
  if (n === 1 || line.sign(x) === 0 || !line.isFinite(x)) return both(x);
  if (line.sign(x) < 0) return flip(line, integerRoot(line, line.negate(x), n));
  const exact = line.exact(x);
  if (n > 64)
    return bracketFixed(
      line,
      enclose(line, (bits) => rootByExponential(exact, n, bits)),
    );
  return bracketFixed(
    line,
    enclose(line, (bits) => {
      const scale = bits - Math.floor(exponent(exact) / n);
      const [up, down] = scale >= 0 ? [BigInt(n * scale), 0n] : [0n, BigInt(-n * scale)];
      const [whole, divisor] = [exact.n << up, exact.d << down];
      const inside = whole / divisor;
      const lo = floorRoot(inside, n);
      const isExact = inside * divisor === whole && lo ** BigInt(n) === inside;
      return { lo, hi: isExact ? lo : lo + 1n, scale };
    }),
  );
}

const rootByExponential = (x: Point, n: number, bits: number): Fixed =>
  expFixed(logPower(x, { n: 1n, d: BigInt(n) }, bits + 16), bits);

/**
 * The limit of x^y at a corner of a box in x >= 0: along x with y fixed where y is finite; for infinite y that of
 * the limit function, which is 0, 1 or infinity as x is below, at or above 1 (the reverse for y = -infinity).
 */
export function cornerPower<N>(line: NumberLine<N>, x: N, y: N): Bracket<N> {
  const direction = line.sign(y);
  const size = line.compare(x, line.one);
  if (direction === 0 || size === 0) return both(line.one);
  const grows = size > 0 === direction > 0;
  const isLimit = line.sign(x) === 0 || !line.isFinite(x) || !line.isFinite(y);
  if (isLimit) return both(grows ? line.infinity : line.zero);
  return realPower(line, line.exact(x), line.exact(y), grows);
}

/** exp(y·log x), x > 0; an integer y of moderate size by multiplication. A result past the horizon is left open. */
function realPower<N>(line: NumberLine<N>, x: Point, y: Point, grows: boolean): Bracket<N> {
  if (y.n % y.d === 0n && magnitude(y.n / y.d) <= 1024n) {
    return powerAt(line, x, Number(y.n / y.d));
  }
  const limit = BigInt(HORIZON);
  const rough = logPower(x, y, 16);
  if (
    floorShift(magnitude(rough.lo), rough.scale) > limit &&
    floorShift(magnitude(rough.hi), rough.scale) > limit
  ) {
    const edge = expFixed(
      grows ? { lo: limit, hi: limit, scale: 0 } : { lo: -limit, hi: -limit, scale: 0 },
      line.bits,
    );
    return grows
      ? { down: roundFixed(line, edge, -1), up: line.infinity }
      : { down: line.zero, up: roundFixed(line, edge, 1) };
  }
  return bracketFixed(
    line,
    enclose(line, (bits) => expFixed(logPower(x, y, bits + 16), bits)),
  );
}
