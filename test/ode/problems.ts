/** Names of published problems come in; their right-hand sides in TypeScript and reference end states go out. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Field, METHODS, type MethodName } from "../../src/ode/index.js";

/** Methods that ask nothing of a field but its right-hand side. */
export const GENERAL_METHODS: readonly MethodName[] = (Object.keys(METHODS) as MethodName[]).filter(
  (name) => METHODS[name].unsuited?.({ size: 1, rhs: () => {} }) === undefined,
);

interface Entry {
  readonly id: string;
  readonly y0: readonly number[];
  readonly t_span: readonly [number, number];
  readonly y_end_binary128: readonly string[];
  readonly y_end_published: readonly string[];
}

export interface Problem {
  readonly id: string;
  readonly field: Field;
  readonly initial: Float64Array;
  readonly t0: number;
  readonly until: number;
  /** Rounded from the binary128 re-integration, which agrees with the published values where these are good. */
  readonly end: Float64Array;
  readonly published: Float64Array;
}

type Rhs = Field["rhs"];

/** Seven stars in the plane with masses 1..7: 14 coordinates x₁..x₇, y₁..y₇, then their velocities. */
const pleiades: Rhs = (_t, y, out) => {
  out.set(y.subarray(14), 0);
  out.fill(0, 14);
  for (let i = 0; i < 7; i++) {
    for (let j = 0; j < 7; j++) {
      if (i === j) continue;
      const [dx, dy] = [y[j]! - y[i]!, y[7 + j]! - y[7 + i]!];
      const pull = (j + 1) / (dx * dx + dy * dy) ** 1.5;
      out[14 + i]! += pull * dx;
      out[21 + i]! += pull * dy;
    }
  }
};

const brusselator: Rhs = (_t, y, out) => {
  const reaction = y[0]! ** 2 * y[1]!;
  out[0] = 1 + reaction - 4 * y[0]!;
  out[1] = 3 * y[0]! - reaction;
};

const arenstorf: Rhs = (_t, y, out) => {
  const mu = 0.012277471;
  const [y1, y2, y3, y4] = [y[0]!, y[1]!, y[2]!, y[3]!];
  const d1 = ((y1 + mu) ** 2 + y2 ** 2) ** 1.5;
  const d2 = ((y1 - 1 + mu) ** 2 + y2 ** 2) ** 1.5;
  out[0] = y3;
  out[1] = y4;
  out[2] = y1 + 2 * y4 - ((1 - mu) * (y1 + mu)) / d1 - (mu * (y1 - 1 + mu)) / d2;
  out[3] = y2 - 2 * y3 - ((1 - mu) * y2) / d1 - (mu * y2) / d2;
};

const logistic: Rhs = (_t, y, out) => {
  out[0] = (y[0]! * (20 - y[0]!)) / 80;
};

const predator: Rhs = (_t, y, out) => {
  out[0] = 2 * y[0]! * (1 - y[1]!);
  out[1] = -y[1]! * (1 - y[0]!);
};

const decayChain: Rhs = (_t, y, out) => {
  out[0] = -y[0]!;
  for (let i = 1; i < 9; i++) out[i] = y[i - 1]! - y[i]!;
  out[9] = y[8]!;
};

export const kepler: Rhs = (_t, y, out) => {
  const cube = (y[0]! ** 2 + y[1]! ** 2) ** 1.5;
  out[0] = y[2]!;
  out[1] = y[3]!;
  out[2] = -y[0]! / cube;
  out[3] = -y[1]! / cube;
};

const vanDerPol: Rhs = (_t, y, out) => {
  out[0] = y[1]!;
  out[1] = (1 - y[0]! ** 2) * y[1]! - y[0]!;
};

const RIGHT_HAND_SIDES: Readonly<Record<string, Rhs>> = {
  PLEI: pleiades,
  BRUSSODE: brusselator,
  ARENSTORF: arenstorf,
  "DETEST-A4": logistic,
  "DETEST-B1": predator,
  "DETEST-C1": decayChain,
  "DETEST-D1": kepler,
  "DETEST-E2": vanDerPol,
};

const path = fileURLToPath(new URL("./ivp-reference.data.json", import.meta.url));
const entries: readonly Entry[] = JSON.parse(readFileSync(path, "utf8")).problems;

/** The published problems, in the order of the data file. */
export const problems: readonly Problem[] = entries.map((entry) => ({
  id: entry.id,
  field: { size: entry.y0.length, rhs: RIGHT_HAND_SIDES[entry.id]! },
  initial: Float64Array.from(entry.y0),
  t0: entry.t_span[0],
  until: entry.t_span[1],
  end: Float64Array.from(entry.y_end_binary128, Number),
  published: Float64Array.from(entry.y_end_published, Number),
}));

/** max_j |x_j − y_j| / (1 + |y_j|). */
export function distance(x: Float64Array, y: Float64Array): number {
  return x.reduce((worst, value, j) => Math.max(worst, Math.abs(value - y[j]!) / (1 + Math.abs(y[j]!))), 0);
}
