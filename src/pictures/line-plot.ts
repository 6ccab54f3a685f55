/** In: series of numbers with labels. Out: the SVG text of a line plot. Loads Vega on its first call. */
import { type LinePlot, prepareLines } from "./line-data.js";
import { lineSpec } from "./line-spec.js";
import { fail, type PictureResult, succeed } from "./result.js";
import { drawTitle, escapeText, roundPaths } from "./svg-text.js";

const sizes = { least: 160, most: 8000 } as const;

/**
 * Energy against time, components against time, or any curves. Up to 7 series have a legend; more are
 * drawn thin, at most 300 of them. Up to 10⁶ points a series are reduced without losing an extreme; NaN
 * and infinite points are gaps, lone points dots. `width` and `height` are those of the whole picture in
 * pixels. Fails, as a value, when x and y differ in length, nothing can be drawn, or the size is not
 * between 160 and 8000.
 */
export async function linePlot(plot: LinePlot): Promise<PictureResult<string>> {
  const { width = 720, height = 400 } = plot;
  const wrong = [width, height].find((size) => !(size >= sizes.least && size <= sizes.most));
  if (wrong !== undefined) return badSize(wrong);
  const [across, down] = [Math.round(width), Math.round(height)];
  const title = drawTitle(plot.title, across);
  const data = prepareLines(plot, across, down);
  if (!data.ok) return data;
  const svg = await draw(lineSpec(plot, data.value, across, down, title.height));
  return succeed(complete(svg, title.svg, plot.title, data.value.description));
}

function badSize(size: number): PictureResult<never> {
  return fail(
    "picture-size",
    `A width or height of ${size} pixels was asked for; expected ${sizes.least} to ${sizes.most}.`,
    "Choose a size in that range; toPng can scale the picture.",
  );
}

/** The interpreter evaluates Vega's expressions without the Function constructor, so also under a strict CSP. */
async function draw(spec: import("vega").Spec): Promise<string> {
  const [vega, { expressionInterpreter }] = await Promise.all([import("vega"), import("vega-interpreter")]);
  const runtime = vega.parse(spec, undefined, { ast: true });
  const view = new vega.View(runtime, {
    renderer: "none",
    expr: expressionInterpreter,
    logLevel: vega.Error,
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Vega's picture with the drawn title, and with the title and description that screen readers announce. */
function complete(svg: string, heading: string, title: string, description: string): string {
  const head = `<title id="title">${escapeText(title)}</title><desc id="desc">${escapeText(description)}</desc>`;
  return roundPaths(svg)
    .replace(/^<svg\b([^>]*)>/, (_, rest) => `<svg${rest} role="img" aria-labelledby="title desc">${head}`)
    .replace(/<\/svg>\s*$/, () => `${heading}</svg>`);
}
