/** The MODEL argument of a command comes in; the parsed model goes out. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { refuse, unwrap } from "../front/errors.js";
import type { Model } from "../model/index.js";
import { parseModel } from "../parser/index.js";
import { catalogEntries } from "./catalog-entries.js";

/** A file, `-` for standard input, or the name of a derivation in the catalog. Throws LegendreError. */
export function readModel(argument: string): Model {
  if (argument === "-") return unwrap(parseModel(readFileSync(0, "utf8"), { file: "standard input" }));
  const path = existsSync(argument) && statSync(argument).isFile() ? argument : catalogPath(argument);
  return unwrap(parseModel(readFileSync(path, "utf8"), { file: path }));
}

function catalogPath(name: string): string {
  const entry = catalogEntries().find((e) => e.name === name);
  if (entry !== undefined) return entry.path;
  return refuse(
    "no-model",
    `${name} is neither a file nor a model of the catalog`,
    "give the path of a model file, or a name that `legendre catalog` lists",
  );
}
