/**
 * The door of refuter/: a convexity claim comes in, a point and a direction at which it fails go out, or
 * nothing. Untrusted: the checker confirms each witness before anyone says "refuted".
 */
import { valueAt } from "./numeric/jet.js";
import { Unsupported } from "./numeric/tape.js";
import { samples, source } from "./samples.js";
import { type Effort, QUICK, suspects, THOROUGH } from "./search.js";
import { dimensionNames, type Setting, settingOf, type Task } from "./setting.js";
import { type Shrunk, shrink } from "./shrink.js";

export { type Effort, QUICK, THOROUGH } from "./search.js";
export { MAX_COMPONENTS, type Task } from "./setting.js";

/** Where convexity (sign 1) or concavity (sign −1) fails: numbers in the slots of the layout. */
export interface Breach extends Shrunk {
  readonly setting: Setting;
}

/** Symbolic dimensions are tried at these sizes, smallest first. */
const SIZES = [1, 2, 3];
/** How many suspects are rounded before the search gives up. */
const TRIES: ReadonlyMap<Effort, number> = new Map([
  [QUICK, 3],
  [THOROUGH, 12],
]);

export function findBreach(task: Task, sign: 1 | -1, effort: Effort): Breach | undefined {
  for (const setting of settings(task)) {
    for (const suspect of suspects(setting, sign, effort).slice(0, TRIES.get(effort) ?? 6)) {
      const found = shrink(task, setting, sign, suspect);
      if (found !== undefined) return { ...found, setting };
    }
  }
  return undefined;
}

function settings(task: Task): Setting[] {
  const names = dimensionNames(task);
  const sizes = names.length === 0 ? [1] : SIZES;
  return sizes.flatMap((size) => {
    try {
      return [settingOf(task, new Map(names.map((n) => [n, size])))];
    } catch (error) {
      if (error instanceof Unsupported) return [];
      throw error;
    }
  });
}

/** False when no search is possible: too many components, an integral, a program that is too long. */
export const isSearchable = (task: Task): boolean => settings(task).length > 0;

/** True when no curvature is seen at a handful of points: worth an attempt to prove both signs. */
export function seemsAffine(task: Task): boolean {
  return [1, -1].every((sign) =>
    settings(task).every((s) => suspects(s, sign, { samples: 12, starts: 0, rounds: 0 }).length === 0),
  );
}

/** Points of the domain at which the expression seems to have no value, the shortest in print first. */
export function undefinedPoints(task: Task): { setting: Setting; point: readonly number[] }[] {
  return settings(task).flatMap((setting) =>
    samples(setting, 40, source(7))
      .filter((x) => !Number.isFinite(valueAt(setting.tape, x)))
      .sort((a, b) => lengthOf(a) - lengthOf(b))
      .slice(0, 3)
      .map((x) => ({ setting, point: x.map((v) => Number(v.toPrecision(6))) })),
  );
}

/** How long the numbers are in print. */
const lengthOf = (x: readonly number[]): number => x.map((v) => String(Math.abs(v))).join("").length;
