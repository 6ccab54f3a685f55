/**
 * A program comes in; which of its functions compute with single numbers, and why one may not, go out.
 *
 * Single precision means: parameters and inputs are kept as single numbers, and entries of several values (rates,
 * activations) are computed with them. Entries of one value (energies, conditions) add up all components, and what is
 * asked of them is small differences, so they are computed with doubles; so are entries with an adaptive
 * integral, whose tolerance is that of doubles, and what `prepare` makes of the parameters.
 */
import { type Affine, type Buffer, type Entry, type Program, visitBlock } from "../../ir/index.js";
import type { Refusal } from "../backend.js";
import { LARGEST_SINGLE, SINGLE_INTEGERS, SMALLEST_SINGLE } from "./arithmetic.js";

export type Precision = "f64" | "f32";

/** Buffers that functions of both kinds use, as single numbers. */
export const isShared = ({ kind }: Buffer): boolean =>
  kind === "param" || kind === "input" || kind === "prepared";

function hasWhile(e: Entry): boolean {
  let found = false;
  visitBlock(e.body, {
    statement: (s) => {
      if (s.kind === "while") found = true;
    },
  });
  return found;
}

export const isSingle = (e: Entry, precision: Precision): boolean =>
  precision === "f32" && e.out.size > 1 && !hasWhile(e);

const refusal = (message: string): Refusal => ({
  code: "not-single",
  message,
  hint: 'use the precision "f64", or other units',
});

/** Why the program cannot run in single precision, if it cannot. */
export const singleRefusal = (program: Program): Refusal | undefined =>
  valueOutside(program) ?? constantOutside(program) ?? indexOutside(program);

function valueOutside(program: Program): Refusal | undefined {
  for (const b of program.buffers.filter(isShared)) {
    let largest = 0;
    for (const x of b.data ?? []) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
    if (largest > LARGEST_SINGLE || (largest > 0 && largest < SMALLEST_SINGLE))
      return refusal(
        `the largest entry of ${b.name} is ${largest}; single precision reaches from ${SMALLEST_SINGLE} to ${LARGEST_SINGLE}`,
      );
  }
  return undefined;
}

function constantOutside(program: Program): Refusal | undefined {
  let found: number | undefined;
  for (const e of program.entries.filter((x) => isSingle(x, "f32")))
    visitBlock(e.body, {
      real: (x) => {
        if (x.kind !== "const" || !Number.isFinite(x.value) || x.value === 0) return;
        const size = Math.abs(x.value);
        if (size > LARGEST_SINGLE || size < SMALLEST_SINGLE) found = x.value;
      },
    });
  return found === undefined
    ? undefined
    : refusal(`the formulas hold ${found}, which single precision does not reach`);
}

/** Entries that read positions as numbers, where a dimension is so large that neighbours become equal. */
function indexOutside(program: Program): Refusal | undefined {
  let [reads, largest] = [false, 0];
  const reach = (list: readonly Affine[]): number =>
    Math.min(...list.map((a) => (a.terms.length === 0 ? a.constant : Number.POSITIVE_INFINITY)));
  for (const e of program.entries.filter((x) => isSingle(x, "f32")))
    visitBlock(e.body, {
      real: (x) => {
        if (x.kind === "index") reads = true;
      },
      statement: (s) => {
        if (s.kind === "for" && Number.isFinite(reach(s.to))) largest = Math.max(largest, reach(s.to));
      },
    });
  return reads && largest > SINGLE_INTEGERS
    ? refusal(`an index up to ${largest} is read as a number; single precision counts to ${SINGLE_INTEGERS}`)
    : undefined;
}
