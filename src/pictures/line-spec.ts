/** In: strokes and axes. Out: the Vega specification that draws them; data only, no expression is built from text. */
import type { Axis, Legend, Mark, Scale, Spec } from "vega";
import type { LineData, LinePlot } from "./line-data.js";
import { barColor, overlayData, overlayMarks } from "./overlays.js";
import { gridColor, inkColor, seriesColors } from "./palette.js";
import { cleanText, fontFamily, wrapText } from "./svg-text.js";
import type { Ticks } from "./ticks.js";

/** Up to this many lines have a colour and a legend entry of their own; more are drawn thin, without a legend. */
const mostNamed = seriesColors.length;

/** `titleHeight` is left free at the top: Vega guesses text widths and would narrow the plot for a title. */
export function lineSpec(
  plot: LinePlot,
  data: LineData,
  width: number,
  height: number,
  titleHeight: number,
): Spec {
  const names = [...data.names, ...(plot.bars ? [plot.bars.name] : [])].map(cleanText);
  const many = data.names.length > mostNamed;
  const { below, above } = overlayMarks(plot.logY === true);
  return {
    width,
    height,
    padding: { left: 12, right: 12, bottom: 12, top: titleHeight },
    background: "white",
    autosize: { type: "fit", contains: "padding" },
    config: { axis: { labelFont: fontFamily, titleFont: fontFamily } },
    signals: [
      { name: "xTickLabels", value: data.xTicks.labels },
      { name: "yTickLabels", value: data.yTicks.labels },
      { name: "seriesNames", value: names },
    ],
    data: [
      { name: "points", values: points(data) },
      { name: "dots", values: loneDots(data) },
      ...overlayData(plot),
    ],
    scales: scales(plot, data),
    axes: [axis("x", plot.xLabel, data.xTicks, width), axis("y", plot.yLabel, data.yTicks, height)],
    legends: many || names.length < 2 ? [] : [legend(width, names, data.names.length)],
    marks: [...below, lines(many), dots(many), ...above],
  };
}

function points({ strokes }: LineData): object[] {
  return strokes.flatMap((stroke, series) =>
    stroke.map((point) => (point ? { series, x: point[0], y: point[1] } : { series, x: null, y: null })),
  );
}

/** A point with a gap on either side would leave no ink on a line. */
function loneDots({ strokes }: LineData): object[] {
  return strokes.flatMap((stroke, series) =>
    stroke
      .filter((point, k) => point && !stroke[k - 1] && !stroke[k + 1])
      .map((point) => ({ series, x: point![0], y: point![1] })),
  );
}

function scales(plot: LinePlot, data: LineData): Scale[] {
  const colors = data.strokes.map((_, k) => seriesColors[k % seriesColors.length]!);
  return [
    {
      name: "x",
      type: plot.logX ? "log" : "linear",
      domain: [...data.xTicks.domain],
      range: "width",
      zero: false,
    },
    {
      name: "y",
      type: plot.logY ? "log" : "linear",
      domain: [...data.yTicks.domain],
      range: "height",
      zero: false,
    },
    {
      name: "color",
      type: "ordinal",
      domain: [...data.strokes.keys(), ...(plot.bars ? [data.strokes.length] : [])],
      range: plot.bars ? [...colors, barColor] : colors,
    },
  ];
}

function axis(scale: "x" | "y", label: string, ticks: Ticks, length: number): Axis {
  const labels = {
    signal: `${scale}TickLabels[round(datum.index * ${Math.max(1, ticks.values.length - 1)})]`,
  };
  return {
    scale,
    orient: scale === "x" ? "bottom" : "left",
    title: wrapText(label, 0.75 * (length - 80), 13),
    values: [...ticks.values],
    encode: { labels: { update: { text: labels } } },
    grid: true,
    gridColor,
    domainColor: inkColor,
    tickColor: inkColor,
    labelColor: inkColor,
    titleColor: inkColor,
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: "normal",
    titlePadding: 8,
    labelOverlap: "parity",
    labelLimit: 0,
  };
}

/** From the entry `firstBar` on, squares stand for bars. */
function legend(width: number, names: readonly string[], firstBar: number): Legend {
  const isBar = `datum.value >= ${firstBar}`;
  return {
    description: `Legend: ${names.join(", ")}`,
    stroke: "color",
    symbolType: "stroke",
    symbolStrokeWidth: 3,
    symbolSize: 300,
    orient: "right",
    labelFont: fontFamily,
    labelFontSize: 12,
    labelColor: inkColor,
    labelLimit: width / 3,
    encode: {
      labels: { update: { text: { signal: "seriesNames[datum.value]" } } },
      ...(names.length > firstBar && {
        symbols: {
          update: {
            shape: { signal: `${isBar} ? 'square' : 'stroke'` },
            fill: { signal: `${isBar} ? '${barColor}' : 'transparent'` },
            size: { signal: `${isBar} ? 120 : 300` },
          },
        },
      }),
    },
  };
}

function lines(many: boolean): Mark {
  return {
    type: "group",
    from: { facet: { name: "stroke", data: "points", groupby: "series" } },
    marks: [
      {
        type: "line",
        from: { data: "stroke" },
        encode: {
          update: {
            x: { scale: "x", field: "x" },
            y: { scale: "y", field: "y" },
            defined: { signal: "isValid(datum.x)" },
            stroke: { scale: "color", field: "series" },
            strokeWidth: { value: many ? 1 : 2 },
            strokeOpacity: { value: many ? 0.6 : 1 },
            strokeJoin: { value: "round" },
          },
        },
      },
    ],
  };
}

function dots(many: boolean): Mark {
  return {
    type: "symbol",
    from: { data: "dots" },
    encode: {
      update: {
        x: { scale: "x", field: "x" },
        y: { scale: "y", field: "y" },
        fill: { scale: "color", field: "series" },
        size: { value: many ? 9 : 36 },
      },
    },
  };
}
