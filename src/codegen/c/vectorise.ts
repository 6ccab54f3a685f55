/**
 * A loop comes in; whether its iterations may run side by side goes out, as an OpenMP pragma for its reductions.
 *
 * A compiler keeps the order of a sum unless told otherwise. The pragma tells it for the sums of this loop alone, so that
 * nothing else of the arithmetic changes, as -ffast-math would: NaN, infinities and the exact steps of the kernels stay.
 */
import {
  type Affine,
  affineEqual,
  type Buffer,
  coefficientOf,
  type Local,
  type Real,
  type Statement,
  type StatementOf,
  visitBlock,
} from "../../ir/index.js";

/** Shorter loops are unrolled whole. */
const SHORT = 8;

export function simdPragma(loop: StatementOf<"for">, local: (l: Local) => string): string[] {
  const sums = independentBut(loop);
  if (sums === undefined || !isLong(loop)) return [];
  const reduction = sums.length === 0 ? "" : ` reduction(+:${sums.map(local).join(", ")})`;
  return [`#pragma omp simd${reduction}`];
}

/** Long enough to be worth it, and to one constant bound, which the pragma wants. */
function isLong({ from: [from, ...lower], to: [to, ...upper] }: StatementOf<"for">): boolean {
  if (lower.length > 0 || upper.length > 0 || to!.terms.length > 0) return false;
  return from!.terms.length > 0 || to!.constant - from!.constant >= SHORT;
}

/** The locals that a loop sums up, if that is all that its iterations share; else undefined. */
function independentBut(loop: StatementOf<"for">): readonly Local[] | undefined {
  const sums: Local[] = [];
  const inside = new Set<Local>();
  for (const s of loop.body) {
    if (s.kind === "let") inside.add(s.local);
    else if (s.kind === "assign" && !inside.has(s.local)) {
      if (!isSum(s)) return undefined;
      sums.push(s.local);
    } else if (s.kind !== "store" && s.kind !== "accumulate" && s.kind !== "assign") return undefined;
  }
  if (sums.some((l) => occurrences(loop.body, l) !== 1)) return undefined;
  return ownPlaces(loop) ? sums : undefined;
}

/** `x = x + e`, where e does not mention x. */
const isSum = (s: StatementOf<"assign">): boolean =>
  s.value.kind === "binary" && s.value.op === "+" && isLocal(s.value.left, s.local);

const isLocal = (e: Real, l: Local): boolean => e.kind === "local" && e.local === l;

function occurrences(body: readonly Statement[], l: Local): number {
  let count = 0;
  visitBlock(body, { real: (e) => void (count += isLocal(e, l) ? 1 : 0) });
  return count;
}

/** Whether each iteration that writes to a buffer uses one place of it, and every iteration another. */
function ownPlaces(loop: StatementOf<"for">): boolean {
  const written = new Map<Buffer, Affine>();
  for (const s of loop.body) {
    if (s.kind !== "store" && s.kind !== "accumulate") continue;
    const known = written.get(s.buffer);
    if (coefficientOf(s.at, loop.variable) === 0) return false;
    if (known !== undefined && !affineEqual(known, s.at)) return false;
    written.set(s.buffer, s.at);
  }
  let own = true;
  visitBlock(loop.body, {
    real: (e) => {
      const at = e.kind === "load" ? written.get(e.buffer) : undefined;
      if (at !== undefined && e.kind === "load" && !affineEqual(at, e.at)) own = false;
    },
  });
  return own;
}
