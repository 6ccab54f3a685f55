/** The --set, --data, --initial and --schedule options come in; bindings go out. */

import { readFileSync } from "node:fs";
import { type ArrayFailure, type NumericArray, readArrays } from "../arrays/index.js";
import { LegendreError, refuse, unwrap } from "../front/errors.js";
import { parseDecimal, toNumber } from "../index-notation/index.js";
import type { Diagnostic, Model, Schedule } from "../model/index.js";
import { scheduleFromValue } from "../parser/index.js";
import type { Sourced } from "../simulation/index.js";

/** `--set beta=2`: a number, or a fraction such as 1/3. Throws LegendreError. */
export function parseSettings(texts: readonly string[]): Map<string, Sourced<number>> {
  return new Map(texts.map(parseSetting));
}

function parseSetting(text: string): [string, Sourced<number>] {
  const [name, given] = textSetting(text);
  const [numerator, denominator = "1", ...more] = given.split("/").map((s) => s.trim());
  const [n, d] = [parseDecimal(numerator!), parseDecimal(denominator)];
  if (n === undefined || d === undefined || d.n === 0n || more.length > 0)
    return refuse(
      "bad-setting",
      `--set ${text}: ${given} is not a number`,
      "give a decimal such as 0.5 or 1e-3, or a fraction such as 1/3",
    );
  return [name, { value: toNumber(n) / toNumber(d), source: `--set ${text}` }];
}

const toDiagnostic = (file: string, e: ArrayFailure): Diagnostic => ({
  code: e.code,
  // The place stands before the message, so it need not be in it.
  message: e.span === undefined ? e.message : e.message.replace(/^line \d+, column \d+ of /, ""),
  ...(e.span && { span: { file, ...e.span, start: 0, end: 0 } }),
  // The room arrays/ speaks to programs; a person at a terminal has an option.
  hint: e.hint.replace("allowNonFinite", "--allow-nonfinite"),
});

/** Arrays by name from files; a later file replaces an array of an earlier one. Throws LegendreError. */
export function readArrayFiles(
  option: string,
  files: readonly string[],
  allowNonFinite: boolean,
): Map<string, Sourced<NumericArray>> {
  const all = new Map<string, Sourced<NumericArray>>();
  for (const file of files) {
    const read = readArrays(file, { allowNonFinite });
    if (!read.ok) throw new LegendreError([toDiagnostic(file, read.error)]);
    for (const [name, value] of read.value) all.set(name, { value, source: `${option} ${file}` });
  }
  return all;
}

const SCHEDULE_HINT = 'expected JSON such as { "v": { "every": 1, "cycle": [[1, -1], [-1, 1]] } }';

/** A schedule file: `{ input: { times, values } }`, or one schedule when the model has a single input. */
export function readSchedules(file: string | undefined, model: Model): Map<string, Schedule> {
  if (file === undefined) return new Map();
  const parsed = readJson(file);
  const inputs = [...model.inputs.keys()];
  const single = inputs.length === 1 && (Object.hasOwn(parsed, "times") || Object.hasOwn(parsed, "every"));
  const byName = Object.entries(single ? { [inputs[0]!]: parsed } : parsed);
  const stranger = byName.find(([name]) => !model.inputs.has(name));
  if (stranger !== undefined)
    refuse(
      "unknown-name",
      `--schedule ${file} gives ${stranger[0]}, which is no input of ${model.name}`,
      inputs.length > 0 ? `inputs: ${inputs.join(", ")}` : "the model has no inputs",
    );
  return new Map(byName.map(([name, value]) => [name, readSchedule(file, name, value)]));
}

/** The places of a schedule are paths in an object; a person wants to know the file. */
function readSchedule(file: string, name: string, value: unknown): Schedule {
  const read = scheduleFromValue(name, value);
  const inFile = ({ code, message, span, hint = SCHEDULE_HINT }: Diagnostic): Diagnostic => ({
    code,
    message: `--schedule ${file}, ${span?.file ?? name}: ${message}`,
    hint,
  });
  return unwrap(read.ok ? read : { ok: false, errors: read.errors.map(inFile) });
}

function readJson(file: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const why = missing ? "the file does not exist" : (error as Error).message;
    return refuse("bad-schedule", `--schedule ${file} could not be read: ${why}`, SCHEDULE_HINT);
  }
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  return refuse("bad-schedule", `--schedule ${file} holds no map from names to schedules`, SCHEDULE_HINT);
}

/** `name=value` with the value as text. */
export function textSetting(text: string): [string, string] {
  const m = /^\s*([A-Za-z_]\w*)\s*=\s*(.+)$/.exec(text);
  if (m === null)
    return refuse(
      "bad-setting",
      `--set ${text} is not of the form name=value`,
      "write for instance --set beta=2",
    );
  return [m[1]!, m[2]!.trim()];
}
