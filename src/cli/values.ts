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
  const m = /^([A-Za-z_]\w*)\s*=\s*(.+)$/.exec(text.trim());
  if (m === null)
    return refuse(
      "bad-setting",
      `--set ${text} is not of the form name=value`,
      "write for instance --set beta=2",
    );
  const [numerator, denominator = "1", ...more] = m[2]!.split("/").map((s) => s.trim());
  const [n, d] = [parseDecimal(numerator!), parseDecimal(denominator)];
  if (n === undefined || d === undefined || d.n === 0n || more.length > 0)
    return refuse(
      "bad-setting",
      `--set ${text}: ${m[2]} is not a number`,
      "give a decimal such as 0.5 or 1e-3, or a fraction such as 1/3",
    );
  return [m[1]!, { value: toNumber(n) / toNumber(d), source: `--set ${text}` }];
}

const toDiagnostic = (file: string, e: ArrayFailure): Diagnostic => ({
  code: e.code,
  message: e.message,
  hint: e.hint,
  ...(e.span && { span: { file, ...e.span, start: 0, end: 0 } }),
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

/** A schedule file: `{ input: { times, values } }`, or one schedule when the model has a single input. */
export function readSchedules(file: string | undefined, model: Model): Map<string, Schedule> {
  if (file === undefined) return new Map();
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return refuse(
      "bad-schedule",
      `--schedule ${file} could not be read: ${(error as Error).message}`,
      'expected JSON such as { "v": { "every": 1, "cycle": [[1, -1], [-1, 1]] } }',
    );
  }
  const [only, ...others] = model.inputs.keys();
  const single =
    only !== undefined &&
    others.length === 0 &&
    typeof parsed === "object" &&
    parsed !== null &&
    ("times" in parsed || "every" in parsed);
  const byName = Object.entries(single ? { [only]: parsed } : (parsed as object));
  return new Map(byName.map(([name, value]) => [name, unwrap(scheduleFromValue(name, value))]));
}
