/** A setting comes in; points of its domain at many scales go out, the same ones on every run. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { inDomain, type Range, type Setting } from "./setting.js";

export type Uniform = () => number;

/** A seeded source of numbers in [0, 1). */
export function source(seed: number): Uniform {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** How far points spread where nothing bounds them, as powers of ten. */
const REACH = { low: -4, high: 3 };

/** Points of one coordinate in ascending order: linear and logarithmic grids together. */
export function grid({ low, high }: Range, count: number): number[] {
  const steps = Array.from({ length: count }, (_, k) => (k + 0.5) / count);
  const decades = (from: number, to: number): number[] => steps.map((u) => 10 ** (from + (to - from) * u));
  const found: number[] = [];
  if (low > Number.NEGATIVE_INFINITY && high < Number.POSITIVE_INFINITY) {
    const width = high - low;
    found.push(low, high, ...steps.map((u) => low + width * u));
    for (const d of decades(-8, -1)) found.push(low + width * d, high - width * d);
  } else if (low > Number.NEGATIVE_INFINITY || high < Number.POSITIVE_INFINITY) {
    const [end, away] = low > Number.NEGATIVE_INFINITY ? [low, 1] : [high, -1];
    found.push(end, ...decades(-6, 4).map((d) => end + away * d), ...steps.map((u) => end + away * 10 * u));
  } else {
    found.push(0, ...steps.map((u) => 24 * u - 12));
    for (const d of decades(REACH.low, REACH.high)) found.push(d, -d);
  }
  return [...new Set(found)].sort((a, b) => a - b);
}

/** One random coordinate in the range. */
function coordinate({ low, high }: Range, random: Uniform, scale: number): number {
  const u = random();
  if (low > Number.NEGATIVE_INFINITY && high < Number.POSITIVE_INFINITY) {
    const width = high - low;
    if (u < 0.8) return low + width * random();
    const near = width * 10 ** (-6 * random());
    return u < 0.9 ? low + near : high - near;
  }
  if (low > Number.NEGATIVE_INFINITY) return low + scale * 10 ** (2 * random() - 1);
  if (high < Number.POSITIVE_INFINITY) return high - scale * 10 ** (2 * random() - 1);
  if (u < 0.1) return 0;
  return u < 0.55 ? scale * (2 * random() - 1) * 2 : (u < 0.77 ? 1 : -1) * Math.round(4 * random()) * scale;
}

/** How a point is made of one or several draws. */
type Shape = "free" | "diagonal" | "signs" | "axis";
const SHAPES: readonly Shape[] = ["free", "free", "diagonal", "signs", "axis", "free"];

function shaped(s: Setting, random: Uniform, shape: Shape, scale: number): number[] {
  const first = coordinate(s.box[0]!, random, scale);
  const chosen = Math.floor(random() * s.moving.length);
  return s.box.map((range, k) => {
    const isMoving = k < s.moving.length;
    if (!isMoving) return coordinate(range, random, 1);
    if (shape === "diagonal") return first;
    if (shape === "signs") return random() < 0.5 ? first : -first;
    if (shape === "axis" && k !== chosen && range.low <= 0 && range.high >= 0) return 0;
    return coordinate(range, random, scale);
  });
}

/** Values that a reader would try first. */
const PLAIN = [0, 1, -1, 2, -2, 0.5, 3, -3];

/** Points made of plain values, the simplest first. */
function plainPoints(s: Setting, count: number): number[][] {
  const found: number[][] = [];
  for (let code = 0; found.length < count && code < 8 * count; code++) {
    // Digits to a base that grows with the code: small values come first in every coordinate.
    const base = Math.min(PLAIN.length, 2 + Math.floor(code / 2 ** s.box.length));
    let rest = code;
    const x = s.box.map(() => {
      const value = PLAIN[rest % base]!;
      rest = Math.floor(rest / base);
      return value;
    });
    if (inDomain(s, x)) found.push(x);
  }
  return found;
}

/** Points of the domain; fewer than asked for where the domain is thin. */
export function samples(s: Setting, count: number, random: Uniform): number[][] {
  if (s.box.length === 1 && s.moving.length === 1)
    return [...PLAIN, ...grid(s.box[0]!, Math.ceil(count / 3))]
      .sort((a, b) => a - b)
      .map((x) => [x])
      .filter((x) => inDomain(s, x));
  const found = plainPoints(s, Math.ceil(count / 4));
  for (let attempt = 0; attempt < 4 * count && found.length < count; attempt++) {
    const scale = 10 ** (attempt % 3 === 0 ? 0 : 5 * random() - 3);
    const x = shaped(s, random, SHAPES[attempt % SHAPES.length]!, scale);
    if (inDomain(s, x)) found.push(x);
  }
  return found;
}
