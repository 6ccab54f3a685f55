/**
 * A setting comes in; points with a direction along which the expression seems to bend downward go out, the
 * clearest first. All in doubles: what is found is only a suggestion.
 */
import { eigen } from "./numeric/eigen.js";
import { hessian, jets, valueAt } from "./numeric/jet.js";
import type { Step, Tape } from "./numeric/tape.js";
import { samples, source, type Uniform } from "./samples.js";
import { inDomain, type Setting } from "./setting.js";

/** A point and a direction in the slots of the setting (parameters have direction 0). */
export interface Suspect {
  readonly point: readonly number[];
  readonly direction: readonly number[];
  /** Curvature over the size of the Hessian; below 0. At kinks, the relative second difference. */
  readonly score: number;
  readonly step?: number;
}

export interface Effort {
  readonly samples: number;
  /** How many of the best samples are improved, and for how many rounds. */
  readonly starts: number;
  readonly rounds: number;
}

export const QUICK: Effort = { samples: 60, starts: 3, rounds: 12 };
export const THOROUGH: Effort = { samples: 900, starts: 14, rounds: 60 };

/** Curvature below so many times its rounding error counts as downward. */
const CLEAR = 50;

interface Curvature {
  readonly score: number;
  readonly direction: readonly number[];
  readonly clear: boolean;
}

/** The least curvature at a point, relative to the largest; sign −1 looks at −e. */
function curvatureAt(s: Setting, sign: number, x: readonly number[]): Curvature | undefined {
  const { h, noise } = hessian(s.tape, x, s.moving);
  const entries = h.flat();
  if (!entries.every(Number.isFinite)) return undefined;
  const { values, vectors } = eigen(h.map((row) => row.map((c) => sign * c)));
  const size = Math.max(...values.map(Math.abs));
  if (size === 0) return undefined;
  const direction = x.map((_, k) => (k < s.moving.length ? vectors[0]![k]! : 0));
  return { score: values[0]! / size, direction, clear: values[0]! < -CLEAR * noise };
}

/** In one dimension the score would be ±1: the second derivative itself is minimised instead. */
function heightOf(s: Setting, sign: number, x: readonly number[]): number {
  if (s.moving.length > 1) return curvatureAt(s, sign, x)?.score ?? Number.POSITIVE_INFINITY;
  const { h } = hessian(s.tape, x, s.moving);
  const c = sign * h[0]![0]!;
  return Number.isFinite(c) ? c : Number.POSITIVE_INFINITY;
}

export function suspects(s: Setting, sign: number, effort: Effort): Suspect[] {
  const random = source(20250 + s.moving.length);
  const points = samples(s, effort.samples, random);
  const ranked = points
    .map((x) => ({ x, value: heightOf(s, sign, x) }))
    .filter((p) => p.value < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.value - b.value);
  const starts = s.moving.length === 1 ? valleys(points, ranked) : ranked.map((p) => p.x);
  const improved = starts.slice(0, effort.starts).map((x) => descend(s, sign, x, effort.rounds, random));
  const best = ranked.slice(0, 12).map((p) => p.x);
  const smooth = [...best, ...spread(points, 30), ...improved].flatMap((x) => smoothSuspect(s, sign, x));
  const kinked = hasKinks(s.tape)
    ? points.slice(0, 400).flatMap((x) => kinkSuspects(s, sign, x, random))
    : [];
  const distinct = new Map(
    [...smooth, ...kinked].map((c) => [c.point.map((v) => v.toPrecision(4)).join(), c]),
  );
  return [...distinct.values()].sort((a, b) => inconvenience(s, a) - inconvenience(s, b));
}

/** True when a component is so near an end of its range that no readable step fits. */
const isCramped = (s: Setting, x: readonly number[]): boolean =>
  s.moving.some((k) => {
    const { low, high } = s.box[k]!;
    const unit = 1e-3 * Math.min(high - low, 1 + Math.abs(x[k]!));
    return x[k]! - low < unit || high - x[k]! < unit;
  });

/** Clear and plain before faint and awkward. */
function inconvenience(s: Setting, c: Suspect): number {
  const digits = (v: number): number =>
    v === 0 ? 0 : Math.abs(Math.log10(Math.abs(v))) + (Number.isInteger(v) ? 0 : 1);
  const awkward = c.point.reduce((t, v) => t + digits(v), 0) / c.point.length;
  const clear = -3 * Math.log10(Math.max(1e-15, Math.min(0.05, -c.score)));
  return awkward + clear + (isCramped(s, c.point) ? 20 : 0);
}

/** Every so many points: the best ones may lie where nothing can be rounded. */
const spread = <T>(points: readonly T[], count: number): T[] =>
  points.filter((_, k) => k % Math.ceil(points.length / count) === 0);

function smoothSuspect(s: Setting, sign: number, x: readonly number[]): Suspect[] {
  const c = curvatureAt(s, sign, x);
  return c?.clear ? [{ point: x, direction: c.direction, score: c.score }] : [];
}

/** Local minima of the second derivative over the samples in order, deepest first. */
function valleys(
  points: readonly number[][],
  ranked: readonly { x: readonly number[]; value: number }[],
): (readonly number[])[] {
  const value = new Map(ranked.map((p) => [p.x, p.value]));
  const at = (k: number): number => value.get(points[k] ?? []) ?? Number.POSITIVE_INFINITY;
  const local = new Set(points.filter((_, k) => at(k) <= at(k - 1) && at(k) <= at(k + 1)));
  return ranked.filter((p) => local.has(p.x as number[])).map((p) => p.x);
}

/** Pattern search: steps along coordinates and random directions that shrink when none helps. */
function descend(
  s: Setting,
  sign: number,
  start: readonly number[],
  rounds: number,
  random: Uniform,
): readonly number[] {
  let [x, best] = [start, heightOf(s, sign, start)];
  const size = Math.max(...start.map(Math.abs));
  let step = 0.25 * (size === 0 ? 1 : size);
  for (let round = 0; round < rounds; round++) {
    const moves = directions(s, random);
    const tries = moves.flatMap((m) => [1, -1].map((way) => x.map((v, k) => v + way * step * m[k]!)));
    const better = tries
      .filter((y) => inDomain(s, y))
      .map((y) => ({ y, value: heightOf(s, sign, y) }))
      .reduce((a, b) => (b.value < a.value ? b : a), { y: x as number[], value: best });
    if (better.value < best) [x, best, step] = [better.y, better.value, step * 1.5];
    else step /= 2.5;
  }
  return x;
}

/** Above so many coordinates only those that move are stepped along one by one. */
const ALL_AXES = 24;

/** Every coordinate of the point (parameters too), and a few random directions. */
function directions(s: Setting, random: Uniform): number[][] {
  const n = s.box.length;
  const stepped = n > ALL_AXES ? s.moving : s.box.map((_, k) => k);
  const axes = stepped.map((k) => s.box.map((_, j) => (j === k ? 1 : 0)));
  if (n === 1) return axes;
  const others = Array.from({ length: 2 }, () => s.box.map(() => 2 * random() - 1));
  return [...axes, ...others];
}

// ---- kinks ------------------------------------------------------------------------------------------

const KINKED: ReadonlySet<string> = new Set(["abs", "relu", "step", "sign"]);
const isKink = (s: Step): boolean =>
  (s.op === "unary" && KINKED.has(s.fn)) || s.op === "max" || s.op === "min" || s.op === "where";
const hasKinks = (t: Tape): boolean =>
  t.steps.some((s) => isKink(s) || (s.op === "power" && s.exponent < 2 && s.exponent > 0));

/** What changes sign where the program has a kink. */
function kinkValues(tape: Tape, x: readonly number[]): number[] {
  const at = jets(tape, x, []);
  return tape.steps.flatMap((s) => {
    if (s.op === "unary" && KINKED.has(s.fn)) return [at[s.arg]!.v];
    if (s.op === "max" || s.op === "min")
      return s.args.flatMap((a, k) => s.args.slice(k + 1).map((b) => at[a]!.v - at[b]!.v));
    if (s.op === "where") return s.tests.map((t) => at[t.left]!.v - at[t.right]!.v);
    return s.op === "power" && s.exponent < 2 && s.exponent > 0 ? [at[s.base]!.v] : [];
  });
}

/** Kinks on a segment through x where the slope jumps downward. */
function kinkSuspects(s: Setting, sign: number, x: readonly number[], random: Uniform): Suspect[] {
  const d = segment(s, random);
  const move = (t: number): number[] => x.map((v, k) => v + t * d[k]!);
  const length = 1 + Math.max(...x.map(Math.abs));
  const [from, to] = [kinkValues(s.tape, move(-length)), kinkValues(s.tape, move(length))];
  const crossings = from.flatMap((v, k) => {
    if (!(v * to[k]! <= 0)) return [];
    return [bisect((t) => kinkValues(s.tape, move(t))[k]!, -length, length)];
  });
  return crossings.flatMap((t) => dropAt(s, sign, move(t), d));
}

function segment(s: Setting, random: Uniform): number[] {
  const n = s.moving.length;
  const axis = Math.floor(random() * n);
  const style = random();
  return s.box.map((_, k) => {
    if (k >= n) return 0;
    if (style < 0.5) return k === axis ? 1 : 0;
    return style < 0.75 ? 1 : Math.round(4 * random() - 2);
  });
}

function bisect(f: (t: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  const sign = Math.sign(f(a));
  for (let k = 0; k < 60; k++) {
    const m = (a + b) / 2;
    if (Math.sign(f(m)) === sign) a = m;
    else b = m;
  }
  return Math.abs(b) < 1e-12 * Math.max(Math.abs(low), Math.abs(high)) ? 0 : b;
}

/** The relative second difference across a kink, or beside a jump, where it is clearly negative. */
function dropAt(s: Setting, sign: number, kink: readonly number[], d: readonly number[]): Suspect[] {
  const scale = 1 + Math.max(...kink.map(Math.abs));
  return [0.5, 0.05, 1e-3].flatMap((h) =>
    [0, 0.5, -0.5].flatMap((side) => {
      const step = h * scale;
      const along = (t: number): number[] => kink.map((v, k) => v + t * step * d[k]!);
      const [a, p, b] = [along(side - 1), along(side), along(side + 1)] as const;
      if (![a, p, b].every((x) => inDomain(s, x))) return [];
      const [fa, fp, fb] = [a, p, b].map((x) => sign * valueAt(s.tape, x)) as [number, number, number];
      const size = Math.abs(fa) + Math.abs(fb) + 2 * Math.abs(fp);
      const drop = fa + fb - 2 * fp;
      return drop < -1e-11 * size ? [{ point: p, direction: d, score: drop / size, step }] : [];
    }),
  );
}
