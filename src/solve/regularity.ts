/** The Jacobian at a fixed point comes in; whether it is regular, with the neutral directions where it is not, goes out. */

import { addMultiple, Gmres, type LinearMap, norm } from "./gmres.js";
import type { Equations } from "./newton-krylov.js";
import { PivotedQR } from "./pivoted-qr.js";

/**
 * `regular`: the fixed point is isolated (inverse function theorem). `singular`: up to rounding there are neutral
 * directions, and no isolated point is shown. `undecided`: a large Jacobian with which GMRES found no solution.
 */
export interface Regularity {
  readonly verdict: "regular" | "singular" | "undecided";
  /** Orthonormal directions that the Jacobian maps to 0; only a Jacobian that was written out gives them. */
  readonly neutral: readonly Float64Array[];
  /** Components that do not move whatever the state is, as clamped ones: they stand outside the question. */
  readonly held: readonly number[];
  readonly because: string;
}

/** Up to this size the Jacobian is written out and factored: n products and (4/3)n³ operations. */
const LARGEST_DENSE = 400;
/** Pivots below this part of the largest are rounding: the Jacobian was taken at a rounded state. */
const NEGLIGIBLE = 1e-9;
const TEST_TOLERANCE = 1e-8;
const TEST_PRODUCTS = 600;

/** Fractional parts of multiples of the golden ratio: spread over (−1, 1), and the same in every run. */
const spread = (size: number, turn: number): Float64Array =>
  Float64Array.from({ length: size }, (_, j) => 2 * (((j + 1) * 0.6180339887498949 * turn) % 1) - 1);

/** Components whose rate is exactly 0 at two states some way off. */
function heldComponents({ size, residual }: Equations, x: Float64Array): number[] {
  const moved = new Uint8Array(size);
  const rate = new Float64Array(size);
  const reach = Math.max(norm(x) / Math.sqrt(Math.max(size, 1)), 1e-3);
  for (const [turn, distance] of [
    [1, 0.01 * reach],
    [3, -0.3 * reach],
  ] as const) {
    const place = x.slice();
    addMultiple(place, distance, spread(size, turn));
    residual(place, rate);
    for (let j = 0; j < size; j++) if (rate[j] !== 0) moved[j] = 1;
  }
  return [...moved.keys()].filter((j) => moved[j] === 0);
}

/** The Jacobian without the rows and columns of held components, column by column, each row divided by its largest entry. */
function writtenOut(map: LinearMap, size: number, free: readonly number[]): Float64Array[] {
  const [unit, image] = [new Float64Array(size), new Float64Array(size)];
  const columns = free.map((j) => {
    unit[j] = 1;
    map(unit, image);
    unit[j] = 0;
    return Float64Array.from(free, (i) => image[i]!);
  });
  for (let i = 0; i < free.length; i++) {
    const most = columns.reduce((sofar, column) => Math.max(sofar, Math.abs(column[i]!)), 0);
    if (most > 0) for (const column of columns) column[i]! /= most;
  }
  return columns;
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

function byFactor(map: LinearMap, size: number, free: readonly number[]): Omit<Regularity, "held"> {
  const factor = new PivotedQR(writtenOut(map, size, free), NEGLIGIBLE);
  const neutral = factor.nullSpace().map((direction) => {
    const whole = new Float64Array(size);
    direction.forEach((value, k) => {
      whole[free[k]!] = value;
    });
    return whole;
  });
  const pivot = `smallest pivot ${Number(factor.smallest.toPrecision(2))} of the largest`;
  if (neutral.length === 0)
    return { verdict: "regular", neutral, because: `the Jacobian has full rank (${pivot})` };
  const rank = `rank ${factor.rank} of ${free.length}`;
  return {
    verdict: "singular",
    neutral,
    because: `the Jacobian has ${rank} and ${plural(neutral.length, "neutral direction")} (${pivot})`,
  };
}

/**
 * A right side that knows nothing of the matrix has a part in every direction. If the matrix is singular, no
 * solution comes nearer than the part outside its range, some n^(−1/2) of it: far above the tolerance.
 */
function bySolving(map: LinearMap, size: number, held: readonly number[]): Omit<Regularity, "held"> {
  const rightSide = spread(size, 1);
  for (const j of held) rightSide[j] = 0;
  const solution = new Float64Array(size);
  const masked: LinearMap = (vector, out) => {
    map(vector, out);
    for (const j of held) out[j] = vector[j]!;
  };
  const stop = { tolerance: TEST_TOLERANCE, maxProducts: TEST_PRODUCTS };
  const { status, residual } = new Gmres(size, 100).solve({ matrix: masked, rightSide, solution }, stop);
  const left = `${(residual / norm(rightSide)).toExponential(1)} of the right side`;
  if (status === "converged")
    return { verdict: "regular", neutral: [], because: `GMRES solves with the Jacobian, up to ${left}` };
  if (status === "exhausted")
    return { verdict: "singular", neutral: [], because: `no vector is mapped nearer than ${left}` };
  const because = `${size} unknowns are too many to factor, and GMRES came no nearer than ${left}`;
  return { verdict: "undecided", neutral: [], because };
}

/** Whether the Jacobian of the equations at a fixed point x is regular. */
export function regularityAt(equations: Equations, x: Float64Array): Regularity {
  const { size } = equations;
  const held = heldComponents(equations, x);
  const map: LinearMap = (direction, out) => equations.jacobian(x, direction, out);
  if (size > LARGEST_DENSE) return { held, ...bySolving(map, size, held) };
  const still = new Set(held);
  const free = Array.from({ length: size }, (_, j) => j).filter((j) => !still.has(j));
  return { held, ...byFactor(map, size, free) };
}
