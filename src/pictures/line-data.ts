/** In: series of numbers as given. Out: strokes to draw, the axes that hold them, and a description in words. */
import { type Drawable, decimate, type Stroke } from "./decimate.js";
import { type Bars, overlayPoints, type Rule } from "./overlays.js";
import { fail, type PictureResult, succeed } from "./result.js";
import { linearTicks, logTicks, showValue, type Ticks } from "./ticks.js";

export interface Series {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Ends of the error bar at each point. */
  readonly interval?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
}

export interface LinePlot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Logarithmic axes; points that are not positive on them become gaps. */
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** A histogram beneath the lines; on a linear y axis only. */
  readonly bars?: Bars;
  readonly rules?: readonly Rule[];
  /** Pixels; 720 × 400 by default. */
  readonly width?: number;
  readonly height?: number;
}

export interface LineData {
  readonly names: readonly string[];
  readonly strokes: readonly Stroke[];
  readonly xTicks: Ticks;
  readonly yTicks: Ticks;
  readonly description: string;
}

/** More lines than this cannot be told apart; an even choice of them is drawn, and the description says so. */
export const mostLines = 300;

/** All strokes together stay below this many points, so that the SVG stays near a megabyte and draws in about a second. */
const mostPoints = 100_000;

/** What there is to draw, or a failure when a series is uneven or no point can be drawn. */
export function prepareLines(plot: LinePlot, width: number, height: number): PictureResult<LineData> {
  const uneven = plot.series.find(({ x, y }) => x.length !== y.length);
  if (uneven) return lengthsDiffer(uneven);
  const chosen = chooseEvenly(plot.series, mostLines);
  const columns = Math.max(16, Math.min(width, Math.floor(mostPoints / 4 / Math.max(1, chosen.length))));
  const drawable: Drawable = (x, y) =>
    Number.isFinite(x) && Number.isFinite(y) && !(plot.logX && x <= 0) && !(plot.logY && y <= 0);
  const strokes = chosen.map((series) => decimate(series, columns, drawable, plot.logX));
  const all = [...strokes, overlayPoints(plot).filter((p) => !(plot.logY && p && p[1] <= 0))];
  const xRange = extent(all, 0);
  const yRange = extent(all, 1);
  if (!xRange || !yRange) return nothingToDraw(plot);
  return succeed({
    names: chosen.map(({ name }) => name),
    strokes,
    xTicks: (plot.logX ? logTicks : linearTicks)(
      ...xRange,
      Math.max(2, Math.floor(width / 90)),
      plot.bars || plot.rules ? 0.03 : 0,
    ),
    yTicks: (plot.logY ? logTicks : linearTicks)(...yRange, Math.max(2, Math.floor(height / 50)), 0.04),
    description: describe(plot, chosen.length, xRange, yRange),
  });
}

function lengthsDiffer({ name, x, y }: Series): PictureResult<never> {
  return fail(
    "picture-lengths",
    `Series "${name}" has ${x.length} x values and ${y.length} y values; expected equally many.`,
    "Give one y for every x.",
  );
}

function nothingToDraw(plot: LinePlot): PictureResult<never> {
  const points = plot.series.reduce((sum, { x }) => sum + x.length, 0);
  const axes = [plot.logX ? "x" : "", plot.logY ? "y" : ""].filter(Boolean).join(" and ");
  const condition = axes ? `finite and positive on the logarithmic ${axes} axis` : "finite";
  return fail(
    "picture-empty",
    `"${plot.title}" has nothing to draw: none of its ${points} points in ${plot.series.length} series is ${condition}.`,
    axes && points > 0
      ? "Use a linear axis, or subtract the lowest value."
      : "Give at least one point with finite numbers.",
  );
}

/** At most `most` of the items, the first and the last among them, evenly spaced. */
export function chooseEvenly<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, k) => items[Math.round((k * (items.length - 1)) / (most - 1))]!);
}

function extent(strokes: readonly Stroke[], axis: 0 | 1): [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const stroke of strokes) {
    for (const point of stroke) {
      if (point && point[axis] < low) low = point[axis];
      if (point && point[axis] > high) high = point[axis];
    }
  }
  return low <= high ? [low, high] : undefined;
}

function describe(plot: LinePlot, drawn: number, x: readonly number[], y: readonly number[]): string {
  const total = plot.series.length;
  const names = plot.series
    .slice(0, 7)
    .map(({ name }) => name)
    .join(", ");
  const count =
    total > drawn
      ? `${drawn} of ${total} lines, evenly chosen`
      : `${total} ${total === 1 ? "line" : "lines"}`;
  const range = ([low, high]: readonly number[]) => `from ${showValue(low!)} to ${showValue(high!)}`;
  const bars = plot.bars === undefined ? "" : `over ${plot.bars.heights.length} bars (${plot.bars.name}) `;
  const rules = (plot.rules ?? []).map(({ label }) => ` Vertical line: ${label}.`).join("");
  return (
    `Line plot ${bars}of ${count}: ${names}${total > 7 ? ", …" : ""}.${rules} ` +
    `Horizontal axis: ${plot.xLabel}, ${range(x)}${plot.logX ? ", logarithmic" : ""}. ` +
    `Vertical axis: ${plot.yLabel}, ${range(y)}${plot.logY ? ", logarithmic" : ""}.`
  );
}
