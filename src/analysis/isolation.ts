/** A fixed point with a singular Jacobian comes in; how many directions of further fixed points leave it goes out. */
import { normalEquations, type Square, symmetricEigen } from "./linear/dense.js";
import { dot, largest, norm, sumOf, type Vector } from "./linear/vectors.js";
import { moved, type NewtonOptions, polish } from "./newton.js";
import type { System } from "./system.js";

/** Directions tried at most. */
const MOST = 8;
/** Length of the step along a kernel vector, as part of the state's size. */
const STEP = 2e-3;

/**
 * Walks a step along each kernel vector of J, both ways, and goes back to the nearest fixed point: where that is another
 * one, the point is not isolated. The directions that pass, orthonormal.
 */
export function setDirections(
  system: System,
  point: Vector,
  matrix: Square,
  kernel: number,
  options: NewtonOptions,
): Vector[] {
  const { gram } = normalEquations(matrix, new Float64Array(matrix.size));
  const { vectors } = symmetricEigen(gram);
  const distance = STEP * (1 + largest(point)) * Math.sqrt(point.length);
  const reaches = (direction: Vector, way: number): boolean => {
    const end = polish(system, moved(point, direction, way), options);
    if (end === undefined) return false;
    const travelled = sumOf(end.state, point, -1);
    const along = Math.abs(dot(travelled, direction)) / norm(direction);
    return along > Math.abs(way) / 2 && along < 2 * Math.abs(way);
  };
  return vectors
    .slice(0, Math.min(kernel, MOST))
    .filter((d) => reaches(d, distance) && reaches(d, -distance / 2));
}
