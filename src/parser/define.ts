/** `define` comes in; entries that resolve their bodies on first use, and observables, go out. */
import type { Index, TensorSymbol } from "../index-notation/index.js";
import type { Observable } from "../model/index.js";
import { type Build, declare, nameOf, readField, readOver, report } from "./build.js";
import { formalSymbol } from "./definitions.js";
import { FUNCTION_NAMES } from "./function-names.js";
import { MAX_CHAIN } from "./limits.js";
import type { Template } from "./scope.js";
import { child, entriesOf, itemsOf, type MapEntry, type Tree } from "./tree.js";

/** Declares every definition; nothing is resolved before all names are known. */
export function declareDefinitions(b: Build): void {
  const active: string[] = [];
  for (const [name, entry] of entriesOf(child(b.tree, "define"))) {
    const over = readOver(b, child(entry.value, "over"));
    if (!declare(b, name, "a definition", entry.key)) continue;
    const formals = readFormals(b, name, entry);
    if (over === undefined || formals === undefined) b.names.set(name, { kind: "broken" });
    else {
      const template = once(name, active, b, entry, () => readBody(b, entry.value, over, formals));
      b.names.set(name, { kind: "definition", arity: formals.size, over, template });
    }
  }
}

type Formals = ReadonlyMap<string, TensorSymbol>;

function readFormals(b: Build, name: string, { key, value }: MapEntry): Formals | undefined {
  const items = itemsOf(child(value, "of"));
  const formals = new Map(items.map((item) => [nameOf(item), formalSymbol(name, nameOf(item))]));
  const repeated = items.find((item, k) => items.findIndex((o) => nameOf(o) === nameOf(item)) < k);
  if (repeated !== undefined) {
    const hint = "give each argument its own name";
    report(b, repeated.place, "duplicate-name", `the argument ${nameOf(repeated)} occurs twice`, hint);
  } else if (formals.size > 0 && FUNCTION_NAMES.has(name)) {
    const hint = "choose another name; as a value, without arguments, the name would be free";
    report(b, key, "reserved-name", `${name}(…) is a function of the language`, hint);
  } else return formals;
  return undefined;
}

function readBody(b: Build, tree: Tree, over: readonly Index[], formals: Formals): Template | undefined {
  const value = readField(b, child(tree, "as")!, { what: "a definition", over }, formals);
  return value === undefined ? undefined : { formals: [...formals.values()], over, value };
}

/** Resolves on first use and remembers; a use of itself on the way is a cycle. */
function once(
  name: string,
  active: string[],
  b: Build,
  entry: MapEntry,
  make: () => Template | undefined,
): () => Template | undefined {
  let made: { readonly template: Template | undefined } | undefined;
  return () => {
    if (made !== undefined) return made.template;
    if (active.includes(name) || active.length >= MAX_CHAIN) {
      made = { template: undefined };
      reportChain(b, name, active, entry);
      return undefined;
    }
    active.push(name);
    const template = make();
    active.pop();
    made ??= { template };
    return made.template;
  };
}

function reportChain(b: Build, name: string, active: readonly string[], { key }: MapEntry): void {
  const from = active.indexOf(name);
  if (from >= 0) {
    const cycle = [...active.slice(from), name].join(" → ");
    report(b, key, "cycle", `the definition ${name} uses itself: ${cycle}`, "definitions are not recursive");
  } else {
    const message = `definitions are nested more than ${MAX_CHAIN} deep at ${name}`;
    report(b, key, "too-deep", message, "write some of them out");
  }
}

/** Resolves every definition, used or not; those without arguments can be observed. */
export function readObservables(b: Build): ReadonlyMap<string, Observable> {
  const observables = new Map<string, Observable>();
  for (const [name] of entriesOf(child(b.tree, "define"))) {
    const entry = b.names.get(name);
    const template = entry?.kind === "definition" ? entry.template() : undefined;
    if (template !== undefined && template.formals.length === 0)
      observables.set(name, { name, over: template.over, value: template.value });
  }
  return observables;
}
