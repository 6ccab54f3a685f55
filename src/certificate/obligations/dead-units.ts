/** The diagonal of a Hessian comes in; the intervals of one state on which it vanishes go out: where units are dead. */

import { differentiate } from "../../calculus/index.js";
import {
  asRational,
  at,
  type Bounds,
  children,
  compareR,
  divR,
  type Expr,
  type Index,
  isZero,
  mapChildren,
  negR,
  type Rational,
  replaceTensor,
  showR,
  signR,
  substituteTensor,
  type TensorSymbol,
  tensor,
  tensorSymbol,
  zero,
} from "../../index-notation/index.js";
import { simplify } from "../../rewrite/index.js";
import { onOneSide } from "./ground.js";

/** How deeply thresholds may sit inside one another: step(1 − relu(x)) is 2. */
const DEPTH = 2;

/** `below 0`, `above 1`, `between 0 and 1`: only where the diagonal is that of one unit and thresholds are numbers. */
export function deadIntervals(
  diagonal: Expr,
  state: TensorSymbol,
  over: readonly Index[],
): readonly string[] {
  const x = tensorSymbol({ name: "~unit", role: "variable" });
  const own = at(state, over);
  let isOwn = true;
  const inX = substituteTensor(diagonal, state, (subs) => {
    isOwn &&= tensor(state, subs) === own;
    return tensor(x);
  });
  if (!isOwn) return [];
  let pieces: readonly Bounds[] = [{}];
  for (let depth = 0; depth < DEPTH; depth++)
    pieces = pieces.flatMap((p) => split(p, thresholds(inside(inX, x, p), within(x, p))));
  return pieces.filter((p) => isZero(simplify(inside(inX, x, p)))).map(describe);
}

const within = (x: TensorSymbol, bounds: Bounds): TensorSymbol =>
  tensorSymbol({ name: x.name, role: x.role, bounds });

/** The expression on a piece, every kink resolved that the piece decides. */
function inside(e: Expr, x: TensorSymbol, bounds: Bounds): Expr {
  const visit = (y: Expr): Expr => {
    const inner = mapChildren(y, visit);
    return inner.kind === "unary" ? onOneSide(inner.fn, inner.arg) : inner;
  };
  return visit(replaceTensor(e, x, [], tensor(within(x, bounds))));
}

const KINKED: ReadonlySet<string> = new Set(["relu", "step", "abs", "sign"]);

/** Numbers at which the argument of a kinked function changes sign. */
function thresholds(e: Expr, x: TensorSymbol): Rational[] {
  const below = children(e).flatMap((c) => thresholds(c, x));
  if (e.kind !== "unary" || !KINKED.has(e.fn)) return below;
  const slope = asRational(simplify(differentiate(e.arg, x)));
  const start = asRational(simplify(replaceTensor(e.arg, x, [], zero)));
  if (slope === undefined || start === undefined || signR(slope) === 0) return below;
  return [...below, negR(divR(start, slope))];
}

function split(piece: Bounds, at: readonly Rational[]): Bounds[] {
  const isInside = (r: Rational): boolean =>
    (piece.low === undefined || compareR(r, piece.low) > 0) &&
    (piece.high === undefined || compareR(r, piece.high) < 0);
  const ends = [...new Map(at.filter(isInside).map((r) => [showR(r), r])).values()].sort(compareR);
  return [...ends, piece.high].map((high, k) => ({
    ...((ends[k - 1] ?? piece.low) && { low: ends[k - 1] ?? piece.low!, lowOpen: true }),
    ...(high && { high, highOpen: true }),
  }));
}

function describe({ low, high }: Bounds): string {
  if (low !== undefined && high !== undefined) return `between ${showR(low)} and ${showR(high)}`;
  return high !== undefined ? `below ${showR(high)}` : low !== undefined ? `above ${showR(low)}` : "anywhere";
}
