/** In: a seed. Out: an array of random rank, sizes and bit patterns, the same for the same seed. */
import type { NumericArray } from "../../src/arrays/index.js";

/** mulberry32: 32 random bits a call. */
export function randomBits(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Every finite double is as likely as its bit pattern: subnormals, ±0 and 1e308 included. */
export function randomDouble(bits: () => number): number {
  if (bits() % 16 === 0) return [0, -0, 5e-324, -Number.MAX_VALUE, 1 / 3][bits() % 5]!;
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, bits());
  view.setUint32(4, bits());
  const value = view.getFloat64(0);
  return Number.isFinite(value) ? value : 0.1;
}

export function randomArray(seed: number, shape?: readonly number[]): NumericArray {
  const bits = randomBits(seed);
  const sizes = shape ?? Array.from({ length: bits() % 5 }, () => bits() % 5);
  const length = sizes.reduce((a, b) => a * b, 1);
  return { shape: sizes, data: Float64Array.from({ length }, () => randomDouble(bits)) };
}

/** Equal shape and equal bits, so that −0 differs from 0. */
export function sameBits(a: NumericArray, b: NumericArray): boolean {
  const sameShape = `${a.shape}` === `${b.shape}` && a.data.length === b.data.length;
  return sameShape && a.data.every((value, k) => Object.is(value, b.data[k]));
}
