/** The updates of a model with bound numbers come in; where any component goes, and what that does to the energy, goes out. */
import type { Backend } from "../../codegen/index.js";
import type { Updates } from "../../derivation/index.js";
import type { Update } from "../../model/index.js";
import { compileFormulas, type Ground, scalar } from "./bench.js";
import type { Differences, Follower, Maps, Placed } from "./follower.js";
import { largestEntries, largestOf, magnitude } from "./magnitude.js";
import { QuadraticDifferences, rowsFit } from "./quadratic.js";
import { RunningSums } from "./running-sums.js";
import { differenceFormulas, SlicedDifferences, SlicedMaps, sliced } from "./sliced.js";
import { Slicer } from "./slices.js";
import { WholeDifferences, WholeMaps } from "./whole.js";

/** A map's value this close to one of the state's is that one. */
const SAME = 1e-9;

/** How an update is found, for the notes of a run. */
export type Way = "fields" | "component" | "whole energy" | "map";

export interface Engine {
  readonly states: readonly Placed[];
  /** How differences are computed; absent without an energy. */
  readonly way: Way;
  refresh(): void;
  /** Stand at a state, which is read in place from now on. */
  load(state: Float64Array): void;
  /** Where component k goes from the state: one of its values, or NaN where that is not a number. */
  next(k: number): number;
  /** E(s_k → to) − E(s); NaN without an energy. */
  difference(k: number, to: number): number;
  /** Component k of the state has changed by this much. */
  changed(k: number, by: number): void;
}

/** Components that move one at a time need differences of single ones; those that move together, all of them at once. */
const isJoint = (order: Update["order"]): boolean => order === "synchronous" || order === "block";

export function makeEngine(
  updates: Updates,
  order: Update["order"],
  states: readonly Placed[],
  ground: Ground,
  backend: Backend,
): Engine {
  const build = new Build(updates, states, ground, backend, isJoint(order));
  const differences = build.differences();
  const maps = build.maps();
  const followers: Follower[] = [build.sums, differences, maps].filter((f) => f !== undefined);
  const hasMap = updates.laws.map((l) => l.map !== undefined);
  const placeOfComponent = states.flatMap((s, place) => Array.from({ length: s.size }, () => place));
  let state: Float64Array = new Float64Array(0);
  return {
    states,
    way: differences === undefined ? "map" : build.way,
    refresh: () => {
      for (const f of followers) f.refresh();
    },
    load: (s) => {
      state = s;
      for (const f of followers) f.load(s);
    },
    next: (k) => {
      const place = placeOfComponent[k]!;
      const { values } = states[place]!.state;
      return hasMap[place] ? mapped(maps!, values, k, state[k]!) : least(differences!, values, k, state[k]!);
    },
    difference: (k, to) => differences?.of(k, to) ?? Number.NaN,
    changed: (k, by) => {
      for (const f of followers) f.changed(k, by);
    },
  };
}

function mapped(maps: Maps, values: readonly number[], k: number, own: number): number {
  const given = maps.next(k);
  if (Number.isNaN(given)) return given;
  return values.find((v) => Math.abs(v - given) <= SAME * Math.max(1, Math.abs(v))) ?? own;
}

/** The value of least energy; a tie, up to rounding, keeps the component's own. */
function least(differences: Differences, values: readonly number[], k: number, own: number): number {
  let [best, lowest] = [own, 0];
  for (let n = 0; n < values.length; n++) {
    const to = values[n]!;
    if (to === own) continue;
    const d = differences.of(k, to);
    if (Number.isNaN(d)) return d;
    if (d < lowest && d < -differences.slack(k, to)) [best, lowest] = [to, d];
  }
  return best;
}

/** Chooses the cheapest way that the energy and the maps allow. */
class Build {
  readonly sums: RunningSums;
  way: Way = "whole energy";
  private readonly slicedDifferences: ReturnType<typeof sliced>[];
  private readonly slicedMaps: ReturnType<typeof sliced>[];

  constructor(
    private readonly updates: Updates,
    private readonly states: readonly Placed[],
    private readonly ground: Ground,
    private readonly backend: Backend,
    private readonly joint: boolean,
  ) {
    const slicer = new Slicer(
      states.map((s) => s.state.symbol),
      ground.dimensions,
    );
    const largest = largestEntries(states).set(updates.to, largestOf(states));
    const quadratic = this.isQuadratic();
    this.slicedDifferences = updates.laws.map((law, n) => {
      const formulas = quadratic ? undefined : differenceFormulas(law, largest);
      return formulas && sliced(slicer, states[n]!, formulas, [updates.to]);
    });
    this.slicedMaps = updates.laws.map((law, n) =>
      joint || law.map === undefined ? undefined : sliced(slicer, states[n]!, { map: law.map }, []),
    );
    this.sums = new RunningSums(slicer.sums, states, ground);
  }

  private isQuadratic(): boolean {
    const size = this.states.reduce((n, s) => n + s.size, 0);
    return this.updates.quadratic !== undefined && (this.joint || rowsFit(size));
  }

  differences(): Differences | undefined {
    const { energy, quadratic, to } = this.updates;
    if (energy === undefined) return undefined;
    if (quadratic !== undefined && this.isQuadratic()) {
      this.way = "fields";
      return new QuadraticDifferences(quadratic, this.states, this.ground, this.backend, !this.joint);
    }
    const ready = this.slicedDifferences.filter((s) => s !== undefined);
    if (ready.length === this.states.length) {
      this.way = "component";
      return new SlicedDifferences(this.states, ready, this.sums, this.ground, to);
    }
    const size = magnitude(energy, largestEntries(this.states));
    const f = compileFormulas(this.ground, { energy: scalar(energy), size: scalar(size) }, this.backend);
    return new WholeDifferences(f.energy, f.size, this.states.at(-1)!.offset + this.states.at(-1)!.size);
  }

  maps(): Maps | undefined {
    const laws = this.updates.laws.filter((l) => l.map !== undefined);
    if (laws.length === 0) return undefined;
    const ready = this.slicedMaps.filter((s) => s !== undefined);
    if (ready.length === this.states.length)
      return new SlicedMaps(this.states, ready, this.sums, this.ground);
    const whole = this.updates.laws.map(({ state, map }) =>
      map === undefined
        ? undefined
        : compileFormulas(this.ground, { map: { over: state.over, expr: map } }, this.backend).map,
    );
    return new WholeMaps(this.states, whole);
  }
}
