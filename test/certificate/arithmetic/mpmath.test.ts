/** Agreement with mpmath (`mpmath-reference.py` writes the values), and with the points where V8 is wrong. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  decimalIntervals,
  doubleIntervals,
  exact,
  type IntervalArithmetic,
  type UnaryName,
} from "../../../src/certificate/checker/arithmetic/index.js";
import { ulps } from "./laws.js";

type Row = [name: string, ...rest: (string | number)[]];
const rows = JSON.parse(readFileSync(new URL("mpmath.data.json", import.meta.url), "utf8")) as Row[];
const names = [...new Set(rows.map((row) => row[0]))];

/** mpmath printed 45 digits: half a unit of the last one on either side. */
function printed(text: string): [exact.Rational, exact.Rational] {
  const value = exact.parse(text);
  if (value === undefined) throw new Error(`no number: ${text}`);
  const error = exact.multiply(exact.absolute(value), exact.rational(1n, 10n ** 44n));
  return [exact.subtract(value, error), exact.add(value, error)];
}

function evaluate<I>(a: IntervalArithmetic<I>, [name, ...rest]: Row): I {
  const x = a.fromDouble(Number(rest[0]));
  if (name === "pow") return a.pow(x, a.fromDouble(Number(rest[1])));
  if (name === "pown") return a.pown(x, Number(rest[1]));
  if (name === "root") return a.root(x, Number(rest[1]));
  return a[name as UnaryName](x);
}

function violations<I>(a: IntervalArithmetic<I>, name: string): string[] {
  return rows
    .filter((row) => row[0] === name)
    .filter((row) => {
      const [low, high] = printed(String(row.at(-1)));
      const y = evaluate(a, row);
      const [lo, hi] = [a.lower(y), a.upper(y)];
      if (a.isEmpty(y)) return true;
      return (
        (lo !== undefined && exact.compare(lo, high) > 0) || (hi !== undefined && exact.compare(hi, low) < 0)
      );
    })
    .map((row) => `${row.slice(0, -1).join(" ")}: ${a.show(evaluate(a, row))} without ${row.at(-1)}`);
}

describe.each(names)("%s", (name) => {
  test("doubles", () => expect(violations(doubleIntervals, name)).toEqual([]));
  test("40 digits", () => expect(violations(decimalIntervals(40), name)).toEqual([]));
});

const NATIVE = [
  "tanh",
  "sinh",
  "cosh",
  "exp",
  "expm1",
  "log",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
] as const;
const MORE = ["asinh", "acosh", "atanh"] as const;

describe("V8's Math", () => {
  test("tanh(0.2349870500330864) is 2.1 ulp off, and this arithmetic is not", () => {
    const x = 0.2349870500330864;
    const y = doubleIntervals.tanh(doubleIntervals.fromDouble(x));
    const row = rows.find((r) => r[0] === "tanh" && r[1] === String(x))!;
    const [low, high] = printed(String(row.at(-1)));
    expect(exact.compare(doubleIntervals.lower(y)!, low)).toBe(-1);
    expect(exact.compare(high, doubleIntervals.upper(y)!)).toBe(-1);
    expect(ulps(y.lo, y.hi)).toBe(1);
  });

  /** Not an assertion on V8: another engine, or a later one, may be better. Ours must hold whatever Math says. */
  test("how often Math is outside the enclosure", () => {
    const lines = [...NATIVE, ...MORE].map((name) => {
      let [outside, worst, at, tried] = [0, 0, 0, 0];
      for (let k = 1; k < 1500; k++) {
        const t = ((k * 0.6180339887498949) % 1) + k * 1e-7;
        const x =
          name === "acosh"
            ? 1 + 3 * t
            : name === "asin" || name === "acos" || name === "atanh"
              ? t * 0.99
              : 4 * t;
        const y = doubleIntervals[name](doubleIntervals.fromDouble(x));
        if (doubleIntervals.isEmpty(y)) continue;
        tried++;
        const v = Math[name](x);
        const miss = v < y.lo ? ulps(v, y.lo) : v > y.hi ? ulps(y.hi, v) : 0;
        if (miss > 0) outside++;
        if (miss > worst) [worst, at] = [miss, x];
      }
      return `Math.${name.padEnd(6)} outside the 1 ulp enclosure at ${outside} of ${tried} points, by at most ${worst} ulp more${worst > 0 ? ` (x = ${at})` : ""}`;
    });
    console.log(lines.join("\n"));
    expect(lines.length).toBe(NATIVE.length + MORE.length);
  });
});
