/** A seed and the name of an array come in, reproducible entries go out. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** FNV-1a of the name, mixed with the seed: every array has a stream of its own, whatever the order of draws. */
function streamSeed(seed: number, name: string): number {
  let hash = 2166136261 ^ seed;
  for (const c of name) hash = Math.imul(hash ^ c.codePointAt(0)!, 16777619);
  return Math.imul(hash ^ (hash >>> 15), 2246822519) | 0;
}

export type Distribution = "normal" | "uniform" | "rademacher";

/** Uniform numbers in [0, 1). */
export function uniformStream(seed: number, name: string): () => number {
  const generator = xoroshiro128plus(streamSeed(seed, name));
  return () => uniformFloat64(generator);
}

/** Standard normal numbers by Box and Muller's polar form; its state is the generator's and the number kept for later. */
export class NormalStream {
  private spare: number | undefined;
  private generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number, name: string) {
    this.generator = xoroshiro128plus(streamSeed(seed, name));
  }

  next(): number {
    const kept = this.spare;
    this.spare = undefined;
    return kept ?? this.pair();
  }

  getState(): readonly number[] {
    return [...this.generator.getState(), ...(this.spare === undefined ? [] : [this.spare])];
  }

  setState(state: readonly number[]): void {
    this.generator = xoroshiro128plusFromState(state.slice(0, GENERATOR_STATE));
    this.spare = state[GENERATOR_STATE];
  }

  private pair(): number {
    for (;;) {
      const a = 2 * uniformFloat64(this.generator) - 1;
      const b = 2 * uniformFloat64(this.generator) - 1;
      const s = a * a + b * b;
      if (s >= 1 || s === 0) continue;
      const f = Math.sqrt((-2 * Math.log(s)) / s);
      this.spare = b * f;
      return a * f;
    }
  }
}

/** Numbers in the state of the generator. */
const GENERATOR_STATE = xoroshiro128plus(0).getState().length;

/** A random order of numbers, and what makes the following ones again. */
export interface Shuffler {
  /** A random permutation in place (Fisher and Yates), from the order in which the numbers stood at first. */
  permute(numbers: Uint32Array): void;
  getState(): readonly number[];
  setState(state: readonly number[]): void;
}

export function shuffler(seed: number, name: string): Shuffler {
  let generator = xoroshiro128plus(streamSeed(seed, name));
  return {
    permute: (numbers) => {
      for (let k = 0; k < numbers.length; k++) numbers[k] = k;
      for (let k = numbers.length - 1; k > 0; k--) {
        const j = uniformInt(generator, 0, k);
        [numbers[k], numbers[j]] = [numbers[j]!, numbers[k]!];
      }
    },
    getState: () => generator.getState(),
    setState: (state) => {
      generator = xoroshiro128plusFromState(state);
    },
  };
}

/**
 * `size` draws: normal with `mean` 0 and `std` 1, uniform on [`low` 0, `high` 1), or ±1 with equal
 * probability, unless the parameters say otherwise.
 */
export function draw(
  distribution: Distribution,
  parameters: Readonly<Record<string, number>>,
  size: number,
  seed: number,
  name: string,
): Float64Array {
  const uniform = uniformStream(seed, name);
  const { mean = 0, std = 1, low = 0, high = 1 } = parameters;
  const normal = new NormalStream(seed, name);
  const next = {
    normal: () => mean + std * normal.next(),
    uniform: () => low + (high - low) * uniform(),
    rademacher: () => (uniform() < 0.5 ? -1 : 1),
  }[distribution];
  return Float64Array.from({ length: size }, next);
}
