/**
 * Two expressions come in; proved equal, different at a point that is given, or undecided goes out. A difference is
 * believed when it exceeds the error of evaluation by far: decimal arithmetic with digits added until two precisions
 * agree (index-notation/evaluate).
 */
import {
  type Decimal,
  decimals,
  type Environment,
  evaluate,
  holds,
  isUndefined,
  toDecimal,
} from "../../index-notation/evaluate/index.js";
import {
  type Condition,
  children,
  type Dimension,
  type Expr,
  evaluateD,
  namesD,
  symbolsOf,
  type TensorSymbol,
  unionIndices,
} from "../../index-notation/index.js";
import { identity } from "../../rewrite/index.js";
import type { NestedText } from "../checker/index.js";
import { placesOf } from "../obligations/ground.js";
import { counterexampleOf } from "../obligations/witness.js";
import { drawAll, environment } from "../refuter/draws.js";
import type { EqualityRequest } from "./question.js";

export interface Difference {
  readonly dimensions: Readonly<Record<string, number>>;
  /** Exact values by name, nested by index. */
  readonly values: Readonly<Record<string, NestedText>>;
  /** Values of free indices, 0-based. */
  readonly indices: Readonly<Record<string, number>>;
  readonly left: string;
  readonly right: string;
}

export interface EqualityOutcome {
  readonly verdict: "proved" | "different" | "undecided";
  readonly method: string;
  readonly difference?: Difference;
}

const DIGITS = 40;
const D = decimals(DIGITS + 10);
const ROUNDS = 40;
/** Where an integral or a root has to be found at every point. */
const FEW_ROUNDS = 6;
/** Sizes of dimensions that are tried, one after the other. */
const SIZES = [2, 3, 1, 4];

/** Never throws for an expression of the language. */
export function decideEqual(request: EqualityRequest): EqualityOutcome {
  const how = identity(request.left, request.right);
  if (how !== undefined) return { verdict: "proved", method: how };
  const { found, compared } = search(request);
  if (found !== undefined)
    return { verdict: "different", method: `evaluated to ${DIGITS} digits`, difference: found };
  return {
    verdict: "undecided",
    method:
      compared === 0
        ? "no proof was found, and no point where both have a value"
        : `no proof was found; both agree to ${DIGITS - 10} digits at ${compared} points`,
  };
}

function search({ left, right, where }: EqualityRequest): { found?: Difference; compared: number } {
  const symbols = [
    ...new Set(
      [left, right, ...where.flatMap((c) => c.all.flatMap((t) => [t.left, t.right]))].flatMap((e) => [
        ...symbolsOf(e),
      ]),
    ),
  ].filter((s) => s.role !== "variable");
  const free = unionIndices([left.free, right.free]);
  const names = dimensionsOf([left, right], symbols);
  const rounds = [left, right].some(isDear) ? FEW_ROUNDS : ROUNDS;
  let compared = 0;
  for (let round = 0; round < rounds; round++) {
    const dimensions = new Map(names.map((n, k) => [n, SIZES[(round + k) % SIZES.length]!]));
    const draw = drawAll(symbols, dimensions, 1 + round, 400 + round);
    const indices = new Map(
      free.map((i, k) => [i.key, (round + k) % Math.max(1, evaluateD(i.dim, dimensions) ?? 1)]),
    );
    const env = { ...environment(draw, DIGITS), indices };
    if (!where.every((c) => everywhere(c, env))) continue;
    const values = [left, right].map((e) => evaluate(e, env));
    if (values.some(isUndefined)) continue;
    compared++;
    const [a, b] = values.map((v) => toDecimal(D, v));
    const scale = D.max(a!.abs(), b!.abs(), "1e-30");
    if (
      a!.isFinite() &&
      b!.isFinite() &&
      D.sub(a!, b!)
        .abs()
        .greaterThan(scale.mul(D.pow(10, 10 - DIGITS)))
    )
      return {
        compared,
        found: {
          ...counterexampleOf(draw),
          indices: Object.fromEntries(free.map((i) => [i.name, indices.get(i.key)!])),
          ...shownApart(a!, b!),
        },
      };
  }
  return { compared };
}

/** The condition at every value of its free indices. */
const everywhere = (c: Condition, env: Environment): boolean =>
  [...placesOf(c.free, env.dimensions)].every((place) => holds(c, { ...env, indices: place }) === true);

const isDear = (e: Expr): boolean => e.kind === "integral" || e.kind === "root" || children(e).some(isDear);

/** Both values with enough digits to see where they part. */
function shownApart(a: Decimal, b: Decimal): { left: string; right: string } {
  const show = (x: Decimal, digits: number): string => x.toSignificantDigits(digits).toString();
  let digits = 15;
  while (digits < DIGITS && show(a, digits) === show(b, digits)) digits += 5;
  return { left: show(a, digits), right: show(b, digits) };
}

/** Every dimension name that must have a value. */
function dimensionsOf(expressions: readonly Expr[], symbols: readonly TensorSymbol[]): string[] {
  const found = new Set<string>();
  const take = (d: Dimension): void => {
    for (const n of namesD(d)) found.add(n);
  };
  const visit = (e: Expr): void => {
    if (e.kind === "dimension") take(e.dim);
    if (e.kind === "binder") for (const i of e.indices) take(i.dim);
    if (e.kind === "softmax") take(e.index.dim);
    for (const i of e.free) take(i.dim);
    for (const c of children(e)) visit(c);
  };
  for (const s of symbols) s.dims.forEach(take);
  expressions.forEach(visit);
  return [...found].sort();
}
