/** Seeded points: a seed comes in, doubles of every magnitude and the awkward ones go out. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { nextDown, nextUp } from "../../../src/certificate/checker/arithmetic/binary64.js";

/** A number in [0, 1). */
export type Uniform = () => number;

export function uniform(seed: number): Uniform {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

export function randomDoubles(seed: number, count: number, draw: (u: Uniform) => number): number[] {
  const u = uniform(seed);
  return Array.from({ length: count }, () => draw(u));
}

/** A double whose exponent is uniform between the two given, of either sign. */
export const anyMagnitude =
  (low: number, high: number) =>
  (u: Uniform): number => {
    const e = low + Math.floor((high - low + 1) * u());
    const size = (1 + u()) * 2 ** Math.max(e, -1022) * (e < -1022 ? 2 ** (e + 1022) : 1);
    return u() < 0.5 ? size : -size;
  };

/** The doubles next to each of the given ones, and these. */
export const withNeighbours = (xs: readonly number[]): number[] =>
  xs.flatMap((x) => [nextDown(x), x, nextUp(x)]).filter((x) => Number.isFinite(x));

/** Zero, subnormals, the ends of the normal range, small integers and the ends of the double range. */
export const EDGES = withNeighbours([
  0,
  2 ** -1074,
  2 ** -1060,
  2 ** -1022,
  2 ** -960,
  2 ** -900,
  2 ** -538,
  2 ** -53,
  0.25,
  0.5,
  Math.SQRT1_2,
  1,
  1.4616321449683622,
  Math.SQRT2,
  Math.PI / 2,
  2,
  Math.E,
  3,
  Math.PI,
  10,
  2 ** 26,
  2 ** 53,
  2 ** 511,
  2 ** 900,
  2 ** 996,
  2 ** 1000,
  2 ** 1023,
  Number.MAX_VALUE,
]).flatMap((x) => [x, 0 - x]);
