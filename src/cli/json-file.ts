/** A value and a path come in; the value as a JSON file, or a refusal that says why not, goes out. */
import { writeFileSync } from "node:fs";
import { refuse } from "../front/errors.js";

/** Throws LegendreError when the file cannot be written. */
export function writeJson(file: string, value: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    refuse(
      "cannot-write",
      `${file} could not be written: ${(error as Error).message}`,
      "give a path in an existing folder",
    );
  }
}
