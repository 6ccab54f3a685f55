/** The reference cases come in from their file; typed cases and comparisons to their tolerance go out. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";

export type Nested = number | readonly Nested[];

export interface Tolerance {
  readonly rel: number;
  readonly abs: number;
  /** Of trajectory endpoints at rtol 1e-12. */
  readonly trajectory_abs?: number;
}

export interface Case {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly definition: string;
  readonly parameters: Readonly<Record<string, Nested>>;
  readonly inputs: Readonly<Record<string, Nested>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: Tolerance;
}

const file = new URL("am-cases.data.json", import.meta.url);
export const CASES = (JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] }).cases;

export const flat = (x: Nested): number[] => (typeof x === "number" ? [x] : x.flatMap(flat));

/** Every number within `abs + rel·|expected|`. */
export function expectClose(
  found: Nested | Float64Array,
  expected: Nested,
  t: Pick<Tolerance, "rel" | "abs">,
  what: string,
): void {
  const a = found instanceof Float64Array ? [...found] : flat(found);
  const b = flat(expected);
  expect(a.length, what).toBe(b.length);
  for (const [k, x] of a.entries())
    expect(Math.abs(x - b[k]!), `${what}[${k}] = ${x}, expected ${b[k]}`).toBeLessThanOrEqual(
      t.abs + t.rel * Math.abs(b[k]!),
    );
}
