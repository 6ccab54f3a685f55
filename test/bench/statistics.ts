/** Measurements of interleaved rounds come in; medians and spreads, as text, go out. */

export const quantile = (list: readonly number[], q: number): number =>
  [...list].sort((a, b) => a - b)[Math.round(q * (list.length - 1))]!;

export const median = (list: readonly number[]): number => quantile(list, 0.5);

/** Of each round by itself, so that a drift of the machine meets both sides. */
export const ratios = (a: readonly number[], b: readonly number[]): number[] => a.map((x, k) => x / b[k]!);

/** Median (lower quartile – upper quartile). */
export const spread = (list: readonly number[]): string => {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(list, q).toPrecision(3));
  return `${middle} (${low} – ${high})`;
};

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
