/** In: strings and SVG. Out: text safe inside SVG, lines that fit a width, and SVG that screen readers can announce. */
import { inkColor } from "./palette.js";

/** Control characters, halves of surrogate pairs and other characters that XML 1.0 forbids become spaces. */
export function cleanText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, " ");
}

export function escapeText(text: string): string {
  return cleanText(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** How many characters fit: those of DejaVu Sans are 0.6 of the font size wide on average, bold ones 0.69. */
function capacity(width: number, fontSize: number): number {
  return Math.max(4, Math.floor(width / (0.64 * fontSize)));
}

function shorten(text: string, longest: number): string {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : text;
}

/** The text on one line, cut with an ellipsis where it would be longer than `width` pixels. */
export function fitText(text: string, width: number, fontSize: number): string {
  return shorten(cleanText(text), capacity(width, fontSize));
}

/** Breaks text at spaces so that no line is longer than `width` pixels; longer words are cut with an ellipsis. */
export function wrapText(text: string, width: number, fontSize: number): string[] {
  const longest = capacity(width, fontSize);
  const lines: string[] = [];
  for (const word of cleanText(text).split(" ")) {
    const fitted = shorten(word, longest);
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + fitted.length <= longest)
      lines[lines.length - 1] = `${line} ${fitted}`;
    else lines.push(fitted);
  }
  return lines;
}

/** DejaVu Sans has the mathematical letters and is what `toPng` draws with; browsers fall back in order. */
export const fontFamily = "DejaVu Sans, Verdana, sans-serif";

/** A bold title at the top left of a picture of that width, and the height it takes with the margins around it. */
export function drawTitle(title: string, width: number): { svg: string; height: number } {
  const lines = wrapText(title, width - 24, 16);
  const svg = lines.map(
    (line, k) =>
      `<text x="12" y="${28 + k * 21}" font-family="${fontFamily}" font-size="16" font-weight="bold" ` +
      `fill="${inkColor}">${escapeText(line)}</text>`,
  );
  return { svg: svg.join(""), height: 18 + lines.length * 21 };
}

/** Width and height in pixels from the opening tag, or undefined if the text is not such an SVG. */
export function svgSize(svg: string): { width: number; height: number } | undefined {
  const tag = /^\s*<svg\b[^>]*>/.exec(svg)?.[0] ?? "";
  const width = Number(/\bwidth="([\d.]+)"/.exec(tag)?.[1]);
  const height = Number(/\bheight="([\d.]+)"/.exec(tag)?.[1]);
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** A whole SVG document with white ground, title and description. */
export function svgDocument(
  width: number,
  height: number,
  title: string,
  description: string,
  body: string,
  role: "img" | "group" = "img",
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="${role}" aria-labelledby="title desc" ` +
    `font-family="${fontFamily}" fill="${inkColor}"><title id="title">${escapeText(title)}</title>` +
    `<desc id="desc">${escapeText(description)}</desc>` +
    `<rect width="${width}" height="${height}" fill="white"/>${body}</svg>`
  );
}

/** Two decimals are a hundredth of a pixel; the full double would double the size of the file. */
export function roundPaths(svg: string): string {
  return svg.replace(/ (d|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100)),
  );
}
