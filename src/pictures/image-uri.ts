/** In: the numbers of one image. Out: a data URI holding it as a PNG of one pixel a number. Loads fast-png. */
import { type ColorMap, shade } from "./palette.js";

export interface Pixels {
  readonly pixels: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** The numbers drawn as the first and the last shade. */
export type Range = readonly [low: number, high: number];

/** A range of no width draws the middle shade. */
export async function imageUri(
  { pixels, width, height }: Pixels,
  [low, high]: Range,
  colors: ColorMap,
): Promise<string> {
  const { encode } = await import("fast-png");
  const data = new Uint8Array(pixels.length * 3);
  const part = (value: number) => (high > low ? (value - low) / (high - low) : value - low + 0.5);
  pixels.forEach((value, k) => {
    data.set(shade(colors, part(value)), 3 * k);
  });
  return `data:image/png;base64,${toBase64(encode({ width, height, data, channels: 3, depth: 8 }))}`;
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
