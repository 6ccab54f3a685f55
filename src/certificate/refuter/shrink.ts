/**
 * A suspect in doubles comes in; the shortest decimals at which the chord surely lies below the expression go
 * out, confirmed with fifty digits.
 */
import {
  decimals,
  type Environment,
  evaluate,
  isUndefined,
  scalarToNumber,
  toDecimal,
  type Value,
} from "../../index-notation/evaluate/index.js";
import { addR, fromNumber, negR, type Rational } from "../../index-notation/index.js";
import { jet, valueAt } from "./numeric/jet.js";
import type { Suspect } from "./search.js";
import { inDomain, type Setting, type Task } from "./setting.js";

/** Decimals by slot: along `direction` the expression at `point` is above its chord. */
export interface Shrunk {
  readonly point: readonly number[];
  readonly direction: readonly number[];
  /** e(p − d) − 2·e(p) + e(p + d) of ±e, below 0. */
  readonly gap: number;
}

/** Rounding to a multiple of a unit, or to significant digits. */
type Rounding = (x: number) => number;

const multiple =
  (unit: number): Rounding =>
  (x) =>
    tidy(Math.round(x / unit) * unit);
const significant =
  (digits: number): Rounding =>
  (x) =>
    Number(x.toPrecision(digits));
/** The double nearest to the short decimal that was meant. */
const tidy = (x: number): number => (x === 0 ? 0 : Number(x.toPrecision(14)));

const POINTS: readonly Rounding[] = [
  ...[1, 0.5, 0.1, 0.01].map(multiple),
  significant(1),
  significant(2),
  multiple(1e-3),
  significant(3),
  multiple(1e-4),
  multiple(1e-5),
  significant(5),
  significant(8),
  significant(14),
];
const DIRECTIONS: readonly Rounding[] = [1, 0.5, 0.1, 0.01, 1e-3, 1e-4, 1e-6].map(multiple);
const STEPS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 1e-4, 1e-5, 1e-6];

/** Coarse roundings of both before fine ones of either. */
const LADDER = POINTS.flatMap((p, i) => DIRECTIONS.map((d, j) => ({ p, d, cost: i + j }))).sort(
  (a, b) => a.cost - b.cost,
);

/** Doubles decide when the gap is larger than this part of the values. */
const CERTAIN = 1e-12;

export function shrink(task: Task, s: Setting, sign: 1 | -1, suspect: Suspect): Shrunk | undefined {
  const top = Math.max(...suspect.direction.map(Math.abs));
  const unit = suspect.direction.map((v) => v / top);
  const oneWay = s.moving.length === 1 ? LADDER.filter((r) => r.d === DIRECTIONS[0]) : LADDER;
  const doubtful: Shrunk[] = [];
  for (const { p, d } of oneWay) {
    const [point, way] = [suspect.point.map(p), unit.map(d)];
    const best = bestStep(s, sign, point, way, suspect);
    if (best === undefined) continue;
    if (!best.certain) doubtful.push(best);
    else {
      const sure = confirmed(task, s, sign, best);
      if (sure !== undefined) return sure;
    }
    if (doubtful.length > 60) break;
  }
  for (const c of doubtful.slice(0, 12)) {
    const sure = confirmed(task, s, sign, c);
    if (sure !== undefined) return sure;
  }
  return undefined;
}

/** The step along which the gap is clearest. */
function bestStep(
  s: Setting,
  sign: number,
  point: readonly number[],
  way: readonly number[],
  suspect: Suspect,
): (Shrunk & { certain: boolean }) | undefined {
  if (!way.some((v) => v !== 0) || !inDomain(s, point)) return undefined;
  if (suspect.step === undefined && !(sign * jet(s.tape, point, way).c < 0)) return undefined;
  const reach = Math.max(...point.slice(0, s.moving.length).map(Math.abs));
  const scale = reach === 0 || (reach > 0.1 && reach < 100) ? 1 : 10 ** Math.floor(Math.log10(reach));
  let best: (Shrunk & { certain: boolean; relative: number }) | undefined;
  for (const h of STEPS) {
    const direction = way.map((v) => tidy(v * h * scale));
    const g = gapAt(s, sign, point, direction);
    if (g === undefined || !(g.gap < 0)) continue;
    const relative = g.gap / g.size;
    if (
      best === undefined ||
      relative < 4 * best.relative ||
      (best.relative > -CERTAIN && relative < best.relative)
    )
      best = { point, direction, gap: g.gap, certain: relative < -CERTAIN, relative };
  }
  return best;
}

function gapAt(
  s: Setting,
  sign: number,
  p: readonly number[],
  d: readonly number[],
): { gap: number; size: number } | undefined {
  const ends = [p.map((v, k) => v - d[k]!), p.map((v, k) => v + d[k]!)];
  if (!ends.every((x) => inDomain(s, x))) return undefined;
  const [a, b, m] = [...ends, p].map((x) => sign * valueAt(s.tape, x)) as [number, number, number];
  return { gap: a + b - 2 * m, size: Math.abs(a) + Math.abs(b) + 2 * Math.abs(m) + 1e-300 };
}

// ---- with fifty digits --------------------------------------------------------------------------------

const DIGITS = 50;

function environment(s: Setting, values: readonly Rational[]): Environment {
  const slots = new Map(s.layout.components.map((c, k) => [`${c.symbol.key};${c.at.join(",")}`, values[k]!]));
  return {
    dimensions: s.dimensions,
    precision: DIGITS,
    tensor: (symbol, at) => slots.get(`${symbol.key};${at.join(",")}`)!,
  };
}

/** e(p − d) − 2·e(p) + e(p + d), digit by digit; undefined where e has no value. */
function preciseGap(task: Task, s: Setting, c: Shrunk): number | undefined {
  const [p, d] = [c.point.map(fromNumber), c.direction.map(fromNumber)];
  const values = ([-1, 0, 1] as const).map((t) =>
    evaluate(
      task.expression,
      environment(
        s,
        p.map((v, k) => shifted(v, d[k]!, t)),
      ),
    ),
  );
  if (values.some((v) => isUndefined(v) || !Number.isFinite(scalarToNumber(v)))) return undefined;
  return secondDifference(values);
}

const shifted = (v: Rational, d: Rational, t: -1 | 0 | 1): Rational =>
  t === 0 ? v : addR(v, t === 1 ? d : negR(d));

function secondDifference([a, m, b]: readonly Value[]): number {
  const D = decimals(DIGITS + 20);
  const [x, y, z] = [a!, m!, b!].map((v) => toDecimal(D, v));
  return D.sub(D.add(x!, z!), D.mul(2, y!)).toNumber();
}

/** The candidate with its gap to full precision, if that is below 0. */
function confirmed(task: Task, s: Setting, sign: 1 | -1, c: Shrunk): Shrunk | undefined {
  const gap = preciseGap(task, s, c);
  return gap !== undefined && sign * gap < 0
    ? { point: c.point, direction: c.direction, gap: sign * gap }
    : undefined;
}
