/** A theory with data comes in; its fixed points with and without self-interaction, side by side, go out. */
import { derive, type LayeredTheory, withoutSelfInteraction } from "../derivation/index.js";
import { fail, ok, type Result } from "../model/index.js";
import { type CompiledField, compileField, type FieldOptions } from "../simulation/index.js";
import type { BoundCoupling } from "./coupling.js";
import { type FixedPointOptions, type FixedPoints, fixedPoints } from "./fixed-points.js";
import { storedPatterns } from "./starts.js";
import { overlap } from "./statistics.js";

export interface FixedPointCounts {
  readonly points: number;
  readonly stable: number;
  readonly unstable: number;
  /** Neither stable nor unstable beyond doubt. */
  readonly undecided: number;
  /** Starts whose flow was still moving at the end, or left every bound. */
  readonly moving: number;
  readonly left: number;
  /** Smallest distance of an eigenvalue from the imaginary axis, over all points. */
  readonly margin: number;
}

/** Where the flow that starts at each stored pattern ends. */
export interface PatternEnds {
  readonly patterns: number;
  readonly settled: number;
  /** Mean over settled ones of (1/N) Σ sign(pattern)·sign(state). */
  readonly overlap: number;
  /** Ends whose overlap is at least 0.95. */
  readonly kept: number;
}

export interface SelfInteractionEffect {
  readonly with: FixedPointCounts & { readonly atPatterns?: PatternEnds };
  readonly without: FixedPointCounts & { readonly atPatterns?: PatternEnds };
  /** What becomes of the stable points with self-interaction when it is taken away. */
  readonly moves: Moves;
  /** E without self-interaction minus E with it, at the stored patterns: ½ Σ J_ii g_i². */
  readonly energyDifference?: { readonly least: number; readonly largest: number };
}

export interface Moves {
  readonly stable: number;
  /** Flows from there, without self-interaction, that come to rest. */
  readonly settled: number;
  /** Of those, ends with the same sign in every component. */
  readonly sameSigns: number;
  /** Root mean square change of a component: median and largest. */
  readonly median: number;
  readonly largest: number;
}

/** Fails where the coupling is not constant and of one layer, or has no diagonal to take away. */
export function selfInteractionEffect(
  theory: LayeredTheory,
  coupling: BoundCoupling,
  bindings: FieldOptions,
  options: FixedPointOptions,
): Result<SelfInteractionEffect> {
  const fields = bothFields(theory, coupling, bindings);
  if (!fields.ok) return fields;
  const [field, hollow] = fields.value;
  const before = fixedPoints(field, options);
  if (!before.ok) return before;
  const stable = before.value.points.filter((p) => p.stable === true);
  const initial = stable.map((p) => p.state);
  const after = fixedPoints(hollow, { ...options, initial });
  if (!after.ok) return after;
  const patterns = storedPatterns(field);
  return ok({
    with: { ...countsOf(before.value), ...endsOf(before.value, patterns) },
    without: { ...countsOf(after.value), ...endsOf(after.value, patterns) },
    moves: movesOf(initial, after.value),
    ...differenceAt(patterns, field, hollow),
  });
}

function bothFields(
  theory: LayeredTheory,
  { derived, layer }: BoundCoupling,
  bindings: FieldOptions,
): Result<[CompiledField, CompiledField]> {
  if (derived === undefined)
    return fail({
      code: "no-constant-coupling",
      message: `the coupling of ${layer} depends on the state: its self-interaction is no term of the potential`,
      hint: "the comparison of fixed points needs a potential that is quadratic in the activation",
    });
  const variant = derive(withoutSelfInteraction(theory.model, derived));
  if (!variant.ok) return variant;
  const [field, hollow] = [compileField(theory, bindings), compileField(variant.value, bindings)];
  if (!field.ok) return field;
  return hollow.ok ? ok([field.value, hollow.value]) : hollow;
}

function countsOf({ points, starts }: FixedPoints): FixedPointCounts {
  const { moving, left } = starts;
  const [stable, unstable] = [true, false].map((s) => points.filter((p) => p.stable === s).length);
  const margin = points.reduce((m, p) => Math.min(m, p.margin), Number.POSITIVE_INFINITY);
  const undecided = points.length - stable! - unstable!;
  return { points: points.length, stable: stable!, unstable: unstable!, undecided, moving, left, margin };
}

function endsOf({ points }: FixedPoints, patterns: readonly Float64Array[]): { atPatterns?: PatternEnds } {
  if (patterns.length === 0) return {};
  const overlaps = points.flatMap((p) => p.patterns.map((k) => overlap(patterns[k]!, p.state)));
  const mean = overlaps.reduce((s, m) => s + m, 0) / overlaps.length;
  const kept = overlaps.filter((m) => m >= 0.95).length;
  return { atPatterns: { patterns: patterns.length, settled: overlaps.length, overlap: mean, kept } };
}

function movesOf(stable: readonly Float64Array[], after: FixedPoints): Moves {
  const ends = stable.flatMap((from, k) => {
    const end = after.points.find((p) => p.given.includes(k));
    return end === undefined ? [] : [{ from, to: end.state }];
  });
  const distances = ends.map(({ from, to }) => rootMeanSquare(from, to)).sort((a, b) => a - b);
  return {
    stable: stable.length,
    settled: ends.length,
    sameSigns: ends.filter(({ from, to }) => overlap(from, to) === 1).length,
    median: distances[Math.floor(distances.length / 2)] ?? Number.NaN,
    largest: distances.at(-1) ?? Number.NaN,
  };
}

function rootMeanSquare(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((s, x, k) => s + (x - b[k]!) ** 2, 0) / a.length);
}

function differenceAt(
  patterns: readonly Float64Array[],
  field: CompiledField,
  hollow: CompiledField,
): Pick<SelfInteractionEffect, "energyDifference"> {
  const { energy } = field;
  if (energy === undefined || hollow.energy === undefined || patterns.length === 0) return {};
  const differences = patterns.map((p) => hollow.energy!(0, p) - energy(0, p));
  return { energyDifference: { least: Math.min(...differences), largest: Math.max(...differences) } };
}
