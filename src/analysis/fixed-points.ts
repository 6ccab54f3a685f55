/** A compiled field comes in; its fixed points from many starts, classified, with their basins, go out. */
import { fail, ok, type Result } from "../model/index.js";
import { type CompiledField, draw } from "../simulation/index.js";
import { type Classification, classify, type Decision } from "./classify.js";
import { describeDirection } from "./describe-direction.js";
import { DistinctPoints } from "./distinct.js";
import { setDirections } from "./isolation.js";
import { decisiveSpectrum, denseSpectrum, type JacobianSpectrum } from "./jacobian-spectrum.js";
import { difference, frobenius, matrixOf, type Square } from "./linear/dense.js";
import { largest, norm, sumOf, type Vector } from "./linear/vectors.js";
import { moved, type Polished, polish } from "./newton.js";
import { type Settled, settle } from "./settle.js";
import { between, type Start, startsOf } from "./starts.js";
import { type Interval, wilson } from "./statistics.js";
import { type System, systemOf } from "./system.js";

export interface FixedPointOptions {
  /** Random starts; default 32. */
  readonly starts?: number;
  /** More starts: flat states. */
  readonly initial?: readonly Float64Array[];
  /** Of the random starts; default that of the field. */
  readonly seed?: number;
  /** Standard deviation of the random starts; default 1. */
  readonly spread?: number;
  /** Longest time that a start is followed; default 10 000. */
  readonly until?: number;
  /** Two points are one when no component differs by more than this part of their size; default 1e-6. */
  readonly tolerance?: number;
  /** Up to this many unknowns the Jacobian is a matrix with all its eigenvalues; default 400. */
  readonly denseLimit?: number;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface FixedPoint extends Classification {
  readonly state: Float64Array;
  /** Largest |dx/dt|. */
  readonly residual: number;
  readonly energy?: number;
  readonly spectrum: JacobianSpectrum;
  /** Whether other fixed points lie arbitrarily near; `undecided` where the Jacobian is singular and large. */
  readonly isolated: Decision;
  /** The set of fixed points that it stands for, where it is not isolated. */
  readonly set?: FixedPointSet;
  /** Fraction of random starts whose flow ends here. */
  readonly basin: Interval & { readonly count: number };
  /** Numbers of the stored patterns, and of the given states, whose flow ends here. */
  readonly patterns: readonly number[];
  readonly given: readonly number[];
}

export interface FixedPointSet {
  /** Directions along which fixed points were found. */
  readonly dimension: number;
  readonly along: readonly string[];
  /** Points found that are listed as this one: not isolated, of the same energy and signature. */
  readonly members: number;
}

export interface FixedPoints {
  /** In the order of energies, or of the number of starts where there is none. */
  readonly points: readonly FixedPoint[];
  readonly starts: StartCounts;
  readonly seed: number;
  /** Components that can move. */
  readonly unknowns: number;
  readonly notes: readonly string[];
}

export interface StartCounts {
  readonly given: number;
  readonly patterns: number;
  readonly random: number;
  /** Starts whose flow came to rest at a point of the list, was still moving at the end, or left every bound. */
  readonly settled: number;
  readonly moving: number;
  readonly left: number;
}

/** Newton's method alone is tried from so many of the starts. */
const MOST_ALONE = 100;
/** … and from so many midpoints of stable points. */
const MOST_PAIRS = 60;

/**
 * Follows the flow from every start and polishes its end by Newton's method; tries Newton's method alone from the same
 * starts, and from between the stable points, for the saddles that no flow goes to.
 */
export function fixedPoints(field: CompiledField, options: FixedPointOptions = {}): Result<FixedPoints> {
  const scheduled = field.scheduled[0];
  if (scheduled !== undefined)
    return fail({
      code: "scheduled-input",
      message: `input ${scheduled.name} follows a schedule; a fixed point is one of constant inputs`,
      hint: "remove the schedule from the model and give the input with --data",
    });
  return new Search(field, options).run();
}

interface Outcome {
  readonly start: Start;
  readonly kind: Settled["kind"];
  /** Number of the distinct point. */
  readonly point?: number;
}

class Search {
  private readonly system: System;
  private readonly found: DistinctPoints;
  private readonly seed: number;
  private readonly limits;

  constructor(
    private readonly field: CompiledField,
    private readonly options: FixedPointOptions,
  ) {
    const { until = 1e4, denseLimit = 400, tolerance = 1e-6, seed = field.bound.seed } = options;
    this.system = systemOf(field);
    this.seed = seed;
    this.found = new DistinctPoints(tolerance);
    this.limits = { denseLimit, most: 200, until, maxSteps: 20_000 };
  }

  run(): Result<FixedPoints> {
    const { starts: count = 32, spread = 1, initial: given = [], onProgress } = this.options;
    const starts = startsOf(this.field, { given, count, seed: this.seed, spread });
    const outcomes: Outcome[] = [];
    for (const [k, start] of starts.entries()) {
      const outcome = this.follow(start);
      if (!outcome.ok) return outcome;
      outcomes.push(outcome.value);
      if (k % Math.ceil(starts.length / MOST_ALONE) === 0) this.tryNewton(start.state);
      onProgress?.(k + 1, starts.length);
    }
    const first = this.classified();
    const stable = first.filter((p) => p.stable === true).map((p) => p.state);
    for (const { state } of between(stable, MOST_PAIRS)) this.tryNewton(state);
    const all = [...first, ...this.classified(first.length)];
    return ok(this.report(all, outcomes));
  }

  private follow(start: Start): Result<Outcome> {
    const settled = settle(this.field, this.system, this.clamp(start.state), this.limits);
    if (!settled.ok) return settled;
    const { kind } = settled.value;
    if (kind !== "settled") return ok({ start, kind });
    return ok({ start, kind, point: this.found.add(settled.value.point) });
  }

  private tryNewton(state: Vector): void {
    const point = polish(this.system, this.system.unknowns(state), this.limits);
    if (point !== undefined) this.found.add(point);
  }

  /** Clamped components keep the initial values of the field. */
  private clamp(state: Vector): Vector {
    return this.system.whole(this.system.unknowns(state));
  }

  private classified(from = 0): Found[] {
    return this.found.points.slice(from).map((p) => examine(this.field, this.system, p, this.limits));
  }

  private report(all: readonly Found[], outcomes: readonly Outcome[]): FixedPoints {
    const groups = grouped(all);
    const groupOf = new Map(groups.flatMap((g, k) => g.map((n) => [n, k] as const)));
    const random = outcomes.filter((o) => o.start.kind === "random");
    const ends = (kind: Start["kind"], group: number): number[] =>
      outcomes
        .filter((o) => o.start.kind === kind)
        .flatMap((o, k) => (o.point !== undefined && groupOf.get(o.point) === group ? [k] : []));
    const points = groups.map((members, g): FixedPoint => {
      const { directions, ...point } = all[members[0]!]!;
      const count = ends("random", g).length;
      const along = directions.map((d) => describeDirection(this.field, d, point.state));
      return {
        ...point,
        ...(directions.length > 0 && {
          set: { dimension: directions.length, along, members: members.length },
        }),
        basin: { ...wilson(count, random.length), count },
        patterns: ends("pattern", g),
        given: ends("given", g),
      };
    });
    const number = (kind: Start["kind"]): number => outcomes.filter((o) => o.start.kind === kind).length;
    const ended = (kind: Settled["kind"]): number => outcomes.filter((o) => o.kind === kind).length;
    return {
      points: points.sort((a, b) => (a.energy ?? 0) - (b.energy ?? 0) || b.basin.count - a.basin.count),
      starts: {
        given: number("given"),
        patterns: number("pattern"),
        random: random.length,
        settled: ended("settled"),
        moving: ended("moving"),
        left: ended("left"),
      },
      seed: this.seed,
      unknowns: this.system.size,
      notes: this.notes(),
    };
  }

  private notes(): string[] {
    const clamped = this.field.size - this.system.size;
    return [
      ...this.field.bound.notes.filter((n) => !/has no initial value/.test(n)),
      ...(clamped > 0 ? [`${clamped} clamped components keep their initial values`] : []),
    ];
  }
}

// ---- one point ---------------------------------------------------------------------------------------

type Found = Omit<FixedPoint, "basin" | "patterns" | "given" | "set"> & {
  readonly directions: readonly Vector[];
};

interface Limits {
  readonly denseLimit: number;
  readonly most: number;
}

function examine(field: CompiledField, system: System, point: Polished, limits: Limits): Found {
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
    isolated:
      directions.length > 0
        ? false
        : classification.undecidedDirections === 0 || isDense
          ? isolatedBy(spectrum, isDense)
          : "undecided",
    directions: directions.map((d) => direction(system, d)),
  };
}

/** A regular Jacobian isolates its point; of a singular one nothing is known but that no neighbour was found. */
const isolatedBy = ({ values, extent }: JacobianSpectrum, isDense: boolean): Decision => {
  const isRegular = extent !== "part" && values.every((v) => Math.hypot(v.re, v.im) > v.error);
  return isRegular && (isDense || extent === "decisive" || extent === "all") ? true : "undecided";
};

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

// ---- sets --------------------------------------------------------------------------------------------

/** Numbers of points that stand together: isolated ones alone, others with those of their energy and signature. */
function grouped(all: readonly Found[]): number[][] {
  const groups: number[][] = [];
  for (const [n, p] of all.entries()) {
    const group = groups.find((g) => isSameSet(all[g[0]!]!, p));
    if (group === undefined) groups.push([n]);
    else group.push(n);
  }
  return groups;
}

function isSameSet(a: Found, b: Found): boolean {
  if (a.directions.length === 0 || a.directions.length !== b.directions.length) return false;
  if (a.kind !== b.kind || a.unstableDirections !== b.unstableDirections) return false;
  const near = (x: number, y: number): boolean => Math.abs(x - y) <= 1e-7 * (1 + Math.abs(x));
  if (a.energy !== undefined && b.energy !== undefined) return near(a.energy, b.energy);
  return a.spectrum.values.every((v, k) => near(v.re, b.spectrum.values[k]!.re));
}
