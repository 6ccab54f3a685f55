/**
 * The checker's own expression tree. Every bound index and integration variable has a name that occurs nowhere else
 * (`i'7`), so that a substitution cannot capture; `substituteIndex` checks it all the same.
 */
import { exact, type Rational } from "./arithmetic/index.js";
import { reject } from "./rejection.js";
import { addSizes, noSize, type Size, scaleSize, sizeKey } from "./size.js";
import type { Binder, FunctionName } from "./vocabulary.js";

/** A name that runs from 0 to `size - 1`. */
export interface Index {
  readonly name: string;
  readonly size: Size;
}

/** The sum of coefficient·index plus a constant; modulo a dimension where `modulus` is given. */
export interface Subscript {
  readonly terms: readonly { readonly index: Index; readonly coefficient: bigint }[];
  readonly constant: Size;
  readonly modulus?: Size;
}

export type Relation = "<" | "<=" | "=" | "!=";
export interface Test {
  readonly relation: Relation;
  readonly left: Term;
  readonly right: Term;
}

export type Term =
  | { readonly kind: "number"; readonly value: Rational }
  | { readonly kind: "pi" }
  /** A dimension read as a number. */
  | { readonly kind: "size"; readonly size: Size }
  /** A subscript read as a number. */
  | { readonly kind: "position"; readonly at: Subscript }
  /** A component of a declared symbol (a scalar has no subscripts); out of range it is 0. */
  | { readonly kind: "symbol"; readonly name: string; readonly at: readonly Subscript[] }
  | { readonly kind: "add"; readonly terms: readonly Term[] }
  | { readonly kind: "multiply"; readonly factors: readonly Term[] }
  | { readonly kind: "power"; readonly base: Term; readonly exponent: Term }
  | { readonly kind: "function"; readonly name: FunctionName; readonly argument: Term }
  | { readonly kind: "extremum"; readonly name: "max" | "min"; readonly terms: readonly Term[] }
  | {
      readonly kind: "where";
      readonly tests: readonly Test[];
      readonly yes: Term;
      readonly no: Term;
    }
  | { readonly kind: "delta"; readonly left: Subscript; readonly right: Subscript }
  | {
      readonly kind: "binder";
      readonly name: Binder;
      readonly indices: readonly Index[];
      readonly guard: readonly Test[];
      readonly body: Term;
    }
  | {
      readonly kind: "softmax";
      readonly index: Index;
      readonly guard: readonly Test[];
      readonly body: Term;
      readonly at: Subscript;
    }
  | {
      readonly kind: "integral";
      readonly variable: string;
      readonly low: Term;
      readonly high: Term;
      readonly body: Term;
    };

export type TermOf<K extends Term["kind"]> = Extract<Term, { readonly kind: K }>;

// ---- construction, with no other simplification than 0 and 1 ------------------------------------------

export const number = (value: Rational | number): Term => ({
  kind: "number",
  value: typeof value === "number" ? exact.rational(value) : value,
});
export const zero = number(0);
export const one = number(1);
export const scalar = (name: string): TermOf<"symbol"> => ({ kind: "symbol", name, at: [] });
export const apply = (name: FunctionName, argument: Term): Term => ({ kind: "function", name, argument });
export const raise = (base: Term, exponent: Term): Term => ({ kind: "power", base, exponent });
export const squareRoot = (base: Term): Term => raise(base, number(exact.rational(1, 2)));

export const isNumber = (t: Term, value: number): boolean =>
  t.kind === "number" && exact.equal(t.value, exact.rational(value));

/**
 * a + b + …, where terms that are the number 0 are dropped. For use on terms already known to be defined: dropping
 * 0·e says nothing about whether e is.
 */
export function plus(...terms: readonly Term[]): Term {
  const kept = terms.flatMap((t) => (t.kind === "add" ? t.terms : [t])).filter((t) => !isNumber(t, 0));
  if (kept.length === 0) return zero;
  return kept.length === 1 ? kept[0]! : { kind: "add", terms: kept };
}

/** a·b·…, with numbers multiplied out, under the same proviso as `plus`. */
export function times(...factors: readonly Term[]): Term {
  let coefficient = exact.ONE;
  const kept: Term[] = [];
  for (const f of factors.flatMap((t) => (t.kind === "multiply" ? t.factors : [t]))) {
    if (f.kind === "number") coefficient = exact.multiply(coefficient, f.value);
    else kept.push(f);
  }
  if (exact.sign(coefficient) === 0) return zero;
  if (!exact.equal(coefficient, exact.ONE)) kept.unshift(number(coefficient));
  if (kept.length === 0) return one;
  return kept.length === 1 ? kept[0]! : { kind: "multiply", factors: kept };
}

export const negative = (t: Term): Term => times(number(-1), t);
export const minus = (a: Term, b: Term): Term => plus(a, negative(b));
export const over = (a: Term, b: Term): Term => times(a, raise(b, number(-1)));

// ---- subscripts ---------------------------------------------------------------------------------------

export const atIndex = (index: Index): Subscript => ({
  terms: [{ index, coefficient: 1n }],
  constant: noSize,
});
export const atSize = (constant: Size): Subscript => ({ terms: [], constant });

/** The index, where the subscript is one and nothing more. */
export function plainIndex(s: Subscript): Index | undefined {
  const [first] = s.terms;
  const plain = s.terms.length === 1 && first!.coefficient === 1n && s.constant.length === 0;
  return plain && s.modulus === undefined ? first!.index : undefined;
}

/** a + c·b; neither may have a modulus. */
export function combine(a: Subscript, c: bigint, b: Subscript): Subscript {
  if (a.modulus !== undefined || b.modulus !== undefined) reject("mod must stand alone in a subscript");
  const sums = new Map<string, { index: Index; coefficient: bigint }>();
  for (const [terms, scale] of [
    [a.terms, 1n],
    [b.terms, c],
  ] as const) {
    for (const { index, coefficient } of terms) {
      const before = sums.get(index.name)?.coefficient ?? 0n;
      sums.set(index.name, { index, coefficient: before + scale * coefficient });
    }
  }
  const terms = [...sums.values()].filter((t) => t.coefficient !== 0n);
  terms.sort((x, y) => (x.index.name < y.index.name ? -1 : 1));
  return { terms, constant: addSizes(a.constant, scaleSize(b.constant, exact.rational(c))) };
}

/** mod(mod(s, m), m) = mod(s, m) is not needed: a replaced index may not itself carry a modulus, else rejection. */
export function substituteInSubscript(s: Subscript, index: string, by: Subscript): Subscript {
  const found = s.terms.find((t) => t.index.name === index);
  if (found === undefined) return s;
  if (s.terms.length === 1 && plainIndex(s) !== undefined) return by;
  const { modulus, ...affine } = s;
  const rest = { ...affine, terms: s.terms.filter((t) => t !== found) };
  const replaced = combine(rest, found.coefficient, by);
  return modulus === undefined ? replaced : { ...replaced, modulus };
}

export const subscriptKey = (s: Subscript): string => {
  const affine = `${s.terms.map((t) => `${t.coefficient}${t.index.name}`).join("+")};${sizeKey(s.constant)}`;
  return s.modulus === undefined ? affine : `mod(${affine},${sizeKey(s.modulus)})`;
};

// ---- traversal ----------------------------------------------------------------------------------------

type OnTerm = (t: Term) => Term;
type OnSubscript = (s: Subscript) => Subscript;

const mapTest = (test: Test, f: OnTerm): Test => ({ ...test, left: f(test.left), right: f(test.right) });

/** The term with its children and its own subscripts replaced; unchanged children keep their identity. */
export function mapTerm(t: Term, f: OnTerm, g: OnSubscript = (s) => s): Term {
  switch (t.kind) {
    case "number":
    case "pi":
    case "size":
      return t;
    case "position":
      return { ...t, at: g(t.at) };
    case "symbol":
      return t.at.length === 0 ? t : { ...t, at: t.at.map(g) };
    case "add":
    case "extremum":
      return { ...t, terms: t.terms.map(f) };
    case "multiply":
      return { ...t, factors: t.factors.map(f) };
    case "power":
      return { ...t, base: f(t.base), exponent: f(t.exponent) };
    case "function":
      return { ...t, argument: f(t.argument) };
    case "where":
      return { ...t, tests: t.tests.map((c) => mapTest(c, f)), yes: f(t.yes), no: f(t.no) };
    case "delta":
      return { ...t, left: g(t.left), right: g(t.right) };
    case "binder":
      return { ...t, guard: t.guard.map((c) => mapTest(c, f)), body: f(t.body) };
    case "softmax":
      return { ...t, guard: t.guard.map((c) => mapTest(c, f)), body: f(t.body), at: g(t.at) };
    case "integral":
      return { ...t, low: f(t.low), high: f(t.high), body: f(t.body) };
  }
}

/** Calls `visit` on the term and everything below it; `visit` returns false to stay above. */
export function walk(t: Term, visit: (t: Term) => boolean): void {
  if (!visit(t)) return;
  mapTerm(t, (child) => {
    walk(child, visit);
    return child;
  });
}

export function some(t: Term, test: (t: Term) => boolean): boolean {
  let found = false;
  walk(t, (u) => {
    found ||= test(u);
    return !found;
  });
  return found;
}

const mentioned = new WeakMap<Term, ReadonlySet<string>>();

/** The names of all symbols that occur. */
export function symbolsIn(t: Term): ReadonlySet<string> {
  const known = mentioned.get(t);
  if (known !== undefined) return known;
  const names = new Set<string>();
  if (t.kind === "symbol") names.add(t.name);
  mapTerm(t, (child) => {
    for (const name of symbolsIn(child)) names.add(name);
    return child;
  });
  mentioned.set(t, names);
  return names;
}

export function mentions(t: Term, names: ReadonlySet<string>): boolean {
  const all = symbolsIn(t);
  for (const name of names) if (all.has(name)) return true;
  return false;
}

const ownSubscripts = (t: Term): readonly Subscript[] => {
  if (t.kind === "symbol") return t.at;
  if (t.kind === "delta") return [t.left, t.right];
  return t.kind === "position" || t.kind === "softmax" ? [t.at] : [];
};

/** The indices that occur in subscripts and are not bound within the term. */
export function freeIndices(t: Term): ReadonlyMap<string, Index> {
  const free = new Map<string, Index>();
  const bound = new Set<string>();
  walk(t, (u) => {
    for (const s of ownSubscripts(u)) for (const { index } of s.terms) free.set(index.name, index);
    if (u.kind === "binder") for (const i of u.indices) bound.add(i.name);
    if (u.kind === "softmax") bound.add(u.index.name);
    return true;
  });
  for (const name of bound) free.delete(name);
  return free;
}

const binds = (t: Term, name: string): boolean =>
  (t.kind === "binder" && t.indices.some((i) => i.name === name)) ||
  (t.kind === "softmax" && t.index.name === name);

/** The term with a free index replaced. Bound names are unique, so capture is a broken invariant: rejected. */
export function substituteIndex(t: Term, index: string, by: Subscript): Term {
  if (binds(t, index) || by.terms.some((s) => binds(t, s.index.name)))
    reject(`substituting the index ${index} would capture it`);
  return mapTerm(
    t,
    (child) => substituteIndex(child, index, by),
    (s) => substituteInSubscript(s, index, by),
  );
}

/** The term with every component that `f` knows replaced; `f` returns undefined to leave one as it is. */
export function substituteSymbols(t: Term, f: (component: TermOf<"symbol">) => Term | undefined): Term {
  if (t.kind === "symbol") return f(t) ?? t;
  return mapTerm(t, (child) => substituteSymbols(child, f));
}

let counter = 0;
/** A name that no text can contain and that was never used before. */
export const freshName = (base: string): string => `${base.split("'")[0]}'${++counter}`;

/** The same term with new names for its bound indices, for use beside or inside the original. */
export function freshCopy(t: Term): Term {
  const copy = mapTerm(t, freshCopy);
  if (copy.kind === "binder") return copy.indices.reduce<Term>((u, i) => rebind(u, i), copy);
  return copy.kind === "softmax" ? rebind(copy, copy.index) : copy;
}

/** One bound index of the outermost binder under a new name. */
export function rebind(t: Term, from: Index): Term {
  const to = { name: freshName(from.name), size: from.size };
  const swap = (u: Term): Term => substituteIndex(u, from.name, atIndex(to));
  const guards = (tests: readonly Test[]): readonly Test[] => tests.map((c) => mapTest(c, swap));
  if (t.kind === "binder") {
    const indices = t.indices.map((i) => (i.name === from.name ? to : i));
    return { ...t, indices, guard: guards(t.guard), body: swap(t.body) };
  }
  if (t.kind === "softmax") return { ...t, index: to, guard: guards(t.guard), body: swap(t.body) };
  return reject("only a binder binds indices");
}

const MAX_KEY = 2_000_000;
const keys = new WeakMap<Term, string>();

/** Text that is equal for terms written alike; terms that are equal otherwise may differ in it. */
export function keyOf(t: Term): string {
  const known = keys.get(t);
  if (known !== undefined) return known;
  const key = writtenKey(t);
  if (key.length > MAX_KEY) reject("an expression grows too long");
  keys.set(t, key);
  return key;
}

const keysOf = (ts: readonly Term[]): string => ts.map(keyOf).join(",");
const testKeys = (tests: readonly Test[]): string =>
  tests.map((c) => `${keyOf(c.left)}${c.relation}${keyOf(c.right)}`).join("&");
const indexKey = (i: Index): string => `${i.name}<${sizeKey(i.size)}`;

function writtenKey(t: Term): string {
  switch (t.kind) {
    case "number":
      return exact.show(t.value);
    case "pi":
      return "pi()";
    case "size":
      return `size(${sizeKey(t.size)})`;
    case "position":
      return `at(${subscriptKey(t.at)})`;
    case "symbol":
      return `${t.name}[${t.at.map(subscriptKey).join("|")}]`;
    case "add":
      return `add(${keysOf(t.terms)})`;
    case "multiply":
      return `multiply(${keysOf(t.factors)})`;
    case "power":
      return `power(${keyOf(t.base)},${keyOf(t.exponent)})`;
    case "function":
      return `${t.name}(${keyOf(t.argument)})`;
    case "extremum":
      return `${t.name}of(${keysOf(t.terms)})`;
    case "where":
      return `where(${testKeys(t.tests)}?${keyOf(t.yes)}:${keyOf(t.no)})`;
    case "delta":
      return `delta(${subscriptKey(t.left)}|${subscriptKey(t.right)})`;
    case "binder":
      return `${t.name}(${t.indices.map(indexKey)}&${testKeys(t.guard)}:${keyOf(t.body)})`;
    case "softmax":
      return `softmax(${indexKey(t.index)}&${testKeys(t.guard)}:${keyOf(t.body)})[${subscriptKey(t.at)}]`;
    case "integral":
      return `integral(${t.variable},${keyOf(t.low)},${keyOf(t.high)}:${keyOf(t.body)})`;
  }
}
