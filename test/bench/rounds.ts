/** What benchmarks of the field share: sizes and functions to measure come in, rates, quantiles and tables go out. */

export interface Size {
  readonly nv: number;
  readonly nh: number;
}

export const SIZES: readonly Size[] = [
  { nv: 2, nh: 3 },
  { nv: 50, nh: 4 },
  { nv: 784, nh: 100 },
  { nv: 1024, nh: 1024 },
  { nv: 4096, nh: 1024 },
];
/** Evaluations per second. */
export function rate(evaluate: () => void, seconds: number): number {
  let [count, batch] = [0, 1];
  const start = performance.now();
  for (;;) {
    for (let k = 0; k < batch; k++) evaluate();
    count += batch;
    const elapsed = (performance.now() - start) / 1000;
    if (elapsed >= seconds) return count / elapsed;
    batch = Math.max(1, Math.floor(((count / elapsed) * seconds) / 10));
  }
}

const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
export const quantile = (list: readonly number[], q: number): number =>
  sorted(list)[Math.round(q * (list.length - 1))]!;
export const digits = (x: number): string => (x >= 1000 ? x.toFixed(0) : x.toPrecision(x < 1 ? 2 : 3));
/** Median and quartiles. */
export const spread = (list: readonly number[]): string =>
  `${digits(quantile(list, 0.5))} (${digits(quantile(list, 0.25))}–${digits(quantile(list, 0.75))})`;

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Markdown, a column for each size. */
export function table(head: string, rows: readonly (readonly string[])[]): void {
  console.log(`\n${row([head, ...SIZES.map((s) => `(${s.nv}, ${s.nh})`)])}`);
  console.log(row(["---", ...SIZES.map(() => "---:")]));
  for (const cells of rows) console.log(row(cells));
}
