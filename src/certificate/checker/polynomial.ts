/**
 * Generalised polynomials: rational combinations of products of atoms raised to exponents that are themselves
 * polynomials. Equal keys mean equal structure, and atoms are interned by key, so equality is comparison of text.
 */
import { exact, type Rational } from "./arithmetic/index.js";
import { sizeKey } from "./size.js";
import type { Index, Relation, Subscript } from "./term.js";
import { subscriptKey } from "./term.js";
import type { FunctionName } from "./vocabulary.js";

/** A comparison of a polynomial with zero: 0 < p, 0 <= p, p = 0 or p != 0. */
export interface SignTest {
  readonly relation: Relation;
  readonly difference: Polynomial;
}

/** What an atom stands for. */
export type Shape =
  | { readonly kind: "euler" }
  | { readonly kind: "pi" }
  /** An integer > 1 that is not factored further; raised to powers that are not integers. */
  | { readonly kind: "prime"; readonly value: bigint }
  | { readonly kind: "dimension"; readonly name: string }
  | { readonly kind: "position"; readonly at: Subscript }
  | { readonly kind: "symbol"; readonly name: string; readonly at: readonly Subscript[] }
  /** A polynomial of several terms, as the base of a power that is not expanded. */
  | { readonly kind: "base"; readonly of: Polynomial }
  | { readonly kind: "function"; readonly name: FunctionName; readonly argument: Polynomial }
  | { readonly kind: "extremum"; readonly name: "max" | "min"; readonly terms: readonly Polynomial[] }
  | {
      readonly kind: "where";
      readonly tests: readonly SignTest[];
      readonly yes: Polynomial;
      readonly no: Polynomial;
    }
  | { readonly kind: "delta"; readonly left: Subscript; readonly right: Subscript }
  /** A sum over indices that one product of atoms connects. */
  | {
      readonly kind: "sum";
      readonly indices: readonly Index[];
      readonly guard: readonly SignTest[];
      readonly body: Monomial;
    }
  | {
      readonly kind: "binder";
      readonly name: "prod" | "max" | "min";
      readonly indices: readonly Index[];
      readonly guard: readonly SignTest[];
      readonly body: Polynomial;
    }
  | {
      readonly kind: "softmax";
      readonly index: Index;
      readonly guard: readonly SignTest[];
      readonly body: Polynomial;
      readonly at: Subscript;
    }
  | {
      readonly kind: "integral";
      readonly variable: string;
      readonly low: Polynomial;
      readonly high: Polynomial;
      readonly body: Polynomial;
    };
export type ShapeOf<K extends Shape["kind"]> = Extract<Shape, { readonly kind: K }>;

export interface Atom {
  readonly key: string;
  readonly shape: Shape;
  /** Names of free indices, and of the scalar symbols and components in it. */
  readonly indices: ReadonlySet<string>;
  /** How deeply binders nest in it: canonical names of bound indices are made of it. */
  readonly height: number;
}

export interface Factor {
  readonly atom: Atom;
  readonly exponent: Polynomial;
}
export interface Monomial {
  readonly key: string;
  readonly factors: readonly Factor[];
}
export interface Summand {
  readonly coefficient: Rational;
  readonly monomial: Monomial;
}
export interface Polynomial {
  readonly key: string;
  readonly terms: readonly Summand[];
}

const byKey =
  <T>(key: (x: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;

export function monomial(factors: readonly Factor[]): Monomial {
  const sorted = [...factors].sort(byKey((f) => f.atom.key));
  return { key: sorted.map((f) => `{${f.atom.key}}^(${f.exponent.key})`).join(""), factors: sorted };
}
export const UNIT = monomial([]);

/** Collects equal monomials; zero coefficients disappear. */
export function polynomial(summands: readonly Summand[]): Polynomial {
  const sums = new Map<string, Summand>();
  for (const s of summands) {
    const before = sums.get(s.monomial.key);
    const coefficient = before === undefined ? s.coefficient : exact.add(before.coefficient, s.coefficient);
    sums.set(s.monomial.key, { coefficient, monomial: s.monomial });
  }
  const terms = [...sums.values()].filter((s) => exact.sign(s.coefficient) !== 0);
  terms.sort(byKey((s) => s.monomial.key));
  return { key: terms.map((s) => `${exact.show(s.coefficient)}*${s.monomial.key}`).join("+"), terms };
}

export const constant = (c: Rational): Polynomial => polynomial([{ coefficient: c, monomial: UNIT }]);
export const ZERO = polynomial([]);
export const ONE = constant(exact.ONE);
export const ofMonomial = (m: Monomial, coefficient: Rational = exact.ONE): Polynomial =>
  polynomial([{ coefficient, monomial: m }]);
export const ofAtom = (atom: Atom, exponent: Polynomial = ONE): Polynomial =>
  exponent.terms.length === 0 ? ONE : ofMonomial(monomial([{ atom, exponent }]));

export const isZero = (p: Polynomial): boolean => p.terms.length === 0;

/** The rational number that the polynomial is, if it is one. */
export function constantOf(p: Polynomial): Rational | undefined {
  if (p.terms.length === 0) return exact.ZERO;
  const [first] = p.terms;
  return p.terms.length === 1 && first!.monomial.factors.length === 0 ? first!.coefficient : undefined;
}

export function integerOf(p: Polynomial): bigint | undefined {
  const c = constantOf(p);
  return c !== undefined && exact.isInteger(c) ? c.n : undefined;
}

export const addAll = (ps: readonly Polynomial[]): Polynomial => polynomial(ps.flatMap((p) => p.terms));
export const scale = (p: Polynomial, c: Rational): Polynomial =>
  polynomial(p.terms.map((s) => ({ ...s, coefficient: exact.multiply(s.coefficient, c) })));
export const negated = (p: Polynomial): Polynomial => scale(p, exact.rational(-1));
export const difference = (a: Polynomial, b: Polynomial): Polynomial => addAll([a, negated(b)]);

/** The product of two monomials as one: exponents of equal atoms are added, x^p·x^q = x^(p+q). */
export function mergeMonomials(a: Monomial, b: Monomial): Monomial {
  if (a.factors.length === 0) return b;
  if (b.factors.length === 0) return a;
  const exponents = new Map<string, Factor>();
  for (const f of [...a.factors, ...b.factors]) {
    const before = exponents.get(f.atom.key);
    const exponent = before === undefined ? f.exponent : addAll([before.exponent, f.exponent]);
    exponents.set(f.atom.key, { atom: f.atom, exponent });
  }
  return monomial([...exponents.values()].filter((f) => !isZero(f.exponent)));
}

export const monomialIndices = (m: Monomial): ReadonlySet<string> => {
  const all = new Set<string>();
  for (const f of m.factors) {
    for (const i of f.atom.indices) all.add(i);
    for (const i of polynomialIndices(f.exponent)) all.add(i);
  }
  return all;
};
export const polynomialIndices = (p: Polynomial): ReadonlySet<string> => {
  const all = new Set<string>();
  for (const s of p.terms) for (const i of monomialIndices(s.monomial)) all.add(i);
  return all;
};

export const monomialHeight = (m: Monomial): number =>
  Math.max(0, ...m.factors.map((f) => Math.max(f.atom.height, polynomialHeight(f.exponent))));
export const polynomialHeight = (p: Polynomial): number =>
  Math.max(0, ...p.terms.map((s) => monomialHeight(s.monomial)));

const testKey = (t: SignTest): string => `${t.relation}:${t.difference.key}`;
/** The dimension belongs to the key: the same sum over another range is another number. */
const indexKey = (i: Index): string => `${i.name}<${sizeKey(i.size)}`;

/** The text that identifies an atom. */
export function shapeKey(s: Shape): string {
  switch (s.kind) {
    case "euler":
    case "pi":
      return s.kind;
    case "prime":
      return `${s.value}`;
    case "dimension":
      return `dim ${s.name}`;
    case "position":
      return `at ${subscriptKey(s.at)}`;
    case "symbol":
      return `${s.name}[${s.at.map(subscriptKey).join("|")}]`;
    case "base":
      return `(${s.of.key})`;
    case "function":
      return `${s.name}(${s.argument.key})`;
    case "extremum":
      return `${s.name}(${s.terms.map((p) => p.key).join(" , ")})`;
    case "where":
      return `where(${s.tests.map(testKey).join(" , ")} ? ${s.yes.key} : ${s.no.key})`;
    case "delta":
      return `delta(${subscriptKey(s.left)} , ${subscriptKey(s.right)})`;
    case "sum":
      return `sum(${s.indices.map(indexKey)} , ${s.guard.map(testKey).join(" & ")} : ${s.body.key})`;
    case "binder":
      return `${s.name}(${s.indices.map(indexKey)} , ${s.guard.map(testKey).join(" & ")} : ${s.body.key})`;
    case "softmax":
      return `softmax(${indexKey(s.index)} , ${s.guard.map(testKey).join(" & ")} : ${s.body.key})[${subscriptKey(s.at)}]`;
    case "integral":
      return `integral(${s.variable} , ${s.low.key} , ${s.high.key} : ${s.body.key})`;
  }
}

export const exponentOf = (m: Monomial, atom: Atom): Polynomial =>
  m.factors.find((f) => f.atom.key === atom.key)?.exponent ?? ZERO;

export const inverse = (m: Monomial): Monomial =>
  monomial(m.factors.map((f) => ({ atom: f.atom, exponent: negated(f.exponent) })));
