/** Loops come in; ranges of affine addresses within one iteration go out, to show that iterations are apart. */
import {
  type Affine,
  affineConstant,
  affineSubstitute,
  coefficientOf,
  type Local,
  type Statement,
  visitBlock,
} from "../../ir/index.js";
import type { Access } from "./effects.js";

export type Loop = Extract<Statement, { kind: "for" }>;

/** Number of iterations of a loop from 0 to a constant; undefined for other loops. */
export function extent(s: Statement): number | undefined {
  if (s.kind !== "for" || s.from.length !== 1 || s.to.length !== 1) return undefined;
  const [from, to] = [s.from[0]!, s.to[0]!];
  const plain = from.terms.length === 0 && from.constant === 0 && to.terms.length === 0;
  return plain ? to.constant : undefined;
}

type Range = readonly [low: number, high: number];

/** Ranges of the integer locals that the statements define, by their constant bounds. */
export function innerRanges(block: readonly Statement[]): ReadonlyMap<Local, Range> {
  const found = new Map<Local, Range>();
  visitBlock(block, {
    statement: (s) => {
      if (s.kind === "index" && s.mod !== undefined) found.set(s.local, [0, s.mod - 1]);
      if (s.kind !== "for") return;
      const constants = (list: readonly Affine[]): number[] =>
        list.filter((a) => a.terms.length === 0).map((a) => a.constant);
      found.set(s.variable, [Math.max(...constants(s.from)), Math.min(...constants(s.to)) - 1]);
    },
  });
  return found;
}

function rangeOf(a: Affine, ranges: ReadonlyMap<Local, Range>): Range | undefined {
  let [low, high] = [a.constant, a.constant];
  for (const { local, coefficient: c } of a.terms) {
    const r = ranges.get(local);
    if (r === undefined || !Number.isFinite(r[0]) || !Number.isFinite(r[1])) return undefined;
    low += Math.min(c * r[0], c * r[1]);
    high += Math.max(c * r[0], c * r[1]);
  }
  return [low, high];
}

/**
 * True when the accesses of different iterations of the variable cannot meet: all are at c·variable + rest
 * with one c and rests within one window shorter than |c|.
 */
export function iterationsApart(
  accesses: readonly Access[],
  variable: Local,
  ranges: ReadonlyMap<Local, Range>,
): boolean {
  const c = accesses.length === 0 ? 1 : coefficientOf(accesses[0]!.at, variable);
  if (c === 0 || accesses.some((a) => coefficientOf(a.at, variable) !== c)) return false;
  const rests = accesses.map((a) => rangeOf(affineSubstitute(a.at, variable, affineConstant(0)), ranges));
  if (!rests.every((r) => r !== undefined)) return false;
  const low = Math.min(...rests.map((r) => r[0]));
  const high = Math.max(...rests.map((r) => r[1]));
  return high - low < Math.abs(c);
}
