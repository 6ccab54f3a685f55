/** What layers and states have in common comes in (`tau`, `mobility`, `clamped`), resolved over their indices. */
import { type Expr, type Index, one } from "../index-notation/index.js";
import { type Build, readField } from "./build.js";
import type { View } from "./scope.js";
import { child, type Tree } from "./tree.js";
import { everything } from "./views.js";

/** `{ [key]: value }`, or nothing when there is no value. */
export const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };

/** The expression under a key; undefined when there is none or it is faulty (and reported). */
export function readKey(b: Build, tree: Tree | undefined, key: string, view: View): Expr | undefined {
  const field = child(tree, key);
  return field === undefined ? undefined : readField(b, field, view);
}

export interface Flow {
  readonly tau: Expr;
  readonly mobility?: Expr;
  readonly clamped?: Expr;
}

/** A faulty time constant stands in as 1; its error is in the build. */
export function readFlow(b: Build, tree: Tree, over: readonly Index[]): Flow {
  return {
    tau: readKey(b, tree, "tau", everything("a time constant", over)) ?? one,
    ...optional("mobility", readKey(b, tree, "mobility", everything("a mobility", over))),
    ...optional("clamped", readKey(b, tree, "clamped", everything("clamped", over))),
  };
}

/** Expressions by the names of layers or states; other names are reported by `unknown`. */
export function readByName<T extends { readonly over: readonly Index[] }>(
  b: Build,
  tree: Tree | undefined,
  owners: ReadonlyMap<string, T>,
  what: string,
  unknown: (name: string, key: Tree["place"]) => void,
): Map<string, Expr> {
  const read = new Map<string, Expr>();
  for (const [name, { key, value }] of tree?.kind === "map" ? tree.entries : []) {
    const owner = owners.get(name);
    if (owner === undefined) unknown(name, key);
    else {
      const e = readField(b, value, everything(what, owner.over));
      if (e !== undefined) read.set(name, e);
    }
  }
  return read;
}
