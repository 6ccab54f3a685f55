/** The text of an option comes in; a number of the kind it must be, or a refusal by the option parser, goes out. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { refuse } from "../front/errors.js";

/** For options that may repeat. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("expected a number");
  return value;
}

export function positive(text: string): number {
  const value = number(text);
  if (value <= 0) throw new InvalidArgumentError("expected a number above 0");
  return value;
}

export function nonnegative(text: string): number {
  const value = number(text);
  if (value < 0) throw new InvalidArgumentError("expected a number, 0 or more");
  return value;
}

export function counting(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("expected an integer, 1 or more");
  return value;
}

export function natural(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("expected an integer, 0 or more");
  return value;
}

/** Refuses, before the work is done, a picture that could not be written after it. */
export function checkPicture(file: string | undefined): void {
  if (file === undefined) return;
  if (!/\.(svg|png)$/.test(file))
    refuse("usage", `--plot ${file}: the ending says the format`, "end the file name in .svg or .png");
  checkFolder(file);
}

/** Refuses a file in a folder that does not exist. */
export function checkFolder(file: string): void {
  if (!existsSync(dirname(resolve(file))))
    refuse("usage", `the folder of ${file} does not exist`, "create the folder first");
}
