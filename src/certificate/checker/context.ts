/** What is assumed: the names, the range of every symbol, and inequalities that hold. Immutable; methods give copies. */
import { exact } from "./arithmetic/index.js";
import { shapeTerm } from "./back.js";
import { isInRange } from "./functions.js";
import { Normalizer } from "./normal.js";
import type { Atom, Polynomial } from "./polynomial.js";
import {
  add,
  closedEnd,
  hull,
  INFINITE,
  intersect,
  isNonnegative,
  isPositive,
  multiply,
  point,
  type Range,
  REALS,
  range,
} from "./range.js";
import { rangeOf } from "./ranges.js";
import { type Budget, reject } from "./rejection.js";
import type { Scope } from "./scope.js";
import { constantSize, type Size, sizeKey } from "./size.js";
import {
  freeIndices,
  type Index,
  isNumber,
  keyOf,
  minus,
  one,
  plainIndex,
  type Subscript,
  subscriptKey,
  type Term,
  type TermOf,
  type Test,
} from "./term.js";

/** `difference` is nonnegative, or positive; for all values of the indices in `over`. */
export interface Fact {
  readonly difference: Term;
  readonly strict: boolean;
  readonly over: readonly Index[];
}

interface Assumptions {
  readonly scope: Scope;
  readonly budget: Budget;
  /** The range of every entry of a symbol. */
  readonly symbols: ReadonlyMap<string, Range>;
  readonly integers: ReadonlySet<string>;
  /** Narrower ranges of single components, by `componentKey`. */
  readonly components: ReadonlyMap<string, Range>;
  /** Dimensions of declared indices: at least 1. */
  readonly sizes: ReadonlyMap<string, Range>;
  readonly facts: readonly Fact[];
}

export const componentKey = (name: string, at: readonly Subscript[]): string =>
  `${name}[${at.map(subscriptKey).join("|")}]`;

export class Context {
  readonly #normalizers = new Map<boolean, Normalizer>();
  /** What `rangeOf` found under these assumptions. */
  readonly ranges = new WeakMap<Term, { readonly values: Range | undefined }>();

  constructor(readonly all: Assumptions) {}

  get scope(): Scope {
    return this.all.scope;
  }
  get budget(): Budget {
    return this.all.budget;
  }

  /** The normaliser under these assumptions; it asks for signs without using facts, so that neither waits for the other. */
  normalizer(unfold: boolean): Normalizer {
    const known = this.#normalizers.get(unfold);
    if (known !== undefined) return known;
    const plain = this.all.facts.length === 0 ? this : new Context({ ...this.all, facts: [] });
    const made = new Normalizer(this.budget, unfold, (atom) => signOf(atom, plain));
    this.#normalizers.set(unfold, made);
    return made;
  }

  /** Are the terms equal wherever both are defined? Tried with the functions as they are, then written by exp. */
  isEqual(a: Term, b: Term): boolean {
    return [false, true].some((unfold) => this.normalizer(unfold).isEqual(a, b));
  }

  normal(t: Term, unfold = false): Polynomial {
    return this.normalizer(unfold).normal(t);
  }

  // ---- ranges of names --------------------------------------------------------------------------------

  symbolRange({ name, at }: TermOf<"symbol">): Range | undefined {
    const whole = this.all.symbols.get(name);
    if (whole === undefined) return undefined;
    const own = this.all.components.get(componentKey(name, at));
    const narrow = own === undefined ? whole : (intersect(whole, own) ?? whole);
    const sizes = this.scope.symbols.get(name) ?? [];
    const inside = at.every((s, k) => sizes[k] !== undefined && isInRange(s, sizes[k]));
    return inside ? narrow : hull(narrow, point(0));
  }

  isInteger(t: Term): boolean {
    if (t.kind === "number") return exact.isInteger(t.value);
    return t.kind === "symbol" && this.all.integers.has(t.name);
  }

  sizeRange(size: Size): Range {
    const terms = size.map(({ names, coefficient }) =>
      names
        .map((name) => this.all.sizes.get(sizeKey([{ names: [name], coefficient: exact.ONE }])) ?? REALS)
        .reduce(multiply, point(coefficient)),
    );
    const total = terms.reduce(add, point(0));
    const declared = this.all.sizes.get(sizeKey(size));
    return declared === undefined ? total : (intersect(total, declared) ?? declared);
  }

  // ---- more assumptions -------------------------------------------------------------------------------

  with(changes: Partial<Assumptions>): Context {
    return new Context({ ...this.all, ...changes });
  }

  /** A new scalar, or other values of a known one. */
  withScalar(name: string, values: Range): Context {
    const symbols = new Map(this.all.symbols).set(name, values);
    const components = new Map([...this.all.components].filter(([key]) => !key.startsWith(`${name}[`)));
    const scope = { ...this.scope, symbols: new Map(this.scope.symbols).set(name, []) };
    return this.with({ symbols, components, scope });
  }

  /** One component within the given range; undefined where that leaves nothing. Out of range it is 0, whatever is declared. */
  withComponent(t: TermOf<"symbol">, values: Range): Context | undefined {
    const before = this.symbolRange(t);
    const narrowed = before === undefined ? undefined : intersect(before, values);
    if (narrowed === undefined) return undefined;
    const components = new Map(this.all.components).set(componentKey(t.name, t.at), narrowed);
    return this.with({ components });
  }

  /** The component with exactly these values, whatever was known of it. */
  withComponentAt(t: TermOf<"symbol">, values: Range): Context {
    const symbols = new Map(this.all.symbols).set(t.name, REALS);
    const components = new Map(this.all.components).set(componentKey(t.name, t.at), values);
    return this.with({ symbols, components });
  }

  /**
   * The same with a comparison assumed: for all values of its free indices where `universal`, else for those at hand.
   * Undefined where it contradicts what is known. What cannot be used is dropped, which is sound.
   */
  assume(test: Test, universal: boolean): Context | undefined {
    const over = universal ? freeIndicesOf(test) : [];
    let context: Context = this;
    for (const [t, values] of boundsOf(test, this)) {
      const next = context.#bounded(t, values, universal);
      if (next === undefined) return undefined;
      context = next;
    }
    const facts = factsOf(test, over);
    return context.with({ facts: [...context.all.facts, ...facts] });
  }

  #bounded(t: Term, values: Range, universal: boolean): Context | undefined {
    if (t.kind === "size") {
      const known = intersect(this.sizeRange(t.size), values);
      const key = sizeKey(t.size);
      return known === undefined ? undefined : this.with({ sizes: new Map(this.all.sizes).set(key, known) });
    }
    if (t.kind !== "symbol") return this;
    const indices = t.at.map(plainIndex);
    const named = new Set(indices.map((i) => i?.name));
    if (!universal || t.at.every((s) => s.terms.length === 0 && s.modulus === undefined))
      return this.withComponent(t, values);
    if (indices.includes(undefined) || named.size !== indices.length) return this;
    const known = intersect(this.all.symbols.get(t.name) ?? REALS, values);
    if (known === undefined) return undefined;
    return this.with({ symbols: new Map(this.all.symbols).set(t.name, known) });
  }
}

function signOf(atom: Atom, context: Context): "positive" | "nonnegative" | "unknown" {
  const values = rangeOf(shapeTerm(atom.shape), context);
  if (values === undefined) return "unknown";
  if (isPositive(values)) return "positive";
  return isNonnegative(values) ? "nonnegative" : "unknown";
}

const freeIndicesOf = (t: Test): readonly Index[] => [
  ...new Map([...freeIndices(t.left), ...freeIndices(t.right)]).values(),
];

/** What a comparison says of the range of its sides. The other side is anything with a range. */
function boundsOf(test: Test, context: Context): (readonly [Term, Range])[] {
  const [left, right] = [rangeOf(test.left, context), rangeOf(test.right, context)];
  if (left === undefined || right === undefined || test.relation === "!=") return [];
  const special = zeroOrOne(test) ?? smallSquare(test, right);
  if (special !== undefined) return [special];
  if (test.relation === "=")
    return [
      [test.left, right],
      [test.right, left],
    ];
  const strict = test.relation === "<";
  const below = range(INFINITE, { ...right.high, open: strict || right.high.open });
  const above = range({ ...left.low, open: strict || left.low.open }, INFINITE);
  return [
    [test.left, below],
    [test.right, above],
  ];
}

/** u·(1 - u) = 0 says that u is 0 or 1. */
function zeroOrOne({ relation, left, right }: Test): readonly [Term, Range] | undefined {
  if (relation !== "=" || !isNumber(right, 0) || left.kind !== "multiply" || left.factors.length !== 2)
    return undefined;
  const [a, b] = left.factors as [Term, Term];
  const found = [
    [a, b],
    [b, a],
  ].find(([u, other]) => keyOf(other!) === keyOf(minus(one, u!)));
  return found && [found[0]!, range(closedEnd(0), closedEnd(1))];
}

/** u² < c says that |u| < (1 + c)/2, since c <= ((1 + c)/2)². */
function smallSquare({ relation, left }: Test, right: Range): readonly [Term, Range] | undefined {
  const { high } = right;
  if (relation !== "<" && relation !== "<=") return undefined;
  if (left.kind !== "power" || !isNumber(left.exponent, 2) || high.at === undefined) return undefined;
  const bound = exact.divide(exact.add(exact.ONE, high.at), exact.rational(2));
  if (exact.sign(high.at) < 0) return undefined;
  const open = relation === "<" || high.open;
  return [left.base, range({ at: exact.negate(bound), open }, { at: bound, open })];
}

function factsOf(test: Test, over: readonly Index[]): readonly Fact[] {
  const difference = minus(test.right, test.left);
  switch (test.relation) {
    case "<":
      return [{ difference, strict: true, over }];
    case "<=":
      return [{ difference, strict: false, over }];
    case "=":
      return [
        { difference, strict: false, over },
        { difference: minus(test.left, test.right), strict: false, over },
      ];
    case "!=":
      return [];
    default:
      return reject("an unknown relation");
  }
}

/** At least 1, as every dimension of an index is; a constant one must be a positive integer. */
export function declaredSize(size: Size): Range {
  const known = constantSize(size);
  if (known === undefined) return range(closedEnd(1), INFINITE);
  if (!exact.isInteger(known) || exact.sign(known) <= 0) reject("a dimension is not a positive integer");
  return point(known);
}
