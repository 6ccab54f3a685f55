/** The shared state of one model file being read: names declared so far, their entries, and all errors. */
import { type Expr, type Index, num } from "../index-notation/index.js";
import type { Diagnostic, Span } from "../model/index.js";
import { asName } from "./aliases.js";
import { diagnose, type Fault } from "./fault.js";
import type { Reading } from "./reading.js";
import { resolveSource } from "./resolve.js";
import type { Entry, Scope, View } from "./scope.js";
import { didYouMean } from "./suggest.js";
import { parseSource, type Syntax } from "./syntax.js";
import { found, itemsOf, locateIn, type NumberTree, type TextTree, type Tree } from "./tree.js";

export interface Build {
  readonly tree: Tree;
  readonly errors: Diagnostic[];
  /** Who declared a name: `a parameter`. */
  readonly owners: Map<string, string>;
  readonly names: Map<string, Entry>;
  readonly scope: Scope;
  readonly indices: Map<string, Index>;
}

export function startBuild(tree: Tree): Build {
  const names = new Map<string, Entry>();
  return { tree, errors: [], owners: new Map(), names, scope: { names }, indices: new Map() };
}

export const report = (b: Build, span: Span, code: string, message: string, hint?: string): void => {
  b.errors.push({ code, message, span, ...(hint === undefined ? {} : { hint }) });
};

/** Enters a name into the one namespace; false, with an error, when it is taken. */
export function declare(b: Build, name: string, what: string, span: Span): boolean {
  const owner = name === "pi" ? "the number π" : b.owners.get(name);
  if (owner === undefined) {
    b.owners.set(name, what);
    return true;
  }
  const hint = "every name is declared once; choose another name for one of them";
  report(b, span, "duplicate-name", `${name} is ${owner} already, and is declared again as ${what}`, hint);
  return false;
}

/** The declared indices of an `over` list; undefined when one is unknown or repeated (and reported). */
export function readOver(b: Build, tree: Tree | undefined): readonly Index[] | undefined {
  const seen = new Set<string>();
  const indices = itemsOf(tree).map((item) => readIndex(b, item, seen));
  const complete = indices.filter((i) => i !== undefined);
  return complete.length === indices.length ? complete : undefined;
}

function readIndex(b: Build, item: Tree, seen: Set<string>): Index | undefined {
  const name = nameOf(item);
  const i = b.indices.get(name);
  if (i === undefined) {
    const hint = didYouMean(name, b.indices.keys(), `declare it under indices: { ${name}: N }`);
    report(b, item.place, "unknown-index", `${name} is not a declared index`, hint);
    return undefined;
  }
  if (!seen.has(name)) {
    seen.add(name);
    return i;
  }
  const hint = "declare a second index over the same dimension";
  report(b, item.place, "repeated-index", `the index ${name} occurs twice`, hint);
  return undefined;
}

/** The ASCII spelling of a text that the schema knows to be a name. */
export const nameOf = (tree: Tree): string =>
  tree.kind === "text" ? (asName(tree.text) ?? tree.text) : found(tree);

/** Parses a text; YAML's habit of ending unquoted values at `,` and `]` is named where it shows. */
export function parseTree(tree: TextTree): Syntax {
  const syntax = parseSource(tree.text);
  if (!("fault" in syntax) || !tree.plain) return syntax;
  const cut = tree.text.split(/[([]/).length !== tree.text.split(/[)\]]/).length;
  const hint = "YAML may have ended this unquoted text early: put the expression into double quotes";
  return cut ? { fault: { ...syntax.fault, hint } } : syntax;
}

/** An expression field: the resolved expression, or undefined when it is faulty (and reported). */
export function readField(
  b: Build,
  tree: Tree,
  view: View,
  variables?: Reading["variables"],
): Expr | undefined {
  if (tree.kind === "number") return numberField(tree);
  if (tree.kind !== "text") return undefined;
  const syntax = parseTree(tree);
  if ("fault" in syntax) return reportFaults(b, tree, [syntax.fault]);
  const outcome = resolveSource(syntax.tree, tree.text, b.scope, view, variables);
  return "value" in outcome ? outcome.value : reportFaults(b, tree, outcome.faults);
}

const numberField = (tree: NumberTree): Expr => num(tree.value);

export function reportFaults(b: Build, tree: Tree, faults: readonly Fault[]): undefined {
  b.errors.push(...faults.map((f) => diagnose(f, locateIn(tree))));
  return undefined;
}
