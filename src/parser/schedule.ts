/** A schedule as data comes in (a `--schedule` file, a TypeScript object), the model's `Schedule` goes out. */
import type { Index } from "../index-notation/index.js";
import { fail, ok, type Result, type Schedule } from "../model/index.js";
import { startBuild } from "./build.js";
import { readObject } from "./object.js";
import { referenced } from "./schema.js";
import { validateAs } from "./validate.js";
import { readSchedule } from "./values.js";

/**
 * `{ times, values }` or `{ every, cycle }` for the input `name`. With `over`, values must have its rank and
 * fixed lengths. On failure every error, with the path from `name` in place of a file. Never throws.
 */
export function scheduleFromValue(name: string, value: unknown, over?: readonly Index[]): Result<Schedule> {
  const read = readObject(value, name);
  if ("errors" in read) return fail(...read.errors);
  const shape = validateAs(read.tree, referenced("#/$defs/schedule"), name);
  if (shape.length > 0) return fail(...shape);
  const b = startBuild(read.tree);
  const schedule = readSchedule(b, read.tree, over);
  return schedule === undefined ? fail(...b.errors) : ok(schedule);
}
