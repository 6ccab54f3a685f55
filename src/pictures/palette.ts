/** In: the number of a series, or a value between 0 and 1. Out: a colour that colour-blind readers can tell apart. */

/**
 * Okabe & Ito, "Color Universal Design" (2008), without yellow, whose contrast on white is 1.3 : 1; the
 * four that reach 3 : 1 on white come first.
 */
export const seriesColors: readonly string[] = [
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#000000",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
];

export const inkColor = "#222222";
export const gridColor = "#DDDDDD";

type Rgb = readonly [number, number, number];

/** How a number becomes a shade: "gray" runs black → white, "diverging" blue → white → vermillion. */
export type ColorMap = "gray" | "diverging";

const stops: { readonly [K in ColorMap]: readonly Rgb[] } = {
  gray: [
    [0, 0, 0],
    [255, 255, 255],
  ],
  diverging: [
    [0, 72, 128],
    [120, 180, 220],
    [247, 247, 247],
    [240, 160, 110],
    [165, 60, 0],
  ],
};

/** Not a shade of either map, so that a missing pixel is seen. */
const missing: Rgb = [204, 121, 167];

/** The shade of `part` (0 the low end, 1 the high end, clipped); the colour of missing pixels for NaN. */
export function shade(map: ColorMap, part: number): Rgb {
  if (Number.isNaN(part)) return missing;
  const colors = stops[map];
  const at = Math.min(Math.max(part, 0), 1) * (colors.length - 1);
  const below = Math.min(Math.floor(at), colors.length - 2);
  const [from, to] = [colors[below]!, colors[below + 1]!];
  const mix = (k: 0 | 1 | 2) => Math.round(from[k] + (at - below) * (to[k] - from[k]));
  return [mix(0), mix(1), mix(2)];
}

/** The colours of the map, evenly spaced from its low to its high end, as CSS. */
export function mapStops(map: ColorMap): string[] {
  return stops[map].map(([red, green, blue]) => `rgb(${red},${green},${blue})`);
}
