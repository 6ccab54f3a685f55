/** A direction of the state comes in; a few words that name it go out. */
import type { CompiledField } from "../simulation/index.js";
import { largest, type Vector } from "./linear/vectors.js";

/** Components below this part of the largest do not count. */
const SMALL = 1e-6;

/** `a common shift of theta`, `scaling of v`, `v[3], v[7]`, or how many components of which layers move. */
export function describeDirection(field: CompiledField, direction: Vector, state: Vector): string {
  const most = largest(direction);
  const parts = field.layout.flatMap((l) => {
    const [d, x] = [direction, state].map((v) => v.subarray(l.offset, l.offset + l.size));
    const moving = [...d!.keys()].filter((k) => Math.abs(d![k]!) > SMALL * most);
    if (moving.length === 0) return [];
    if (l.size > 1 && isParallel(d!, new Float64Array(l.size).fill(1)))
      return [`a common shift of ${l.name}`];
    if (l.size > 1 && isParallel(d!, x!)) return [`scaling of ${l.name}`];
    if (moving.length <= 4) return [moving.map((k) => field.describe(l.offset + k)).join(", ")];
    return [`${moving.length} of ${l.size} components of ${l.name}`];
  });
  return parts.join("; ");
}

function isParallel(a: Vector, b: Vector): boolean {
  const k = b.reduce((best, x, i) => (Math.abs(x) > Math.abs(b[best]!) ? i : best), 0);
  const factor = a[k]! / b[k]!;
  const most = largest(a);
  return Number.isFinite(factor) && a.every((x, i) => Math.abs(x - factor * b[i]!) <= 1e-5 * most);
}
