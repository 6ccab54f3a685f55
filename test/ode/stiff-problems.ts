/** Names of published stiff problems come in; their right-hand sides and reference end states go out. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Field } from "../../src/ode/index.js";

interface Entry {
  readonly id: string;
  readonly y0: readonly number[];
  readonly t_span: readonly [number, number];
  readonly y_end_binary128: readonly string[];
  readonly y_end_published: readonly string[];
  readonly published_trustworthy_relative_digits: number;
}

export interface StiffProblem {
  readonly id: string;
  readonly field: Field;
  readonly initial: Float64Array;
  readonly until: number;
  /** From the binary128 integration. */
  readonly end: Float64Array;
  readonly published: Float64Array;
  /** Relative digits to which both agree. */
  readonly digits: number;
}

type Rhs = Field["rhs"];

const vanDerPol: Rhs = (_t, y, out) => {
  out[0] = y[1]!;
  out[1] = 1000 * (1 - y[0]! ** 2) * y[1]! - y[0]!;
};

const hires: Rhs = (_t, y, out) => {
  const [y1, y2, y3, y4, y5, y6, y7, y8] = y as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const pair = 280 * y6 * y8;
  out[0] = -1.71 * y1 + 0.43 * y2 + 8.32 * y3 + 0.0007;
  out[1] = 1.71 * y1 - 8.75 * y2;
  out[2] = -10.03 * y3 + 0.43 * y4 + 0.035 * y5;
  out[3] = 8.32 * y2 + 1.71 * y3 - 1.12 * y4;
  out[4] = -1.745 * y5 + 0.43 * y6 + 0.43 * y7;
  out[5] = -pair + 0.69 * y4 + 1.71 * y5 - 0.43 * y6 + 0.69 * y7;
  out[6] = pair - 1.81 * y7;
  out[7] = -pair + 1.81 * y7;
};

const robertson: Rhs = (_t, y, out) => {
  const [slow, fast, mixed] = [0.04 * y[0]!, 3e7 * y[1]! ** 2, 1e4 * y[1]! * y[2]!];
  out[0] = -slow + mixed;
  out[1] = slow - fast - mixed;
  out[2] = fast;
};

const oregonator: Rhs = (_t, y, out) => {
  const [a, b, c] = [y[0]!, y[1]!, y[2]!];
  out[0] = 77.27 * (b + a - a * b - 8.375e-6 * a * a);
  out[1] = (c - (1 + a) * b) / 77.27;
  out[2] = 0.161 * (a - c);
};

const RIGHT_HAND_SIDES: Readonly<Record<string, Rhs>> = {
  VDPOL: vanDerPol,
  HIRES: hires,
  ROBER: robertson,
  OREGO: oregonator,
};

const path = fileURLToPath(new URL("./stiff-problems.data.json", import.meta.url));
const entries: readonly Entry[] = JSON.parse(readFileSync(path, "utf8")).problems;

export const stiffProblems: readonly StiffProblem[] = entries.map((entry) => ({
  id: entry.id,
  field: { size: entry.y0.length, rhs: RIGHT_HAND_SIDES[entry.id]! },
  initial: Float64Array.from(entry.y0),
  until: entry.t_span[1],
  end: Float64Array.from(entry.y_end_binary128, Number),
  published: Float64Array.from(entry.y_end_published, Number),
  digits: entry.published_trustworthy_relative_digits,
}));

/** The least number of relative digits over the components. */
export const digitsOf = (found: Float64Array, expected: Float64Array): number =>
  Math.min(...found.map((x, j) => -Math.log10(Math.abs(x - expected[j]!) / Math.abs(expected[j]!) || 1e-17)));
