/** In: SVG texts of this room. Out: one SVG that stacks them, in one or more columns. */
import { fail, type PictureResult, succeed } from "./result.js";
import { escapeText, svgDocument, svgSize, wrapText } from "./svg-text.js";

export interface FigureOptions {
  /** Above all panels. */
  readonly title?: string;
  /** Panels side by side; 1 by default. */
  readonly columns?: number;
}

interface Panel {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const gap = 8;

/** Fails, as a value, when there is no panel, or one is not an SVG with a width and height in pixels. */
export function figure(panels: readonly string[], options: FigureOptions = {}): PictureResult<string> {
  if (panels.length === 0) return noPanels();
  const sized: Panel[] = [];
  for (const [k, svg] of panels.entries()) {
    const size = svgSize(svg);
    if (!size) return notSvg(k, svg);
    sized.push({ svg, ...size });
  }
  return succeed(stack(sized, Math.max(1, Math.floor(options.columns ?? 1)), options.title));
}

function noPanels(): PictureResult<never> {
  return fail(
    "picture-empty",
    "A figure of no panels was asked for; expected at least one.",
    "Pass the SVG of a plot.",
  );
}

function notSvg(k: number, found: string): PictureResult<never> {
  return fail(
    "picture-not-svg",
    `Panel ${k} starts with ${JSON.stringify(found.slice(0, 40))}; expected <svg … width="…" height="…">.`,
    "Pass the text that linePlot, imageGrid or figure returned.",
  );
}

function stack(panels: readonly Panel[], columns: number, title: string | undefined): string {
  const rows = Array.from({ length: Math.ceil(panels.length / columns) }, (_, k) =>
    panels.slice(k * columns, (k + 1) * columns),
  );
  const lefts = starts(
    rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]?.width ?? 0))),
    0,
  );
  const width = lefts.at(-1)! - gap;
  const heading = title ? wrapText(title, width - 24, 18) : [];
  const headingHeight = heading.length === 0 ? 0 : heading.length * 24 + 12;
  const tops = starts(
    rows.map((row) => Math.max(...row.map(({ height }) => height))),
    headingHeight,
  );
  const body = panels.map(({ svg }, k) => embed(svg, k, lefts[k % columns]!, tops[Math.floor(k / columns)]!));
  const description = `Figure of ${panels.length} ${panels.length === 1 ? "panel" : "panels"}.`;
  const content = showHeading(heading) + body.join("");
  return svgDocument(width, tops.at(-1)! - gap, title ?? "Figure", description, content, "group");
}

/** Where each of the stretches starts, a gap between them, and where one more would start. */
function starts(lengths: readonly number[], first: number): number[] {
  const at = [first];
  for (const length of lengths) at.push(at.at(-1)! + length + gap);
  return at;
}

function showHeading(lines: readonly string[]): string {
  return lines
    .map(
      (line, k) =>
        `<text x="12" y="${k * 24 + 26}" font-size="18" font-weight="bold">${escapeText(line)}</text>`,
    )
    .join("");
}

/** Names inside a panel get its number, so that two panels never share one. */
function embed(svg: string, number: number, x: number, y: number): string {
  const own = svg
    .replace(/(<[^>]*?\s)id="([^"]*)"/g, `$1id="p${number}-$2"`)
    .replace(/url\(#([^)]*)\)/g, `url(#p${number}-$1)`)
    .replace(
      /aria-labelledby="([^"]*)"/g,
      (_, ids: string) =>
        `aria-labelledby="${ids
          .split(" ")
          .map((id) => `p${number}-${id}`)
          .join(" ")}"`,
    );
  return own.trimStart().replace(/^<svg\b/, `<svg x="${x}" y="${y}"`);
}
