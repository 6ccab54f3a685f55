/** In: rows of small images, one number a pixel. Out: the SVG text of the grid with labels and a scale of shades. */
import { gap, type Layout, labelSize, layOut, type Place, placeOf } from "./image-layout.js";
import { imageUri, type Range } from "./image-uri.js";
import { type ColorMap, mapStops } from "./palette.js";
import { fail, type PictureResult, succeed } from "./result.js";
import { escapeText, fitText, svgDocument, wrapText } from "./svg-text.js";
import { showValue } from "./ticks.js";

export interface GridImage {
  /** Row by row from the top left, `width * height` numbers; NaN pixels are drawn pink. */
  readonly pixels: Float64Array;
  readonly width: number;
  readonly height: number;
  readonly label?: string;
}

export interface ImageGrid {
  readonly title: string;
  readonly rows: readonly { readonly label?: string; readonly images: readonly GridImage[] }[];
  /** The numbers drawn as the first and last shade, the same for all images; by default those of the data. */
  readonly range?: readonly [number, number];
  /** "gray" (black → white) by default; "diverging" (blue → white → orange) centres its default range on 0. */
  readonly colors?: ColorMap;
  /** Side in pixels of the square that each image fills; 96 by default. */
  readonly cell?: number;
}

/**
 * Image-shaped states in rows (original, corrupted, retrieved). Fails, as a value, when there is no image,
 * an image's number of pixels is not width × height, no pixel is finite, or `range` is not ascending.
 */
export async function imageGrid(grid: ImageGrid): Promise<PictureResult<string>> {
  const wrong = checkImages(grid);
  if (wrong) return wrong;
  const range = grid.range ?? dataRange(grid);
  if (!range || !(range[0] <= range[1]) || !range.every(Number.isFinite)) return badRange(grid, range);
  const colors = grid.colors ?? "gray";
  const layout = layOut(grid);
  const images = await drawImages(grid, layout, range, colors);
  const body =
    sharpPixels + layout.title + drawRowLabels(grid, layout) + images + drawScale(layout, range, colors);
  return succeed(svgDocument(layout.width, layout.height, grid.title, describe(grid, range), body));
}

function checkImages(grid: ImageGrid): PictureResult<never> | undefined {
  const images = grid.rows.flatMap((row) => row.images);
  if (images.length === 0) return noImages(grid);
  const wrong = images.findIndex(
    ({ pixels, width, height }) => !(width >= 1 && height >= 1 && pixels.length === width * height),
  );
  return wrong < 0 ? undefined : wrongPixels(wrong, images[wrong]!);
}

function noImages({ title, rows }: ImageGrid): PictureResult<never> {
  return fail(
    "picture-empty",
    `"${title}" has ${rows.length} rows and no image; expected at least one.`,
    "Give each row its images.",
  );
}

function wrongPixels(k: number, { pixels, width, height, label }: GridImage): PictureResult<never> {
  return fail(
    "picture-lengths",
    `Image ${k}${label ? ` ("${label}")` : ""} has ${pixels.length} pixels; expected ${width} × ${height} = ${width * height}.`,
    "Check the width and height; pixels are given row by row.",
  );
}

function badRange({ title }: ImageGrid, range: readonly number[] | undefined): PictureResult<never> {
  const found = range ? `the range ${range.join(" to ")}` : "no finite pixel";
  return fail(
    "picture-empty",
    `"${title}" has ${found}; expected finite numbers in ascending order.`,
    "Give range: [low, high], or images with finite pixels.",
  );
}

function dataRange({ rows, colors }: ImageGrid): [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { pixels } of rows.flatMap((row) => row.images)) {
    for (const value of pixels) {
      if (Number.isFinite(value) && value < low) low = value;
      if (Number.isFinite(value) && value > high) high = value;
    }
  }
  if (low > high) return undefined;
  const reach = Math.max(Math.abs(low), Math.abs(high));
  return colors === "diverging" ? [-reach, reach] : [low, high];
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escapeText(content)}</text>`;
}

function drawRowLabels({ rows }: ImageGrid, layout: Layout): string {
  return rows
    .map(({ label }, row) => {
      const lines = label ? wrapText(label, 160, labelSize) : [];
      const middle = layout.tops[row]! + layout.rowImages[row]! / 2 + 4 - (lines.length - 1) * 8;
      return lines
        .map((line, n) =>
          text(layout.left - gap, middle + n * 16, line, `font-size="${labelSize}" text-anchor="end"`),
        )
        .join("");
    })
    .join("");
}

async function drawImages(grid: ImageGrid, layout: Layout, range: Range, colors: ColorMap): Promise<string> {
  const drawn = grid.rows.flatMap(({ images }, row) =>
    images.map(async (image, column) => {
      const place = placeOf(image, layout, row, column);
      return drawImage(image, place, await imageUri(image, range, colors)) + drawLabel(image, layout, place);
    }),
  );
  return (await Promise.all(drawn)).join("");
}

/** The attribute asks resvg for sharp pixels, the style sheet browsers: each misreads the other's way. */
const sharpPixels =
  "<style>@supports (image-rendering: pixelated) { .legendre-pixels { image-rendering: pixelated } }</style>";

function drawImage({ label = "" }: GridImage, { x, y, width, height }: Place, uri: string): string {
  const box = `x="${x}" y="${y}" width="${width}" height="${height}"`;
  return (
    `<image ${box} preserveAspectRatio="none" class="legendre-pixels" image-rendering="optimizeSpeed" ` +
    `href="${uri}"><title>${escapeText(label)}</title></image>` +
    `<rect ${box} fill="none" stroke="#888888" stroke-width="0.75"/>`
  );
}

/** Below its image, on one line; what does not fit is cut with an ellipsis. */
function drawLabel({ label }: GridImage, { cell }: Layout, { x, y, width, height }: Place): string {
  if (!label) return "";
  const line = fitText(label, cell + gap, labelSize);
  return text(
    x + width / 2,
    y + height + labelSize + 3,
    line,
    `font-size="${labelSize}" text-anchor="middle"`,
  );
}

/** The bar of shades below the grid, its two ends labelled with their numbers. */
function drawScale({ left, height }: Layout, [low, high]: Range, colors: ColorMap): string {
  const stops = mapStops(colors).map(
    (color, k, all) => `<stop offset="${k / (all.length - 1)}" stop-color="${color}"/>`,
  );
  const [y, first] = [height - 28, showValue(low)];
  const bar = left + first.length * 8 + 6;
  return (
    `<defs><linearGradient id="shades">${stops.join("")}</linearGradient></defs>` +
    text(bar - 6, y + 11, first, 'font-size="12" text-anchor="end"') +
    `<rect x="${bar}" y="${y}" width="96" height="14" fill="url(#shades)" stroke="#888888" stroke-width="0.75"/>` +
    text(bar + 102, y + 11, showValue(high), 'font-size="12"')
  );
}

function describe({ rows, colors = "gray" }: ImageGrid, [low, high]: readonly [number, number]): string {
  const shown = rows.map(({ label, images }) => `${label ?? "row"} (${images.length})`).join(", ");
  const shades = colors === "gray" ? "black to white" : "blue to white to orange";
  const images = rows.flatMap((row) => row.images);
  const missing = images.reduce((sum, { pixels }) => sum + pixels.filter(Number.isNaN).length, 0);
  return (
    `Grid of ${images.length} images in rows: ${shown}. Shades from ${shades} mean ${showValue(low)} to ` +
    `${showValue(high)}.${missing > 0 ? ` ${missing} pixels are not numbers.` : ""}`
  );
}
