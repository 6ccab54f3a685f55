/** The text of a documentation page comes in; its code blocks, with where they stand, go out. */

export interface Block {
  /** First word of the fence: the language. */
  readonly language: string;
  /** The words after it. */
  readonly marks: readonly string[];
  readonly text: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
}

/** Fenced blocks in order. Throws on a fence that is never closed. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  for (let k = 0; k < lines.length; k++) {
    const fence = /^(`{3,})(.*)$/.exec(lines[k]!);
    if (fence === null) continue;
    const end = lines.indexOf(fence[1]!, k + 1);
    if (end < 0) throw new Error(`the code block of line ${k + 1} is never closed`);
    const [language = "", ...marks] = fence[2]!.trim().split(/\s+/);
    blocks.push({ language, marks, text: lines.slice(k + 1, end).join("\n"), line: k + 1 });
    k = end;
  }
  return blocks;
}

/** `file=NAME` of a block's marks. */
export const fileOf = (b: Block): string | undefined =>
  b.marks.find((m) => m.startsWith("file="))?.slice("file=".length);

export interface ShellStep {
  readonly command: string;
  /** Shown below the command. */
  readonly output: string;
}

/** `$ command` lines with the output that follows each. */
export function stepsOf(text: string): ShellStep[] {
  const parts = text.split(/^\$ /m);
  if (parts[0] !== "") throw new Error("a sh block begins with `$ ` and a command");
  return parts.slice(1).map((part) => {
    const [command = "", ...output] = part.replace(/\n$/, "").split("\n");
    return { command, output: output.join("\n") };
  });
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * A shown output as a pattern: `<time>` is a number, `…` right after a digit is more digits, a line `...` any
 * lines; all else is literal.
 */
function patternOf(shown: string): RegExp {
  const lines = shown.split("\n").map((line) => {
    const literal = literally(line)
      .replaceAll("<time>", "\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?")
      .replace(/(?<=\d)…/g, "\\d*(?:e[+-]?\\d+)?");
    return line === "..." ? "(?:.*\\n)*?" : `${literal}\\n`;
  });
  return new RegExp(`^${lines.join("")}$`);
}

/** True when what was printed is what the page shows. */
export const agrees = (shown: string, printed: string): boolean =>
  patternOf(shown.trimEnd()).test(`${printed.trimEnd()}\n`);

/** What the page should show instead: as printed, with the times of the page kept as placeholders. */
export function corrected(shown: string, printed: string): string {
  if (shown.split("\n").includes("...")) throw new Error("an abridged output is corrected by hand");
  const old = shown.split("\n");
  return printed
    .trimEnd()
    .split("\n")
    .map((line) => {
      const timed = line
        .replace(/\b\d+\.\d{3} s$/, "<time> s")
        .replace(/("wallSeconds": )[\d.e-]+/, "$1<time>");
      return timed !== line || old.includes(timed) ? timed : line;
    })
    .join("\n");
}
