/** A ratio of time constants comes in; a small two-layer network written by hand, with its structure and energy, goes out. */

import type { Block, Field } from "../../src/ode/index.js";

/** Rows are memories. */
const MEMORIES = [
  [0.9, -0.7, 1.1],
  [-0.4, 0.8, 0.6],
] as const;
const [VISIBLE, HIDDEN] = [3, 2];

export const initial = Float64Array.of(0.9, -0.2, 0.4, 0.3, -0.5);

function softmax(h: Float64Array): number[] {
  const most = Math.max(...h);
  const e = Array.from(h, (x) => Math.exp(x - most));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / sum);
}

const visible = (x: Float64Array): Float64Array => x.subarray(0, VISIBLE);
const hidden = (x: Float64Array): Float64Array => x.subarray(VISIBLE);

/** Ξᵀ f(h), driving v. */
function up(x: Float64Array, out: Float64Array): void {
  const f = softmax(hidden(x));
  for (let i = 0; i < VISIBLE; i++) out[i] = MEMORIES.reduce((sum, row, m) => sum + f[m]! * row[i]!, 0);
}

/** Ξ g(v), driving h. */
function down(x: Float64Array, out: Float64Array): void {
  const g = Array.from(visible(x), Math.tanh);
  for (let m = 0; m < HIDDEN; m++) out[m] = MEMORIES[m]!.reduce((sum, xi, i) => sum + xi * g[i]!, 0);
}

function energy(_t: number, x: Float64Array): number {
  const [v, h] = [visible(x), hidden(x)];
  const [g, f] = [Array.from(v, Math.tanh), softmax(h)];
  const most = Math.max(...h);
  const lagrangians =
    v.reduce((sum, x) => sum + Math.log(Math.cosh(x)), 0) +
    most +
    Math.log(h.reduce((sum, x) => sum + Math.exp(x - most), 0));
  const pairs = v.reduce((sum, x, i) => sum + x * g[i]!, 0) + h.reduce((sum, x, m) => sum + x * f[m]!, 0);
  const coupling = MEMORIES.reduce(
    (sum, row, m) => sum + f[m]! * row.reduce((s, xi, i) => s + xi * g[i]!, 0),
    0,
  );
  return pairs - lagrangians - coupling;
}

const block = (
  name: string,
  offset: number,
  size: number,
  reads: number,
  rate: number,
  drive: Block["drive"],
): Block => ({
  name,
  offset,
  size,
  reads: [reads],
  decay: (_x, out) => out.fill(rate),
  constantDecay: true,
  drive,
});

/** τ_v = 1, τ_h = ratio. */
export function layers(ratio: number): Field {
  const blocks = [block("v", 0, VISIBLE, 1, 1, up), block("h", VISIBLE, HIDDEN, 0, 1 / ratio, down)];
  return {
    size: VISIBLE + HIDDEN,
    rhs(_t, x, out) {
      for (const b of blocks) {
        const part = out.subarray(b.offset, b.offset + b.size);
        b.drive(x, part);
        const rate = b.name === "v" ? 1 : 1 / ratio;
        for (let k = 0; k < b.size; k++) part[k] = rate * (part[k]! - x[b.offset + k]!);
      }
    },
    energy,
    structure: {
      blocks,
      gradient: true,
      activate(x, out) {
        for (let i = 0; i < VISIBLE; i++) out[i] = Math.tanh(x[i]!);
        out.set(softmax(hidden(x)), VISIBLE);
      },
    },
  };
}

/** Least-squares slope of log(y) over log(x). */
export function slope(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [x.map(Math.log), y.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = a.reduce((sum, value, k) => sum + (value - ma) * (b[k]! - mb), 0);
  return covariance / a.reduce((sum, value) => sum + (value - ma) ** 2, 0);
}
