/** The MODEL argument of a command comes in; the parsed model goes out. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { closest, distance } from "fastest-levenshtein";
import { refuse, unwrap } from "../front/errors.js";
import type { Model } from "../model/index.js";
import { parseModel } from "../parser/index.js";
import { catalogEntries } from "./catalog-entries.js";

/** A file, `-` for standard input, or the name of a derivation in the catalog. Throws LegendreError. */
export function readModel(argument: string): Model {
  const { text, file } = readModelText(argument);
  return unwrap(parseModel(text, { file }));
}

/** The text of the model, and what errors call its file. Throws LegendreError. */
export function readModelText(argument: string): { readonly text: string; readonly file: string } {
  if (argument === "-") return { text: readFileSync(0, "utf8"), file: "standard input" };
  const path = existsSync(argument) && !statSync(argument).isDirectory() ? argument : catalogPath(argument);
  return { text: readFileSync(path, "utf8"), file: path };
}

function catalogPath(name: string): string {
  const entries = catalogEntries();
  const entry = entries.find((e) => e.name === name);
  if (entry !== undefined) return entry.path;
  const near = closest(
    name,
    entries.map((e) => e.name),
  );
  const close = near !== undefined && distance(name, near) <= name.length / 3;
  return refuse(
    "no-model",
    `${name} is neither a file nor a model of the catalog`,
    close
      ? `did you mean ${near}?`
      : "give the path of a model file, or a name that `legendre catalog` lists",
  );
}
