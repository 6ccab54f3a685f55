/** A field, given states and a seed come in; the states from which fixed points are looked for go out. */
import { type CompiledField, draw } from "../simulation/index.js";
import { memoryParameters, patternsOf } from "./memories.js";

export interface Start {
  /** Where it comes from: given by the caller, a stored pattern, a random draw, or between two stable points. */
  readonly kind: "given" | "origin" | "pattern" | "random" | "between";
  readonly state: Float64Array;
}

/** The stored patterns of a field with one state over one index; none where no bound parameter holds any. */
export function storedPatterns(field: CompiledField): Float64Array[] {
  const [layout, ...more] = field.layout;
  if (layout === undefined || more.length > 0) return [];
  for (const { parameter, unitAxis } of memoryParameters(field.model, layout.over)) {
    const data = field.bound.values.get(parameter.symbol.name);
    if (data !== undefined) return patternsOf(data, layout.size, unitAxis);
  }
  return [];
}

export interface StartOptions {
  readonly given: readonly Float64Array[];
  /** Random draws. */
  readonly count: number;
  readonly seed: number;
  /** Standard deviation of the draws. */
  readonly spread: number;
}

/** Patterns at most, evenly chosen from more. */
const MOST_PATTERNS = 100;

/** Given states, the origin, stored patterns and random draws, clamped components at their initial values. */
export function startsOf(field: CompiledField, { given, count, seed, spread }: StartOptions): Start[] {
  const patterns = storedPatterns(field);
  const stride = Math.max(1, Math.ceil(patterns.length / MOST_PATTERNS));
  const random = Array.from({ length: count }, (_, k) =>
    draw("normal", { std: spread }, field.size, seed, `start ${k}`),
  );
  return [
    ...given.map((state): Start => ({ kind: "given", state })),
    { kind: "origin", state: new Float64Array(field.size) },
    ...patterns.filter((_, k) => k % stride === 0).map((state): Start => ({ kind: "pattern", state })),
    ...random.map((state): Start => ({ kind: "random", state })),
  ];
}

/** Half way between pairs of states: where the saddle between two minima may be. */
export function between(states: readonly Float64Array[], most: number): Start[] {
  const starts: Start[] = [];
  for (const [k, a] of states.entries())
    for (const b of states.slice(k + 1)) {
      if (starts.length >= most) return starts;
      starts.push({ kind: "between", state: a.map((x, i) => (x + b[i]!) / 2) });
    }
  return starts;
}
