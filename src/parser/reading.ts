/** The state of one resolution: scope, view, bound names and the faults found so far. */
import type { Expr, Index, Subscript, TensorSymbol } from "../index-notation/index.js";
import { type Fault, fault, type Range } from "./fault.js";
import { isFunction } from "./function-names.js";
import type { Entry, Scope, View } from "./scope.js";
import type { SourceExpr } from "./source.js";
import { didYouMean, nearest } from "./suggest.js";

export interface Reading {
  readonly scope: Scope;
  readonly view: View;
  /** The text the ranges refer to. */
  readonly text: string;
  /** Indices bound by the binders around this place. */
  readonly bound: ReadonlyMap<string, Index>;
  /** Integration variables and the arguments of a definition; they hide declared names. */
  readonly variables: ReadonlyMap<string, TensorSymbol>;
  readonly faults: Fault[];
  /** Indices already reported as free, once an expression. */
  readonly reported: Set<string>;
}

export type Resolve = (e: SourceExpr, r: Reading) => Expr;

export const complain = (r: Reading, range: Range, code: string, message: string, hint?: string): void => {
  r.faults.push(fault(range, code, message, hint));
};

export const slice = (r: Reading, range: Range): string => r.text.slice(range.start, range.end);

/** The entry of a declared name, unless a variable hides it. */
export const lookUp = (name: string, r: Reading): Entry | undefined =>
  r.variables.has(name) ? undefined : r.scope.names.get(name);

export function asDeclaredIndex(e: SourceExpr, r: Reading): Index | undefined {
  const entry = e.kind === "name" ? lookUp(e.name, r) : undefined;
  return entry?.kind === "index" ? entry.index : undefined;
}

/** Reports an index that is neither bound nor allowed to stay free. */
export function useIndex(i: Index, name: string, range: Range, r: Reading): void {
  const allowed = r.view.over === undefined || r.view.over.some((o) => o.key === i.key);
  if (allowed || r.bound.has(name) || r.reported.has(name)) return;
  r.reported.add(name);
  const may = r.view.over!.length === 0 ? "none" : `only ${r.view.over!.map((o) => o.name).join(", ")}`;
  complain(
    r,
    range,
    "free-index",
    `the index ${name} is free here; ${r.view.what} may leave ${may} free`,
    `sum over it: sum(${name}, ${r.text.length <= 60 ? r.text.trim() : "…"})${r.view.what === "a definition" ? ", or add it to over" : ""}`,
  );
}

/** Reports a symbol that this kind of expression may not see; `through` names the definition it hides in. */
export function useSymbol(s: TensorSymbol, range: Range, r: Reading, through?: string): void {
  const written = slice(r, range);
  const bracket = written.indexOf("[");
  const subscripts = through === undefined && bracket >= 0 ? written.slice(bracket) : "";
  const refusal = r.view.refuse?.(s, subscripts);
  if (refusal === undefined) return;
  const message =
    through === undefined ? refusal.message : `${through} contains ${s.name}: ${refusal.message}`;
  complain(r, range, "not-visible", message, refusal.hint);
}

/** Reports a name that nothing declares. */
export function unknownName(name: string, range: Range, r: Reading): void {
  const known = [...r.variables.keys(), ...r.scope.names.keys()];
  complain(r, range, "unknown-name", `unknown name ${name}`, adviceOnName(name, known, r));
}

function adviceOnName(name: string, known: readonly string[], r: Reading): string {
  if (isFunction(name)) return `${name} is a function: write ${name}(…)`;
  const split = /^(.+)_([^_]+)$/.exec(name);
  const indexed =
    split !== null && r.scope.names.get(split[2]!)?.kind === "index" && known.includes(split[1]!);
  if (indexed && nearest(name, known) === undefined) return `did you mean ${split[1]}[${split[2]}]?`;
  if (name === "t" || name === "time")
    return `a model has no clock of its own: switch an input by a schedule, or add a state ${name} with dynamics ${name}: "1"`;
  const alone = r.view.what === "a time constant" ? `; alone, tau: ${name} declares it` : "";
  return didYouMean(name, known, `declare it, for instance under parameters${alone}`);
}

export const showSubscripts = (over: readonly Index[]): string => `[${over.map((i) => i.name).join(",")}]`;

export type Subscripts = readonly Subscript[];
