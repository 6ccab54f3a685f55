/**
 * A request comes in; points of the domain at which the expression seems to be negative go out, short decimals first.
 * All in doubles: the checker confirms.
 */
import { valueAt } from "../../refuter/numeric/jet.js";
import { Unsupported } from "../../refuter/numeric/tape.js";
import { samples, source, type Uniform } from "../../refuter/samples.js";
import { inDomain, type Setting, settingOf } from "../../refuter/setting.js";
import type { NonnegativeRequest } from "./request.js";

export interface Effort {
  readonly samples: number;
  readonly starts: number;
  readonly rounds: number;
}

export const QUICK: Effort = { samples: 200, starts: 4, rounds: 12 };
export const MODERATE: Effort = { samples: 1000, starts: 10, rounds: 40 };
export const THOROUGH: Effort = { samples: 4000, starts: 30, rounds: 60 };

/** Values of the scalars by name. */
export type Point = Readonly<Record<string, number>>;

const UNITS = [1, 0.5, 0.1, 0.01, 1e-3, 1e-4, 1e-6, 1e-8];

/** Numbers within the unit, without the digits that doubles add. */
const rounded = (x: readonly number[], unit: number): number[] =>
  x.map((v) => Number((Math.round(v / unit) * unit).toPrecision(14)) + 0);

/** Candidates for witnesses; nothing where a dimension is symbolic or the program is not numeric. */
export function* negativePoints(r: NonnegativeRequest, effort: Effort): Generator<Point> {
  const s = settingFor(r);
  if (s === undefined) return;
  const random = source(41);
  const near = samples(s, effort.samples, random);
  const far = near.flatMap((x) => FAR.map((k) => x.map((v) => v * k))).filter((x) => inDomain(s, x));
  const ranked = [...near, ...far]
    .map((x) => ({ x, value: valueAt(s.tape, x) }))
    .filter((p) => Number.isFinite(p.value))
    .sort((a, b) => a.value - b.value);
  const low = ranked.filter((p) => p.value < 0).sort((a, b) => awkwardness(a.x) - awkwardness(b.x));
  const relative = [...ranked].sort((a, b) => steepness(a) - steepness(b));
  const middling = near.filter((x) => x.every((v) => Math.abs(v) < 5) && x.some((v) => Math.abs(v) > 0.3));
  const starts = [ranked, relative].flatMap((l) => l.slice(0, effort.starts).map((p) => p.x));
  yield* shortPoints(
    s,
    low.slice(0, 12).map((p) => p.x),
  );
  for (const x of [...middling.slice(0, effort.starts), ...starts])
    yield* shortPoints(s, [descend(s, x, effort.rounds, random)]);
}

/** Multiples of the samples: some dips are far out. */
const FAR = [100, 10_000];

/** Long decimals and large numbers last. */
const awkwardness = (x: readonly number[]): number =>
  x.reduce((t, v) => t + String(Number(v.toPrecision(3))).length + Math.abs(Math.log10(Math.abs(v) || 1)), 0);

function* shortPoints(s: Setting, points: readonly (readonly number[])[]): Generator<Point> {
  for (const x of points) {
    const found = shortened(s, x);
    if (found !== undefined) yield byName(s, found);
  }
}

/** Small values far out and small values near a zero count alike. */
const steepness = (p: { x: readonly number[]; value: number }): number =>
  p.value / (p.x.reduce((t, v) => t + v * v, 0) + 1e-12);

function settingFor(r: NonnegativeRequest): Setting | undefined {
  try {
    return settingOf(r, new Map());
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

function shortened(s: Setting, x: readonly number[]): number[] | undefined {
  const value = (y: readonly number[]): number => (inDomain(s, y) ? valueAt(s.tape, y) : 0);
  const found = UNITS.map((u) => rounded(x, u)).find((y) => value(y) < -1e-15);
  return found ?? (value(x) < -1e-15 ? [...x] : undefined);
}

/** Pattern search: steps along the axes and random directions, shorter when none helps. */
function descend(s: Setting, start: readonly number[], rounds: number, random: Uniform): readonly number[] {
  let [x, best] = [start, valueAt(s.tape, start)];
  let step = 0.25 * (Math.max(...start.map(Math.abs)) || 1);
  for (let round = 0; round < rounds; round++) {
    const axes = x.map((_, k) => x.map((__, j) => (j === k ? 1 : 0)));
    const others = [0, 1].map(() => x.map(() => 2 * random() - 1));
    const from = x;
    const tries = [...axes, ...others]
      .flatMap((m) => [step, -step].map((h) => from.map((v, k) => v + h * m[k]!)))
      .filter((y) => inDomain(s, y))
      .map((y) => ({ y, value: valueAt(s.tape, y) }))
      .filter((t) => Number.isFinite(t.value));
    const better = tries.reduce((a, b) => (b.value < a.value ? b : a), { y: [...x], value: best });
    if (better.value < best) [x, best, step] = [better.y, better.value, step * 1.5];
    else step /= 2.5;
  }
  return x;
}

const byName = (s: Setting, x: readonly number[]): Point =>
  Object.fromEntries(s.layout.components.map((c, k) => [c.symbol.name, x[k]!]));
