/** In: SVG text of this room. Out: the bytes of a PNG. Loads resvg on its first call; Node only. */
import { fontFiles } from "./fonts.js";
import { fail, type PictureResult, succeed } from "./result.js";
import { svgSize } from "./svg-text.js";

const mostPixels = 2 ** 27;

/**
 * The picture at `scale` pixels of PNG per pixel of SVG (2 by default, for sharp text), text drawn with the
 * shipped fonts only, so the same on every machine. Fails, as a value, on text that is not an SVG with a
 * width and height, on more than 2²⁷ pixels, and in a browser.
 */
export async function toPng(svg: string, scale = 2): Promise<PictureResult<Uint8Array>> {
  const size = svgSize(svg);
  if (!size) return notSvg(svg.slice(0, 40));
  const pixels = size.width * size.height * scale * scale;
  if (!(scale > 0 && pixels <= mostPixels)) return tooLarge(pixels, scale);
  const renderer = await loadRenderer();
  return renderer ? render(svg, scale, renderer) : noRenderer();
}

interface Renderer {
  readonly resvg: typeof import("@resvg/resvg-js");
  readonly fonts: string[];
}

/** Undefined in a browser, and on a platform that resvg has no binary for. */
async function loadRenderer(): Promise<Renderer | undefined> {
  try {
    return { fonts: fontFiles(), resvg: await import("@resvg/resvg-js") };
  } catch {
    return undefined;
  }
}

async function render(
  svg: string,
  scale: number,
  { resvg, fonts }: Renderer,
): Promise<PictureResult<Uint8Array>> {
  try {
    const image = await resvg.renderAsync(svg, {
      font: { loadSystemFonts: false, fontFiles: fonts, defaultFontFamily: "DejaVu Sans" },
      fitTo: { mode: "zoom", value: scale },
      background: "white",
    });
    return succeed(new Uint8Array(image.asPng()));
  } catch (error) {
    return notSvg(error instanceof Error ? error.message : String(error));
  }
}

function notSvg(found: string): PictureResult<never> {
  return fail(
    "picture-not-svg",
    `This cannot be drawn as SVG: ${JSON.stringify(found)}; expected <svg … width="…" height="…">.`,
    "Pass the text that linePlot, imageGrid or figure returned.",
  );
}

function tooLarge(pixels: number, scale: number): PictureResult<never> {
  return fail(
    "picture-size",
    `At scale ${scale} the PNG would have ${pixels} pixels; expected more than 0 and at most ${mostPixels}.`,
    "Choose a smaller scale.",
  );
}

function noRenderer(): PictureResult<never> {
  return fail(
    "picture-no-renderer",
    "PNG is drawn by resvg with the fonts of dejavu-fonts-ttf, which cannot be loaded here (browser, or no binary).",
    "Keep the SVG, or run npm install on a platform that @resvg/resvg-js supports.",
  );
}
