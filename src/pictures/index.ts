/** In: plain numbers and labels. Out: pictures as SVG text or PNG bytes. The door of this room. */
export { type FigureOptions, figure } from "./figure.js";
export { type GridImage, type ImageGrid, imageGrid } from "./image-grid.js";
export type { LinePlot, Series } from "./line-data.js";
export { linePlot } from "./line-plot.js";
export type { Bars, Rule } from "./overlays.js";
export type { ColorMap } from "./palette.js";
export type { PictureFailure, PictureFailureCode, PictureResult } from "./result.js";
export { toPng } from "./to-png.js";
