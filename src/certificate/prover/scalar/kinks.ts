/** An expression in one scalar comes in; the rational points where it is put together from pieces go out. */
import {
  add,
  asRational,
  type Bounds,
  children,
  compareR,
  dependsOn,
  divR,
  type Expr,
  fromNumber,
  negR,
  type Rational,
  signR,
  splitCoefficient,
  sub2,
  type TensorSymbol,
  toNumber,
  type Unary,
} from "../../../index-notation/index.js";
import { expand } from "../../../rewrite/index.js";
import { grid } from "../../refuter/samples.js";
import { Curve } from "./piece.js";

const KINKED: ReadonlySet<Unary> = new Set(["abs", "relu", "step", "sign"]);

/** What changes sign at a kink. */
function switches(e: Expr, x: TensorSymbol, found: Set<Expr>): void {
  if (!dependsOn(e, x)) return;
  if (e.kind === "unary" && KINKED.has(e.fn)) found.add(e.arg);
  if (e.kind === "extremum")
    e.args.forEach((a, k) => {
      for (const b of e.args.slice(k + 1)) found.add(sub2(a, b));
    });
  if (e.kind === "where") for (const t of e.condition.all) found.add(sub2(t.left, t.right));
  for (const c of children(e)) switches(c, x, found);
}

/** Kinks strictly inside the bounds, in ascending order. */
export function kinksOf(e: Expr, x: TensorSymbol): readonly Rational[] {
  const found = new Set<Expr>();
  switches(e, x, found);
  const points = [...found].filter((s) => dependsOn(s, x)).flatMap((s) => zerosOf(s, x));
  const inside = points.filter((p) => strictlyInside(p, x.bounds));
  const distinct = new Map(inside.map((p) => [`${p.n}/${p.d}`, p]));
  return [...distinct.values()].sort(compareR);
}

function strictlyInside(p: Rational, { low, high }: Bounds): boolean {
  return (low === undefined || compareR(p, low) > 0) && (high === undefined || compareR(p, high) < 0);
}

function zerosOf(e: Expr, x: TensorSymbol): Rational[] {
  const affine = rootOfAffine(expand(e), x);
  return affine === undefined ? numericZeros(e, x) : [affine];
}

function rootOfAffine(e: Expr, x: TensorSymbol): Rational | undefined {
  const terms = e.kind === "add" ? e.terms : [e];
  const moving = terms.filter((t) => dependsOn(t, x));
  const constant = asRational(add(terms.filter((t) => !dependsOn(t, x))));
  if (moving.length !== 1 || constant === undefined) return undefined;
  const { coefficient, rest } = splitCoefficient(moving[0]!);
  return rest.kind === "tensor" && signR(coefficient) !== 0 ? divR(negR(constant), coefficient) : undefined;
}

/** Changes of sign on a grid, where a short decimal is a zero. */
function numericZeros(e: Expr, x: TensorSymbol): Rational[] {
  const f = new Curve(e, x);
  const { low, high } = x.bounds;
  const points = grid(
    {
      low: low === undefined ? Number.NEGATIVE_INFINITY : toNumber(low),
      high: high === undefined ? Number.POSITIVE_INFINITY : toNumber(high),
    },
    80,
  );
  return points.flatMap((b, k) => {
    const a = points[k - 1] ?? b;
    if (f.at(a) * f.at(b) > 0) return [];
    const root = bisect(f, a, b);
    const short = Number(root.toPrecision(6));
    return Math.abs(f.at(short)) < 1e-12 ? [fromNumber(short)] : [];
  });
}

function bisect(f: Curve, from: number, to: number): number {
  let [a, b] = [from, to];
  for (let k = 0; k < 60; k++) {
    const m = (a + b) / 2;
    if (f.at(a) * f.at(m) <= 0) b = m;
    else a = m;
  }
  return b;
}

/** The intervals between neighbouring points. */
export function between(at: readonly Rational[], { low, lowOpen, high, highOpen }: Bounds): Bounds[] {
  const start: Bounds = low === undefined ? {} : { low, lowOpen: !!lowOpen };
  const end: Bounds = high === undefined ? {} : { high, highOpen: !!highOpen };
  return [...at, undefined].map((to, k) => ({
    ...(k === 0 ? start : { low: at[k - 1]!, lowOpen: false }),
    ...(to === undefined ? end : { high: to, highOpen: false }),
  }));
}
