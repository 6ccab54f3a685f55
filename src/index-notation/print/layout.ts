/**
 * An expression and names come in; a presentational tree goes out, in which every decision that text, LaTeX
 * and MathML share is taken: signs, fractions, roots, the order of terms and factors, names of bound indices.
 */
import { asRational, mul, neg, num, splitCoefficient } from "../build.js";
import { DIM0, type Dimension } from "../dimension.js";
import { type Compare, type Condition, type Expr, type Kind, type Node, node } from "../expr.js";
import { negR, type Rational, rational, signR } from "../rational.js";
import { asIndex, type Index, isCanonical, type Subscript } from "../subscript.js";
import { arrange } from "./factor-order.js";
import { Namer, type Naming, type Scope } from "./naming.js";
import {
  type Layout,
  type LayoutOf,
  MIRRORED,
  type Range,
  type Relation,
  type Shape,
  type Shapes,
  type Term,
  type Test,
} from "./shapes.js";

const make = <S extends Shape>(shape: S, fields: Shapes[S]): LayoutOf<S> =>
  ({ shape, ...fields }) as unknown as LayoutOf<S>;

/** The layout of an expression, and the indices that had to be invented for it. */
export function layout(
  e: Expr,
  naming: Naming,
  around: Iterable<Index> = [],
): { layout: Layout; invented: Index[] } {
  const namer = new Namer(e, naming, around);
  const laid = new LayOut(namer).expr(e, namer.root);
  return { layout: laid, invented: namer.invented };
}

/** One presentational tree under construction; `rules` has one entry for every kind of node. */
class LayOut {
  readonly #namer: Namer;

  constructor(namer: Namer) {
    this.#namer = namer;
  }

  expr(e: Expr, scope: Scope): Layout {
    return (this.#rules[e.kind] as (x: Expr, s: Scope) => Layout)(e, scope);
  }

  readonly #rules: { [K in Kind]: (e: Node<K>, s: Scope) => Layout } = {
    number: (e, s) => this.#whole(e, s),
    pi: () => make("pi", {}),
    dimension: (e) => this.#dimension(e.dim),
    position: (e, s) => this.subscript(e.at, s),
    tensor: (e, s) => this.#tensor(e, s),
    add: (e, s) => signed(e.terms.map((t) => this.#term(t, s))),
    mul: (e, s) => this.#whole(e, s),
    power: (e, s) => this.#whole(e, s),
    unary: (e, s) => make("call", { fn: e.fn, arg: this.expr(e.arg, s) }),
    polygamma: (e, s) => make("call", { fn: { polygamma: e.order }, arg: this.expr(e.arg, s) }),
    extremum: (e, s) => make("extremum", { fn: e.fn, args: e.args.map((a) => this.expr(a, s)) }),
    where: (e, s) =>
      make("cases", {
        tests: e.condition.all.map((c) => this.#test(stated(c), s)),
        value: this.expr(e.then, s),
        otherwise: this.expr(e.else, s),
      }),
    delta: (e, s) =>
      make("kronecker", { left: this.subscript(e.left, s), right: this.subscript(e.right, s) }),
    binder: (e, s) => {
      const inner = this.#namer.bind(e.indices, s);
      const range = this.#range(e.indices, e.guard, inner);
      return make("big", { op: e.op, range, body: this.expr(e.body, inner) });
    },
    softmax: (e, s) => {
      const inner = this.#namer.bind([e.index], s);
      const range = this.#range([e.index], e.guard, inner);
      return make("softmax", { range, body: this.expr(e.body, inner), at: this.subscript(e.at, s) });
    },
    integral: (e, s) => {
      const inner = this.#namer.bindVariable(e.variable, s);
      return make("integral", {
        variable: this.#namer.symbol(e.variable, inner),
        lower: this.expr(e.lower, s),
        upper: this.expr(e.upper, s),
        body: this.expr(e.body, inner),
      });
    },
    root: (e, s) => {
      const inner = this.#namer.bindVariable(e.variable, s);
      const variable = this.#namer.symbol(e.variable, inner);
      return make("solution", { variable, body: this.expr(e.body, inner) });
    },
  };

  #tensor(e: Node<"tensor">, s: Scope): Layout {
    const name = this.#namer.symbol(e.symbol, s);
    if (e.subs.length === 0) return make("name", { name, of: "symbol" });
    return make("component", { name, subs: inReadingOrder(e).map((x) => this.subscript(x, s)) });
  }

  // ---- terms, fractions and powers ------------------------------------------------------------------

  /** A lone term: its sign, if negative, becomes a sum of one. */
  #whole(e: Expr, s: Scope): Layout {
    const term = this.#term(e, s, true);
    return term.negative ? make("signed", { terms: [term] }) : term.body;
  }

  #term(e: Expr, s: Scope, alone = false): Term {
    const { coefficient, rest } = splitCoefficient(e);
    const factors = rest.kind === "mul" ? rest.factors : rest.kind === "number" ? [] : [rest];
    const turned = alone && signR(coefficient) < 0 ? withTurnedSum(factors) : undefined;
    const negative = signR(coefficient) < 0 && turned === undefined;
    const shown = withDividedSums(absolute(coefficient), turned ?? factors);
    return { negative, body: this.#fraction(shown.coefficient, shown.factors, s) };
  }

  #fraction(c: Rational, factors: readonly Expr[], s: Scope): Layout {
    const above = arrange(factors.filter((f) => !isBelow(f)));
    const top = [...integer(c.n), ...above.map((f) => this.#factor(f, s))];
    const bottom = [...integer(c.d), ...factors.filter(isBelow).map((f) => this.#below(f, s))];
    if (bottom.length > 0) return make("quotient", { numerator: top, denominator: bottom });
    if (top.length > 1) return make("product", { factors: top });
    return top[0] ?? make("number", { value: c.n });
  }

  #factor(e: Expr, s: Scope): Layout {
    return e.kind === "power" ? this.#power(e.base, e.exponent, s) : this.expr(e, s);
  }

  /** The denominator that a factor base^(-k) stands for. */
  #below(e: Expr, s: Scope): Layout {
    if (e.kind !== "power") throw new Error("not a power");
    const { coefficient, rest } = splitCoefficient(e.exponent);
    const up = negR(coefficient);
    if (rest.kind === "number" && up.n === 1n && up.d === 1n) return this.expr(e.base, s);
    return this.#power(e.base, e.exponent, s, true);
  }

  #power(base: Expr, exponent: Expr, s: Scope, flip = false): Layout {
    const k = asRational(exponent);
    if (k !== undefined && k.d === 2n && (flip ? -k.n : k.n) === 1n)
      return make("root", { arg: this.expr(base, s) });
    const shown = flip ? this.#term(exponent, s).body : this.expr(exponent, s);
    return make("superscript", { base: this.expr(base, s), exponent: shown });
  }

  // ---- subscripts, dimensions, conditions -----------------------------------------------------------

  subscript(x: Subscript, s: Scope): Layout {
    const terms: Term[] = x.terms.map(({ index: i, coefficient: c }) => {
      const name = make("name", { name: this.#namer.index(i, s), of: "index" });
      const size = integer(BigInt(Math.abs(c)));
      return {
        negative: c < 0,
        body: size.length === 0 ? name : make("product", { factors: [...size, name] }),
      };
    });
    if (x.constant.key !== DIM0.key || terms.length === 0) terms.push(...dimensionTerms(x.constant));
    const arg = signed(terms);
    return x.mod === undefined ? arg : make("modulo", { arg, modulus: this.#dimension(x.mod) });
  }

  #dimension(d: Dimension): Layout {
    return signed(dimensionTerms(d));
  }

  #test(c: Stated, s: Scope): Test {
    return { left: this.expr(c.left, s), relation: c.relation, right: this.expr(c.right, s) };
  }

  #range(bound: readonly Index[], guard: Condition, s: Scope): Range {
    const { plain, introducing, others } = introductions(bound, guard);
    return {
      indices: plain.map((i) => this.#namer.index(i, s)),
      introductions: introducing.map((c) => this.#test(c, s)),
      tests: others.map((c) => this.#test(c, s)),
    };
  }
}

// ---- decisions ----------------------------------------------------------------------------------------

type Stated = { readonly left: Expr; readonly relation: Relation; readonly right: Expr };

const stated = (c: Compare): Stated => ({ left: c.left, relation: c.op, right: c.right });
/** The comparison with the index alone on its left side, if it can be written so. */
function about(c: Compare, i: Index): Stated | undefined {
  const is = (e: Expr): boolean => e.kind === "position" && asIndex(e.at)?.key === i.key;
  if (is(c.left)) return stated(c);
  return is(c.right) ? { left: c.right, relation: MIRRORED[c.op], right: c.left } : undefined;
}

interface Introductions {
  readonly plain: Index[];
  readonly introducing: Stated[];
  readonly others: Stated[];
}

/** Guards that compare a bound index with known ones introduce it: `j > i` binds j where i is known. */
function introductions(bound: readonly Index[], guard: Condition): Introductions {
  const pending = new Set(bound.map((i) => i.key));
  const left = new Set(guard.all);
  const [plain, introducing]: [Index[], Stated[]] = [[], []];
  for (const i of bound) {
    const by = [...left].find((c) => {
      const other = about(c, i)?.right;
      return other !== undefined && !other.free.some((j) => pending.has(j.key));
    });
    pending.delete(i.key);
    if (by === undefined) plain.push(i);
    else {
      introducing.push(about(by, i)!);
      left.delete(by);
    }
  }
  return { plain, introducing, others: [...left].map(stated) };
}

const integer = (n: bigint): Layout[] => (n === 1n ? [] : [make("number", { value: n })]);

const signed = (terms: readonly Term[]): Layout =>
  terms.length === 1 && !terms[0]!.negative ? terms[0]!.body : make("signed", { terms: readable(terms) });

/** A dimension as terms, its constant last. */
function dimensionTerms(d: Dimension): Term[] {
  const ordered = [...d.terms].sort(([x], [y]) => (x === "" ? 1 : y === "" ? -1 : x < y ? -1 : 1));
  if (ordered.length === 0) return [{ negative: false, body: make("number", { value: 0n }) }];
  return ordered.map(([monomial, c]) => dimensionTerm(monomial, c));
}

function dimensionTerm(monomial: string, c: Rational): Term {
  const names = monomial.split("*").filter((n) => n !== "");
  const size = c.n < 0n ? -c.n : c.n;
  const top = [
    ...(size === 1n && names.length > 0 ? [] : [make("number", { value: size })]),
    ...names.map((name) => make("name", { name, of: "dimension" })),
  ];
  const whole: Layout = top.length === 1 ? top[0]! : make("product", { factors: top });
  const body = c.d === 1n ? whole : make("quotient", { numerator: top, denominator: integer(c.d) });
  return { negative: c.n < 0n, body };
}

/** Of a symmetric matrix the free index comes first, then the bound one: J_ij summed over j. */
function inReadingOrder(e: Node<"tensor">): readonly Subscript[] {
  const [a, b] = e.subs.map((x) => asIndex(x));
  const swap = e.symbol.symmetric && a !== undefined && b !== undefined && isCanonical(a) && !isCanonical(b);
  return swap ? [...e.subs].reverse() : e.subs;
}

const absolute = (c: Rational): Rational => (c.n < 0n ? negR(c) : c);

/** The factors with the sign of one sum turned, where just that one has terms of both signs: -(1 - n) is (n - 1). */
export function withTurnedSum(factors: readonly Expr[]): readonly Expr[] | undefined {
  const sums = factors.filter((f) => hasBothSigns(f) || (isInverse(f) && hasBothSigns(f.base)));
  const f = sums[0];
  if (f === undefined || sums.length > 1) return undefined;
  const turned = f.kind === "power" ? node.power(neg(f.base), f.exponent) : neg(f);
  return factors.map((g) => (g === f ? turned : g));
}

/**
 * The normal form keeps integers in sums and fractions outside: (2 + x^2)*(10*a - b)/20. Where dividing sums by
 * their first coefficients uses the denominator up, that is what was meant: (1 + x^2/2)*(a - b/10).
 */
function withDividedSums(
  coefficient: Rational,
  factors: readonly Expr[],
): { coefficient: Rational; factors: readonly Expr[] } {
  let left = coefficient.d;
  const divided = factors.map((f) => {
    const m = f.kind === "add" ? absolute(splitCoefficient(f.terms[0]!).coefficient) : undefined;
    if (f.kind !== "add" || m === undefined || m.d !== 1n || m.n === 1n || left % m.n !== 0n) return f;
    left /= m.n;
    return node.add(f.terms.map((t) => mul([num(rational(1n, m.n)), t])));
  });
  if (left !== 1n || coefficient.d === 1n) return { coefficient, factors };
  return { coefficient: rational(coefficient.n), factors: divided };
}

const isInverse = (e: Expr): e is Node<"power"> =>
  e.kind === "power" &&
  e.exponent.kind === "number" &&
  e.exponent.value.n === -1n &&
  e.exponent.value.d === 1n;

function hasBothSigns(e: Expr): boolean {
  if (e.kind !== "add") return false;
  const signs = e.terms.map((t) => signR(splitCoefficient(t).coefficient));
  return signs.includes(1) && signs.includes(-1);
}

/** Where the first term is negative and another is not, positive terms go first: `x - y`, not `-y + x`. */
function readable(terms: readonly Term[]): readonly Term[] {
  if (terms[0]?.negative !== true) return terms;
  return [...terms.filter((t) => !t.negative), ...terms.filter((t) => t.negative)];
}

/** True for a factor that is printed in the denominator: base^(-k) with a numeric factor -k < 0. */
function isBelow(e: Expr): boolean {
  if (e.kind !== "power" || e.exponent.kind === "add") return false;
  return signR(splitCoefficient(e.exponent).coefficient) < 0 && !collapses(e);
}

/** 0^(-2) and δ^(-2) as 1/0^2 and 1/δ^2 would be read as 1/0 and 1/δ. */
function collapses(e: Node<"power">): boolean {
  const { base } = e;
  if (base.kind === "number") return base.value.n === 0n;
  return (base.kind === "delta" || (base.kind === "unary" && base.fn === "step")) && !isInverse(e);
}
