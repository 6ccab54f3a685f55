/** Laws of single functions of the checker: a function comes in, what numbers say against it goes out. */
import { exact } from "../../../src/certificate/checker/arithmetic/index.js";
import type { Context } from "../../../src/certificate/checker/context.js";
import { contextOf } from "../../../src/certificate/checker/declarations.js";
import type { derivative } from "../../../src/certificate/checker/derivative.js";
import type { bendsOf } from "../../../src/certificate/checker/function-curvature.js";
import type { functionRange } from "../../../src/certificate/checker/function-ranges.js";
import type { limitOf } from "../../../src/certificate/checker/limits.js";
import { parseTerm } from "../../../src/certificate/checker/parse.js";
import {
  add,
  closedEnd,
  type End,
  openEnd,
  type Range,
  range,
} from "../../../src/certificate/checker/range.js";
import { Budget, Rejection } from "../../../src/certificate/checker/rejection.js";
import { isSmooth } from "../../../src/certificate/checker/smooth.js";
import { apply, scalar, type Term, type TermOf } from "../../../src/certificate/checker/term.js";
import type { FunctionName } from "../../../src/certificate/checker/vocabulary.js";
import { numeric, Overflow } from "./numeric.js";
import { DECLARATIONS, generator, randomExpression, randomWorld } from "./random.js";

/** How often the law had something to compare, and where it did not hold. */
export interface Outcome {
  readonly checks: number;
  readonly violations: readonly string[];
}

/** Every function of the language; each on an interval on which it is defined and doubles are precise. */
export const FUNCTIONS: { readonly [F in FunctionName]: readonly [number, number] } = {
  exp: [-6, 6],
  log: [0, 8],
  abs: [-5, 5],
  sign: [-5, 5],
  step: [-5, 5],
  relu: [-5, 5],
  sin: [-7, 7],
  cos: [-7, 7],
  tan: [-1.5, 1.5],
  asin: [-1, 1],
  acos: [-1, 1],
  atan: [-6, 6],
  sinh: [-5, 5],
  cosh: [-5, 5],
  tanh: [-4, 4],
  asinh: [-6, 6],
  acosh: [1, 8],
  atanh: [-1, 1],
  sech: [-5, 5],
  erf: [-3, 3],
  erfc: [-3, 3],
  gamma: [0, 6],
  lgamma: [0, 8],
  sigmoid: [-6, 6],
  softplus: [-6, 6],
  logcosh: [-5, 5],
  digamma: [0, 8],
  trigamma: [0, 8],
};
export const NAMES = Object.keys(FUNCTIONS) as readonly FunctionName[];

const x: TermOf<"symbol"> = scalar("x");
const valueAt = (t: Term, at: number): number =>
  numeric(t, { dimensions: {}, indices: {}, values: { x: at } });

/** A piece of the interval, its ends rational, open or closed. */
function piece([low, high]: readonly [number, number], random: () => number): Range {
  const cut = (): number => Math.round((low + (high - low) * random()) * 64);
  const [a, b] = [cut(), cut()].sort((s, t) => s - t) as [number, number];
  const end = (k: number): End => {
    const at = exact.rational(BigInt(k), 64n);
    return random() < 0.5 ? { ...closedEnd(0), at } : { ...openEnd(0), at };
  };
  return range(end(a), end(a === b ? b + 1 : b));
}

const toNumber = (e: End, infinite: number): number =>
  e.at === undefined ? infinite : Number(e.at.n) / Number(e.at.d);

/** Is the number in the range, give or take rounding? Open ends of a range are as good as closed ones to a double. */
function holds(r: Range, y: number): boolean {
  const slack = 1e-9 * (1 + Math.abs(y));
  const [low, high] = [toNumber(r.low, Number.NEGATIVE_INFINITY), toNumber(r.high, Number.POSITIVE_INFINITY)];
  return y >= low - slack && y <= high + slack;
}

function pointsOf(r: Range, random: () => number): readonly number[] {
  const [a, b] = [toNumber(r.low, 0), toNumber(r.high, 0)];
  return [a + 1e-7 * (b - a), b - 1e-7 * (b - a), ...Array.from({ length: 6 }, () => a + (b - a) * random())];
}

function overPieces(
  names: readonly FunctionName[],
  look: (name: FunctionName, r: Range, random: () => number) => readonly string[] | undefined,
): Outcome {
  const violations: string[] = [];
  let checks = 0;
  for (const name of names) {
    const random = generator(11);
    for (let k = 0; k < 60; k++) {
      const found = look(name, piece(FUNCTIONS[name], random), random);
      if (found === undefined) continue;
      checks++;
      violations.push(...found);
    }
  }
  return { checks, violations };
}

/** f(x) lies in the range of f over a range that holds x. */
export const rangeLaw = (of: typeof functionRange, names = NAMES): Outcome =>
  overPieces(names, (name, r, random) => {
    const values = of(name, r);
    if (values === undefined) return undefined;
    const outside = pointsOf(r, random).filter((p) => !holds(values, valueAt(apply(name, x), p)));
    return outside.map((p) => `${name}(${p}) is out of range`);
  });

/** What is called convex lies below its chords, what is called rising rises, and so on. */
export const bendsLaw = (of: typeof bendsOf, names = NAMES): Outcome =>
  overPieces(names, (name, r, random) => {
    const bends = of(name, r);
    if (!Object.values(bends).includes(true)) return undefined;
    const points = [...pointsOf(r, random)].sort((a, b) => a - b);
    const f = (p: number): number => valueAt(apply(name, x), p);
    return points.slice(1).flatMap((b, k) => {
      const a = points[k]!;
      const [l, m, h] = [f(a), f((a + b) / 2), f(b)] as const;
      const slack = 1e-10 * (1 + Math.abs(l) + Math.abs(h));
      const wrong = {
        convex: m > (l + h) / 2 + slack,
        concave: m < (l + h) / 2 - slack,
        rising: h < l - slack,
        falling: h > l + slack,
      };
      const named = (Object.keys(wrong) as (keyof typeof wrong)[]).filter((w) => bends[w] && wrong[w]);
      return named.map((w) => `${name} is not ${w} on [${a}, ${b}]`);
    });
  });

/** The derivative is what differences tend to, where the term is smooth; undefined where differences do not settle. */
function slopeFault(f: (p: number) => number, at: number, slope: number): string | undefined {
  const difference = (h: number): number => (f(at + h) - f(at - h)) / (2 * h);
  const [coarse, fine] = [difference(2e-5), difference(1e-5)];
  const slack = 1e-4 * (1 + Math.abs(fine));
  if (1e-10 * Math.abs(f(at)) > slack / 10) return undefined;
  if (!(Math.abs(coarse - fine) < slack / 10)) return undefined;
  return Math.abs(slope - fine) <= slack ? "" : `the slope at ${at} is ${fine}, not ${slope}`;
}

export function slopeLaw(of: typeof derivative, names = NAMES): Outcome {
  return overPieces(names, (name, r, random) => {
    const t = apply(name, x);
    if (name === "trigamma") return undefined;
    const slope = of(t, x, new Budget(1e6));
    const found = pointsOf(r, random)
      .slice(2)
      .filter((p) => Math.abs(p) > 1e-3)
      .map((p) => slopeFault((q) => valueAt(t, q), p, valueAt(slope, p)))
      .filter((s) => s !== undefined);
    return found.length === 0 ? undefined : found.filter((s) => s !== "").map((s) => `${name}: ${s}`);
  });
}

const widened = (r: Range): Range =>
  add(r, range(closedEnd(exact.rational(-1, 100)), closedEnd(exact.rational(1, 100))));

/** Far out the function is near its limit, or large. */
export function limitLaw(of: typeof limitOf, names = NAMES): Outcome {
  const context = contextOf({ indices: {}, symbols: { x: { over: [] } } }, new Budget(1e6));
  const violations: string[] = [];
  let checks = 0;
  for (const name of names)
    for (const to of ["infinity", "-infinity"] as const) {
      const limit = of(apply(name, x), x, to, context);
      if (limit === undefined) continue;
      checks++;
      const side = to === "infinity" ? 1 : -1;
      const [near, far] = [75, 150].map((p) => valueAt(apply(name, x), side * p)) as [number, number];
      const fits =
        limit === "infinity"
          ? far > 5 && far > near
          : limit === "-infinity"
            ? far < -5 && far < near
            : holds(widened(limit), far);
      if (!fits) violations.push(`the limit of ${name} at ${to}`);
    }
  return { checks, violations };
}

// ---- expressions --------------------------------------------------------------------------------------

function overExpressions(
  count: number,
  look: (t: Term, context: Context, random: () => number, text: string) => readonly string[] | undefined,
): Outcome {
  const random = generator(23);
  const violations: string[] = [];
  let checks = 0;
  for (let k = 0; k < count; k++) {
    const text = randomExpression(random, 1 + Math.floor(4 * random()));
    try {
      const context = contextOf(DECLARATIONS, new Budget(1e6));
      const found = look(parseTerm(text, context.scope), context, random, text);
      if (found === undefined) continue;
      checks++;
      violations.push(...found.map((v) => `${text}: ${v}`));
    } catch (error) {
      if (!(error instanceof Rejection) && !(error instanceof Overflow)) throw error;
    }
  }
  return { checks, violations };
}

const WORLDS = 12;

/** Every value of a term lies in its range; a term that has a range has a value everywhere. */
export const valuesLaw = (of: (t: Term, c: Context) => Range | undefined, count: number): Outcome =>
  overExpressions(count, (t, context, random) => {
    const values = of(t, context);
    if (values === undefined) return undefined;
    const found = Array.from({ length: WORLDS }, () => {
      const w = randomWorld(random);
      const y = numeric(t, w);
      return Number.isNaN(y) || !holds(values, y) ? `${y} at ${JSON.stringify(w)}` : "";
    });
    return found.filter((s) => s !== "");
  });

/** Two terms that are said to be the same have the same values, where both have any. */
export const sameLaw = (of: (t: Term, c: Context) => Term, count: number): Outcome =>
  overExpressions(count, (t, context, random) => {
    const other = of(t, context);
    const found = Array.from({ length: WORLDS }, () => {
      const w = randomWorld(random);
      const [a, b] = [numeric(t, w), numeric(other, w)];
      const isSame = Number.isNaN(a) || Number.isNaN(b) || Math.abs(a - b) <= 1e-6 * (1 + Math.abs(a));
      return isSame ? "" : `${a} and ${b} at ${JSON.stringify(w)}`;
    });
    return found.filter((s) => s !== "");
  });

/** The derivative by u is what differences tend to. */
export const derivativeLaw = (of: typeof derivative, count: number): Outcome =>
  overExpressions(count, (t, context, random) => {
    const u: TermOf<"symbol"> = scalar("u");
    if (!isSmooth(t, new Set(["u"]), context)) return undefined;
    const slope = of(t, u, new Budget(1e6));
    const found = Array.from({ length: WORLDS }, () => {
      const w = randomWorld(random);
      const f = (p: number): number => numeric(t, { ...w, values: { ...w.values, u: p } });
      return slopeFault(f, w.values.u as number, numeric(slope, w));
    }).filter((s) => s !== undefined);
    return found.length === 0 ? undefined : found.filter((s) => s !== "");
  });
