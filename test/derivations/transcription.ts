/** A folder of derivations/ comes in; every printed formula of its paper.yaml, beside the derived one, goes out. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { derive, type Formula, inStates, type Theory } from "../../src/derivation/index.js";
import {
  dimensionName,
  type Expr,
  type Index,
  index,
  renameIndices,
  sub2,
  zero,
} from "../../src/index-notation/index.js";
import type { Result } from "../../src/model/index.js";
import { type Entry, parseExpression, parseModel, type Scope, scopeOf } from "../../src/parser/index.js";
import { derivedQuantity } from "./derived-quantity.js";

/** One printed result as paper.yaml states it. */
export interface PaperResult {
  /** Where it stands in the source. */
  readonly at: string;
  readonly model: string;
  readonly over?: readonly string[];
  readonly formula: string;
  /** Names that the paper introduces for parts of the formula. */
  readonly given?: Readonly<Record<string, { over?: readonly string[]; as: string }>>;
  /** The part of the formula that does not depend on the state and that the derived quantity leaves out. */
  readonly constant?: string;
  /** The derived quantity, in the words of derived-quantity.ts. */
  readonly equals: string;
  /** `gradient`: shown by the derivative in every state, and by numbers for the constant. Default `rules`. */
  readonly by?: "rules" | "gradient";
}

interface Paper {
  /** By model file: what `verify` says of its descent. */
  readonly verdicts: Readonly<Record<string, "proved" | "refuted" | "undecided">>;
  readonly indices?: Readonly<Record<string, string>>;
  readonly results: readonly PaperResult[];
}

export interface Transcription {
  readonly folder: string;
  readonly result: PaperResult;
  readonly theory: Theory;
  /** Whether the quantity belongs to the network without its fast layers. */
  readonly reduced: boolean;
  readonly stated: Formula;
  readonly derived: Formula;
}

const root = new URL("../../derivations/", import.meta.url);

export const folders = (): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((d) => d.isDirectory() && readdirSync(new URL(d.name, root)).includes("paper.yaml"))
    .map((d) => d.name);

export const readText = (folder: string, file: string): string =>
  readFileSync(new URL(`${folder}/${file}`, root), "utf8");

export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.errors.map((e) => `${e.code}: ${e.message} (${e.hint ?? ""})`).join("\n"));
}

export function theoryOf(folder: string, file: string): Theory {
  const path = fileURLToPath(new URL(`${folder}/${file}`, root));
  return must(derive(must(parseModel(readText(folder, file), { file: path }))));
}

export const modelFiles = (folder: string): string[] =>
  readdirSync(new URL(folder, root)).filter((file) => /^model(-.*)?\.yaml$/.test(file));

export const verdictsOf = (folder: string): Paper["verdicts"] =>
  (parse(readText(folder, "paper.yaml")) as Paper).verdicts;

export function transcriptions(folder: string): Transcription[] {
  const paper = parse(readText(folder, "paper.yaml")) as Paper;
  const theories = new Map(paper.results.map((r) => [r.model, theoryOf(folder, r.model)]));
  return paper.results.map((r) => transcribe(folder, r, theories.get(r.model)!, paper.indices ?? {}));
}

/** Reads one printed formula in the scope of its model and of the names that the paper gives. */
export function transcribe(
  folder: string,
  result: PaperResult,
  theory: Theory,
  indices: Paper["indices"] = {},
): Transcription {
  const extra = Object.entries(indices).map(([name, dim]) => index(name, dimensionName(dim)));
  const scope = scopeWith(result, theory, extra);
  const over = indexList(result.over, scope);
  const reduced = result.equals.startsWith("limit.");
  const read = (text: string): Expr =>
    inStates(theory, must(parseExpression(text, scope, { over })), !reduced);
  const constant = result.constant === undefined ? zero : read(result.constant);
  const derived = derivedQuantity(theory, result.equals);
  const expr = inStates(theory, renameIndices(derived.expr, derived.over, over), !reduced);
  return {
    folder,
    result,
    theory,
    reduced,
    stated: { over, expr: sub2(read(result.formula), constant) },
    derived: { over, expr },
  };
}

function scopeWith(result: PaperResult, theory: Theory, extra: readonly Index[]): Scope {
  const undeclared = [...extra, ...theory.partners].filter((i) => !theory.model.indices.has(i.name));
  const names = new Map(scopeOf(theory.model, undeclared).names);
  for (const [name, { over, as }] of Object.entries(result.given ?? {})) {
    const free = indexList(over, { names });
    const value = must(parseExpression(as, { names }, { over: free }));
    const entry: Entry = {
      kind: "definition",
      arity: 0,
      over: free,
      template: () => ({ formals: [], over: free, value }),
    };
    names.set(name, entry);
  }
  return { names };
}

const indexList = (names: readonly string[] = [], scope: Scope): Index[] =>
  names.map((n) => {
    const entry = scope.names.get(n);
    if (entry?.kind !== "index") throw new Error(`${n} is not an index`);
    return entry.index;
  });
