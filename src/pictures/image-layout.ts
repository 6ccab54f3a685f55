/** In: the sizes of the images and labels of a grid. Out: where each of them stands, in pixels. */
import type { GridImage, ImageGrid } from "./image-grid.js";
import { drawTitle } from "./svg-text.js";

export const gap = 10;
const margin = 12;
export const labelSize = 12;

export interface Layout {
  /** Side of the square that an image fills. */
  readonly cell: number;
  /** Left edge of the first column. */
  readonly left: number;
  /** Top edge of each row, and the height of its tallest image. */
  readonly tops: readonly number[];
  readonly rowImages: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly title: string;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function layOut(grid: ImageGrid): Layout {
  const cell = Math.min(Math.max(grid.cell ?? 96, 8), 2000);
  const left = margin + rowLabelWidth(grid);
  const columns = Math.max(...grid.rows.map(({ images }) => images.length));
  const width = Math.max(280, Math.ceil(left + columns * (cell + gap) - gap + margin));
  const title = drawTitle(grid.title, width);
  const rowImages = grid.rows.map(({ images }) =>
    Math.max(0, ...images.map((image) => drawnSize(image, cell).height)),
  );
  let bottom = title.height;
  const tops = grid.rows.map(({ images }, row) => {
    const top = bottom;
    bottom += rowImages[row]! + gap + (images.some(({ label }) => label) ? labelSize + 6 : 0);
    return top;
  });
  return { cell, left, tops, rowImages, width, height: Math.ceil(bottom + 36), title: title.svg };
}

function rowLabelWidth({ rows }: ImageGrid): number {
  const longest = Math.max(0, ...rows.map(({ label }) => label?.length ?? 0));
  return longest === 0 ? 0 : Math.min(160, longest * labelSize * 0.66) + gap;
}

/** The longer side fills the cell. */
function drawnSize({ width, height }: GridImage, cell: number): { width: number; height: number } {
  const scale = cell / Math.max(width, height);
  return { width: width * scale, height: height * scale };
}

/** Centred in its column, at the top of its row. */
export function placeOf(image: GridImage, { cell, left, tops }: Layout, row: number, column: number): Place {
  const size = drawnSize(image, cell);
  return { x: left + column * (cell + gap) + (cell - size.width) / 2, y: tops[row]!, ...size };
}
