/** Pictures and numbers of a derivation come in; files under out/ and aligned lines on the terminal go out. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type PictureResult, toPng } from "legendre/pictures";

/** Files of one derivation: everything lands in `out/<name>/` of the current folder. */
export class Output {
  private readonly folder: string;
  private readonly written: string[] = [];

  constructor(name: string) {
    this.folder = join("out", name);
    mkdirSync(this.folder, { recursive: true });
  }

  text(file: string, content: string): void {
    const path = join(this.folder, file);
    writeFileSync(path, content);
    this.written.push(path);
  }

  /** The picture as `<name>.svg`, and as `<name>.png` where a renderer is installed. Throws on a broken picture. */
  async picture(name: string, drawn: Promise<PictureResult<string>>): Promise<void> {
    const svg = await drawn;
    if (!svg.ok) throw new Error(`${svg.error.message} ${svg.error.hint}`);
    const path = join(this.folder, name);
    writeFileSync(`${path}.svg`, svg.value);
    const png = await toPng(svg.value);
    if (png.ok) writeFileSync(`${path}.png`, png.value);
    this.written.push(png.ok ? `${path}.svg, .png` : `${path}.svg`);
  }

  /** Says what was written. */
  close(): void {
    heading("Files");
    for (const path of this.written) console.log(`  ${path}`);
  }
}

export function heading(title: string): void {
  console.log(`\n${title}\n${"─".repeat(title.length)}`);
}

export type Cell = string | number;

const show = (cell: Cell): string => (typeof cell === "number" ? significant(cell) : cell);

/** Columns aligned: words to the left, numbers to the right. The first row is the head. */
export function table(rows: readonly (readonly Cell[])[]): void {
  const texts = rows.map((row) => row.map(show));
  const widths = texts[0]!.map((_, c) => Math.max(...texts.map((row) => row[c]!.length)));
  const right = rows.at(-1)!.map((cell) => typeof cell === "number");
  for (const row of texts) {
    const cells = row.map((t, c) => (right[c] ? t.padStart(widths[c]!) : t.padEnd(widths[c]!)));
    console.log(`  ${cells.join("   ")}`.trimEnd());
  }
}

/** Whole numbers as they are, others with `digits` significant digits. */
export function significant(x: number, digits = 3): string {
  if (Number.isInteger(x)) return String(x);
  const small = Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5;
  return small ? x.toExponential(digits - 1) : x.toPrecision(digits);
}
