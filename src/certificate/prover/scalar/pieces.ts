/**
 * A function and an interval come in; a proof that cuts the interval goes out: bisection where the function is
 * positive, a touch where it is 0, whole tails towards infinity.
 */
import type { Expr } from "../../../index-notation/index.js";
import type { Proof } from "../../checker/format.js";
import type { Interval } from "../../refuter/numeric/interval.js";
import { grid } from "../../refuter/samples.js";
import type { ScalarGoal } from "./nonnegative.js";
import { Curve, depthNeeded } from "./piece.js";
import { shifted } from "./shifted.js";

/** An interval of the real line; ends may be infinite or left out. */
export interface Segment extends Interval {
  readonly loOpen: boolean;
  readonly hiOpen: boolean;
}

const DEPTH = 12;
/** How often derivatives are taken in a nest of `touches` and `monotone`. */
const MAX_ORDER = 6;

/** A short decimal near x. */
const short = (x: number, digits = 3): number => Number(x.toPrecision(digits));
const show = (x: number): string => String(x);

interface Piece {
  readonly to: number;
  readonly proof: Proof;
}

/** The form as a curve of its own, with a proof over the whole segment of the goal. */
export function pieces(g: ScalarGoal, form: Expr): Proof | undefined {
  return new Cutter(g).whole(new Curve(form, g.f.x, g.f.work), g.segment, 0);
}

/** Segments that are looked at before the search gives up. */
const MAX_SEGMENTS = 150;

class Cutter {
  #looked = 0;

  constructor(readonly g: ScalarGoal) {}

  /** A proof of f ≥ 0 on the segment. */
  whole(f: Curve, s: Segment, order: number): Proof | undefined {
    if (order > MAX_ORDER || s.lo > s.hi || ++this.#looked > MAX_SEGMENTS) return undefined;
    if (f.over(s).lo >= 0)
      return { rule: Number.isFinite(s.lo) && Number.isFinite(s.hi) ? "range" : "interval" };
    const points = samplesOf(s);
    const values = points.map((x) => f.at(x));
    if (values.some((v, k) => isNegative(v, values[k - 1], values[k + 1]))) return undefined;
    const zeros = touchedZeros(f, s, points, values);
    return this.inOne(f, s, zeros, order) ?? this.march(f, s, zeros, order);
  }

  /** Without cutting: curved upward from a zero, or rising from the left end. */
  inOne(f: Curve, s: Segment, zeros: readonly number[], order: number): Proof | undefined {
    if (zeros.length > 1) return undefined;
    const [zero] = zeros;
    if (zero !== undefined) return this.atZero(f, s, zero, order);
    if (Number.isFinite(s.lo) && f.at(s.lo) >= 0 && f.derivative.over(s).lo >= 0)
      return { rule: "monotone", from: show(s.lo), proof: this.byRange(f.derivative) };
    return undefined;
  }

  byRange(f: Curve): Proof {
    return { rule: "rewrite", to: this.g.text(f.e), proof: { rule: "range" } };
  }

  /** From left to right: each piece is proved before the next is begun. */
  march(f: Curve, s: Segment, zeros: readonly number[], order: number): Proof | undefined {
    const found: Piece[] = [];
    let left = s.lo;
    for (let count = 0; count < 24; count++) {
      const open = left === s.lo ? s.loOpen : false;
      const next = this.next(f, { ...s, lo: left, loOpen: open }, zeros, order);
      if (next === undefined) return undefined;
      found.push(next);
      if (next.to >= s.hi) return joined(found, this.g.variable);
      left = next.to;
    }
    return undefined;
  }

  /** The widest piece that starts at the left end of what remains. */
  next(f: Curve, rest: Segment, zeros: readonly number[], order: number): Piece | undefined {
    const zero = zeros.find((z) => z >= rest.lo);
    if (rest.lo === Number.NEGATIVE_INFINITY) return this.leftTail(f, rest, order);
    if (zero === rest.lo) return this.fromZero(f, rest, order);
    const limit = zero === undefined ? rest.hi : zero;
    for (const to of stops(rest, limit)) {
      const box: Segment = { ...rest, hi: to, hiOpen: to === rest.hi && rest.hiOpen };
      const proof = this.plain(f, box, order, zero);
      if (proof !== undefined) return { to, proof };
    }
    return undefined;
  }

  /** One piece without a zero inside; `zero` may be just beyond or at its right end. */
  plain(f: Curve, box: Segment, order: number, zero: number | undefined): Proof | undefined {
    if (f.over(box).lo >= 0) return { rule: "interval" };
    const around = this.aroundEnd(f, box);
    if (around !== undefined) return around;
    if (box.hi === Number.POSITIVE_INFINITY) return this.tail(f, box, order);
    if (box.hi === zero) return this.towardsZero(f, box, order);
    const depth = depthNeeded(f, box, DEPTH);
    return depth === undefined ? undefined : { rule: "boxes", depth };
  }

  /** With polynomial factors written around the left end. */
  aroundEnd(f: Curve, box: Segment): Proof | undefined {
    if (!Number.isFinite(box.lo)) return undefined;
    const moved = shifted(f.product, f.variable, box.lo);
    if (moved === f.product || new Curve(moved, f.x, f.work).over(box).lo < 0) return undefined;
    return { rule: "rewrite", to: this.g.text(moved), proof: { rule: "interval" } };
  }

  /** x ≥ r: rising from a value that is not negative, or falling to a limit that is not. */
  tail(f: Curve, s: Segment, order: number): Proof | undefined {
    if (order >= MAX_ORDER || s.lo < 0.5) return undefined;
    const rising = f.at(s.lo) >= 0 ? this.sloped(f, 1, s, order) : undefined;
    if (rising !== undefined) return { rule: "monotone", from: show(s.lo), proof: rising };
    const falling = this.sloped(f, -1, s, order);
    return falling && { rule: "monotone", from: "inf", proof: falling };
  }

  leftTail(f: Curve, s: Segment, order: number): Piece | undefined {
    for (const to of [0, -1, -2, -5, -10, -20, -50, -100].filter((x) => x < s.hi).concat(s.hi)) {
      const box: Segment = { ...s, hi: to, hiOpen: false };
      if (f.over(box).lo >= 0) return { to, proof: { rule: "interval" } };
      if (!Number.isFinite(to) || to > -0.5 || order >= MAX_ORDER) continue;
      const falling = f.at(to) >= 0 ? this.sloped(f, -1, box, order) : undefined;
      if (falling !== undefined) return { to, proof: { rule: "monotone", from: show(to), proof: falling } };
      const rising = this.sloped(f, 1, box, order);
      if (rising !== undefined) return { to, proof: { rule: "monotone", from: "-inf", proof: rising } };
    }
    return undefined;
  }

  /** sign·f′ ≥ 0, with the derivative in product form. */
  sloped(f: Curve, sign: 1 | -1, s: Segment, order: number): Proof | undefined {
    const slope = sign === 1 ? f.derivative : f.derivative.negated;
    return this.rewritten(slope, s, order + 1);
  }

  rewritten(f: Curve, s: Segment, order: number): Proof | undefined {
    const proof = this.whole(f, s, order);
    return proof && { rule: "rewrite", to: this.g.text(f.e), proof };
  }

  /** A piece that begins at a zero: touched with a horizontal slope, or left upward. */
  fromZero(f: Curve, rest: Segment, order: number): Piece | undefined {
    return this.beside(rest, (to) =>
      this.atZero(f, { ...rest, hi: to, hiOpen: to === rest.hi && rest.hiOpen }, rest.lo, order),
    );
  }

  towardsZero(f: Curve, box: Segment, order: number): Proof | undefined {
    return this.atZero(f, box, box.hi, order);
  }

  beside(rest: Segment, prove: (to: number) => Proof | undefined): Piece | undefined {
    for (const to of stops(rest, rest.hi)) {
      const proof = prove(to);
      if (proof !== undefined) return { to, proof };
    }
    return undefined;
  }

  atZero(f: Curve, box: Segment, zero: number, order: number): Proof | undefined {
    if (order >= MAX_ORDER) return undefined;
    const flat = Math.abs(f.derivative.at(zero)) < 1e-9;
    if (flat) {
      const curved = this.rewritten(f.derivative.derivative, box, order + 2);
      if (curved !== undefined) return { rule: "touches", at: show(zero), proof: curved };
    }
    if (zero !== box.lo && zero !== box.hi) return undefined;
    const slope = this.sloped(f, zero === box.lo ? 1 : -1, box, order);
    return slope && { rule: "monotone", from: show(zero), proof: slope };
  }
}

function joined(found: readonly Piece[], variable: string): Proof {
  if (found.length === 1) return found[0]!.proof;
  return {
    rule: "split",
    variable,
    at: found.slice(0, -1).map((p) => show(p.to)),
    proofs: found.map((p) => p.proof),
  };
}

/** Right ends to try: pieces of a moderate length first, none beyond the limit. */
function stops({ lo, hi }: Segment, limit: number): number[] {
  const reach = Number.isFinite(limit) ? limit - lo : Number.POSITIVE_INFINITY;
  const lengths = [5, 10, 20, 2, 1, 50, 200, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 1e-3].filter((d) => d < reach);
  const whole = limit === hi || Number.isFinite(limit) ? [limit] : [];
  return [...new Set([...whole, ...lengths.map((d) => short(lo + d, 6))])].filter((x) => x > lo);
}

function samplesOf(s: Segment): number[] {
  const inside = grid({ low: s.lo, high: s.hi }, 60);
  return inside.filter((x) => (x > s.lo || !s.loOpen) && (x < s.hi || !s.hiOpen));
}

/** Below 0 by more than rounding beside its neighbours. */
function isNegative(v: number, before = 0, after = 0): boolean {
  const size = [before, after].filter(Number.isFinite).reduce((m, n) => Math.max(m, Math.abs(n)), 0);
  return v < 0 && -v > 1e-12 * size && -v > 1e-15;
}

/** Points with short decimals at which f is 0, as far as doubles can tell. */
function touchedZeros(f: Curve, s: Segment, points: readonly number[], values: readonly number[]): number[] {
  const found = new Set<number>();
  points.forEach((x, k) => {
    const [before, here, after] = [values[k - 1], values[k]!, values[k + 1]];
    if ((before !== undefined && before < here) || (after !== undefined && after < here)) return;
    const zero = zeroNear(f, s, lowest(f, points[k - 1] ?? x, points[k + 1] ?? x, x));
    if (zero !== undefined) found.add(zero);
  });
  return [...found].sort((a, b) => a - b);
}

/** The shortest decimal at which f is 0 beside what it is a little further. */
function zeroNear(f: Curve, s: Segment, x: number): number | undefined {
  const rounded = [Math.abs(x) < 0.02 ? 0 : x, ...[1, 10, 100].map((m) => Math.round(x * m) / m)];
  for (const z of [...rounded, short(x, 3), short(x, 6)]) {
    if (z < s.lo || z > s.hi || Math.abs(z - x) > 0.02 * (1 + Math.abs(x))) continue;
    const step = 0.02 * (1 + Math.abs(z));
    const nearby = Math.max(Math.abs(f.at(z + step)), Math.abs(f.at(z - step)));
    if (Math.abs(f.at(z)) <= 1e-14 && Math.abs(f.at(z)) <= 1e-3 * nearby) return z;
  }
  return undefined;
}

/** Golden section between two neighbours of a lowest sample. */
function lowest(f: Curve, from: number, to: number, start: number): number {
  if (from === to) return start;
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [from, to];
  for (let k = 0; k < 50; k++) {
    const [p, q] = [b - ratio * (b - a), a + ratio * (b - a)];
    if (f.at(p) < f.at(q)) b = q;
    else a = p;
  }
  const found = (a + b) / 2;
  return f.at(start) <= f.at(found) ? start : found;
}
