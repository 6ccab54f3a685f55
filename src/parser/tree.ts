/** The plain tree of a model file: maps, lists and scalars, each with its place. YAML and objects become it. */
import type { Rational } from "../index-notation/index.js";
import type { Span } from "../model/index.js";
import type { Locate } from "./fault.js";

interface Placed {
  readonly place: Span;
}

export interface MapTree extends Placed {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface MapEntry {
  readonly key: Span;
  readonly value: Tree;
}

export interface ListTree extends Placed {
  readonly kind: "list";
  readonly items: readonly Tree[];
}

export interface TextTree extends Placed {
  readonly kind: "text";
  readonly text: string;
  /** Where a range of `text` lies in the file. */
  readonly locate: Locate;
  /** Written without quotes, so YAML may have cut it short. */
  readonly plain: boolean;
}

export interface NumberTree extends Placed {
  readonly kind: "number";
  readonly value: Rational;
  readonly text: string;
}

export type Tree =
  | MapTree
  | ListTree
  | TextTree
  | NumberTree
  | (Placed & { readonly kind: "boolean"; readonly value: boolean })
  | (Placed & { readonly kind: "null" });

/** What a tree is called in messages. */
export function found(t: Tree): string {
  if (t.kind === "text")
    return `the text ${JSON.stringify(t.text.length > 30 ? `${t.text.slice(0, 29)}…` : t.text)}`;
  if (t.kind === "number") return `the number ${t.text}`;
  if (t.kind === "boolean") return `${t.value}`;
  return t.kind === "null" ? "nothing" : `a ${t.kind}`;
}

/** The value under a key of a map; undefined when the tree is no map or has no such key. */
export const child = (t: Tree | undefined, key: string): Tree | undefined =>
  t?.kind === "map" ? t.entries.get(key)?.value : undefined;

export const entriesOf = (t: Tree | undefined): readonly (readonly [string, MapEntry])[] =>
  t?.kind === "map" ? [...t.entries] : [];

export const itemsOf = (t: Tree | undefined): readonly Tree[] => (t?.kind === "list" ? t.items : []);

/** The text of a text or number, which both may stand for an expression. */
export const textOf = (t: Tree | undefined): string | undefined =>
  t?.kind === "text" || t?.kind === "number" ? t.text : undefined;

/** Locates ranges of an expression that is a text or a number. */
export function locateIn(t: Tree): Locate {
  return t.kind === "text" ? t.locate : () => t.place;
}
