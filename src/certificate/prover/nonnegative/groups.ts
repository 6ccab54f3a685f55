/**
 * A sum comes in; parts of it that may each be nonnegative go out: terms that share the same scalars together, with the
 * number that stands beside them dealt out so that every function of one scalar has its least value at 0.
 */
import { add, type Expr, fromNumber, mul, num, sub2, symbolsOf } from "../../../index-notation/index.js";
import { grid } from "../../refuter/samples.js";
import type { ScalarVariable } from "../algebra/scalars.js";
import { Curve } from "../scalar/piece.js";
import { segmentOf } from "../strategies/one-scalar.js";

/** The parts add up to the sum; fewer than two where nothing comes apart. */
export function partsOf(terms: readonly Expr[], scalars: readonly ScalarVariable[]): Expr[] {
  const groups = new Map<string, { own: readonly ScalarVariable[]; terms: Expr[] }>();
  for (const t of terms) {
    const symbols = symbolsOf(t);
    const own = scalars.filter((v) => symbols.has(v.symbol));
    const key = own.map((v) => v.symbol.name).join();
    groups.set(key, { own, terms: [...(groups.get(key)?.terms ?? []), t] });
  }
  const constant = add(groups.get("")?.terms ?? []);
  const varying = [...groups].filter(([key]) => key !== "").map(([, g]) => ({ own: g.own, e: add(g.terms) }));
  const least = varying.map(({ own, e }) => (own.length === 1 ? leastValue(e, own[0]!) : undefined));
  const shifts = least.map((m) => num(fromNumber(m ?? 0)));
  const rest = add([constant, ...shifts]);
  const parts = varying.map(({ e }, k) => sub2(e, shifts[k]!));
  return rest.kind === "number" && rest.value.n === 0n ? parts : [rest, ...parts];
}

/** The least value to nine digits; undefined where it is not finite. */
const leastValue = (e: Expr, v: ScalarVariable): number | undefined => {
  const found = lowestPoint(e, v);
  return found === undefined ? undefined : Number(found.value.toFixed(9)) + 0;
};

/** Where a function of one scalar seems to be least, and its value there. */
export function lowestPoint(e: Expr, v: ScalarVariable): { x: number; value: number } | undefined {
  const f = new Curve(e, v.symbol);
  if (!f.isClosed) return undefined;
  const s = segmentOf(v.symbol.bounds);
  const points = grid({ low: s.lo, high: s.hi }, 40).filter((x) => Number.isFinite(f.at(x)));
  if (points.length === 0) return undefined;
  const k = points.reduce((best, x, n) => (f.at(x) < f.at(points[best]!) ? n : best), 0);
  const [a, b] = [points[Math.max(0, k - 1)]!, points[Math.min(points.length - 1, k + 1)]!];
  const refined = thirds(f, a, b);
  return [a, points[k]!, b, refined]
    .map((x) => ({ x, value: f.at(x) }))
    .reduce((best, y) => (y.value < best.value ? y : best));
}

/** By thirds: where the valley of a function between a and b is lowest. */
function thirds(f: Curve, a: number, b: number): number {
  let [low, high] = [a, b];
  for (let k = 0; k < 100; k++) {
    const third = (high - low) / 3;
    if (f.at(low + third) < f.at(high - third)) high -= third;
    else low += third;
  }
  return (low + high) / 2;
}

/** c·(F(high) − F(low))·(high − low). */
export interface Difference {
  readonly low: ScalarVariable;
  readonly high: ScalarVariable;
  /** F of `high`, times the number in front. */
  readonly f: Expr;
}

/** Recognises a product of x − y with F(x) − F(y). */
export function differenceProduct(e: Expr, scalars: readonly ScalarVariable[]): Difference | undefined {
  const factors = e.kind === "mul" ? e.factors : [];
  const numbers = factors.filter((f) => f.kind === "number");
  const [a, b, ...others] = factors.filter((f) => f.kind !== "number");
  if (a === undefined || b === undefined || others.length > 0) return undefined;
  for (const [line, curve] of [
    [a, b],
    [b, a],
  ] as const)
    for (const high of scalars)
      for (const low of scalars) {
        if (high === low || sub2(high.expr, low.expr) !== line || curve.kind !== "add") continue;
        const own = curve.terms.filter((t) => symbolsOf(t).has(high.symbol));
        return { low, high, f: mul([...numbers, add(own)]) };
      }
  return undefined;
}
