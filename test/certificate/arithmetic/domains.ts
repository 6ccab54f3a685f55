/** Where each function is tried: draws within its domain, of moderate and of extreme size. */
import type { UnaryName } from "../../../src/certificate/checker/arithmetic/index.js";
import { anyMagnitude, EDGES, randomDoubles, type Uniform } from "./points.js";

type Draw = (u: Uniform) => number;

const between =
  (low: number, high: number): Draw =>
  (u) =>
    low + (high - low) * u();
const positive =
  (draw: Draw): Draw =>
  (u) =>
    Math.abs(draw(u));
/** ±c(1 - 2^-k) and the like: towards a point from one side. */
const towards =
  (c: number, side: 1 | -1, bits: number): Draw =>
  (u) =>
    c + side * (1 + u()) * 2 ** -Math.floor(2 + bits * u());

const all = (high: number): Draw[] => [
  between(-3, 3),
  anyMagnitude(-1074, high),
  anyMagnitude(-20, Math.min(high, 9)),
];
const right = (high: number): Draw[] => all(high).map(positive);
const unit: Draw[] = [between(-1, 1), anyMagnitude(-1074, -2), towards(1, -1, 50), towards(-1, 1, 50)];

/** The largest magnitude is limited where decimal.js, the oracle, would take seconds a point. */
const DRAWS: Record<UnaryName, readonly Draw[]> = {
  neg: all(1023),
  recip: all(1023),
  sqr: all(1023),
  sqrt: right(1023),
  abs: all(1023),
  sign: all(1023),
  step: all(1023),
  relu: all(1023),
  exp: all(9),
  expm1: all(9),
  log: [...right(1023), towards(1, 1, 50), towards(1, -1, 50)],
  sin: all(60),
  cos: all(60),
  tan: all(60),
  asin: unit,
  acos: unit,
  atan: all(1023),
  sinh: all(9),
  cosh: all(9),
  tanh: all(7),
  sech: all(9),
  asinh: all(1023),
  acosh: [between(1, 3), towards(1, 1, 50), (u) => 1 + Math.abs(anyMagnitude(-50, 1022)(u))],
  atanh: unit,
  sigmoid: all(9),
  softplus: all(9),
  logcosh: all(9),
  erf: all(4),
  erfc: all(4),
  gamma: [
    between(0, 3),
    between(0, 171),
    towards(1.4616321449683622, 1, 40),
    positive(anyMagnitude(-1000, 6)),
  ],
  lgamma: [between(0, 3), towards(1, 1, 40), towards(2, -1, 40), positive(anyMagnitude(-1074, 300))],
  digamma: [between(0, 3), towards(1.4616321449683622, -1, 40), positive(anyMagnitude(-1074, 300))],
  trigamma: [between(0, 3), between(0, 50), positive(anyMagnitude(-500, 300))],
};

const OPEN_AT_ZERO: readonly UnaryName[] = ["log", "gamma", "lgamma", "digamma", "trigamma"];
const limits: Partial<Record<UnaryName, [number, number]>> = {
  recip: [-Infinity, Infinity],
  exp: [-800, 800],
  expm1: [-800, 800],
  sin: [-1e20, 1e20],
  cos: [-1e20, 1e20],
  tan: [-1e20, 1e20],
  asin: [-1, 1],
  acos: [-1, 1],
  sinh: [-800, 800],
  cosh: [-800, 800],
  tanh: [-100, 100],
  sech: [-800, 800],
  sqrt: [0, Infinity],
  acosh: [1, Infinity],
  atanh: [-1 + 2 ** -53, 1 - 2 ** -53],
  sigmoid: [-800, 800],
  softplus: [-800, 800],
  logcosh: [-800, 800],
  erf: [-30, 30],
  erfc: [-30, 30],
  gamma: [0, 180],
  lgamma: [0, 1e90],
  digamma: [0, 1e90],
  trigamma: [0, 1e90],
  log: [0, Infinity],
};

const isInside = (name: UnaryName, x: number): boolean => {
  const [low, high] = limits[name] ?? [-Infinity, Infinity];
  if (x === 0 && (name === "recip" || OPEN_AT_ZERO.includes(name))) return false;
  return x >= low && x <= high;
};

/** `count` seeded points in the domain, and every edge in it. */
export function pointsOf(name: UnaryName, seed: number, count: number): number[] {
  const draws = DRAWS[name];
  let k = 0;
  const drawn = randomDoubles(seed, count, (u) => {
    for (;;) {
      const x = draws[k++ % draws.length]!(u);
      if (isInside(name, x)) return x;
    }
  });
  return [...drawn, ...EDGES.filter((x) => isInside(name, x))];
}
