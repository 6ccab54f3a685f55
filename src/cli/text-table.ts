/** Rows of cells come in; lines with aligned columns go out. */

/** Columns two spaces apart; those whose name ends in `>` stand to the right. The first row is the head. */
export function table(rows: readonly (readonly string[])[], indent = "  "): string[] {
  const [head = []] = rows;
  const isRight = head.map((name) => name.endsWith(">"));
  const texts = rows.map((row) => row.map((cell, c) => (isRight[c] ? cell.replace(/>$/, "") : cell)));
  const widths = head.map((_, c) => Math.max(...texts.map((row) => [...row[c]!].length)));
  return texts.map((row) => {
    const cells = row.map((cell, c) => {
      const room = " ".repeat(widths[c]! - [...cell].length);
      return isRight[c] ? room + cell : cell + room;
    });
    return `${indent}${cells.join("  ")}`.trimEnd();
  });
}

/** Six significant digits, without trailing zeros. */
export const show = (x: number, digits = 6): string =>
  Number.isFinite(x) ? Number(x.toPrecision(digits)).toString() : String(x);

export const percent = (x: number): string => `${Number((100 * x).toPrecision(3))} %`;
