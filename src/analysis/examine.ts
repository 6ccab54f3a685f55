/** A polished point comes in; its spectrum, what that says of it, and whether it is isolated, goes out. */

import { type CompiledField, draw } from "../simulation/index.js";
import { largest, norm } from "../solve/index.js";
import { type Classification, classify, type Decision } from "./classify.js";
import type { FixedPoint } from "./fixed-points.js";
import { setDirections } from "./isolation.js";
import { decisiveSpectrum, denseSpectrum, type JacobianSpectrum } from "./jacobian-spectrum.js";
import { difference, frobenius, matrixOf, type Square } from "./linear/dense.js";
import { sumOf, type Vector } from "./linear/vectors.js";
import { moved, type NewtonOptions, type Polished } from "./newton.js";
import type { System } from "./system.js";

export type Found = Omit<FixedPoint, "basin" | "patterns" | "given" | "set"> & {
  readonly directions: readonly Vector[];
};

export function examine(field: CompiledField, system: System, point: Polished, limits: NewtonOptions): Found {
  const isDense = system.size <= limits.denseLimit;
  const matrix = isDense ? matrixOf(system.jacobian(point.state), system.size) : undefined;
  const spectrum = matrix === undefined ? largeSpectrum(system, point) : wholeSpectrum(system, point, matrix);
  const classification = classify(spectrum);
  const kernel = spectrum.values.filter((v) => Math.hypot(v.re, v.im) <= v.error).length;
  const directions =
    matrix !== undefined && kernel > 0 ? setDirections(system, point.state, matrix, kernel, limits) : [];
  const state = system.whole(point.state);
  const energy = field.energy?.(0, state);
  return {
    ...classification,
    ...(directions.length > 0 && onSet(classification, directions.length)),
    state,
    residual: point.residual,
    ...(energy !== undefined && { energy }),
    spectrum,
    isolated: directions.length > 0 ? false : isolatedBy(spectrum),
    directions: directions.map((d) => direction(system, d)),
  };
}

/** A regular Jacobian isolates its point; of a singular one nothing is known but that no neighbour was found. */
const isolatedBy = ({ values, extent }: JacobianSpectrum): Decision =>
  extent !== "part" && values.every((v) => Math.hypot(v.re, v.im) > v.error) ? true : "undecided";

/** The directions of the set have eigenvalue zero: not hyperbolic, and the others say whether the set attracts. */
function onSet(c: Classification, dimension: number): Partial<Classification> {
  const open = Math.max(0, c.undecidedDirections - dimension);
  const isStable = c.unstableDirections === 0 && open === 0;
  return {
    hyperbolic: false,
    undecidedDirections: open,
    ...(isStable && { stable: true, kind: "stable" }),
  };
}

/** A direction of the unknowns as one of the whole state. */
function direction(system: System, d: Vector): Vector {
  return sumOf(system.whole(d), system.whole(new Float64Array(system.size)), -1);
}

/** How far the point may be from the fixed point: by its last correction, and by rounding over the margin. */
const openness = (point: Polished, jacobian: number, margin: number): number => {
  const rounding = 4 * Number.EPSILON * (1 + largest(point.state));
  const amplified = margin > 0 ? rounding * Math.max(1, jacobian / margin) : rounding;
  return Math.sqrt(point.state.length) * Math.min(1e-3, Math.max(point.correction, amplified));
};

/** Where the point may be instead: in a direction that no symmetry singles out. */
const displaced = ({ state }: Polished, distance: number): Vector =>
  moved(state, draw("normal", {}, state.length, 1, "displacement"), distance);

function wholeSpectrum(system: System, point: Polished, matrix: Square): JacobianSpectrum {
  const size = frobenius(matrix);
  let [spectrum, margin] = [undefined as JacobianSpectrum | undefined, 0];
  // The second time with what the margin of the first says of the point.
  for (let pass = 0; pass < 2; pass++) {
    const there = displaced(point, openness(point, size, margin));
    const change = frobenius(difference(matrixOf(system.jacobian(there), system.size), matrix));
    spectrum = denseSpectrum(matrix, change);
    if (spectrum === undefined) return { values: [], extent: "part", method: "schur" };
    margin = classify(spectrum).margin;
    if (margin > 1e-4 * size) break;
  }
  return spectrum!;
}

function largeSpectrum(system: System, point: Polished): JacobianSpectrum {
  const { size } = system;
  let count = 0;
  const random = (): Vector => draw("normal", {}, size, 1, `eigenvector ${count++}`);
  const there = displaced(point, openness(point, 0, 0));
  const probe = random();
  const [a, b] = [new Float64Array(size), new Float64Array(size)];
  system.jacobian(point.state)(probe, a);
  system.jacobian(there)(probe, b);
  // A random direction sees the Frobenius norm over √n.
  const change = (Math.sqrt(size) * norm(sumOf(b, a, -1))) / norm(probe);
  return decisiveSpectrum(system.jacobian(point.state), size, change, {
    most: 64,
    products: 20_000,
    draw: random,
  });
}
