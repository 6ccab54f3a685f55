/** The pictures room of the built package, in one place until the package exports it. */
export { figure, imageGrid, linePlot, type PictureResult, toPng } from "../../dist/pictures/index.js";
