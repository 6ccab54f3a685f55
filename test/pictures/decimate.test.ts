/** In: seeded random curves. Out: that thinning keeps every extreme, every gap and the order, and that faults are caught. */
import { describe, expect, it } from "vitest";
import { type Curve, decimate, type Stroke } from "../../src/pictures/decimate.js";

const finite = (x: number, y: number) => Number.isFinite(x) && Number.isFinite(y);

function randomCurve(seed: number): Curve {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const length = 2000 + Math.floor(next() * 3000);
  const walk = Float64Array.from({ length }, () => next());
  const forth = seed % 3 > 0;
  let time = 0;
  const x = walk.map((step) => (time += forth ? step * step : step - 0.5));
  const y = walk.map((_, k) => (k % 701 === 700 ? Number.NaN : next() ** 9 - next() ** 9));
  return { x, y };
}

type Thin = (curve: Curve, columns: number) => Stroke;
const thin: Thin = (curve, columns) => decimate(curve, columns, finite);
const seeds = Array.from({ length: 30 }, (_, k) => k + 1);

const drawn = (stroke: Stroke) => stroke.filter((point) => point !== null);
const whole = (curve: Curve) => drawn(decimate(curve, Number.POSITIVE_INFINITY, finite));
const ends = (points: readonly (readonly [number, number])[], axis: 0 | 1) => {
  const values = points.map((point) => point[axis]);
  return [Math.min(...values), Math.max(...values)];
};

const laws: Record<string, (curve: Curve, stroke: Stroke) => boolean> = {
  "extremes survive": (curve, stroke) =>
    ([0, 1] as const).every((axis) => `${ends(whole(curve), axis)}` === `${ends(drawn(stroke), axis)}`),
  "gaps survive": (curve, stroke) =>
    stroke.filter((point) => point === null).length ===
    decimate(curve, Number.POSITIVE_INFINITY, finite).filter((point) => point === null).length,
  "points are those of the curve, in order": (curve, stroke) => {
    const points = whole(curve);
    let at = -1;
    return drawn(stroke).every(
      (point) => (at = points.findIndex((p, k) => k > at && p[0] === point[0] && p[1] === point[1])) >= 0,
    );
  },
  "few points are left": (_, stroke) => stroke.length <= 60 * 7,
};

const broken = (law: string, way: Thin) =>
  seeds.filter((seed) => {
    const curve = randomCurve(seed);
    return !laws[law]!(curve, way(curve, 60));
  });

describe("decimate", () => {
  it.each(Object.keys(laws))("%s", (law) => {
    expect(broken(law, thin)).toEqual([]);
  });

  it.each<[string, Thin]>([
    [
      "extremes survive",
      (curve) => drawn(decimate(curve, Number.POSITIVE_INFINITY, finite)).filter((_, k) => k % 10 === 0),
    ],
    ["gaps survive", (curve, columns) => drawn(thin(curve, columns))],
    ["points are those of the curve, in order", (curve, columns) => thin(curve, columns).toReversed()],
    [
      "points are those of the curve, in order",
      (curve, columns) => thin(curve, columns).map((p) => p && [p[0], p[1] + 1e-9]),
    ],
    ["few points are left", (curve) => decimate(curve, Number.POSITIVE_INFINITY, finite)],
  ])("the law that %s catches a planted fault", (law, fault) => {
    expect(broken(law, fault).length).toBeGreaterThan(20);
  });

  it("keeps short curves whole", () => {
    expect(decimate({ x: [0, 1, 2], y: [5, 6, 7] }, 10, finite)).toEqual([
      [0, 5],
      [1, 6],
      [2, 7],
    ]);
  });
});
