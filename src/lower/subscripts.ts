/** Subscripts and conditions on indices come in, affine integers over loop variables go out. */
import type { Condition, Dimension, Expr, Subscript } from "../index-notation/index.js";
import { asRational, type Rational, splitCoefficient } from "../index-notation/index.js";
import {
  type Affine,
  affineAdd,
  affineConstant,
  affineLocal,
  affineShift,
  atLeastZero,
  not,
  type Test,
} from "../ir/index.js";
import { affineDifference, int, type Scope } from "./scope.js";
import type { Sizes } from "./sizes.js";

/** The value of a subscript; one with `mod` becomes an integer local where its indices are bound. */
export function subscriptValue(s: Subscript, scope: Scope, sizes: Sizes): Affine {
  const home = scope.homeOf(s.terms.map((t) => t.index));
  let value = affineConstant(sizes.of(s.constant));
  for (const t of s.terms) value = affineAdd(value, home.at(t.index), t.coefficient);
  return s.mod === undefined ? value : remainder(s, value, s.mod, home, sizes);
}

function remainder(s: Subscript, value: Affine, mod: Dimension, home: Scope, sizes: Sizes): Affine {
  const modulus = Math.max(1, sizes.of(mod));
  if (
    home.facts.proves(value) &&
    home.facts.proves(affineShift(affineDifference(affineConstant(modulus), value), -1))
  )
    return value;
  const known = home.integers.get(s.key);
  if (known !== undefined) return known;
  const local = int("wrapped");
  home.statements.push({ kind: "index", local, value, mod: modulus });
  home.facts = home.facts.inLoop(local, [affineConstant(0)], [affineConstant(modulus)]);
  home.integers.set(s.key, affineLocal(local));
  return affineLocal(local);
}

/** The tests that must hold for 0 ≤ at < size, without those that the facts prove; undefined when none can. */
export function rangeTests(at: Affine, size: number, scope: Scope): Test[] | undefined {
  const sides = [at, affineShift(affineDifference(affineConstant(size), at), -1)];
  const never = (a: Affine): boolean =>
    scope.facts.proves(affineShift(affineDifference(affineConstant(0), a), -1));
  if (sides.some(never)) return undefined;
  return sides.filter((a) => !scope.facts.proves(a)).map(atLeastZero);
}

/** A linear form with integer coefficients, times 1/scale. */
interface Linear {
  readonly value: Affine;
  readonly scale: number;
}

/** The expression as an affine integer over a positive denominator, if it is one. */
export function linearOf(e: Expr, scope: Scope, sizes: Sizes): Linear | undefined {
  const terms = e.kind === "add" ? e.terms : [e];
  const parts = terms.map((t) => linearTerm(t, scope, sizes));
  if (!parts.every((p) => p !== undefined)) return undefined;
  const scale = parts.reduce((n, p) => leastMultiple(n, p.scale), 1);
  const value = parts.reduce((sum, p) => affineAdd(sum, p.value, scale / p.scale), affineConstant(0));
  return Number.isSafeInteger(scale) && scale < 2 ** 20 ? { value, scale } : undefined;
}

function linearTerm(e: Expr, scope: Scope, sizes: Sizes): Linear | undefined {
  const whole = asRational(e);
  if (whole !== undefined) return scaled(affineConstant(1), whole);
  const { coefficient, rest } = splitCoefficient(e);
  if (rest.kind === "position") return scaled(subscriptValue(rest.at, scope, sizes), coefficient);
  if (rest.kind === "dimension") return scaled(affineConstant(sizes.of(rest.dim)), coefficient);
  return undefined;
}

function scaled(value: Affine, c: Rational): Linear | undefined {
  const [n, scale] = [Number(c.n), Number(c.d)];
  if (Math.abs(n) > 2 ** 20 || scale > 2 ** 20) return undefined;
  return { value: affineAdd(affineConstant(0), value, n), scale };
}

function leastMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** left − right as an affine integer (scaled by a positive number), if it is one. */
export function linearDifference(left: Expr, right: Expr, scope: Scope, sizes: Sizes): Affine | undefined {
  const [a, b] = [linearOf(left, scope, sizes), linearOf(right, scope, sizes)];
  if (a === undefined || b === undefined) return undefined;
  const scale = leastMultiple(a.scale, b.scale);
  const value = affineAdd(affineConstant(0), a.value, scale / a.scale);
  return affineAdd(value, b.value, -scale / b.scale);
}

/** The comparison of an affine difference `left − right` with 0. */
export function integerTest(op: Condition["all"][number]["op"], difference: Affine): Test {
  const flipped = affineAdd(affineConstant(0), difference, -1);
  if (op === "<") return atLeastZero(affineShift(flipped, -1));
  if (op === "<=") return atLeastZero(flipped);
  const equal: Test = { kind: "isZero", value: difference };
  return op === "=" ? equal : not(equal);
}
