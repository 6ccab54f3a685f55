/** What benchmarks of the field share: sizes and functions to measure come in, rates and tables go out. */
import { table } from "./statistics.js";

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

/** Seconds of this process, so that waiting for a processor that others use does not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Evaluations per second of processor time. */
export function rate(evaluate: () => void, seconds: number): number {
  let [count, batch] = [0, 1];
  const start = processorTime();
  for (;;) {
    for (let k = 0; k < batch; k++) evaluate();
    count += batch;
    const elapsed = processorTime() - start;
    if (elapsed >= seconds) return count / elapsed;
    batch = Math.max(1, Math.floor(((count / elapsed) * seconds) / 10));
  }
}

export const digits = (x: number): string => (x >= 1000 ? x.toFixed(0) : x.toPrecision(3));

/** Markdown, a column for each size. */
export function printBySize(title: string, rows: readonly (readonly string[])[]): void {
  console.log(`\n${table([title, ...SIZES.map((s) => `(${s.nv}, ${s.nh})`)], rows)}`);
}
