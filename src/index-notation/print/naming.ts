/** Declared indices and taken names come in; a printable name for every bound index and variable goes out. */

import type { Dimension } from "../dimension.js";
import { namesD } from "../dimension.js";
import { type Expr, type Kind, type Node, UNARY } from "../expr.js";
import { type Index, index, isCanonical, isFresh } from "../subscript.js";
import type { TensorSymbol } from "../symbols.js";
import { children, symbolsOf } from "../traverse.js";

/** Which names a printer may give to bound indices. */
export interface Naming {
  /** Names offered for a dimension, in order of preference. */
  forDimension(d: Dimension): readonly string[];
  /** Every name that already means something: declared indices, symbols, dimensions. */
  readonly taken: ReadonlySet<string>;
}

/** The naming that offers the declared indices and invents no name that is already taken. */
export function namingOf(indices: Iterable<Index>, taken: Iterable<string> = []): Naming {
  const offered = new Map<string, string[]>();
  const all = new Set(taken);
  for (const i of indices) {
    all.add(i.name);
    const names = offered.get(i.dim.key);
    if (names === undefined) offered.set(i.dim.key, [i.name]);
    else if (!names.includes(i.name)) names.push(i.name);
  }
  return { forDimension: (d) => offered.get(d.key) ?? [], taken: all };
}

/** The same naming with more declared indices: what a caller keeps after a printer invented some. */
export function extendNaming(naming: Naming, more: readonly Index[]): Naming {
  const extra = namingOf(more);
  return {
    forDimension: (d) => [...new Set([...naming.forDimension(d), ...extra.forDimension(d)])],
    taken: new Set([...naming.taken, ...extra.taken]),
  };
}

/** Function and reserved names of the language, which no index or variable may take. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...UNARY,
  ...[
    "sum",
    "prod",
    "max",
    "min",
    "logsumexp",
    "softmax",
    "where",
    "delta",
    "integral",
    "root",
    "mod",
    "pi",
    "sqrt",
  ],
  ...["digamma", "trigamma", "polygamma"],
]);

/** The names in force at one place of an expression: by index key or by key of an integration variable. */
export interface Scope {
  readonly names: ReadonlyMap<string, string>;
  readonly used: ReadonlySet<string>;
}

const LATIN = ["i j k l m n", "a b c d", "x y z", "p q r", "A B C D", "s t u"];
const GREEK = ["mu nu rho sigma", "alpha beta gamma", "eta zeta"];
const FAMILIES = [...LATIN, ...GREEK].map((f) => f.split(" "));
const VARIABLES = ["s", "t", "u", "z", "y", "x"];

/** The letters that follow `name` in its family, then those before it. */
function relatives(name: string): readonly string[] {
  const family = FAMILIES.find((f) => f.includes(name)) ?? [];
  const at = family.indexOf(name);
  return [...family.slice(at + 1), ...family.slice(0, Math.max(0, at))];
}

function* withNumbers(candidates: readonly string[], stem: string): Generator<string> {
  yield* candidates;
  for (let n = 2; ; n++) yield `${stem}${n}`;
}

const needsName = (name: string): boolean => name.startsWith("#") || name.startsWith("~");

/** Gives names while one expression is printed and remembers those it had to invent. */
export class Namer {
  readonly #naming: Naming;
  /** Names that mean something else wherever they are in the expression. */
  readonly #taken: ReadonlySet<string>;
  readonly #invented = new Map<string, Index>();
  readonly #loose = new Map<string, string>();
  readonly #variables = new Set<string>();
  readonly root: Scope;

  /** `around` lists indices that are in scope although the expression may not mention them. */
  constructor(e: Expr, naming: Naming, around: Iterable<Index> = []) {
    this.#naming = naming;
    this.#taken = new Set([...naming.taken, ...RESERVED, ...namesIn(e)]);
    const free = [...e.free, ...around].filter((i) => !isFresh(i) && !isCanonical(i));
    this.root = { names: new Map(free.map((i) => [i.key, i.name])), used: new Set(free.map((i) => i.name)) };
  }

  /** Every index that had to be invented so far, for the caller to declare. */
  get invented(): Index[] {
    return [...this.#invented.values()];
  }

  /** The scope inside a binder of these indices. */
  bind(indices: readonly Index[], scope: Scope): Scope {
    const [names, used] = [new Map(scope.names), new Set(scope.used)];
    for (const i of indices) {
      const name = this.#choose(i.dim, used);
      names.set(i.key, name);
      used.add(name);
    }
    return { names, used };
  }

  /** The scope inside an integral over this variable. */
  bindVariable(variable: TensorSymbol, scope: Scope): Scope {
    const name = this.#variable(scope.used);
    return { names: new Map(scope.names).set(variable.key, name), used: new Set(scope.used).add(name) };
  }

  index(i: Index, scope: Scope): string {
    return scope.names.get(i.key) ?? (needsName(i.name) ? this.#looseIndex(i, scope) : i.name);
  }

  symbol(symbol: TensorSymbol, scope: Scope): string {
    const known = scope.names.get(symbol.key);
    if (known !== undefined || !needsName(symbol.name)) return known ?? symbol.name;
    return this.#keep(symbol.key, () => this.#variable(scope.used));
  }

  /** A name for an index that no printed binder binds: the expression is a piece of an opened one. */
  #looseIndex(i: Index, scope: Scope): string {
    return this.#keep(i.key, () => this.#choose(i.dim, scope.used));
  }

  #keep(key: string, make: () => string): string {
    const name = this.#loose.get(key) ?? make();
    this.#loose.set(key, name);
    return name;
  }

  #isFree(name: string, used: ReadonlySet<string>): boolean {
    return !used.has(name) && ![...this.#loose.values()].includes(name);
  }

  #choose(d: Dimension, used: ReadonlySet<string>): string {
    const offered = this.#naming.forDimension(d);
    const declared = offered.find((n) => this.#isFree(n, used));
    if (declared !== undefined) return declared;
    const stem = offered[0] ?? "i";
    for (const name of withNumbers(offered.length === 0 ? ["i", ...relatives("i")] : relatives(stem), stem)) {
      const known = this.#invented.get(name);
      if (this.#taken.has(name) || this.#variables.has(name) || !this.#isFree(name, used)) continue;
      if (known !== undefined && known.dim.key !== d.key) continue;
      this.#invented.set(name, index(name, d));
      return name;
    }
    throw new Error("unreachable: names with numbers never run out");
  }

  #variable(used: ReadonlySet<string>): string {
    for (const name of withNumbers(VARIABLES, "s")) {
      if (this.#taken.has(name) || this.#invented.has(name) || !this.#isFree(name, used)) continue;
      this.#variables.add(name);
      return name;
    }
    throw new Error("unreachable: names with numbers never run out");
  }
}

const NAMES: { [K in Kind]?: (e: Node<K>) => readonly string[] } = {
  dimension: (e) => namesD(e.dim),
  position: (e) => [...namesD(e.at.constant), ...(e.at.mod === undefined ? [] : namesD(e.at.mod))],
  tensor: (e) => [
    e.symbol.name,
    ...e.symbol.dims.flatMap(namesD),
    ...e.subs.flatMap((s) => [...namesD(s.constant), ...(s.mod === undefined ? [] : namesD(s.mod))]),
  ],
  binder: (e) => e.indices.flatMap((i) => namesD(i.dim)),
  softmax: (e) => namesD(e.index.dim),
};

/** Names of symbols and dimensions anywhere in an expression. */
export function namesIn(e: Expr): ReadonlySet<string> {
  const seen = new Set<Expr>();
  const found = new Set([...symbolsOf(e)].map((s) => s.name));
  const visit = (x: Expr): void => {
    if (seen.has(x)) return;
    seen.add(x);
    for (const n of (NAMES[x.kind] as ((y: Expr) => readonly string[]) | undefined)?.(x) ?? []) found.add(n);
    children(x).forEach(visit);
  };
  visit(e);
  return found;
}
