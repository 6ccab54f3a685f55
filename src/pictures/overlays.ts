/** In: bars, error bars and vertical rules of a plot. Out: the room they take, and the Vega data and marks that draw them. */
import type { Data, Mark } from "vega";
import type { Stroke } from "./decimate.js";
import type { LinePlot } from "./line-data.js";
import { inkColor } from "./palette.js";
import { cleanText, fontFamily } from "./svg-text.js";

/** A histogram beneath the lines. */
export interface Bars {
  readonly name: string;
  /** One more than heights, ascending. */
  readonly edges: ArrayLike<number>;
  readonly heights: ArrayLike<number>;
}

/** A vertical line through the whole plot, with a few words at its top. */
export interface Rule {
  readonly x: number;
  readonly label: string;
}

export const barColor = "#BBBBBB";

/** Points that the axes must hold beside those of the lines. */
export function overlayPoints({ bars, rules, series }: LinePlot): Stroke {
  const ends = series.flatMap(({ x, interval }) =>
    Array.from(x).flatMap((at, k): [number, number][] =>
      interval === undefined
        ? []
        : [
            [at, interval.low[k]!],
            [at, interval.high[k]!],
          ],
    ),
  );
  const corners = Array.from(bars?.heights ?? []).flatMap((height, k): [number, number][] => [
    [bars!.edges[k]!, 0],
    [bars!.edges[k + 1]!, height],
  ]);
  const places = (rules ?? []).map(({ x }): [number, number] => [x, Number.NaN]);
  return [...ends, ...corners, ...places];
}

export function overlayData({ bars, rules, series }: LinePlot): Data[] {
  const rows = Array.from(bars?.heights ?? [], (height, k) => ({
    low: bars!.edges[k],
    high: bars!.edges[k + 1],
    height,
  }));
  const errors = series.flatMap(({ x, y, interval }, number) =>
    Array.from(interval === undefined ? [] : x)
      .map((at, k) => ({ series: number, x: at, y: y[k]!, low: interval!.low[k]!, high: interval!.high[k]! }))
      .filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high)),
  );
  // Labels one below the other: rules may stand close together.
  const lines = (rules ?? []).map(({ x, label }, k) => ({ x, label: cleanText(label), top: 4 + 16 * k }));
  return [
    { name: "bars", values: rows },
    { name: "errors", values: errors },
    { name: "rules", values: lines },
  ];
}

/** Bars lie under the lines, rules and error bars over them. */
export function overlayMarks(logY: boolean): {
  readonly below: readonly Mark[];
  readonly above: readonly Mark[];
} {
  return {
    below: logY ? [] : [barMark],
    above: [ruleMark, ruleLabel, errorMark, capMark("low"), capMark("high"), errorDot],
  };
}

const barMark: Mark = {
  type: "rect",
  from: { data: "bars" },
  encode: {
    update: {
      x: { scale: "x", field: "low" },
      x2: { scale: "x", field: "high" },
      y: { scale: "y", field: "height" },
      y2: { scale: "y", value: 0 },
      fill: { value: barColor },
      stroke: { value: "white" },
      strokeWidth: { value: 0.5 },
    },
  },
};

const ruleMark: Mark = {
  type: "rule",
  from: { data: "rules" },
  encode: {
    update: {
      x: { scale: "x", field: "x" },
      y: { value: 0 },
      y2: { signal: "height" },
      stroke: { value: inkColor },
      strokeDash: { value: [5, 4] },
    },
  },
};

const ruleLabel: Mark = {
  type: "text",
  from: { data: "rules" },
  encode: {
    update: {
      x: { scale: "x", field: "x", offset: 4 },
      y: { field: "top" },
      text: { field: "label" },
      baseline: { value: "top" },
      font: { value: fontFamily },
      fontSize: { value: 12 },
      fill: { value: inkColor },
    },
  },
};

const errorMark: Mark = {
  type: "rule",
  from: { data: "errors" },
  encode: {
    update: {
      x: { scale: "x", field: "x" },
      y: { scale: "y", field: "low" },
      y2: { scale: "y", field: "high" },
      stroke: { scale: "color", field: "series" },
    },
  },
};

const capMark = (end: "low" | "high"): Mark => ({
  type: "rule",
  from: { data: "errors" },
  encode: {
    update: {
      x: { scale: "x", field: "x", offset: -3 },
      x2: { scale: "x", field: "x", offset: 3 },
      y: { scale: "y", field: end },
      stroke: { scale: "color", field: "series" },
    },
  },
});

const errorDot: Mark = {
  type: "symbol",
  from: { data: "errors" },
  encode: {
    update: {
      x: { scale: "x", field: "x" },
      y: { scale: "y", field: "y" },
      fill: { scale: "color", field: "series" },
      size: { value: 25 },
    },
  },
};
