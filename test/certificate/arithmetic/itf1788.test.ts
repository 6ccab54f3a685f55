/**
 * The test vectors of the IEEE 1788 framework, read from the folder LEGENDRE_ITF1788 names or from
 * ../shared/data/itf1788 next to the checkout; skipped, with the reason printed, where there is neither.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  decimalIntervals,
  exact,
  doubleIntervals as I,
  type IntervalArithmetic,
} from "../../../src/certificate/checker/arithmetic/index.js";
import { type Bounds, type Case, type Operand, parseItl } from "./itl.js";
import { ulps } from "./laws.js";

const FOLDER =
  process.env.LEGENDRE_ITF1788 ?? resolve(import.meta.dirname, "../../../../shared/data/itf1788");
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".itl")) : [];
if (files.length === 0)
  console.log(`IEEE 1788 vectors skipped: no .itl files in ${FOLDER} (set LEGENDRE_ITF1788)`);

/** How far each end may lie outside the reference enclosure, which is the tightest one. */
const TOLERANCE = 1;

type Apply = <J>(a: IntervalArithmetic<J>, ...x: J[]) => J;
const power =
  (base: number): Apply =>
  (a, x) =>
    a.pow(a.fromDouble(base), x!);

/** Operations on doubles whose result has to be the reference enclosure itself. */
const TIGHT: Record<string, Apply> = {
  pos: (_, x) => x!,
  neg: (a, x) => a.neg(x!),
  add: (a, x, y) => a.add(x!, y!),
  sub: (a, x, y) => a.sub(x!, y!),
  mul: (a, x, y) => a.mul(x!, y!),
  div: (a, x, y) => a.div(x!, y!),
  recip: (a, x) => a.recip(x!),
  sqr: (a, x) => a.sqr(x!),
  sqrt: (a, x) => a.sqrt(x!),
  abs: (a, x) => a.abs(x!),
  sign: (a, x) => a.sign(x!),
  min: (a, x, y) => a.min(x!, y!),
  max: (a, x, y) => a.max(x!, y!),
  intersection: (a, x, y) => a.intersection(x!, y!),
  convexHull: (a, x, y) => a.hull(x!, y!),
};

/** Operations allowed TOLERANCE ulp at either end. exp2 and exp10 are real powers of a point. */
const LOOSE: Record<string, Apply> = {
  pow: (a, x, y) => a.pow(x!, y!),
  exp2: power(2),
  exp10: power(10),
  ...Object.fromEntries(
    (
      [
        "exp",
        "log",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
      ] as const
    ).map((name): [string, Apply] => [name, (a, x) => a[name](x!)]),
  ),
};

const PREDICATES: Record<string, <J>(a: IntervalArithmetic<J>, x: J, y: J) => boolean> = {
  isEmpty: (a, x) => a.isEmpty(x),
  isEntire: (a, x) => a.equal(x, a.entire),
  isSingleton: (a, x) => a.isPoint(x),
  isCommonInterval: (a, x) => a.isBounded(x),
  equal: (a, x, y) => a.equal(x, y),
  subset: (a, x, y) => a.subset(x, y),
  disjoint: (a, x, y) => a.isEmpty(a.intersection(x, y)),
};

const intervalOf = <J>(a: IntervalArithmetic<J>, x: Bounds): J =>
  x.empty ? a.empty : a.fromBounds(x.low, x.high);

/** What the arithmetic says of one case: agreement, a violation, or that it has no such operation. */
type Outcome = "passed" | "skipped" | `violation ${string}`;

function judgeInterval<J>(a: IntervalArithmetic<J>, y: J, wanted: Bounds, allowed: number): Outcome {
  const reference = intervalOf(a, wanted);
  const text = `${a.show(y)} for ${a.show(reference)}` as const;
  // Beyond the precision of doubles the result is narrower than the reference, which was rounded to doubles.
  if (a !== (I as unknown)) return a.subset(y, reference) ? "passed" : `violation wide: ${text}`;
  if (!a.subset(reference, y)) return `violation unsound: ${text}`;
  if (a.equal(y, reference)) return "passed";
  if (a.isEmpty(reference) || a.isEmpty(y)) return `violation wide: ${text}`;
  const [u, v] = [y as { lo: number; hi: number }, reference as { lo: number; hi: number }];
  const slack = (x: number, z: number) =>
    x === z ? 0 : ulps(Math.max(x, -Number.MAX_VALUE), Math.min(z, Number.MAX_VALUE));
  const excess = Math.max(slack(u.lo, v.lo), slack(v.hi, u.hi));
  return excess <= allowed ? "passed" : `violation ${excess} ulp wide: ${text}`;
}

const isBounds = (x: Operand): x is Bounds => x.kind === "interval";

function judge<J>(a: IntervalArithmetic<J>, c: Case): Outcome {
  const [wanted] = c.results;
  const [first, second] = c.operands;
  if (wanted === undefined || first === undefined) return "skipped";
  const predicate = PREDICATES[c.operation];
  if (predicate !== undefined && wanted.kind === "boolean") {
    if (!c.operands.every(isBounds)) return "skipped";
    const [x, y] = c.operands.map((o) => intervalOf(a, o as Bounds));
    return predicate(a, x!, y ?? x!) === wanted.value ? "passed" : "violation boolean";
  }
  if (c.operation === "isMember" && first.kind === "number" && second !== undefined && isBounds(second)) {
    const inside = typeof first.value !== "number" && a.contains(intervalOf(a, second), first.value);
    return wanted.kind === "boolean" && inside === wanted.value ? "passed" : "violation member";
  }
  if ((c.operation === "inf" || c.operation === "sup") && isBounds(first) && wanted.kind === "number") {
    const x = intervalOf(a, first);
    const end = c.operation === "inf" ? a.lower(x) : a.upper(x);
    const expected = typeof wanted.value === "number" ? undefined : wanted.value;
    const agrees =
      end === undefined || expected === undefined ? end === expected : exact.equal(end, expected);
    return agrees ? "passed" : "violation end";
  }
  if (!isBounds(wanted)) return "skipped";
  if (
    c.operation === "pown" &&
    isBounds(first) &&
    second?.kind === "number" &&
    typeof second.value !== "number"
  ) {
    return judgeInterval(a, a.pown(intervalOf(a, first), Number(second.value.n)), wanted, TOLERANCE);
  }
  const [tight, loose] = [TIGHT[c.operation], LOOSE[c.operation]];
  const apply = tight ?? loose;
  if (apply === undefined || !c.operands.every(isBounds)) return "skipped";
  const y = apply(a, ...c.operands.map((o) => intervalOf(a, o as Bounds)));
  return judgeInterval(a, y, wanted, tight === undefined ? TOLERANCE : 0);
}

const OURS = new Set([
  ...Object.keys(TIGHT),
  ...Object.keys(LOOSE),
  ...Object.keys(PREDICATES),
  "isMember",
  "inf",
  "sup",
  "pown",
]);

describe.skipIf(files.length === 0)("IEEE 1788 vectors", () => {
  const cases = files.flatMap((name) => parseItl(readFileSync(join(FOLDER, name), "utf8")));

  test.each([
    ["doubles", I],
    ["decimals of 800 digits", decimalIntervals(800)],
  ] as [string, IntervalArithmetic<unknown>][])("%s", (label, a) => {
    const ran = new Map<string, number>();
    const skipped = new Map<string, number>();
    const violations: string[] = [];
    for (const c of cases) {
      if (label !== "doubles" && !(c.operation in TIGHT || c.operation in PREDICATES)) continue;
      const outcome = judge(a, c);
      const tally = outcome === "skipped" ? skipped : ran;
      tally.set(c.operation, (tally.get(c.operation) ?? 0) + 1);
      if (outcome !== "skipped" && outcome !== "passed") violations.push(`${c.text}: ${outcome}`);
    }
    const list = (m: Map<string, number>, keep: (name: string) => boolean) =>
      [...m]
        .filter(([name]) => keep(name))
        .sort()
        .map(([name, n]) => `${name} ${n}`)
        .join(", ");
    const total = [...ran.values()].reduce((x, y) => x + y, 0);
    console.log(
      `${label}: ran ${total}: ${list(ran, () => true)}\n` +
        `not an operation of the checker: ${list(skipped, (name) => !OURS.has(name))}\n` +
        `operands or results that are not plain sets (NaI): ${list(skipped, (name) => OURS.has(name))}`,
    );
    expect(violations).toEqual([]);
    if (label === "doubles") expect(total).toBeGreaterThan(2500);
  });
});
