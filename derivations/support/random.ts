/** A seed comes in; a reproducible stream of uniform and normal numbers goes out. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface Stream {
  /** In [0, 1). */
  uniform(): number;
  /** Mean 0, variance 1. */
  normal(): number;
}

export function stream(seed: number): Stream {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  // Box and Muller; 1 - u keeps the logarithm away from 0.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** A matrix of independent standard normal numbers, as rows. */
export const normalMatrix = (rows: number, columns: number, s: Stream): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, s.normal));
